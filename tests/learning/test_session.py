"""A session of questions: left and taken up again, missed and asked once more."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.learning.session import Part, Purpose, Session, answered, decode, encode
from bot.quiz.model import Item
from tests.conftest import NOON

RIGHT, WRONG = 1, 0


def session(purpose: Purpose = Purpose.PRACTICE, count: int = 2) -> Session:
    parts = tuple(Part(f"term-{n}", Item(f"q{n}", (1, 0, 2), 0), 30) for n in range(count))
    return Session(purpose, "", parts, NOON)


def after(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def test_a_right_answer_goes_on_to_the_next_question() -> None:
    then, outcome = answered(session(), 0, RIGHT, after(5))
    assert outcome is not None
    assert (outcome.right, outcome.slow, then.place, then.right, then.over) == (True, False, 1, 1, False)
    then, _ = answered(then, 1, RIGHT, after(10))
    assert then.over
    assert (then.right, then.asked) == (2, 2)


def test_a_missed_question_comes_once_more_at_the_end() -> None:
    then, outcome = answered(session(), 0, WRONG, after(5))
    assert outcome is not None
    assert not outcome.right
    then, _ = answered(then, 1, RIGHT, after(9))
    assert [(p.term, p.attempt) for p in then.parts[then.place :]] == [("term-0", 2)]
    then, _ = answered(then, 2, WRONG, after(12))
    assert then.over
    assert (then.right, then.asked) == (1, 2)


def test_in_a_checkpoint_only_the_first_try_counts() -> None:
    then, _ = answered(session(Purpose.CHECKPOINT, 1), 0, WRONG, after(5))
    assert then.over


@pytest.mark.parametrize(("seconds", "slow"), [(5, False), (31, True), (299, True), (3600, False)])
def test_slow_is_who_thought_long_not_who_was_away(seconds: int, slow: bool) -> None:
    _, outcome = answered(session(), 0, RIGHT, after(seconds))
    assert outcome is not None
    assert outcome.slow is slow


@pytest.mark.parametrize(("place", "option"), [(1, 0), (-1, 0), (0, 3), (0, -1), (99, 0)])
def test_what_is_not_open_changes_nothing(place: int, option: int) -> None:
    before = session()
    assert answered(before, place, option, after(5)) == (before, None)


def test_an_answer_given_twice_counts_once() -> None:
    then, _ = answered(session(), 0, RIGHT, after(5))
    assert answered(then, 0, WRONG, after(6)) == (then, None)


def test_a_session_is_kept_as_it_is() -> None:
    then, _ = answered(session(), 0, WRONG, after(5))
    assert decode(encode(then)) == then
