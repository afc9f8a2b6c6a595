"""Waiting for something to become true, without sleeping for luck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 10.0
"""Seconds after which a test has failed; none waits so long otherwise."""
T = TypeVar("T")


class Signal:
    """Fired at each change; `until` looks again each time."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(
        self, look: Callable[[], T | None], otherwise: Callable[[], str], within: float = PATIENCE
    ) -> T:
        """What `look` finds. Raises AssertionError with `otherwise` when it finds nothing in time."""
        try:
            async with asyncio.timeout(within):
                while not (found := look()):
                    await self._event.wait()
                return found
        except TimeoutError:
            raise AssertionError(otherwise()) from None
