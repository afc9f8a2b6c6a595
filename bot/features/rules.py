"""What the admins of a chat have decided, read from its settings; and when a weekly quiz comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.daily.manners import POSTS_HOME
from bot.daily.zones import is_zone, zone_info
from bot.quiz.model import Pace

STARTERS, PACE, ZONE = "quiz-starters", "quiz-pace", "zone"
WEEKLY, WEEKLY_ID, ANNOUNCE = "quiz-weekly", "quiz-weekly-id", "quiz-announce"
WEEKLY_AT, QUIZ_HOME = "quiz-weekly-at", "quiz-home"
"""The keys of the settings; those of the weekly quiz belong together."""
OF_THE_WEEK = frozenset((WEEKLY, WEEKLY_ID, ANNOUNCE, WEEKLY_AT))
EVERYBODY, ADMINS, ON, OFF = "everybody", "admins", "on", "off"
_ROLE = "role-"
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
    """The settings of a chat, all of them; what was never set is as here.

    role: the one whose members start quizzes beside the admins, None when it is not by role.
    quiz_home, posts_home: the rooms (`bot.rooms`) where these go, empty for wherever they are asked for.
    weekly_at: the room in whose settings the weekly quiz was set up, empty for the very room it is read in.
    """

    admins_only: bool = False
    pace: Pace = Pace.CALM
    zone: str = UTC_NAME
    weekly: Weekly | None = None
    announced: bool = False
    role: int | None = None
    quiz_home: str = ""
    posts_home: str = ""
    weekly_at: str = ""

    @property
    def announced_at(self) -> str:
        """The room in which the weekly quiz is announced: posts have a home of their own, or go with it."""
        return self.posts_home or self.quiz_home or self.weekly_at


def rules(kept: Mapping[str, str]) -> Rules:
    """Reads what is kept; a value that nobody can read (any more) counts as never set."""
    zone = kept.get(ZONE, UTC_NAME)
    starters = kept.get(STARTERS, EVERYBODY)
    return Rules(
        admins_only=starters == ADMINS,
        pace=Pace.SPRINT if kept.get(PACE) == Pace.SPRINT else Pace.CALM,
        zone=zone if is_zone(zone) else UTC_NAME,
        weekly=_weekly(kept.get(WEEKLY, OFF)),
        announced=kept.get(ANNOUNCE) == ON,
        role=role_in(starters),
        quiz_home=kept.get(QUIZ_HOME, ""),
        posts_home=kept.get(POSTS_HOME, ""),
        weekly_at=kept.get(WEEKLY_AT, ""),
    )


def kept_role(role: int) -> str:
    """The text that is kept: those with the role start quizzes."""
    return f"{_ROLE}{role}"


def role_in(starters: str) -> int | None:
    """The role in such a text; None when it is another."""
    number = starters.removeprefix(_ROLE)
    return int(number) if starters.startswith(_ROLE) and number.isdecimal() and len(number) < 20 else None


def next_weekly(weekly: Weekly, zone: str, after: datetime) -> datetime:
    """The first time after `after` at which that weekday has that hour in the zone, in UTC.

    An hour that the clocks skip is taken an hour later; one that comes twice, at its first coming.
    """
    local = after.astimezone(zone_info(zone))
    day = local.date() + timedelta(days=(weekly.day - local.weekday()) % 7)
    found = _at(day, weekly.hour, zone)
    return found if found > after else _at(day + timedelta(days=7), weekly.hour, zone)


def _at(day: date, hour: int, zone: str) -> datetime:
    local = datetime.combine(day, time(hour), tzinfo=zone_info(zone))
    return local.astimezone(UTC)


def _weekly(kept: str) -> Weekly | None:
    day, _, rest = kept.partition(" ")
    hour, _, topic = rest.partition(" ")
    if not (day.isdecimal() and hour.isdecimal() and int(day) < 7 and int(hour) < 24):
        return None
    return Weekly(int(day), int(hour), topic)
