"""How fast one member may ask: a token bucket each, pure, with the time passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CAPACITY = 8
"""Requests in one burst: more than anybody needs who reads the answers."""
REFILL_SECONDS = 2.0
"""Seconds until another request is allowed."""
_SWEEP_AT = 5_000


class Verdict(StrEnum):
    """Answer, warn once, or keep quiet."""

    LET = "let"
    WARN = "warn"
    QUIET = "quiet"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime
    warned: bool = False


class Floodgate:
    """A bucket for each member; those that are full again are forgotten."""

    def __init__(self, capacity: float = CAPACITY) -> None:
        self._capacity = capacity
        self._buckets: dict[tuple[str, int], _Bucket] = {}

    def knock(self, member: tuple[str, int], now: datetime) -> Verdict:
        """Whether this request of the member passes. The warning comes once in a flood."""
        bucket = self._buckets.setdefault(member, _Bucket(self._capacity, now))
        self._refill(bucket, now)
        self._sweep(now)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return Verdict.LET
        if bucket.warned:
            return Verdict.QUIET
        bucket.warned = True
        return Verdict.WARN

    def _sweep(self, now: datetime) -> None:
        if len(self._buckets) < _SWEEP_AT:
            return
        for bucket in self._buckets.values():
            self._refill(bucket, now)
        self._buckets = {key: b for key, b in self._buckets.items() if b.tokens < self._capacity}

    def _refill(self, bucket: _Bucket, now: datetime) -> None:
        elapsed = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens = min(self._capacity, bucket.tokens + elapsed / REFILL_SECONDS)
        bucket.at = max(bucket.at, now)
        if bucket.tokens >= self._capacity / 2:
            bucket.warned = False
