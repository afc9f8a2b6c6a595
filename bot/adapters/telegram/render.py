"""A reply as Telegram's HTML (Bot API: formatting options, HTML style)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby

from bot.actions import Action
from bot.adapters.telegram.pieces import MAX_ENTITIES, MAX_UNITS, Frame, Piece, fitting, piece, units
from bot.markup import Span
from bot.reply import Block

_BETWEEN = "\n\n"
_SUPERGROUPS, _GENERAL = 1_000_000_000_000, 1
_LANGUAGE = re.compile(r"[\w+#.-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One message: as HTML, and as the plain text that goes out should the HTML be refused."""

    html: str
    text: str


@lru_cache(maxsize=1024)
def render(blocks: tuple[Block, ...], username: str, most: int = MAX_UNITS) -> tuple[Part, ...]:
    """The messages that say this, each within Telegram's limits; none when there is nothing to say.

    username: the bot's own, for links that open an entry in the private chat; most: UTF-16 units in one.
    """
    pieces = (part for block in blocks for part in fitting(piece(block, username), most))
    return tuple(_part(group, username) for group in _packed(pieces, most))


def deep_link(username: str, payload: str) -> str:
    """An address that opens the private chat and says `/start <payload>` there."""
    return f"https://t.me/{username}?start={payload}"


def topic_link(chat_id: int, thread: int | None, message_id: int | None) -> str:
    """An address that opens a topic of a forum, or a message in it, for its members; empty for other chats.

    The General topic is number 1 there (https://core.telegram.org/api/links#message-links); ids of
    supergroups begin with -100 in the Bot API only (https://core.telegram.org/api/bots/ids).
    """
    number = -chat_id - _SUPERGROUPS
    if number <= 0:
        return ""
    return "/".join(map(str, ("https://t.me/c", number, thread or _GENERAL, *filter(None, (message_id,)))))


def term_payload(term_id: str) -> str:
    """The action that opens an entry."""
    return Action("w", (term_id, "std")).encode()


def _packed(pieces: Iterable[Piece], most: int) -> Iterator[list[Piece]]:
    """As many pieces to a message as fit."""
    group: list[Piece] = []
    length = styled = 0
    for part in pieces:
        size = units(part.text) + len(_BETWEEN)
        if group and (length + size > most or styled + part.entities > MAX_ENTITIES):
            yield group
            group, length, styled = [], 0, 0
        group.append(part)
        length += size
        styled += part.entities
    if group:
        yield group


def _part(group: list[Piece], username: str) -> Part:
    html = _BETWEEN.join(_html(part, username) for part in group)
    return Part(html, _BETWEEN.join(part.text.strip("\n") for part in group))


def _html(part: Piece, username: str) -> str:
    if part.frame is Frame.CODE:
        return _code(part)
    words = "".join(_styled(part.runs, username)).strip("\n")
    return f"<blockquote>{words}</blockquote>" if part.frame is Frame.QUOTE else words


def _code(part: Piece) -> str:
    text = escape(part.text.strip("\n"), quote=False)
    if _LANGUAGE.fullmatch(part.language):
        return f'<pre><code class="language-{part.language}">{text}</code></pre>'
    return f"<pre>{text}</pre>"


def _styled(runs: Iterable[Span], username: str) -> Iterator[str]:
    """Neighbours that are bold or italic alike share the tags."""
    for (bold, italic), group in groupby(runs, key=_style):
        words = "".join(_run(run, username) for run in group)
        if italic and not words.isspace():
            words = f"<i>{words}</i>"
        yield f"<b>{words}</b>" if bold and not words.isspace() else words


def _style(run: Span) -> tuple[bool, bool]:
    """Code carries no style and lies in none (Bot API: formatting options)."""
    return (False, False) if run.code else (run.bold, run.italic)


def _run(run: Span, username: str) -> str:
    words = escape(run.text, quote=False)
    if run.text.isspace():
        return words
    if run.code:
        return f"<code>{words}</code>"
    address = _address(run, username)
    return f'<a href="{escape(address)}">{words}</a>' if address else words


def _address(run: Span, username: str) -> str:
    if not run.term:
        return run.url
    try:
        return deep_link(username, term_payload(run.term))
    except ValueError:  # a reference that is no id of an entry stays plain words
        return ""
