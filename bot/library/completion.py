"""Completes what is being typed: names that begin so, then names with words that do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence

_EXAMINED = 400
"""Names looked at for one keystroke; a single letter begins hundreds."""


class Completion:
    """Names in the alphabet's order.

    names: folded names, each with its entry's number.
    headings: each entry's own name, folded, by number.
    words: for each word, the entries that have it in a name.
    """

    def __init__(
        self,
        names: Sequence[tuple[str, int]],
        headings: Sequence[str],
        words: Mapping[str, Collection[int]],
    ) -> None:
        self._names = sorted(names)
        self._headings = headings
        self._words = words
        self._vocabulary = sorted(words)

    def beginning(self, folded: str) -> list[int]:
        """Entries with a name that begins so; those whose heading does come first."""
        found = dict.fromkeys(number for _, number in self._from(folded))
        return sorted(found, key=lambda number: not self._headings[number].startswith(folded))

    def containing(self, words: Sequence[str]) -> list[int]:
        """Entries with all the words in their names; the last word may be unfinished."""
        *whole, last = words
        found = dict.fromkeys(n for word in self._completed(last) for n in sorted(self._words[word]))
        for word in whole:
            found = {number: None for number in found if number in self._words.get(word, ())}
        return list(found)

    def _from(self, folded: str) -> Iterator[tuple[str, int]]:
        start = bisect_left(self._names, (folded, -1))
        for name in self._names[start : start + _EXAMINED]:
            if not name[0].startswith(folded):
                return
            yield name

    def _completed(self, beginning: str) -> Iterator[str]:
        start = bisect_left(self._vocabulary, beginning)
        for word in self._vocabulary[start : start + _EXAMINED]:
            if not word.startswith(beginning):
                return
            yield word
