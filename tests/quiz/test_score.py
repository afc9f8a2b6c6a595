"""Points by example: right answers and streaks, speed only in a sprint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.quiz.model import Pace
from bot.quiz.score import Given, points, standings
from tests.quiz.game import ANN, BEN, CEM, DEE, items

ASKED = items(8, seconds=30)


def right(who: int, *numbers: int, after: float = 20.0) -> list[Given]:
    return [Given(who, n, ASKED[n].key, after) for n in numbers]


def wrong(who: int, *numbers: int) -> list[Given]:
    return [Given(who, n, (ASKED[n].key + 1) % 4, 1.0) for n in numbers]


def test_a_streak_adds_one_for_each_right_answer_before_it_and_five_at_most() -> None:
    (ann,) = standings(ASKED, right(ANN, *range(8)), Pace.CALM)
    assert ann.points == 10 + 11 + 12 + 13 + 14 + 15 + 15 + 15


def test_a_wrong_answer_costs_nothing_but_the_streak() -> None:
    (ann,) = standings(ASKED, right(ANN, 0, 1) + wrong(ANN, 2) + right(ANN, 3), Pace.CALM)
    assert (ann.points, ann.right, ann.answered) == (10 + 11 + 10, 3, 4)


def test_a_question_one_did_not_answer_ends_the_streak() -> None:
    (ann,) = standings(ASKED, right(ANN, 0, 2), Pace.CALM)
    assert ann.points == 20


def test_a_void_question_does_not() -> None:
    asked = (ASKED[0], replace(ASKED[1], void=True), *ASKED[2:])
    (ann,) = standings(asked, right(ANN, 0, 1, 2), Pace.CALM)
    assert (ann.points, ann.right, ann.answered) == (21, 2, 2)


def test_equal_points_share_a_rank_and_the_next_ranks_are_skipped() -> None:
    given = right(ANN, 0) + right(BEN, 0, 1) + right(CEM, 1) + wrong(DEE, 0)
    assert [(s.participant, s.rank) for s in standings(ASKED, given, Pace.CALM)] == [
        (BEN, 1),
        (ANN, 2),
        (CEM, 2),
        (DEE, 4),
    ]


def test_only_the_first_answer_to_a_question_counts() -> None:
    (ann,) = standings(ASKED, wrong(ANN, 0) + right(ANN, 0), Pace.CALM)
    assert ann.points == 0


@pytest.mark.parametrize(
    ("after", "bonus"), [(-0.4, 3), (0, 3), (10, 3), (10.1, 1), (20, 1), (20.1, 0), (30, 0)]
)
def test_in_a_sprint_the_thirds_of_the_time_count(after: float, bonus: int) -> None:
    (ann,) = standings(ASKED, right(ANN, 0, after=after), Pace.SPRINT)
    assert ann.points == 10 + bonus


def test_when_calm_speed_never_counts() -> None:
    assert {points(2, share, Pace.CALM) for share in (0.0, 0.3, 0.5, 0.9)} == {12}


def test_a_question_without_a_limit_has_no_quick_answers() -> None:
    (ann,) = standings(items(1, seconds=0), [Given(ANN, 0, 0, 0.1)], Pace.SPRINT)
    assert ann.points == 10
