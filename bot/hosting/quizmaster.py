"""The only place that runs quizzes: what members do comes in here, and nothing goes on without the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.adapters.base import Adapter, Drains
from bot.hosting import steps
from bot.hosting.game import Game, place, read_settings, write_settings
from bot.hosting.play import Learns, Play
from bot.hosting.sending import Sleep
from bot.hosting.views import Plan, Views
from bot.model import Chat, Platform, User, Vote
from bot.quiz import codec
from bot.quiz.codec import BadSnapshot, OtherVersion
from bot.quiz.engine import opened
from bot.quiz.model import (
    Answered,
    Event,
    Joined,
    LostSight,
    Phase,
    Quiz,
    Reason,
    Resumed,
    Started,
    Stopped,
    TimedOut,
    Voided,
    WentOn,
)
from bot.store import quizzes
from bot.store.quizzes import Overtaken, Participant
from bot.store.store import Clock, Store
from bot.texts import Texts

log = structlog.get_logger()

Refusal = Reason
"""Why nothing happened, to be told to the member."""
OPENER, ROOM = 1, 1
"""The numbers of the one who opens a quiz, and of its first room."""
DRAINED_WITHIN = 3.0
"""Seconds an overdue question waits at start for the votes that the platform kept meanwhile."""
SHOWN_WITHIN = 5.0
"""Seconds to wait for a lobby; then whoever waits is told without it."""
LATE = timedelta(seconds=5)
"""A question that closes so long after its time was closed late, and people are told."""


@dataclass(frozen=True, slots=True)
class Running:
    """What runs in a place.

    message_id: the lobby, or the question that is or was asked last here; None before either arrived.
    question: the id of the question that is open just now; empty when none is.
    number: the item that is or was open, -1 before the first.
    """

    quiz: int
    chat: Chat
    opener: User
    phase: Phase
    message_id: int | None
    question: str
    title: str
    number: int


_AGAIN: Mapping[Phase, Callable[[int], Event]] = {Phase.REVEALED: WentOn, Phase.PAUSED: Resumed}
"""What there is to show, by the phase of a quiz of somebody alone."""


class Quizmaster:
    """Quizzes, from the lobby to the podium. Everything it returns is committed.

    platforms: the adapters that run; it may be filled later. views: how a quiz looks.
    texts: of the chats, which are many people's. expect: told of each new due time, once it is committed.
    sleep: waits between attempts to send. learns: keeps what people learn by their answers.
    """

    def __init__(
        self,
        store: Store,
        platforms: Mapping[Platform, Adapter],
        views: Views,
        texts: Texts,
        clock: Clock,
        *,
        expect: Callable[[datetime], None],
        sleep: Sleep = asyncio.sleep,
        learns: Learns | None = None,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._expect = expect
        self._opening = asyncio.Lock()
        self._play = Play(store, platforms, views, texts, clock, expect=expect, sleep=sleep, learns=learns)

    async def open(self, chat: Chat, opener: User, plan: Plan, now: datetime) -> int | Running:
        """Begins a quiz in the chat (and thread): its number, or what runs there already.

        Raises ValueError for a plan without items.
        """
        async with self._opening:
            running = self.running(chat)
            if running is not None:
                return running
            try:
                return await self._open(chat, opener, plan, now)
            except Overtaken:
                # It runs there by the rows, so they know more than memory does.
                quiz = await self._store.get(quizzes.running_in(chat))
                game = await self._play.find(quiz) if quiz is not None else None
                if game is None:
                    raise
                return _running(game, ROOM)

    async def _open(self, chat: Chat, opener: User, plan: Plan, now: datetime) -> int:
        rooms = {ROOM: chat}
        quiz = Quiz(OPENER, frozenset(rooms), plan.items, plan.spares, plan.pace, plan.alone)
        state, effects = opened(quiz, now)
        create = quizzes.create(
            opener,
            rooms,
            state=codec.encode(state),
            settings=write_settings(plan),
            alone=plan.alone,
            due_at=state.due,
            now=now,
        )
        game = Game(await self._store.transact(create), opener, plan, rooms, state)
        game.admit(Participant(OPENER, opener, ROOM))
        self._play.adopt(game, steps.for_chats(effects))
        if state.due is not None:
            self._expect(state.due)
        return game.id

    async def shown(self, quiz: int) -> Running | None:
        """Waits a while for a new quiz to stand in its chat: what runs then, with its message if it does.

        None when it has ended, since its chat is closed to the bot.
        """
        await self._play.settled(quiz, SHOWN_WITHIN)
        return self.find(quiz)

    async def join(self, quiz: int, user: User, chat: Chat | None = None) -> Refusal | None:
        """The member takes part; None when they do, also when they did already.

        chat: where they are, needed only when several rooms play.
        """
        return await self._wished(quiz, user, Joined, chat)

    async def start(self, quiz: int, user: User) -> Refusal | None:
        """The opener begins before the lobby's time is over."""
        return await self._wished(quiz, user, Started)

    async def answer(
        self, quiz: int, number: int, option: int, user: User, at: datetime, *, chat: Chat | None = None
    ) -> Refusal | None:
        """An answer; None means counted and committed. The first of a member is final.

        option: its position as shown; at: when, by the platform's clock where it has one.
        """
        return await self._wished(quiz, user, lambda who: Answered(who, number, option, at), chat)

    async def go_on(self, quiz: int, user: User) -> Refusal | None:
        """Alone: the next question."""
        return await self._wished(quiz, user, WentOn)

    async def resume(self, quiz: int, user: User) -> Refusal | None:
        """Wakes a paused quiz."""
        return await self._wished(quiz, user, Resumed)

    async def show_again(self, quiz: int, user: User) -> Refusal | None:
        """Alone: what the member has lost sight of, or what comes next."""
        game = await self._play.find(quiz)
        event = _AGAIN.get(game.state.phase, LostSight) if game is not None else LostSight
        return await self._wished(quiz, user, event)

    async def stop(self, quiz: int, user: User, *, admin: bool) -> Refusal | None:
        """Ends it: for the opener and for admins."""
        game = await self._play.find(quiz)
        if game is None:
            return Reason.ENDED
        game.offer = False
        return await self._play.happens(game, Stopped(game.number_of(user), admin))

    async def void(self, quiz: int, number: int) -> Refusal | None:
        """Takes an item out of the count, also after the end. Whoever calls has checked for an admin."""
        game = await self._play.find(quiz, ended=True)
        if game is None:
            return Reason.ENDED
        return await self._play.happens(game, Voided(number))

    async def voted(self, vote: Vote) -> None:
        """A choice in a native poll. Returns after it is committed; a poll nobody knows is ignored.

        The platform closes its poll in time, so whatever arrives before we have closed it was in time.
        """
        found = await self._play.of_poll(vote.poll)
        if found is None:
            return
        game, number = found
        due = game.state.due if game.state.phase is Phase.OPEN else None
        at = min(vote.at, due) if due is not None else vote.at
        room = next((s.room for s in game.sendings.values() if s.poll == vote.poll), ROOM)
        await self.answer(game.id, number, vote.option, vote.voter, at, chat=game.rooms[room])

    async def timed_out(self, quiz: int) -> None:
        """What was due is due."""
        game = await self._play.find(quiz)
        if game is None:
            return
        await self._drained(game)
        before, now = game.state, self._clock()
        if before.phase is Phase.OPEN and before.due is not None and now - before.due > LATE:
            game.late = True
        await self._play.happens(game, TimedOut())
        if game.state is before:
            await self._play.put_off(game)

    async def wake(self) -> None:
        """Takes up, at start, every quiz where it was."""
        for quiz in await self._store.get(quizzes.unfinished()):
            try:
                await self._play.find(quiz)
            except OtherVersion as error:
                log.error("a quiz cannot be taken up", quiz=quiz, reason=str(error))  # noqa: TRY400

    def forget(self, user: User) -> None:
        """Takes a person's name and id out of what is in memory; the quizzes go on."""
        self._play.forget(user)

    async def settle(self) -> None:
        """Waits until nothing is on its way to a chat any more."""
        await self._play.settle()

    async def close(self) -> None:
        """Stops sending. What is not sent yet is sent after the next start."""
        await self._play.close()

    async def plan(self, quiz: int) -> Plan | None:
        """What a quiz, running or ended, was opened with; None when there is none, or it is damaged."""
        if quiz in self._play.games:
            return self._play.games[quiz].plan
        saved = await self._store.get(quizzes.load(quiz))
        try:
            return read_settings(saved.settings) if saved is not None else None
        except BadSnapshot:
            return None

    def running(self, chat: Chat) -> Running | None:
        """What runs in this chat (and thread), without asking the database."""
        game = self._play.places.get(place(chat))
        return _running(game, game.room_at(chat) or ROOM) if game is not None else None

    def find(self, quiz: int) -> Running | None:
        """A running quiz by its number, as seen from its first room."""
        game = self._play.games.get(quiz)
        if game is None or game.state.phase is Phase.ENDED:
            return None
        return _running(game, min(game.rooms))

    async def _wished(
        self, quiz: int, user: User, event: Callable[[int], Event], chat: Chat | None = None
    ) -> Refusal | None:
        game = await self._play.find(quiz)
        if game is None:
            return Reason.ENDED
        return await self._play.happens(game, event(game.number_of(user)), user=user, chat=chat)

    async def _drained(self, game: Game) -> None:
        """Lets the votes in that came while the bot was away."""
        if game.state.phase is not Phase.OPEN:
            return
        adapters: list[object] = [self._platforms.get(game.rooms[r].platform) for r in game.state.rooms]
        waiting = [adapter.drained.wait() for adapter in adapters if isinstance(adapter, Drains)]
        try:
            async with asyncio.timeout(DRAINED_WITHIN):
                await asyncio.gather(*waiting)
        except TimeoutError:
            log.warning("closed without waiting for the votes of the meantime", quiz=game.id)


def _running(game: Game, room: int) -> Running:
    open_now = game.state.phase in (Phase.ASKING, Phase.OPEN)
    return Running(
        quiz=game.id,
        chat=game.rooms[room],
        opener=game.opener,
        phase=game.state.phase,
        message_id=game.message_in(room),
        question=game.state.item.question if open_now else "",
        title=game.plan.title,
        number=game.state.number,
    )
