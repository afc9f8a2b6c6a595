"""Ten thousand channels are due at the same minute, on a Discord that counts."""

from __future__ import annotations

import pytest

from bot.adapters.discord.adapter import BROADCASTS_PER_SECOND
from bot.metrics import Metrics
from bot.model import Chat, ChatKind, Platform
from bot.reply import Paragraph, Reply
from tests.adapters.discord.conftest import Notes, ScriptedFront, adapter_at, running
from tests.adapters.manual import ManualClock
from tests.adapters.rush import CHATS, Rush
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.driver import Channel

SERVERS = 20
WON = Reply((Paragraph("Who won"),))


def chat_of(channel: Channel) -> Chat:
    return Chat(Platform.DISCORD, channel.id, ChatKind.GROUP)


@pytest.mark.slow
async def test_all_get_it_as_fast_as_agreed_and_who_asks_meanwhile_does_not_wait() -> None:
    clock, metrics = ManualClock(), Metrics()
    async with FakeDiscord(seconds=clock.time) as fake:
        fake.limit_all(most=50, per=1)
        servers = [fake.guild(f"Server {n}") for n in range(SERVERS)]
        rooms = [servers[n % SERVERS].channel(f"channel-{n}") for n in range(CHATS)]
        quiz, help_ = servers[0].channel("quiz"), servers[1].channel("help")
        front = ScriptedFront()
        adapter = adapter_at(fake, front, Notes(), ticks=clock, traffic=metrics)
        async with running(fake, adapter):
            rush = Rush(adapter, clock, metrics)

            async def ask(second: int) -> object:
                """Somebody asks; every tenth time, a quiz has something to say."""
                if second % 10 == 9:
                    return await adapter.send(chat_of(quiz), WON, key=f"quiz:{second}:podium:1")
                ann = help_.member(f"Ann {second}")
                said = await ann.says("@bot what is RAG?")
                return await fake.until(
                    lambda: any(m.reply_to is said for m in help_.from_bot[-3:]), "an answer"
                )

            await rush.sends([chat_of(room) for room in rooms], ask)
        assert {len(room.from_bot) for room in rooms} == {1}
        assert 429 not in {request.status for request in fake.requests}
        assert CHATS / rush.took >= 0.95 * BROADCASTS_PER_SECOND
        assert rush.worst_but_one_percent < 1.0
        counted = {
            name: rush.count("whatis_sent_total", Platform.DISCORD, name) for name in ("broadcast", "quiz")
        }
        assert counted == {"broadcast": CHATS, "quiz": len(quiz.from_bot)}
        assert rush.waiting == 0
