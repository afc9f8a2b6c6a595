"""Channels and threads as rooms of a server, and the roles of its members."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.adapters.base import NotSent
from bot.model import Chat, ChatKind, Platform, User
from tests.adapters.discord.conftest import Notes, ScriptedFront, Serve, adapter_at
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.driver import Channel


def chat_of(channel: Channel, name: str = "") -> Chat:
    assert channel.state.guild is not None
    return Chat(Platform.DISCORD, channel.id, ChatKind.GROUP, name, space=channel.state.guild.id)


async def test_rooms_are_the_channels_where_the_bot_may_write(discord_: FakeDiscord, serve: Serve) -> None:
    guild = discord_.guild()
    general, quiet, secret = (guild.channel(name) for name in ("general", "quiet", "secret"))
    quiet.forbid("embed_links")
    secret.forbid("view_channel")
    async with serve() as adapter:
        await discord_.until(adapter.client.is_ready, "all channels")
        found = adapter.rooms(chat_of(general))
        assert [room.title for room in found] == ["general", "quiet"]
        assert found[0] == chat_of(general, "general")
        assert await adapter.room(chat_of(quiet)) == chat_of(quiet, "quiet")
        assert await adapter.room(chat_of(secret)) is None
        await general.delete()
        await discord_.until(lambda: len(adapter.rooms(chat_of(quiet))) == 1, "one room")
        assert await adapter.room(chat_of(general)) is None


async def test_a_channel_of_another_server_is_no_room(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild("Ours").channel("general")
    theirs = discord_.guild("Theirs").channel("general")
    async with serve() as adapter:
        assert await adapter.room(replace(chat_of(theirs), space=chat_of(general).space)) is None
        assert await adapter.room(chat_of(theirs)) == chat_of(theirs, "general")


async def test_a_thread_that_is_archived_is_a_room_still(discord_: FakeDiscord, serve: Serve) -> None:
    """Discord tells a bot at its start of those threads only that are not."""
    guild = discord_.guild()
    general = guild.channel("general")
    thread = await general.thread("Quiz night")
    thread.state.archived = True
    del guild.state.channels[thread.id]
    async with serve() as adapter:
        await discord_.until(adapter.client.is_ready, "all channels")
        assert await adapter.room(chat_of(thread)) == chat_of(thread, "Quiz night")


async def test_before_discord_has_told_nobody_knows(
    discord_: FakeDiscord, front: ScriptedFront, notes: Notes
) -> None:
    general = discord_.guild().channel("general")
    with pytest.raises(NotSent):
        await adapter_at(discord_, front, notes).room(chat_of(general))


async def test_links_lead_into_the_server(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as adapter:
        place = f"https://discord.com/channels/{chat_of(general).space}/{general.id}"
        assert adapter.address(chat_of(general)) == place
        assert adapter.address(replace(chat_of(general), space=None), 5) == f"{place}/5"


async def test_roles_are_those_that_people_are_given(discord_: FakeDiscord, serve: Serve) -> None:
    guild = discord_.guild()
    general = guild.channel("general")
    ann, ben = general.member("Ann"), general.member("Ben")
    async with serve() as adapter:
        low, high = await guild.role("Readers"), await guild.role("Hosts")
        await guild.role("Robots", managed=True)
        await discord_.until(lambda: len(adapter.roles(chat_of(general))) == 2, "two roles")
        assert [role.name for role in adapter.roles(chat_of(general))] == ["Hosts", "Readers"]
        guild.give(ann, high)
        somebody = {who: User(Platform.DISCORD, who.id, who.user.name) for who in (ann, ben)}
        assert await adapter.has_role(chat_of(general), somebody[ann], high.id), "by one request"
        assert not await adapter.has_role(chat_of(general), somebody[ann], low.id)
        assert not await adapter.has_role(chat_of(general), somebody[ben], high.id)
        guild.give(ben, high)
        await ben.slash("models")
        assert await adapter.has_role(chat_of(general), somebody[ben], high.id), "as the command said"
        stranger = User(Platform.DISCORD, 5, "?")
        assert not await adapter.has_role(chat_of(general), stranger, high.id)
