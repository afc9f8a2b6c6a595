"""A running quiz in memory: the engine's state, and what the rows say of people, answers and messages."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.hosting.views import Plan
from bot.model import Chat, Platform, User
from bot.quiz import codec
from bot.quiz.codec import BadSnapshot
from bot.quiz.model import Answered, Effect, Pace, Phase, Quiz
from bot.quiz.score import Given, Standing, standings
from bot.store.quizzes import Answer, Participant, Post, Saved, Sending
from bot.store.results import Result

Place = tuple[Platform, int, int | None]


@dataclass(frozen=True, slots=True)
class TellLost:
    """Tell the chats that the quiz is lost."""


Shown = Effect | TellLost
Job = tuple[asyncio.Future[Any], tuple[Shown, ...]]
"""What is to be shown, and the commit it has to wait for."""


_SAID = ("title", "topic", "level", "seconds", "seed")


def place(chat: Chat) -> Place:
    """A chat and thread, whatever it is called."""
    return chat.platform, chat.id, chat.thread


def nobody(platform: Platform, number: int) -> User:
    """What is left of a participant who asked to be forgotten. No platform has such an id for a person."""
    return User(platform, -number, "")


def is_nobody(user: User) -> bool:
    """Whether that is all that is left. A chat in whose name somebody plays has a name."""
    return user.id < 0 and not user.name


@dataclass(slots=True)
class Game:
    """`state` is replaced at once by each step; everything that is kept follows in the same order.

    users: participants as last seen; numbers: the same by person; sendings: by number and room.
    offer: whether a lobby that failed is followed by an offer to its opener.
    jobs: what is to be done in the chats, in order; idle: nothing is, just now.
    """

    id: int
    opener: User
    plan: Plan
    rooms: dict[int, Chat]
    state: Quiz
    version: int = 1
    people: dict[int, Participant] = field(default_factory=dict)
    numbers: dict[tuple[Platform, int], int] = field(default_factory=dict)
    answers: dict[int, dict[int, Answer]] = field(default_factory=lambda: defaultdict(dict))
    openings: dict[int, datetime] = field(default_factory=dict)
    sendings: dict[tuple[int, int], Sending] = field(default_factory=dict)
    posts: dict[tuple[int, str], Post] = field(default_factory=dict)
    late: bool = False
    offer: bool = True
    idle: bool = True
    lobby_changed: asyncio.Event = field(default_factory=asyncio.Event)
    jobs: asyncio.Queue[Job] = field(default_factory=asyncio.Queue)

    def number_of(self, user: User) -> int:
        """The participant's number; the next free one for somebody new."""
        return self.numbers.get((user.platform, user.id)) or len(self.people) + 1

    def admit(self, person: Participant) -> None:
        """Somebody plays."""
        self.people[person.number] = person
        self.numbers[person.user.platform, person.user.id] = person.number

    def forget(self, user: User) -> None:
        """Keeps a participant's answers and not who they are; if they answer again, they are new."""
        number = self.numbers.pop((user.platform, user.id), None)
        if number is not None:
            self.people[number] = replace(self.people[number], user=nobody(user.platform, number))
        if (self.opener.platform, self.opener.id) == (user.platform, user.id):
            self.opener, self.offer = nobody(user.platform, 1), False

    def room_at(self, chat: Chat) -> int | None:
        """The room that is this chat and thread."""
        return next((room for room, other in self.rooms.items() if place(other) == place(chat)), None)

    def room_of(self, user: User, chat: Chat | None) -> int:
        """The room somebody plays in: where they are, else one of their platform, else any."""
        room = self.room_at(chat) if chat is not None else None
        here = [room for room, other in self.rooms.items() if other.platform is user.platform]
        return room or min(here or self.rooms)

    def message_in(self, room: int) -> int | None:
        """The question asked last in a room, or else the lobby."""
        asked = [s for s in self.sendings.values() if s.room == room and s.message_id is not None]
        if asked:
            return max(asked, key=lambda s: s.number).message_id
        lobby = self.posts.get((room, "lobby"))
        return lobby.message_id if lobby else None

    def given(self) -> list[Given]:
        """Every answer, in order of number, with the seconds since its item was opened."""
        return [
            Given(a.participant, a.number, a.option, self._after(a))
            for number in sorted(self.answers)
            for a in self.answers[number].values()
        ]

    def _after(self, answer: Answer) -> float:
        opened = self.openings.get(answer.number, answer.at)
        return max(0.0, (answer.at - opened).total_seconds())

    def shown(self, number: int) -> bool:
        """Whether an item is over: its answers may be seen."""
        return number < self.state.number or self.state.phase not in (Phase.ASKING, Phase.OPEN)

    def standings(self) -> list[Standing]:
        """Who leads, by the items that are over."""
        given = [g for g in self.given() if self.shown(g.number)]
        return standings(self.state.items, given, self.state.pace)

    def results(self) -> list[Result]:
        """The standings of people, in the chats they played in."""
        return [
            Result(person.user, self.rooms[person.room], s.points, s.right, s.answered, s.rank)
            for s in self.standings()
            if not is_nobody((person := self.people[s.participant]).user)
        ]

    def wrong(self, number: int) -> int:
        """How many answered an item wrongly."""
        key = self.state.items[number].key
        return sum(a.option != key for a in self.answers.get(number, {}).values())

    def unseen(self) -> list[Answered]:
        """The answers to the item that is open, for a state that does not know them."""
        found = self.answers.get(self.state.number, {}).values()
        return [Answered(a.participant, a.number, a.option, a.at) for a in found]


