"""Who goes first in what the bot sends, and an even pace for what nobody waits for."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from bot.adapters.clock import Clock, sleep
from bot.model import Platform

_QUIZ = "quiz:"


class Priority(IntEnum):
    """Who goes first."""

    REPLY = 0
    QUIZ = 1
    BROADCAST = 2


def priority_of(key: str) -> Priority:
    """The priority of what is sent unasked under that key: a quiz has people waiting, a broadcast has not."""
    return Priority.QUIZ if key.startswith(_QUIZ) else Priority.BROADCAST


class Traffic(Protocol):
    """Whoever wants to know how much is sent, and how much waits for its turn."""

    def sent(self, platform: Platform, priority: Priority) -> None:
        """One more message or change was taken by the platform."""

    def waiting(self, platform: Platform, priority: Priority, more: int) -> None:
        """So many more (or fewer, below 0) wait for their turn."""


class Unwatched:
    """Traffic that nobody counts."""

    def sent(self, platform: Platform, priority: Priority) -> None:
        """Nobody looks."""

    def waiting(self, platform: Platform, priority: Priority, more: int) -> None:
        """Nobody looks."""


class Metronome:
    """Turns at an even pace, in the order in which they were asked for.

    Were a second's worth let go at once, a reply just after would wait for almost a second.
    """

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._step = 1.0 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Returns when it is time. Who gives up waiting leaves a gap, so nobody else comes sooner."""
        now = self._clock.time()
        at = max(self._next, now)
        self._next = at + self._step
        if at > now:
            await sleep(self._clock, at - now)
