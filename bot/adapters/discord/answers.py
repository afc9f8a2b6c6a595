"""Answers to commands and presses: at once if it is quick, after a deferral if not, but always some."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import discord

from bot.adapters.base import Front
from bot.adapters.discord import events, failures
from bot.adapters.discord.buttons import view
from bot.adapters.discord.line import Line, State
from bot.adapters.discord.markdown import escape
from bot.adapters.discord.posting import Posting
from bot.adapters.discord.render import Page, pages
from bot.commands import Command
from bot.model import Invocation, Press
from bot.reply import Paragraph, Reply, Visibility
from bot.texts import Catalogue

_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]


class Answers:
    """Answers interactions. `defer_after` is in seconds; Discord gives up after three."""

    def __init__(self, front: Front, posting: Posting, catalogue: Catalogue, defer_after: float) -> None:
        self._front = front
        self._posting = posting
        self._catalogue = catalogue
        self._defer_after = defer_after

    async def command(self, interaction: Interaction, command: Command, values: Mapping[str, str]) -> None:
        """Runs a command. Its declared visibility is that of the spinner, should one be needed."""
        event = events.invocation(interaction, command.name, values)
        line = Line(interaction)
        private = command.visibility is Visibility.PRIVATE
        reply = await self._in_time(event, lambda: line.think(private=private))
        if reply is None or not (reply.blocks or reply.buttons):
            await self._say_nothing(line)
            return
        reply = self._with_link(interaction, reply)
        await self._delivered(event, reply, await self._said(interaction, line, reply))

    async def press(self, interaction: Interaction) -> None:
        """Answers a press: an edit, a message, a word to the presser, or only the acknowledgement."""
        event = events.press(interaction)
        line = Line(interaction)
        reply = await self._in_time(event, line.accept) or Reply()
        message_ids: tuple[int, ...] = ()
        if reply.blocks or reply.buttons:
            reply = self._with_link(interaction, reply)
            message_ids = await self._said(interaction, line, reply)
        await _acknowledge(line, reply.toast)
        if not (reply.edit and _is_hidden(interaction)):
            await self._delivered(event, reply, message_ids)

    async def apologise(self, interaction: Interaction) -> None:
        """A last attempt to end the spinner after something broke; says so to the person alone."""
        texts = self._catalogue.texts(str(interaction.locale))
        words = texts.label("Something went wrong on the way to Discord. Please try again.")
        try:
            if interaction.response.is_done():
                await interaction.followup.send(escape(words), ephemeral=True)
            else:
                await interaction.response.send_message(escape(words), ephemeral=True)
        except failures.FAILED:
            return

    async def _in_time(self, event: Invocation | Press, defer: Callable[[], Awaitable[None]]) -> Reply | None:
        """The core's reply, with a deferral meanwhile if it takes its time."""
        deferring: list[asyncio.Task[None]] = []
        timer = asyncio.get_running_loop().call_later(
            self._defer_after, lambda: deferring.append(asyncio.create_task(_or_late(defer)))
        )
        try:
            reply = await self._front.respond(event)
        finally:
            timer.cancel()
        for task in deferring:
            await task
        return reply

    async def _say_nothing(self, line: Line) -> None:
        """Somebody who floods gets no answer, but no spinner either."""
        try:
            if line.state is State.SILENT:
                await line.think(private=True)
            await line.withdraw()
        except discord.HTTPException as error:
            if not failures.is_dead_token(error):
                raise
            _log.info("there was nothing to say, and it was too late to end the spinner")

    async def _said(self, interaction: Interaction, line: Line, reply: Reply) -> tuple[int, ...]:
        """Says the reply, the ids of its messages as far as Discord tells them.

        With a dead token by way of the channel, where that shows nobody a secret.
        """
        try:
            ids = [await said for said in _sayings(line, reply)]
        except discord.HTTPException as error:
            if not failures.is_dead_token(error):
                raise
            return await self._beside(interaction, reply)
        return tuple(message_id for message_id in ids if message_id is not None)

    async def _beside(self, interaction: Interaction, reply: Reply) -> tuple[int, ...]:
        channel = interaction.channel
        chat = events.chat_of(channel)
        edited = interaction.message if reply.edit else None
        if edited is not None and not edited.flags.ephemeral:
            await self._posting.edit(chat.id, edited.id, reply)
            return (edited.id,)
        secret = reply.visibility is Visibility.PRIVATE or edited is not None
        if not chat.private and (secret or not _may_post(interaction)):
            _log.warning("too late to answer an interaction, and its channel is no place for it")
            return ()
        embeds = chat.private or interaction.app_permissions.embed_links
        return await self._posting.post(chat.id, reply, str(interaction.id), embeds=embeds)

    async def _delivered(self, event: Invocation | Press, reply: Reply, message_ids: tuple[int, ...]) -> None:
        """Tells the core of what the whole chat can see; nobody else must be pointed to a private answer."""
        if message_ids and reply.visibility is Visibility.PUBLIC:
            await self._front.delivered(event, reply, message_ids)

    def _with_link(self, interaction: Interaction, reply: Reply) -> Reply:
        """An interaction's answer cannot reply to a message, so it links to it."""
        if reply.points_to is None:
            return reply
        texts = self._catalogue.texts(str(interaction.locale))
        where = f"{interaction.guild_id or '@me'}/{interaction.channel_id}/{reply.points_to}"
        link = f"[{texts.say('Go to that message')}](https://discord.com/channels/{where})"
        return replace(reply, blocks=(*reply.blocks, Paragraph(link)))


def _sayings(line: Line, reply: Reply) -> Iterator[Awaitable[int | None]]:
    """One saying a page, the buttons below the last. An edit replaces by the first, the rest follow."""
    shown = pages(reply.blocks)
    private = reply.visibility is Visibility.PRIVATE
    for n, page in enumerate(shown):
        under = view(reply.buttons) if n == len(shown) - 1 else None
        if reply.edit and n == 0 and line.is_press:
            yield line.update(page, under)
        else:
            yield line.say(page, under, private=private)


async def _acknowledge(line: Line, toast: str) -> None:
    """Says the word to the presser alone, or else only ends the spinner.

    A press that came with a resumed connection may be too old for that; what it did stands all the same.
    """
    try:
        if toast:
            await line.say(Page(escape(toast)), None, private=True)
        elif line.state is State.SILENT:
            await line.accept()
    except discord.HTTPException as error:
        if not failures.is_dead_token(error):
            raise
        _log.info("a press was taken, but too late to tell the person so")


async def _or_late(defer: Callable[[], Awaitable[None]]) -> None:
    """A deferral that fails is no reason to drop the answer, which has ways of its own."""
    try:
        await defer()
    except failures.FAILED as error:
        _log.warning("an interaction could not be deferred: %s", error)


def _is_hidden(interaction: Interaction) -> bool:
    """Whether the pressed message is seen by one person only."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _may_post(interaction: Interaction) -> bool:
    """Whether the bot is in the server and may write in the channel."""
    held = interaction.app_permissions
    thread = isinstance(interaction.channel, discord.Thread)
    writes = held.send_messages_in_threads if thread else held.send_messages
    known = interaction.client.get_guild(interaction.guild_id or 0) is not None
    return known and held.view_channel and writes
