"""What is due is done once, in time, whatever dies; nobody sleeps for it here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from bot.schedule import FIRST_WAIT, LEASE, Scheduler
from bot.store import due
from bot.store.due import Due
from bot.store.store import Store, open_store
from tests.conftest import NOON, Clock

KIND = "tea"


class Acts:
    """A handler that writes down what it did; it can be held back, and can fail."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._news = asyncio.Condition()

    async def __call__(self, row: Due) -> None:
        self.done.append(row.key)
        async with self._news:
            self._news.notify_all()
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the kettle is broken")

    async def count(self, number: int) -> list[str]:
        """Waits for so many acts."""
        async with self._news, asyncio.timeout(20):
            await self._news.wait_for(lambda: len(self.done) >= number)
        return self.done


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture(params=["sqlite", "postgresql"])
async def shared(request: pytest.FixtureRequest, database_url: str, clock: Clock) -> AsyncIterator[Store]:
    url = database_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))
    async with open_store(url, clock) as opened:
        yield opened


@asynccontextmanager
async def running(store: Store, clock: Clock, acts: Acts) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(store, clock)
    scheduler.on(KIND, acts)
    task = asyncio.create_task(scheduler.run())
    try:
        yield scheduler
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def put(store: Store, key: str, at: datetime) -> None:
    await store.transact(due.put(KIND, key, at))


async def gone(store: Store, key: str) -> None:
    """Waits until the row is finished, which commits after the act."""
    async with asyncio.timeout(20):
        while await store.transact(due.when(KIND, key)) is not None:
            pass


async def test_what_fell_due_while_nobody_ran_is_done_at_start(
    store: Store, clock: Clock, acts: Acts
) -> None:
    for key in ("one", "two"):
        await put(store, key, NOON - timedelta(days=1))
    await put(store, "later", NOON + timedelta(hours=1))
    async with running(store, clock, acts):
        assert sorted(await acts.count(2)) == ["one", "two"]
        await gone(store, "one")
    assert await store.transact(due.when(KIND, "later")) == NOON + timedelta(hours=1)


async def test_an_earlier_row_wakes_it(store: Store, clock: Clock, acts: Acts) -> None:
    await put(store, "later", NOON + timedelta(hours=1))
    async with running(store, clock, acts) as scheduler:
        await put(store, "first", NOON)
        scheduler.expect(NOON)
        assert await acts.count(1) == ["first"]
        clock.pass_(hours=1)
        scheduler.expect(clock() - timedelta(seconds=1))
        assert await acts.count(2) == ["first", "later"]


async def test_keys_are_handled_at_the_same_time_and_one_key_never_twice_at_a_time(
    store: Store, clock: Clock, acts: Acts
) -> None:
    acts.gate.clear()
    await put(store, "one", NOON)
    await put(store, "two", NOON)
    async with running(store, clock, acts) as scheduler:
        await acts.count(2)
        await put(store, "one", NOON)
        await put(store, "three", NOON)
        scheduler.expect(NOON)
        assert sorted(await acts.count(3)) == ["one", "three", "two"]
        acts.gate.set()
        assert (await acts.count(4))[3] == "one"
        await gone(store, "one")


async def test_a_handler_may_set_its_own_row_anew(store: Store, clock: Clock, acts: Acts) -> None:
    scheduler = Scheduler(store, clock)
    again = NOON + timedelta(minutes=1)

    async def handle(row: Due) -> None:
        await put(store, row.key, again)
        await acts(row)

    scheduler.on(KIND, handle)
    await put(store, "one", NOON)
    task = asyncio.create_task(scheduler.run())
    await acts.count(1)
    clock.pass_(minutes=1)
    scheduler.expect(NOON)
    await acts.count(2)
    assert await store.transact(due.when(KIND, "one")) == again
    task.cancel()
    await asyncio.wait((task,))


async def test_what_fails_is_tried_again_later_and_harms_nothing_else(
    store: Store, clock: Clock, acts: Acts
) -> None:
    acts.failures = 1
    await put(store, "one", NOON)
    async with running(store, clock, acts) as scheduler:
        await acts.count(1)
        async with asyncio.timeout(20):
            while await store.transact(due.when(KIND, "one")) != NOON + FIRST_WAIT:
                pass
        clock.pass_(seconds=FIRST_WAIT.total_seconds())
        scheduler.expect(NOON)
        await acts.count(2)
        await gone(store, "one")


