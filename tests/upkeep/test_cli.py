"""What an owner does from the command line, in a data directory of its own."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.learners import Learners
from bot.learning.events import Event, Kind
from bot.store.statistics import Hardness, hardest
from bot.store.store import open_store

NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Forty people answered two questions: one tells those who know from the others, one is a coin."""
    monkeypatch.setenv("WHATIS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("WHATIS_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    asyncio.run(_filled(tmp_path))
    return tmp_path


async def _filled(folder: Path) -> None:
    async with open_store(f"sqlite:///{folder / 'whatis.db'}", lambda: NOW) as store:
        book = Learners(store)
        for who in range(40):
            answers = {"sharp": who < 20, "easy": who != 7, "coin": who % 2 == 0, "other": who < 22}
            for number, (question, right) in enumerate(answers.items()):
                at = NOW - timedelta(days=who % 2 * 10, seconds=number)
                event = Event(
                    f"telegram:{who + 1}", f"e{number}", Kind.GROUP, "rag", at, question, right=right
                )
                await book.keep(event)
        store.shown("rag")


def run(*words: str) -> str:
    ended = CliRunner().invoke(app, list(words))
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_stats_tell_authors_what_to_write_next(folder: Path) -> None:
    text = run("stats")
    assert "     20  Learners in 7 days" in text
    assert "     40  Learners in 30 days" in text
    assert "      1  rag" in text


def test_stats_for_programs_and_spreadsheets(folder: Path) -> None:
    found = json.loads(run("stats", "--json"))
    assert found["answers_month"] == 160
    rows = list(csv.DictReader(io.StringIO(run("stats", "--csv"))))
    sharp = next(row for row in rows if row["name"] == "sharp")
    assert (sharp["what"], sharp["value"], sharp["answers"]) == ("question", "0.500", "40")
    coin = next(row for row in rows if row["name"] == "coin")
    assert float(sharp["discrimination"]) > 0.5 > 0.1 > float(coin["discrimination"])


def test_a_question_is_judged_after_thirty_answers() -> None:
    few = [(f"a{n}", "q", True) for n in range(29)]
    assert hardest(few) == []
    assert hardest([*few, ("b", "q", False)]) == [Hardness("q", 30, 29 / 30, None)]


def test_a_backup_is_restored_by_command(folder: Path) -> None:
    made = run("backup").removeprefix("Backed up to ").strip()
    (folder / "whatis.db").unlink()
    assert "Accounts forgotten again: 0." in run("restore", made)
    assert json.loads(run("stats", "--json"))["learners_month"] == 40


def test_records_are_worked_out_anew(folder: Path) -> None:
    assert "Records worked out anew: 40." in run("rebuild")
    assert "Accounts forgotten again: 0." in run("forget-again")


def test_what_cannot_be_done_is_a_sentence(folder: Path) -> None:
    ended = CliRunner().invoke(app, ["restore", "nowhere.db"])
    assert ended.exit_code == 2
    assert "There is no file nowhere.db." in ended.output
