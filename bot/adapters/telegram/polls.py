"""Quiz questions as native quiz polls: a thousand answers cost no call, and a question one message."""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
import telegram
from telegram.constants import ParseMode, PollType
from telegram.error import BadRequest, TelegramError

from bot.adapters.base import AdapterError, OutcomeUnknown, Question
from bot.adapters.pacing import Priority
from bot.adapters.telegram.calls import Calls, Place
from bot.adapters.telegram.errors import TOPIC_GONE, TopicGone, says, translated
from bot.adapters.telegram.keyboard import keyboard
from bot.adapters.telegram.pieces import shortened
from bot.adapters.telegram.render import Part, render
from bot.reply import Block, Buttons

MAX_QUESTION, MAX_OPTION, MAX_EXPLANATION, MAX_DESCRIPTION = 300, 100, 200, 1024
"""Bot API: sendPoll."""
_OVER = "already been closed"
_GONE = (
    "message with poll to stop not found",
    "message is not a poll",
    "poll can't be stopped",
    "message can't be edited",
)
"""Deleted, or another message has its number since the group moved."""
_UNCHANGED = ("message is not modified", "message to edit not found", "message can't be edited")
_BAD_HEAD = ("parse entities", "description")
_log = structlog.get_logger(__name__)

Parameters = dict[str, Any]


def parameters(question: Question, username: str) -> Parameters:
    """What `sendPoll` is told of a question, whatever the chat.

    Results are hidden only where there is a time limit: who plays alone sees at once how it went.
    """
    timed = question.seconds > 0
    return {
        "question": shortened(f"{question.label}: {question.stem}", MAX_QUESTION),
        "options": [shortened(option, MAX_OPTION) for option in question.options],
        "type": PollType.QUIZ,
        "is_anonymous": False,
        "correct_option_ids": [question.key],
        "explanation": shortened(question.explanation, MAX_EXPLANATION),
        "open_period": question.seconds if timed else None,
        "hide_results_until_closes": True if timed else None,
        "disable_notification": True,
        **_described(question.head, username),
    }


def _described(head: tuple[Block, ...], username: str) -> Parameters:
    """What rides above the question, as far as there is room."""
    parts = render(head, username, MAX_DESCRIPTION)
    return _as_html(parts[0]) if parts else {}


def _as_html(part: Part) -> Parameters:
    return {"description": part.html, "description_parse_mode": ParseMode.HTML}


class Polls:
    """Sends questions and closes them, at the pace of the chat."""

    def __init__(self, bot: telegram.Bot, calls: Calls, username: str) -> None:
        self._bot = bot
        self._calls = calls
        self._username = username

    async def send(self, place: Place, question: Question) -> tuple[int, str]:
        """Sends it without a sound: the ids of the message and of the poll.

        Raises Unreachable (also when the topic is gone), Moved, Delayed, NotSent or OutcomeUnknown.
        """
        told = parameters(question, self._username)
        try:
            return await self._send(place, told)
        except BadRequest as error:
            if "description" not in told or not says(error, *_BAD_HEAD):
                raise _meaning(error) from error
            _log.error("Telegram refused what stands above a question", reason=error.message)
            return await self._bare(place, told)
        except TelegramError as error:
            raise translated(error) from error

    async def stop(self, chat_id: int, message_id: int, buttons: Buttons) -> None:
        """Closes it and hangs the buttons under it; one that is closed or deleted already is no error.

        Telegram closes a question with a time limit by itself, a moment before. Raises as `send`.
        """
        markup = keyboard(buttons)
        extra = {} if markup is None else {"reply_markup": markup}
        stop = partial(self._bot.stop_poll, chat_id, message_id, api_kwargs=extra)
        try:
            await self._calls.in_turn(chat_id, Priority.QUIZ, stop)
        except TelegramError as error:
            if says(error, *_GONE):
                return
            if not says(error, _OVER):
                raise translated(error) from error
            if extra:
                await self._hang(chat_id, message_id, extra)

    async def _send(self, place: Place, told: Parameters) -> tuple[int, str]:
        send = partial(self._bot.send_poll, place.chat_id, message_thread_id=place.thread, **told)
        sent = await self._calls.in_turn(place.chat_id, Priority.QUIZ, send)
        if sent.poll is None:
            raise OutcomeUnknown("Telegram took a question and returned a message without a poll")
        return sent.message_id, sent.poll.id

    async def _bare(self, place: Place, told: Parameters) -> tuple[int, str]:
        """Without what stands above it: the question matters more."""
        bare = {name: value for name, value in told.items() if not name.startswith("description")}
        try:
            return await self._send(place, bare)
        except TelegramError as error:
            raise _meaning(error) from error

    async def _hang(self, chat_id: int, message_id: int, extra: Parameters) -> None:
        hang = partial(self._bot.edit_message_reply_markup, chat_id, message_id, api_kwargs=extra)
        try:
            await self._calls.in_turn(chat_id, Priority.QUIZ, hang)
        except TelegramError as error:
            if not says(error, *_UNCHANGED):
                raise translated(error) from error


def _meaning(error: TelegramError) -> AdapterError:
    """As for any message, but a quiz does not go on elsewhere when its topic was deleted."""
    if says(error, TOPIC_GONE):
        return TopicGone()
    return translated(error)
