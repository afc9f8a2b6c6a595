"""Inline markup as Discord's Markdown, with everything escaped that Discord would read as its own.

Discord drops a backslash before any ASCII punctuation, so escaping costs nothing on the screen.
Lengths are in UTF-16 units: Discord counts characters, clients count these, which are never fewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.markup import Span, spans

ZERO_WIDTH = "\u200b"
# `<` opens mentions, channels, timestamps, emoji and bare links; a mention can also be bare words.
_MARKS = re.compile(r"[\\*_~|`<\[\]]")
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)")
_LINE_START = re.compile(r"^(\s*)(?:([-+>#])|(\d+)([.)]))", re.MULTILINE)
_SCHEME = re.compile(r"(?<=[A-Za-z]):(?=//)")
_UNSAFE_IN_URL = re.compile(r"[\s()<>\\]")
_LONGEST_URL = 1000


def length(text: str) -> int:
    """How long Discord may take the text to be, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def escape(text: str) -> str:
    """The text so that Discord shows just it: no markup, no list, no link, no mention, no ping."""
    text = _MARKS.sub(r"\\\g<0>", text)
    text = _LINE_START.sub(_escaped_start, text)
    text = _SCHEME.sub(r"\\:", text)
    return _MENTION.sub("@" + ZERO_WIDTH, text)


def _escaped_start(match: re.Match[str]) -> str:
    indent, mark, number, dot = match.groups()
    return f"{indent}\\{mark}" if mark else f"{indent}{number}\\{dot}"


@lru_cache(maxsize=4096)
def inline(text: str) -> str:
    """An inline text of ours in Discord's Markdown."""
    return _glued(_rendered(span) for span in spans(text))


def split_inline(text: str, limit: int) -> list[str]:
    """The same in pieces of at most `limit` UTF-16 units (at least 1100), never cut within markup."""
    whole = inline(text)
    if length(whole) <= limit:
        return [whole]
    pieces = [""]
    for part in (piece for span in spans(text) for piece in _pieces(span, limit)):
        joined = _glued((pieces[-1], part))
        if length(joined) <= limit:
            pieces[-1] = joined
        else:
            pieces.append(part.lstrip())
    return [piece for piece in pieces if piece.strip()]


def _pieces(span: Span, limit: int) -> Iterator[str]:
    """One span, rendered in as many runs of the same style as needed."""
    room = (limit - len(_address(span.url)) - 20) // 2  # each character may need a backslash
    rest = span.text
    while len(rest) > room:
        cut = rest.rfind(" ", 0, room) + 1 or room
        yield _rendered(_restyled(span, rest[:cut]))
        rest = rest[cut:]
    yield _rendered(_restyled(span, rest))


def _restyled(span: Span, text: str) -> Span:
    return Span(text, span.bold, span.italic, span.code, span.url, span.term)


def _rendered(span: Span) -> str:
    """A reference to another entry is plain words here: its button stands below the message."""
    core = span.text.strip()
    if not core:
        return span.text
    before, _, after = span.text.partition(core)
    styled = _code(core) if span.code else _emphasis(escape(core), span)
    url = _address(span.url)
    return f"{before}{f'[{styled}](<{url}>)' if url else styled}{after}"


def _code(text: str) -> str:
    """Nothing can be escaped within backticks, so a text that has some is shown as plain text."""
    return escape(text) if "`" in text or "\\" in text else f"`{text}`"


def _emphasis(text: str, span: Span) -> str:
    marks = "*" * (2 * span.bold + span.italic)
    return f"{marks}{text}{marks}"


def _address(url: str) -> str:
    """The address so that nothing in it ends the link; one too long for a message is left out."""
    safe = _UNSAFE_IN_URL.sub(lambda m: f"%{ord(m[0]):02X}", url)
    return safe if len(safe) <= _LONGEST_URL and safe.isascii() else ""


def _glued(parts: Iterator[str] | tuple[str, ...]) -> str:
    """The parts in a row; asterisks of neighbours are kept apart so that they are not read as one."""
    text = ""
    for part in parts:
        clash = text.endswith(("*", "`")) and part.startswith(("*", "`"))
        text += ZERO_WIDTH + part if clash else part
    return text
