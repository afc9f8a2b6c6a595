"""Chooses the questions of a quiz, by a seed: the same draw for the same arguments, on every machine.

No question comes again in a chat before the pool is used up; then those unseen for longest come first. Among
the unseen, those come sooner whose term the group misses. In one quiz no question gives the answer of another
away, each is about another term where the pool allows it, and most are written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from math import ceil
from random import Random

from bot.library.generators import Generated
from bot.library.schema import Difficulty, Question
from bot.quiz.model import Item

SPARES = 3
MADE = 4
"""One question in four may be generated, while there are written ones that the chat has not seen."""
MISSED_WEIGHT = 4.0
"""How many times as soon a question comes whose term is always missed as one whose term never is."""
THINKING = 20
"""Seconds a question gets besides the time to read it."""
WORDS_A_SECOND = 2.5
"""150 words a minute. Adults read English silently at about 238 (Brysbaert 2019, Journal of Memory and
Language 109); many members read in a second language, on a phone, and weigh four options."""
LEAST_SECONDS, MOST_SECONDS = 10, 120
RUN_MOST = 2
"""Times in a row that the right answer may stand at one place."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(
    r"(?:about |around |roughly |nearly |~|≈)?([-−]?\d[\d,]*(?:\.\d+)?)\s*"
    r"(thousand|million|billion|trillion)?\s*(.*)",
    re.IGNORECASE,
)
_SCALES = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


@dataclass(frozen=True, slots=True)
class Draw:
    """What is asked, in order, and what takes the place of an item that becomes void."""

    items: tuple[Item, ...]
    spares: tuple[Item, ...]


