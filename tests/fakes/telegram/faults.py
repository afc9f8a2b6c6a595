"""What can go wrong on the way, on purpose."""

from __future__ import annotations

from collections import defaultdict, deque
from enum import Enum, auto

from tests.fakes.telegram.errors import Refusal


class Fault(Enum):
    """What befalls one call."""

    CUT_BEFORE = auto()
    """The connection ends; nothing was done."""
    CUT_AFTER = auto()
    """It was done; the connection ends without an answer."""
    BAD_GATEWAY = auto()
    """A page that says 502; nothing was done."""
    TRUNCATED = auto()
    """It was done; half of the answer arrives."""
    HANG = auto()
    """Nothing was done, and no answer comes until the fake closes."""


class Faults:
    """Faults and refusals waiting for the next calls of a method."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault | Refusal]] = defaultdict(deque)

    def add(self, method: str, fault: Fault | Refusal, times: int = 1) -> None:
        self._waiting[method].extend([fault] * times)

    def next(self, method: str) -> Fault | Refusal | None:
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else None
