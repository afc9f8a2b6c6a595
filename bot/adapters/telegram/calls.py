"""Single messages: each at its turn, in a form that Telegram takes, and what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import structlog
import telegram
from telegram import InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.adapters.base import Delayed, NotSent
from bot.adapters.clock import Clock, sleep
from bot.adapters.pacing import Priority, Traffic
from bot.adapters.telegram.errors import (
    QUESTION_GONE,
    TOPIC_GONE,
    Flooded,
    Refused,
    TopicGone,
    says,
    translated,
)
from bot.adapters.telegram.limiter import Limiter
from bot.adapters.telegram.render import Part
from bot.adapters.telegram.transport import Transport
from bot.model import Platform
from bot.reply import File

DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between the attempts of one reply; after them the person has asked again."""
PATIENCE = 600.0
"""Seconds that a reply waits for Telegram at most."""
_BAD_FORM = ("parse entities", "message is too long", "button", "keyboard", "markup", "url")
_NO_PREVIEW = {"is_disabled": True}
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_TAKEN_BACK = (
    "message to delete not found",
    "message can't be deleted",
    "message_id_invalid",
    "message_delete_forbidden",
    "not enough rights",
)
"""Gone already, older than the 48 hours a bot has (Bot API: deleteMessage), or not for it to delete."""
_log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes; `answers` is the message it is an answer to.

    beside: whether it is sent only if that message is still there.
    """

    chat_id: int
    thread: int | None = None
    answers: int | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One message, ready to go.

    markup: a keyboard or a forced reply, as JSON.
    asks: whether it must answer a message, so that the forced reply reaches its author.
    loud: whether it makes a sound in a group. file: sent as a document, without any text.
    """

    part: Part
    markup: str | None = None
    plain: bool = False
    asks: bool = False
    loud: bool = False
    file: File | None = None

    @property
    def text(self) -> str:
        """What is sent."""
        return self.part.text if self.plain else self.part.html

    @property
    def parse_mode(self) -> str | None:
        """How Telegram shall read it."""
        return None if self.plain else ParseMode.HTML


