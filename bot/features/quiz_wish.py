"""What somebody who types `/quiz …` wants: topic, questions, seconds and level, in whatever order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.features.topics import find_topic
from bot.library.library import Library
from bot.library.schema import Difficulty, Term, Topic

USUAL_QUESTIONS, LEAST_QUESTIONS, MOST_QUESTIONS = 7, 3, 30
LEAST_SECONDS, MOST_SECONDS = 10, 120
MIXED = frozenset(("", "mixed", "anything", "everything", "all", "any", "random", "surprise me"))
"""Words for no topic in particular."""

_LEVELS: Mapping[str, Difficulty] = MappingProxyType(
    {
        "easy": Difficulty.EASY,
        "core": Difficulty.EASY,
        "beginner": Difficulty.EASY,
        "medium": Difficulty.MEDIUM,
        "common": Difficulty.MEDIUM,
        "intermediate": Difficulty.MEDIUM,
        "hard": Difficulty.HARD,
        "advanced": Difficulty.HARD,
        "expert": Difficulty.HARD,
    }
)
_NUMBER = re.compile(r"(\d{1,4})(q|questions?|s|secs?|seconds?)?")
_FILLERS = frozenset(("q", "question", "questions", "s", "sec", "secs", "second", "seconds", "on", "about"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for.

    about: a topic, a single term, or None for a mixture; unknown: words that are neither.
    seconds: for each question; None leaves it to their length. level: None for all.
    """

    about: Topic | Term | None = None
    questions: int = USUAL_QUESTIONS
    seconds: int | None = None
    level: Difficulty | None = None
    unknown: str = ""


def split(text: str) -> Mapping[str, str]:
    """The parameters in a typed text: the first number is questions, the second seconds.

    `10q` and `30s` say themselves which they are; a word for a level is one; the rest is the topic.
    """
    values: dict[str, str] = {}
    topic: list[str] = []
    for word in text.split():
        number = _NUMBER.fullmatch(word.casefold())
        if number is not None and (name := _place(number[2] or "", values)):
            values[name] = number[1]
        elif word.casefold() in _LEVELS and "level" not in values:
            values["level"] = word.casefold()
        elif not (word.casefold() in _FILLERS and (values or not topic)):
            topic.append(word)
    return {**values, **({"topic": " ".join(topic)} if topic else {})}


def _place(unit: str, taken: Mapping[str, str]) -> str:
    """Which parameter a number is; empty when it is none, so that `gpt 4 10 30 5` loses nothing."""
    wanted = {"q": ("questions",), "s": ("seconds",)}.get(unit[:1], ("questions", "seconds"))
    return next((name for name in wanted if name not in taken), "")


def wish(values: Mapping[str, str], library: Library) -> Wish:
    """Numbers beyond the limits are brought within them: what begins says how many there are."""
    words = values.get("topic", "").strip()
    about = find_topic(library, words) or _term(library, words) if words.casefold() not in MIXED else None
    questions = _number(values.get("questions"), LEAST_QUESTIONS, MOST_QUESTIONS)
    return Wish(
        about=about,
        questions=questions or USUAL_QUESTIONS,
        seconds=_number(values.get("seconds"), LEAST_SECONDS, MOST_SECONDS),
        level=_LEVELS.get(values.get("level", "").casefold()),
        unknown=words if about is None and words.casefold() not in MIXED else "",
    )


def _term(library: Library, words: str) -> Term | None:
    found = library.search.find(words).answer
    return library.term(found.id) if found else None


def _number(text: str | None, least: int, most: int) -> int | None:
    """The number within its limits; None when it is left out or no number."""
    return held(int(text), least, most) if text and text.isdecimal() else None


def held(number: int, least: int, most: int) -> int:
    """The number, brought within its limits."""
    return max(least, min(most, number))
