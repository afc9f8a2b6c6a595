"""Keeping an answer short enough for a group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reply import Block, Paragraph, plain_block

GROUP_MAX = 500
"""Visible characters of an unfolded answer in a group: the bot is a guest."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z*`\[\"“])")
_BLANK_LINE = 2


def fitting(head: tuple[Block, ...], body: tuple[Block, ...], foot: tuple[Block, ...]) -> tuple[Block, ...]:
    """Head and foot whole, and of the body what fits in between: whole blocks, then whole sentences."""
    left = GROUP_MAX - sum(map(length, (*head, *foot)))
    return (*head, *_taken(body, left), *foot)


def length(block: Block) -> int:
    """The visible characters of a block, with the blank line after it."""
    return len(plain_block(block)) + _BLANK_LINE


def _taken(body: tuple[Block, ...], left: int) -> Iterator[Block]:
    for block in body:
        if length(block) <= left:
            left -= length(block)
            yield block
            continue
        if isinstance(block, Paragraph) and (shorter := _sentences(block.text, left)):
            yield Paragraph(shorter)
        return


def _sentences(text: str, left: int) -> str:
    """As many whole sentences as fit, never ending within markup."""
    kept = ""
    for match in _SENTENCE_END.finditer(text):
        candidate = text[: match.start()]
        if length(Paragraph(candidate)) > left:
            break
        if _balanced(candidate):
            kept = candidate
    return kept


def _balanced(text: str) -> bool:
    return text.count("*") % 2 == 0 and text.count("`") % 2 == 0 and text.count("[") == text.count("]")