class Calls:
    """The calls that make or change messages."""

    def __init__(
        self, bot: telegram.Bot, transport: Transport, limiter: Limiter, clock: Clock, traffic: Traffic
    ) -> None:
        self._bot = bot
        self._transport = transport
        self._limiter = limiter
        self._clock = clock
        self._traffic = traffic

    async def send(self, place: Place, draft: Draft, priority: Priority) -> int:
        """The id of the new message. Raises Unreachable, Moved, Delayed, NotSent or OutcomeUnknown.

        Unreachable is TopicGone when it is but the topic that is gone.
        """
        while True:
            try:
                return await self._send(place, draft, priority)
            except TelegramError as error:
                if says(error, TOPIC_GONE, *QUESTION_GONE):
                    place = _without_topic(place, priority)
                else:
                    draft = _repaired(draft, error)

    async def edit(self, chat_id: int, message_id: int, draft: Draft, priority: Priority) -> bool:
        """Whether the message now says this; False when it cannot be changed any more. Raises as `send`."""
        while True:
            try:
                await self._edit(chat_id, message_id, draft, priority)
            except TelegramError as error:
                if says(error, "message is not modified"):
                    return True
                if says(error, *_GONE):
                    return False
                draft = _repaired(draft, error)
            else:
                return True

    async def delete(self, chat_id: int, message_ids: Sequence[int], priority: Priority) -> None:
        """Takes messages back; one that is gone, or may not be deleted, is no error. Raises as `send`.

        One that may not be deleted spoils the call for all, so that the halves are tried by themselves.
        """
        try:
            await self.in_turn(chat_id, priority, partial(self._delete, chat_id, message_ids))
        except TelegramError as error:
            if not says(error, *_TAKEN_BACK):
                raise translated(error) from error
            half = len(message_ids) // 2
            if not half:
                _log.debug("not deleted", chat=chat_id, message=message_ids[0], reason=error.message)
                return
            await self.delete(chat_id, message_ids[:half], priority)
            await self.delete(chat_id, message_ids[half:], priority)

    async def _delete(self, chat_id: int, message_ids: Sequence[int]) -> bool:
        if len(message_ids) == 1:
            return await self._bot.delete_message(chat_id, message_ids[0])
        return await self._bot.delete_messages(chat_id, message_ids)

    async def in_turn(self, chat_id: int, priority: Priority, call: Callable[[], Awaitable[T]]) -> T:
        """Calls when it is time, and keeps this chat quiet for as long as Telegram asks. Raises as `call`."""
        await self._turn(chat_id, priority)
        try:
            done = await call()
        except Flooded as error:
            _log.warning("Telegram asks to wait", chat=chat_id, seconds=error.seconds)
            self._limiter.hold(chat_id, error.seconds)
            raise
        self._traffic.sent(Platform.TELEGRAM, priority)
        return done

    async def _turn(self, chat_id: int, priority: Priority) -> None:
        self._traffic.waiting(Platform.TELEGRAM, priority, 1)
        try:
            await self._limiter.turn(chat_id, priority)
        finally:
            self._traffic.waiting(Platform.TELEGRAM, priority, -1)

    async def patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeats what was definitely not done; what may have been done is not repeated."""
        for seconds in DELAYS:
            try:
                return await attempt()
            except Delayed as error:
                if error.retry_after > PATIENCE:
                    raise
            except Refused:
                raise
            except NotSent as error:
                _log.warning("a reply was not sent; trying again", reason=str(error), seconds=seconds)
                await sleep(self._clock, seconds)
        return await attempt()

    async def _send(self, place: Place, draft: Draft, priority: Priority) -> int:
        if draft.file is not None:
            return await self._send_file(place, draft.file, priority)
        said = {
            "chat_id": place.chat_id,
            "message_thread_id": place.thread,
            "disable_notification": (place.chat_id < 0 and not draft.loud) or None,
            "reply_parameters": place.answers and _answering(place.answers, beside=place.beside),
            **_content(draft),
        }
        send = partial(self._call, "sendMessage", said)
        message_id: int = (await self.in_turn(place.chat_id, priority, send))["message_id"]
        return message_id

    async def _send_file(self, place: Place, file: File, priority: Priority) -> int:
        send = partial(
            self._bot.send_document,
            place.chat_id,
            InputFile(file.content, filename=file.name),
            message_thread_id=place.thread,
            disable_notification=place.chat_id < 0,
        )
        return (await self.in_turn(place.chat_id, priority, send)).message_id

    async def _edit(self, chat_id: int, message_id: int, draft: Draft, priority: Priority) -> None:
        said = {"chat_id": chat_id, "message_id": message_id, **_content(draft)}
        await self.in_turn(chat_id, priority, partial(self._call, "editMessageText", said))

    async def _call(self, method: str, said: Mapping[str, object]) -> Any:
        return await self._transport.call(f"{self._bot.base_url}/{method}", said)


def _content(draft: Draft) -> dict[str, object]:
    """What a message shows (Bot API: sendMessage and editMessageText name it alike)."""
    return {
        "text": draft.text,
        "parse_mode": draft.parse_mode,
        "link_preview_options": _NO_PREVIEW,
        "reply_markup": draft.markup,
    }


def _answering(message_id: int, *, beside: bool) -> dict[str, object]:
    """Under that message; alone if it was deleted, unless it must be beside it (Bot API: ReplyParameters)."""
    return {"message_id": message_id, "allow_sending_without_reply": not beside}


def _without_topic(place: Place, priority: Priority) -> Place:
    """Where an answer goes whose topic is gone: beside its question.

    The question is still there when a group has given up topics. When it was deleted with its topic, nobody
    waits for the answer, and those in the rest of the group never saw what it answers; nor is anything for
    them that was meant for a topic unasked. Raises TopicGone then.
    """
    if priority is not Priority.REPLY or place.thread is None:
        raise TopicGone
    if place.chat_id > 0:  # in private all of the chat is the person's
        return replace(place, thread=None)
    if place.answers is None:
        raise TopicGone
    return replace(place, thread=None, beside=True)


def _repaired(draft: Draft, error: TelegramError) -> Draft:
    """The message in a plainer form when its form was refused. Raises what the error means otherwise."""
    if not isinstance(error, BadRequest) or not says(error, *_BAD_FORM):
        raise translated(error) from error
    _log.error("Telegram refused the form of a message; sending it plainer", reason=error.message)
    if not draft.plain:
        return replace(draft, plain=True, markup=None if says(error, "button") else draft.markup)
    if draft.markup is not None:
        return replace(draft, markup=None)
    raise translated(error) from error
