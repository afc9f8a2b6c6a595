"""A record is nothing but its events, however they came in."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning import codec
from bot.learning.events import Event, Kind, merged
from bot.learning.record import Record, after, level, level_begins, replay
from tests.conftest import NOON
from tests.learning.events import ACCOUNTS, answer, of_account

ONE, OTHER = (of_account(account) for account in ACCOUNTS)


@given(ONE, st.integers(0, 30), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_a_record_kept_up_to_date_is_the_one_that_a_replay_makes(
    events: list[Event], cut: int, zone: str
) -> None:
    ordered = merged(events)
    kept = after(Record(zone), ordered[:cut])
    again = codec.decode(codec.encode(kept))
    assert again == kept
    assert after(again, ordered[cut:]) == replay(events, zone)


@given(ONE, OTHER, st.randoms())
def test_joining_two_accounts_is_the_same_from_either_side_and_loses_nothing(
    one: list[Event], other: list[Event], chance: random.Random
) -> None:
    together = [*one, *other]
    chance.shuffle(together)
    joined = replay(together, "UTC")
    assert joined == replay([*one, *other], "UTC") == replay([*other, *one], "UTC")
    assert merged(one, other) == merged(other, one) == merged(together, one)
    assert joined.events == len(one) + len(other)
    apart = [replay(one, "UTC"), replay(other, "UTC")]
    for kind in Kind:
        counts = [r.counts[kind].answered for r in apart if kind in r.counts]
        assert sum(counts) == (joined.counts[kind].answered if kind in joined.counts else 0)
    assert joined.steps == apart[0].steps | apart[1].steps
    assert joined.checkpoints == apart[0].checkpoints | apart[1].checkpoints


def test_an_event_that_comes_late_is_refused_rather_than_counted_wrongly() -> None:
    record = replay([answer("rag", 2)], "UTC")
    with pytest.raises(ValueError, match="happened before"):
        after(record, [answer("rag", 1)])


def test_an_event_heard_of_twice_counts_once() -> None:
    events = [answer("rag", 0), answer("llm", 1)]
    assert replay(events * 2, "UTC") == replay(events, "UTC")


def test_points_are_for_what_was_learnt() -> None:
    read = Event("telegram:1", "r1", Kind.READ, "rag", NOON)
    assert replay([read, replace(read, ref="r2")], "UTC").points == 2
    assert replay([answer("rag", 0)], "UTC").points == 10
    assert replay([answer("rag", 0, slow=True)], "UTC").points == 6
    assert replay([answer("rag", 0, right=False), answer("rag", 0.1, attempt=2)], "UTC").points == 7


@pytest.mark.parametrize(("points", "expected"), [(0, 1), (99, 1), (100, 2), (299, 2), (300, 3), (600, 4)])
def test_each_level_takes_more_than_the_one_before(points: int, expected: int) -> None:
    assert level(points) == expected


@given(st.integers(0, 10**6))
def test_a_level_holds_the_points_between_its_beginning_and_the_next(points: int) -> None:
    assert level_begins(level(points)) <= points < level_begins(level(points) + 1)


def test_days_are_those_of_the_persons_own_zone() -> None:
    late = answer("rag", 0.45)  # 22:48 in UTC
    assert [day.day for day in replay([late], "UTC").days] == [24]
    assert [day.day for day in replay([late], "Asia/Tokyo").days] == [25]


def test_a_record_of_other_rules_is_worked_out_anew() -> None:
    text = codec.encode(replay([answer("rag", 0)], "UTC"))
    assert codec.decode(text.replace('"rules":1', '"rules":0')) is None
