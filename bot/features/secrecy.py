"""While a quiz question is open, what it is about is explained to the asker alone."""

from __future__ import annotations

from dataclasses import replace

from bot.features.services import Services
from bot.model import Chat
from bot.reply import Reply, Visibility


def hushed(reply: Reply, chat: Chat, services: Services, *terms: str) -> Reply:
    """The reply, in private when it is about a term that an open question in this chat tests."""
    if services.tested(chat) not in terms:
        return reply
    return replace(reply, visibility=Visibility.PRIVATE, edit=False, points_to=None, remember="")
