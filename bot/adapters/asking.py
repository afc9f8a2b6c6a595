"""A quiz question as a message with buttons, for platforms without a poll that fits."""

from __future__ import annotations

from datetime import datetime

from bot.adapters.base import Question
from bot.markup import Markup, escape
from bot.reply import Block, Bullets, Heading, Paragraph, Reply, countdown
from bot.texts import Texts

LETTERS = "ABCDE"


def as_message(question: Question, texts: Texts, now: datetime) -> Reply:
    """The question with its options as lettered lines, long ones being unreadable on buttons."""
    lines = zip(LETTERS, question.options, strict=False)
    blocks: tuple[Block, ...] = (
        *question.head,
        Heading(escape(question.label)),
        Paragraph(Markup(f"**{escape(question.stem)}**")),
        Bullets(tuple(Markup(f"**{letter}** {escape(option)}") for letter, option in lines)),
    )
    if question.closes_at is not None:
        blocks = (*blocks, countdown(texts.say("Closes"), question.closes_at, now, texts))
    return Reply(blocks, question.buttons)
