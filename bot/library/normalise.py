"""Makes what people type comparable: case, width, accents, hyphens, plurals, British and American.

Both the names in the index and the queries go through here, so a rule need only be consistent, not
linguistically right.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

EXAMINED = 160
"""Characters of a query that are looked at; names are far shorter, and nobody's patience is longer."""

_APOSTROPHES = re.compile(r"(?<=\w)['’`´](?=\w)")
_JOINED_TO = re.compile(r"(?<=[a-z]{3})2(?=[a-z]{3})")
_SEPARATORS = re.compile(r"[^\w]+|_+")
_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_AMERICAN = {
    "centre": "center", "metre": "meter", "litre": "liter", "fibre": "fiber", "theatre": "theater",
    "catalogue": "catalog", "dialogue": "dialog", "analogue": "analog", "licence": "license",
    "defence": "defense", "offence": "offense", "pretence": "pretense", "programme": "program",
    "artefact": "artifact", "judgement": "judgment", "grey": "gray", "sceptic": "skeptic", "ageing": "aging",
    "math": "math", "fulfil": "fulfill", "enrol": "enroll", "acknowledgement": "acknowledgment",
}  # fmt: skip
_RULES = (
    (re.compile(r"(?<=\w{3})is(?=(e|ed|er|ing|able|ation)$)"), "iz"),
    (re.compile(r"(?<=\w{2})our(?=(ed|er|ing|al|ite|able|ful|less|hood)?$)"), "or"),
    (re.compile(r"yse(?=[drs]?$)"), "yze"),
    (re.compile(r"(?<=[a-z]l)l(?=(ing|ed|er)$)"), ""),
)
"""British endings as the American ones."""
_SINGULAR = frozenset(
    ("alias", "always", "atlas", "bias", "canvas", "chaos", "ethos", "gas", "has", "keras", "lens", "news",
     "pandas", "perhaps", "physics", "series", "species", "statistics", "thanks", "was", "yes")
)  # fmt: skip
"""Words that end in s without being plural."""
_PLURALS = {
    "matrices": "matrix", "indices": "index", "vertices": "vertex", "corpora": "corpus",
    "analyses": "analysis", "hypotheses": "hypothesis", "criteria": "criterion",
    "phenomena": "phenomenon", "people": "person", "children": "child", "biases": "bias", "gases": "gas",
    "lenses": "lens",
}  # fmt: skip
_MUTE_E = re.compile(r"(?<=\w)(ch|sh|x|z|s)e$")


def fold(text: str) -> str:
    """The text in lower case and plain letters, its words apart by single spaces."""
    text = unicodedata.normalize("NFKC", text[:EXAMINED]).casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
    text = _APOSTROPHES.sub("", text).replace("&", " and ")
    return _SEPARATORS.sub(" ", _JOINED_TO.sub(" to ", text)).strip()


@lru_cache(maxsize=16384)
def canonical(word: str) -> str:
    """One folded word in the singular, in American spelling, numbers in digits."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    word = american(singular(word))
    if len(word) < 5:
        return word
    return word[:-2] + "y" if word.endswith("ie") else _MUTE_E.sub(r"\1", word)


def singular(word: str) -> str:
    """The word without its plural s; short words and those ending in ss, us, is are left alone."""
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) < 4 or not word.endswith("s") or word in _SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def american(word: str) -> str:
    """The word as it is spelt in America, as far as endings show it."""
    if word in _AMERICAN:
        return _AMERICAN[word]
    if len(word) > 4:
        for pattern, ending in _RULES:
            word = pattern.sub(ending, word)
    return word


def key(folded: str) -> str:
    """What two ways of writing one name share: its canonical words, run together."""
    return "".join(map(canonical, folded.split()))