def revived(saved: Saved) -> Game:
    """A quiz from its rows. The state does not know the answers to the open item yet (`Game.unseen`).

    Raises BadSnapshot when this version cannot read it.
    """
    state = codec.decode(saved.state)
    plan = read_settings(saved.settings)
    game = Game(saved.id, saved.opener, plan, dict(saved.rooms), state, saved.version)
    for person in saved.participants:
        game.admit(person)
    for answer in sorted(saved.answers, key=lambda a: a.at):
        game.answers[answer.number][answer.participant] = answer
    game.sendings = {(s.number, s.room): s for s in saved.sendings}
    game.posts = {(p.room, p.name): p for p in saved.posts}
    game.openings = _openings(saved.sendings)
    game.state = replace(state, active=_active(state.active, saved.answers))
    return game


def wreck(saved: Saved) -> Game:
    """What is left of a quiz that cannot be read: nothing but the chats that have to be told."""
    state = Quiz(0, frozenset(saved.rooms), (), phase=Phase.ENDED)
    game = Game(saved.id, saved.opener, Plan(()), dict(saved.rooms), state, saved.version)
    game.posts = {(p.room, p.name): p for p in saved.posts}
    return game


def _openings(sendings: Iterable[Sending]) -> dict[int, datetime]:
    """The time of an item begins when the last room has it."""
    openings: dict[int, datetime] = {}
    for s in sendings:
        if s.asked_at is not None:
            openings[s.number] = max(s.asked_at, openings.get(s.number, s.asked_at))
    return openings


def _active(known: dict[int, int], answers: Iterable[Answer]) -> dict[int, int]:
    """Answers are not worth a snapshot each, so the snapshot may not know who was active last."""
    active = dict(known)
    for answer in answers:
        active[answer.participant] = max(answer.number, active.get(answer.participant, 0))
    return active


def write_settings(plan: Plan) -> str:
    """The plan as text for the store."""
    items = {"items": [*map(codec.pack, plan.items)], "spares": [*map(codec.pack, plan.spares)]}
    said = {name: getattr(plan, name) for name in ("pace", "alone", *_SAID)}
    return json.dumps({**items, **said}, separators=(",", ":"))


def read_settings(text: str) -> Plan:
    """The plan of such a text; a field that came later has its default. Raises BadSnapshot for any other."""
    try:
        found = json.loads(text)
        items, spares = (tuple(map(codec.unpack, found[name])) for name in ("items", "spares"))
        said = {name: found[name] for name in _SAID if name in found}
        return Plan(items, spares, Pace(found["pace"]), found["alone"], **said)
    except (KeyError, TypeError, ValueError) as error:
        raise BadSnapshot(f"What was asked for is damaged ({error!r}). Restore a backup.") from error
