"""Many things at once, but one after the other where they belong together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

MAX_PENDING = 4096
"""Jobs that wait; then `put` waits too, and Telegram keeps the rest."""
GRACE = 3.0
"""Seconds that a stop waits for answers under way; the whole process has five."""

Job = Callable[[], Awaitable[None]]


class Lanes:
    """Runs jobs of different lanes concurrently and those of one lane in order. Jobs must not raise."""

    def __init__(self, most: int = MAX_PENDING) -> None:
        self._waiting: dict[Hashable, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(most)

    async def put(self, lane: Hashable, job: Job) -> None:
        """Queues the job; returns at once while there is room."""
        await self._room.acquire()
        queue = self._waiting.get(lane)
        if queue is not None:
            queue.append(job)
            return
        self._waiting[lane] = deque([job])
        task = asyncio.create_task(self._drain(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Waits a little for what runs, since nobody will take it up again, then cancels the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _drain(self, lane: Hashable) -> None:
        queue = self._waiting[lane]
        try:
            while queue:
                try:
                    await queue.popleft()()
                finally:
                    self._room.release()
        finally:
            self._waiting.pop(lane, None)
