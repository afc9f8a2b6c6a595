"""When the next message may go: replies, then quizzes, then broadcasts, each chat at its own pace.

Telegram's limits (Bots FAQ: "My bot is hitting limits") are about 30 messages a second over all, one a
second in one chat with short bursts, 20 a minute in one group. They are not promised, so a `retry_after`
counts for more, and holds only the chat it was said of.
"""

from __future__ import annotations

import asyncio
from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from bot.adapters.clock import Alarm, Clock
from bot.adapters.pacing import Metronome, Priority

OVERALL_PER_SECOND = 28
GROUP_PER_MINUTE = 20
CHAT_BURST = 3
CHAT_SECONDS = 1.0
_SWEEP_AT = 1024


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=most)

    def ready_at(self) -> float:
        """The earliest time of the next."""
        full = len(self._times) == self._times.maxlen
        return self._times[0] + self._seconds if full else 0.0

    def take(self, now: float) -> None:
        """One more was let through."""
        self._times.append(now)


class Pace:
    """One chat: a message a second after a burst, and the minute of a group; `hold` beats both."""

    def __init__(self, chat_id: int) -> None:
        self._even = 0.0
        self._held = 0.0
        self._minute = Window(GROUP_PER_MINUTE, 60.0) if chat_id < 0 else None

    def ready_at(self, *, counting: bool) -> float:
        """The earliest time of the next message; without counting only a hold matters."""
        if not counting:
            return self._held
        minute = self._minute.ready_at() if self._minute else 0.0
        return max(self._held, minute, self._even - (CHAT_BURST - 1) * CHAT_SECONDS)

    def take(self, now: float) -> None:
        """One more was let through."""
        self._even = max(self._even, now) + CHAT_SECONDS
        if self._minute:
            self._minute.take(now)

    def hold(self, until: float) -> None:
        """Nothing before that time."""
        self._held = max(self._held, until)

    def idle(self, now: float) -> bool:
        """Whether forgetting it changes nothing."""
        return self._even + 60.0 < now and self._held < now


@dataclass(order=True, slots=True)
class _Waiter:
    priority: Priority
    number: int
    chat_id: int = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class Limiter:
    """Hands out turns. Switched off, it counts nothing but still obeys `hold`.

    Broadcasts come one by one, however many are due: each reply then finds a turn that is about to be free,
    and those who wait here stay few.
    """

    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self._clock = clock
        self._enabled = enabled
        self._overall = Window(OVERALL_PER_SECOND, 1.0)
        self._broadcasts = Metronome(clock, OVERALL_PER_SECOND)
        self._paces: dict[int, Pace] = {}
        self._sweep_at = _SWEEP_AT
        self._waiting: list[_Waiter] = []
        self._numbers = count()
        self._alarm: Alarm | None = None

    async def turn(self, chat_id: int, priority: Priority) -> None:
        """Returns when a message to this chat may go."""
        if priority is Priority.BROADCAST and self._enabled:
            await self._broadcasts.turn()
        now = self._clock.time()
        if not self._waiting and self._ready_at(chat_id) <= now:
            self._take(chat_id, now)
            return
        waiter = _Waiter(priority, next(self._numbers), chat_id, asyncio.get_running_loop().create_future())
        insort(self._waiting, waiter)
        self._let_go()
        await waiter.turn

    def hold(self, chat_id: int, seconds: float) -> None:
        """Nothing to this chat for so long; the others go on."""
        self._pace(chat_id).hold(self._clock.time() + seconds)

    def _let_go(self) -> None:
        """Gives a turn to each whose time has come, in order, and sets the alarm for the next."""
        now = self._clock.time()
        still: list[_Waiter] = []
        for waiter in self._waiting:
            if waiter.turn.done():
                continue
            if self._ready_at(waiter.chat_id) > now:
                still.append(waiter)
                continue
            self._take(waiter.chat_id, now)
            waiter.turn.set_result(None)
        self._waiting = still
        self._set_alarm(now)

    def _set_alarm(self, now: float) -> None:
        if self._alarm:
            self._alarm.cancel()
        self._alarm = None
        if self._waiting:
            earliest = min(self._ready_at(waiter.chat_id) for waiter in self._waiting)
            self._alarm = self._clock.call_later(earliest - now, self._let_go)

    def _ready_at(self, chat_id: int) -> float:
        overall = self._overall.ready_at() if self._enabled else 0.0
        pace = self._paces.get(chat_id)
        return max(overall, pace.ready_at(counting=self._enabled)) if pace else overall

    def _take(self, chat_id: int, now: float) -> None:
        if self._enabled:
            self._overall.take(now)
            self._pace(chat_id).take(now)

    def _pace(self, chat_id: int) -> Pace:
        pace = self._paces.get(chat_id)
        if pace is None:
            self._sweep()
            pace = self._paces[chat_id] = Pace(chat_id)
        return pace

    def _sweep(self) -> None:
        """Forgets chats that are idle, so that memory follows those that are not."""
        if len(self._paces) < self._sweep_at:
            return
        now = self._clock.time()
        self._paces = {key: pace for key, pace in self._paces.items() if not pace.idle(now)}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._paces))
