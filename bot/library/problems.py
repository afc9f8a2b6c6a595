"""What is wrong with the content, in words an author can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error fails the check; a warning is listed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    path: the file, relative to the content's folder. line: counted from 1.
    field: which part of the entry, such as `one_liner` or `rag-what-changes: stem`; empty for a whole file.
    check: the name an entry gives under `excused` to silence a check that is wrong about it.
    """

    path: str
    line: int
    field: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.ERROR
    check: str = "schema"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: " + ": ".join(filter(None, (self.field, self.sentence)))

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it."""
        return f"{self.message} {self.remedy}".strip()


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and line, each once."""
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, p.field, p.message)))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that fail the check."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)
