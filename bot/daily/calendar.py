"""When the next post goes out: local times on chosen days as instants, across daylight saving changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.daily.zones import zone_info

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Times:
    """When a chat wants its post. zone: as `zones` keeps it; days: bits, Monday the lowest, at least one."""

    at: time
    zone: str
    days: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A post: the local day it is for, and the instant (UTC) at which it is due."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing unasked is said: from the first (22) to before the second (8); none if equal."""

    start: int = 22
    end: int = 8

    def covers(self, at: time) -> bool:
        """Whether a local time lies in them."""
        if self.start <= self.end:
            return self.start <= at.hour < self.end
        return at.hour >= self.start or at.hour < self.end


def instant(day: date, at: time, zone: tzinfo) -> datetime | None:
    """The instant of a local time; None for a day that the place left out (Samoa, 30 December 2011).

    A time that the clocks skip is taken as the next there is; one that comes twice, at its first coming.
    """
    local = datetime.combine(day, at)
    while local.date() == day:
        found = local.replace(tzinfo=zone).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None) == local:
            return found
        local += _MINUTE
    return None


def next_post(times: Times, after: datetime, since: date | None = None) -> Planned:
    """The first chosen day whose time comes after an instant, and which is later than the day `since`.

    Raises ValueError when no day is chosen or the zone is unknown.
    """
    if not times.days:
        raise ValueError("at least one day must be chosen")
    zone = zone_info(times.zone)
    day = after.astimezone(zone).date()
    if since is not None:
        day = max(day, since + _DAY)
    while True:
        if times.days >> day.weekday() & 1:
            at = instant(day, times.at, zone)
            if at is not None and at > after:
                return Planned(day, at)
        day += _DAY


def local_time(at: datetime, zone: str) -> time:
    """The time of day of an instant in a zone. Raises ValueError for an unknown zone."""
    return at.astimezone(zone_info(zone)).time()


def local_day(at: datetime, zone: str) -> date:
    """The day of an instant in a zone. Raises ValueError for an unknown zone."""
    return at.astimezone(zone_info(zone)).date()
