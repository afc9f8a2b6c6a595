"""A record as text for the store, and back. A text of other rules is no record any more."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from bot.learning.events import Kind
from bot.learning.memory import Memory
from bot.learning.record import RULES, Count, Known, Record


def encode(record: Record) -> str:
    """The text of a record."""
    fields: dict[str, Any] = {
        "rules": RULES,
        "zone": record.zone,
        "events": record.events,
        "last": record.last,
        "points": record.points,
        "helped": record.helped,
        "terms": {term: asdict(known) for term, known in record.terms.items()},
        "counts": {kind: [count.answered, count.right] for kind, count in record.counts.items()},
        "days": {day.isoformat(): count for day, count in record.days.items()},
        "questions": record.questions,
        "steps": sorted(record.steps),
        "checkpoints": sorted(record.checkpoints),
    }
    return json.dumps(fields, default=datetime.isoformat, separators=(",", ":"))


def decode(text: str) -> Record | None:
    """The record of a text; None when it was worked out by other rules."""
    found = json.loads(text)
    if found["rules"] != RULES:
        return None
    last = found["last"]
    return Record(
        zone=found["zone"],
        events=found["events"],
        last=(_instant(last[0]), last[1], last[2]) if last else None,
        points=found["points"],
        helped=found["helped"],
        terms={term: _known(known) for term, known in found["terms"].items()},
        counts={Kind(kind): Count(*count) for kind, count in found["counts"].items()},
        days={date.fromisoformat(day): count for day, count in found["days"].items()},
        questions={name: _instant(at) for name, at in found["questions"].items()},
        steps=frozenset(found["steps"]),
        checkpoints=frozenset((path, number) for path, number in found["checkpoints"]),
    )


def _known(fields: dict[str, Any]) -> Known:
    memory, mastered = fields.pop("memory"), fields.pop("mastered_at")
    return Known(
        memory=_memory(memory) if memory else None,
        mastered_at=_instant(mastered) if mastered else None,
        **fields,
    )


def _memory(fields: dict[str, Any]) -> Memory:
    last, due = _instant(fields["last"]), _instant(fields["due"])
    return Memory(fields["stability"], fields["difficulty"], last, due)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
