"""Turns an author's values into a record, and pydantic's complaints into plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.library.documents import SECTIONS, Document
from bot.library.problems import Problem
from bot.library.schema import ID_MAX, Record

Key = str | int
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its file, and the keys that lead to it there."""

    path: str
    document: Document
    keys: tuple[Key, ...] = ()
    label: str = ""

    def line(self, *keys: Key) -> int:
        """The line of one of the entry's fields, counted from 1."""
        return self.document.line(*self.keys, *keys)

    def problem(self, keys: tuple[Key, ...], message: str, remedy: str = "", **more: Any) -> Problem:
        """A problem with one of the entry's fields."""
        return Problem(self.path, self.line(*keys), self.field(keys), message, remedy, **more)

    def field(self, keys: tuple[Key, ...]) -> str:
        """The field as an author would say it: `rag-what-changes: distractors 2 why`."""
        name = " ".join(str(k + 1) if isinstance(k, int) else k for k in keys)
        return ": ".join(filter(None, (self.label, name)))


def validate(kind: type[R], value: Any, place: Place) -> R | list[Problem]:
    """The record, or everything that is wrong with it."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        return list(_problems(error, kind, place))


def _problems(error: ValidationError, kind: type[Record], place: Place) -> Iterator[Problem]:
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_lies_within(other, detail) for other in details):
            continue  # its items are not too few, but wrong
        keys = tuple(k for k in detail["loc"] if k != "[key]")
        message, remedy = _explained(detail, kind, place, keys)
        yield place.problem(keys, message, remedy)


def _lies_within(inner: ErrorDetails, outer: ErrorDetails) -> bool:
    return len(inner["loc"]) > len(outer["loc"]) and inner["loc"][: len(outer["loc"])] == outer["loc"]


Explain = Callable[[Any, Mapping[str, Any]], tuple[str, str]]
"""What is wrong and what to do, from the value given and pydantic's context."""

_LIST = ("A list must stand here.", "Write [one, two], or a line starting with - for each.")
_FIELDS = ("Fields must stand here.", "Write name: value on indented lines below it.")


def _no_day(given: Any, _: Mapping[str, Any]) -> tuple[str, str]:
    return f"{given!r} is not a day.", "Write it as year-month-day: 2026-11-24."


_EXPLAINED: dict[str, Explain] = {
    "string_too_long": lambda given, context: _too_long(given, context["max_length"]),
    "string_too_short": lambda given, context: _too_short(given, context["min_length"]),
    "string_pattern_mismatch": lambda given, context: _mismatch(given, context["pattern"]),
    "enum": lambda given, context: (f"{given} is not a choice here.", f"Choose {context['expected']}."),
    "too_short": lambda _, c: (f"{c['actual_length']} given, at least {c['min_length']}.", "Add more."),
    "too_long": lambda _, c: (f"{c['actual_length']} given, at most {c['max_length']}.", "Leave some out."),
    "tuple_type": lambda *_: _LIST,
    "list_type": lambda *_: _LIST,
    "model_type": lambda *_: _FIELDS,
    "model_attributes_type": lambda *_: _FIELDS,
    "dict_type": lambda *_: _FIELDS,
    "date_from_datetime_parsing": _no_day,
    "date_parsing": _no_day,
    "date_type": _no_day,
}


def _explained(
    detail: ErrorDetails, kind: type[Record], place: Place, keys: tuple[Key, ...]
) -> tuple[str, str]:
    given, name = detail["input"], str(keys[-1]) if keys else ""
    match detail["type"]:
        case "missing":
            return _missing(name)
        case "extra_forbidden":
            return _unknown(name, given, kind)
        case "string_type":
            return _no_text(given, place.document.written(*place.keys, *keys))
    explain = _EXPLAINED.get(detail["type"])
    if explain is None:
        return f"{detail['msg'].removeprefix('Value error, ')}.", ""
    return explain(given, detail.get("ctx", {}))


def _missing(name: str) -> tuple[str, str]:
    if name in SECTIONS:
        return "The section is missing.", f"Add a heading ## {name.capitalize()} with its text below."
    return "It is missing.", f"Add a line {name}: …"


def _unknown(name: str, given: Any, kind: type[Record]) -> tuple[str, str]:
    if given is None and not name.isidentifier():
        return "A comma ends a text within {braces}.", 'Put the whole text in "double quotes".'
    known = [f for f in kind.model_fields if f not in ("id", "topic", *SECTIONS)]
    near = process.extractOne(name, known, scorer=OSA.normalized_similarity, score_cutoff=0.5)
    remedy = f"Did you mean {near[0]}?" if near else "Remove it."
    return "There is no such field.", remedy


def _too_long(text: str, limit: int) -> tuple[str, str]:
    return f"{len(text)} characters, at most {limit}.", f"Shorten it by {len(text) - limit}."


def _too_short(text: str, limit: int) -> tuple[str, str]:
    if not text.strip():
        return "It is empty.", "Write something, or remove the line."
    return f"{len(text)} characters, at least {limit}.", f"Add {limit - len(text)} or more."


def _mismatch(text: str, pattern: str) -> tuple[str, str]:
    if "https" in pattern:
        if re.match(r"http://", text):
            return f"{text} begins with http.", "Write https://, and check that it opens."
        return f"{text!r} is not a link.", "Write the whole address, beginning with https://."
    if r"\d{4}" in pattern:
        return f"{text!r} is not a date.", "Write 2022-11-30, 2022-11 or 2022."
    remedy = f"An id has small letters, digits and single hyphens, at most {ID_MAX} characters."
    return f"{text!r} is not an id.", remedy


def _no_text(given: Any, written: str) -> tuple[str, str]:
    if isinstance(given, list | dict):
        return "A text must stand here, not a list or fields.", 'Put it in quotes: "…".'
    if given is None:
        return "It is empty.", "Write something, or remove the line."
    read_as = "true or false" if isinstance(given, bool) else "a number"
    return f"Without quotes, YAML reads {written} as {read_as}.", f'Put it in quotes: "{written}".'
