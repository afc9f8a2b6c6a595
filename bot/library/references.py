"""What the entries say of each other: whether it exists, and what is left when something is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.library.problems import Problem, Severity
from bot.library.schema import Comparison, Index, Kind, Question, Record, Term, Tip, Use, Uses
from bot.library.shelves import SHELVES, Entry, Shelves
from bot.library.validate import Key, Place

LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
"""`[[id]]` or `[[id|words]]`, also badly written ones."""
TEXTS = ("simple", "standard", "deep", "example")
_PROPER = frozenset((Kind.MODEL, Kind.PRODUCT, Kind.COMPANY, Kind.TOOL, Kind.PROTOCOL, Kind.LAW, Kind.PERSON,
                     Kind.DATASET, Kind.BENCHMARK))  # fmt: skip
"""Kinds whose names keep their capitals within a sentence."""
_NAMES = re.compile(
    r"(Adam|Bayes|Boltzmann|Bradley|Chinchilla|Dartmouth|Elo|Fourier|Gauss|Gini|Jaccard|Jevons|Kolmogorov|Kullback"
    r"|Lagrange|Lipschitz|Mahalanobis|Mamba|Markov|Matryoshka|Monte|Moore|Moravec|Nash|Occam|Pareto|Pearson|Poisson"
    r"|Shannon|Shapley|Tay|Turing|Wasserstein|Zipf)\w*('s?|’s?)?\b"
)
"""People and things that concepts are called after."""
_SENTENCE_START = re.compile(r"(^|[.!?:]\s+|\n\s*([-*]|\d+\.)?\s*)\W*$")
R = TypeVar("R", bound=Record)
Reference = tuple[tuple[Key, ...], str]


def term_references(term: Term) -> Iterator[Reference]:
    """Where a term names another, and which."""
    for field in ("prerequisites", "related"):
        for number, target in enumerate(getattr(term, field)):
            yield (field, number), target
    for target in term.confused_with:
        yield ("confused_with", target), target
    if term.successor:
        yield ("successor",), term.successor
    for field in TEXTS:
        for match in LINK.finditer(getattr(term, field) or ""):
            yield (field,), match[1]


def check_references(shelves: Shelves) -> Iterator[Problem]:
    """Every reference to a term that does not exist, or to the entry itself; circles of prerequisites."""
    checker = _Checker(shelves)
    yield from checker.problems()
    yield from _circles(shelves)


class _Checker:
    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._index = shelves.index.record if shelves.index else Index()
        self._terms = shelves.terms.keys()

    def problems(self) -> Iterator[Problem]:
        for entry in self._shelves.terms.values():
            yield from self._topic(entry.place, entry.record.topic)
            for keys, target in term_references(entry.record):
                yield from self._target(entry.place, keys, target)
                if target == entry.record.id:
                    yield _bad(entry.place, keys, "The entry refers to itself.", "Remove it.")
        yield from self._items()
        if self._shelves.index:
            yield from self._of_index(self._shelves.index)

    def _items(self) -> Iterator[Problem]:
        for comparison in self._shelves.comparisons.values():
            for number, target in enumerate(comparison.record.between):
                yield from self._target(comparison.place, ("between", number), target)
        for tip in self._shelves.tips.values():
            yield from self._topic(tip.place, tip.record.topic)
            yield from self._target(tip.place, ("term",), tip.record.term)
        for question in self._shelves.questions.values():
            yield from self._topic(question.place, question.record.topic)
            yield from self._target(question.place, ("tests",), question.record.tests)
        for model in self._shelves.models.values():
            if model.record.term:
                yield from self._target(model.place, ("term",), model.record.term)
        for path in self._shelves.paths.values():
            for number, target in enumerate(path.record.steps):
                yield from self._target(path.place, ("steps", number), target)
        if self._shelves.uses:
            yield from self._of_uses(self._shelves.uses)

    def _of_uses(self, uses: Entry[Uses]) -> Iterator[Problem]:
        for part in ("values", "sectors"):
            for number, use in enumerate(getattr(uses.record, part)):
                for at, target in enumerate(use.terms):
                    yield from self._target(uses.place, (part, number, "terms", at), target)

    def _of_index(self, index: Entry[Index]) -> Iterator[Problem]:
        for number, target in enumerate(index.record.popular):
            yield from self._target(index.place, ("popular", number), target)
        for word, targets in index.record.ambiguous.items():
            for number, target in enumerate(targets):
                yield from self._target(index.place, ("ambiguous", word, number), target)
        for old, new in index.record.redirects.items():
            yield from self._target(index.place, ("redirects", old), new)
            if old in self._terms:
                remedy = "Remove the redirect, or the entry."
                yield _bad(index.place, ("redirects", old), f"There is an entry {old} still.", remedy)
        for number, target in enumerate(index.record.hide):
            if not any(target in self._shelves.shelf(shelf) for shelf in SHELVES):
                yield _doubt(index.place, ("hide", number), f"There is no {target} to hide.", "Remove it.")

    def _topic(self, place: Place, topic: str) -> Iterator[Problem]:
        if topic not in self._shelves.topics and topic not in self._shelves.unsound:
            remedy = self._near(topic, self._shelves.topics) or "Add it to topics.yaml, or move the entry."
            yield _bad(place, (), f"There is no topic {topic}.", remedy)

    def _target(self, place: Place, keys: tuple[Key, ...], target: str) -> Iterator[Problem]:
        if target in self._terms or target in self._shelves.unsound:
            return
        if target in self._index.redirects:
            yield _doubt(place, keys, f"{target} was renamed.", f"Write {self._index.redirects[target]}.")
            return
        remedy = self._near(target, self._terms) or "Write the entry, or take the reference out."
        yield _bad(place, keys, f"There is no entry {target}.", remedy)

    def _near(self, name: str, among: Iterable[str]) -> str:
        near = process.extractOne(name, list(among), scorer=OSA.normalized_similarity, score_cutoff=0.7)
        return f"Did you mean {near[0]}?" if near else ""


def _bad(place: Place, keys: tuple[Key, ...], message: str, remedy: str) -> Problem:
    return place.problem(keys, message, remedy, check="references")


def _doubt(place: Place, keys: tuple[Key, ...], message: str, remedy: str) -> Problem:
    return place.problem(keys, message, remedy, severity=Severity.WARNING, check="references")


def _circles(shelves: Shelves) -> Iterator[Problem]:
    """Each circle once, at the entry that comes first in it."""
    needs = {i: e.record.prerequisites for i, e in shelves.terms.items()}
    done: set[str] = set()
    for start in needs:
        if start not in done:
            yield from _walk(start, needs, done, shelves)


def _walk(
    start: str, needs: Mapping[str, tuple[str, ...]], done: set[str], shelves: Shelves
) -> Iterator[Problem]:
    trail: list[str] = []
    stack: list[Iterator[str]] = [iter((start,))]
    while stack:
        at = next(stack[-1], None)
        if at is None:
            stack.pop()
            if trail:
                done.add(trail.pop())
        elif at in trail:
            circle = " > ".join((*trail[trail.index(at) :], at))
            yield shelves.terms[trail[-1]].place.problem(
                ("prerequisites",), f"Prerequisites go round in a circle: {circle}.",
                "Take the one out that is not needed first.", check="prerequisites",
            )  # fmt: skip
        elif at not in done and at in needs:
            trail.append(at)
            stack.append(iter(needs[at]))


class Pruner:
    """Makes every reference lead somewhere: renamed ids are followed, hidden and unknown ones fall away."""

    def __init__(self, terms: Mapping[str, Term], redirects: Mapping[str, str]) -> None:
        self._terms = terms
        self._redirects = redirects

    def target(self, term_id: str) -> str | None:
        """The id that is meant today, or None."""
        if term_id not in self._terms:
            term_id = self._redirects.get(term_id, "")
        return term_id if term_id in self._terms else None

    def targets(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those that lead somewhere, each once."""
        return tuple(dict.fromkeys(t for i in ids if (t := self.target(i))))

    def term(self, term: Term) -> Term:
        """The term, its references sound and its `[[id]]` given the words to show."""
        changes: dict[str, Any] = {f: self.linked(t) for f in TEXTS if (t := getattr(term, f)) and "[[" in t}
        changes["prerequisites"] = self.targets(term.prerequisites)
        changes["related"] = self.targets(term.related)
        changes["confused_with"] = {t: v for i, v in term.confused_with.items() if (t := self.target(i))}
        if term.successor:
            changes["successor"] = self.target(term.successor)
        return changed(term, changes)

    def comparison(self, comparison: Comparison) -> Comparison | None:
        """The comparison, or None when a side is gone."""
        between = tuple(map(self.target, comparison.between))
        return changed(comparison, {"between": between}) if all(between) else None

    def tip(self, tip: Tip) -> Tip | None:
        """The tip, or None when its term is gone."""
        target = self.target(tip.term)
        return changed(tip, {"term": target, "text": self.linked(tip.text)}) if target else None

    def question(self, question: Question) -> Question | None:
        """The question, or None when its term is gone."""
        target = self.target(question.tests)
        return changed(question, {"tests": target}) if target else None

    def uses(self, uses: Uses) -> Uses:
        """The uses with the terms that are there."""
        sound: Callable[[Use], Use] = lambda u: changed(u, {"terms": self.targets(u.terms)})  # noqa: E731
        return changed(
            uses, {"values": tuple(map(sound, uses.values)), "sectors": tuple(map(sound, uses.sectors))}
        )

    def index(self, index: Index) -> Index:
        """The index; a word with one meaning left is no longer ambiguous."""
        ambiguous = {w: t for w, ids in index.ambiguous.items() if len(t := self.targets(ids)) > 1}
        return changed(index, {"popular": self.targets(index.popular), "ambiguous": ambiguous})

    def linked(self, text: str) -> str:
        """The text with every `[[id]]` written as `[[id|words]]`; what leads nowhere is left as words."""
        return LINK.sub(lambda m: self._link(m, text), text) if "[[" in text else text

    def _link(self, match: re.Match[str], text: str) -> str:
        target = self.target(match[1])
        if target is None:
            return match[2] or match[1].replace("-", " ")
        words = match[2] or shown_within(self._terms[target], text[: match.start()])
        return f"[[{target}|{words}]]"


def shown_within(term: Term, before: str) -> str:
    """The term's name as it is written after `before`: a common noun loses its capital in mid-sentence."""
    name = term.term
    common = term.kind not in _PROPER and name[1:] == name[1:].lower() and not _NAMES.match(name)
    if not common or _SENTENCE_START.search(before):
        return name
    return name[:1].lower() + name[1:]


def changed(record: R, changes: Mapping[str, Any]) -> R:
    """The record with other values, which are known to be valid."""
    if all(getattr(record, name) == value for name, value in changes.items()):
        return record
    return record.model_copy(update=dict(changes))
