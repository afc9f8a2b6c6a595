"""The one answer that each press gets, whatever else fails; without it the button spins."""

from __future__ import annotations

import structlog
import telegram
from telegram.error import BadRequest, TelegramError

from bot.adapters.clock import Clock, sleep
from bot.adapters.telegram.errors import AnswerLost, Flooded, says
from bot.adapters.telegram.pieces import shortened

MAX_UNITS = 200
"""Bot API: answerCallbackQuery, text."""
_DELAYS = (0.5, 1.0, 2.0)
_log = structlog.get_logger(__name__)


class Acknowledgement:
    """Answers a press once; later calls do nothing."""

    def __init__(self, bot: telegram.Bot, query_id: str, clock: Clock) -> None:
        self._bot = bot
        self._query_id = query_id
        self._clock = clock
        self._given = False

    async def give(self, toast: str = "", *, url: str = "") -> None:
        """Stops the spinning, with a short text or by opening a deep link of the bot. Raises nothing.

        What was definitely not done is tried again; what may have been done is not.
        """
        if self._given:
            return
        self._given = True
        for seconds in (*_DELAYS, None):
            try:
                await self._answer(toast, url)
            except (AnswerLost, BadRequest) as error:
                self._note(error)
                return
            except TelegramError as error:
                self._note(error)
                if seconds is None:
                    return
                await sleep(self._clock, error.seconds if isinstance(error, Flooded) else seconds)
            else:
                return

    async def _answer(self, toast: str, url: str) -> None:
        """A bare answer follows when Telegram does not take this one."""
        try:
            await self._bot.answer_callback_query(
                self._query_id, text=shortened(toast, MAX_UNITS) or None, url=url or None
            )
        except BadRequest as error:
            if says(error, "query is too old") or not (toast or url):
                raise
            self._note(error)
            await self._bot.answer_callback_query(self._query_id)

    def _note(self, error: TelegramError) -> None:
        """A press that waited too long, as after a restart, is no fault."""
        if not says(error, "query is too old"):
            _log.warning("a press was not acknowledged", reason=error.message)
