"""Time zones by whatever people call them: cities, countries, abbreviations, offsets.

A zone is kept as the IANA database names it, or as `UTC+05:30` where somebody gave an offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from zlib import crc32
from zoneinfo import ZoneInfo, available_timezones

from bot.daily.places import ABBREVIATIONS, WORDS, cities

UTC = "UTC"
MOST_EAST, MOST_WEST = 14 * 60, -12 * 60
"""Minutes from UTC between which there are zones (Kiribati, Baker Island)."""
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+\-−]) ?(\d{1,2})(?:[:.]?([0-5]\d))?")
_KEPT_OFFSET = re.compile(r"UTC([+-])(\d\d):([0-5]\d)")
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_COUNTRY_MOST = 4
"""Zones of one country that are offered; whoever lives in another writes its city."""


def find_zones(text: str) -> tuple[str, ...]:
    """The zones that a text may mean: none, the one, or several that must be asked about, likeliest first."""
    folded = fold(text)
    if (offset := _offset(folded)) is not None:
        return offset
    if folded in WORDS and text.strip() == text.strip().lower():
        return ()
    return ABBREVIATIONS.get(folded) or _names().get(folded, ())


def zone_info(zone: str) -> tzinfo:
    """The rules of a kept zone. Raises ValueError for one that nobody knows (any more)."""
    if match := _KEPT_OFFSET.fullmatch(zone):
        minutes = int(match[2]) * 60 + int(match[3])
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    if zone not in _available():
        raise ValueError(f"no time zone is called {zone}")
    return ZoneInfo(zone)


def is_zone(zone: str) -> bool:
    """Whether it is kept in a form that `zone_info` reads."""
    return zone in _available() or _KEPT_OFFSET.fullmatch(zone) is not None


def zone_name(zone: str) -> str:
    """A zone as people read it: `New York`, `UTC+5:30`."""
    if match := _KEPT_OFFSET.fullmatch(zone):
        minutes = "" if match[3] == "00" else f":{match[3]}"
        return f"UTC{match[1]}{int(match[2])}{minutes}"
    return zone.rpartition("/")[2].replace("_", " ")


def zone_code(zone: str) -> str:
    """A zone as a button can carry it: at most eight of `[a-z0-9]`, the same for ever."""
    if match := _KEPT_OFFSET.fullmatch(zone):
        return f"{'w' if match[1] == '-' else 'e'}{match[2]}{match[3]}"
    return f"{crc32(zone.encode()):08x}"


def by_code(code: str) -> str | None:
    """The zone of that code; None when there is none (any more)."""
    if re.fullmatch(r"[ew]\d{4}", code):
        sign = -1 if code[0] == "w" else 1
        return kept_offset(sign * (int(code[1:3]) * 60 + int(code[3:])))
    return _codes().get(code)


def kept_offset(minutes: int) -> str | None:
    """An offset as it is kept; None for one that no place has."""
    if not MOST_WEST <= minutes <= MOST_EAST:
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else UTC


def fold(text: str) -> str:
    """A name without case, accents and punctuation, so that `São_Paulo` is `sao paulo`."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.sub(r"[_,']|(?<=[a-z])\.|(?<=[a-z])-(?=[a-z])", " ", kept).split())


def _offset(folded: str) -> tuple[str, ...] | None:
    """The zone of an offset, none for an impossible one; None when the text is no offset at all."""
    match = _OFFSET.fullmatch(folded)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    zone = kept_offset(minutes if match[1] == "+" else -minutes)
    return (zone,) if zone else ()


@lru_cache(maxsize=1)
def _available() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    return MappingProxyType({zone_code(zone): zone for zone in sorted(_available())})


@lru_cache(maxsize=1)
def _names() -> Mapping[str, tuple[str, ...]]:
    """What is packaged wins over a country, a country over a city of the database, today's over an older."""
    names: dict[str, tuple[str, ...]] = {}
    for name, zones in (*_older(), *_current(), *_countries(), *cities()):
        names[fold(name)] = zones
    return MappingProxyType(names)


def _older() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every zone by its full name, and by its city; Etc, US and the like by full name only."""
    for zone in sorted(_available()):
        yield zone, (zone,)
        if zone.startswith(_REGIONS):
            yield zone.rpartition("/")[2], (zone,)


def _current() -> Iterator[tuple[str, tuple[str, ...]]]:
    for _, zone in _table("zone.tab"):
        yield zone.rpartition("/")[2], (zone,)


def _countries() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Countries by name. Zones that have agreed since 1970 are one there."""
    zones: dict[str, list[str]] = {}
    for codes, zone in _table("zone1970.tab"):
        for code in codes.split(","):
            zones.setdefault(code, []).append(zone)
    for line in _lines("iso3166.tab"):
        code, name = line.split("\t")[:2]
        if code in zones:
            yield name, tuple(zones[code][:_COUNTRY_MOST])


def _table(name: str) -> Iterator[tuple[str, str]]:
    """Country codes and zone, for each line of a table of the database."""
    for line in _lines(name):
        codes, _, zone = line.split("\t")[:3]
        yield codes, zone


def _lines(name: str) -> list[str]:
    text = (files("tzdata.zoneinfo") / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
