"""Messages in channels: sent with a nonce, so that repeating one whose fate is unknown sends no second."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import discord

from bot.adapters.base import AdapterError, NotSent, OutcomeUnknown
from bot.adapters.discord import events, failures
from bot.adapters.discord.buttons import view
from bot.adapters.discord.line import fields, new_fields
from bot.adapters.discord.render import Page, pages
from bot.model import Chat
from bot.reply import Reply

PATIENCE_SECONDS = 35.0
"""How long one request may take, which includes waiting for a rate limit (at most 30 s)."""
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try; discord.py makes its own for 500, 502 and 504 within each.
All end before `NONCE_SECONDS` are over."""
BULK_WITHIN = timedelta(days=13)
"""Older messages cannot be deleted together; Discord says 14 days.
https://discord.com/developers/docs/resources/message#bulk-delete-messages
"""
NONCE_SECONDS = 120.0
"""For how long Discord surely remembers a nonce; it says "the past few minutes".
https://discord.com/developers/docs/resources/message#create-message
"""


class Posting:
    """Sends, edits and deletes messages in channels with the bot's own token."""

    def __init__(self, client: discord.Client, patience: float, pauses: tuple[float, ...]) -> None:
        self._client = client
        self._patience = patience
        self._pauses = pauses

    async def post(
        self, channel_id: int, reply: Reply, nonce: str, *, answers: int | None = None, embeds: bool = True
    ) -> tuple[int, ...]:
        """Sends a reply, the ids of its messages; `answers` is the message it replies to.

        Raises Unreachable, Delayed, NotSent or OutcomeUnknown.
        """
        channel = self._client.get_partial_messageable(channel_id)
        ids: list[int] = []
        shown = pages(reply.blocks, embeds=embeds)
        for n, page in enumerate(shown):
            more: dict[str, Any] = {"nonce": f"{nonce}-{n}", "silent": not reply.loud}
            if answers is not None and n == 0:
                more |= {"reference": reference(channel_id, answers), "mention_author": False}
            under = view(reply.buttons) if n == len(shown) - 1 else None

            async def send(page: Page = page, under: Any = under, more: dict[str, Any] = more) -> Any:
                return await channel.send(**new_fields(page, under), **more)

            ids.append((await self._repeated(send)).id)
        return tuple(ids)

    async def edit(self, channel_id: int, message_id: int, reply: Reply, *, embeds: bool = True) -> None:
        """Replaces a message by the reply's first page; a vanished one is no error. Raises as `post` does."""
        kwargs = fields(pages(reply.blocks, embeds=embeds)[0], view(reply.buttons))
        message = self._message(channel_id, message_id)
        await self._unless_gone(lambda: message.edit(**kwargs))

    def bundles(self, channel_id: int, message_ids: Sequence[int]) -> list[Sequence[int]]:
        """What can be deleted with one request each.

        All of them where the bot may delete anybody's messages, as long as they are young enough.
        """
        held = events.permissions_in(self._client.get_channel(channel_id))
        oldest = discord.utils.snowflake_time(min(message_ids))
        young = discord.utils.utcnow() - oldest < BULK_WITHIN
        if held is not None and held.manage_messages and young:
            return [message_ids]
        return [[message_id] for message_id in message_ids]

    async def delete(self, channel_id: int, message_ids: Sequence[int]) -> None:
        """Takes messages of the bot back, with one request; a vanished one is no error. Raises as `post`."""
        channel: Any = self._client.get_channel(channel_id)
        if len(message_ids) > 1:
            ids = [discord.Object(message_id) for message_id in message_ids]
            await self._unless_gone(lambda: channel.delete_messages(ids))
        else:
            await self._unless_gone(self._message(channel_id, message_ids[0]).delete)

    async def private_chat(self, user_id: int) -> Chat:
        """The conversation with one person, begun if there was none. Raises as `post` does."""
        person = discord.Object(user_id)
        return events.chat_of(await self._repeated(lambda: self._client.create_dm(person)))

    def _message(self, channel_id: int, message_id: int) -> discord.PartialMessage:
        return self._client.get_partial_messageable(channel_id).get_partial_message(message_id)

    async def _unless_gone(self, change: Callable[[], Awaitable[Any]]) -> None:
        try:
            await self._repeated(change)
        except NotSent as error:
            cause = error.__cause__
            if not isinstance(cause, discord.HTTPException) or cause.code != failures.UNKNOWN_MESSAGE:
                raise

    async def _repeated(self, send: Callable[[], Awaitable[Any]]) -> Any:
        """Three tries, unless Discord says no. One whose fate is unknown leaves the whole unknown."""
        failed: AdapterError = NotSent("it was never tried")
        for pause in (0.0, *self._pauses):
            await asyncio.sleep(pause)
            try:
                return await self._once(send)
            except OutcomeUnknown as error:
                failed = error
            except NotSent as error:
                if _is_final(error):
                    raise
                failed = failed if isinstance(failed, OutcomeUnknown) else error
        raise failed

    async def _once(self, send: Callable[[], Awaitable[Any]]) -> Any:
        try:
            async with asyncio.timeout(self._patience):
                return await send()
        except failures.FAILED as error:
            raise failures.in_sending(error) from error


def _is_final(error: AdapterError) -> bool:
    """Whether Discord understood the request and said no."""
    cause = error.__cause__
    return isinstance(cause, discord.HTTPException) and cause.status < 500


def reference(channel_id: int, message_id: int) -> discord.MessageReference:
    """A reply to a message, which may be gone by now."""
    return discord.MessageReference(message_id=message_id, channel_id=channel_id, fail_if_not_exists=False)


def nonce_of(key: str) -> str:
    """A nonce of 22 characters, the same for the same key (Discord: at most 25 with the page's number)."""
    return hashlib.blake2b((key or uuid.uuid4().hex).encode(), digest_size=11).hexdigest()
