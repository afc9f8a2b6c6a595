"""What a check says, before it is known whether the author excused it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.library.lint.prose import Passage, passages
from bot.library.load import Loaded
from bot.library.normalise import fold, key
from bot.library.problems import Problem, Severity
from bot.library.shelves import Entry, Shelves
from bot.library.validate import Key

AnyEntry = Entry[Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found in an entry; `keys` lead to the field."""

    entry: AnyEntry
    keys: tuple[Key, ...]
    message: str
    remedy: str
    check: str
    severity: Severity = Severity.ERROR

    @property
    def excused(self) -> bool:
        """Whether the entry gives a reason why this check is wrong about it."""
        return self.check in getattr(self.entry.record, "excused", {})

    @property
    def problem(self) -> Problem:
        """The finding as it is reported."""
        return self.entry.place.problem(
            self.keys, self.message, self.remedy, severity=self.severity, check=self.check
        )


@dataclass(frozen=True)
class Context:
    """What checks look at.

    today: the day against which dates of review are held.
    seed: hashes of twelve-word runs that must not be repeated.
    """

    loaded: Loaded
    today: dt.date
    seed: frozenset[int] = field(default_factory=frozenset)

    @property
    def shelves(self) -> Shelves:
        """The records as they were written."""
        return self.loaded.shelves

    @cached_property
    def entries(self) -> tuple[AnyEntry, ...]:
        """Every entry with prose in it."""
        names = ("terms", "comparisons", "tips", "questions", "models", "kinds", "topics", "paths")
        found = [entry for name in names for entry in self.shelves.shelf(name).values()]
        return (*found, *filter(None, (self.shelves.uses,)))

    @cached_property
    def passages(self) -> tuple[tuple[AnyEntry, Passage], ...]:
        """Every piece of prose, with its entry."""
        return tuple((entry, passage) for entry in self.entries for passage in passages(entry.record))

    @cached_property
    def owners(self) -> dict[str, set[str]]:
        """The ids of the entries that go by a name, by the name's key."""
        found: dict[str, set[str]] = {}
        for term_id, entry in self.shelves.terms.items():
            for name in entry.record.names:
                found.setdefault(key(fold(name)), set()).add(term_id)
        return found


Check = Callable[[Context], Iterator[Finding]]
