"""Does what is due: sleeps until the earliest row, is woken by an earlier one, and never does one twice.

No timer in memory decides anything: what fell due while nobody ran is claimed at start.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog

from bot.store import due
from bot.store.due import Due
from bot.store.store import Clock, Store

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
"""How long a claimed row is ours: longer than a handler takes, sending included."""
LONGEST_SLEEP = timedelta(seconds=60)
"""Another process may write rows too (PostgreSQL), and clocks are set."""
AT_ONCE = 50
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
"""Between attempts of a handler that fails; each wait is twice the one before."""

Handler = Callable[[Due], Awaitable[None]]


class Scheduler:
    """One handler a kind. Keys are handled at the same time, one key never twice at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._most: dict[str, int] = {}
        self._busy: Counter[str] = Counter()
        self._woken = asyncio.Event()
        self._until: datetime | None = None
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def on(self, kind: str, handler: Handler, *, most: int | None = None) -> None:
        """What does rows of that kind. When it raises, the row is tried again later.

        most: how many rows of the kind are claimed at a time, so that thousands that are due together do
        not outwait their leases; None for as many as there are.
        Raises ValueError when the kind has a handler already.
        """
        if kind in self._handlers:
            raise ValueError(f"two handlers for what is due as {kind!r}")
        self._handlers[kind] = handler
        if most is not None:
            self._most[kind] = most

    def expect(self, at: datetime) -> None:
        """A row that is due then has been committed."""
        if self._until is None or at < self._until:
            self._woken.set()

    async def run(self) -> None:
        """Until cancelled. What the last process had claimed is free at once, where there is but one."""
        await self._safely("free what was claimed", self._store.transact(due.release()))
        async with asyncio.TaskGroup() as handling:
            while True:
                self._woken.clear()
                self._until = None
                if not await self._safely("look for what is due", self._look(handling)):
                    self._until = self._clock() + FIRST_WAIT
                await self._sleep()

    async def _look(self, handling: asyncio.TaskGroup) -> None:
        """Starts what is due, and finds out until when to sleep."""
        token = secrets.token_hex(16)
        for kinds, room in self._open():
            for row in await self._store.transact(due.claim(kinds, self._clock(), LEASE, token, room)):
                self._busy[row.kind] += 1
                handling.create_task(self._handle(row, token))
        waiting = [kind for kinds, _ in self._open() for kind in kinds]
        self._until = await self._store.get(due.earliest(waiting))

    def _open(self) -> list[tuple[tuple[str, ...], int]]:
        """The kinds that may be claimed now, with how many rows of them."""
        free = tuple(kind for kind in self._handlers if kind not in self._most)
        room = [((kind,), most - self._busy[kind]) for kind, most in self._most.items()]
        return [(free, AT_ONCE), *(each for each in room if each[1] > 0)]

    async def _sleep(self) -> None:
        wait = LONGEST_SLEEP
        if self._until is not None:
            wait = min(wait, self._until - self._clock())
        # The event is not waited for with a timeout of 0: that would not let others run.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(wait.total_seconds(), 0.001)):
                await self._woken.wait()

    async def _handle(self, row: Due, token: str) -> None:
        try:
            await self._do(row, token)
        finally:
            full = self._busy[row.kind] == self._most.get(row.kind)
            self._busy[row.kind] -= 1
            if full:  # while it was, nothing of its kind was looked for
                self._woken.set()

    async def _do(self, row: Due, token: str) -> None:
        """A row may be set and claimed anew while its handler still runs, hence the lock."""
        lock = self._locks.setdefault((row.kind, row.key), asyncio.Lock())
        async with lock:
            done = await self._safely(f"do {row.kind} {row.key}", self._handlers[row.kind](row))
        if done:
            await self._safely("finish", self._store.transact(due.finish(row, token)))
            return
        again = self._clock() + min(FIRST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
        await self._safely("put off", self._store.transact(due.put_off(row, token, again)))
        self.expect(again)

    async def _safely(self, what: str, act: Awaitable[object]) -> bool:
        """The scheduler's one error boundary: what fails is tried again, and nothing else suffers."""
        try:
            await act
        except Exception:
            log.exception("not done, will be tried again", what=what)
            return False
        return True
