"""Replies as Discord's messages.

A heading that comes first is an embed's title, later ones bold lines; notes are small print; a table is
stacked lines, since phones are narrow; code is fenced; lists, quotes and links are Discord's own; a countdown
is a timestamp that each client keeps up to date.
A reply of plain paragraphs that fits into one message is not put into an embed. Long replies are split
between blocks, and a block that is too long by itself between lines or words, never within markup.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

import discord

from bot.adapters.discord.markdown import ZERO_WIDTH, escape, inline, length, split_inline
from bot.markup import plain
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
    files_of,
    without_content,
)

COLOUR = 0x5865F2
MAX_CONTENT = 2000
_MAX_TITLE = 256
_MAX_DESCRIPTION = 4096
_MAX_EMBEDS_TEXT = 6000
_MAX_EMBEDS = 10
_LANGUAGE = re.compile(r"[A-Za-z0-9+#-]{0,20}")


@dataclass(frozen=True, slots=True)
class Page:
    """One message: plain text or embeds, and what is attached."""

    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(slots=True)
class _Draft:
    """An embed, or a plain text, as it fills."""

    title: str = ""
    text: str = ""

    @property
    def size(self) -> int:
        return length(self.title) + length(self.text)

    def embed(self) -> discord.Embed:
        return discord.Embed(title=self.title or None, description=self.text or None, colour=COLOUR)


@dataclass(slots=True)
class _Packer:
    """Fills messages with texts; `most` is for one draft, `total` for all drafts of a message."""

    most: int
    total: int
    drafts: int
    pages: list[list[_Draft]] = field(default_factory=lambda: [[_Draft()]])

    def title(self, text: str) -> bool:
        """Takes the text as a title if nothing was said yet."""
        draft = self.pages[-1][-1]
        if self.drafts == 1 or draft.size or length(text) > _MAX_TITLE:
            return False
        draft.title = text
        return True

    def add(self, text: str) -> None:
        page = self.pages[-1]
        draft = page[-1]
        joined = f"{draft.text}\n\n{text}" if draft.text else text
        grown = length(joined) - length(draft.text)
        room = self.total - sum(d.size for d in page)
        if length(joined) <= self.most and grown <= room:
            draft.text = joined
        elif length(text) <= room and len(page) < self.drafts:
            page.append(_Draft(text=text))
        else:
            self.pages.append([_Draft(text=text)])


def pages(blocks: Sequence[Block], *, embeds: bool = True) -> tuple[Page, ...]:
    """The messages that say the blocks, at least one; files go with the last. No `embeds`: all is text."""
    shown, files = _pages(without_content(blocks), embeds), files_of(blocks)
    return (*shown[:-1], replace(shown[-1], files=files)) if files else shown


@lru_cache(maxsize=512)
def _pages(blocks: tuple[Block, ...], embeds: bool) -> tuple[Page, ...]:  # noqa: FBT001 - a key of the cache
    if not embeds or _is_plain(blocks):
        packer = _packed(_Packer(MAX_CONTENT, MAX_CONTENT, 1), blocks)
        return tuple(Page(content=page[0].text or ZERO_WIDTH) for page in packer.pages)
    packer = _packed(_Packer(_MAX_DESCRIPTION, _MAX_EMBEDS_TEXT, _MAX_EMBEDS), blocks)
    return tuple(_embedded(page) for page in packer.pages)


def _embedded(drafts: Sequence[_Draft]) -> Page:
    embeds = tuple(draft.embed() for draft in drafts if draft.size)
    return Page("" if embeds else ZERO_WIDTH, embeds)


def _is_plain(blocks: Sequence[Block]) -> bool:
    """Only paragraphs, which fit into one message."""
    if not all(isinstance(block, Paragraph) for block in blocks):
        return False
    return sum(length(_text(block)) + 2 for block in blocks) <= MAX_CONTENT


def _packed(packer: _Packer, blocks: Sequence[Block]) -> _Packer:
    for block in blocks:
        if isinstance(block, Heading) and packer.title(escape(plain(block.text).strip())):
            continue
        for part in _parts(block, packer.most):
            packer.add(part)
    return packer


def _parts(block: Block, most: int) -> Iterator[str]:
    """The block's text, or pieces of it if it is longer than one draft can be."""
    whole = _text(block)
    if not whole.strip():
        return
    if length(whole) <= most:
        yield whole
        return
    held = ""
    for line in _lines(block, most):
        joined = f"{held}\n{line}" if held else line
        if length(joined) > most:
            yield held
            joined = line
        held = joined
    if held:
        yield held


