"""Counters like the server's: a message a second in a chat after a burst, 20 a minute in a group."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.fakes.telegram.errors import flood

BURST = 5


class Rates:
    """Switched off until a test asks for it; `now` gives seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.enabled = False
        self._now = now
        self._chats: dict[tuple[int, int], float] = defaultdict(float)
        self._windows: dict[tuple[int, int], deque[float]] = defaultdict(deque)

    def count(self, bot_id: int, chat_id: int) -> None:
        """One more message or edit. Raises Refusal 429 when it is one too many; then it does not count."""
        if not self.enabled:
            return
        now = self._now()
        waits = [self._window((bot_id, 0), now, 30, 1.0), self._chat((bot_id, chat_id), now)]
        if chat_id < 0:
            waits.append(self._window((bot_id, chat_id), now, 20, 60.0))
        if max(waits) > 0:
            raise flood(math.ceil(max(waits)))
        self._windows[bot_id, 0].append(now)
        self._windows[bot_id, chat_id].append(now)
        self._chats[bot_id, chat_id] = max(self._chats[bot_id, chat_id], now) + 1.0

    def _chat(self, key: tuple[int, int], now: float) -> float:
        return self._chats[key] - (BURST - 1) - now

    def _window(self, key: tuple[int, int], now: float, most: int, seconds: float) -> float:
        times = self._windows[key]
        while times and times[0] <= now - seconds:
            times.popleft()
        return times[-most] + seconds - now if len(times) >= most else 0.0
