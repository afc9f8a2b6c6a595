"""Presses: each is acknowledged exactly once, whatever the core says and whatever breaks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.actions import Action
from bot.model import Press
from bot.reply import Button, Paragraph, Reply, Visibility
from tests.adapters.discord.conftest import ANSWER, ScriptedFront, Serve
from tests.fakes.discord import Exchange, FakeDiscord, Message, Person

EDIT = Reply((Paragraph("In other words."),), ((Button("Deeper", Action("d", ("rag",), 1)),),), edit=True)


def a_message(fake: FakeDiscord, reader: Person, custom_id: str = "1s_rag_1") -> Message:
    """A message of the bot's that was there before the test, with one button."""
    button = {"type": 2, "style": 2, "label": "Simpler", "custom_id": custom_id}
    body = {"content": "RAG", "components": [{"type": 1, "components": [button]}]}
    message = fake.compose(reader.channel.state, fake.bot, body)
    reader.channel.state.messages[message.id] = message
    return message


async def test_a_press_edits_the_message(discord_: FakeDiscord, front: ScriptedFront, serve: Serve) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        front.answer = lambda event: EDIT
        pressed = await ann.presses("Simpler")
        assert pressed.acknowledged == 7
        assert asked.message.text == "In other words."
        assert asked.message.buttons == ["Deeper"]
        assert asked.message.embeds == []
    (press,) = front.of(Press)
    assert (press.data, press.message_id, press.user.id) == ("1s_rag_1", asked.message.id, ann.id)


async def test_a_press_by_another_gets_a_copy_of_his_own(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        front.answer = lambda event: replace(EDIT, edit=False, visibility=Visibility.PRIVATE)
        pressed = await bob.presses("Simpler")
        assert pressed.message in bob.sees
        assert pressed.message not in ann.sees
        assert "Retrieval" in asked.message.text


async def test_a_press_can_have_a_public_answer(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    async with serve():
        pressed = await ann.presses("Simpler", old)
        assert "Retrieval" in pressed.message.text
        assert not pressed.message.ephemeral


async def test_a_toast_is_a_word_to_the_presser_alone(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    old = a_message(discord_, ann)
    front.answer = lambda event: Reply(toast="Too *old*, @everyone")
    async with serve():
        pressed = await ann.presses("Simpler", old)
        assert pressed.message.text == "Too *old*, @everyone"
        assert pressed.message not in bob.sees


async def test_an_edit_with_a_toast_does_both(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    front.answer = lambda event: replace(EDIT, toast="Noted")
    async with serve():
        pressed = await ann.presses("Simpler", old)
        assert (await ann.hears("Noted")).ephemeral
        assert old.text == "In other words."
        assert pressed.acknowledged == 7


async def test_silence_still_ends_the_spinner(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    front.answer = lambda event: None
    async with serve():
        pressed = await ann.presses("Simpler", old)
        assert pressed.acknowledged == 6
        assert pressed.messages == []
        assert old.edits == 0


@pytest.mark.parametrize(
    ("reply", "text", "private"),
    [
        (EDIT, "In other words.", False),
        (replace(EDIT, edit=False), "In other words.", False),
        (replace(EDIT, edit=False, visibility=Visibility.PRIVATE), "In other words.", True),
        (Reply(toast="Noted"), "Noted", True),
    ],
)
async def test_a_slow_press_is_taken_first_and_answered_later(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, reply: Reply, text: str, private: bool
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    ready = asyncio.Event()

    async def late(event: object) -> Reply:
        await ready.wait()
        return reply

    front.answer = late
    async with serve(defer_after=0.01):
        pressed = await ann.presses("Simpler", old)
        assert pressed.acknowledged == 6
        discord_.advance(60)
        ready.set()
        said = await ann.hears(text)
        assert (said is old) is reply.edit
        assert said.ephemeral is private


@pytest.mark.parametrize("custom_id", ["0s_rag", "quiz:17:2", "1s_" + "x" * 90, "  ", "1S_RAG_"])
async def test_an_id_of_another_age_is_the_cores_to_judge(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, custom_id: str
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann, custom_id)
    front.answer = lambda event: Reply(toast="That button is too old.")
    async with serve():
        pressed = await ann.presses("Simpler", old)
        assert pressed.message.text == "That button is too old."
    assert [press.data for press in front.of(Press)] == [custom_id]
    assert len(discord_.sent("POST", "/interactions/")) == 1


async def test_a_press_on_a_button_that_is_gone_is_taken_once(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    old.components = []
    front.answer = lambda event: Reply(toast="Still here")
    async with serve():
        pressed = await ann.presses_id("1s_rag_1", old)
        assert pressed.message.text == "Still here"
    assert len(front.of(Press)) == 1


async def test_buttons_work_after_a_restart(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    async with serve():
        asked = await ann.slash("whatis", term="rag")
    front.answer = lambda event: EDIT
    async with serve():
        await ann.presses("Simpler", asked.message)
        assert asked.message.text == "In other words."


async def test_a_reply_that_discord_refuses_ends_in_an_apology(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    front.answer = lambda event: Reply((Paragraph("x"),), ((Button("x", url="javascript:alert(1)"),),))
    async with serve():
        pressed = await ann.presses("Simpler", old)
        assert pressed.message.ephemeral
        assert pressed.message.text.startswith("Something went wrong")
        front.answer = lambda event: EDIT
        await ann.presses("Simpler", old)
        assert old.text == "In other words."
    assert "not served to its end" in caplog.text


async def test_a_press_too_late_for_its_token_edits_the_message_all_the_same(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    old = a_message(discord_, ann)
    front.answer = lambda event: _after_four_seconds(discord_, EDIT)
    async with serve():
        exchange = await press_without_waiting(ann, old)
        await ann.hears("In other words.")
        assert old.edits == 1
        assert not exchange.acknowledged


async def test_two_buttons_for_one_action_are_one(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    same = Action("s", ("rag",))
    front.answer = lambda event: replace(ANSWER, buttons=((Button("A", same), Button("B" * 200, same)),) * 5)
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        assert asked.message.buttons == ["A"]


async def test_a_long_label_is_cut(discord_: FakeDiscord, front: ScriptedFront, serve: Serve) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    front.answer = lambda event: replace(ANSWER, buttons=((Button("😀" * 60, Action("s")),),))
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        assert asked.message.buttons == ["😀" * 39 + "…"]


async def press_without_waiting(ann: Person, old: Message) -> Exchange:
    return await ann.send(3, {"custom_id": "1s_rag_1", "component_type": 2}, source=old)


async def _after_four_seconds(fake: FakeDiscord, reply: Reply) -> Reply:
    fake.advance(4)
    return reply
