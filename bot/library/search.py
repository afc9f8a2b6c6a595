"""Finds terms by what people type: sure, nearly sure, or not at all. Pure, and without I/O once built.

A wrong answer is worse than none. So the order is: the name as typed; the subject, when it is a question;
a name among words that add nothing ("the GAN model"); another form of the word; a misspelling that can
hardly mean something else. Whatever is less sure becomes an alternative to choose from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.library import pairs
from bot.library.completion import Completion
from bot.library.normalise import EXAMINED, canonical, fold
from bot.library.questions import asks, subjects
from bot.library.typos import Name, Sureness, TypoIndex, judge
from bot.library.words import FILLERS, core, everyday_words, stem

MOST = 5
"""Alternatives offered at once."""
_LONGEST_NAME = 7
"""Words of a name that are looked for within a longer text."""
_PIECED = 4
"""Letters up to which a name is not pieced together from fragments: "r ag" is not RAG, "r a g" is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as the search sees it: its id, its heading, and everything it is called."""

    id: str
    term: str
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A term found. score: 1 for one of its names, less the further the words are from them."""

    id: str
    term: str
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What a search came to.

    answer: the term that is meant, when that is sure.
    alternatives: what else may be meant, likeliest first; all meanings of an ambiguous word.
    asks: whether the text reads as a question, so that silence would be rude.
    subject: what was looked for, without the words of the question.
    """

    answer: Match | None = None
    alternatives: tuple[Match, ...] = ()
    ambiguous: bool = False
    asks: bool = False
    subject: str = ""


Scored = dict[int, float]
"""Entries by number, with how well they fit."""


class Search:
    """An index of terms, built once and never changed."""

    def __init__(self, entries: Iterable[Entry], ambiguous: Mapping[str, Sequence[str]]) -> None:
        self._entries = tuple(entries)
        self._everyday = everyday_words()
        self._owners: dict[str, tuple[int, ...]] = {}
        self._stems: dict[str, set[int]] = {}
        self._words: dict[str, dict[int, int]] = {}
        self._short: set[tuple[str, ...]] = set()
        self._numbers = {entry.id: number for number, entry in enumerate(self._entries)}
        folded: list[tuple[str, int]] = []
        names: dict[str, Name] = {}
        for number, entry in enumerate(self._entries):
            for name in entry.names:
                written = fold(name)
                folded.append((written, number))
                self._add(number, written, names)
        self._add_ambiguous(ambiguous)
        self._names = tuple(names.values())
        self._completion = Completion(folded, [fold(entry.term) for entry in self._entries], self._words)

    @cached_property
    def _typos(self) -> TypoIndex:
        """More than half the work of an index, and only misspelt words need it: made for the first."""
        return TypoIndex([name.key for name in self._names])

    def warm(self) -> None:
        """Makes what else would be made for the first misspelt word, in about a tenth of a second."""
        _ = self._typos

    def _add(self, number: int, folded: str, names: dict[str, Name]) -> None:
        words = tuple(map(canonical, folded.split()))
        joined = "".join(words)
        owners = self._owners.get(joined, ())
        if len(joined) <= _PIECED:
            self._short.add(words)
        if not joined or number in owners:
            return
        self._owners[joined] = (*owners, number)
        names.setdefault(joined, Name(words, joined))
        self._stems.setdefault("".join(map(stem, words)), set()).add(number)
        for word in words:
            fewest = self._words.setdefault(word, {})
            fewest[number] = min(len(words), fewest.get(number, len(words)))

    def _add_ambiguous(self, ambiguous: Mapping[str, Sequence[str]]) -> None:
        for word, ids in ambiguous.items():
            joined = "".join(map(canonical, fold(word).split()))
            self._owners[joined] = tuple(self._numbers[i] for i in ids if i in self._numbers)

    # Finding

    def find(self, query: str) -> Finding:
        """What the query means; nothing for an empty or nonsensical one. Takes any text of any length."""
        folded = fold(query)
        stages = [s.split() for s in subjects(folded) if s]
        if not stages:
            return Finding()
        asked, subject = asks(query[:EXAMINED], folded), " ".join(stages[-1])
        for words in stages:
            if owners := self._named(words):
                return self._settled(owners, 1.0, asked, " ".join(words))
        words = stages[-1]
        bare = core(words, self._words.keys())
        if owners := self._named(bare):
            return self._settled(owners, 0.95, asked, " ".join(bare))
        near: Scored = {}
        for form in dict.fromkeys((tuple(words), bare)):
            if sure := self._misspelt(form, near) or self._inflected(form, near):
                return self._settled(tuple(sure), min(sure.values()), asked, " ".join(form))
        return Finding(None, self._alternatives(words, near, asked=asked), asks=asked, subject=subject)

    def _named(self, words: Sequence[str]) -> tuple[int, ...]:
        """The entries with exactly that name."""
        parts = tuple(map(canonical, words))
        joined = "".join(parts)
        if (
            len(joined) <= _PIECED
            and len(parts) > 1
            and parts not in self._short
            and max(map(len, parts)) > 1
        ):
            return ()
        return self._owners.get(joined, ())

    def _settled(self, owners: tuple[int, ...], score: float, asked: bool, subject: str) -> Finding:  # noqa: FBT001
        matches = tuple(self._match(number, score) for number in owners[:MOST])
        if len(matches) > 1:
            return Finding(None, matches, ambiguous=True, asks=asked, subject=subject)
        return Finding(matches[0], asks=asked, subject=subject)

    def _match(self, number: int, score: float) -> Match:
        entry = self._entries[number]
        return Match(entry.id, entry.term, round(score, 3))

    def _misspelt(self, words: Sequence[str], near: Scored) -> Scored:
        """The one entry that this is surely a misspelling of; others that come close are put into `near`."""
        parts = tuple(map(canonical, words))
        typed = Name(parts, "".join(parts))
        sure: Scored = {}
        for number, distance in self._typos.near(typed.key):
            name = self._names[number]
            verdict = judge(typed, name, distance, self._everyday)
            score = 1 - distance / max(len(typed.key), len(name.key))
            if verdict is not Sureness.NO:
                found = sure if verdict is Sureness.SURE else near
                for owner in self._owners[name.key]:
                    found[owner] = max(score, found.get(owner, 0))
        best = _best(sure)
        if len(best) == 1 and min(best.values()) >= max(near.values(), default=0):
            return best
        near.update({n: max(s, near.get(n, 0)) for n, s in sure.items()})
        return {}

    def _inflected(self, words: Sequence[str], near: Scored) -> Scored:
        """The one entry that has this word in another form: `quantized` for quantization."""
        parts = [canonical(word) for word in words]
        joined = "".join(map(stem, parts))
        owners = self._stems.get(joined, ())
        if len(owners) != 1 or len(joined) < 5:
            return {}
        found = dict.fromkeys(owners, 0.9)
        if len(parts) == 1 and parts[0] in self._everyday and not self._heads(joined, *owners):
            near.update(found)
            return {}
        return found

    def _heads(self, stemmed: str, owner: int) -> bool:
        """Whether that long stem is the entry's own name, so that an everyday word may stand for it."""
        return len(stemmed) >= 8 and stem(canonical(fold(self._entries[owner].term))) == stemmed

    # Nearly sure

    def _alternatives(self, words: Sequence[str], near: Scored, *, asked: bool) -> tuple[Match, ...]:
        found = dict(near)
        if len(words) == 1:
            self._sharing(words[0], found)
        else:
            self._within(words, found, asked=asked)
        ranked = sorted(found.items(), key=lambda pair: -pair[1])
        return tuple(self._match(number, score) for number, score in ranked[:MOST])

    def _within(self, words: Sequence[str], found: Scored, *, asked: bool) -> None:
        """The names within a longer text, when it asks something or consists of them for the most part."""
        spans = list(self._spans(words))
        telling = [s for s in spans if not all(canonical(w) in FILLERS for w in s[0])] or spans
        length = sum(len(w) for span, _ in telling for w in span)
        if not asked and length * 2 < sum(map(len, words)):
            return
        for _, owners in telling:
            for owner in owners:
                found.setdefault(owner, 0.6)

    def _spans(self, words: Sequence[str]) -> Iterator[tuple[Sequence[str], tuple[int, ...]]]:
        """The names in a text, each the longest that begins there."""
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + _LONGEST_NAME), at, -1):
                if owners := self._named(words[at:end]):
                    yield words[at:end], owners
                    break
            else:
                end = at + 1
            at = end

    def _sharing(self, word: str, found: Scored) -> None:
        """Entries with the word in a name, or with a name that begins with it."""
        if len(word) < 4:
            return
        sharing = self._words.get(canonical(word), {})
        for owner, count in sorted(sharing.items(), key=lambda pair: (pair[1], pair[0]))[:MOST]:
            found.setdefault(owner, 0.5 / count)
        if canonical(word) not in self._everyday:
            for owner in self._completion.beginning(word)[:MOST]:
                found.setdefault(owner, 0.4)

    # Completing and splitting

    def complete(self, typed: str, limit: int = 25) -> list[Match]:
        """What the text may become while it is typed: names that begin so, then words that do, then typos."""
        folded = fold(typed)
        if not folded:
            return []
        found: Scored = dict.fromkeys(self._named(folded.split()), 1.0)
        for owner in self._completion.beginning(folded)[:limit]:
            found.setdefault(owner, 0.9)
        if len(found) < limit:
            for owner in self._completion.containing([canonical(w) for w in folded.split()]):
                found.setdefault(owner, 0.7)
        if len(found) < limit and len(folded) > 3:
            finding = self.find(folded)
            for match in filter(None, (finding.answer, *finding.alternatives)):
                found.setdefault(self._numbers[match.id], match.score / 2)
        ranked = sorted(found.items(), key=lambda pair: -pair[1])
        return [self._match(number, score) for number, score in ranked[:limit]]

    def split_pair(self, text: str, *, meant: bool = True) -> tuple[str, str] | None:
        """The two things to compare in a text, as they were typed; see `pairs.split_pair`."""
        named = lambda part: bool(self._named(fold(part).split()))  # noqa: E731
        return pairs.split_pair(text[:EXAMINED], self._known, named, meant=meant)

    def _known(self, text: str) -> bool:
        finding = self.find(text)
        return finding.answer is not None or finding.ambiguous


def _best(scored: Scored) -> Scored:
    top = max(scored.values(), default=0)
    return {number: score for number, score in scored.items() if score == top}
