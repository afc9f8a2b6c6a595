"""What the bot says, before any platform has had a say in it.

A handler returns a `Reply`; each adapter renders every kind of block and escapes what it must.
What a platform cannot show falls back as written beside the block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from markdown_it.token import Token

from bot.actions import Action
from bot.markup import PARSER, plain, with_links
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Heading:
    """A title, as inline markup. Fallback: a bold line."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, as inline markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, each item inline markup. Fallback: lines that begin with a dot."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is about, and a cell for each column."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Things side by side. Drawn as stacked lines (label, then `column: cell`), since phones are narrow."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text, no markup within."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Set-off text, as inline markup. Fallback: a line that begins with a bar."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print (source, when checked), as inline markup. Fallback: italics."""

    text: str


@dataclass(frozen=True, slots=True)
class Countdown:
    """A sentence that ends with the time left until an instant; `countdown` makes one.

    left: that time when it was said, as words: `in 20 seconds`. Fallback: with these.
    Discord counts down by itself (`<t:…:R>`, shown in just such words), so no message is edited for it.
    """

    text: str
    at: datetime
    left: str


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep: sent along as a document (Telegram, Discord), printed whole in the terminal.

    name: as it is saved; content: UTF-8 text. Fallback, and what is said of it: a line with its name.
    """

    name: str
    content: bytes


Block = Heading | Paragraph | Bullets | Table | Code | Quote | Note | Countdown | File


class Visibility(StrEnum):
    """Who may read a reply."""

    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Button:
    """A press: an action, or an address that opens. At most 38 characters of label stay readable."""

    label: str
    action: Action | None = None
    url: str = ""


Buttons = tuple[tuple[Button, ...], ...]
MAX_ROWS = 5
MAX_ROW_BUTTONS = 5
"""Rows and buttons in one message (Discord: 5 action rows of 5 buttons; Telegram allows more)."""


def grid(buttons: Sequence[Button], per_row: int = 2) -> Buttons:
    """The buttons in rows, as many rows as a message takes."""
    rows = (tuple(buttons[i : i + per_row]) for i in range(0, len(buttons), per_row))
    return tuple(rows)[:MAX_ROWS]


def folded(rows: Sequence[tuple[Button, ...]]) -> Buttons:
    """The rows; when they are more than a message takes, the shortest neighbours share one."""
    kept = [row for row in rows if row]
    while len(kept) > MAX_ROWS:
        joined = [(_length(a) + _length(b), n) for n, (a, b) in enumerate(pairwise(kept)) if _fit(a, b)]
        _, first = min(joined)
        kept[first : first + 2] = [kept[first] + kept[first + 1]]
    return tuple(kept)


def _length(row: tuple[Button, ...]) -> int:
    return sum(len(button.label) for button in row)


def _fit(row: tuple[Button, ...], other: tuple[Button, ...]) -> bool:
    return len(row) + len(other) <= MAX_ROW_BUTTONS


@dataclass(frozen=True, slots=True)
class Ask:
    """The bot wants one more word: the next reply of this person completes `command`."""

    command: str
    prompt: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    blocks: what it says, top to bottom.
    buttons: rows of at most five; at most five rows.
    visibility: PRIVATE is ephemeral on Discord and goes to the private chat on Telegram.
    edit: for a press, replace the message that carried the button instead of sending another.
    toast: for a press, a short plain text shown on the press itself (at most 200 characters).
    ask: what the person is asked for (Telegram: a selective forced reply).
    points_to: the id of an earlier message in the chat that this reply should link to by answering it.
    loud: whether it may make a sound; the bot is a guest, so almost nothing may.
    remember: a name under which the router remembers the sent message (see `Router.delivered`).
    """

    blocks: tuple[Block, ...] = ()
    buttons: Buttons = ()
    visibility: Visibility = Visibility.PUBLIC
    edit: bool = False
    toast: str = ""
    ask: Ask | None = None
    points_to: int | None = None
    remember: str = ""
    loud: bool = False

    def __post_init__(self) -> None:
        if len(self.buttons) > MAX_ROWS or any(len(row) > MAX_ROW_BUTTONS for row in self.buttons):
            raise ValueError("a message has at most five rows of five buttons")


def plain_text(reply: Reply) -> str:
    """The reply as bare text: for scripts, logs and the length of group answers."""
    return "\n\n".join(plain_block(block) for block in reply.blocks)


def plain_block(block: Block) -> str:
    """One block as bare text."""
    match block:
        case Bullets(items):
            return "\n".join(f"• {plain(item)}" for item in items)
        case Table(columns, rows):
            return "\n\n".join(_plain_row(columns, row) for row in rows)
        case Code(text):
            return text
        case Heading(text) | Paragraph(text) | Quote(text) | Note(text):
            return plain(text)
        case Countdown(text, _, left):
            return f"{plain(text)} {plain(left)}"
        case File(name):
            return f"📎 {name}"


def files_of(blocks: Sequence[Block]) -> tuple[File, ...]:
    """What is to be sent along."""
    return tuple(block for block in blocks if isinstance(block, File))


def without_content(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with empty files: enough for what is said of them, and nothing to fill a cache with."""
    return tuple(File(block.name, b"") if isinstance(block, File) else block for block in blocks)


def countdown(text: str, at: datetime, now: datetime, texts: Texts) -> Countdown:
    """That something happens in so many seconds; `text` is all but the time: `Closes`."""
    seconds = max(0, round((at - now).total_seconds()))
    return Countdown(text, at, texts.plural("in {n} second", "in {n} seconds", seconds))


def _plain_row(columns: tuple[str, ...], row: Row) -> str:
    cells = zip(columns, row.cells, strict=True)
    return "\n".join([plain(row.label), *(f"  {plain(name)}: {plain(cell)}" for name, cell in cells)])


@lru_cache(maxsize=4096)
def blocks(markdown: str) -> tuple[Block, ...]:
    """An author's Markdown (paragraphs, lists, fences, quotes) as blocks."""
    return tuple(_blocks(PARSER.parse(with_links(markdown))))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    items: list[str] = []
    quoted = False
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                items = []
            case "bullet_list_close" | "ordered_list_close":
                yield Bullets(tuple(items))
            case "blockquote_open" | "blockquote_close":
                quoted = token.nesting == 1
            case "fence":
                yield Code(token.content.rstrip("\n"), token.info.strip())
            case "inline" if token.level >= 3:
                items.append(token.content)
            case "inline":
                yield Quote(token.content) if quoted else Paragraph(token.content)
