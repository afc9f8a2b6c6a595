"""What somebody who types `/tips …` wants, by what each word is, in whatever order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from types import MappingProxyType

from bot.daily.when import read_days, read_time
from bot.daily.zones import find_zones


class Action(StrEnum):
    """What is to be done."""

    ON = "on"
    OFF = "off"
    STATUS = "status"


class Kinds(StrEnum):
    """What the daily post holds."""

    TIP = "t"
    QUESTION = "q"
    BOTH = "tq"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was understood.

    action: None when it was not said. times, zones: several when it must be asked which one; empty: not said.
    days: bits, 0 when not said. target: a channel's `@name`, or the id of one that has none. rest: the words
    that are none of these, which may be a topic.
    """

    action: Action | None = None
    times: tuple[time, ...] = ()
    zones: tuple[str, ...] = ()
    days: int = 0
    kinds: Kinds | None = None
    target: str = ""
    rest: str = ""


_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "on": Action.ON,
        "start": Action.ON,
        "subscribe": Action.ON,
        "off": Action.OFF,
        "stop": Action.OFF,
        "unsubscribe": Action.OFF,
        "status": Action.STATUS,
        "show": Action.STATUS,
    }
)
_KINDS: Mapping[str, Kinds] = MappingProxyType(
    {
        "tip": Kinds.TIP,
        "tips": Kinds.TIP,
        "question": Kinds.QUESTION,
        "questions": Kinds.QUESTION,
        "both": Kinds.BOTH,
    }
)
_JOINING = ("a", "an", "the", "and", "&", "at", "about", "for", "from", "in", "is", "my", "of", "on", "with")
_FILLERS = frozenset((*_JOINING, "every", "only", "please", "time", "timezone", "zone"))
_NAMED = re.compile(r"(?:@|(?:https?://)?t\.me/)([A-Za-z]\w{3,31})")
_BARE = re.compile(r"(?:https?://)?t\.me/c/(\d{1,13})(?:/\d+)*/?")
_CHANNELS = 1_000_000_000_000
"""The id of a channel is this and the number in its links, below zero (core.telegram.org/api/bots/ids)."""
_LONGEST = 14
"""Words that belong together at most: all days of a week with `and` between them."""


def read_wish(text: str) -> Wish:
    """Reads a typed text. Nothing in it is ever an error: what is not understood is in `rest`."""
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    action = _ACTIONS.get(words[0].casefold()) if words else None
    return _read(words[1:] if action else words, Wish(action))


def _read(words: Sequence[str], wish: Wish) -> Wish:
    """Takes the longest run of words that is something, over and over."""
    rest: list[str] = []
    while words:
        for length in range(min(len(words), _LONGEST), 0, -1):
            taken = _taken(wish, " ".join(words[:length]))
            if taken is not None:
                wish, words = taken, words[length:]
                break
        else:
            rest, words = [*rest, words[0]], words[1:]
    return replace(wish, rest=" ".join(_trimmed(rest)))


def _taken(wish: Wish, phrase: str) -> Wish | None:
    """The wish with what the phrase says; None when it says nothing, or that was said already."""
    readers: tuple[Callable[[Wish, str], Wish | None], ...] = (_target, _time, _days, _kinds, _zone)
    return next((found for read in readers if (found := read(wish, phrase)) is not None), None)


def _target(wish: Wish, phrase: str) -> Wish | None:
    """`@name`, its address, or the address of a post in a channel without a name (`t.me/c/123/45`)."""
    named, bare = _NAMED.fullmatch(phrase), _BARE.fullmatch(phrase)
    if wish.target or not (named or bare):
        return None
    target = f"@{named[1]}" if named else str(-(_CHANNELS + int(bare[1]))) if bare else ""
    return replace(wish, target=target)


def _time(wish: Wish, phrase: str) -> Wish | None:
    times = read_time(phrase)
    return replace(wish, times=times) if times and not wish.times else None


def _days(wish: Wish, phrase: str) -> Wish | None:
    days = read_days(phrase)
    return replace(wish, days=days) if days and not wish.days else None


def _kinds(wish: Wish, phrase: str) -> Wish | None:
    kinds = _KINDS.get(phrase.casefold())
    if kinds is None:
        return None
    return replace(wish, kinds=kinds if wish.kinds in (None, kinds) else Kinds.BOTH)


def _zone(wish: Wish, phrase: str) -> Wish | None:
    zones = find_zones(phrase)
    return replace(wish, zones=zones) if zones and not wish.zones else None


def _trimmed(words: list[str]) -> list[str]:
    """The words without those that only joined them to others."""
    while words and words[0].casefold() in _FILLERS:
        words = words[1:]
    while words and words[-1].casefold() in _FILLERS:
        words = words[:-1]
    return words
