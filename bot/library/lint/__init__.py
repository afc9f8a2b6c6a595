"""Whether the content is well written: what the schema cannot say.

`lint` runs every check and returns problems in words an author can act on. An entry silences a check that
is wrong about it with `excused: {check: reason}`; the check's name stands in brackets after each problem.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.library.lint import alike, bank, catalogue, fits, items, terms, wording
from bot.library.lint.alike import seed_hashes
from bot.library.lint.finding import Check, Context, Finding
from bot.library.load import Loaded
from bot.library.problems import Problem, Severity, in_order

CHECKS: tuple[Check, ...] = (
    *terms.CHECKS, *wording.CHECKS, *items.CHECKS, *bank.CHECKS, *alike.CHECKS, *fits.CHECKS,
    *catalogue.CHECKS,
)  # fmt: skip
NAMES = frozenset(
    ("one-liner", "depths", "repetition", "reading", "neighbours", "things", "names", "spelling", "tone",
     "ageing", "facts", "links", "dates", "review", "unfinished", "stem", "negative", "opinion",
     "options", "joke", "second-answer", "key-length", "absolute", "clang", "conspicuous", "alike",
     "pair", "feedback", "copied", "leakage", "trivia", "seed", "same", "alike-tips", "alike-questions",
     "season", "price", "fits", "models", "rows", "steps", "topics")
)  # fmt: skip
"""What may stand under `excused`."""


def lint(loaded: Loaded, today: dt.date) -> tuple[Problem, ...]:
    """Everything the checks find and nobody excused, by file and line."""
    context = Context(loaded, today, seed_hashes())
    found = (finding for check in (*CHECKS, excuses) for finding in check(context))
    return in_order(finding.problem for finding in found if not finding.excused)


def excuses(context: Context) -> Iterator[Finding]:
    """An excuse names a check that there is."""
    for entry in context.entries:
        for name in getattr(entry.record, "excused", {}):
            if name not in NAMES:
                known = ", ".join(sorted(NAMES))
                message = f"There is no check {name}."
                yield Finding(
                    entry, ("excused", name), message, f"The checks: {known}.", "excused", Severity.WARNING
                )


__all__ = ["CHECKS", "NAMES", "lint"]
