"""Quiz questions: one message each, answered by presses that nobody else sees, edited into the reveal."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.base import Asked, Unreachable
from bot.model import Chat, ChatKind, Platform, Press, User
from bot.reply import Paragraph, Reply, Visibility
from tests.adapters.discord.conftest import ScriptedFront, Serve
from tests.adapters.discord.quizzing import KEY, OPTIONS, QUESTION, REVEAL, chat, counting
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.server import NOON

GOLDEN = Path(__file__).parent / "golden"
MESSAGES = "/channels/*/messages"
MESSAGE = "/channels/*/messages/*"


@pytest.mark.parametrize("embeds", [True, False])
async def test_a_question_and_its_reveal_look_as_they_did(
    discord_: FakeDiscord, serve: Serve, embeds: bool
) -> None:
    """Golden files of what is sent. A missing one is written, and the test fails until it was looked at."""
    general = discord_.guild().channel("general")
    if not embeds:
        general.forbid("embed_links")
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        await bot.close_question(chat(general), asked, REVEAL)
    (question,), (reveal,) = discord_.sent("POST", "/channels"), discord_.sent("PATCH", "/channels")
    sent = {"question": question.body, "reveal": reveal.body}
    file = GOLDEN / f"quiz{'' if embeds else '.text'}.json"
    if not file.exists():
        file.write_text(json.dumps(sent, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{file.name} is new: look at it, then run again")
    assert sent == json.loads(file.read_text())


async def test_a_question_is_one_silent_message_with_a_button_for_each_option(
    discord_: FakeDiscord, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        discord_.advance(90)
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        (message,) = general.from_bot
        assert asked == Asked(message.id, "", NOON + timedelta(seconds=90))
        assert message.buttons == ["A", "B", "C", "D"]
        assert all(option in message.text for option in OPTIONS)
        assert f"<t:{int((NOON + timedelta(seconds=20)).timestamp())}:R>" in message.raw
        assert message.flags & 1 << 12, "silent"
        assert message.mentions == []


async def test_nothing_that_is_sent_gives_the_answer_away(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        for key in range(4):
            asked = await bot.ask(chat(general), replace(QUESTION, key=key), key=KEY)
            assert asked.message_id == general.from_bot[0].id
    first, *others = (request.body for request in discord_.sent("POST", "/channels"))
    assert others == [first] * 3
    assert QUESTION.explanation not in json.dumps(first)


async def test_an_answer_is_confirmed_to_its_sender_alone_and_only_when_it_is_safe(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    committed = asyncio.Event()

    async def answer(event: Press) -> Reply:
        await committed.wait()
        return Reply(toast="Your answer is in.")

    front.answer = answer
    async with serve() as bot:
        await bot.ask(chat(general), QUESTION, key=KEY)
        pressing = asyncio.ensure_future(ann.presses("B"))
        await discord_.until(lambda: front.of(Press), "the press")
        assert discord_.sent("POST", "/interactions/") == []
        committed.set()
        pressed = await pressing
        assert pressed.message.text == "Your answer is in."
        assert pressed.message.viewer is ann.user
        assert pressed.message not in bob.sees
        assert general.from_bot[0].edits == 0
    assert front.delivered_ids == [], "the confirmation is nothing to point others to"


async def test_a_press_carries_the_time_discord_gave_it(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    counting(front)
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        discord_.advance(12.5)
        await ann.presses("A")
    (press,) = front.of(Press)
    assert press.at - asked.at == timedelta(seconds=12.5)
    assert (press.message_id, press.data) == (asked.message_id, "1qa_17_3_0_")


async def test_two_hundred_members_at_once_are_all_answered_and_no_limit_is_hit(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    members = [general.member(f"Member {n}") for n in range(200)]
    discord_.limit_all()
    discord_.limit("POST", MESSAGES, most=5, per=5)
    discord_.limit("PATCH", MESSAGE, most=5, per=5)
    counted = counting(front)
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        first = [member.presses("ABCD"[n % 4]) for n, member in enumerate(members)]
        second = [member.presses("A") for member in members]
        pressed = await asyncio.gather(*first, *second)
        await bot.close_question(chat(general), asked, REVEAL)
    assert counted == {member.id: f"1qa_17_3_{n % 4}_" for n, member in enumerate(members)}
    told = [[exchange.message.text for exchange in pressed if exchange.user is m.user] for m in members]
    assert told == [["Your answer is in.", "You have answered already."]] * 200
    assert all(exchange.message.ephemeral for exchange in pressed)
    assert 429 not in {request.status for request in discord_.requests}
    assert len(discord_.sent("POST", "/channels")) == len(discord_.sent("PATCH", "/channels")) == 1
    assert len(discord_.connections) <= 100, "connections are used again"


async def test_a_thread_has_a_quiz_of_its_own(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    counting(front)
    async with serve() as bot:
        thread = await general.thread("homework")
        asked = await bot.ask(chat(thread), QUESTION, key=KEY)
        assert (await ann.at(thread).presses("A")).message.channel is thread.state
        thread.state.archived = True  # a quiz that was paused for long
        again = await bot.ask(chat(thread), QUESTION, key="quiz:17:4:0")
        await bot.close_question(chat(thread), again, REVEAL)
        assert general.from_bot == []
    (event,) = front.of(Press)
    assert (event.chat.id, event.message_id) == (thread.id, asked.message_id)


async def test_in_private_a_question_waits_without_a_countdown(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    ann = discord_.person("Ann").dm()
    counting(front)
    alone = replace(QUESTION, seconds=0, closes_at=None)
    async with serve() as bot:
        await bot.ask(replace(chat(ann.channel), kind=ChatKind.PRIVATE), alone, key=KEY)
        (message,) = ann.sees
        assert "<t:" not in message.raw
        assert (await ann.presses("D")).message.text == "Your answer is in."


async def test_the_private_chat_with_a_member_is_theirs_alone(discord_: FakeDiscord, serve: Serve) -> None:
    ann = discord_.guild().channel("general").member("Ann")
    async with serve() as bot:
        private = await bot.private_chat(User(Platform.DISCORD, ann.id, "Ann"))
        assert private == Chat(Platform.DISCORD, ann.dm().channel.id, ChatKind.PRIVATE)
        await bot.ask(private, QUESTION, key=KEY)
        assert [message.buttons for message in ann.dm().sees] == [["A", "B", "C", "D"]]
        with pytest.raises(Unreachable):
            await bot.private_chat(User(Platform.DISCORD, 4711, "Nobody"))


async def test_only_what_is_meant_to_be_heard_makes_a_sound(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        await bot.send(chat(general), replace(REVEAL, loud=True))
        await bot.send(chat(general), REVEAL)
    assert [bool(message.flags & 1 << 12) for message in general.from_bot] == [False, True]


@pytest.mark.parametrize("way", ["slash", "press", "mention"])
async def test_what_one_member_sees_alone_is_not_remembered_for_others(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, way: str
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    secret = Reply((Paragraph("While it is asked, only for you."),), visibility=Visibility.PRIVATE)
    async with serve() as bot:
        await bot.ask(chat(general), QUESTION, key=KEY)
        front.answer = lambda event: secret
        match way:
            case "slash":
                await ann.slash("whatis", term="rag")
            case "press":
                await ann.presses("A")
            case "mention":
                await ann.says("@bot rag")
                await ann.dm().hears("only for you")
        front.answer = lambda event: Reply((Paragraph("For all."),))
        await ann.says("@bot llm")
        said = await general.heard("For all.")
        await discord_.until(lambda: front.delivered_ids == [said.id], "word of the public one alone")
