"""A reply's blocks as pieces: styled runs of text in one frame, which can be measured and cut.

Nothing here is HTML yet, so that a cut can never fall inside markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.markup import Span, spans
from bot.reply import (
    Block,
    Bullets,
    Code,
    Countdown,
    File,
    Heading,
    Note,
    Paragraph,
    Quote,
    Row,
    Table,
)

MAX_UNITS = 4096
"""UTF-16 units of a message's text (Bot API: sendMessage, text; MessageEntity, offset)."""
MAX_ENTITIES = 100
"""Styled stretches of a message; Telegram forgets those beyond."""
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"[.!?…。！？]\s+"), re.compile(r"\s+"))


class Frame(Enum):
    """What surrounds a piece."""

    PLAIN = auto()
    QUOTE = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one block."""

    runs: tuple[Span, ...]
    frame: Frame = Frame.PLAIN
    language: str = ""

    @property
    def text(self) -> str:
        """What is read."""
        return "".join(run.text for run in self.runs)

    @property
    def entities(self) -> int:
        """How many styled stretches it needs."""
        return (self.frame is not Frame.PLAIN) + sum(entities(run) for run in self.runs)

    def fits(self, most: int) -> bool:
        """Whether one message of at most so many units can hold it."""
        return units(self.text) <= most and self.entities <= MAX_ENTITIES


def units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, most: int) -> str:
    """The plain text, cut to so many units with a sign that it was."""
    if units(text) <= most:
        return text
    return f"{text[: _prefix(text, most - 1)].rstrip()}…"


def entities(run: Span) -> int:
    """How many styles lie on a run. Code carries no other (Bot API: formatting options)."""
    if run.text.isspace():
        return 0
    return 1 if run.code else run.bold + run.italic + bool(run.url or run.term)


def piece(block: Block, username: str) -> Piece:
    """The block with the styles of its kind; nobody but the bot itself can be mentioned in it."""
    made = _piece(block)
    return replace(made, runs=tuple(_harmless(run, username) for run in made.runs if run.text))


def _piece(block: Block) -> Piece:
    match block:
        case Heading(text):
            return Piece(tuple(replace(span, bold=True) for span in spans(text)))
        case Note(text):
            return Piece(tuple(replace(span, italic=True) for span in spans(text)))
        case Paragraph(text):
            return Piece(spans(text))
        case Quote(text):
            return Piece(spans(text), Frame.QUOTE)
        case Code(text, language):
            return Piece((Span(text),), Frame.CODE, language)
        case Bullets(items):
            return Piece(tuple(_lines(((Span("• "), *spans(item)) for item in items), "\n")))
        case File(name):
            return Piece((Span(f"📎 {name}"),))
        case Countdown(text, _, left):
            return Piece((*spans(text), Span(" "), *spans(left)))
        case Table(columns, rows):
            return Piece(tuple(_lines((_row(columns, row) for row in rows), "\n\n")))


def _row(columns: Sequence[str], row: Row) -> Iterator[Span]:
    """A row as stacked lines, since phones are narrow."""
    yield from (replace(span, bold=True) for span in spans(row.label))
    for column, cell in zip(columns, row.cells, strict=True):
        yield Span("\n")
        yield from (replace(span, italic=True) for span in spans(column))
        yield Span(": ")
        yield from spans(cell)


def _lines(lines: Iterator[Sequence[Span]] | Iterator[Iterator[Span]], between: str) -> Iterator[Span]:
    for number, line in enumerate(lines):
        if number:
            yield Span(between)
        yield from line


def _harmless(run: Span, username: str) -> Span:
    """Without what cannot be shown, and with a joiner after each @ that would call somebody."""
    text = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", run.text)
    if "@" in text and not run.code:
        # Telegram finds names by ASCII letters: after "¹" or "é" an @ calls somebody all the same.
        call = re.compile(rf"(?<!\w)@(?!{re.escape(username)}\b)", re.IGNORECASE | re.ASCII)
        text = call.sub("@\N{WORD JOINER}", text)
    return run if text == run.text else replace(run, text=text)


def fitting(whole: Piece, most: int = MAX_UNITS) -> Iterator[Piece]:
    """The piece, cut between paragraphs, lines, sentences or words where it is too long for a message."""
    while not whole.fits(most):
        at = _cut(whole, most)
        yield from _worth_saying(_slice(whole, 0, at))
        whole = _slice(whole, at, len(whole.text))
    yield from _worth_saying(whole)


def _worth_saying(part: Piece) -> Iterator[Piece]:
    if part.text.strip():
        yield part


def _cut(whole: Piece, most: int) -> int:
    """Where to cut: at the last good break that is not too early, otherwise as late as possible."""
    head = whole.text[: _most(whole, most)]
    for pattern in _BREAKS:
        last = max((match.end() for match in pattern.finditer(head)), default=0)
        if last > len(head) // 4:
            return last
    return len(head)


def _most(whole: Piece, most: int) -> int:
    """How many characters one message can take, by length and by styled stretches."""
    length = used = 0
    styled = int(whole.frame is not Frame.PLAIN)
    for run in whole.runs:
        styled += entities(run)
        if styled > MAX_ENTITIES:
            return length
        size = units(run.text)
        if used + size > most:
            return length + _prefix(run.text, most - used)
        used += size
        length += len(run.text)
    return length


def _prefix(text: str, most: int) -> int:
    """How many characters have at most so many units."""
    used = 0
    for index, char in enumerate(text):
        used += 2 if ord(char) > 0xFFFF else 1
        if used > most:
            return index
    return len(text)


def _slice(whole: Piece, start: int, end: int) -> Piece:
    runs: list[Span] = []
    at = 0
    for run in whole.runs:
        text = run.text[max(0, start - at) : max(0, end - at)]
        if text:
            runs.append(replace(run, text=text))
        at += len(run.text)
    return replace(whole, runs=tuple(runs))
