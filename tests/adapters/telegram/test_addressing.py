"""Who is heard: only what is addressed to the bot reaches the core."""

from __future__ import annotations

import pytest

from bot.adapters.telegram import TelegramAdapter
from bot.model import Addressed, ChatKind, Joined, Left, Message, Migrated
from tests.adapters.telegram.harness import ScriptedFront
from tests.fakes.telegram import Bot, FakeTelegram

pytestmark = pytest.mark.usefixtures("adapter")


async def test_in_private_any_text_is_heard(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("what is rag?")
    await ann.heard("Ann said: what is rag?")
    (message,) = await front.met(Message)
    assert (message.addressed, message.chat.kind) == (Addressed.PRIVATE, ChatKind.PRIVATE)
    assert (message.user.name, message.language) == ("Ann", "en")


async def test_a_command_loses_the_name_of_the_bot(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = telegram.group("AI beginners", bot).member("Ann")
    await ann.says("/whatis@Whatis_Bot   rag")
    (message,) = await front.met(Message)
    assert (message.text, message.addressed) == ("/whatis rag", Addressed.COMMAND)


async def test_commands_of_other_bots_and_talk_are_dropped(
    telegram: FakeTelegram, front: ScriptedFront
) -> None:
    seer = next(iter(telegram.world.bots.values()))
    seer.sees_all = True
    group = telegram.group("AI beginners", seer)
    ann = group.member("Ann")
    await ann.says("/whatis@other_bot rag")
    await ann.says("/ban everybody")
    await ann.says("did you see the match?")
    await ann.says("/define rag")
    await group.heard("/define rag")
    assert [event.text for event in await front.met(Message)] == ["/define rag"]


async def test_a_mention_is_taken_out_of_the_text(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    bot.sees_all = True
    ann = telegram.group("AI beginners", bot).member("Ann")
    await ann.says("😀 @whatis_bot what is rag?")
    await ann.names(bot, "😀 ", ", what is rag?")
    first, second = await front.met(Message, 2)
    assert first.text == "😀 what is rag?"
    assert second.text == "😀, what is rag?"
    assert {first.addressed, second.addressed} == {Addressed.MENTION}


async def test_mentions_of_others_are_not_for_the_bot(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    bot.sees_all = True
    group = telegram.group("AI beginners", bot)
    ann = group.member("Ann")
    await ann.says("@whatis_bot2 @bob hello")
    await ann.says("@whatis_bot hello")
    await group.heard("hello")
    assert len(front.events) == 1


async def test_a_reply_to_the_bot_is_heard_with_what_it_answers(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI beginners", bot)
    ann = group.member("Ann")
    await ann.says("/whatis@whatis_bot rag")
    answer = await group.heard("rag")
    await ann.replies(answer, "and diffusion?")
    _, message = await front.met(Message, 2)
    assert message.addressed is Addressed.REPLY
    assert message.quoted is not None
    assert message.quoted.by_bot
    assert message.quoted.text == answer.text


async def test_a_command_in_reply_to_somebody_brings_their_words(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI beginners", bot)
    said = await group.member("Bob").says("we fine-tuned a VAE")
    await group.member("Ann").replies(said, "/whatis@whatis_bot vae")
    (message,) = await front.met(Message)
    assert message.quoted is not None
    assert (message.quoted.text, message.quoted.by_bot) == ("we fine-tuned a VAE", False)


async def test_privacy_mode_with_two_bots(telegram: FakeTelegram, bot: Bot) -> None:
    other = telegram.bot("other_bot", name="Other")
    group = telegram.group("AI beginners", bot, other)
    ann = group.member("Ann")
    group.writes(other, "Good morning!")
    await ann.says("/whatis lost, since the other bot wrote last")
    await ann.says("@whatis_bot lost too, since privacy mode hides mentions")
    await ann.says("/whatis@whatis_bot heard")
    await group.heard("/whatis heard")
    await ann.says("/whatis heard again, since this bot wrote last")
    await group.heard("heard again")
    assert not any("lost" in text for text in group.said)


async def test_messages_of_a_topic_do_not_count_as_replies(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI forum", bot, forum=True)
    topic = group.topic("Questions")
    await group.member("Ann").says("/whatis@whatis_bot rag", thread=topic)
    (message,) = await front.met(Message)
    assert (message.chat.thread, message.quoted) == (topic, None)


async def test_an_anonymous_admin_speaks_as_the_group(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, adapter: TelegramAdapter
) -> None:
    group = telegram.group("AI beginners", bot)
    await group.member("Ann").says("/settings@whatis_bot", anonymous=True)
    (message,) = await front.met(Message)
    assert (message.user.id, message.user.name) == (group.id, "AI beginners")
    assert await adapter.is_admin(message.chat, message.user)


async def test_being_added_and_removed(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    group = telegram.group("AI beginners", bot, quietly=False)
    group.add(bot, status="administrator")
    group.remove(bot)
    (left,) = await front.met(Left)
    (joined,) = await front.met(Joined)
    assert joined.chat.id == left.chat.id == group.id
    assert joined.by is not None
    assert left.reason == "kicked"


async def test_blocking_and_unblocking(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    ann = telegram.private(bot, "Ann")
    ann.blocks(bot)
    ann.unblocks(bot)
    (joined,) = await front.met(Joined)
    (left,) = await front.met(Left)
    assert joined.chat.private
    assert left.reason == "blocked"


async def test_a_migration_is_told_with_both_ids(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI beginners", bot, kind="group")
    new = group.migrate(group.member("Ann"))
    moved = await front.met(Migrated, 2)
    assert {(move.old_id, move.new_id) for move in moved} == {(group.id, new.id)}


async def test_edits_channels_and_other_bots_are_dropped(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = telegram.private(bot, "Ann")
    said = (await ann.says("rag")).json()
    robot = {"id": 5, "is_bot": True, "first_name": "Robot"}
    channel = {"id": -1009, "type": "channel", "title": "News"}
    for number, body in enumerate([
        {"edited_message": said},
        {"message": said | {"from": robot}},
        {"message": said | {"chat": channel}},
        {"channel_post": said | {"chat": channel}},
        {"message": said | {"is_automatic_forward": True, "sender_chat": channel}},
    ]):  # fmt: skip
        telegram.hears_again(bot, {"update_id": 5000 + number, **body})
    telegram.hears_again(bot, {"update_id": 6000, "message": said | {"text": "diffusion"}})
    await ann.heard("diffusion")
    assert [message.text for message in await front.met(Message)] == ["rag", "diffusion"]


async def test_a_deep_link_reaches_the_core_as_it_is(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    await telegram.private(bot, "Ann").says("/start 1w_rag_std_")
    (message,) = await front.met(Message)
    assert message.text == "/start 1w_rag_std_"
