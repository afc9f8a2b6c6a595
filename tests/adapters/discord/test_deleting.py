"""The bot's own messages taken back on Discord: one by one, or together where it may."""

from __future__ import annotations

import pytest

from bot.adapters.base import Unreachable
from bot.adapters.discord.adapter import DiscordAdapter
from bot.model import Chat, ChatKind, Platform
from bot.reply import Paragraph, Reply, Visibility
from tests.adapters.discord.conftest import ANSWER, ScriptedFront, Serve
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.driver import Channel, Guild
from tests.fakes.discord.model import PERMISSIONS

MESSAGE = "/channels/*/messages/*"


def chat(channel: Channel) -> Chat:
    return Chat(Platform.DISCORD, channel.id, ChatKind.GROUP, channel.state.name)


async def posted(bot: DiscordAdapter, channel: Channel, many: int = 3) -> list[int]:
    return [
        await bot.send(chat(channel), Reply((Paragraph(f"Answer {n}"),)), key=f"{n}") for n in range(many)
    ]


def may_delete_all(guild: Guild) -> None:
    guild.state.roles[guild.state.id].permissions |= PERMISSIONS["manage_messages"]


async def test_one_request_each_where_it_may_delete_only_its_own(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        ids = await posted(bot, general)
        await bot.delete(chat(general), [*ids, 4711])
    assert general.from_bot == []
    assert [r.status for r in discord_.sent("DELETE", "/messages/")] == [204, 204, 204, 404]


async def test_one_request_for_all_where_it_may_delete_anybodys(discord_: FakeDiscord, serve: Serve) -> None:
    guild = discord_.guild()
    general = guild.channel("general")
    may_delete_all(guild)
    async with serve() as bot:
        ids = await posted(bot, general)
        await bot.delete(chat(general), [*ids, ids[0] + 4711])
        (last,) = await posted(bot, general, 1)
        await bot.delete(chat(general), [last])
    assert general.from_bot == []
    assert [r.status for r in discord_.sent("POST", "/bulk-delete")] == [204]
    assert [r.status for r in discord_.sent("DELETE", "/messages/")] == [204]


async def test_where_it_may_write_no_more_it_may_still_take_back(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        ids = await posted(bot, general)
        general.forbid("send_messages")
        await general.change()
        await bot.delete(chat(general), ids)
        assert general.from_bot == []
        general.forbid("view_channel")
        with pytest.raises(Unreachable):
            await bot.delete(chat(general), ids)


async def test_the_core_is_told_of_every_page_and_of_every_change(
    discord_: FakeDiscord, serve: Serve, front: ScriptedFront
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    long = Reply(tuple(Paragraph(f"{n} " + "word " * 500) for n in range(3)), ANSWER.buttons)
    async with serve():
        front.answer = lambda event: long
        await ann.says("@bot tell me")
        await discord_.until(lambda: front.delivered_ids, "word of the delivery")
        assert front.delivered_ids == [message.id for message in general.from_bot]
        assert len(general.from_bot) > 1
        front.delivered_ids.clear()
        front.answer = lambda event: Reply((Paragraph("Simpler"),), edit=True)
        await ann.presses("Simpler")
        await discord_.until(lambda: front.delivered_ids, "word of the change")
        assert front.delivered_ids == [general.from_bot[-1].id]


async def test_the_core_is_not_told_of_what_one_person_sees(
    discord_: FakeDiscord, serve: Serve, front: ScriptedFront
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve():
        front.answer = lambda event: Reply(ANSWER.blocks, ANSWER.buttons, visibility=Visibility.PRIVATE)
        await ann.slash("models")
        front.answer = lambda event: Reply((Paragraph("Simpler"),), edit=True)
        await ann.presses("Simpler")
        await ann.hears("Simpler")
        front.answer = lambda event: ANSWER
        public = await ann.slash("models")
        await discord_.until(lambda: front.delivered_ids, "word of the delivery")
        assert front.delivered_ids == [public.message.id]
