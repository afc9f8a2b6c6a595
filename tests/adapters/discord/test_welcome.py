"""The one message of a new server: where it is posted, when, and that it is one."""

from __future__ import annotations

import pytest

from bot.model import Joined, Left
from bot.reply import Paragraph, Reply
from tests.adapters.discord.conftest import Notes, ScriptedFront, Serve, adapter_at, running
from tests.fakes.discord import FakeDiscord

HELLO = Reply((Paragraph("Hello, I explain AI."),))


@pytest.fixture(autouse=True)
def _polite(front: ScriptedFront) -> None:
    front.welcome = HELLO


async def test_it_says_hello_in_the_channel_for_system_messages(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    guild = discord_.guild(joined=False)
    first, system = guild.channel("first"), guild.channel("system", system=True)
    async with serve():
        await guild.add_bot()
        said = await system.heard("Hello")
        await discord_.until(lambda: front.delivered_ids == [said.id], "word of the delivery")
    assert first.from_bot == []
    assert [event.chat.id for event in front.of(Joined)] == [system.id]


async def test_it_says_hello_in_the_first_channel_it_may_write_to(
    discord_: FakeDiscord, serve: Serve
) -> None:
    guild = discord_.guild(joined=False)
    rules, hidden, general = (
        guild.channel("rules", system=True),
        guild.channel("hidden"),
        guild.channel("general"),
    )
    rules.forbid("send_messages")
    hidden.forbid("view_channel")
    async with serve():
        await guild.add_bot()
        await general.heard("Hello")


async def test_it_waits_until_it_may_write(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, notes: Notes
) -> None:
    guild = discord_.guild(joined=False)
    rules = guild.channel("rules")
    rules.forbid("send_messages")
    async with serve():
        await guild.add_bot()
        await discord_.until(lambda: "waiting" in notes.values(), "the bot to see that it may not write")
        rules.permit()
        await rules.change()
        await rules.heard("Hello")
        await rules.change()
        await guild.let_everyone("view_channel", "send_messages", "embed_links")
        open_ = await guild.create("open")
        await open_.member("Ann").says("@bot rag")
        await open_.heard("Retrieval")
    assert len(front.of(Joined)) == 1


async def test_it_waits_across_a_restart(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, notes: Notes
) -> None:
    guild = discord_.guild(joined=False)
    rules = guild.channel("rules")
    await guild.let_everyone("view_channel")
    async with serve():
        await guild.add_bot()
        await discord_.until(lambda: "waiting" in notes.values(), "the bot to see that it may not write")
    async with serve():
        await guild.let_everyone("view_channel", "send_messages", "embed_links")
        await rules.heard("Hello")


async def test_a_server_that_invited_it_while_it_was_away_is_greeted_once(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    async with serve():
        await general.heard("Hello")
    async with serve() as bot:
        await discord_.until(lambda: bot.ready, "the bot to be ready")
        await general.member("Ann").says("@bot rag")
        await general.heard("Retrieval")
    assert len(front.of(Joined)) == 1


async def test_a_server_that_is_told_of_twice_is_greeted_once(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    guild = discord_.guild(joined=False)
    general = guild.channel("general")
    async with serve():
        await guild.add_bot()
        await guild.add_bot()
        await general.member("Ann").says("@bot rag")
        await general.heard("Retrieval")
    assert len(front.of(Joined)) == 1


async def test_a_send_that_is_forbidden_after_all_is_made_up_for(
    discord_: FakeDiscord, serve: Serve, notes: Notes
) -> None:
    guild = discord_.guild(joined=False)
    general = guild.channel("general")
    discord_.fail("POST", "/channels/*/messages", 403, code=50013)
    async with serve():
        await guild.add_bot()
        await discord_.until(lambda: "waiting" in notes.values(), "the refusal")
        await general.change()
        await general.heard("Hello")


async def test_removed_it_loses_every_chat_and_greets_again_when_it_is_back(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    guild = discord_.guild()
    general, other = guild.channel("general"), guild.channel("other")
    async with serve():
        await general.heard("Hello")
        thread = await general.thread("homework")
        await guild.remove_bot()
        await discord_.until(lambda: len(front.of(Left)) == 3, "word of the loss")
        assert {event.chat.id for event in front.of(Left)} == {general.id, other.id, thread.id}
        discord_.advance(600)
        await guild.add_bot()
        await discord_.until(lambda: len(general.from_bot) == 2, "another greeting")


async def test_a_deleted_channel_or_thread_is_a_lost_chat(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    guild = discord_.guild()
    general, other = guild.channel("general"), guild.channel("other")
    async with serve():
        thread = await general.thread("homework")
        await other.delete()
        await thread.delete()
        await discord_.until(lambda: len(front.of(Left)) == 2, "word of the loss")
    assert [event.chat.id for event in front.of(Left)] == [other.id, thread.id]


@pytest.mark.slow  # Discord allows one shard to identify every five seconds
async def test_two_shards_serve_their_own_servers(front: ScriptedFront, notes: Notes) -> None:
    front.welcome = None
    async with FakeDiscord(shards=2) as fake:
        people = [fake.guild(f"club {n}").channel("general").member("Ann") for n in range(4)]
        async with running(fake, adapter_at(fake, front, notes)):
            assert [s.shard for s in fake.gateway.live] == [(0, 2), (1, 2)]
            for ann in people:
                assert (await ann.slash("models")).answered
