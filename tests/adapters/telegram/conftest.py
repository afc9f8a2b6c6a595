from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.adapters.telegram import TelegramAdapter
from tests.adapters.telegram.harness import ScriptedFront, new_adapter, running
from tests.fakes.telegram import Bot, FakeTelegram


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def bot(telegram: FakeTelegram) -> Bot:
    return telegram.bot("whatis_bot")


@pytest.fixture
def front() -> ScriptedFront:
    return ScriptedFront()


@pytest.fixture
async def adapter(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> AsyncIterator[TelegramAdapter]:
    async with running(new_adapter(telegram, bot, front), telegram, bot) as served:
        yield served
