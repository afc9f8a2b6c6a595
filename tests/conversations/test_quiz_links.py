"""On Telegram a bot may write to nobody who has not written first: a link leads there and goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import decode
from bot.features import quiz_actions as acts
from tests.conftest import Clock
from tests.conversations.surfaces import TelegramSurface, surface


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[TelegramSurface]:
    async with surface("telegram", tmp_path, Clock(dt.datetime.now(dt.UTC))) as opened:
        assert isinstance(opened, TelegramSurface)
        yield opened


async def test_who_never_wrote_to_the_bot_plays_quietly_all_the_same(chat: TelegramSurface) -> None:
    ann = await chat.member("Ann")
    await ann.says("/quiz rag 3 60")
    stranger = chat.telegram.person("Ben")
    press = await chat.group.member(stranger).presses("Play quietly")
    answer = await press.acknowledged()
    assert "start=1qq_" in answer["url"]

    private = chat.telegram.private(chat.bot, stranger)
    before = len(private.room.said)
    await private.says(f"/start {answer['url'].partition('start=')[2]}")
    await private.heard("Question 1 of 3")
    assert not any("Hello" in said for said in private.room.said[before:])


async def test_a_link_made_up_by_a_stranger_ends_no_quiz(chat: TelegramSurface) -> None:
    ann = await chat.member("Ann")
    lobby = await ann.says("/quiz rag 3 60")
    (quiz,) = [decode(button["callback_data"]).args[0] for button in chat.group.last.buttons[:1]]
    assert "Join" in lobby.buttons
    eve = await chat.alone("Eve")
    assert "for whoever started it" in await eve.says(f"/start {acts.stop(int(quiz)).encode()}")
    assert "A quiz is running" in await (await chat.member("Ben")).says("/quiz")