def _text(block: Block) -> str:
    match block:
        case Heading(text):
            return _bold(text)
        case Paragraph(text):
            return inline(text).strip()
        case Bullets(items):
            return "\n".join(_prefixed("- ", inline(item)) for item in items)
        case Table(columns, rows):
            return "\n\n".join("\n".join(_row(columns, row)) for row in rows)
        case Code(text, language):
            return _fence(text, language)
        case Quote(text):
            return _prefixed("> ", inline(text))
        case Note(text):
            return _prefixed("-# ", inline(text))
        case File(name):
            return f"📎 {escape(name)}"
        case Countdown(text, at):
            return f"{inline(text).strip()} {_time_left(at)}"


def _time_left(at: datetime) -> str:
    """https://discord.com/developers/docs/reference#message-formatting-timestamp-styles"""
    return f"<t:{int(at.timestamp())}:R>"


def _bold(text: str) -> str:
    words = escape(plain(text).strip())
    return f"**{words}**" if words else ""


def _prefixed(prefix: str, text: str) -> str:
    return "\n".join(f"{prefix}{line.strip()}" for line in text.split("\n") if line.strip())


def _row(columns: tuple[str, ...], row: Row) -> Iterator[str]:
    yield _bold(row.label)
    for name, cell in zip(columns, row.cells, strict=True):
        yield f"*{escape(plain(name).strip()) or ZERO_WIDTH}*: {inline(cell)}"


def _fence(text: str, language: str) -> str:
    shown = _LANGUAGE.fullmatch(language)
    return f"```{shown[0] if shown else ''}\n{_unfenced(text)}\n```" if text.strip() else ""


def _unfenced(text: str) -> str:
    """The text without anything that would end a fence."""
    return text.replace("```", f"``{ZERO_WIDTH}`")


def _lines(block: Block, most: int) -> Iterator[str]:
    """A long block in pieces which may be parted from each other, each at most `most` long."""
    match block:
        case Heading(text):
            yield from _bold_lines(text, most)
        case Paragraph(text):
            yield from split_inline(text, most)
        case Bullets(items):
            yield from (line for item in items for line in _prefixed_lines("- ", item, most))
        case Table(columns, rows):
            yield from (line for row in rows for line in _row_lines(columns, row, most))
        case Code(text, language):
            yield from (_fence(piece, language) for piece in _chunks(_unfenced(text), (most - 40) // 2))
        case Quote(text):
            yield from _prefixed_lines("> ", text, most)
        case Note(text):
            yield from _prefixed_lines("-# ", text, most)
        case File(name):
            yield f"📎 {escape(name)}"
        case Countdown(text, at):
            yield from (*split_inline(text, most), _time_left(at))


def _prefixed_lines(prefix: str, text: str, most: int) -> Iterator[str]:
    for piece in split_inline(text, most - 200):
        yield from _prefixed(prefix, piece).split("\n")


def _row_lines(columns: tuple[str, ...], row: Row, most: int) -> Iterator[str]:
    yield from _bold_lines(row.label, most)
    for name, cell in zip(columns, row.cells, strict=True):
        yield from split_inline(f"*{name}*: {cell}", most)


def _bold_lines(text: str, most: int) -> Iterator[str]:
    return (f"**{escape(piece)}**" for piece in _chunks(plain(text).strip(), (most - 4) // 2))


def _chunks(text: str, room: int) -> Iterator[str]:
    """The text in pieces of at most `room` characters, cut at line ends or spaces where there are any."""
    while len(text) > room:
        cut = text.rfind("\n", 0, room) + 1 or text.rfind(" ", 0, room) + 1 or room
        if text[:cut].strip():
            yield text[:cut].rstrip()
        text = text[cut:]
    if text.strip():
        yield text
