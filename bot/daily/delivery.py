"""What is to be done about one post, from what is on record of it: never twice, and not too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.daily.calendar import Planned, Quiet, local_time

GRACE = timedelta(hours=3)
"""How late a post may be; later, it is left out."""
PUNCTUAL = timedelta(minutes=15)
"""A post within this is not late, whatever the quiet hours say: its time was somebody's wish."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
"""Between attempts that definitely failed; each pause is twice the one before."""


class Outcome(StrEnum):
    """What became of a post."""

    OPEN = ""
    """It is being tried."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """It may have been sent; it counts as if it were, and is not repeated."""
    FAILED = "failed"
    """Refused for as long as it could be tried."""
    MISSED = "missed"
    """The bot, or the platform, was away for too long."""
    LOST = "lost"
    """The chat cannot be reached any more."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record of a post. attempted_at: when a sending began whose end is not on record."""

    outcome: Outcome = Outcome.OPEN
    attempts: int = 0
    attempted_at: datetime | None = None


class Step(StrEnum):
    """What comes next."""

    SEND = "send"
    REPEAT = "repeat"
    """Send again under the same key: the platform drops the second."""
    GIVE_UP = "give up"
    """It may have been sent, and a repeat would not be recognised."""
    LEAVE_OUT = "leave out"
    NOTHING = "nothing"
    """It is settled already."""


def next_step(
    record: Record | None,
    planned: Planned,
    zone: str,
    quiet: Quiet,
    *,
    now: datetime,
    repeat_within: timedelta,
) -> Step:
    """Decides. repeat_within: how long the platform recognises a repeat, from the first attempt on."""
    record = record or Record()
    if record.outcome is not Outcome.OPEN:
        return Step.NOTHING
    if record.attempted_at is not None:
        repeatable = now < record.attempted_at + repeat_within
        return Step.REPEAT if repeatable else Step.GIVE_UP
    if now > planned.at + GRACE or _disturbs(planned, zone, quiet, now):
        return Step.LEAVE_OUT
    return Step.SEND


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts that definitely failed."""
    return min(FIRST_PAUSE * (1 << min(attempts, 10)), LONGEST_PAUSE)


def _disturbs(planned: Planned, zone: str, quiet: Quiet, now: datetime) -> bool:
    """A late post may not fall into the quiet hours, unless its own time lies in them."""
    if now <= planned.at + PUNCTUAL or quiet.covers(local_time(planned.at, zone)):
        return False
    return quiet.covers(local_time(now, zone))
