"""A quiz as text for the store, and back.

The text is JSON with a version. Who has answered the open item is not in it: the answers are rows, and the
rows know. A field that is added later gets a default here; one that changes its meaning gets a new version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from bot.quiz.model import Item, Pace, Phase, Quiz

VERSION = 1
T = TypeVar("T")


class BadSnapshot(ValueError):
    """The text is no snapshot of a quiz that this version can read."""


class OtherVersion(BadSnapshot):
    """It is sound, and another version of the program can read it."""


def encode(quiz: Quiz) -> str:
    """The quiz as JSON, without who has answered the open item."""
    return json.dumps(_snapshot(quiz), separators=(",", ":"), sort_keys=True)


def decode(text: str, answered: Iterable[int] = ()) -> Quiz:
    """The quiz of a snapshot.

    answered: the participants with an answer to the snapshot's item, from the rows.
    Raises BadSnapshot for another version or a damaged text.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadSnapshot("The snapshot is no JSON. Restore a backup.") from error
    version = found.get("version") if isinstance(found, dict) else None
    if version != VERSION:
        wrong = OtherVersion if isinstance(version, int) else BadSnapshot
        raise wrong(
            f"The snapshot has version {version}, this program reads version {VERSION}. "
            "Run the version of whatis-bot that wrote it, or a newer one."
        )
    try:
        return _quiz(found, frozenset(answered))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadSnapshot(f"The snapshot is damaged ({error!r}). Restore a backup.") from error


def _snapshot(quiz: Quiz) -> dict[str, Any]:
    return {
        "version": VERSION,
        "opener": quiz.opener,
        "rooms": sorted(quiz.rooms),
        "items": [pack(item) for item in quiz.items],
        "spares": [pack(item) for item in quiz.spares],
        "pace": quiz.pace.value,
        "alone": quiz.alone,
        "phase": quiz.phase.value,
        "number": quiz.number,
        "sent": sorted(quiz.sent),
        "asked_at": _text(quiz.asked_at),
        "opened_at": _text(quiz.opened_at),
        "due": _text(quiz.due),
        "active": sorted(quiz.active.items()),
        "unanswered": quiz.unanswered,
    }


def _quiz(found: dict[str, Any], answered: frozenset[int]) -> Quiz:
    items, number = tuple(map(unpack, found["items"])), _is(int, found["number"])
    if not -1 <= number < len(items):
        raise ValueError(f"there is no item {number}")
    return Quiz(
        opener=_is(int, found["opener"]),
        rooms=frozenset(_all(int, found["rooms"])),
        items=items,
        spares=tuple(map(unpack, found["spares"])),
        pace=Pace(found["pace"]),
        alone=_is(bool, found["alone"]),
        phase=Phase(found["phase"]),
        number=number,
        sent=frozenset(_all(int, found["sent"])),
        asked_at=_time(found["asked_at"]),
        opened_at=_time(found["opened_at"]),
        due=_time(found["due"]),
        active={_is(int, who): _is(int, at) for who, at in found["active"]},
        answered=answered,
        unanswered=_is(int, found["unanswered"]),
    )


def pack(item: Item) -> dict[str, Any]:
    """An item as JSON holds it."""
    packed = {"question": item.question, "order": list(item.order), "seconds": item.seconds}
    return {**packed, "void": True} if item.void else packed


def unpack(found: dict[str, Any]) -> Item:
    """An item from what `pack` made. Raises KeyError, TypeError or ValueError for anything else."""
    order = tuple(_all(int, found["order"]))
    if sorted(order) != list(range(len(order))):
        raise ValueError(f"{list(order)} is no order of options")
    return Item(
        question=_is(str, found["question"]),
        order=order,
        seconds=_is(int, found["seconds"]),
        void=_is(bool, found.get("void", False)),
    )


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return time


def _all(kind: type[T], values: list[object]) -> list[T]:
    return [_is(kind, value) for value in values]


def _is(kind: type[T], value: object) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
