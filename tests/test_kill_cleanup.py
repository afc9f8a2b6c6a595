"""kill -9 while posts go: what is due is gone in the end, and nothing else is, on both platforms."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.model import Chat, ChatKind, Platform
from bot.store import own_messages
from bot.store.own_messages import Sent
from bot.store.store import Store, open_store
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.driver import Channel
from tests.fakes.telegram import Bot
from tests.fakes.telegram.driver import FakeTelegram, Group
from tests.test_run import dc, running, tg

KILLS, CHATS, MESSAGES = 8, 12, 20
FIVE = timedelta(minutes=5)


def now() -> datetime:
    return datetime.now(UTC)


async def _posted(discord: FakeDiscord, channel: Channel, text: str) -> int:
    """As the bot would have, in an earlier life."""
    message = discord.compose(channel.state, discord.bot, {"content": text})
    await discord.publish(message)
    return message.id


async def _noted(store: Store, platform: Platform, chat_id: int, ids: list[int], over_at: datetime) -> None:
    chat = Chat(platform, chat_id, ChatKind.GROUP, "Learners")
    await store.transact(own_messages.choose(chat, FIVE))
    await store.transact(own_messages.posted(chat, [Sent(n, over_at) for n in ids], over_at))


async def _fill(
    store: Store, bot: Bot, groups: list[Group], discord: FakeDiscord, channels: list[Channel]
) -> None:
    """In every chat some messages that are due by now, and two that are not."""
    for group, channel in zip(groups, channels, strict=True):
        old = [group.writes(bot, f"old {n}").id for n in range(MESSAGES)]
        await _noted(store, Platform.TELEGRAM, group.id, old, now() - FIVE)
        await _noted(store, Platform.TELEGRAM, group.id, [group.writes(bot, "new").id], now() + FIVE)
        group.writes(bot, "a greeting")
        await group.member("Ann").says("hello there")
        old = [await _posted(discord, channel, f"old {n}") for n in range(MESSAGES)]
        await _noted(store, Platform.DISCORD, channel.id, old, now() - FIVE)
        await _noted(
            store, Platform.DISCORD, channel.id, [await _posted(discord, channel, "new")], now() + FIVE
        )
        await _posted(discord, channel, "a greeting")
        await channel.member("Ann").says("hello there")


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_while_posts_go_the_next_life_takes_the_rest(tmp_path: Path) -> None:
    chance = Random(9)
    async with FakeTelegram() as telegram, FakeDiscord(time=now) as discord:
        bot, guild = telegram.bot("whatis_bot"), discord.guild("Learners")
        groups = [telegram.group(f"Group {n}", bot) for n in range(CHATS)]
        channels = [guild.channel(f"channel-{n}") for n in range(CHATS)]
        async with open_store(f"sqlite:///{tmp_path / 'whatis.db'}", now) as store:
            await _fill(store, bot, groups, discord, channels)
        settings = {**tg(telegram, bot.token), **dc(discord)}

        def deletions() -> int:
            return len(telegram.made("deleteMessages")) + len(discord.sent("DELETE"))

        def over(before: int) -> bool:
            return deletions() > before or not _left(groups, channels)

        for _ in range(KILLS):
            async with running(tmp_path, **settings) as process:
                await discord.until(partial(over, deletions()), "a deletion", within=60)
                await asyncio.sleep(chance.uniform(0.0, 0.3))  # the moment itself is what is tried here
                process.kill()
        async with running(tmp_path, **settings):
            await discord.until(lambda: not _left(groups, channels), "all that was due to go", within=120)
    for group in groups:
        assert [m.text for m in group.chat.messages.values()] == ["new", "a greeting", "hello there"]
    for channel in channels:
        texts = [m.content for m in channel.messages if "Hello!" not in m.text]
        assert texts == ["new", "a greeting", "hello there"]


def _left(groups: list[Group], channels: list[Channel]) -> int:
    """How many messages that are due still stand."""
    on_telegram = [m for group in groups for m in group.chat.messages.values() if m.text.startswith("old")]
    on_discord = [m for channel in channels for m in channel.messages if m.content.startswith("old")]
    return len(on_telegram) + len(on_discord)
