"""The same client at a Discord that nobody here wrote, for what that one covers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord

from bot.adapters.discord.adapter import DiscordAdapter
from bot.model import Chat, ChatKind, Platform
from bot.reply import Reply, Visibility
from tests.adapters.discord.conftest import ANSWER, Notes, ScriptedFront
from tests.adapters.discord.quizzing import QUESTION, REVEAL
from tests.adapters.discord.test_buttons import EDIT
from tests.fakes.discord import TOKEN


@pytest.fixture
def core() -> ScriptedFront:
    return ScriptedFront()


@pytest.fixture
def adapter(core: ScriptedFront) -> DiscordAdapter:
    return DiscordAdapter(TOKEN, core, Notes(), defer_after=60)


async def test_slash_commands_and_completion(core: ScriptedFront, adapter: DiscordAdapter) -> None:
    async with simcord.run(adapter.client, shard_count=1) as env:
        guild = env.create_guild()
        general = guild.create_text_channel("general")
        ann = guild.add_member(env.create_user("ann"))
        choices = await ann.autocomplete(general, "whatis", "term", "ra")
        assert [choice["value"] for choice in choices] == ["rax"]
        asked = await ann.slash(general, "whatis", term="rag")
        assert asked.acknowledged
        assert asked.response is not None
        assert asked.response.embeds[0].title == "RAG"
        core.answer = lambda event: replace(ANSWER, visibility=Visibility.PRIVATE)
        assert (await ann.slash(general, "progress")).ephemeral


async def test_buttons_across_a_restart(core: ScriptedFront, adapter: DiscordAdapter) -> None:
    async with simcord.run(adapter.client, shard_count=1) as env:
        guild = env.create_guild()
        general = guild.create_text_channel("general")
        ann, bob = (guild.add_member(env.create_user(name)) for name in ("ann", "bob"))
        asked = await ann.slash(general, "whatis", term="rag")
        assert asked.response is not None
        await env.restart_bot(adapter.new_client())
        core.answer = lambda event: EDIT
        pressed = await ann.click(asked.response.message, label="Simpler")
        assert pressed.acknowledged
        assert asked.response.content == "In other words."
        core.answer = lambda event: replace(EDIT, edit=False, visibility=Visibility.PRIVATE)
        copy = await bob.click(asked.response.message, label="Deeper")
        assert copy.acknowledged
        assert copy.ephemeral


async def test_a_question_is_answered_and_becomes_its_reveal(
    core: ScriptedFront, adapter: DiscordAdapter
) -> None:
    core.answer = lambda event: Reply(toast="Your answer is in.")
    async with simcord.run(adapter.client, shard_count=1) as env:
        guild = env.create_guild()
        general = guild.create_text_channel("general")
        ann = guild.add_member(env.create_user("ann"))
        here = Chat(Platform.DISCORD, general.id, ChatKind.GROUP)
        asked = await adapter.ask(here, QUESTION, key="quiz:17:3:0")
        question = general.last_message
        assert question is not None
        assert question.id == asked.message_id
        pressed = await ann.click(question, label="B")
        assert pressed.ephemeral
        await adapter.close_question(here, asked, REVEAL)
        shown = general.last_message
        assert shown is not None
        assert (shown.id, shown.embeds[0].title) == (asked.message_id, "Question 3 of 7")


async def test_a_mention_is_answered(core: ScriptedFront, adapter: DiscordAdapter) -> None:
    async with simcord.run(adapter.client, shard_count=1) as env:
        guild = env.create_guild()
        general = guild.create_text_channel("general")
        ann = guild.add_member(env.create_user("ann"))
        assert adapter.client.user is not None
        asked = await ann.send(general, f"<@{adapter.client.user.id}> what is rag")
        answer = general.last_message
        assert answer is not None
        assert answer.reference is not None
        assert answer.reference.message_id == asked.id
        assert answer.embeds[0].title == "RAG"
