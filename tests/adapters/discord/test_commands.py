"""Slash commands: how they are registered, offered, answered."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.adapters.discord.commands import CatalogueTranslator
from bot.commands import Choice, Command
from bot.model import ChatKind, Invocation, Joined, Platform
from bot.reply import Paragraph, Reply, Visibility
from bot.texts import Catalogue, Texts
from tests.adapters.discord.conftest import (
    ANSWER,
    COMMANDS,
    Notes,
    ScriptedFront,
    Serve,
    _unused,
    adapter_at,
    running,
)
from tests.fakes.discord import FakeDiscord


async def test_a_member_asks_and_everybody_reads_the_answer(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild("AI Club").channel("general")
    ann = general.member("Ann")
    async with serve():
        asked = await ann.slash("whatis", term="rag", locale="de")
        assert asked.message.text.startswith("RAG\nRetrieval first, then an answer.")
        assert asked.message.buttons == ["Simpler", "Read on"]
        assert not asked.message.ephemeral
        await discord_.until(lambda: front.delivered_ids == [asked.message.id], "word of the delivery")
    (event,) = front.of(Invocation)
    assert (event.command, event.values, event.language) == ("whatis", {"term": "rag"}, "de")
    assert (event.user.name, event.chat.id, event.chat.kind) == ("Ann", general.id, ChatKind.GROUP)


async def test_options_left_out_are_left_out(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    async with serve():
        await ann.slash("models")
        await ann.slash("models", **{"from": "Acme", "kind": "image"})
    assert [event.values for event in front.of(Invocation)] == [{}, {"from": "Acme", "kind": "image"}]


async def test_a_private_reply_is_seen_by_the_one_who_asked_alone(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    front.answer = lambda event: Reply((Paragraph("Level 3"),), visibility=Visibility.PRIVATE)
    async with serve():
        asked = await ann.slash("progress")
        assert asked.message in ann.sees
        assert asked.message not in bob.sees


async def test_a_slow_answer_takes_the_place_of_the_spinner(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    ready = asyncio.Event()
    front.answer = lambda event: _after(ready, ANSWER)
    async with serve(defer_after=0.01):
        asked = await ann.slash("whatis", term="rag")
        assert asked.message.loading
        discord_.advance(60)
        ready.set()
        await ann.answered(asked)
        assert "Retrieval" in asked.message.text


async def test_a_slow_private_reply_to_a_public_command_leaves_no_spinner(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    ready = asyncio.Event()
    front.answer = lambda event: _after(ready, Reply((Paragraph("psst"),), visibility=Visibility.PRIVATE))
    async with serve(defer_after=0.01):
        asked = await ann.slash("whatis", term="rag")
        assert len(bob.sees) == 1
        ready.set()
        await ann.hears("psst")
        assert asked.message.ephemeral
        assert bob.sees == []


async def test_a_slow_private_command_thinks_in_private(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    ready = asyncio.Event()
    front.answer = lambda event: _after(ready, Reply((Paragraph("psst"),), visibility=Visibility.PRIVATE))
    async with serve(defer_after=0.01):
        await ann.slash("progress")
        assert bob.sees == []
        ready.set()
        assert (await ann.hears("psst")).ephemeral


async def test_silence_leaves_no_spinner_either(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: None
    async with serve():
        await ann.slash("whatis", term="rag")
        await discord_.until(lambda: not general.from_bot, "the spinner to go")


async def test_a_long_reply_is_several_messages_with_the_buttons_below_the_last(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    long = Reply((*ANSWER.blocks, *(Paragraph(f"{n} " + "word " * 700) for n in range(4))), ANSWER.buttons)
    front.answer = lambda event: long
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        await discord_.until(lambda: len(asked.messages) == 4, "four messages")
        assert [message.buttons for message in asked.messages] == [[], [], [], ["Simpler", "Read on"]]


async def test_a_reply_that_points_to_an_earlier_one_links_to_it(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    guild = discord_.guild()
    general = guild.channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: Reply((Paragraph("Answered above."),), points_to=4711)
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        assert f"https://discord.com/channels/{guild.state.id}/{general.id}/4711" in asked.message.raw


async def test_what_is_typed_is_completed(discord_: FakeDiscord, front: ScriptedFront, serve: Serve) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    async with serve():
        assert await ann.types("whatis", "term", "ra") == ["rax"]
        front.offered = lambda typed: (
            [Choice("y" * 101, "too long to come back"), Choice("z", "n" * 200)] * 30
        )
        assert await ann.types("whatis", "term", "ra") == ["z"] * 25


async def test_a_completion_that_breaks_offers_nothing(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    front.offered = lambda typed: [Choice(typed, typed)][len(typed) :][0]
    async with serve():
        assert await ann.types("whatis", "term", "ra") == []
    assert "no completion for /whatis term" in caplog.text


async def test_each_command_is_registered_for_its_chats_alone(discord_: FakeDiscord, serve: Serve) -> None:
    async with serve():
        known = {command["name"]: command for command in discord_.commands}
    assert {name: command["contexts"] for name, command in known.items()} == {
        "whatis": [0, 1],
        "models": [0, 1],
        "progress": [0, 1],
        "settings": [0],
        "practice": [1],
    }
    assert {tuple(command["integration_types"]) for command in known.values()} == {(0,)}
    assert int(known["settings"]["default_member_permissions"]) == 1 << 5
    assert known["whatis"]["default_member_permissions"] is None
    (term,) = known["whatis"]["options"]
    assert (term["required"], term["autocomplete"], term["description"]) == (True, True, "What to explain")
    kind, maker = known["models"]["options"]
    assert [choice["value"] for choice in kind["choices"]] == ["text", "image"]
    assert (kind["required"], maker["name"]) == (False, "from")


async def test_commands_are_registered_again_only_when_they_changed(
    discord_: FakeDiscord, notes: Notes, serve: Serve
) -> None:
    for _ in range(2):
        async with serve():
            pass
    assert len(discord_.sent("PUT")) == 1
    more = ScriptedFront((*COMMANDS, Command("tip", "A tip", _unused)))
    async with running(discord_, adapter_at(discord_, more, notes)):
        pass
    assert len(discord_.sent("PUT")) == 2
    assert "tip" in [command["name"] for command in discord_.commands]


async def test_descriptions_come_in_the_languages_there_are(discord_: FakeDiscord, serve: Serve) -> None:
    class German(Texts):
        def label(self, message: str, /, **values: object) -> str:
            return {"Explain a term": "Einen Begriff erklären"}.get(message, message)

    german = Catalogue({"de": German(None)})  # type: ignore[arg-type]
    async with serve(catalogue=german):
        whatis = next(command for command in discord_.commands if command["name"] == "whatis")
    assert whatis["description_localizations"] == {"de": "Einen Begriff erklären"}
    assert whatis["name_localizations"] == {}
    assert CatalogueTranslator(german)


async def test_commands_that_discord_refuses_leave_mentions_working(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    general = discord_.guild().channel("general")
    discord_.fail("PUT", "/applications/*", 400, code=50035)
    async with serve():
        await general.member("Ann").says("@bot rag")
        await general.heard("Retrieval")
    assert "Discord refuses the commands" in caplog.text


async def test_nothing_in_the_log_tells_a_token(
    discord_: FakeDiscord, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    with caplog.at_level(logging.DEBUG):
        async with serve():
            asked = await ann.slash("whatis", term="rag")
    assert caplog.text
    assert discord_.token not in caplog.text
    assert asked.token not in caplog.text


async def test_in_a_private_chat_it_is_a_private_chat(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.person("Ann").dm()
    async with serve():
        await ann.slash("practice")
    (event,) = front.of(Invocation)
    assert (event.chat.kind, event.chat.platform) == (ChatKind.PRIVATE, Platform.DISCORD)
    assert not front.of(Joined)


async def _after(ready: asyncio.Event, reply: Reply) -> Reply:
    await ready.wait()
    return reply
