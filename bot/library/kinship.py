"""How near two entries are, and what a text gives away: what generated questions need to be sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain

from bot.library.library import Library
from bot.library.normalise import canonical, fold
from bot.library.schema import Kind, Level, Term
from bot.library.words import FILLERS, stem

_FUNCTION_WORDS = frozenset(
    ("a", "about", "after", "all", "also", "an", "and", "another", "any", "are", "as", "at", "be",
     "because", "been", "before", "between", "both", "but", "by", "can", "do", "does", "each", "either",
     "else", "for", "from", "gets", "give", "given", "gives", "goes", "had", "has", "have", "how", "if",
     "in", "into", "is", "it", "its", "just", "let", "lets", "like", "made", "make", "makes", "many", "may",
     "means", "more", "most", "much", "must", "no", "not", "of", "off", "on", "one", "only", "onto", "or",
     "other", "others", "out", "over", "own", "per", "rather", "same", "say", "says", "should", "so",
     "some", "such", "take", "takes", "than", "that", "the", "their", "them", "then", "there", "these",
     "they", "this", "those", "through", "to", "too", "two", "under", "until", "up", "upon", "use", "used",
     "uses", "using", "very", "was", "way", "were", "what", "when", "where", "which", "while", "who",
     "whose", "will", "with", "within", "without", "would", "you", "your")
)  # fmt: skip
_PREFIX = 5
"""Letters by which words are told apart, so that `token` and `tokenizer` are one."""
_GENERIC = frozenset(word[:_PREFIX] for word in map(stem, FILLERS | {"data", "text", "learning", "open"}))
_LEVELS = tuple(Level)


@lru_cache(maxsize=16384)
def roots(text: str) -> frozenset[str]:
    """The beginnings of the words of a text that mean something."""
    words = fold(text).split()
    return frozenset(stem(canonical(w))[:_PREFIX] for w in words if w not in _FUNCTION_WORDS)


def telling(text: str) -> frozenset[str]:
    """Its roots without those that half of all names share, such as "model"."""
    return roots(text) - _GENERIC


class Kinship:
    """Which entries are too near to each other for one to be a wrong answer where the other is right."""

    def __init__(self, library: Library) -> None:
        self._terms = library.terms
        self._subsumed = _pairs(library.terms, _above(library.terms), _sharing(library.terms))
        self._linked = _pairs(library.terms, self._subsumed, _naming(library.terms), _alike(library.terms))
        self._kinds: dict[Kind, list[Term]] = {}
        self._ordered: dict[tuple[Kind, str, Level], list[Term]] = {}
        for term in library.terms.values():
            self._kinds.setdefault(term.kind, []).append(term)

    def linked(self, one: Term, other: Term) -> bool:
        """Whether one may hold the other, or they name each other, or say much the same."""
        return other.id in self._linked[one.id]

    def contrasted(self, one: Term, other: Term) -> bool:
        """Whether their difference is stated and neither holds the other: one is surely not the other."""
        stated = other.id in one.confused_with or one.id in other.confused_with
        return stated and other.id not in self._subsumed[one.id]

    def peers(self, term: Term) -> list[Term]:
        """The other entries of its kind, those of its topic and level first."""
        shelf = (term.kind, term.topic, term.level)
        if shelf not in self._ordered:
            level = _LEVELS.index(term.level)
            distance = {name: abs(n - level) for n, name in enumerate(_LEVELS)}
            self._ordered[shelf] = sorted(
                self._kinds[term.kind], key=lambda t: (t.topic != term.topic, distance[t.level])
            )
        return [t for t in self._ordered[shelf] if t is not term]


def proper(term: Term) -> Iterable[str]:
    """What the entry is rightly called."""
    return (term.term, *term.abbreviations, *term.aliases)


def _pairs(terms: Mapping[str, Term], *found: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """All that was found, in both directions."""
    pairs: dict[str, set[str]] = {term_id: set() for term_id in terms}
    for one, others in chain.from_iterable(part.items() for part in found):
        for other in others:
            if other in pairs and other != one:
                pairs[one].add(other)
                pairs[other].add(one)
    return pairs


def _above(terms: Mapping[str, Term]) -> dict[str, set[str]]:
    """Everything to be understood before an entry, however far back: it may be broader."""
    above: dict[str, set[str]] = {}
    for term_id in terms:
        waiting, seen = list(terms[term_id].prerequisites), set[str]()
        while waiting:
            found = waiting.pop()
            if found not in seen and found in terms:
                seen.add(found)
                waiting += terms[found].prerequisites
        above[term_id] = seen
    return above


def _sharing(terms: Mapping[str, Term]) -> dict[str, set[str]]:
    """Entries whose names share a telling word: "RAG" and "Agentic RAG"."""
    named = {t.id: frozenset().union(*map(telling, proper(t))) for t in terms.values()}
    by_root = _index(named)
    return {term_id: {other for root in found for other in by_root[root]} for term_id, found in named.items()}


def _naming(terms: Mapping[str, Term]) -> dict[str, set[str]]:
    """Entries that an entry names as its neighbours."""
    return {t.id: {*t.related, *t.confused_with, *filter(None, (t.successor,))} for t in terms.values()}


def _alike(terms: Mapping[str, Term]) -> dict[str, set[str]]:
    """Entries whose one-liners share more than a quarter of the telling words of the shorter."""
    told = {t.id: telling(t.one_liner) for t in terms.values()}
    by_root, found = _index(told), dict[str, set[str]]()
    for term_id, mine in told.items():
        shared = Counter(other for root in mine for other in by_root[root])
        found[term_id] = {o for o, n in shared.items() if n * 4 > min(len(mine), len(told[o]))}
    return found


def _index(words: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for term_id, found in words.items():
        for root in found:
            index.setdefault(root, []).append(term_id)
    return index
