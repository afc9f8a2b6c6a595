"""Whether a reply fits into one message of each platform, measured on what its adapter makes of it."""

from __future__ import annotations

from bot.adapters.discord.render import pages
from bot.adapters.telegram.render import render
from bot.reply import Reply
from tests.fakes.telegram.markup import parse_html, units


def fits_telegram(reply: Reply) -> bool:
    """Bot API: sendMessage, text: 1-4096 after entity parsing; at most 100 entities."""
    parts = render(reply.blocks, "whatis_bot")
    if len(parts) != 1:
        return False
    text, entities = parse_html(parts[0].html)
    return 1 <= units(text) <= 4096 and len(entities) <= 100


def fits_discord(reply: Reply) -> bool:
    """Discord: message, embed limits."""
    found = pages(reply.blocks)
    if len(found) != 1:
        return False
    embeds = found[0].embeds
    total = sum(map(len, embeds))
    return (
        len(found[0].content) <= 2000
        and len(embeds) <= 10
        and total <= 6000
        and all(len(e.title or "") <= 256 and len(e.description or "") <= 4096 for e in embeds)
    )
