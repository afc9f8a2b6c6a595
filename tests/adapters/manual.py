"""Time that a test moves by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True)
class Due:
    at: float
    number: int
    callback: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class ManualClock:
    """A clock that the test moves."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self._due: list[Due] = []
        self._numbers = itertools.count()

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Due:
        due = Due(self.now + delay, next(self._numbers), callback)
        heapq.heappush(self._due, due)
        return due

    async def move(self, seconds: float) -> None:
        """Lets time pass, with all that falls due on the way."""
        end = self.now + seconds
        while self._due and self._due[0].at <= end:
            first = heapq.heappop(self._due)
            if not first.cancelled:
                self.now = max(self.now, first.at)
                first.callback()
                await settled()
        self.now = end


async def settled() -> None:
    for _ in range(3):
        await asyncio.sleep(0)
