"""Where an answer goes and what it looks like there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.actions import Action
from bot.adapters.base import Unreachable
from bot.adapters.telegram import TelegramAdapter
from bot.model import Chat, ChatKind, Joined, Left, Message, Platform
from bot.reply import Ask, Button, Heading, Paragraph, Reply, Visibility
from tests.adapters.telegram.harness import ScriptedFront, says
from tests.fakes.telegram import Bot, FakeTelegram

pytestmark = pytest.mark.usefixtures("adapter")
CHOICES = ((Button("RAG", Action("w", ("rag", "std"))),),)


async def test_in_a_group_it_answers_the_message_silently_and_without_previews(
    telegram: FakeTelegram, bot: Bot
) -> None:
    group = telegram.group("AI beginners", bot)
    asked = await group.member("Ann").says("/whatis@whatis_bot rag")
    answer = await group.heard("rag")
    assert answer.answers is asked
    assert answer.silent
    (call,) = await telegram.called("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}


async def test_in_private_it_simply_writes(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    answer = await ann.heard("rag")
    assert answer.answers is None
    assert not answer.silent
    ((event, message_id),) = await front.told()
    assert (event, message_id) == (front.events[0], answer.id)


async def test_it_stays_in_its_topic(telegram: FakeTelegram, bot: Bot) -> None:
    group = telegram.group("AI forum", bot, forum=True)
    topic = group.topic("Questions")
    await group.member("Ann").says("/whatis@whatis_bot rag", thread=topic)
    assert (await group.heard("rag")).thread == topic


async def test_a_group_that_gave_up_topics_gets_the_answer_beside_the_question(
    telegram: FakeTelegram, bot: Bot
) -> None:
    group = telegram.group("AI forum", bot, forum=True)
    topic = group.topic("Questions")
    asked = await group.member("Ann").says("/whatis@whatis_bot rag", thread=topic)
    del group.chat.topics[topic]
    answer = await group.heard("rag")
    assert (answer.thread, answer.answers) == (None, asked)


async def test_a_question_deleted_with_its_topic_is_answered_nowhere(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI forum", bot, forum=True)
    topic = group.topic("Questions")
    asked = await group.member("Ann").says("/whatis@whatis_bot rag", thread=topic)
    del group.chat.topics[topic], group.chat.messages[asked.id]
    refused = await telegram.called("sendMessage", 2)
    assert "message to be replied not found" in refused[-1].outcome
    await group.member("Ben").says("/whatis@whatis_bot lora")
    await group.heard("lora")
    assert len(group.said) == 1
    assert not any(isinstance(event, Left) for event in front.events), "the group is as it was"


@pytest.mark.parametrize("key", ["daily:1:2026-11-24", "quiz:1:podium:1"])
async def test_what_was_meant_for_a_topic_that_is_gone_goes_nowhere_else(
    adapter: TelegramAdapter, telegram: FakeTelegram, bot: Bot, key: str
) -> None:
    group = telegram.group("AI forum", bot, forum=True)
    topic = group.topic("Tips")
    del group.chat.topics[topic]
    with pytest.raises(Unreachable):
        await adapter.send(
            Chat(Platform.TELEGRAM, group.id, ChatKind.GROUP, thread=topic), says("A tip"), key=key
        )
    assert group.said == []


async def test_it_can_point_to_an_earlier_answer(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI beginners", bot)
    await group.member("Ann").says("/whatis@whatis_bot rag")
    first = await group.heard("rag")
    front.script = lambda event: says("Explained up there", points_to=first.id)
    await group.member("Bob").says("/whatis rag")
    assert (await group.heard("up there")).answers is first


async def test_the_asked_message_may_be_gone(telegram: FakeTelegram, bot: Bot) -> None:
    group = telegram.group("AI beginners", bot)
    asked = await group.member("Ann").says("/whatis@whatis_bot rag")
    del group.chat.messages[asked.id]
    assert (await group.heard("rag")).answers is None


async def test_a_long_answer_comes_in_parts_with_the_buttons_on_the_last(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says(*(f"Part {n}. " + "word " * 600 for n in range(3)), buttons=CHOICES)
    group = telegram.group("AI beginners", bot)
    asked = await group.member("Ann").says("/whatis@whatis_bot everything")
    first, second, third = [await group.heard(f"Part {n}") for n in range(3)]
    assert [message.answers for message in (first, second, third)] == [asked, None, None]
    assert [message.labels for message in (first, second, third)] == [[], [], ["RAG"]]
    assert (await front.told())[0][1] == first.id


async def test_silence_stays_silence(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    front.script = lambda event: None if "thanks" in getattr(event, "text", "") else says("You're welcome")
    ann = telegram.private(bot, "Ann")
    await ann.says("thanks")
    await ann.says("thank you?")
    await ann.heard("welcome")
    assert len(ann.room.said) == 1


async def test_asking_with_choices_takes_two_messages(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ask = Ask("whatis", "Which term?", "RAG, diffusion, …")
    front.script = lambda event: Reply((Paragraph("Which term?"),), CHOICES, ask=ask)
    group = telegram.group("AI beginners", bot)
    asked = await group.member("Ann").says("/whatis@whatis_bot")
    choices = await group.heard("Which term?")
    question = await group.heard("own words")
    assert choices.labels == ["RAG"]
    assert question.forces_reply
    assert question.markup == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "RAG, diffusion, …",
    }
    assert question.answers is asked


async def test_asking_without_choices_takes_one(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("Which term?", ask=Ask("whatis", "Which term?", "x" * 80))
    ann = telegram.private(bot, "Ann")
    await ann.says("/whatis")
    assert (await ann.heard("Which term?")).forces_reply
    assert len(await telegram.called("sendMessage")) == 1


async def test_the_reply_to_a_forced_question_reaches_the_core(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("Which term?", ask=Ask("whatis", "Which term?", "RAG"))
    group = telegram.group("AI beginners", bot)
    ann = group.member("Ann")
    await ann.says("/whatis@whatis_bot")
    await ann.replies(await group.heard("Which term?"), "rag")
    assert [message.text for message in await front.met(Message, 2)] == ["/whatis", "rag"]


async def test_a_private_answer_goes_to_the_private_chat(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("Level 3", visibility=Visibility.PRIVATE)
    group = telegram.group("AI beginners", bot)
    ann = group.member("Ann")
    private = telegram.private(bot, ann.account)
    await ann.says("/help@whatis_bot")
    await private.heard("Level 3")
    assert group.said == []


async def test_who_has_not_opened_the_private_chat_is_told_how(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("Level 3", visibility=Visibility.PRIVATE)
    group = telegram.group("AI beginners", bot)
    await group.member("Ann").says("/help@whatis_bot")
    line = await group.heard("opened a chat with me")
    assert line.buttons == [{"text": "Open our private chat", "url": "https://t.me/whatis_bot"}]
    assert "Level 3" not in line.text


async def test_a_private_answer_to_an_anonymous_admin_is_not_shown_to_the_group(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("Level 3", visibility=Visibility.PRIVATE)
    group = telegram.group("AI beginners", bot)
    await group.member("Ann").says("/help@whatis_bot", anonymous=True)
    await group.heard("opened a chat with me")
    assert not any("Level 3" in text for text in group.said)


async def test_a_new_group_is_welcomed(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    front.script = lambda event: says("Hello, I explain AI") if isinstance(event, Joined) else None
    group = telegram.group("AI beginners", bot, quietly=False)
    assert (await group.heard("Hello")).answers is None


async def test_a_name_full_of_markup_breaks_nothing_and_pings_nobody(
    telegram: FakeTelegram, bot: Bot
) -> None:
    group = telegram.group("AI beginners", bot)
    await group.member("<b>@everyone</b>").says("/whatis@whatis_bot **_[x](https://a.b)_** &lt; @somebody")
    answer = await group.heard("<b>@\u2060everyone</b> said: /whatis ")
    assert "mention" not in {entity["type"] for entity in answer.entities}


async def test_terms_are_links_that_open_them_in_private(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("It helps an [[llm|language model]].")
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    (link,) = (await ann.heard("language model")).entities
    assert link["url"] == "https://t.me/whatis_bot?start=1w_llm_std_"


async def test_sending_and_editing_unasked(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter
) -> None:
    group = telegram.group("AI forum", bot, forum=True)
    topic = group.topic("Daily")
    chat = Chat(Platform.TELEGRAM, group.id, ChatKind.GROUP, thread=topic)
    message_id = await adapter.send(chat, Reply((Heading("Tip of the day"),), CHOICES))
    tip = await group.heard("Tip of the day")
    assert (tip.id, tip.thread, tip.silent) == (message_id, topic, True)
    await adapter.edit(chat, message_id, says("Tip of yesterday"))
    await adapter.edit(chat, message_id, says("Tip of yesterday"))
    assert (await group.heard("yesterday")).labels == []
    await adapter.edit(chat, 9999, says("Nobody sees that"))


async def test_what_is_sent_to_a_topic_that_is_gone_goes_nowhere_else(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter
) -> None:
    forum = telegram.group("AI forum", bot, forum=True)
    topic = forum.topic("Quizzes")
    del forum.chat.topics[topic]
    chat = Chat(Platform.TELEGRAM, forum.id, ChatKind.GROUP, thread=topic)
    for key in ("quiz:1:lobby:1", "daily:1"):
        with pytest.raises(Unreachable):
            await adapter.send(chat, says("Here?"), key=key)
    assert not forum.said


async def test_topics_are_rooms_of_their_own_forum_only(adapter: TelegramAdapter) -> None:
    topic = Chat(Platform.TELEGRAM, -1001234567890, ChatKind.GROUP, "AI forum", 7, space=-1001234567890)
    assert await adapter.room(topic) == topic
    assert await adapter.room(replace(topic, space=-1009)) is None
    assert await adapter.room(replace(topic, id=5, space=5)) is None, "a person is no room"
    assert adapter.address(topic) == "https://t.me/c/1234567890/7"
    assert adapter.address(topic, 99) == "https://t.me/c/1234567890/7/99"
    assert adapter.address(replace(topic, thread=None), 99) == "https://t.me/c/1234567890/1/99"
    assert adapter.address(Chat(Platform.TELEGRAM, -55, ChatKind.GROUP)) == "", "a plain group has no links"
