"""Where the terminal's answers go: to a person, or as one JSON object a line to a script."""

from __future__ import annotations

import json
from typing import Protocol, TextIO

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from bot.markup import spans
from bot.model import Chat
from bot.reply import (
    Block,
    Bullets,
    Button,
    Code,
    Countdown,
    File,
    Heading,
    Note,
    Paragraph,
    Quote,
    Reply,
    Row,
    Table,
    files_of,
    plain_text,
)

LINKS, BAR, DOT = "underline cyan", "│ ", " • "


class Screen(Protocol):
    """Shows what happens."""

    def show(self, event: str, chat: Chat, reply: Reply, *, private: bool) -> None:
        """What is new or changed: `message`, `edit` or `toast`; or what is no more: `deleted`."""

    def trouble(self, sentence: str) -> None:
        """Something the person at the keyboard should know."""

    def done(self) -> None:
        """All that a line of input led to has been shown."""


class JsonScreen:
    """One object a line: `event`, `chat`, `text`, `buttons`, `picture`, `private`; then `done`.

    A message with files has them by name under `files`.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, event: str, chat: Chat, reply: Reply, *, private: bool) -> None:
        """The reply in plain text, with the labels of its buttons."""
        labels = [button.label for row in reply.buttons for button in row]
        text = reply.toast if event == "toast" else plain_text(reply)
        files = {file.name: file.content.decode("utf-8", "replace") for file in files_of(reply.blocks)}
        more = {"files": files} if files else {}
        self._put(
            event=event, chat=chat.title, text=text, buttons=labels, picture=None, private=private, **more
        )

    def trouble(self, sentence: str) -> None:
        """An `error` event."""
        self._put(event="error", chat="", text=sentence, buttons=[], picture=None, private=True)

    def done(self) -> None:
        """The event `done`."""
        self._put(event="done")

    def _put(self, **fields: object) -> None:
        self._out.write(json.dumps(fields, ensure_ascii=False) + "\n")
        self._out.flush()


class RichScreen:
    """For a person: styled, wrapped, buttons as a line of labels to `!press`."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, event: str, chat: Chat, reply: Reply, *, private: bool) -> None:
        """The reply in a frame as wide as a comfortable line."""
        if event == "toast":
            self._console.print(Text(reply.toast, style="yellow"))
            return
        if event == "deleted":
            said = shortened(plain_text(reply).partition("\n")[0])
            self._console.print(Text(f"(deleted: {said})", style="dim"))
            return
        title = "only you see this" if private and not chat.private else None
        body = Group(*_spaced([render(block) for block in reply.blocks]), *_keyboard(reply))
        width = min(self._console.width, 84)
        self._console.print(Panel(body, title=title, width=width, border_style="dim", padding=(0, 1)))

    def trouble(self, sentence: str) -> None:
        """A line in red."""
        self._console.print(Text(sentence, style="red"))

    def done(self) -> None:
        """Nothing to say to a person."""


def shortened(line: str) -> str:
    """The line, or its beginning where it is long."""
    return line if len(line) <= 60 else line[:59] + "…"


def render(block: Block) -> RenderableType:
    """One block for rich. No table is drawn: stacked lines read the same on any width."""
    match block:
        case Heading(text):
            return inline(text, "bold cyan")
        case Paragraph(text):
            return inline(text)
        case Bullets(items):
            return Text("\n").join(Text.assemble(DOT, inline(item)) for item in items)
        case Table(columns, rows):
            return Text("\n\n").join(_row(columns, row) for row in rows)
        case Code(text):
            return Text(text, style="green")
        case Quote(text):
            return Text("\n").join(Text.assemble((BAR, "dim"), line) for line in inline(text).split("\n"))
        case Note(text):
            return inline(text, "dim")
        case File(_, content):
            return Text(content.decode("utf-8", "replace"), style="green")
        case Countdown(text, _, left):
            return Text.assemble(inline(text), " ", inline(left))


def inline(text: str, style: str = "") -> Text:
    """Inline markup as styled text; a link's address stands behind it, since terminals differ."""
    shown = Text(style=style)
    for span in spans(text):
        flags = [name for name in ("bold", "italic") if getattr(span, name)]
        flags += ["green"] if span.code else []
        flags += [f"link {span.url}", "underline"] if span.url else []
        shown.append(span.text, " ".join(flags))
    return shown


def _row(columns: tuple[str, ...], row: Row) -> Text:
    lines = [inline(row.label, "bold")]
    for column, cell in zip(columns, row.cells, strict=True):
        lines.append(Text.assemble("  ", inline(column, "cyan"), ": ", inline(cell)))
    return Text("\n").join(lines)


def _spaced(parts: list[RenderableType]) -> list[RenderableType]:
    return [piece for part in parts for piece in (part, Text(""))][:-1]


def _keyboard(reply: Reply) -> list[RenderableType]:
    lines = [Text("  ").join(_label(button) for button in row) for row in reply.buttons]
    return [Text(""), *lines] if lines else []


def _label(button: Button) -> Text:
    return Text(f"[{button.label}]", style="magenta")
