"""Points: correct answers and streaks; speed only where an admin asked for it.

    10 for a right answer
    +1 for each right answer in a row before it, at most +5
    +3 / +1 in a sprint, when it came in the first / second third of the time

Nothing is taken away. Void questions count for nobody and do not break a streak; a question somebody did not
answer does. The coarse thirds keep a slow network from deciding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.quiz.model import Item, Pace

RIGHT = 10
STREAK_MOST = 5
FIRST_THIRD, SECOND_THIRD = 3, 1


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was kept; `after` is the seconds since the item was opened."""

    participant: int
    number: int
    option: int
    after: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a participant did. rank: 1 for the best; equal points share it and the next are skipped."""

    participant: int
    points: int
    right: int
    answered: int
    rank: int


def points(streak: int, share: float, pace: Pace) -> int:
    """The points of one right answer.

    streak: right answers in a row before it; share: the part of the time that was used, 0 to 1.
    """
    earned = RIGHT + min(streak, STREAK_MOST)
    if pace is Pace.CALM or share > 2 / 3:
        return earned
    return earned + (FIRST_THIRD if share <= 1 / 3 else SECOND_THIRD)


def standings(items: Sequence[Item], given: Iterable[Given], pace: Pace) -> list[Standing]:
    """Everybody who answered, the best first; those of one rank in the order of their numbers."""
    answers: dict[int, dict[int, Given]] = defaultdict(dict)
    for answer in given:
        answers[answer.participant].setdefault(answer.number, answer)
    totals = [_total(who, items, theirs, pace) for who, theirs in answers.items()]
    totals.sort(key=lambda s: (-s.points, s.participant))
    return _ranked(totals)


def _total(who: int, items: Sequence[Item], theirs: dict[int, Given], pace: Pace) -> Standing:
    total = right = streak = counted = 0
    for number, item in enumerate(items):
        if item.void:
            continue
        answer = theirs.get(number)
        counted += answer is not None
        if answer is None or answer.option != item.key:
            streak = 0
            continue
        total += points(streak, answer.after / item.seconds if item.seconds else 1.0, pace)
        right, streak = right + 1, streak + 1
    return Standing(who, total, right, counted, 0)


def _ranked(totals: list[Standing]) -> list[Standing]:
    ranked: list[Standing] = []
    for place, s in enumerate(totals, start=1):
        rank = ranked[-1].rank if ranked and ranked[-1].points == s.points else place
        ranked.append(Standing(s.participant, s.points, s.right, s.answered, rank))
    return ranked
