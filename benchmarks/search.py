"""Search at 1,000 and 10,000 terms: `python benchmarks/search.py`."""

from __future__ import annotations

import random
import time
from statistics import quantiles

from bot.library.library import Library
from bot.library.load import content_root, load
from bot.library.search import Entry, Search

SEED, LOOKUPS = 7, 4000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def entries(library: Library, count: int, chance: random.Random) -> list[Entry]:
    """The shipped terms, and as many made of their words as are missing."""
    real = [Entry(t.id, t.term, t.names) for t in library.terms.values()]
    words = sorted({word for entry in real for name in entry.names for word in name.split()})
    made = []
    for number in range(max(0, count - len(real))):
        names = [" ".join(chance.sample(words, chance.randint(2, 3))) for _ in range(4)]
        made.append(Entry(f"made-{number}", names[0], names))
    return [*real[:count], *made]


def slip(text: str, chance: random.Random) -> str:
    """One slip of the thumb."""
    at = chance.randrange(len(text))
    kinds = (
        text[:at] + text[at + 1 :],
        text[:at] + chance.choice(LETTERS) + text[at:],
        text[:at] + chance.choice(LETTERS) + text[at + 1 :],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )
    return chance.choice(kinds)


def queries(found: list[Entry], chance: random.Random) -> list[str]:
    """Names as they are, slips, questions, nonsense, in equal parts."""
    names = [name for entry in found for name in entry.names]
    asked = []
    for _ in range(LOOKUPS // 4):
        name = chance.choice(names)
        nonsense = "".join(chance.choices(LETTERS + " ", k=chance.randint(3, 40)))
        asked += [name, slip(slip(name, chance), chance), f"what is {slip(name, chance)}?", nonsense]
    return asked


def measure(library: Library, count: int) -> None:
    chance = random.Random(SEED)
    found = entries(library, count, chance)
    began = time.perf_counter()
    search = Search(found, {})
    built = time.perf_counter() - began
    times = []
    for query in queries(found, chance):
        began = time.perf_counter()
        search.find(query)
        times.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(times, n=100)
    print(
        f"{count:>6} terms  built in {built * 1000:6.0f} ms  "
        f"median {cuts[49]:.3f} ms  p99 {cuts[98]:.3f} ms  worst {max(times):.2f} ms"
    )


if __name__ == "__main__":
    books = load(content_root()).library
    for size in (1_000, 10_000):
        measure(books, size)
