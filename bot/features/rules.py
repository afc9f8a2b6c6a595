"""What the admins of a chat have decided, read from its settings; and when a weekly quiz comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.quiz.model import Pace

STARTERS, PACE, ZONE = "quiz-starters", "quiz-pace", "zone"
WEEKLY, WEEKLY_ID, ANNOUNCE = "quiz-weekly", "quiz-weekly-id", "quiz-announce"
"""The keys of the settings."""
EVERYBODY, ADMINS, ON, OFF = "everybody", "admins", "on", "off"
UTC_NAME = "UTC"
ANNOUNCED_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """A quiz each week. day: 0 is Monday; hour: 0-23, in the chat's zone; topic: an id, empty for any."""

    day: int
    hour: int
    topic: str = ""

    def encode(self) -> str:
        """The text that is kept."""
        return f"{self.day} {self.hour} {self.topic}".rstrip()


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a chat, all of them; what was never set is as here."""

    admins_only: bool = False
    pace: Pace = Pace.CALM
    zone: str = UTC_NAME
    weekly: Weekly | None = None
    announced: bool = False


def rules(kept: Mapping[str, str]) -> Rules:
    """Reads what is kept; a value that nobody can read (any more) counts as never set."""
    zone = kept.get(ZONE, UTC_NAME)
    return Rules(
        admins_only=kept.get(STARTERS) == ADMINS,
        pace=Pace.SPRINT if kept.get(PACE) == Pace.SPRINT else Pace.CALM,
        zone=zone if zone in available_timezones() else UTC_NAME,
        weekly=_weekly(kept.get(WEEKLY, OFF)),
        announced=kept.get(ANNOUNCE) == ON,
    )


def next_weekly(weekly: Weekly, zone: str, after: datetime) -> datetime:
    """The first time after `after` at which that weekday has that hour in the zone, in UTC.

    An hour that the clocks skip is taken an hour later; one that comes twice, at its first coming.
    """
    local = after.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=(weekly.day - local.weekday()) % 7)
    found = _at(day, weekly.hour, zone)
    return found if found > after else _at(day + timedelta(days=7), weekly.hour, zone)


def _at(day: date, hour: int, zone: str) -> datetime:
    local = datetime.combine(day, time(hour), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def _weekly(kept: str) -> Weekly | None:
    day, _, rest = kept.partition(" ")
    hour, _, topic = rest.partition(" ")
    if not (day.isdecimal() and hour.isdecimal() and int(day) < 7 and int(hour) < 24):
        return None
    return Weekly(int(day), int(hour), topic)
