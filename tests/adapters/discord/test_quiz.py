"""Quiz questions: one message each, answered by presses that nobody else sees, edited into the reveal."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.actions import Action
from bot.adapters.base import Asked, NotSent, OutcomeUnknown, Question, Unreachable
from bot.markup import Markup
from bot.model import Chat, ChatKind, Platform, Press, User
from bot.reply import Button, Heading, Note, Paragraph, Reply, Visibility
from tests.adapters.discord.conftest import ScriptedFront, Serve
from tests.fakes.discord import Exchange, FakeDiscord, Person
from tests.fakes.discord.driver import Channel
from tests.fakes.discord.server import NOON

GOLDEN = Path(__file__).parent / "golden"
MESSAGES = "/channels/*/messages"
MESSAGE = "/channels/*/messages/*"
CALLBACK = "/interactions/*"
KEY = "quiz:17:3:0"
OPTIONS = ("It looks things up first", "It is trained on *your* files", "It has no memory", "<@1> ||all||")
QUESTION = Question(
    label="Question 3 of 7",
    head=(Paragraph(Markup("**Ann** leads with 20 points.")),),
    stem="What does retrieval-augmented generation do before it answers?",
    options=OPTIONS,
    key=0,
    explanation="It searches a collection of texts, and answers from what it found.",
    seconds=20,
    closes_at=NOON + timedelta(seconds=20),
    buttons=(tuple(Button(letter, Action("qa", ("17", "3", str(n)))) for n, letter in enumerate("ABCD")),),
)
REVEAL = Reply(
    (
        Heading("Question 3 of 7"),
        Paragraph("**A** It looks things up first"),
        Paragraph("It searches a collection of texts, and answers from what it found."),
        Note("2 of 3 were right"),
    ),
    ((Button("What is RAG?", Action("w", ("rag",))),),),
)


def chat(channel: Channel) -> Chat:
    return Chat(Platform.DISCORD, channel.id, ChatKind.GROUP)


def counting(front: ScriptedFront) -> dict[int, str]:
    """Lets the core count as the quizmaster does: the first press of each is final, and each is told."""
    counted: dict[int, str] = {}

    def answer(event: Any) -> Reply:
        if event.user.id in counted:
            return Reply(toast="You have answered already.")
        counted[event.user.id] = event.data
        return Reply(toast="Your answer is in.")

    front.answer = answer
    return counted


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


async def test_presses_during_an_outage_of_the_gateway_count_from_when_they_were_made(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    general = discord_.guild().channel("general")
    ann, bob = general.member("Ann"), general.member("Bob")
    counted = counting(front)
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        await discord_.gateway.drop(4000)
        late = [await press(member, "1qa_17_3_0_") for member in (ann, bob)]
        discord_.advance(30)  # too late to tell them, not to count
        await discord_.until(lambda: discord_.gateway.resumed, "a resumption")
        await discord_.until(
            lambda: caplog.text.count("too late to tell the person") == 2, "both to be taken"
        )
        assert set(counted) == {ann.id, bob.id}
        assert all(event.at - asked.at < timedelta(seconds=1) for event in front.of(Press))
        assert not any(exchange.acknowledged for exchange in late)
        assert (await ann.presses("B")).message.text == "You have answered already."
    assert "Traceback" not in caplog.text


async def press(person: Person, custom_id: str) -> Exchange:
    """Presses without waiting for an answer."""
    on = person.channel.from_bot[0]
    return await person.send(3, {"custom_id": custom_id, "component_type": 2}, source=on)


async def test_a_question_goes_on_after_a_restart(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    counted = counting(front)
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
    async with serve() as bot:
        assert await bot.ask(chat(general), QUESTION, key=KEY) == asked, "the repeat is no second question"
        await ann.presses("C")
        await bot.close_question(chat(general), asked, REVEAL)
        message, _confirmation = general.from_bot
        assert message.text.startswith("Question 3 of 7\nA It looks")
        assert message.buttons == ["What is RAG?"]
    assert counted == {ann.id: "1qa_17_3_2_"}


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("status", [502, 503, 0])
async def test_a_question_whose_answer_was_cut_is_asked_once(
    discord_: FakeDiscord, serve: Serve, status: int, accepted: bool
) -> None:
    general = discord_.guild().channel("general")
    fault = discord_.fail("POST", MESSAGES, status, accepted=accepted)
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
    assert fault.met == 1
    assert [message.id for message in general.from_bot] == [asked.message_id]


async def test_a_question_that_nobody_knows_of_is_given_up(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    discord_.fail("POST", MESSAGES, 0, times=3)
    async with serve() as bot:
        with pytest.raises(OutcomeUnknown):
            await bot.ask(chat(general), QUESTION, key=KEY)


async def test_a_question_that_may_have_arrived_is_not_called_unsent(
    discord_: FakeDiscord, serve: Serve
) -> None:
    """Or it would be tried again later, when Discord knows its nonce no more."""
    general = discord_.guild().channel("general")
    async with serve() as bot:
        discord_.fail("POST", MESSAGES, 0, accepted=True)
        discord_.fail("POST", MESSAGES, 503, times=2)
        with pytest.raises(OutcomeUnknown):
            await bot.ask(chat(general), QUESTION, key=KEY)
    assert len(general.from_bot) == 1


async def test_a_reveal_that_was_cut_is_made_again(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        discord_.fail("PATCH", MESSAGE, 0)
        await bot.close_question(chat(general), asked, REVEAL)
        assert "2 of 3 were right" in general.from_bot[0].text


async def test_the_reveal_comes_however_old_the_question_is(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    """A command's token lives for fifteen minutes; the question owes it nothing."""
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve() as bot:
        front.answer = lambda event: None  # the quiz shows itself
        started = await ann.slash("models")
        await discord_.until(lambda: general.from_bot == [], "the spinner to go")
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        discord_.advance(60 * 60)
        await bot.close_question(chat(general), asked, REVEAL)
        assert started.messages == []
        (message,) = general.from_bot
        assert (message.id, message.edits) == (asked.message_id, 1)


