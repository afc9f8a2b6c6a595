"""What goes wrong with a quiz: no answer is lost, no question asked twice, no reveal left out."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.base import OutcomeUnknown, Unreachable
from bot.markup import Markup
from bot.model import Press
from bot.reply import Paragraph
from tests.adapters.discord.conftest import ScriptedFront, Serve
from tests.adapters.discord.quizzing import KEY, QUESTION, REVEAL, chat, counting
from tests.fakes.discord import Exchange, FakeDiscord, Person

MESSAGES = "/channels/*/messages"
MESSAGE = "/channels/*/messages/*"


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
        await bot.delete(chat(general), [asked.message_id], urgent=True)
        assert general.from_bot == []
        await bot.delete(chat(general), [asked.message_id], urgent=True)
        await bot.close_question(chat(general), asked, REVEAL)
    assert general.from_bot == []


async def test_what_cannot_be_deleted_says_why(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        asked = await bot.ask(chat(general), QUESTION, key=KEY)
        general.state.archived = True
        with pytest.raises(Unreachable):
            await bot.delete(chat(general), [asked.message_id], urgent=True)
        del discord_.channels[general.id]
        with pytest.raises(Unreachable):
            await bot.delete(chat(general), [asked.message_id], urgent=True)


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
