"""A question that can be made of the content, with everything that would be a wrong answer to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from bot.library.schema import Term
from bot.markup import plain

OPTION_MOST, WHY_MOST = 55, 160
EXPLANATION_LEAST, EXPLANATION_MOST = 40, 200
_INNER = re.compile(r"[\"“]([^\"”]*)[\"”]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])|\n+")


class Form(StrEnum):
    """What a generated question asks for."""

    NAMED = "named"
    """A definition is given: its term."""
    MEANS = "means"
    """A term is given: its definition."""
    GAP = "gap"
    """The difference of two terms is stated, one of them left out."""
    SIDE = "side"
    """Which of several statements fits one side of a comparison."""
    KIND = "kind"
    """Which kind of model does something."""
    GIVES = "gives"
    """What comes out of a model of the catalogue."""
    MAKER = "maker"
    """Who made a model of the catalogue."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A possible distractor: its text, why it is wrong, and what it stands for."""

    text: str
    why: str
    about: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A question and all that could be its distractors, the nearest first.

    of: what it is made of; must: the distractor without which it would be no question.
    patterned: the options share words by their nature, as "Text to image" does.
    """

    form: Form
    of: str
    term: Term
    stem: str
    key: str
    explanation: str
    wrong: tuple[Wrong, ...]
    must: tuple[Wrong, ...] = ()
    patterned: bool = False

    @property
    def id(self) -> str:
        """The same for as long as the form and what it is made of are the same."""
        return f"{self.form}-{blake2b(self.of.encode(), digest_size=5).hexdigest()}"


def explained(term: Term) -> str:
    """The first sentences of the entry that fit an explanation, or its line; empty when neither does."""
    text = plain(term.standard.split("\n\n")[0])
    explanation = ""
    for sentence in _SENTENCE.split(text):
        longer = f"{explanation} {sentence}".strip()
        if len(longer) > EXPLANATION_MOST or len(explanation) >= EXPLANATION_LEAST * 2:
            break
        explanation = longer
    if explains(explanation):
        return explanation
    line = f"{term.term}: {line_of(term)}."
    return line if explains(line) else ""


def explains(text: str) -> bool:
    """Whether it is neither too short nor too long for an explanation."""
    return EXPLANATION_LEAST <= len(text) <= EXPLANATION_MOST


def line_of(term: Term) -> str:
    """The one-liner in plain words, without its full stop."""
    return plain(term.one_liner).rstrip(".")


def quoted(text: str) -> str:
    """The text in quotation marks, those within it made single."""
    return "“" + _INNER.sub(r"‘\1’", text) + "”"
