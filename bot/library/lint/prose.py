"""Texts as the checks read them: plain words, sentences, runs of words, a reading grade."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.library.schema import (
    Comparison,
    Model,
    ModelKind,
    Question,
    Record,
    Term,
    Tip,
    Topic,
    Uses,
)
from bot.library.schema import Path as LearningPath
from bot.library.validate import Key

_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\[\[([^\]|]*)(?:\|([^\]]*))?\]\]|\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|\*|(?m:^\s*(?:[-*]|\d+\.)\s+)|(?m:^>\s*)")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^td]ed|[^sxzcg]es)$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of prose of an entry: the keys of its field, and its text as written."""

    keys: tuple[Key, ...]
    text: str

    @property
    def plain(self) -> str:
        """The text without markup and code."""
        return plain(self.text)


_FIELDS: dict[type[Record], tuple[str, ...]] = {
    Term: ("one_liner", "simple", "standard", "deep", "example", "confused_with", "facets", "misconception"),
    Comparison: ("rows", "bottom_line"),
    Tip: ("title", "text"),
    Question: ("stem", "key", "distractors", "explanation"),
    Model: ("line", "note"),
    ModelKind: ("line", "example"),
    Uses: ("values", "sectors"),
    Topic: ("about",),
    LearningPath: ("audience",),
}
_NAMES = frozenset(("id", "name", "terms"))


def passages(record: Record) -> Iterator[Passage]:
    """The prose of a record; names, ids, links and dates are left out."""
    for name in _FIELDS.get(type(record), ()):
        yield from _within(getattr(record, name), (name,))


def _within(value: Any, keys: tuple[Key, ...]) -> Iterator[Passage]:
    if isinstance(value, str):
        yield Passage(keys, value)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _within(part, (*keys, key))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _within(part, (*keys, number))
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            if name not in _NAMES:
                yield from _within(getattr(value, name), (*keys, name))


@lru_cache(maxsize=32768)
def plain(text: str) -> str:
    """The text without code, links' targets and marks."""
    text = _CODE.sub(" ", text)
    text = _LINK.sub(lambda m: m[2] or m[3] or (m[1] or "").replace("-", " "), text)
    return _MARKS.sub("", text)


@lru_cache(maxsize=32768)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(plain(text)))


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line of a list is one."""
    return [part.strip() for part in _SENTENCE.split(plain(text)) if part and _WORD.search(part)]


def runs(sequence: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Every run of so many words."""
    return (tuple(sequence[at : at + length]) for at in range(len(sequence) - length + 1))


def likeness(one: Iterable[object], other: Iterable[object]) -> float:
    """The Jaccard index of two collections: 0 for nothing in common, 1 for the same."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def syllables(word: str) -> int:
    """About how many syllables an English word has."""
    if not word.isalpha():
        return max(1, len(word) // 3)
    count = len(_VOWELS.findall(word)) - (len(word) > 3 and bool(_SILENT.search(word)))
    return max(1, count)


def grade(text: str) -> float:
    """The school year that reads the text with ease (Flesch and Kincaid, 1975)."""
    spoken, found = sentences(text), words(text)
    if not spoken or not found:
        return 0.0
    return 0.39 * len(found) / len(spoken) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59
