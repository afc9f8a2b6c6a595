"""Menus and descriptions: derived from the registry, told to Telegram only when they changed."""

from __future__ import annotations

import pytest

from tests.adapters.telegram.harness import MemoryNotebook, ScriptedFront, new_adapter, running
from tests.fakes.telegram import Bot, FakeTelegram, Refusal


@pytest.fixture
def notebook() -> MemoryNotebook:
    return MemoryNotebook()


async def start(telegram: FakeTelegram, bot: Bot, front: ScriptedFront, notebook: MemoryNotebook) -> None:
    async with running(new_adapter(telegram, bot, front, notebook=notebook), telegram, bot):
        bot.poll = None


def names(bot: Bot, scope: str) -> list[str]:
    return [command["command"] for command in bot.commands[scope]]


async def test_each_scope_gets_its_own_menu(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, notebook: MemoryNotebook
) -> None:
    await start(telegram, bot, front, notebook)
    assert names(bot, "all_private_chats") == ["whatis", "help", "start", "settings"]
    assert names(bot, "all_group_chats") == ["whatis", "help"]
    assert names(bot, "all_chat_administrators") == ["whatis", "help", "settings"]
    assert bot.commands["all_group_chats"][0]["description"] == "Explain a term"
    assert "whatis" in bot.description
    assert bot.short_description


async def test_a_second_start_tells_nothing_new(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, notebook: MemoryNotebook
) -> None:
    await start(telegram, bot, front, notebook)
    await start(telegram, bot, front, notebook)
    assert len(telegram.made("setMyCommands")) == 3
    assert len(telegram.made("setMyDescription")) == 1


async def test_another_bot_on_the_same_database_is_told_too(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, notebook: MemoryNotebook
) -> None:
    other = telegram.bot("other_bot")
    await start(telegram, bot, front, notebook)
    await start(telegram, other, front, notebook)
    assert names(other, "all_group_chats") == ["whatis", "help"]


async def test_a_refusal_does_not_stop_the_bot_and_is_tried_at_the_next_start(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, notebook: MemoryNotebook
) -> None:
    telegram.server.faults.add("setMyShortDescription", Refusal(400, "Bad Request: not now"))
    await start(telegram, bot, front, notebook)
    assert not notebook
    await start(telegram, bot, front, notebook)
    assert notebook
    assert bot.short_description
