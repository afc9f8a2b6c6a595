"""A session asks first for what is due, then for what is weak, then for something new."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.learning.choice import SESSION, choose
from bot.learning.events import Event, Kind
from bot.learning.mastery import due
from bot.learning.record import Record, replay
from tests.conftest import NOON
from tests.learning.events import TERMS, answer, of_account

NEW = tuple(f"new-{n}" for n in range(10))
ALL = (*TERMS, *NEW)


def chosen(record: Record, day: float, new: tuple[str, ...] = NEW, seed: int = 1) -> list[str]:
    return choose(record, new, ALL, now=NOON + dt.timedelta(days=day), seed=seed)


def test_a_beginner_gets_new_terms_in_the_order_of_the_path() -> None:
    assert sorted(chosen(Record(), 0)) == list(NEW[:SESSION])


def test_what_was_read_about_comes_first_among_the_new() -> None:
    read = Event("telegram:1", "r", Kind.READ, "new-9", NOON)
    assert "new-9" in chosen(replay([read], "UTC"), 0)


def test_due_terms_fill_a_session_the_least_remembered_first() -> None:
    record = replay([answer(term, n / 10) for n, term in enumerate(TERMS)], "UTC")
    assert set(chosen(record, 30)) < set(TERMS)
    half_known = replay([answer(t, 0, right=t != "gan") for t in TERMS], "UTC")
    assert "gan" in chosen(half_known, 30)


@given(of_account("telegram:1"), st.integers(0, 200), st.integers(0, 5))
def test_half_of_a_session_is_older_material_when_there_is_any(
    events: list[Event], day: int, seed: int
) -> None:
    record = replay(events, "UTC")
    taken = chosen(record, day, seed=seed)
    begun = {term for term, known in record.terms.items() if known.memory}
    waiting = set(due(record, NOON + dt.timedelta(days=day)))
    assert len(taken) == len(set(taken)) == SESSION
    older = begun.intersection(taken)
    assert len(older) >= min(len(begun), 3)
    assert waiting <= older or len(waiting.intersection(taken)) == SESSION
    assert taken == chosen(record, day, seed=seed)


def test_terms_without_questions_are_never_chosen() -> None:
    record = replay([answer("rag", 0)], "UTC")
    assert choose(record, ["x", "y"], ["y"], now=NOON, seed=1) == ["y"]
