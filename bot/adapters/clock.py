"""Time as this adapter needs it: seconds that never go back, and a call when some have passed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    """A call that is due."""

    def cancel(self) -> None:
        """It will not be made."""


class Clock(Protocol):
    """What an asyncio event loop offers; tests pass one that they move by hand."""

    def time(self) -> float:
        """Seconds since some fixed moment."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Alarm:
        """Calls back once, after `delay` seconds."""


async def sleep(clock: Clock, seconds: float) -> None:
    """Returns after that many of the clock's seconds."""
    over = asyncio.Event()
    alarm = clock.call_later(seconds, over.set)
    try:
        await over.wait()
    finally:
        alarm.cancel()


class LoopClock:
    """The time of whichever event loop runs."""

    def time(self) -> float:
        """Seconds since some fixed moment."""
        return asyncio.get_running_loop().time()

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Alarm:
        """Calls back once, after `delay` seconds."""
        return asyncio.get_running_loop().call_later(delay, callback)
