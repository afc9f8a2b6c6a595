"""How well a term is remembered: FSRS (https://github.com/open-spaced-repetition), with its default weights.

Grades come from what people do, not from what they say of themselves: wrong is Again, slow or only at the
second try is Hard, right is Good. Intervals are whole days, since nobody chats on the minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from math import log1p

from fsrs import Card, Rating, Scheduler, State

RETENTION = 0.9
"""The chance of still knowing a term on the day it is due."""
MASTERED_DAYS = 21.0
"""A term is mastered when it takes so many days for the chance to fall to nine in ten (Anki: mature)."""
LONGEST_DAYS = 365
_SCHEDULER = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST_DAYS,
    # Chance would make a replay come out differently each time.
    enable_fuzzing=False,
)


class Grade(IntEnum):
    """How an answer went."""

    AGAIN = Rating.Again
    HARD = Rating.Hard
    GOOD = Rating.Good


@dataclass(frozen=True, slots=True)
class Memory:
    """stability: days until the chance of recall is 90 %; difficulty: 1 to 10; due: the next review."""

    stability: float
    difficulty: float
    last: datetime
    due: datetime

    @property
    def mastered(self) -> bool:
        """Whether it stays for weeks."""
        return self.stability >= MASTERED_DAYS


def grade(*, right: bool, slow: bool, attempt: int) -> Grade:
    """The grade of an answer."""
    if not right:
        return Grade.AGAIN
    return Grade.HARD if slow or attempt > 1 else Grade.GOOD


def reviewed(memory: Memory | None, given: Grade, at: datetime) -> Memory:
    """The memory after an answer; None before the first. `at` is in UTC and not before the last."""
    card, _ = _SCHEDULER.review_card(_card(memory, at), Rating(given), at)
    if card.stability is None or card.difficulty is None:
        raise ValueError("a reviewed card has a stability and a difficulty")
    return Memory(card.stability, card.difficulty, at, card.due)


def recall(memory: Memory, now: datetime) -> float:
    """The chance of knowing it now, 0 to 1. It falls at the end of each whole day."""
    return float(_SCHEDULER.get_card_retrievability(_card(memory, now), now))


def strength(memory: Memory | None, now: datetime) -> float:
    """Mastery from 0 to 1: how long it would stay (1 from 21 days on), times the chance of knowing it now."""
    if memory is None:
        return 0.0
    return recall(memory, now) * min(1.0, log1p(memory.stability) / log1p(MASTERED_DAYS))


def _card(memory: Memory | None, now: datetime) -> Card:
    # The id is not used; without one the library would wait for a millisecond to get a new one.
    if memory is None:
        return Card(card_id=0, due=now)
    return Card(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.last,
    )
