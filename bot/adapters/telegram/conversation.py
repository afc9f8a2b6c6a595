"""One update after the other: what happened goes to the core, and its answer back to the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
import telegram

from bot.actions import BadAction, decode
from bot.adapters.base import AdapterError, Front, Moved, OutcomeUnknown, Unreachable
from bot.adapters.clock import Clock
from bot.adapters.telegram.acknowledgement import Acknowledgement
from bot.adapters.telegram.calls import Place
from bot.adapters.telegram.errors import NEVER_STARTED, TopicGone
from bot.adapters.telegram.messages import Self
from bot.adapters.telegram.outbox import Outbox
from bot.adapters.telegram.render import deep_link
from bot.adapters.telegram.updates import read_update
from bot.model import Chat, ChatKind, Joined, Left, Message, Migrated, Platform, Press, User
from bot.reply import Button, Paragraph, Reply, Visibility
from bot.texts import Catalogue, Texts

_log = structlog.get_logger(__name__)
Act = Callable[[Place], Awaitable[tuple[int, ...]]]
"""Says something in a place: the ids of its messages."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where something stands: the chat, under the id it has by now, and the ids of its messages there."""

    chat: Chat
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Serves single updates, in whatever order it is called."""

    bot: telegram.Bot
    me: Self
    front: Front
    outbox: Outbox
    catalogue: Catalogue
    clock: Clock
    now: Callable[[], datetime]

    async def handle(self, raw: Mapping[str, Any]) -> None:
        """Does all that one update asks for. Raises nothing: those behind it wait."""
        acknowledgement = self._acknowledgement(raw)
        try:
            await self._handle(raw, acknowledgement)
        except Exception:  # noqa: BLE001 - the adapter's one boundary
            _log.exception("an update could not be handled and is skipped", update=raw.get("update_id"))
        finally:
            if acknowledgement is not None:
                await acknowledgement.give()

    def _acknowledgement(self, raw: Mapping[str, Any]) -> Acknowledgement | None:
        """For a press, even one that cannot be read otherwise."""
        query = raw.get("callback_query")
        query_id = query.get("id") if isinstance(query, Mapping) else None
        return Acknowledgement(self.bot, query_id, self.clock) if isinstance(query_id, str) else None

    async def _handle(self, raw: Mapping[str, Any], acknowledgement: Acknowledgement | None) -> None:
        event = read_update(raw, self.me, self.now())
        if event is None:
            return
        reply = await self.front.respond(event)
        if reply is None:
            return
        match event:
            case Press() if acknowledgement is not None:
                await self._pressed(event, reply, acknowledgement)
            case Message():
                await self._answered(event, reply)
            case Joined() if reply.visibility is Visibility.PRIVATE:
                await self._confide(event, reply)
            case Joined():
                await self._tell(event, Place(event.chat.id), reply)

    async def _answered(self, event: Message, reply: Reply) -> None:
        if _private_elsewhere(event, reply):
            await self._privately(event, reply)
        else:
            await self._tell(event, _answer_to(event, reply), reply)

    async def _confide(self, event: Joined, reply: Reply) -> None:
        """To whoever let the bot in, if they have ever opened a chat with it."""
        if event.by is None:
            return
        try:
            await self.outbox.answer(Place(event.by.id), reply, self._texts(event))
        except AdapterError as error:
            _log.info("who let the bot in cannot be told", chat=event.chat.id, reason=str(error))

    async def _privately(self, event: Message, reply: Reply) -> None:
        """To the private chat, or else a line in the group that says how to open one."""
        try:
            await self._to_person(event, reply, patient=True)
        except Unreachable:
            await self._answered(event, _invitation(self._texts(event), self.me.username))
        except AdapterError as error:
            _failed(event.chat, error)

    async def _pressed(self, press: Press, reply: Reply, acknowledgement: Acknowledgement) -> None:
        if _private_elsewhere(press, reply):
            await self._pressed_privately(press, reply, acknowledgement)
            return
        await acknowledgement.give(reply.toast)
        place = Place(press.chat.id, press.chat.thread, reply.points_to or press.message_id)
        if reply.edit and reply.ask is None and await self._edited(press, place, reply):
            return
        await self._tell(press, place, reply)

    async def _pressed_privately(self, press: Press, reply: Reply, acknowledgement: Acknowledgement) -> None:
        """Sends first, since only the one acknowledgement can open the private chat if that is shut."""
        try:
            await self._to_person(press, reply, patient=False)
        except Unreachable:
            await acknowledgement.give(url=deep_link(self.me.username, _payload(press.data)))
        except OutcomeUnknown as error:
            _failed(press.chat, error)
        except AdapterError:
            await acknowledgement.give(reply.toast)
            await self._to_person_later(press, reply)
        await acknowledgement.give(reply.toast)

    async def _to_person_later(self, press: Press, reply: Reply) -> None:
        try:
            await self._to_person(press, reply, patient=True)
        except AdapterError as error:
            _failed(press.chat, error)

    async def _to_person(self, event: Message | Press, reply: Reply, *, patient: bool) -> None:
        """Sends to the private chat. Raises as `Outbox.answer`; Unreachable when it was never opened."""
        if event.user.id <= 0:
            raise Unreachable("who writes as a chat has no private chat")
        try:
            await self.outbox.answer(Place(event.user.id), reply, self._texts(event), patient=patient)
        except Unreachable as error:
            if not any(words in str(error).lower() for words in NEVER_STARTED):
                await self.front.respond(Left(_private_chat(event.user), str(error)))
            raise

    async def _edited(self, press: Press, place: Place, reply: Reply) -> bool:
        """Whether the pressed message was dealt with; False when it cannot be changed any more."""
        texts = self._texts(press)
        edit = partial(self.outbox.edit, message_id=press.message_id, reply=reply, texts=texts)
        reached = await self._reached(press.chat, place, edit)
        if reached is not None and reached.message_ids:
            await self.front.delivered(replace(press, chat=reached.chat), reply, reached.message_ids)
        return reached is None or reached.message_ids != ()

    async def _tell(self, event: Message | Press | Joined, place: Place, reply: Reply) -> None:
        """Sends to the chat where it happened, and tells the core where it stands."""
        asked = event.user if isinstance(event, Press) and not event.chat.private else None
        send = partial(self.outbox.answer, reply=reply, texts=self._texts(event), asked=asked)
        reached = await self._reached(event.chat, place, send)
        if reached is not None and reached.message_ids:
            await self.front.delivered(replace(event, chat=reached.chat), reply, reached.message_ids)

    async def _reached(self, chat: Chat, place: Place, act: Act) -> Reached | None:
        """Acts; follows a chat that moved, once, and reports one that is closed. None when it failed."""
        try:
            return Reached(chat, await act(place))
        except Moved as moved:
            await self.front.respond(Migrated(Platform.TELEGRAM, chat.id, moved.new_id))
            return await self._reached_at(replace(chat, id=moved.new_id), place, act)
        except AdapterError as error:
            await self._lost(chat, error)
        return None

    async def _reached_at(self, chat: Chat, place: Place, act: Act) -> Reached | None:
        try:
            return Reached(chat, await act(replace(place, chat_id=chat.id)))
        except AdapterError as error:
            await self._lost(chat, error)
        return None

    async def _lost(self, chat: Chat, error: AdapterError) -> None:
        if isinstance(error, TopicGone):
            _log.info("an answer was not sent: its question was deleted with its topic", chat=chat.id)
            return
        _failed(chat, error)
        if isinstance(error, Unreachable):
            await self.front.respond(Left(chat, str(error)))

    def _texts(self, event: Message | Press | Joined) -> Texts:
        return self.catalogue.default if isinstance(event, Joined) else self.catalogue.texts(event.language)


def _answer_to(event: Message, reply: Reply) -> Place:
    """The chat and topic of the message; in a group as an answer to it, where many talk."""
    own = None if event.chat.private else event.id
    return Place(event.chat.id, event.chat.thread, reply.points_to or own)


def _failed(chat: Chat, error: AdapterError) -> None:
    _log.error("an answer was not sent", chat=chat.id, kind=type(error).__name__, reason=str(error))


def _private_elsewhere(event: Message | Press, reply: Reply) -> bool:
    """Whether the answer belongs into the private chat and this is another."""
    return reply.visibility is Visibility.PRIVATE and not event.chat.private and reply.blocks != ()


def _private_chat(user: User) -> Chat:
    return Chat(Platform.TELEGRAM, user.id, ChatKind.PRIVATE, user.name)


def _payload(data: str) -> str:
    """What the link to the private chat says there: the pressed action, if it is one."""
    try:
        return decode(data).encode()
    except BadAction:
        return "hello"


def _invitation(texts: Texts, username: str) -> Reply:
    """What stands in the group instead of an answer that is for one person only."""
    said = texts.say("I can tell only you, and you have not opened a chat with me yet.")
    button = Button(texts.label("Open our private chat"), url=f"https://t.me/{username}")
    return Reply((Paragraph(said),), ((button,),))
