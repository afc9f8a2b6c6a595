"""What happens on Discord, as the core's events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.model import Addressed, Chat, ChatKind, Invocation, Left, Message, Platform, Press, Quoted, User

Interaction = discord.Interaction[Any]


def user_of(user: discord.abc.User) -> User:
    """The person, under the name shown there."""
    return User(Platform.DISCORD, user.id, user.display_name)


def chat_of(channel: Any) -> Chat:
    """The chat of a channel, a thread, or a private conversation; each has an id of its own."""
    private = isinstance(channel, discord.DMChannel)
    kind = ChatKind.PRIVATE if private else ChatKind.GROUP
    guild = getattr(channel, "guild", None)
    name = getattr(channel, "name", None) or ""
    return Chat(Platform.DISCORD, channel.id, kind, name, space=guild.id if guild else None)


def invocation(interaction: Interaction, command: str, values: Mapping[str, str]) -> Invocation:
    """A slash command; options that were left out are missing in `values`."""
    return Invocation(
        user_of(interaction.user),
        chat_of(interaction.channel),
        command,
        dict(values),
        str(interaction.locale),
    )


def press(interaction: Interaction) -> Press:
    """A press; its data is whatever custom id the button had, its time that of Discord's own id for it."""
    data: Any = interaction.data
    message = interaction.message
    return Press(
        user_of(interaction.user),
        chat_of(interaction.channel),
        message.id if message else 0,
        data["custom_id"],
        str(interaction.locale),
        interaction.created_at,
    )


def message(message: discord.Message, me: discord.ClientUser) -> Message | None:
    """A text for the bot; None when it is somebody else's business, or a machine's, or has no text."""
    if message.author.bot or message.is_system() or message.webhook_id:
        return None
    quoted = _quoted(message, me)
    addressed = _addressed(message, me, quoted)
    text = _without_mention(message.content, me.id)
    if addressed is None or not (text or addressed is Addressed.MENTION):
        return None
    return Message(
        user_of(message.author),
        chat_of(message.channel),
        message.id,
        text,
        addressed,
        quoted,
        str(message.guild.preferred_locale) if message.guild else "",
    )


def _addressed(message: discord.Message, me: discord.ClientUser, quoted: Quoted | None) -> Addressed | None:
    if message.guild is None:
        return Addressed.PRIVATE
    if quoted is not None and quoted.by_bot:
        return Addressed.REPLY
    return Addressed.MENTION if any(user.id == me.id for user in message.mentions) else None


def _quoted(message: discord.Message, me: discord.ClientUser) -> Quoted | None:
    answered = message.reference.resolved if message.reference else None
    if not isinstance(answered, discord.Message):
        return None
    return Quoted(answered.id, "\n".join(_said(answered)), answered.author.id == me.id)


def _said(message: discord.Message) -> Iterator[str]:
    """What a message says, in its text and in its embeds."""
    texts = [message.content]
    for embed in message.embeds:
        texts += [embed.title or "", embed.description or ""]
    return (text for text in texts if text)


def _without_mention(text: str, me: int) -> str:
    return " ".join(re.sub(rf"<@!?{me}>", " ", text).split())


def left(guild: discord.Guild) -> list[Left]:
    """All chats of a server that the bot is no longer in."""
    rooms = [room for room in (*guild.channels, *guild.threads) if isinstance(room, discord.abc.Messageable)]
    return [Left(chat_of(room), f"the bot is no longer in {guild.name!r}") for room in rooms]


def may_write(channel: Any) -> bool:
    """Whether the bot may see the channel and write embeds into it."""
    held = permissions_in(channel)
    return held is not None and held.view_channel and held.send_messages and held.embed_links


def may_post(channel: Any) -> bool:
    """Whether the bot may see the channel or thread and write there, be it without embeds."""
    held = permissions_in(channel)
    thread = isinstance(channel, discord.Thread)
    if held is None or not held.view_channel:
        return False
    return held.send_messages_in_threads if thread else held.send_messages


def permissions_in(channel: Any) -> discord.Permissions | None:
    """What the bot may do in a channel of a server; None for others, and where Discord has not told."""
    guild = getattr(channel, "guild", None)
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    if guild is None or guild.me is None or parent is None:
        return None
    held: discord.Permissions = channel.permissions_for(guild.me)
    return held


def welcome_channel(guild: discord.Guild) -> discord.TextChannel | None:
    """Where to say hello: the channel for system messages, else the first the bot may write to."""
    if guild.me is None:
        return None
    first = [guild.system_channel] if guild.system_channel else []
    return next((channel for channel in (*first, *guild.text_channels) if may_write(channel)), None)
