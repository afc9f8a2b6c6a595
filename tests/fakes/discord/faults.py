"""What goes wrong between a client and Discord, on demand."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass(eq=False)
class Fault:
    """The next `times` requests that match go wrong.

    status: the error that is answered; 0 cuts the connection instead of answering; -1 never answers
    until `release` is set.
    accepted: whether the request had its effect before.
    retry_after: for 429, seconds; `via` is missing when it is not Discord that refuses but its shield.
    """

    method: str
    path: str
    status: int
    accepted: bool = False
    times: int = 1
    retry_after: float = 0.05
    via: bool = True
    code: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)
    met: int = 0

    def meets(self, method: str, path: str) -> bool:
        if self.times == self.met or method != self.method or not fnmatchcase(path, self.path):
            return False
        self.met += 1
        return True


@dataclass(eq=False)
class Bucket:
    """A rate limit of one route: `most` requests in `per` seconds for each channel."""

    method: str
    path: str
    most: int
    per: float
    taken: dict[str, deque[float]] = field(default_factory=dict)

    def meets(self, method: str, path: str) -> bool:
        return method == self.method and fnmatchcase(path, self.path)

    def take(self, key: str, now: float) -> tuple[int, float]:
        """How many requests are left (-1: refused) and the seconds until the window is over."""
        times = self.taken.setdefault(key, deque())
        while times and times[0] <= now - self.per:
            times.popleft()
        reset = (times[0] + self.per - now) if times else self.per
        if len(times) >= self.most:
            return -1, reset
        times.append(now)
        return self.most - len(times), reset