async def test_a_question_that_was_deleted_is_closed_without_a_fuss(
    discord_: FakeDiscord, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        discord_.fail("DELETE", MESSAGE, 0, accepted=True)
        await bot.delete(chat(general), asked.message_id)
        assert general.from_bot == []
        await bot.delete(chat(general), asked.message_id)
        await bot.close_question(chat(general), asked, REVEAL)
    assert general.from_bot == []


async def test_what_cannot_be_deleted_says_why(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        general.state.archived = True
        with pytest.raises(NotSent):
            await bot.delete(chat(general), asked.message_id)
        del discord_.channels[general.id]
        with pytest.raises(Unreachable):
            await bot.delete(chat(general), asked.message_id)


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


async def test_where_the_bot_is_no_member_nothing_is_asked(discord_: FakeDiscord, serve: Serve) -> None:
    """Such as a server where somebody only brought the bot's commands along."""
    general = discord_.guild(joined=False).channel("general")
    closed = discord_.guild("Quiet").channel("rules")
    closed.forbid("send_messages")
    async with serve() as bot:
        for channel in (general, closed):
            with pytest.raises(Unreachable):
                await bot.ask(chat(channel), QUESTION, key=KEY)
    assert len(discord_.sent("POST", "/channels")) == 2, "each was tried once"


async def test_only_what_is_meant_to_be_heard_makes_a_sound(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        await bot.send(chat(general), replace(REVEAL, loud=True))
        await bot.send(chat(general), REVEAL)
    assert [bool(message.flags & 1 << 12) for message in general.from_bot] == [False, True]


async def test_a_head_too_long_for_plain_text_gives_way_to_the_question(
    discord_: FakeDiscord, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    general.forbid("embed_links")
    long = replace(QUESTION, head=(Paragraph(Markup("word " * 390)),))
    async with serve() as bot:
        await bot.ask(chat(general), long, key=KEY)
        (message,) = general.from_bot
        assert message.text.startswith("Question 3 of 7")
        assert message.buttons == ["A", "B", "C", "D"]


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
