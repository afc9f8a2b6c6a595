"""The content as the bot uses it: immutable, every reference in it leads somewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from bot.library.references import changed
from bot.library.schema import (
    Comparison,
    Index,
    Modality,
    Model,
    ModelKind,
    Question,
    Resources,
    Status,
    Term,
    Tip,
    Topic,
    Uses,
)
from bot.library.schema import Path as LearningPath
from bot.library.search import Entry, Search

NEVER = dt.date.min
"""The `as_of` of what is not there."""
NO_USES = Uses(as_of=NEVER, values=(), sectors=())
NO_RESOURCES = Resources(as_of=NEVER)
NO_INDEX = Index()
_ALIVE = {Status.ACTIVE: 0, Status.RESEARCH: 1, Status.SUPERSEDED: 2, Status.RETIRED: 3}


@dataclass(frozen=True)
class Library:
    """All content, by id. Terms come in the order of the topics; the rest as the authors wrote it.

    comparisons: by the pair of ids they set side by side.
    uses, resources: without items and `as_of` the first of all days when there are none.
    """

    terms: Mapping[str, Term] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    kinds: Mapping[str, ModelKind] = field(default_factory=dict)
    tips: Mapping[str, Tip] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    comparisons: Mapping[frozenset[str], Comparison] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    paths: Mapping[str, LearningPath] = field(default_factory=dict)
    uses: Uses = NO_USES
    resources: Resources = NO_RESOURCES
    index: Index = NO_INDEX

    def term(self, term_id: str) -> Term | None:
        """The entry of that id, or of the id it was renamed to."""
        return self.terms.get(term_id) or self.terms.get(self.index.redirects.get(term_id, ""))

    def differences(self, term_id: str) -> Mapping[str, str]:
        """What the entry is confused with, and the difference in a line, whichever entry states it."""
        term = self.term(term_id)
        return self._differences.get(term.id, {}) if term else {}

    def comparison(self, one: str, other: str) -> Comparison | None:
        """The curated comparison, turned so that its first column is `one`."""
        first, second = self.term(one), self.term(other)
        if first is None or second is None:
            return None
        found = self.comparisons.get(frozenset((first.id, second.id)))
        return turned(found) if found and found.between[0] != first.id else found

    def comparisons_of(self, term_id: str) -> tuple[Comparison, ...]:
        """The curated comparisons of a term, it in the first column."""
        found = (c for pair, c in self.comparisons.items() if term_id in pair)
        return tuple(c if c.between[0] == term_id else turned(c) for c in found)

    def terms_in(self, topic: str) -> tuple[Term, ...]:
        """The entries of a topic."""
        return tuple(t for t in self.terms.values() if t.topic == topic)

    def tips_for(self, topic: str) -> tuple[Tip, ...]:
        """The tips of a topic: filed under it, or about a term of it."""
        about = (t for t in self.tips.values() if topic in (t.topic, self.terms[t.term].topic))
        return tuple(about)

    def questions_for(self, term_id: str) -> tuple[Question, ...]:
        """The questions that test a term."""
        return self._questions.get(term_id, ())

    def models_of(self, takes: Modality | None = None, gives: Modality | None = None) -> tuple[Model, ...]:
        """The models that take one modality and give another (None: any), those still alive first."""
        fitting = [
            m
            for m in self.models.values()
            if (takes is None or takes in m.inputs) and (gives is None or gives in m.outputs)
        ]
        return tuple(sorted(fitting, key=lambda m: _ALIVE[m.status]))

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each: `{"terms": 450, …}`."""
        names = ("terms", "comparisons", "models", "tips", "questions", "topics", "paths")
        return {name: len(getattr(self, name)) for name in names}

    @cached_property
    def search(self) -> Search:
        """Finds terms by what people type; built when first asked for, in about a tenth of a second."""
        entries = (Entry(t.id, t.term, t.names) for t in self.terms.values())
        return Search(entries, self.index.ambiguous)

    @cached_property
    def _differences(self) -> Mapping[str, Mapping[str, str]]:
        return mirrored(self.terms.values())

    @cached_property
    def _questions(self) -> Mapping[str, tuple[Question, ...]]:
        grouped: dict[str, list[Question]] = {}
        for question in self.questions.values():
            grouped.setdefault(question.tests, []).append(question)
        return {tests: tuple(questions) for tests, questions in grouped.items()}


def turned(comparison: Comparison) -> Comparison:
    """The comparison with its columns exchanged."""
    one, other = comparison.between
    rows = tuple(changed(row, {"answers": row.answers[::-1]}) for row in comparison.rows)
    return changed(comparison, {"between": (other, one), "rows": rows})


def mirrored(terms: Iterable[Term]) -> Mapping[str, Mapping[str, str]]:
    """The differences by id, each stated in one entry and found in both; an entry's own words win."""
    lines: dict[str, dict[str, str]] = {term.id: dict(term.confused_with) for term in terms}
    for one, stated in list(lines.items()):
        for other, line in list(stated.items()):
            if other in lines:
                lines[other].setdefault(one, line)
    return {one: MappingProxyType(found) for one, found in lines.items()}
