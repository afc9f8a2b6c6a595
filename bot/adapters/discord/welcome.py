"""The one message a server gets when the bot joins, however long it takes until the bot may write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord

from bot.adapters.base import Notebook
from bot.adapters.discord import events

_DONE = "done"
_WAITING = "waiting"

Greet = Callable[[discord.TextChannel], Awaitable[bool]]
"""Says hello in a channel; whether it could."""


class Welcomes:
    """Which servers are still to be greeted. What was done is written down, so once means once."""

    def __init__(self, notebook: Notebook, greet: Greet) -> None:
        self._notebook = notebook
        self._greet = greet
        self._seen: set[int] = set()
        self._waiting: set[int] = set()

    async def seen(self, guild: discord.Guild) -> None:
        """The bot is in this server: since now, or since before it started."""
        if guild.id in self._seen:  # Discord tells it again after each outage
            return
        self._seen.add(guild.id)
        if await self._notebook.read(_key(guild)) != _DONE:
            self._waiting.add(guild.id)
            await self.allowed(guild)

    async def allowed(self, guild: discord.Guild) -> None:
        """Permissions or channels changed: perhaps the bot may write now."""
        if guild.id not in self._waiting:
            return
        channel = events.welcome_channel(guild)
        if channel is None:
            await self._notebook.write(_key(guild), _WAITING)
            return
        self._waiting.discard(guild.id)
        await self._notebook.write(_key(guild), _DONE)  # before the attempt: better none than two
        if not await self._greet(channel):
            self._waiting.add(guild.id)
            await self._notebook.write(_key(guild), _WAITING)

    async def left(self, guild: discord.Guild) -> None:
        """The bot was removed; should it come back, it greets again."""
        self._seen.discard(guild.id)
        self._waiting.discard(guild.id)
        await self._notebook.write(_key(guild), "")


def _key(guild: discord.Guild) -> str:
    return f"discord.welcome.{guild.id}"
