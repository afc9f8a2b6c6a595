"""Which tip or question a subscription gets next: each once before any comes again, topics in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b


def choose(pool: Mapping[str, str], seen: Mapping[str, date], seed: str) -> str | None:
    """The id to show next; None for an empty pool.

    pool: the topic of each id there is; seen: when each was last shown here, gone ones included.
    Unseen ones come first, from the topic that had its turn least often; in a topic, by a lot that hangs on
    seed and id alone, so that what is added or removed moves nothing else. When all were seen, the one that
    was longest ago: so none comes again before all others did, and the order stays balanced.
    """
    unseen = [name for name in pool if name not in seen]
    if not unseen:
        return min(pool, key=lambda name: (seen[name], lot(seed, name)), default=None)
    turns = Counter(pool[name] for name in seen if name in pool)

    def place(name: str) -> tuple[int, int, int]:
        topic = pool[name]
        # The second key deals the topics anew in each round of turns, or one would always lead.
        return turns[topic], lot(f"{seed}:{turns[topic]}", topic), lot(seed, name)

    return min(unseen, key=place)


def lot(seed: str, name: str) -> int:
    """A number that depends on seed and name alone, the same on every machine."""
    return int.from_bytes(blake2b(f"{seed}:{name}".encode(), digest_size=8).digest(), "big")