async def test_a_row_that_was_cancelled_is_not_done(store: Store, clock: Clock, acts: Acts) -> None:
    await put(store, "one", NOON)
    await put(store, "two", NOON)
    await store.transact(due.cancel(KIND, "one"))
    async with running(store, clock, acts):
        assert await acts.count(1) == ["two"]


async def test_of_a_kind_nobody_handles_a_row_is_left_for_whoever_does(
    store: Store, clock: Clock, acts: Acts
) -> None:
    await store.transact(due.put("coffee", "one", NOON))
    await put(store, "two", NOON)
    async with running(store, clock, acts) as scheduler:
        await acts.count(1)
        with pytest.raises(ValueError, match="two handlers"):
            scheduler.on(KIND, acts)
    assert await store.transact(due.when("coffee", "one")) == NOON


async def test_a_lease_that_is_over_is_somebody_elses(shared: Store, clock: Clock) -> None:
    await put(shared, "one", NOON)
    (row,) = await shared.transact(due.claim([KIND], clock(), LEASE, "first", 10))
    assert await shared.transact(due.claim([KIND], clock(), LEASE, "second", 10)) == []
    assert await shared.get(due.earliest([KIND])) == NOON + LEASE
    clock.pass_(seconds=LEASE.total_seconds())
    assert await shared.transact(due.claim([KIND], clock(), LEASE, "second", 10)) == [row]
    assert not await shared.transact(due.finish(row, "first"))
    assert not await shared.transact(due.put_off(row, "first", NOON))
    assert await shared.transact(due.finish(row, "second"))
    assert await shared.get(due.earliest([KIND])) is None


async def test_a_row_set_anew_is_nobodys(shared: Store, clock: Clock) -> None:
    await put(shared, "one", NOON)
    (row,) = await shared.transact(due.claim([KIND], clock(), LEASE, "first", 10))
    await put(shared, "one", NOON + timedelta(minutes=1))
    assert not await shared.transact(due.finish(row, "first"))
    assert await shared.get(due.earliest([KIND])) == NOON + timedelta(minutes=1)
    await shared.transact(due.cancel(KIND, "one"))


async def test_two_schedulers_never_act_twice(shared: Store, clock: Clock, acts: Acts) -> None:
    keys = [f"row {n:03}" for n in range(120)]
    for key in keys:
        await put(shared, key, NOON)
    async with running(shared, clock, acts) as one, running(shared, clock, acts) as two:
        for _ in range(3):
            one.expect(NOON)
            two.expect(NOON)
        assert sorted(await acts.count(120)) == keys
        for key in keys:
            await gone(shared, key)
    assert sorted(acts.done) == keys


async def test_two_processes_on_one_server_never_act_twice(postgres: str, clock: Clock, acts: Acts) -> None:
    """Two stores, as two bots would have, claiming at the same moment."""
    async with open_store(postgres, clock) as here, open_store(postgres, clock) as there:
        keys = [f"row {n:03}" for n in range(200)]
        for key in keys:
            await put(here, key, NOON)
        async with running(here, clock, acts), running(there, clock, acts):
            assert sorted(await acts.count(200)) == keys
            for key in keys:
                await gone(here, key)
    assert sorted(acts.done) == keys


async def test_of_a_kind_with_a_limit_no_more_are_claimed_than_can_be_done(
    store: Store, clock: Clock, acts: Acts
) -> None:
    """Ten are due at once and two fit; the others keep no lease that could run out, and all get done."""
    parcels = Acts()
    parcels.gate.clear()
    for n in range(10):
        await store.transact(due.put("parcel", f"{n}", NOON))
    async with running(store, clock, acts) as scheduler:
        scheduler.on("parcel", parcels, most=2)
        scheduler.expect(NOON)
        await parcels.count(2)
        await put(store, "meanwhile", NOON)
        scheduler.expect(NOON)
        assert await acts.count(1) == ["meanwhile"]
        assert len(parcels.done) == 2
        parcels.gate.set()
        assert sorted(await parcels.count(10)) == [f"{n}" for n in range(10)]


async def test_what_a_dead_process_had_claimed_is_free_at_start(
    store: Store, clock: Clock, acts: Acts
) -> None:
    """SQLite has one process at a time, so nobody's lease has to run out."""
    await put(store, "one", NOON)
    (row,) = await store.transact(due.claim((KIND,), clock(), LEASE, "dead", 9))
    async with running(store, clock, acts):
        assert await acts.count(1) == ["one"]
    assert not await store.transact(due.finish(row, "dead"))
