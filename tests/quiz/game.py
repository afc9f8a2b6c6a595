"""A quiz in a test: the time stands still until told, and what follows from each event is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.quiz.engine import opened, step
from bot.quiz.model import (
    Answered,
    Ask,
    Effect,
    Event,
    Item,
    Joined,
    Pace,
    Phase,
    Quiz,
    Record,
    Sent,
    Started,
    TimedOut,
)
from bot.quiz.score import Given, Standing, standings
from tests.conftest import NOON

ROOM, OTHER_ROOM = 1, 2
ANN, BEN, CEM, DEE = 11, 12, 13, 14


def items(count: int, *, seconds: int = 30, name: str = "question") -> tuple[Item, ...]:
    """Questions whose right answer stands first in one, second in the next, and so on."""
    orders = ((0, 1, 2, 3), (1, 0, 2, 3), (1, 2, 0, 3), (1, 2, 3, 0))
    return tuple(Item(f"{name}-{n}", orders[n % 4], seconds) for n in range(count))


def a_quiz(
    count: int = 3,
    *,
    spares: int = 1,
    rooms: Iterable[int] = (ROOM,),
    alone: bool = False,
    seconds: int = 30,
    pace: Pace = Pace.CALM,
) -> Quiz:
    return Quiz(
        opener=ANN,
        rooms=frozenset(rooms),
        items=items(count, seconds=seconds),
        spares=items(spares, seconds=seconds, name="spare"),
        alone=alone,
        pace=pace,
    )


@dataclass
class Game:
    """Feeds events to the engine and keeps what it asked for, as the store and the rooms would."""

    quiz: Quiz
    now: datetime = NOON
    effects: list[Effect] = field(default_factory=list)
    rows: list[Record] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    openings: dict[int, datetime] = field(default_factory=dict)

    def begin(self) -> tuple[Effect, ...]:
        return self._took(opened(self.quiz, self.now))

    def does(self, event: Event) -> tuple[Effect, ...]:
        return self._took(step(self.quiz, event, self.now))

    def _took(self, result: tuple[Quiz, tuple[Effect, ...]]) -> tuple[Effect, ...]:
        self.quiz, effects = result
        self.effects += effects
        self.rows += [e for e in effects if isinstance(e, Record)]
        self.asked += [self.now for e in effects if isinstance(e, Ask)]
        if self.quiz.phase is Phase.OPEN and self.quiz.opened_at:
            self.openings[self.quiz.number] = self.quiz.opened_at
        return effects

    def passes(self, seconds: float) -> None:
        """Time goes by and nothing happens."""
        self.now += timedelta(seconds=seconds)

    def rings(self) -> tuple[Effect, ...]:
        """It becomes the time that was asked to be reminded of."""
        assert self.quiz.due is not None
        self.now = max(self.now, self.quiz.due)
        return self.does(TimedOut())

    def arrives(self, room: int = ROOM) -> tuple[Effect, ...]:
        """The question that was sent is in the room."""
        return self.does(Sent(room, self.quiz.number, self.now))

    def answers(self, who: int, *, right: bool = True) -> tuple[Effect, ...]:
        key = self.quiz.item.key
        return self.does(Answered(who, self.quiz.number, key if right else (key + 1) % 4, self.now))

    def given(self) -> list[Given]:
        return [
            Given(
                r.participant, r.number, r.option, (r.at - self.openings.get(r.number, r.at)).total_seconds()
            )
            for r in self.rows
        ]

    def standings(self) -> list[Standing]:
        return standings(self.quiz.items, self.given(), self.quiz.pace)

    @property
    def points(self) -> dict[int, int]:
        return {s.participant: s.points for s in self.standings()}


def running(quiz: Quiz | None = None, *others: int) -> Game:
    """A game whose first question is open; with Ann, who opened it, play the others, or else Ben."""
    game = Game(quiz or a_quiz())
    game.begin()
    if not game.quiz.alone:
        for who in others or (BEN,):
            game.does(Joined(who))
        game.does(Started(ANN))
    for room in sorted(game.quiz.rooms):
        game.arrives(room)
    return game
