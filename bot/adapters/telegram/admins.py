"""Who administers a chat, asked of Telegram and remembered for a minute."""

from __future__ import annotations

import structlog
import telegram
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.adapters.clock import Clock

REMEMBERED = 60.0
"""Seconds. Somebody who was just made an admin waits that long at most; nothing else empties the memory."""
_LARGEST = 4096
_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
_log = structlog.get_logger(__name__)


class Admins:
    """Answers by (chat, person)."""

    def __init__(self, bot: telegram.Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def has(self, chat_id: int, user_id: int) -> bool:
        """Whether the person is an admin there. No, when Telegram does not say."""
        if (
            user_id == chat_id
        ):  # an anonymous admin writes as the group itself (Bot API: Message, sender_chat)
            return True
        known = self._known.get((chat_id, user_id))
        if known is not None and known[1] > self._clock.time():
            return known[0]
        return await self._ask(chat_id, user_id)

    async def _ask(self, chat_id: int, user_id: int) -> bool:
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            _log.warning("cannot tell who is an admin", chat=chat_id, reason=error.message)
            return False
        if len(self._known) >= _LARGEST:
            self._known.clear()
        answer = member.status in _ADMINS
        self._known[chat_id, user_id] = answer, self._clock.time() + REMEMBERED
        return answer
