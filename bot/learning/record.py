"""A learner's record: all that is worked out of their events, in one fold over them in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import isqrt

from bot.daily.zones import zone_info
from bot.learning.events import ANSWERS, Event, Kind, merged
from bot.learning.memory import Grade, Memory, grade, reviewed

RULES = 1
"""Raised when a rule below, of the memory or of the grading changes: records are then worked out anew."""
READ_POINTS, TRIED_POINTS, HARD_POINTS, RIGHT_POINTS = 2, 1, 6, 10
STEP_POINTS, CHECKPOINT_POINTS, HELPED_POINTS = 5, 25, 20
"""Points: for the first look at a term; a wrong, a slow or second, a right answer; for a step of a path, a
checkpoint passed for the first time, and an error that somebody helped to find."""
LEVEL_POINTS = 100
"""From level 1 to 2; each level takes so many more than the one before."""

_GRADE_POINTS = {Grade.AGAIN: TRIED_POINTS, Grade.HARD: HARD_POINTS, Grade.GOOD: RIGHT_POINTS}
_LEARNT = ANSWERS | {Kind.STEP, Kind.CHECKPOINT}


@dataclass(frozen=True, slots=True)
class Known:
    """What a person has to do with one term.

    memory: None before the first answer. mastered_at: when it was mastered for the first time.
    missed: whether the last answer was wrong.
    """

    memory: Memory | None = None
    reads: int = 0
    right: int = 0
    answered: int = 0
    missed: bool = False
    mastered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Questions answered, and those answered rightly."""

    answered: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record. Equal events give an equal record, whatever was worked out before.

    zone: as `bot.daily.zones` keeps it; days: its days, with how much was learnt on each.
    events: how many went in; last: the place of the last of them. questions: when each was answered last.
    steps: the terms of finished steps. checkpoints: path and number of those passed.
    """

    zone: str = "UTC"
    events: int = 0
    last: tuple[datetime, str, str] | None = None
    points: int = 0
    helped: int = 0
    terms: Mapping[str, Known] = field(default_factory=dict)
    counts: Mapping[Kind, Count] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    questions: Mapping[str, datetime] = field(default_factory=dict)
    steps: frozenset[str] = frozenset()
    checkpoints: frozenset[tuple[str, int]] = frozenset()

    @property
    def level(self) -> int:
        """From 1."""
        return level(self.points)


def level(points: int) -> int:
    """The level of so many points: 1 from 0, 2 from 100, 3 from 300, 4 from 600 …"""
    # The largest n with 50 n (n - 1) <= points.
    return (1 + isqrt(1 + 8 * points // LEVEL_POINTS)) // 2


def level_begins(number: int) -> int:
    """The points a level begins with."""
    return LEVEL_POINTS * number * (number - 1) // 2


def replay(events: Iterable[Event], zone: str) -> Record:
    """The record of these events, in whatever order they come."""
    return after(Record(zone), merged(events))


def after(record: Record, events: Iterable[Event]) -> Record:
    """The record when these have happened too, in order, none before the record's last.

    Raises ValueError for an event that comes too late to be added: replay them all then.
    """
    fold = _Fold(record)
    for event in events:
        fold.add(event)
    return fold.record()


class _Fold:
    """Adds events to copies, so that no record ever changes."""

    def __init__(self, record: Record) -> None:
        self._now = record
        self._zone = zone_info(record.zone)
        self._terms = dict(record.terms)
        self._counts = dict(record.counts)
        self._days = dict(record.days)
        self._questions = dict(record.questions)
        self._steps = set(record.steps)
        self._checkpoints = set(record.checkpoints)
        self._events, self._last = record.events, record.last
        self._points, self._helped = record.points, record.helped

    def record(self) -> Record:
        return replace(
            self._now,
            events=self._events,
            last=self._last,
            points=self._points,
            helped=self._helped,
            terms=self._terms,
            counts=self._counts,
            days=self._days,
            questions=self._questions,
            steps=frozenset(self._steps),
            checkpoints=frozenset(self._checkpoints),
        )

    def add(self, event: Event) -> None:
        if self._last is not None and event.place <= self._last:
            raise ValueError(f"{event.ref} happened before what the record knows already")
        self._events += 1
        self._last = event.place
        if event.kind in _LEARNT:
            day = event.at.astimezone(self._zone).date()
            self._days[day] = self._days.get(day, 0) + 1
        self._counted(event)

    def _counted(self, event: Event) -> None:
        match event.kind:
            case Kind.READ:
                self._read(event.subject)
            case Kind.GROUP | Kind.ALONE | Kind.PRACTICE:
                self._answered(event)
            case Kind.STEP if event.subject not in self._steps:
                self._steps.add(event.subject)
                self._points += STEP_POINTS
            case Kind.CHECKPOINT if event.right:
                self._passed(event.subject, int(event.detail))
            case Kind.HELPED:
                self._helped += 1
                self._points += HELPED_POINTS

    def _read(self, term: str) -> None:
        known = self._terms.get(term, Known())
        self._points += 0 if known.reads else READ_POINTS
        self._terms[term] = replace(known, reads=known.reads + 1)

    def _passed(self, path: str, number: int) -> None:
        if (path, number) not in self._checkpoints:
            self._checkpoints.add((path, number))
            self._points += CHECKPOINT_POINTS

    def _answered(self, event: Event) -> None:
        right = bool(event.right)
        given = grade(right=right, slow=event.slow, attempt=event.attempt)
        count = self._counts.get(event.kind, Count())
        self._counts[event.kind] = Count(count.answered + 1, count.right + right)
        self._points += _GRADE_POINTS[given]
        self._questions[event.detail] = event.at
        known = self._terms.get(event.subject, Known())
        memory = reviewed(known.memory, given, event.at)
        self._terms[event.subject] = replace(
            known,
            memory=memory,
            right=known.right + right,
            answered=known.answered + 1,
            missed=not right,
            mastered_at=known.mastered_at or (event.at if memory.mastered else None),
        )
