"""What people type behind `/quiz`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.quiz_wish import Wish, split, wish
from bot.library.schema import Difficulty
from tests.core import library

TYPED = {
    "": {},
    "rag": {"topic": "rag"},
    "rag 10 30": {"topic": "rag", "questions": "10", "seconds": "30"},
    "10": {"questions": "10"},
    "10 rag 30": {"topic": "rag", "questions": "10", "seconds": "30"},
    "30s": {"seconds": "30"},
    "30s 5": {"questions": "5", "seconds": "30"},
    "5 questions on prompt engineering": {"topic": "prompt engineering", "questions": "5"},
    "easy": {"level": "easy"},
    "Hard agents 12": {"topic": "agents", "questions": "12", "level": "hard"},
    "10 30 5": {"questions": "10", "seconds": "30", "topic": "5"},
    "about law and ethics 5 q 20 sec": {"topic": "law and ethics", "questions": "5", "seconds": "20"},
}


@pytest.mark.parametrize("text", TYPED)
def test_the_first_number_is_questions_the_second_seconds(text: str) -> None:
    assert dict(split(text)) == TYPED[text]


def wished(text: str) -> Wish:
    return wish(split(text), library())


def test_a_topic_by_its_name_or_alias() -> None:
    assert wished("ethics").about == library().topics["safety"]
    assert wished("Retrieval and RAG").about == library().topics["retrieval"]


def test_a_single_term_will_do() -> None:
    assert wished("hallucination 5").about == library().terms["hallucination"]


def test_a_mixture_unless_said() -> None:
    assert wished("") == Wish() == wished("mixed")


def test_the_words_for_levels() -> None:
    assert wished("core").level is Difficulty.EASY
    assert wished("Common").level is Difficulty.MEDIUM
    assert wished("advanced").level is Difficulty.HARD


def test_numbers_are_brought_within_the_limits() -> None:
    assert (wished("99 500").questions, wished("99 500").seconds) == (30, 120)
    assert (wished("1 1").questions, wished("1 1").seconds) == (3, 10)


def test_what_nobody_knows_is_kept_to_be_said() -> None:
    assert wished("football 10").unknown == "football"


@given(st.text(max_size=60))
def test_nothing_that_is_typed_can_break_it(text: str) -> None:
    found = wish(split(text), library())
    assert 3 <= found.questions <= 30
    assert found.seconds is None or 10 <= found.seconds <= 120