def pick(
    pool: Iterable[Question],
    seen: Mapping[str, float],
    missed: Mapping[str, float],
    count: int,
    seed: int | str,
    *,
    topics: Collection[str] = (),
    level: Difficulty | None = None,
    seconds: int | None = None,
    spares: int = SPARES,
) -> Draw:
    """The questions of a quiz; fewer than `count` where the topic and the level have no more.

    seen: the chat's questions by id, with when each was last asked (any number that grows).
    missed: the share of wrong answers by the id of a term, 0 to 1; not asked yet counts as one half.
    topics: the topics to choose from, all if empty. level: None for all.
    seconds: the time for each question, held between 10 and 120; None for a time that suits its length,
    0 for no limit.
    """
    fitting = [q for q in pool if (not topics or q.topic in topics) and level in (None, q.level)]
    choice = _Choice(_ordered(fitting, seen, missed, seed), seen, made=count // MADE)
    asked, kept_back = choice.filled(count), choice.filled(spares)
    chance = Random(f"{seed}:places")  # noqa: S311 - a fair draw, no secret
    places, mixed = _Places(chance), chance.sample(asked, len(asked))
    shown = places.arranged(mixed, kept_back)
    return Draw(_items(shown, seconds), _items(places.arranged(kept_back, None), seconds))


def reading_seconds(question: Question) -> int:
    """The time that suits a question: twenty seconds, and what reading it and its options takes."""
    words = sum(len(text.split()) for text in (question.stem, *question.options))
    return _held(THINKING + ceil(words / WORDS_A_SECOND))


def _held(seconds: int) -> int:
    return min(max(seconds, LEAST_SECONDS), MOST_SECONDS)


def _items(arranged: Iterable[tuple[Question, tuple[int, ...]]], seconds: int | None) -> tuple[Item, ...]:
    return tuple(Item(question.id, order, _seconds(question, seconds)) for question, order in arranged)


def _seconds(question: Question, wished: int | None) -> int:
    if wished is None:
        return reading_seconds(question)
    return _held(wished) if wished else 0


def _ordered(
    questions: Iterable[Question], seen: Mapping[str, float], missed: Mapping[str, float], seed: int | str
) -> list[Question]:
    """The unseen first, in a weighted random order; then the seen, the longest unseen first."""

    def place(question: Question) -> tuple[bool, float, float, str]:
        # Weighted sampling without replacement (Efraimidis, Spirakis 2006): the largest u ** (1 / weight).
        weight = 1 + (MISSED_WEIGHT - 1) * missed.get(question.tests, 0.5)
        lot = _lot(seed, question.id) ** (1 / weight)
        return question.id in seen, seen.get(question.id, 0.0), -lot, question.id

    return sorted(questions, key=place)


def _lot(seed: int | str, name: str) -> float:
    """A number from 0 to 1 that depends on seed and name alone, so that new content moves nothing else."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@dataclass
class _Choice:
    """Takes questions from the front of a line, those that go together first.

    made: how many generated ones may still be taken while written ones are unseen.
    """

    line: Sequence[Question]
    seen: Collection[str]
    made: int
    taken: list[Question] = field(default_factory=list)

    def filled(self, count: int) -> list[Question]:
        """The next so many; fewer when nothing is left that gives nothing away."""
        start, full = len(self.taken), len(self.taken) + count
        unseen = [q for q in self.line if q.id not in self.seen]
        # Rather two questions about one term than one that the chat has had while others wait.
        self._take(unseen, full, sparing=True, apart=True)
        self._take(unseen, full, apart=True)
        self._take(unseen, full)
        self._take(self.line, full, apart=True)
        self._take(self.line, full)
        return self.taken[start:]

    def _take(
        self, line: Sequence[Question], full: int, *, sparing: bool = False, apart: bool = False
    ) -> None:
        for question in line:
            if len(self.taken) >= full:
                return
            made = isinstance(question, Generated)
            if not (sparing and made and not self.made):
                self._take_one(question, apart=apart, made=made)

    def _take_one(self, question: Question, *, apart: bool, made: bool) -> None:
        for other in self.taken:
            if question.id == other.id or (apart and question.tests == other.tests):
                return
            if _tells(question, other) or _tells(other, question):
                return
        self.taken.append(question)
        self.made = max(self.made - made, 0)


def _tells(question: Question, other: Question) -> bool:
    """Whether the stem of one holds the right answer of the other."""
    answer = _plain(other.key)
    return answer != " " and answer in _plain(question.stem)


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    """The words alone, a space at either end, so that only whole words are found in each other."""
    return " ".join(("", *_WORD.findall(text.casefold()), ""))


class _Places:
    """Gives right answers their places: each as often as the others, and none three times running."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._given: list[int] = []

    def arranged(
        self, questions: Sequence[Question], reserve: list[Question] | None
    ) -> list[tuple[Question, tuple[int, ...]]]:
        """The questions with the orders of their options; one whose place is fixed may change its turn.

        reserve: one that fits at no turn is exchanged for the first of these whose places can be shuffled;
        None leaves it out (of the spares, none is missed).
        """
        waiting, arranged, start = list(questions), list[tuple[Question, tuple[int, ...]]](), len(self._given)
        while waiting:
            question = next((q for q in waiting if self._free(_ascending(q))), waiting[0])
            waiting.remove(question)
            order = _ascending(question) or self._order(len(question.options))
            turn = self._turn(order.index(0), start)
            if turn is None and reserve is None:
                continue
            if turn is None:
                question, order = self._exchanged(question, order, reserve or [])
                turn = len(self._given)
            self._given.insert(turn, order.index(0))
            arranged.insert(turn - start, (question, order))
        return arranged

    def _exchanged(
        self, question: Question, order: tuple[int, ...], reserve: list[Question]
    ) -> tuple[Question, tuple[int, ...]]:
        """A question of the reserve instead, which takes this one; itself when the reserve has none."""
        for at, other in enumerate(reserve):
            if _ascending(other) is None:
                reserve[at] = question
                return other, self._order(len(other.options))
        return question, order

    def _turn(self, place: int, start: int) -> int | None:
        """The last turn at which the place makes no run, if there is one."""
        last = len(self._given)
        for turn in range(last, start - 1, -1):
            before, after = self._given[max(turn - RUN_MOST, 0) : turn], self._given[turn : turn + RUN_MOST]
            around = [*before, place, *after]
            if max(len(list(same)) for _, same in groupby(around)) <= RUN_MOST:
                return turn
        return None

    def _free(self, fixed: tuple[int, ...] | None) -> bool:
        return fixed is None or not self._tired(fixed.index(0))

    def _tired(self, place: int) -> bool:
        return self._given[-RUN_MOST:] == [place] * RUN_MOST

    def _order(self, options: int) -> tuple[int, ...]:
        places = [place for place in range(options) if not self._tired(place)]
        least = min(map(self._given.count, places))
        # Not only the least used, or the last of every four would be known beforehand.
        place = self._chance.choice([p for p in places if self._given.count(p) <= least + 1])
        others = self._chance.sample(range(1, options), options - 1)
        return (*others[:place], 0, *others[place:])


def _ascending(question: Question) -> tuple[int, ...] | None:
    """The order of options that are numbers of one unit, which are not shuffled; None for others."""
    found = [match for option in question.options if (match := _NUMBER.fullmatch(option))]
    if len(found) < len(question.options) or len({match[3].casefold().rstrip("s") for match in found}) > 1:
        return None
    values = [_value(match) for match in found]
    return tuple(sorted(range(len(values)), key=values.__getitem__))


def _value(match: re.Match[str]) -> float:
    return float(match[1].replace(",", "").replace("−", "-")) * _SCALES[(match[2] or "").casefold()]
