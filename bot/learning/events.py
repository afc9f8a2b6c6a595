"""What happened to a learner. Everything else about them is worked out from these, so rules can change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing happened, and what `subject` and `detail` are then."""

    READ = "read"
    """A definition was shown: subject the term."""
    TIP = "tip"
    """A tip was shown: subject its term, detail the tip."""
    GROUP = "group"
    """A question of a group's quiz was answered: subject the term, detail the question. Also the next two."""
    ALONE = "alone"
    PRACTICE = "practice"
    STEP = "step"
    """A step of a path was finished: subject the term, detail the path."""
    CHECKPOINT = "checkpoint"
    """A checkpoint was tried: subject the path, detail its number from 1, right whether it was passed."""
    HELPED = "helped"
    """A report of theirs turned out to be right: subject what it was about."""


ANSWERS = frozenset({Kind.GROUP, Kind.ALONE, Kind.PRACTICE})
"""The kinds that are answers to questions."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one account.

    account: whose, as `telegram:123`; ref: what tells it apart from the account's other events.
    right: for answers and checkpoints; slow: the answer took longer than it should.
    attempt: 2 for a question that was missed a moment before.
    """

    account: str
    ref: str
    kind: Kind
    subject: str
    at: datetime
    detail: str = ""
    right: bool | None = None
    slow: bool = False
    attempt: int = 1

    @property
    def place(self) -> tuple[datetime, str, str]:
        """Its place among all events of a person: the same however many accounts were joined, and when."""
        return self.at, self.account, self.ref


def merged(*accounts: Iterable[Event]) -> list[Event]:
    """The events of several accounts as those of one person: each once, in the order they happened."""
    return sorted({event.place: event for events in accounts for event in events}.values(), key=_place)


def _place(event: Event) -> tuple[datetime, str, str]:
    return event.place
