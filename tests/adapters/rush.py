"""Thousands of chats that are due at the same minute, and people who want an answer meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.adapters.base import Adapter
from bot.metrics import Metrics
from bot.model import Chat, Platform
from bot.reply import Paragraph, Reply
from tests.adapters.manual import ManualClock

CHATS = 10_000
SECONDS_A_TICK = 1 / 50
TIP = Reply((Paragraph("Tip of the day: a token is a piece of a word."),))


class Rush:
    """Sends to every chat at once, on a clock that goes on when all that went out has arrived.

    took: the seconds it took; waits: of each question asked meanwhile, until its answer was there.
    """

    def __init__(self, adapter: Adapter, clock: ManualClock, metrics: Metrics) -> None:
        self._adapter = adapter
        self._clock = clock
        self._metrics = metrics
        self._left = 0
        self._arrived = asyncio.Event()
        self.waits: list[float] = []
        self.took = 0.0

    async def sends(self, chats: Sequence[Chat], ask: Callable[[int], Awaitable[object]]) -> None:
        """Returns when all have it. Each second somebody asks, by `ask(second)`, which waits for the answer.

        A send that fails fails this.
        """
        began = self._clock.now
        async with asyncio.TaskGroup() as group:
            for chat in chats:
                group.create_task(self._send(chat))
            self._left, second = len(chats), 0
            await asyncio.sleep(0)
            while self._left:
                await self._clock.move(SECONDS_A_TICK)
                while self._left > self.waiting:  # what waits no more is on its way
                    self._arrived.clear()
                    await self._arrived.wait()
                if self._clock.now - began > second:
                    group.create_task(self._asked(ask, second))
                    second += 1
            self.took = self._clock.now - began

    def count(self, name: str, platform: Platform, priority: str) -> float:
        """What the metrics say."""
        labels = {"platform": platform, "priority": priority}
        return self._metrics.registry.get_sample_value(name, labels) or 0.0

    @property
    def waiting(self) -> float:
        """How many broadcasts wait for their turn."""
        return self.count("whatis_waiting", self._adapter.platform, "broadcast")

    @property
    def worst_but_one_percent(self) -> float:
        """The 99th percentile of the waits."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)]

    async def _send(self, chat: Chat) -> None:
        await self._adapter.send(chat, TIP, key=f"daily:{chat.id}")
        self._left -= 1
        self._arrived.set()

    async def _asked(self, ask: Callable[[int], Awaitable[object]], second: int) -> None:
        began = self._clock.now
        await ask(second)
        self.waits.append(self._clock.now - began)
