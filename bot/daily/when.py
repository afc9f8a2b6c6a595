"""Times of day and days of the week, as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from types import MappingProxyType

EVERY_DAY, WEEKDAYS, WEEKENDS = 0b1111111, 0b0011111, 0b1100000
"""Days of the week as bits, Monday the lowest."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EARLY = 7
"""A bare hour before this is unclear: by the clock it is night, and people who write it mean either."""

_NAMED: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "noon": (12, 0),
        "midday": (12, 0),
        "12 noon": (12, 0),
        "midnight": (0, 0),
        "12 midnight": (0, 0),
        "morning": (9, 0),
        "evening": (19, 0),
    }
)
_HALF = r"(?:a ?m|in the morning)|(?:p ?m|in the afternoon|in the evening)|(?:at night)"
_CLOCK = re.compile(rf"(\d{{1,2}})(?: ?[:.h] ?(\d{{2}}))?(?: ?(?:h|hrs?|o ?clock|uhr))?(?: ?({_HALF}))?")
_MILITARY = re.compile(r"(\d{2})(\d{2})(?: ?(?:h|hrs?|hours))?()")
_SPOKEN = re.compile(rf"(half past|quarter past|quarter to) (\d{{1,2}})(?: ?({_HALF}))?")
_SPOKEN_MINUTES: Mapping[str, int] = MappingProxyType(
    {"half past": 30, "quarter past": 15, "quarter to": -15}
)
_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOUR = re.compile(rf"\b({'|'.join(_HOURS)})\b")
_GROUPS: Mapping[str, int] = MappingProxyType(
    {
        "daily": EVERY_DAY,
        "everyday": EVERY_DAY,
        "day": EVERY_DAY,
        "each day": EVERY_DAY,
        "all days": EVERY_DAY,
        "weekdays": WEEKDAYS,
        "weekday": WEEKDAYS,
        "workdays": WEEKDAYS,
        "working days": WEEKDAYS,
        "weekend": WEEKENDS,
        "weekends": WEEKENDS,
    }
)
_BETWEEN = ("-", "–", "to", "through", "until")
_AND = ("and", "&", "+")


def read_time(text: str) -> tuple[time, ...]:
    """The times that a text may mean: none, the one, or a morning and an evening that must be asked about.

    A bare `9` is nine in the morning, as on every clock of 24 hours; `06:30` says by its zero that it is
    of such a clock; `6` alone may be either.
    """
    said = " ".join(re.sub(r"(?<=[a-z])\.|[’']", " ", text.casefold()).split())
    said = _HOUR.sub(lambda word: str(_HOURS.index(word[0]) + 1), said)
    if said in _NAMED:
        return (time(*_NAMED[said]),)
    if match := _SPOKEN.fullmatch(said):
        return _spoken(match)
    if match := _CLOCK.fullmatch(said) or _MILITARY.fullmatch(said):
        sure = match[1].startswith("0") or match.re is _MILITARY
        return _of_clock(int(match[1]), int(match[2] or 0), match[3] or "", sure=sure)
    return ()


def read_days(text: str) -> int | None:
    """The days that a text names, as bits; None when it names none: `weekdays`, `mon-fri`, `sat and sun`."""
    said = re.sub(r"\s*([-–&+])\s*", r" \1 ", text.casefold().replace(",", " "))
    words = said.split()
    words = words[1:] if words[:1] in (["every"], ["only"]) and len(words) > 1 else words
    if (group := _GROUPS.get(" ".join(words))) is not None:
        return group
    days, span_from, last = 0, None, None
    for word in words:
        if word in _AND or (word in _BETWEEN and last is None):
            continue
        if word in _BETWEEN:
            span_from = last
        elif (last := _day(word)) is None:
            return None
        else:
            days |= 1 << last if span_from is None else _span(span_from, last)
            span_from = None
    return days or None


def clock(at: time) -> str:
    """`09:30`: the same to everybody."""
    return f"{at:%H:%M}"


def _spoken(match: re.Match[str]) -> tuple[time, ...]:
    minutes = int(match[2]) * 60 + _SPOKEN_MINUTES[match[1]]
    return _of_clock(*divmod(minutes, 60), match[3] or "", sure=False)


def _of_clock(hour: int, minute: int, half: str, *, sure: bool) -> tuple[time, ...]:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return ()
    hour %= 24
    if half:
        return _of_half(hour, minute, half)
    if sure or not 1 <= hour < EARLY:
        return (time(hour, minute),)
    return time(hour, minute), time(hour + 12, minute)


def _of_half(hour: int, minute: int, half: str) -> tuple[time, ...]:
    """`12 am` is midnight and `12 pm` noon; `9 at night` is late and `2 at night` early."""
    morning = half[0] == "a" or half.endswith("morning")
    if half == "at night":
        morning = hour < EARLY - 1 or hour == 12
    if hour > 12 or hour == 0:
        return () if morning and hour else (time(hour, minute),)
    return (time(hour % 12 if morning else hour % 12 + 12, minute),)


def _day(word: str) -> int | None:
    """The day that a word of three letters or more begins, in the plural too."""
    word = word.rstrip(".")
    singular = word.removesuffix("s") if len(word) > 4 else word
    found = (n for n, day in enumerate(DAYS) if len(singular) >= 3 and day.startswith(singular))
    return next(found, None)


def _span(first: int, last: int) -> int:
    """The days from one to another, across Sunday too."""
    return sum(1 << (first + n) % 7 for n in range((last - first) % 7 + 1))
