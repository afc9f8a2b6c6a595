"""Finds terms by what people type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as the search sees it: its id, its heading, and everything it is called."""

    id: str
    term: str
    names: Sequence[str]


class Search:
    """Finds terms."""

    def __init__(self, entries: Iterable[Entry], ambiguous: Mapping[str, Sequence[str]]) -> None: ...
