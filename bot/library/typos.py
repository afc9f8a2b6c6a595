"""Finds names that a misspelt one may mean, and says how sure that is.

A symmetric-delete index (W. Garbe's SymSpell): every name's first letters are entered with up to two of
them left out, so that a query with letters left out meets it. Candidates are then measured whole by the
optimal string alignment distance, which counts a swap of neighbours as one slip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from rapidfuzz.distance import OSA

PREFIX = 9
SHORTEST = 5
"""Names shorter than this are matched as they stand: every three letters are one slip from another word."""
_DIGITS = re.compile(r"\d+")


class Sureness(IntEnum):
    """How far a name may be taken for what was typed."""

    NO = 0
    NEAR = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is compared: its words, and all of them run together."""

    words: tuple[str, ...]
    key: str


def slips(length: int) -> int:
    """Typing slips forgiven in a name of that length."""
    if length < SHORTEST:
        return 0
    if length < 8:
        return 1
    return 2 if length < 14 else 3 if length < 22 else 4


class TypoIndex:
    """Names by what is left of them when letters are missing."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._numbers: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            if len(key) >= SHORTEST - 1:
                self._numbers.setdefault(key[:PREFIX], []).append(number)
        # Words of one text, not a list: 80,000 lists would take twice the memory.
        prefixes: dict[str, str] = {}
        for prefix in self._numbers:
            for left in _left(prefix, 1 if len(prefix) < 8 else 2):
                prefixes[left] = f"{prefixes[left]} {prefix}" if left in prefixes else prefix
        self._prefixes = prefixes

    def near(self, key: str) -> Iterator[tuple[int, int]]:
        """The numbers of names within one slip more than forgiven, with their distances."""
        if len(key) < SHORTEST - 1:
            return
        found: set[str] = set()
        for left in _left(key[:PREFIX], 1 if len(key) < 7 else 2):
            found.update(self._prefixes.get(left, "").split())
        for prefix in found:
            for number in self._numbers[prefix]:
                name = self._keys[number]
                limit = slips(min(len(name), len(key))) + 1
                distance = OSA.distance(key, name, score_cutoff=limit)
                if distance <= limit:
                    yield number, distance


def _left(prefix: str, most: int) -> set[str]:
    """The prefix with up to `most` letters left out."""
    size = len(prefix)
    left = {prefix}
    left.update([prefix[:i] + prefix[i + 1 :] for i in range(size)])
    if most > 1:
        left.update(
            [prefix[:i] + prefix[i + 1 : j] + prefix[j + 1 :] for i, j in combinations(range(size), 2)]
        )
    return left


def judge(typed: Name, name: Name, distance: int, everyday: frozenset[str]) -> Sureness:
    """Whether `typed` is a misspelling of `name`, which lies `distance` slips away.

    Everyday words are what people mean by them ("gang" is no GAN), numbers must agree, a first letter is
    seldom wrong, and each word must be close to its counterpart.
    """
    shorter = min(len(typed.key), len(name.key))
    if _DIGITS.findall(typed.key) != _DIGITS.findall(name.key):
        return Sureness.NO
    if len(typed.words) == 1 and typed.key in everyday:
        return Sureness.NEAR if distance == 1 and shorter >= 7 else Sureness.NO
    if distance > slips(shorter) or not _begins_alike(typed.key, name.key, distance):
        return Sureness.NEAR
    if len(typed.words) == len(name.words):
        return _word_by_word(typed.words, name.words, everyday)
    return Sureness.NEAR if all(word in everyday for word in typed.words) else Sureness.SURE


_LITTLE = frozenset(
    ("a", "about", "all", "am", "an", "and", "any", "are", "art", "as", "at", "be", "but", "by", "can",
     "did", "do", "for", "get", "go", "had", "has", "he", "her", "him", "his", "how", "i", "if", "in",
     "is", "it", "its", "job", "law", "let", "lie", "low", "man", "me", "mr", "my", "new", "no", "not",
     "now", "of", "off", "on", "one", "or", "our", "out", "own", "pay", "per", "put", "say", "see",
     "she", "sky", "so", "ten", "the", "they", "to", "too", "tv", "up", "us", "use", "via", "war", "was",
     "way", "we", "who", "why", "yes", "yet", "you")
)  # fmt: skip
"""Everyday words too short for the list, which are not slips of "ai" or "llm"."""


def _begins_alike(typed: str, name: str, distance: int) -> bool:
    if typed[0] == name[0] or sorted(typed[:2]) == sorted(name[:2]):
        return True
    return distance == 1 and len(name) >= 8


def _word_by_word(typed: Sequence[str], name: Sequence[str], everyday: frozenset[str]) -> Sureness:
    strangers = 0
    differing = [(word, meant) for word, meant in zip(typed, name, strict=True) if word != meant]
    for word, meant in differing:
        distance = OSA.distance(word, meant)
        if len(meant) < 4 and len(differing) == 1 and distance == 1 and word not in _LITTLE:
            continue
        if word in everyday:
            strangers += 1
            if strangers > 1 or distance > 1 or len(word) < SHORTEST or word[0] != meant[0]:
                return Sureness.NEAR
        elif not _one_word(word, meant, distance):
            return Sureness.NEAR
    return Sureness.SURE


def _one_word(word: str, meant: str, distance: int) -> bool:
    """Whether a word of a longer name is forgiven: by length, or as its own letters in another order."""
    if len(meant) < 4:
        return sorted(word) == sorted(meant)
    return distance <= max(1, slips(len(meant)) if len(meant) < 14 else 3)
