"""Durable answers per second into the store, beside raw executemany. `python benchmarks/answers.py`

So many members wait at a time, each for the commit of their own answer, as in a quiz; the raw one hands the
same rows to sqlite3 in batches of that size, with the same pragmas, and commits each batch.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.hosting.quizmaster import Quizmaster, Running
from bot.model import Platform, User
from bot.quiz.model import Phase
from bot.store.quizzes import Answer, append_answer
from bot.store.store import Store, open_store
from bot.texts import load_catalogue
from tests.conftest import NOON, Clock
from tests.hosting.house import GROUP, PlainViews, Wall, a_plan

WAITING = (100, 1000)
TOTAL = 50_000
RUNS = 5


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def through_the_store(store: Store, waiting: int, quiz: int) -> float:
    """Answers per second when so many wait for their commit at any time."""
    numbers = iter(range(TOTAL))

    async def member() -> None:
        for n in numbers:
            assert await append_answer(store.writer, quiz, Answer(n, 1, 0, NOON))

    began = time.perf_counter()
    await asyncio.gather(*(member() for _ in range(waiting)))
    return TOTAL / (time.perf_counter() - began)


async def through_the_quizmaster(store: Store, waiting: int, rounds: int = 5) -> tuple[float, float]:
    """Answers per second, and the 99th percentile in milliseconds, of so many who answer at once."""
    clock = Clock()
    wall = Wall(clock)
    texts = load_catalogue().default
    master = Quizmaster(store, {wall.platform: wall}, PlainViews(), texts, clock, expect=lambda _: None)
    members = [User(Platform.TERMINAL, n + 1, f"member {n}") for n in range(waiting)]
    quiz = await master.open(GROUP, members[0], a_plan(rounds), clock())
    assert isinstance(quiz, int)
    await master.join(quiz, members[1])
    await master.start(quiz, members[0])
    took: list[float] = []
    total = 0.0
    for number in range(rounds):
        # The clock stands still while they answer: it is the program that is timed.
        while not is_open(master.find(quiz), number):
            clock.pass_(seconds=20)
            await master.timed_out(quiz)
            await master.settle()

        async def answer(user: User, number: int = number) -> None:
            began = time.perf_counter()
            assert await master.answer(quiz, number, 0, user, clock()) is None
            took.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*map(answer, members))
        total += time.perf_counter() - began
    await master.stop(quiz, members[0], admin=True)
    await master.settle()
    await master.close()
    return rounds * waiting / total, statistics.quantiles(took, n=100)[98] * 1000


def is_open(running: Running | None, number: int) -> bool:
    return running is not None and (running.phase, running.number) == (Phase.OPEN, number)


def raw(folder: Path, waiting: int, quiz: int) -> float:
    """The same rows in sqlite3 itself."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS quiz_answers (quiz_id INTEGER NOT NULL, number INTEGER NOT NULL,"
        " participant INTEGER NOT NULL, option INTEGER NOT NULL, at DATETIME NOT NULL,"
        " PRIMARY KEY (quiz_id, number, participant))"
    )
    rows = [(quiz, n, 1, 0, "2026-11-24 12:00:00.000000") for n in range(TOTAL)]
    began = time.perf_counter()
    for first in range(0, TOTAL, waiting):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO quiz_answers VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
            rows[first : first + waiting],
        )
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return TOTAL / took


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with open_store(f"sqlite:///{folder / 'answers.db'}", now) as store:
            for waiting in WAITING:
                pairs = []
                for n in range(RUNS):
                    quiz = waiting * 100 + n
                    pairs.append((await through_the_store(store, waiting, quiz), raw(folder, waiting, quiz)))
                ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
                print(
                    f"{waiting} waiting: {ours:,.0f}/s durable into the store;"
                    f" raw executemany {theirs:,.0f}/s; {ours / theirs:.0%} of it"
                )
                rate, late = await through_the_quizmaster(store, waiting)
                print(f"{waiting} at once through the quizmaster: {rate:,.0f}/s, 99% within {late:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main())
