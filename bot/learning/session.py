"""A session of questions for one person: practice, a step of a path, or a checkpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.quiz import codec
from bot.quiz.model import Item

AWAY = timedelta(minutes=5)
"""Longer than this nobody thinks about a question: they were away, which says nothing."""


class Purpose(StrEnum):
    """What a session is for, and what `about` is then."""

    PRACTICE = "practice"
    """A topic or path, empty for anything."""
    STEP = "step"
    """Path and term, with a space between."""
    CHECKPOINT = "checkpoint"
    """Path and number, with a space between."""


@dataclass(frozen=True, slots=True)
class Part:
    """A question of a session. seconds: an answer that takes longer is slow; attempt: 2 for one missed."""

    term: str
    item: Item
    seconds: int
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Session:
    """place: the part that waits for an answer; right: how many were right at the first try."""

    purpose: Purpose
    about: str
    parts: tuple[Part, ...]
    shown_at: datetime
    place: int = 0
    right: int = 0

    @property
    def over(self) -> bool:
        """Whether every part is answered."""
        return self.place >= len(self.parts)

    @property
    def asked(self) -> int:
        """How many questions it has, second tries not counted."""
        return sum(part.attempt == 1 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer was: the part, the option chosen as shown, and how it went."""

    part: Part
    option: int
    right: bool
    slow: bool


def answered(session: Session, place: int, option: int, now: datetime) -> tuple[Session, Outcome | None]:
    """The session after an answer to the part at `place`; unchanged, and None, when that one is not open.

    What was missed comes once more at the end, except in a checkpoint.
    """
    if session.over or place != session.place or not 0 <= option < len(session.parts[place].item.order):
        return session, None
    part = session.parts[place]
    right = option == part.item.key
    took = now - session.shown_at
    slow = timedelta(seconds=part.seconds) < took <= AWAY
    again = not right and part.attempt == 1 and session.purpose is not Purpose.CHECKPOINT
    after = replace(
        session,
        place=place + 1,
        shown_at=now,
        right=session.right + (right and part.attempt == 1),
        parts=(*session.parts, replace(part, attempt=2)) if again else session.parts,
    )
    return after, Outcome(part, option, right, slow)


def encode(session: Session) -> str:
    """The text of a session."""
    parts = [[p.term, codec.pack(p.item), p.seconds, p.attempt] for p in session.parts]
    return json.dumps(
        {
            "purpose": session.purpose,
            "about": session.about,
            "parts": parts,
            "shown_at": session.shown_at.isoformat(),
            "place": session.place,
            "right": session.right,
        },
        separators=(",", ":"),
    )


def decode(text: str) -> Session:
    """The session of a text."""
    found = json.loads(text)
    return Session(
        purpose=Purpose(found["purpose"]),
        about=found["about"],
        parts=tuple(Part(term, codec.unpack(item), s, n) for term, item, s, n in found["parts"]),
        shown_at=datetime.fromisoformat(found["shown_at"]),
        place=found["place"],
        right=found["right"],
    )
