"""The rooms of a server, and the roles of its members, as the core asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord

from bot.adapters.base import NotSent, Role
from bot.adapters.discord import events, failures
from bot.model import Chat

_UNKNOWN_CHANNEL, _MISSING_ACCESS = 10003, 50001
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


def open_rooms(guild: discord.Guild | None) -> list[Chat]:
    """The text channels in which the bot may write, from top to bottom. Threads come and go, so none."""
    if guild is None:
        return []
    return [events.chat_of(channel) for channel in guild.text_channels if events.may_post(channel)]


async def find_room(client: discord.Client, room: Chat) -> Chat | None:
    """The channel or thread, if it is in the server of that `space` and the bot may write there.

    One request for what is not in memory, such as an archived thread. Raises as `Adapter.send`.
    """
    channel: Any = client.get_channel(room.id) or await _fetched(client, room.id)
    guild = getattr(channel, "guild", None)
    if guild is None or guild.id != room.space or not isinstance(channel, discord.abc.Messageable):
        return None
    return events.chat_of(channel) if events.may_post(channel) else None


async def _fetched(client: discord.Client, channel_id: int) -> Any:
    if not client.is_ready():
        raise NotSent("Discord has not told yet which channels there are")
    try:
        return await client.fetch_channel(channel_id)
    except discord.InvalidData:
        return None  # it is in a server that the bot is not in
    except failures.FAILED as error:
        if isinstance(error, discord.HTTPException) and error.code in (_UNKNOWN_CHANNEL, _MISSING_ACCESS):
            return None
        raise failures.in_sending(error) from error


def address(client: discord.Client, room: Chat, message_id: int | None) -> str:
    """https://support.discord.com/hc/articles/206346498 - the link that *Copy Message Link* gives."""
    channel: Any = client.get_channel(room.id)
    guild = getattr(channel, "guild", None)
    server = guild.id if guild is not None else room.space
    message = f"/{message_id}" if message_id else ""
    return f"https://discord.com/channels/{server or '@me'}/{room.id}{message}"


def given_roles(guild: discord.Guild | None) -> Iterator[Role]:
    """The roles that people can be given, the highest first: not everybody's own, and no machine's."""
    for role in sorted(guild.roles, reverse=True) if guild is not None else ():
        if not role.is_default() and not role.managed:
            yield Role(role.id, role.name)
