"""What a record means beside the content."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.learning.events import Event, Kind
from bot.learning.mastery import Badge, Merit, Place, Syllabus, badges, due, passed, place, topic_mastery
from bot.learning.record import Record, replay
from tests.conftest import NOON
from tests.learning.events import answer

STEPS = ("a", "b", "c", "d", "e", "f")
SYLLABUS = Syllabus({"basics": ("a", "b", "c", "d", "e")}, {"way": STEPS})


def step(term: str) -> Event:
    return Event("telegram:1", f"step:{term}", Kind.STEP, term, NOON, "way")


def check(number: int, *, right: bool = True) -> Event:
    ref = f"check:{number}:{right}"
    return Event("telegram:1", ref, Kind.CHECKPOINT, "way", NOON, str(number), right=right)


def walked(*events: Event) -> Place:
    return place(replay(events, "UTC"), "way", STEPS)


def test_a_path_goes_step_by_step_from_checkpoint_to_checkpoint() -> None:
    four = [step(term) for term in "abcd"]
    assert walked() == Place(0, 6, term="a")
    assert walked(*four[:2]) == Place(2, 6, term="c")
    assert walked(*four) == Place(4, 6, checkpoint=1)
    assert walked(*four, check(1, right=False)) == Place(4, 6, checkpoint=1)
    assert walked(*four, check(1)) == Place(4, 6, term="e")
    whole = walked(*map(step, STEPS), check(1), check(2))
    assert whole.finished


@pytest.mark.parametrize(
    ("right", "asked", "good"), [(4, 5, True), (3, 5, False), (5, 5, True), (0, 0, False)]
)
def test_a_checkpoint_passes_at_four_in_five(right: int, asked: int, good: bool) -> None:
    assert passed(right, asked) is good


def test_mastery_is_of_all_terms_of_a_topic() -> None:
    record = replay([answer("a", 0)], "UTC")
    alone = topic_mastery(record, ("a",), NOON)
    assert 0 < alone < 1
    assert topic_mastery(record, ("a", "b"), NOON) == alone / 2
    assert topic_mastery(record, (), NOON) == 0


def test_what_is_due_is_listed_the_longest_due_first() -> None:
    record = replay([answer("b", 0), answer("a", 1), answer("c", 40)], "UTC")
    assert due(record, NOON + dt.timedelta(days=40)) == ["b", "a"]


def test_badges_say_what_was_done() -> None:
    assert badges(Record(), SYLLABUS) == []
    everything = [*map(step, STEPS), check(1), check(2)]
    everything += [answer(t, day) for t in "abcd" for day in (0, 3, 14, 45)]
    everything += [answer("e", day) for day in range(100, 130)]
    everything += [Event("telegram:1", "helped:1", Kind.HELPED, "term a", NOON)]
    earned = badges(replay(everything, "UTC"), SYLLABUS)
    assert earned == [
        Badge(Merit.PATH),
        Badge(Merit.TOPIC, "basics"),
        Badge(Merit.WEEK),
        Badge(Merit.MONTH),
        Badge(Merit.HELPED),
    ]
