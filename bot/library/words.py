"""What the search knows of words: which are everyday English, which add nothing, which share a stem."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from pathlib import Path

from bot.library.normalise import canonical

_FILE = Path(__file__).parent / "data" / "words.txt"


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """Everyday English words of four letters and more, in canonical form."""
    lines = _FILE.read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and line[0] != "#")


FILLERS = frozenset(
    ("a", "ai", "algorithm", "an", "app", "approach", "architecture", "artificial", "attack", "chatbot",
     "company", "concept", "fn", "framework", "function", "genai", "generative", "intelligence",
     "language", "llm", "method", "ml", "model", "network", "neural", "nlp", "product", "prompting",
     "protocol", "software", "system", "tech", "technique", "technology", "the", "thing", "tool",
     "training")
)  # fmt: skip
"""Words beside a name that do not change what is meant: "the GAN model", "RAG technique"."""
_ADDED = FILLERS - {
    "attack", "fn", "function", "language", "training", "intelligence", "system", "neural", "prompting",
    "artificial",
}  # fmt: skip
"""Those that also may stand before a name: "AI hallucination", but "training data" is something else."""
_CONNECTORS = frozenset(("in", "for", "of", "with", "on", "within", "inside", "using", "from", "at", "by"))
_VERSION = re.compile(r"v?\d(?:k|b)?|pro|mini|turbo|flash|plus|opus|sonnet|haiku|ultra|lite")
_SUFFIXES = ("ization", "izing", "ized", "iz", "ation", "ating", "ated", "ate", "ing", "ed", "ion", "e")
_DOUBLED = re.compile(r"([^aeiouls])\1$")


def core(words: Sequence[str], known: Container[str]) -> tuple[str, ...]:
    """The words without what adds nothing: fillers at either end, a context ("… in LLMs"), a version.

    known: words that belong to names; a context is dropped only when it consists of those and fillers.
    """
    kept = list(_before_context(words, known))
    while len(kept) > 1 and (canonical(kept[-1]) in FILLERS or _VERSION.fullmatch(kept[-1])):
        kept.pop()
    while len(kept) > 1 and canonical(kept[0]) in _ADDED:
        kept.pop(0)
    return tuple(kept)


def _before_context(words: Sequence[str], known: Container[str]) -> Sequence[str]:
    for at, word in enumerate(words):
        if at and word in _CONNECTORS:
            context = [canonical(w) for w in words[at + 1 :]]
            if context and all(w in FILLERS or w in known for w in context):
                return words[:at]
    return words


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """What `quantized`, `quantizing` and `quantization` share; takes and gives canonical words."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return _DOUBLED.sub(r"\1", word[: -len(suffix)])
    return word
