"""Does `/practice` help? A simulated learner, 60 days, five questions a day: by `/practice`, and by chance.

The learner's memory is known and is not the model that plans the reviews (FSRS): recall falls by half in each
half-life, 2 ** (-days / half-life), after Settles and Meeder (2016, ACL). A success lengthens the half-life,
the more so the closer it came to being forgotten (the spacing effect: Cepeda et al. 2006, Psychological
Bulletin 132); a failure shortens it. Terms differ in how hard they are. One guess in four hits.

Every way gets five questions a day over the same terms, with the same second try for what was missed: chosen
by `/practice`; at random from all terms; and at random from those begun, with two new ones a day.
`python benchmarks/practice.py [seeds]`
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from statistics import mean, stdev

from bot.learning.choice import SESSION, choose
from bot.learning.events import Event, Kind
from bot.learning.record import Record, after

DAYS, TERMS, SEEDS, GUESS = 60, 60, 20, 0.25
START = dt.datetime(2026, 1, 1, 18, tzinfo=dt.UTC)
FIRST_HALF_LIFE = 1.0
"""Days until half of a term seen once is forgotten."""
Chooses = Callable[[Record, dt.datetime, int], list[str]]


@dataclass
class Learner:
    """hardness: what a success is divided by, for each term; memory: half-life in days and when seen last."""

    chance: Random
    hardness: dict[str, float]
    memory: dict[str, tuple[float, dt.datetime]] = field(default_factory=dict)

    def knows(self, term: str, now: dt.datetime) -> float:
        """The chance of recall, without a guess."""
        if term not in self.memory:
            return 0.0
        half_life, last = self.memory[term]
        return float(2 ** (-(now - last).total_seconds() / 86400 / half_life))

    def answers(self, term: str, now: dt.datetime) -> bool:
        """An answer; being told the right one is what teaches."""
        recall = self.knows(term, now)
        known = self.chance.random() < recall
        half_life = self.memory.get(term, (FIRST_HALF_LIFE, now))[0]
        if known:
            half_life *= 1 + (0.3 + 2.2 * (1 - recall)) / self.hardness[term]
        elif term in self.memory:
            half_life = max(FIRST_HALF_LIFE, half_life * 0.5)
        self.memory[term] = (half_life, now)
        return known or self.chance.random() < GUESS


def lived(chooses: Chooses, seed: int) -> tuple[float, int]:
    """The share of all terms recalled after the last day, and how many questions were answered."""
    chance = Random(seed)
    terms = [f"term-{n}" for n in range(TERMS)]
    learner = Learner(chance, {term: chance.uniform(0.7, 1.8) for term in terms})
    record, answered = Record(), 0
    for day in range(DAYS):
        now = START + dt.timedelta(days=day)
        missed: list[str] = []
        asked = chooses(record, now, seed * 1000 + day)
        for number, term in enumerate([*asked, *asked]):
            attempt = 1 + number // len(asked)
            if attempt == 2 and term not in missed:
                continue
            at = now + dt.timedelta(seconds=30 * number)
            right = learner.answers(term, at)
            missed += [] if right else [term]
            ref = f"{day}:{number}"
            event = Event("telegram:1", ref, Kind.PRACTICE, term, at, term, right=right, attempt=attempt)
            record = after(record, [event])
            answered += 1
    end = START + dt.timedelta(days=DAYS)
    return mean(learner.knows(term, end) for term in terms), answered


def by_practice(record: Record, now: dt.datetime, seed: int) -> list[str]:
    terms = [f"term-{n}" for n in range(TERMS)]
    return choose(record, terms, terms, now=now, seed=seed)


def at_random(_record: Record, _now: dt.datetime, seed: int) -> list[str]:
    return Random(seed).sample([f"term-{n}" for n in range(TERMS)], SESSION)


def at_random_with_new(record: Record, _now: dt.datetime, seed: int) -> list[str]:
    begun = sorted(record.terms)
    new = [term for term in (f"term-{n}" for n in range(TERMS)) if term not in record.terms]
    taken = [*new[: SESSION if not begun else 2]]
    return [*taken, *Random(seed).sample(begun, SESSION - len(taken))]


WAYS = (("/practice", by_practice), ("at random", at_random), ("at random, two new", at_random_with_new))


def main() -> None:
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
    for name, way in WAYS:
        runs = [lived(way, seed) for seed in seeds]
        shares = [share for share, _ in runs]
        spread = stdev(shares) if len(shares) > 1 else 0.0
        questions = mean(answered for _, answered in runs)
        print(
            f"{name:>21}: {mean(shares):.1%} of {TERMS} terms recalled after {DAYS} days "
            f"(± {spread:.1%} over {len(shares)} seeds; {questions:.0f} answers)"
        )


if __name__ == "__main__":
    main()
