"""Questions made from the structure of the entries, as fair as written ones.

Nothing in a text may give the key away: no option shares a word with the stem, the key shares none with a
distractor, and it is the longest as often as any other. Seeded: the same content and seed give the same
questions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from random import Random
from statistics import median

from bot.library.drafts import OPTION_MOST, Draft, Form, Wrong, explains
from bot.library.kinship import Kinship, roots, telling
from bot.library.library import Library
from bot.library.model_drafts import ModelDrafts
from bot.library.normalise import fold
from bot.library.schema import Difficulty, Distractor, Level, Question
from bot.library.term_drafts import TermDrafts

STEM_MOST, STEM_WORDS = 250, 5
WRONG = 3
"""Distractors of a question; written ones have as many."""
_MAKERS = 20
"""One question in so many may ask who made something."""
_WINDOWS = (10, 30, 1000)
"""How many of the nearest distractors are looked at, until there are enough that are fair."""
_DIFFICULTY = {
    Level.CORE: Difficulty.EASY,
    Level.COMMON: Difficulty.MEDIUM,
    Level.ADVANCED: Difficulty.HARD,
}
_NO_STEM = re.compile(
    r"\b(not|never|except|incorrect|false|untrue|least|best|most important|favourite)\b|n['’]t\b|[\n`*\[\]]",
    re.IGNORECASE,
)
"""Negations, opinions and markup have no place in a stem."""
_NO_OPTION = re.compile(
    r"\b(always|never|only|completely|guarantee\w*|entirely|impossible|perfectly|every time|best)\b"
    r"|\b(?:all|none|both|neither|any) of (?:the|these)\b|[\n`*_\[\]]",
    re.IGNORECASE,
)
"""Absolute words tell a wrong option, and none may speak of the others."""
_CONSPICUOUS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\d",
        r"[()]",
        r"[\"“”]",
        r"\b(may|might|could|often|usually|typically|sometimes|likely)\b",
    )
)
"""What must not stand in the key alone."""


class Generated(Question):
    """A question that no author wrote; to whoever is asked, a question like any other."""

    form: Form


def generated(library: Library, seed: int = 0) -> tuple[Generated, ...]:
    """Every question the content gives, in a fixed order; takes about a second, so keep it.

    seed: another one gives other distractors; the ids stay.
    """
    terms, models = TermDrafts(library, Kinship(library)), ModelDrafts(library)
    fairness = _Fairness(seed)
    found = list(fairness.finished(chain(terms.all(), models.kinds(), models.gives())))
    makers = islice(fairness.finished(models.makers()), len(found) // (_MAKERS - 1))
    return (*found, *makers)


class _Fairness:
    """Chooses distractors so that no habit of the whole bank points at the keys."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._shown: Counter[str] = Counter()
        self._ranks: dict[Form, Counter[int]] = {form: Counter() for form in Form}

    def finished(self, drafts: Iterable[Draft]) -> Iterator[Generated]:
        """The drafts that have distractors enough, with them."""
        for draft in drafts:
            if presentable(draft):
                chance = Random(f"{self._seed}:{draft.id}")  # noqa: S311 - a fair draw, no secret
                wrong = self._chosen(draft, chance)
                if wrong:
                    yield _question(draft, wrong)

    def _chosen(self, draft: Draft, chance: Random) -> Sequence[Wrong]:
        """Distractors of which some are shorter than the key: as many as were seldom so until now."""
        if not all(_usable(w, draft) for w in draft.must):
            return ()
        usable = [w for w in draft.wrong if _usable(w, draft)]
        ranks = sorted(chance.sample(range(WRONG + 1), WRONG + 1), key=lambda r: self._ranks[draft.form][r])
        for rank in ranks:
            for window in _WINDOWS:
                wrong = self._with_shorter(rank, draft, usable[:window], chance)
                if wrong:
                    self._ranks[draft.form][rank] += 1
                    self._shown.update(w.about for w in wrong)
                    return wrong
        return ()

    def _with_shorter(self, rank: int, draft: Draft, usable: list[Wrong], chance: Random) -> Sequence[Wrong]:
        pool = chance.sample(usable, len(usable))
        pool.sort(key=lambda w: self._shown[w.about])
        pool = [*draft.must, *pool]
        size, chosen = len(draft.key), list[Wrong]()
        for wrong in pool:
            shorter = sum(len(w.text) < size for w in chosen)
            room = rank - shorter if len(wrong.text) < size else WRONG - rank - (len(chosen) - shorter)
            if room > 0 and _near(len(wrong.text), size) and _apart(wrong, chosen):
                chosen.append(wrong)
        whole = len(chosen) == WRONG and all(must in chosen for must in draft.must)
        return chosen if whole and _fair(draft.key, chosen) else ()


def presentable(draft: Draft) -> bool:
    """Whether stem, key and explanation keep the rules by themselves."""
    sizes = len(draft.stem) <= STEM_MOST and len(draft.key) <= OPTION_MOST
    if not (sizes and explains(draft.explanation) and len(draft.stem.split()) >= STEM_WORDS):
        return False
    return not (_NO_STEM.search(draft.stem) or _NO_OPTION.search(draft.key) or _echoes(draft.key, draft))


def _usable(wrong: Wrong, draft: Draft) -> bool:
    if len(wrong.text) > OPTION_MOST or _NO_OPTION.search(wrong.text) or _echoes(wrong.text, draft):
        return False
    return draft.patterned or not telling(wrong.text) & telling(draft.key)


def _echoes(option: str, draft: Draft) -> bool:
    """Whether an option repeats a word of the stem."""
    return bool(roots(option) & roots(draft.stem))


def _near(size: int, key: int) -> bool:
    return abs(size - key) <= max(5, key * 0.4)


def _apart(wrong: Wrong, chosen: Sequence[Wrong]) -> bool:
    """Whether it says something else than those chosen already."""
    text = fold(wrong.text)
    return all(
        wrong.about != w.about and text not in fold(w.text) and fold(w.text) not in text for w in chosen
    )


def _fair(key: str, wrong: Sequence[Wrong]) -> bool:
    """Whether the key does not stand out among its distractors."""
    texts, folded = [w.text for w in wrong], fold(key)
    if any(folded in fold(text) or fold(text) in folded for text in texts):
        return False
    if len(key) > 1.5 * median(map(len, texts)) or len(key) > 1.3 * max(map(len, texts)):
        return False
    return all(any(map(mark.search, texts)) for mark in _CONSPICUOUS if mark.search(key))


def _question(draft: Draft, wrong: Sequence[Wrong]) -> Generated:
    return Generated(
        id=draft.id,
        form=draft.form,
        topic=draft.term.topic,
        tests=draft.term.id,
        level=_DIFFICULTY[draft.term.level],
        stem=draft.stem,
        key=draft.key,
        distractors=tuple(Distractor(text=w.text, why=w.why) for w in wrong),
        explanation=draft.explanation,
        as_of=draft.term.as_of,
        review_by=draft.term.review_by,
    )
