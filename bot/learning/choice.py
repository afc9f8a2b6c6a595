"""Which terms a practice session is about: what is due, then what is weak, then something new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random

from bot.learning.mastery import due
from bot.learning.memory import recall
from bot.learning.record import Record

SESSION = 5
"""Questions of a session."""


def choose(
    record: Record,
    new: Sequence[str],
    askable: Iterable[str],
    *,
    now: datetime,
    seed: int,
    count: int = SESSION,
) -> list[str]:
    """The terms to ask about, each once, the order in which they are asked.

    new: terms to begin with, the most fitting first; those already begun are passed over.
    askable: the terms that have questions. seed: decides between equals, and the order.
    At least half are older material when there is any. What is due comes first, least remembered first.
    """
    can = set(askable)
    begun = {t: k.memory for t, k in record.terms.items() if k.memory is not None and t in can}
    chance = Random(f"{seed}:terms")  # noqa: S311 - a fair draw, no secret
    lot = {term: chance.random() for term in sorted(begun)}
    waiting = sorted(
        (t for t in due(record, now) if t in begun), key=lambda t: (recall(begun[t], now), lot[t])
    )
    rest = set(begun).difference(waiting)
    weak = sorted((t for t in rest if record.terms[t].missed), key=lambda t: (begun[t].stability, lot[t]))
    others = sorted(rest.difference(weak), key=lambda t: (begun[t].due, lot[t]))
    fresh = _met_first(record, [t for t in dict.fromkeys(new) if t in can and t not in begun])
    older = waiting[:count]
    half = (count + 1) // 2
    older += [*weak, *others][: max(0, half - len(older))]
    taken = [*older, *fresh[: count - len(older)]]
    taken += [t for t in (*weak, *others) if t not in taken][: count - len(taken)]
    return chance.sample(taken, len(taken))


def _met_first(record: Record, terms: list[str]) -> list[str]:
    """Those read about before come first, else the order stays."""
    return sorted(terms, key=lambda term: not (k := record.terms.get(term)) or not k.reads)
