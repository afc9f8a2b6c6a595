"""The group-commit writer: what waits together is committed together, and each learns its own outcome."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import bulk
from bot.store.store import Store, open_store
from bot.store.tables import members, notes, updates
from tests.conftest import NOON, Clock


def taken(number: int) -> dict[str, object]:
    return {"id": number, "taken_at": NOON}


async def count(store: Store) -> int:
    async def read(connection: AsyncConnection) -> int:
        return await connection.scalar(select(func.count()).select_from(updates)) or 0

    return await store.get(read)


async def test_a_new_row_is_accepted_and_its_double_is_not(store: Store) -> None:
    assert await store.writer.append(updates, taken(1))
    assert not await store.writer.append(updates, taken(1))


async def test_of_two_in_one_batch_the_first_wins(store: Store) -> None:
    accepted = await store.writer.append_all(updates, [taken(1), taken(2), taken(1)])
    assert accepted == [True, True, False]
    assert await count(store) == 2


async def test_a_thousand_at_once_are_all_kept(store: Store) -> None:
    assert await store.claim(range(1000)) == set(range(1000))
    assert await count(store) == 1000


async def test_one_bad_row_harms_nobody_else(store: Store) -> None:
    nameless = {"platform": "terminal", "id": 1, "name": None, "seen_at": NOON}
    good, bad = await asyncio.gather(
        store.writer.append(updates, taken(1)),
        store.writer.append(members, nameless),
        return_exceptions=True,
    )
    assert good is True
    assert isinstance(bad, IntegrityError)
    assert await count(store) == 1


async def test_of_many_rows_the_one_that_is_bad_is_named_and_the_others_are_kept(store: Store) -> None:
    names = ("Ann", None, "Cem")
    rows = [{"platform": "terminal", "id": n, "name": name, "seen_at": NOON} for n, name in enumerate(names)]
    outcomes = await asyncio.gather(
        *(store.writer.append(members, row) for row in rows), return_exceptions=True
    )
    assert outcomes[0] is True
    assert isinstance(outcomes[1], IntegrityError)
    assert outcomes[2] is True


async def test_more_rows_than_a_statement_takes_are_several_statements(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SQLITE_VARIABLES", 7)
    assert await store.claim(range(10)) == set(range(10))
    assert await count(store) == 10


async def test_a_function_that_raises_undoes_only_its_own_work(store: Store) -> None:
    async def half_done(connection: AsyncConnection) -> None:
        await connection.execute(updates.insert().values(**taken(7)))
        raise LookupError("changed my mind")

    kept, failed = await asyncio.gather(
        store.writer.append(updates, taken(1)), store.transact(half_done), return_exceptions=True
    )
    assert kept is True
    assert isinstance(failed, LookupError)
    assert await count(store) == 1


async def test_what_waits_is_committed_before_the_store_closes(database_url: str, clock: Clock) -> None:
    async with open_store(database_url, clock) as store:
        waiting = [asyncio.ensure_future(store.writer.append(updates, taken(n))) for n in range(50)]
        await asyncio.sleep(0)
    assert all(job.done() and job.result() for job in waiting)
    async with open_store(database_url, clock) as store:
        assert await count(store) == 50


async def test_one_who_gave_up_waiting_does_not_stop_the_others(store: Store) -> None:
    impatient = asyncio.ensure_future(store.writer.append(updates, taken(1)))
    patient = asyncio.ensure_future(store.writer.append(updates, taken(2)))
    impatient.cancel()
    assert await patient


_WRITES_FOR_EVER = """
import asyncio, datetime as dt, sys
from bot.store.store import open_store
async def main():
    async with open_store(sys.argv[1], lambda: dt.datetime.now(dt.UTC)) as store:
        number = 0
        while True:
            await store.claim(range(number, number + 20))
            number += 20
            print(number, flush=True)
asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WRITES_FOR_EVER, url, stdout=subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    acknowledged = 0
    while acknowledged < 400:
        acknowledged = int(await process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = (await process.stdout.read()).split()
    await process.wait()
    acknowledged = int(rest[-1]) if rest else acknowledged
    async with open_store(url, clock) as store:
        assert await count(store) >= acknowledged


@pytest.mark.parametrize("key", ["commands:telegram", "schlüssel"])
async def test_a_note_is_read_as_it_was_last_written(store: Store, key: str) -> None:
    assert await store.read(key) == ""
    await store.write(key, "one")
    await store.write(key, "two")
    assert await store.read(key) == "two"


async def test_the_same_works_on_postgresql(postgres: str, clock: Clock) -> None:
    async with open_store(postgres, clock) as store:
        assert await store.claim([1, 2, 1]) == {1, 2}
        assert await store.claim([2, 3]) == {3}
        await store.write("key", "text")
        assert await store.read("key") == "text"
        store.shown("rag")
        store.missed("something odd")
        await store.settle()
        assert await store.writer.append(notes, {"key": "key", "text": "other"}) is False
