"""Channels without a name: whoever lets the bot in sets up their daily posts in private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model import Chat, ChatKind, Platform
from bot.store import subscriptions
from tests.conftest import Clock
from tests.conversations.quizzing import Table, bare
from tests.conversations.surfaces import DiscordSurface, Surface, TelegramSurface, TelegramVoice, surface
from tests.fakes.telegram.driver import Group, Member


@pytest.fixture
async def chat(tmp_path: Path, clock: Clock) -> AsyncIterator[Surface]:
    async with surface("telegram", tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def telegram(chat: Surface) -> TelegramSurface:
    assert isinstance(chat, TelegramSurface)
    return chat


@pytest.fixture
def table(chat: Surface) -> Table:
    return Table(chat)


@pytest.fixture
async def ann(chat: Surface) -> TelegramVoice:
    voice = await chat.alone("Ann")
    assert isinstance(voice, TelegramVoice)
    return voice


def channel(telegram: TelegramSurface, admin: TelegramVoice, title: str = "Our news") -> Group:
    """A channel without a name that the person administers; the bot is not in it."""
    made = telegram.telegram.group(title, kind="channel")
    made.member(admin._here.account, status="administrator")
    return made


async def let_in(telegram: TelegramSurface, where: Group, by: TelegramVoice) -> None:
    """The person makes the bot an admin there, and hears of it."""
    where.add(telegram.bot, status="administrator", by=Member(where, by._here.account))
    await by._here.heard(f"I may post in {where.chat.title} now")


async def subscribed(telegram: TelegramSurface, where: Group) -> bool:
    found = await telegram.store.get(
        subscriptions.of_chat(Chat(Platform.TELEGRAM, where.id, ChatKind.CHANNEL))
    )
    return found is not None and found.on


async def test_whoever_lets_the_bot_in_sets_it_up_in_private(
    telegram: TelegramSurface, table: Table, ann: TelegramVoice
) -> None:
    news = channel(telegram, ann)
    await let_in(telegram, news, ann)
    page = await ann.presses("Set up daily posts")
    assert "When shall the daily post come in Our news?" in page
    assert len(page.buttons) == 24
    said = await ann.presses("13:00")
    assert "a tip at 13:00 (UTC), every day" in bare(said.text)
    assert "In Our news." in said
    assert not news.said, "nothing shows before its time"
    await table.passes(hours=1)
    await news.heard("💡")


async def test_who_never_spoke_to_the_bot_is_not_told_and_nothing_breaks(
    telegram: TelegramSurface, ann: TelegramVoice
) -> None:
    bob = telegram.telegram.person("Bob")
    news = telegram.telegram.group("Bob's news", kind="channel")
    news.add(telegram.bot, status="administrator", by=news.member(bob, status="administrator"))
    await telegram.telegram.taken(telegram.bot)
    assert "Hello!" in await ann.says("hi")
    private = telegram.telegram.private(telegram.bot, bob)
    await private.says("/tips on 13:00 UTC")
    await private.heard("Where shall it come, at 13:00 (UTC), every day?")
    assert "Bob's news" in private.room.last.labels


async def test_the_channels_of_an_admin_are_offered(
    telegram: TelegramSurface, table: Table, ann: TelegramVoice
) -> None:
    news, club = channel(telegram, ann), channel(telegram, ann, "Our club")
    await let_in(telegram, news, ann)
    await let_in(telegram, club, ann)
    asked = await ann.says("/tips on 13:00 UTC question")
    assert set(asked.buttons) == {"Here, for me", "Our club", "Our news"}
    said = await ann.presses("Our club")
    assert "a question of the day at 13:00 (UTC)" in bare(said.text)
    assert await subscribed(telegram, club)
    assert not await subscribed(telegram, news)
    await ann.says("/tips on 14:00 UTC")
    here = await ann.presses("Here, for me")
    assert "a tip at 14:00 (UTC)" in bare(here.text)
    assert "In Our" not in here


async def test_what_can_mean_several_times_is_asked_before_the_place(
    telegram: TelegramSurface, ann: TelegramVoice
) -> None:
    news = channel(telegram, ann)
    await let_in(telegram, news, ann)
    assert "Which do you mean?" in await ann.says("/tips on 6 IST")
    asked = await ann.presses("18:00 Dublin")
    assert "Where shall it come, at 18:00 (Dublin), every day?" in asked
    assert "In Our news." in await ann.presses("Our news")


async def test_a_channel_is_nobody_elses(telegram: TelegramSurface, ann: TelegramVoice) -> None:
    news = channel(telegram, ann)
    await let_in(telegram, news, ann)
    ben = await telegram.alone("Ben")
    said = await ben.says("/tips on 13:00 UTC")
    assert "a tip at 13:00 (UTC)" in bare(said.text), "Ben is asked nothing, and told of no channel"
    link = f"https://t.me/c/{-news.id - 1000000000000}/7"
    assert "I can't post in that channel for you" in await ben.says(f"/tips on 9 {link}")
    assert not await subscribed(telegram, news)


async def test_whoever_is_no_admin_any_more_may_nothing(
    telegram: TelegramSurface, ann: TelegramVoice
) -> None:
    news = channel(telegram, ann)
    await let_in(telegram, news, ann)
    news.member(ann._here.account, status="left")
    assert "Only an admin of a channel I may post in" in await ann.presses("Set up daily posts")
    assert "a tip at 13:00 (UTC)" in bare((await ann.says("/tips on 13:00 UTC")).text)


async def test_the_link_of_a_post_names_the_channel(telegram: TelegramSurface, ann: TelegramVoice) -> None:
    """Also one that the bot was let into before it remembered who did it."""
    news = channel(telegram, ann)
    news.add(telegram.bot, status="administrator", quietly=True)
    link = f"t.me/c/{-news.id - 1000000000000}/7"
    assert "In Our news." in await ann.says(f"/tips on 13:00 UTC {link}")
    assert "In Our news." in await ann.says(f"/tips status {link}")
    assert "The daily post is off" in await ann.says(f"/tips off {link}")


async def test_a_post_that_is_passed_on_names_the_channel(
    telegram: TelegramSurface, ann: TelegramVoice
) -> None:
    news = channel(telegram, ann)
    news.add(telegram.bot, status="administrator", quietly=True)
    await ann._here.forwards(news, "Today: what is RAG?")
    await ann._here.heard("When shall the daily post come in Our news?")
    assert "In Our news." in await ann.presses("7:00")
    ben = await telegram.alone("Ben")
    assert isinstance(ben, TelegramVoice)
    await ben._here.forwards(news, "rag")
    await ben._here.heard("Retrieval-augmented generation")


@pytest.mark.parametrize("how", ["removed", "may not post"])
async def test_a_channel_that_is_lost_is_switched_off_and_its_admin_told(
    telegram: TelegramSurface, table: Table, ann: TelegramVoice, how: str
) -> None:
    news = channel(telegram, ann)
    await let_in(telegram, news, ann)
    await ann.presses("Set up daily posts")
    await ann.presses("13:00")
    if how == "removed":
        news.remove(telegram.bot)
    else:
        news.add(telegram.bot, status="administrator", can_post_messages=False)
    await ann._here.heard("I can't post in Our news any more, so its daily post is off")
    assert not await subscribed(telegram, news)
    assert "a tip at 14:00 (UTC)" in bare((await ann.says("/tips on 14:00 UTC")).text), (
        "it is offered no more"
    )
    await table.passes(hours=1)
    assert not news.said


async def test_a_channel_that_was_renamed_is_offered_under_its_new_name(
    telegram: TelegramSurface, ann: TelegramVoice
) -> None:
    news = channel(telegram, ann)
    await let_in(telegram, news, ann)
    news.chat.title = "Our weekly"
    assert "Our weekly" in (await ann.says("/tips on 13:00 UTC")).buttons
    assert "In Our weekly." in await ann.presses("Our weekly")


async def test_an_announcement_channel_of_discord_is_a_channel_like_any_other(
    tmp_path: Path, clock: Clock
) -> None:
    async with surface("discord", tmp_path, clock) as chat:
        assert isinstance(chat, DiscordSurface)
        guild = chat.discord.guild("News")
        await guild.add_bot()
        chat.channel = await guild.create("announcements", announcing=True)
        admin = await chat.member("Ada", admin=True)
        assert "a tip at 13:00 (UTC)" in bare((await admin.says("/tips on 13:00 UTC")).text)
        table = Table(chat)
        await table.passes(hours=1)
        await table.hears("💡")
