"""What a record means beside the content: mastery by topic, places on paths, badges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.daily.streak import streak
from bot.learning.memory import strength
from bot.learning.record import Record

BLOCK = 4
"""Steps of a path between two checkpoints."""
PASS_SHARE = 0.8
"""Of a checkpoint's questions that must be right at the first try; and of a topic's terms, to master it."""
WEEK_STREAK, MONTH_STREAK = 7, 30


@dataclass(frozen=True, slots=True)
class Syllabus:
    """The content as far as learning is concerned: term ids by topic, and by path in order."""

    topics: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands on a path.

    done: steps finished, of `steps`. term: the next step; empty when a checkpoint comes next, or nothing.
    checkpoint: its number from 1; 0 when a step comes next, or nothing.
    """

    done: int
    steps: int
    term: str = ""
    checkpoint: int = 0

    @property
    def finished(self) -> bool:
        """Whether every step is done and every checkpoint passed."""
        return not self.term and not self.checkpoint


class Merit(StrEnum):
    """What a badge is for."""

    PATH = "path"
    TOPIC = "topic"
    WEEK = "week"
    MONTH = "month"
    HELPED = "helped"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge; `subject` is the topic it is for."""

    merit: Merit
    subject: str = ""


def topic_mastery(record: Record, terms: tuple[str, ...], now: datetime) -> float:
    """The mean strength of the terms, 0 to 1; those never answered count as 0."""
    known = (record.terms.get(term) for term in terms)
    return sum(strength(k.memory, now) for k in known if k) / max(len(terms), 1)


def place(record: Record, path: str, steps: tuple[str, ...]) -> Place:
    """Where the person stands. A step done on one path is done on every path."""
    done = sum(term in record.steps for term in steps)
    for number, block in enumerate(blocks(steps), start=1):
        waiting = next((term for term in block if term not in record.steps), "")
        if waiting:
            return Place(done, len(steps), term=waiting)
        if (path, number) not in record.checkpoints:
            return Place(done, len(steps), checkpoint=number)
    return Place(done, len(steps))


def blocks(steps: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The steps from checkpoint to checkpoint."""
    return [steps[start : start + BLOCK] for start in range(0, len(steps), BLOCK)]


def passed(right: int, asked: int) -> bool:
    """Whether so many right answers pass a checkpoint."""
    return asked > 0 and right >= PASS_SHARE * asked


def due(record: Record, now: datetime) -> list[str]:
    """The terms due for review, those longest due first."""
    waiting = [(k.memory.due, term) for term, k in record.terms.items() if k.memory and k.memory.due <= now]
    return [term for _, term in sorted(waiting)]


def badges(record: Record, syllabus: Syllabus) -> list[Badge]:
    """All badges earned, in a fixed order."""
    return list(_badges(record, syllabus))


def _badges(record: Record, syllabus: Syllabus) -> Iterator[Badge]:
    if any(place(record, path, steps).finished for path, steps in syllabus.paths.items()):
        yield Badge(Merit.PATH)
    for topic, terms in syllabus.topics.items():
        mastered = sum(1 for t in terms if (k := record.terms.get(t)) and k.mastered_at)
        if terms and mastered >= PASS_SHARE * len(terms):
            yield Badge(Merit.TOPIC, topic)
    best = streak(record.days, max(record.days)).best if record.days else 0
    if best >= WEEK_STREAK:
        yield Badge(Merit.WEEK)
    if best >= MONTH_STREAK:
        yield Badge(Merit.MONTH)
    if record.helped:
        yield Badge(Merit.HELPED)
