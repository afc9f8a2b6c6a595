"""Splits what people type after /compare into two names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Known = Callable[[str], bool]
_LEAD = re.compile(
    r"^\W*(?:(?:please|can you|could you|what'?s?|is|are|explain|tell me|show|give me|how (?:is|are))\s+)*"
    r"(?:the\s+)?(?:compare|comparison(?:\s+(?:of|between))?|differen(?:ce|t|ces)(?:\s+(?:between|of))?|between)\s+",
    re.IGNORECASE,
)
_HOW = re.compile(r"^\W*(?:how|what|is|are|does|do|whats)\s+(?:(?:is|are|do|does)\s+)?", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:\b(?:differences?|comparison|compared|please|pls)\b|[?.!])+\s*$", re.IGNORECASE)
_SEPARATORS = (
    r"\s+(?:vs\.?|versus|v\.?)\s+",
    r"\s*(?:different|differs?|distinct)\s+(?:from|to|than)\s+",
    r"\s+(?:compared\s+(?:to|with)|against|as opposed to|instead of|rather than)\s+",
    r"\s*[,;|/]\s*(?:(?:and|or|vs\.?)\s+)?",
    r"\s+(?:and|or|with|to|from|&)\s+",
)


def split_pair(text: str, known: Known, named: Known, *, meant: bool = True) -> tuple[str, str] | None:
    """The two names in `a vs b`, `a and b`, `a or b`, `a, b`, `difference between a and b`, or `a b`.

    known: whether a text can be answered; where several places could part the whole, the one with such a
    text on both sides wins. named: whether a text is just a name; "mixture of experts" is not parted.
    meant: whether a comparison was asked for. Where it was not, `a b` is parted between names alone, lest
    "wahts genrative ai" be two things. None when there is nothing to part.
    """
    text = " ".join(text.split())
    bare = _TAIL.sub("", _LEAD.sub("", text))
    if named(bare):
        return None
    for separator in _SEPARATORS:
        parted = list(_parted(bare, separator))
        sound = next(((a, b) for a, b in parted if known(a) and known(b)), None)
        if sound or parted:
            return sound or parted[0]
    sure = known if meant else named
    return next(((a, b) for a, b in _in_words(bare) if sure(a) and sure(b)), None)


def _parted(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(separator, text, re.IGNORECASE):
        one, other = text[: match.start()].strip(), text[match.end() :].strip()
        one = _HOW.sub("", one) or one
        if re.search(r"\w", one) and re.search(r"\w", other):
            yield one, other


def _in_words(text: str) -> Iterator[tuple[str, str]]:
    words = text.split()
    return ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
