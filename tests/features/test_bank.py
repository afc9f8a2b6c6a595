"""The questions are made once, however many want them at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.features import bank as module
from bot.features.bank import Bank
from bot.features.services import Shelf
from bot.library.library import Library
from bot.library.schema import Question
from tests.core import library


def test_no_question_is_made_to_find_that_none_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(of: Library) -> list[Question]:
        raise AssertionError("the questions were made")

    monkeypatch.setattr(module, "generated", generate)
    assert Bank(Shelf(library())).tested("") == ""


def test_several_who_look_at_once_make_the_questions_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made, all_there = [], threading.Barrier(5)

    def generate(of: Library) -> list[Question]:
        made.append(of)
        return []

    def look() -> int:
        all_there.wait(5)
        return len(bank.questions)

    monkeypatch.setattr(module, "generated", generate)
    bank = Bank(Shelf(library()))
    with ThreadPoolExecutor(5) as threads:
        counts = [job.result() for job in [threads.submit(look) for _ in range(5)]]
    assert len(made) == 1
    assert set(counts) == {len(library().questions)}
