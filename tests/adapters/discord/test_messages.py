"""Mentions, replies, private messages and threads: what is heard, and how it is answered."""

from __future__ import annotations

import pytest

from bot.markup import escape
from bot.model import Addressed, ChatKind, Message
from bot.reply import Ask, Heading, Paragraph, Reply, Visibility
from tests.adapters.discord.conftest import ScriptedFront, Serve
from tests.fakes.discord import FakeDiscord


async def test_a_mention_is_answered_by_a_reply_that_calls_nobody(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve():
        asked = await ann.says("hey @bot what is rag?")
        said = await general.heard("Retrieval")
        assert said.reply_to is asked
        assert said.mentions == []
        assert said.flags & 1 << 12, "silent"
        await discord_.until(lambda: front.delivered_ids == [said.id], "word of the delivery")
    (event,) = front.of(Message)
    assert (event.text, event.addressed) == ("hey what is rag?", Addressed.MENTION)
    assert (event.id, event.user.name, event.chat.id) == (asked.id, "Ann", general.id)


async def test_what_is_not_for_the_bot_never_leaves_the_adapter(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    guild = discord_.guild()
    general = guild.channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    async with serve():
        said = await ann.says("what is rag?")
        await bob.says("good question", to=said)
        await ann.says(f"<@{bob.id}> hello")
        bob.user.bot = True
        await bob.says("@bot what is rag?")
        bob.user.bot = False
        await bob.says("@bot now")
        await general.heard("Retrieval")
    assert [event.text for event in front.of(Message)] == ["now"]


async def test_a_reply_to_the_bot_is_for_the_bot(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: Reply((Heading("Which word?"), Paragraph("Tell me.")), ask=ASK)
    async with serve():
        asked = await ann.slash("models")
        await ann.says("rag", to=asked.message)
        await discord_.until(lambda: len(general.from_bot) == 2, "an answer")
    (event,) = front.of(Message)
    assert (event.text, event.addressed) == ("rag", Addressed.REPLY)
    assert event.quoted is not None
    assert (event.quoted.id, event.quoted.by_bot) == (asked.message.id, True)
    assert event.quoted.text == "Which word?\nTell me."


ASK = Ask("whatis", "Which word?", "a word")


async def test_a_reply_without_a_ping_comes_without_text_and_is_let_be(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve():
        asked = await ann.slash("models")
        await ann.says("thanks", to=asked.message, ping=False)
        await ann.says("@bot rag")
        await discord_.until(lambda: len(general.from_bot) == 2, "an answer to the second")
    assert [event.text for event in front.of(Message)] == ["rag"]


async def test_a_mention_of_someone_elses_message_quotes_it(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    async with serve():
        said = await ann.says("we use LoRA")
        await bob.says("@bot explain", to=said)
        await general.heard("Retrieval")
    (event,) = front.of(Message)
    assert event.addressed is Addressed.MENTION
    assert (event.quoted.text, event.quoted.by_bot) == ("we use LoRA", False)


async def test_a_bare_mention_is_heard(discord_: FakeDiscord, front: ScriptedFront, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve():
        await general.member("Ann").says("@bot")
        await general.heard("Retrieval")
    assert [event.text for event in front.of(Message)] == [""]


async def test_in_private_any_text_is_for_the_bot(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.person("Ann").dm()
    async with serve():
        await ann.says("what is rag")
        assert (await ann.hears("Retrieval")).channel is ann.channel.state
    (event,) = front.of(Message)
    assert (event.addressed, event.chat.kind, event.chat.id) == (
        Addressed.PRIVATE,
        ChatKind.PRIVATE,
        ann.channel.id,
    )


async def test_a_thread_is_a_chat_of_its_own(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve():
        thread = await general.thread("homework")
        await ann.at(thread).says("@bot rag")
        await thread.heard("Retrieval")
        assert general.from_bot == []
        asked = await ann.at(thread).slash("whatis", term="rag")
        assert asked.message.channel is thread.state
    assert {event.chat.id for event in front.events} >= {thread.id}
    assert front.of(Message)[0].chat.title == "homework"


async def test_silence_is_an_answer(discord_: FakeDiscord, front: ScriptedFront, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: None if event.text == "thanks" else Reply((Paragraph("yes?"),))
    async with serve():
        await ann.says("@bot thanks")
        await ann.says("@bot hello")
        await general.heard("yes?")
        assert len(general.from_bot) == 1


async def test_an_answer_may_point_to_an_earlier_message(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve():
        await ann.says("@bot rag")
        first = await general.heard("Retrieval")
        front.answer = lambda event: Reply((Paragraph("See there."),), points_to=first.id)
        await ann.says("@bot rag")
        assert (await general.heard("See there.")).reply_to is first
        front.answer = lambda event: Reply((Paragraph("It is gone."),), points_to=4711)
        await ann.says("@bot rag")
        assert (await general.heard("It is gone.")).reply_to is None


SECRET = Reply((Paragraph("Level 3"),), visibility=Visibility.PRIVATE)


async def test_a_private_answer_to_a_public_text_goes_to_the_private_chat(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: SECRET
    async with serve():
        await ann.says("@bot progress")
        await ann.dm().hears("Level 3")
        assert general.from_bot == []


async def test_who_takes_no_private_messages_is_told_the_other_way(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    ann.user.takes_dms = False
    front.answer = lambda event: SECRET
    async with serve():
        asked = await ann.says("@bot progress")
        said = await general.heard("use the slash command")
        assert said.reply_to is asked
        assert "Level 3" not in said.text


NASTY = ("<b>@everyone</b>", "||@here|| [x](https://evil.example)", "<@&1> <#2> <t:3:R> </a:4>", "# *_~`>")


@pytest.mark.parametrize("name", NASTY)
async def test_a_member_of_any_name_breaks_nothing_and_calls_nobody(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, name: str
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member(name)
    front.answer = lambda event: Reply((Paragraph(f"Well done, {escape(event.user.name)}"),))
    async with serve():
        await ann.says("@bot rag")
        said = await general.heard("Well done")
        assert said.text == f"Well done, {name}"
        assert not said.pinged_everyone
        assert said.mentions == []


async def test_without_leave_to_embed_the_answer_is_plain_text(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    general.forbid("embed_links")
    async with serve():
        await general.member("Ann").says("@bot rag")
        said = await general.heard("Retrieval")
        assert said.embeds == []
        assert said.text.startswith("RAG\n\nRetrieval first")
