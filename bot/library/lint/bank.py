"""Checks of all questions together: strategies that know nothing must not find the key.

A bank can be sound item by item and still give itself away, when the key is always the longest option.
Each attack here is what a person without knowledge could do; its success must stay near chance.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.library.lint.finding import AnyEntry, Context, Finding
from bot.library.lint.items import _HEDGE
from bot.library.lint.prose import words
from bot.library.problems import Severity
from bot.library.schema import Question

SMALLEST = 60
"""Questions below which a bank's shares are noise."""
_MARGIN = 0.08
_CLASSIFIER_MARGIN = 0.10
_SHORTFALL = 0.15
_FOLDS = 5
_SEED = 20261124
_TRIVIA = re.compile(
    r"^(?:who|when|in (?:which|what) year|(?:in )?what year|which (?:person|year|company|lab|firm))\b",
    re.IGNORECASE,
)

Score = Callable[[Question, str], float]


@dataclass(frozen=True, slots=True)
class Attack:
    """A strategy, and how often it finds the key; chance is one over the number of options."""

    name: str
    success: float
    chance: float


def length(_: Question, option: str) -> float:
    """Choose the longest."""
    return len(option)


def brevity(_: Question, option: str) -> float:
    """Choose the shortest."""
    return -len(option)


def echo(question: Question, option: str) -> float:
    """Choose the option that shares most words with the stem."""
    return len(set(words(question.stem)) & set(words(option)))


def hedging(_: Question, option: str) -> float:
    """Choose the most careful option."""
    return len(_HEDGE.findall(option))


ATTACKS: dict[str, Score] = {
    "the longest option": length,
    "the shortest option": brevity,
    "the option sharing most words with the stem": echo,
    "the most hedged option": hedging,
}


def success(questions: Sequence[Question], score: Score) -> float:
    """How often the highest score is the key's; equal scores are guessed among."""
    total = 0.0
    for question in questions:
        scores = [score(question, option) for option in question.options]
        best = max(scores)
        total += (scores[0] == best) / scores.count(best)
    return total / len(questions)


def chance(questions: Sequence[Question]) -> float:
    """How often a guess finds the key."""
    return sum(1 / len(question.options) for question in questions) / len(questions)


def classified(questions: Sequence[Question]) -> float:
    """How often a naive Bayes classifier finds the key from the options' words alone, five-fold."""
    shuffled = random.Random(_SEED).sample(list(questions), len(questions))  # noqa: S311 - a fixed split
    right = 0.0
    for fold in range(_FOLDS):
        held = shuffled[fold::_FOLDS]
        learned = Weights([q for n, q in enumerate(shuffled) if n % _FOLDS != fold])
        right += success(held, learned.score) * len(held)
    return right / len(shuffled)


class Weights:
    """The log-odds of words to stand in a key rather than a distractor; 0 for words never seen."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._keys = Counter(f for q in questions for f in _features(q.key))
        self._others = Counter(f for q in questions for d in q.distractors for f in _features(d.text))
        self._share = sum(self._keys.values()) / max(1, sum(self._others.values()))

    def __call__(self, feature: str) -> float:
        """Above 0 when the word speaks for the key."""
        return math.log((self._keys[feature] + 1) / (self._others[feature] * self._share + 1))

    def score(self, _: Question, option: str) -> float:
        """How much an option looks like a key."""
        return sum(map(self, _features(option)))

    def telling(self, most: int = 12) -> tuple[list[str], list[str]]:
        """The words that stand in keys most, and those that stand in distractors most."""
        ranked = sorted((w for w in {*self._keys, *self._others} if " " not in w), key=self)
        return ranked[-most:][::-1], ranked[:most]


def _features(option: str) -> list[str]:
    found = words(option)
    return [*found, f"{len(found)} words", *(f"{a} {b}" for a, b in pairwise(found))]


def attacks(questions: Sequence[Question]) -> list[Attack]:
    """Every strategy against the bank."""
    guess = chance(questions)
    found = [Attack(name, success(questions, score), guess) for name, score in ATTACKS.items()]
    return [*found, Attack("what a classifier learns from the options' words", classified(questions), guess)]


def leakage(context: Context) -> Iterator[Finding]:
    """Attacks on the whole bank, and the longest option in each file."""
    entries = list(context.shelves.questions.values())
    if len(entries) < SMALLEST:
        return
    for attack in attacks([entry.record for entry in entries]):
        margin = _CLASSIFIER_MARGIN if attack.name.startswith("what") else _MARGIN
        low = attack.name.startswith("the longest") and attack.success < attack.chance - _SHORTFALL
        if attack.success > attack.chance + margin or low:
            message = f"Over all questions, {attack.name} is right {attack.success:.0%} of the time."
            remedy = f"Chance is {attack.chance:.0%}. {_remedy(attack, entries)}"
            yield Finding(entries[0], (), message, remedy, "leakage")


def _remedy(attack: Attack, entries: Sequence[AnyEntry]) -> str:
    if not attack.name.startswith("what"):
        return "Vary the keys."
    keys, others = Weights([entry.record for entry in entries]).telling()
    return (
        f"Use in keys too what stands in wrong options mostly ({', '.join(others)}), "
        f"and in wrong options what stands in keys mostly ({', '.join(keys)})."
    )


def files(context: Context) -> Iterator[Finding]:
    """The same for the lengths of each file's keys, so that authors see where it comes from."""
    by_file: dict[str, list[AnyEntry]] = {}
    for entry in context.shelves.questions.values():
        by_file.setdefault(entry.place.path, []).append(entry)
    for entries in by_file.values():
        questions = [entry.record for entry in entries]
        if len(questions) < 20:
            continue
        for name in ("the longest option", "the shortest option"):
            share = success(questions, ATTACKS[name])
            if share > chance(questions) + 0.2:
                message = f"In this file {name} is the key {share:.0%} of the time."
                yield Finding(entries[0], (), message, "Vary it.", "leakage", Severity.WARNING)


def trivia(context: Context) -> Iterator[Finding]:
    """At most one question in ten asks who or when."""
    entries = list(context.shelves.questions.values())
    found = [entry for entry in entries if _TRIVIA.match(entry.record.stem)]
    if len(entries) >= SMALLEST and len(found) > len(entries) / 10:
        message = f"{len(found)} of {len(entries)} questions ask who or when."
        yield Finding(found[0], ("stem",), message, "Ask for understanding instead.", "trivia")


CHECKS = (leakage, files, trivia)
