"""Questions made of terms and comparisons.

Whatever could be a second right answer is left out: broader and narrower entries, related ones, those that
say much the same. Which of the wrong answers are shown is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from bot.library.drafts import (
    EXPLANATION_MOST,
    OPTION_MOST,
    WHY_MOST,
    Draft,
    Form,
    Wrong,
    explained,
    explains,
    line_of,
    quoted,
)
from bot.library.kinship import Kinship, proper, roots, telling
from bot.library.library import Library
from bot.library.references import shown_within
from bot.library.schema import Comparison, ComparisonRow, Kind, Term
from bot.markup import plain

_ASKING = {
    Kind.CONCEPT: "Which term means this",
    Kind.TECHNIQUE: "Which technique is this",
    Kind.ARCHITECTURE: "Which design or part is this",
    Kind.METRIC: "Which measure is this",
    Kind.DATASET: "Which collection is this",
    Kind.BENCHMARK: "Which test is this",
    Kind.MODEL: "Which of these is meant",
    Kind.PRODUCT: "Which of these is meant",
    Kind.COMPANY: "Which of these is meant",
    Kind.TOOL: "Which of these is meant",
    Kind.PROTOCOL: "Which standard or protocol is this",
    Kind.LAW: "Which set of rules is meant here",
    Kind.PERSON: "Which of these people is meant",
}

_CUT = re.compile(
    r"[;:]\s|\s[–-]\s|,\s(?=(?:which|who|where|so|such as|while|often|usually|even|until|because|instead of"
    r"|rather than)\b)"
)
"""Where a definition may end early and still be true."""
_FALSE_START = re.compile(
    r"(When|If|Instead|In|On|At|From|By|After|Before|Once|Since|While|With|Without|For|As|To|One|What|Rather)\b"
)

_LIKE = {
    "purpose": re.compile(r"what (is|are) (it|they) (good |best |used )?for|what does it suit|what suits it"),
    "nature": re.compile(r"what is it$|what does it do$"),
    "failure": re.compile(r"(what|how)\b.*\b(wrong|fail|mislead|trap)\b"),
    "place": re.compile(r"^where (is|does) it"),
    "need": re.compile(r"what does it (need|take)"),
    "working": re.compile(r"how does it (work|make|learn|read|write)"),
}
"""Row questions to which the same answers could be given."""
_YES_OR_NO = re.compile(r"(Yes|No|None|The same|Same|Also|Neither|Both)\b")
_NEAREST = 80
"""How many neighbours of an entry are looked at."""
_TOLD = 2
"""Telling words that a text must have to say something by itself; one more if it was cut short."""


class TermDrafts:
    """What can be asked about the terms of a library."""

    def __init__(self, library: Library, kin: Kinship) -> None:
        self._library = library
        self._kin = kin
        self._answers: dict[str, list[tuple[Term, str]]] = {}
        for comparison in library.comparisons.values():
            for row, side in product(comparison.rows, (0, 1)):
                said = (library.terms[comparison.between[side]], row.answers[side])
                self._answers.setdefault(_head(row.question), []).append(said)
        self._short = {t.id: s for t in library.terms.values() if (s := shortened(plain(t.one_liner)))}

    def all(self) -> Iterator[Draft]:
        """All drafts, in the order of the content."""
        for term in self._library.terms.values():
            yield self._named(term)
            if term.id in self._short:
                yield self._means(term)
            yield from self._gaps(term)
        for comparison in self._library.comparisons.values():
            yield from self._sides(comparison, 0)
            yield from self._sides(comparison, 1)

    def _named(self, term: Term) -> Draft:
        stem = f"{_ASKING[term.kind]}: {quoted(line_of(term))}?"
        wrong = tuple(self._others(term))
        return Draft(Form.NAMED, term.id, term, stem, term.term, explained(term), wrong)

    def _others(self, term: Term) -> Iterator[Wrong]:
        """Terms that are not meant: those it is confused with first, where their difference is stated."""
        apart = self._library.differences(term.id)
        peers = sorted(self._kin.peers(term), key=lambda p: p.id not in apart)
        for peer in peers[:_NEAREST]:
            if self._kin.contrasted(term, peer):
                yield Wrong(peer.term, _why(plain(apart[peer.id]), peer), peer.id)
            elif not self._kin.linked(term, peer):
                yield Wrong(peer.term, _why("", peer), peer.id)

    def _means(self, term: Term) -> Draft:
        mine = telling(self._short[term.id])
        wrong = (
            Wrong(self._short[peer.id], f"That is {peer.term}.", peer.id)
            for peer in self._kin.peers(term)
            if peer.id in self._short
            and not self._kin.linked(term, peer)
            and not mine & telling(self._short[peer.id])
        )
        stem = f"In a few words, what is {quoted(term.term)}?"
        return Draft(Form.MEANS, term.id, term, stem, self._short[term.id], explained(term), tuple(wrong))

    def _gaps(self, term: Term) -> Iterator[Draft]:
        for other_id, difference in self._library.differences(term.id).items():
            other, line = self._library.terms[other_id], plain(difference)
            gapped = _without(term, line)
            if gapped is None or not telling(other.term) & roots(gapped) or _namesakes(term, other):
                continue
            stem = f"Which term fills the gap in {quoted(gapped.rstrip('.'))}?"
            wrong = tuple(self._not_in_gap(term, other, stem))
            explanation = line if explains(line) else explained(term)
            yield Draft(Form.GAP, f"{term.id}:{other_id}", term, stem, term.term, explanation, wrong)

    def _not_in_gap(self, term: Term, other: Term, stem: str) -> Iterator[Wrong]:
        """Terms that have nothing to do with the one in the gap; near the other one first."""
        peers = sorted(self._kin.peers(term), key=lambda p: not self._kin.linked(other, p))
        for peer in peers[:_NEAREST]:
            if peer.id == other.id or self._kin.linked(term, peer):
                continue
            if len(telling(peer.one_liner) & telling(stem)) < _TOLD:
                yield Wrong(peer.term, _why("", peer), peer.id)

    def _sides(self, comparison: Comparison, side: int) -> Iterator[Draft]:
        """What is said of one side; wrong is what is said of the other, and of others in like words."""
        one, other = (self._library.terms[comparison.between[n]] for n in (side, 1 - side))
        for row in comparison.rows:
            key, against = row.answers[side], row.answers[1 - side]
            if not _contrasts(row) or " it" not in row.question:
                continue
            asked = row.question[:1].lower() + row.question[1:]
            stem = f"{one.term}, compared with {_within(other)}: {asked}"
            must = Wrong(against, f"That is so of {_within(other)}.", other.id)
            wrong = tuple(self._like_answers(one, row))
            of = f"{one.id}:{other.id}:{row.question}"
            yield Draft(Form.SIDE, of, one, stem, key, _both(one, other, row, side), wrong, (must,))

    def _like_answers(self, term: Term, row: ComparisonRow) -> Iterator[Wrong]:
        """Answers to the same question in comparisons that have nothing to do with the term."""
        for about, answer in self._answers.get(_head(row.question), ()):
            if about.id != term.id and not self._kin.linked(term, about):
                yield Wrong(answer, f"That is so of {_within(about)}.", about.id)


def shortened(line: str) -> str | None:
    """The definition up to where it may end early within an option, or None when it cannot."""
    whole = line.rstrip(".")
    if _FALSE_START.match(whole):
        return None
    ends = [len(whole), *(m.start() for m in _CUT.finditer(whole))]
    short = whole[: max((end for end in ends if end <= OPTION_MOST), default=0)].rstrip()
    balanced = short.count("(") == short.count(")") and short.count('"') % 2 == 0
    told = _TOLD + (short != whole)
    return short if balanced and len(short.split()) > 3 and len(telling(short)) >= told else None


def _why(difference: str, peer: Term) -> str:
    """The stated difference where it fits, else what the other one is."""
    if difference and len(difference) <= WHY_MOST:
        return difference
    named = f"{peer.term}: {plain(peer.one_liner)}"
    return named if len(named) <= WHY_MOST else plain(peer.one_liner)


def _without(term: Term, line: str) -> str | None:
    """The line with a gap wherever the term is named, or None when it is not."""
    names = "|".join(re.escape(name) for name in sorted(proper(term), key=len, reverse=True))
    pattern = rf"(?<![\w-])(?:(?:an?|the)\s+)?(?:{names})(?:s|es)?(?![\w-])"
    gapped, found = re.subn(pattern, "____", line, flags=re.IGNORECASE)
    return gapped if found else None


def _namesakes(one: Term, other: Term) -> bool:
    return bool({n.casefold() for n in proper(one)} & {n.casefold() for n in proper(other)})


def _contrasts(row: ComparisonRow) -> bool:
    """Whether the two answers say different things, and more than yes or no."""
    if any(map(_YES_OR_NO.match, row.answers)):
        return False
    one, other = (telling(answer) for answer in row.answers)
    return min(len(one), len(other)) >= _TOLD and not one & other


def _head(question: str) -> str:
    """What answers to it must be about, so that one to a like question could be taken for right."""
    asked = question.rstrip("?").lower()
    return next((family for family, like in _LIKE.items() if like.search(asked)), asked)


def _within(term: Term) -> str:
    return shown_within(term, "of ")


def _both(one: Term, other: Term, row: ComparisonRow, side: int) -> str:
    sides = f"{one.term}: {row.answers[side]}. {other.term}: {row.answers[1 - side]}."
    whole = f"{row.question} {sides}"
    return whole if len(whole) <= EXPLANATION_MOST else sides
