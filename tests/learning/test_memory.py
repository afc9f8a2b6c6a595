"""What is known fades, and comes back sooner or later by how it was answered."""

from __future__ import annotations

import datetime as dt

from bot.learning.memory import Grade, grade, recall, reviewed, strength
from tests.conftest import NOON


def days(count: float) -> dt.datetime:
    return NOON + dt.timedelta(days=count)


def test_nobody_grades_themselves() -> None:
    assert grade(right=False, slow=False, attempt=1) is Grade.AGAIN
    assert grade(right=True, slow=True, attempt=1) is Grade.HARD
    assert grade(right=True, slow=False, attempt=2) is Grade.HARD
    assert grade(right=True, slow=False, attempt=1) is Grade.GOOD


def test_the_better_the_answer_the_later_the_next_review() -> None:
    again, hard, good = (reviewed(None, g, NOON).due for g in Grade)
    assert days(1) == again <= hard < good


def test_on_the_day_it_is_due_nine_in_ten_still_know_it() -> None:
    memory = reviewed(None, Grade.GOOD, NOON)
    for _ in range(3):
        memory = reviewed(memory, Grade.GOOD, memory.due)
        assert abs(recall(memory, memory.due) - 0.9) < 0.02
    assert memory.mastered


def test_strength_grows_with_reviews_and_fades_without() -> None:
    memory = reviewed(None, Grade.GOOD, NOON)
    first = strength(memory, NOON)
    memory = reviewed(memory, Grade.GOOD, memory.due)
    assert strength(memory, memory.last) > first > 0
    assert strength(memory, memory.last + dt.timedelta(days=200)) < strength(memory, memory.last)
    assert strength(None, NOON) == 0


def test_the_same_answers_give_the_same_memory() -> None:
    one, other = (reviewed(reviewed(None, Grade.GOOD, NOON), Grade.HARD, days(3)) for _ in range(2))
    assert one == other
