"""Who is an admin: asked of Telegram, remembered shortly."""

from __future__ import annotations

import pytest

from bot.adapters.telegram import TelegramAdapter
from bot.model import Chat, ChatKind, Platform, User
from tests.adapters.manual import ManualClock
from tests.adapters.telegram.harness import ScriptedFront, new_adapter, running
from tests.fakes.telegram import Bot, FakeTelegram, Fault, Group, Member


@pytest.fixture
def group(telegram: FakeTelegram, bot: Bot) -> Group:
    return telegram.group("AI beginners", bot)


async def is_admin(adapter: TelegramAdapter, group: Group, member: Member) -> bool:
    chat = Chat(Platform.TELEGRAM, group.id, ChatKind.GROUP)
    return await adapter.is_admin(chat, User(Platform.TELEGRAM, member.id, member.account.name))


@pytest.mark.parametrize(
    ("status", "admin"), [("creator", True), ("administrator", True), ("member", False), ("left", False)]
)
async def test_telegram_says_who_is(adapter: TelegramAdapter, group: Group, status: str, admin: bool) -> None:
    assert await is_admin(adapter, group, group.member("Ann", status)) is admin


async def test_it_is_asked_once_a_minute(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    ann = group.member("Ann", "administrator")
    assert [await is_admin(adapter, group, ann) for _ in range(3)] == [True] * 3
    assert len(telegram.made("getChatMember")) == 1


async def test_it_is_forgotten_after_a_minute(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, group: Group
) -> None:
    clock = ManualClock()
    ann = group.member("Ann", "administrator")
    async with running(new_adapter(telegram, bot, front, clock=clock), telegram, bot) as adapter:
        assert await is_admin(adapter, group, ann)
        group.chat.standing[ann.id] = "member"
        await clock.move(59)
        assert await is_admin(adapter, group, ann)
        await clock.move(1)
        assert not await is_admin(adapter, group, ann)


async def test_no_answer_means_no_and_is_not_remembered(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    ann = group.member("Ann", "creator")
    telegram.server.faults.add("getChatMember", Fault.BAD_GATEWAY)
    assert not await is_admin(adapter, group, ann)
    assert await is_admin(adapter, group, ann)


async def test_in_private_everybody_is(adapter: TelegramAdapter, telegram: FakeTelegram) -> None:
    chat = Chat(Platform.TELEGRAM, 5, ChatKind.PRIVATE)
    assert await adapter.is_admin(chat, User(Platform.TELEGRAM, 5, "Ann"))
    assert telegram.made("getChatMember") == []
