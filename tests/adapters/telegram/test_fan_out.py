"""Ten thousand chats are due at the same minute, on a Telegram that counts."""

from __future__ import annotations

import pytest

from bot.adapters.telegram.limiter import OVERALL_PER_SECOND
from bot.metrics import Metrics
from bot.model import Chat, ChatKind, Platform
from tests.adapters.manual import ManualClock
from tests.adapters.rush import CHATS, Rush
from tests.adapters.telegram.harness import ScriptedFront, new_adapter, running, says
from tests.fakes.telegram import FakeTelegram, Room

GROUPS = CHATS // 10


def chat_of(room: Room) -> Chat:
    kind = ChatKind.GROUP if room.id < 0 else ChatKind.PRIVATE
    return Chat(Platform.TELEGRAM, room.id, kind)


@pytest.mark.slow
async def test_all_get_it_as_fast_as_telegram_allows_and_who_asks_meanwhile_does_not_wait() -> None:
    clock, metrics = ManualClock(), Metrics()
    async with FakeTelegram(strict=False, now=clock.time) as telegram:
        telegram.server.rates.enabled = True
        bot = telegram.bot("whatis_bot")
        groups = [telegram.group(f"Group {n}", bot) for n in range(GROUPS)]
        rooms = [*groups, *(telegram.private(bot, f"Member {n}").room for n in range(CHATS - GROUPS))]
        quiz = telegram.group("A quiz", bot)
        adapter = new_adapter(telegram, bot, ScriptedFront(), limited=True, clock=clock, traffic=metrics)
        async with running(adapter, telegram, bot):
            rush = Rush(adapter, clock, metrics)

            async def ask(second: int) -> object:
                """Somebody new asks; every tenth time, a quiz has something to say."""
                if second % 10 == 9:
                    return await adapter.send(chat_of(quiz), says("Who won"), key=f"quiz:{second}:podium:1")
                ann = telegram.private(bot, f"Ann {second}")
                await ann.says("What is RAG?")
                return await telegram.world.changed.until(
                    lambda: len(ann.room.chat.messages) == 2, lambda: "no answer came"
                )

            await rush.sends([chat_of(room) for room in rooms], ask)
        assert [len(room.chat.messages) for room in rooms] == [1] * CHATS
        sent = telegram.made("sendMessage")
        assert {call.outcome for call in sent} == {"ok"}
        assert len(sent) / rush.took >= 0.95 * OVERALL_PER_SECOND
        assert rush.worst_but_one_percent < 1.0
        counted = {
            name: rush.count("whatis_sent_total", Platform.TELEGRAM, name) for name in ("broadcast", "quiz")
        }
        assert counted == {"broadcast": CHATS, "quiz": len(quiz.chat.messages)}
        assert rush.waiting == 0
