"""Replies as messages: in parts where they are long, with their buttons, asking where they ask."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html import escape

import structlog

from bot.adapters.base import AdapterError
from bot.adapters.pacing import Priority
from bot.adapters.telegram.calls import Calls, Draft, Place
from bot.adapters.telegram.keyboard import forced_reply, keyboard
from bot.adapters.telegram.render import Part, render
from bot.markup import escape as escape_markup
from bot.model import User
from bot.reply import Ask, Block, Paragraph, Reply, files_of, without_content
from bot.texts import Texts

_log = structlog.get_logger(__name__)


class Outbox:
    """Sends and edits whole replies."""

    def __init__(self, calls: Calls, username: str) -> None:
        self._calls = calls
        self._username = username

    async def answer(
        self, place: Place, reply: Reply, texts: Texts, *, asked: User | None = None, patient: bool = True
    ) -> tuple[int, ...]:
        """The ids of its messages, none when there was nothing to say.

        asked: whom a forced reply must name, when no message of theirs is answered.
        patient: whether the first message is tried again; the rest always is, or the reply would be torn.
        Raises Unreachable, Moved, Delayed, NotSent or OutcomeUnknown, all about the first message.
        """
        drafts = self._drafts(reply, texts, asked)
        if not drafts:
            return ()
        attempt = partial(self._calls.send, place, drafts[0], Priority.REPLY)
        first = await (self._calls.patiently(attempt) if patient else attempt())
        return first, *(await self._rest(place, drafts[1:]))

    async def post(
        self, place: Place, reply: Reply, texts: Texts, priority: Priority = Priority.BROADCAST
    ) -> int:
        """Sends unasked, after all that was asked; the id of the first message. Raises as `answer`.

        Raises ValueError when the reply says nothing.
        """
        drafts = self._drafts(reply, texts, None)
        if not drafts:
            raise ValueError("a message without text cannot be sent")
        first = await self._calls.send(place, drafts[0], priority)
        await self._rest(place, drafts[1:])
        return first

    async def edit(self, place: Place, message_id: int, reply: Reply, texts: Texts) -> tuple[int, ...]:
        """Replaces the message; what does not fit follows it. The ids of all of it.

        None of them when it cannot be changed any more. Raises as `answer`.
        """
        drafts = self._drafts(reply, texts, None)
        if not drafts:
            return (message_id,)
        attempt = partial(self._calls.edit, place.chat_id, message_id, drafts[0], Priority.REPLY)
        if not await self._calls.patiently(attempt):
            return ()
        return message_id, *(await self._rest(replace(place, answers=message_id), drafts[1:]))

    async def _rest(self, place: Place, drafts: list[Draft]) -> list[int]:
        """The parts after the first; only one that asks answers a message, so that it reaches the asker."""
        sent: list[int] = []
        for draft in drafts:
            where = place if draft.asks else replace(place, answers=None)
            try:
                attempt = partial(self._calls.send, where, draft, Priority.REPLY)
                sent.append(await self._calls.patiently(attempt))
            except AdapterError as error:
                _log.error("the rest of a reply was not sent", chat=place.chat_id, reason=str(error))
                break
        return sent

    def _drafts(self, reply: Reply, texts: Texts, asked: User | None) -> list[Draft]:
        """The messages of a reply: its parts, the last with the buttons or the input field; then its files.

        One message cannot carry both (Bot API: reply_markup), so a question with choices takes two.
        """
        buttons, ask = keyboard(reply.buttons), reply.ask
        if ask is None:
            return self._parts(reply.blocks, buttons, loud=reply.loud)
        said = reply.blocks or (Paragraph(escape_markup(ask.prompt)),)
        if buttons is None:
            return self._asking(said, ask, asked)
        other = Paragraph(texts.say("Or answer this message in your own words."))
        return [*self._parts(said, buttons), *self._asking((other,), ask, asked)]

    def _parts(self, blocks: tuple[Block, ...], markup: str | None, *, loud: bool = False) -> list[Draft]:
        parts = render(without_content(blocks), self._username)
        drafts = [
            Draft(part, markup if part is parts[-1] else None, loud=loud and part is parts[0])
            for part in parts
        ]
        return [*drafts, *(Draft(Part("", ""), file=file) for file in files_of(blocks))]

    def _asking(self, blocks: tuple[Block, ...], ask: Ask, asked: User | None) -> list[Draft]:
        *before, last = self._parts(blocks, forced_reply(ask))
        return [*before, replace(last, part=_naming(asked, last.part), asks=True)]


def _naming(user: User | None, part: Part) -> Part:
    """The part with the person named: a selective reply reaches only who is answered or named."""
    if user is None:
        return part
    name = f'<a href="tg://user?id={user.id}">{escape(user.name, quote=False)}</a>'
    return Part(f"{name}: {part.html}", f"{user.name}: {part.text}")
