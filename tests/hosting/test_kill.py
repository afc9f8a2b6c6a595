"""Killed at least 50 times: quizzes end with the right standings, and nothing acknowledged is lost.

Some deaths come at a moment chosen on purpose, the others at random; lives follow until enough has happened.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import signal
import sqlite3
import time
from collections import Counter, defaultdict
from itertools import count, pairwise
from pathlib import Path
from random import Random

import pytest

from tests.hosting.victim import Life, live

KILLS = 50
QUIZZES, HEARD = 3, 100
"""Lives go on until so many quizzes were begun, and so many answers acknowledged."""
ON_PURPOSE = {5: "ask", 15: "heard", 25: "ask", 35: "heard"}
"""These lives end with a question that stands in the chat, or an acknowledgement, unknown to the rows."""
WITHIN = 60.0
"""Seconds until such a moment has come."""


def lines(log: Path) -> list[list[str]]:
    return [line.split(" ", 2) for line in log.read_text("utf-8").splitlines()] if log.exists() else []


def killed_again_and_again(database: str, log: Path, seed: int, *, repeatable: bool) -> None:
    """Each life gets a moment of its own length, counted from when it is up; the last one all it needs."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.hosting.victim"])
    chance, began = Random(seed), time.time()
    for n in count():
        if n >= KILLS and enough(lines(log)):
            break
        ups = sum(line == ["up"] for line in lines(log))
        life = Life(database, str(log), began, seed + n, repeatable, ON_PURPOSE.get(n, ""))
        process = context.Process(target=live, args=(life,))
        process.start()
        if life.dies_after:
            process.join(WITHIN)
            assert process.exitcode == -signal.SIGKILL, f"no {life.dies_after} came"
        else:
            while sum(line == ["up"] for line in lines(log)) == ups:
                assert process.is_alive(), "it did not come up"
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.6))
            process.kill()
            process.join()
        process.close()
        with log.open("a", encoding="utf-8") as written:
            written.write(f"died {life.dies_after}\n")
    last = context.Process(target=live, args=(Life(database, str(log), began, seed, repeatable, last=True),))
    last.start()
    last.join(60)
    assert last.exitcode == 0


def enough(log: list[list[str]]) -> bool:
    """Whether what is checked in the end would not hold for want of a case."""
    asked = {line[1].split(":")[1] for line in log if line[0] == "ask"}
    return len(asked) >= QUIZZES and sum(line[0] == "heard" for line in log) > HEARD


def recount(items: list[dict[str, object]], answers: dict[int, dict[int, int]]) -> dict[int, int]:
    """Points by participant, by the rules as they are written and not by the program's own counting."""
    points: dict[int, int] = defaultdict(int)
    for who, theirs in answers.items():
        streak = 0
        for number, item in enumerate(items):
            if item.get("void"):
                continue
            order = item["order"]
            assert isinstance(order, list)
            right = number in theirs and order[theirs[number]] == 0
            points[who] += 10 + min(streak, 5) if right else 0
            streak = streak + 1 if right else 0
    return points


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("repeatable", [True, False], ids=["nonces", "no nonces"])
def test_killed_again_and_again(tmp_path: Path, migrated: Path, *, repeatable: bool) -> None:
    database, log = migrated.with_name(f"killed-{repeatable}.db"), tmp_path / "log"
    database.write_bytes(migrated.read_bytes())
    killed_again_and_again(f"sqlite:///{database}", log, 2026, repeatable=repeatable)
    with sqlite3.connect(database) as rows:
        check(rows, lines(log), repeatable=repeatable)


def check(rows: sqlite3.Connection, log: list[list[str]], *, repeatable: bool) -> None:
    played = rows.execute("SELECT id, state, ended_at, told_at FROM quizzes").fetchall()
    assert len(played) >= QUIZZES
    given: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for quiz, number, who, option in rows.execute(
        "SELECT quiz_id, number, participant, option FROM quiz_answers"
    ):
        given[quiz][who][number] = option
    for quiz, state, ended_at, told_at in played:
        assert ended_at, f"quiz {quiz} did not end"
        assert told_at, f"quiz {quiz} still has something to say"
        kept = rows.execute(
            "SELECT p.participant, r.points FROM quiz_results r JOIN quiz_participants p"
            " ON p.quiz_id = r.quiz_id AND p.user_id = r.user_id WHERE r.quiz_id = ?",
            (quiz,),
        )
        assert dict(kept) == recount(json.loads(state)["items"], given[quiz])
    check_heard(rows, log)
    check_sent(log, repeatable=repeatable)
    check_unheard(
        {quiz: json.loads(state)["items"] for quiz, state, *_ in played}, log, repeatable=repeatable
    )
    check_podiums(rows, log)


def check_heard(rows: sqlite3.Connection, log: list[list[str]]) -> None:
    """Whoever was told that an answer counts finds that very answer in the rows."""
    heard = {(line[1], *map(int, line[2].split())) for line in log if line[0] == "heard"}
    kept = {
        (str(quiz), *rest)
        for quiz, *rest in rows.execute(
            "SELECT a.quiz_id, a.number, p.user_id, a.option FROM quiz_answers a JOIN quiz_participants p"
            " ON p.quiz_id = a.quiz_id AND p.participant = a.participant"
        )
    }
    assert len(heard) > HEARD
    assert heard <= kept


def check_sent(log: list[list[str]], *, repeatable: bool) -> None:
    """Nothing stands in the chat twice. Under a nonce a repeat is no second message: its key is the same."""
    sent = [line for line in log if line[0] in {"ask", "send"}]
    if repeatable:
        sent = [list(line) for line in {tuple(line) for line in sent if line[0] == "ask"}]
    keys = Counter(line[1] for line in sent)
    assert [key for key, times in keys.items() if times > 1] == []
    questions = Counter((line[1].split(":")[1], line[2]) for line in sent if line[0] == "ask")
    assert [question for question, times in questions.items() if times > 1] == []


def check_unheard(
    items: dict[int, list[dict[str, object]]], log: list[list[str]], *, repeatable: bool
) -> None:
    """A question that the bot did not hear to be sent does not count, or is repeated under its nonce."""
    unheard = [line[1] for line, then in pairwise(log) if line[0] == "ask" and then == ["died", "ask"]]
    asked = Counter(line[1] for line in log if line[0] == "ask")
    assert len(unheard) == Counter(ON_PURPOSE.values())["ask"]
    for key in unheard:
        _, quiz, number, _ = key.split(":")
        void = bool(items[int(quiz)][int(number)].get("void"))
        assert (void or asked[key] > 1) if repeatable else void


def check_podiums(rows: sqlite3.Connection, log: list[list[str]]) -> None:
    """What the podium says is what the recount says."""
    shown = [(line[1].split(":")[1], line[2]) for line in log if line[0] == "send" and ":podium:" in line[1]]
    assert shown
    for quiz, text in shown:
        found = rows.execute("SELECT user_id, points FROM quiz_results WHERE quiz_id = ?", (quiz,))
        listed = text.removeprefix("podium: ").split(", ")
        said = {int(entry.split()[1].removeprefix("player")): int(entry.split()[2]) for entry in listed}
        assert said == dict(found)
