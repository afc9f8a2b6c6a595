"""Checks that everything fits both platforms once it is escaped."""

from __future__ import annotations

from collections.abc import Iterator

from bot.library.lint.finding import Context, Finding
from bot.library.schema import Term
from bot.markup import escape, plain

TELEGRAM_MESSAGE = 4096
"""Visible characters, after entities are parsed (Bot API: sendMessage)."""
DISCORD_EMBED = 4096
"""Characters of an embed's description, marks and escapes included."""
DISCORD_FIELD = 1024
TELEGRAM_QUESTION = 300
AROUND = 500
"""Kept free for what stands around a text: heading, source, when it was checked."""


def terms(context: Context) -> Iterator[Finding]:
    """The longest answer of a term: its line, one depth and the example, with what it is confused with."""
    for entry in context.shelves.terms.values():
        term: Term = entry.record
        around = (term.one_liner, term.example, *term.confused_with.values())
        for name in ("standard", "deep"):
            text = getattr(term, name)
            if text is None:
                continue
            whole = (text, *around)
            visible = sum(len(plain(part)) for part in whole) + AROUND
            escaped = sum(len(escape(plain(part))) for part in whole) + AROUND
            if visible > TELEGRAM_MESSAGE or escaped > DISCORD_EMBED + AROUND:
                most = max(visible - TELEGRAM_MESSAGE, escaped - DISCORD_EMBED)
                message = f"With line and example it has {most} characters more than a message holds."
                yield Finding(entry, (name,), message, "Shorten it.", "fits")


def comparisons(context: Context) -> Iterator[Finding]:
    """A comparison is one message."""
    for entry in context.shelves.comparisons.values():
        rows = (text for row in entry.record.rows for text in (row.question, *row.answers))
        length = sum(len(escape(plain(text))) for text in (*rows, entry.record.bottom_line)) + AROUND
        if length > TELEGRAM_MESSAGE:
            message = f"It has {length - TELEGRAM_MESSAGE} characters more than a message holds."
            yield Finding(entry, ("rows",), message, "Shorten the answers, or leave a row out.", "fits")


def questions(context: Context) -> Iterator[Finding]:
    """A stem leaves room for its number."""
    for entry in context.shelves.questions.values():
        length = len(entry.record.stem) + len("100/100 ")
        if length > TELEGRAM_QUESTION:
            message = f"{length} characters with its number, at most {TELEGRAM_QUESTION}."
            yield Finding(entry, ("stem",), message, "Shorten it.", "fits")


CHECKS = (terms, comparisons, questions)
