"""The bot's own messages taken back on Telegram: many in one call, none that may not be."""

from __future__ import annotations

import pytest

from bot.adapters.base import Delayed, Moved, NotSent, Unreachable
from bot.adapters.telegram.adapter import TelegramAdapter
from bot.model import Chat, ChatKind, Platform
from tests.adapters.telegram.harness import says
from tests.fakes.telegram import Bot, FakeTelegram, Group, Message, Refusal, flood

OLD = 48 * 3600


@pytest.fixture
def group(telegram: FakeTelegram, bot: Bot) -> Group:
    return telegram.group("Learners", bot)


def chat_of(group: Group) -> Chat:
    return Chat(Platform.TELEGRAM, group.id, ChatKind.GROUP, group.chat.title)


def posted(group: Group, bot: Bot, many: int) -> list[int]:
    return [group.writes(bot, f"Answer {n}").id for n in range(many)]


async def test_a_hundred_go_in_one_call(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter, group: Group
) -> None:
    ids = posted(group, bot, 100)
    await adapter.delete(chat_of(group), ids)
    assert [len(call.params["message_ids"]) for call in telegram.made("deleteMessages")] == [100]
    assert not group.chat.messages


async def test_those_that_are_gone_already_are_no_fault(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter, group: Group
) -> None:
    ids = posted(group, bot, 3)
    del group.chat.messages[ids[1]]
    await adapter.delete(chat_of(group), [*ids, 4711])
    assert not group.chat.messages
    await adapter.delete(chat_of(group), ids)
    await adapter.delete(chat_of(group), ids[:1])


@pytest.mark.parametrize("why", ["too old", "a member's"])
async def test_one_that_may_not_go_spoils_nothing_for_the_others(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter, group: Group, why: str
) -> None:
    ids = posted(group, bot, 9)
    stuck: Message = group.chat.messages[ids[4]]
    if why == "too old":
        stuck.date -= OLD
    else:
        stuck.sender = group.member("Ann").account
    await adapter.delete(chat_of(group), ids)
    assert list(group.chat.messages.values()) == [stuck]
    calls = len(telegram.made("deleteMessages")) + len(telegram.made("deleteMessage"))
    assert calls <= 8, "by halves, not one by one"


async def test_in_a_channel_it_takes_the_right_to_post(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter
) -> None:
    news = telegram.group("News", kind="channel")
    news.add(bot, status="administrator", quietly=True)
    chat = Chat(Platform.TELEGRAM, news.id, ChatKind.CHANNEL, "News")
    first, second = [await adapter.send(chat, says(text)) for text in ("One", "Two")]
    await adapter.delete(chat, [first])
    news.add(bot, status="administrator", quietly=True, can_post_messages=False)
    await adapter.delete(chat, [second])
    assert list(news.chat.messages) == [second]
    with pytest.raises(Unreachable, match="Need administrator rights in the channel chat"):
        await adapter.send(chat, says("Three"))


async def test_what_else_goes_wrong_is_said(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter, group: Group
) -> None:
    ids = posted(group, bot, 3)
    telegram.server.faults.add("deleteMessages", flood(7))
    with pytest.raises(Delayed):
        await adapter.delete(chat_of(telegram.group("In a hurry", bot)), ids)
    telegram.server.faults.add("deleteMessages", Refusal(400, "Bad Request: something new"))
    other = telegram.group("Others", bot)
    with pytest.raises(NotSent, match="Something new"):
        await adapter.delete(chat_of(other), ids)
    moved = group.migrate(by=group.member("Owner"))
    with pytest.raises(Moved) as error:
        await adapter.delete(chat_of(group), ids, urgent=True)
    assert error.value.new_id == moved.id
    other.remove(bot, quietly=True)
    with pytest.raises(Unreachable):
        await adapter.delete(chat_of(other), ids)
