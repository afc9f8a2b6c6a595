"""A quiz survives being written down; what cannot be read is refused in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.quiz.codec import BadSnapshot, decode, encode
from bot.quiz.engine import step
from bot.quiz.model import Item, Pace, Phase, Quiz, TimedOut
from tests.quiz.game import ANN, BEN, a_quiz, running

SNAPSHOTS = Path(__file__).parent / "snapshots"
VERSION_1 = Quiz(
    opener=11,
    rooms=frozenset({1, 2}),
    items=(
        Item("rag-what-changes", (2, 0, 3, 1), 35),
        Item("named-0a1b2c3d4e", (0, 1, 2, 3), 41, void=True),
        Item("ft-facts", (1, 2, 0), 38),
    ),
    spares=(Item("training-loop", (3, 2, 1, 0), 36),),
    pace=Pace.CALM,
    phase=Phase.OPEN,
    number=1,
    sent=frozenset({1, 2}),
    asked_at=datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC),
    opened_at=datetime(2026, 11, 24, 12, 0, 31, 250000, tzinfo=UTC),
    due=datetime(2026, 11, 24, 12, 1, 12, 250000, tzinfo=UTC),
    active={11: 1, 12: 0},
    answered=frozenset({11}),
    unanswered=1,
)


def test_a_snapshot_of_version_1_is_still_read() -> None:
    text = (SNAPSHOTS / "v1.json").read_text(encoding="utf-8")
    assert decode(text, answered=[11]) == VERSION_1


def test_it_is_written_as_it_was() -> None:
    assert encode(VERSION_1) + "\n" == (SNAPSHOTS / "v1.json").read_text(encoding="utf-8")


def test_who_has_answered_comes_from_the_rows() -> None:
    game = running()
    game.answers(ANN)
    assert decode(encode(game.quiz)).answered == frozenset()
    assert decode(encode(game.quiz), {ANN}) == game.quiz


def test_a_quiz_that_was_read_back_goes_on() -> None:
    game = running()
    game.answers(BEN)
    back = decode(encode(game.quiz), game.quiz.answered)
    assert back.due is not None
    assert step(back, TimedOut(), back.due) == step(game.quiz, TimedOut(), back.due)


def test_another_version_is_refused_with_the_remedy() -> None:
    with pytest.raises(BadSnapshot, match=r"has version 2, this program reads version 1\. Run the version"):
        decode('{"version": 2}')


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "7", '{"version": "1"}', '{"version": 1', "\x00"])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(BadSnapshot):
        decode(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", 99),
        ("number", "1"),
        ("number", True),
        ("phase", "asleep"),
        ("rooms", 5),
        ("items", [{"question": "rag", "order": [0, 0], "seconds": 30}]),
        ("items", [{"question": "rag"}]),
        ("due", "2026-11-24T12:00:00"),
        ("due", "yesterday"),
        ("active", [[1, 2, 3]]),
        ("alone", "no"),
    ],
)
def test_a_damaged_snapshot_is_refused(field: str, value: object) -> None:
    whole = json.loads(encode(replace(a_quiz())))
    with pytest.raises(BadSnapshot, match="damaged"):
        decode(json.dumps({**whole, field: value}))


def test_a_missing_field_is_refused() -> None:
    whole = json.loads(encode(a_quiz()))
    for field in set(whole) - {"version"}:
        with pytest.raises(BadSnapshot, match="damaged"):
            decode(json.dumps({k: v for k, v in whole.items() if k != field}))
