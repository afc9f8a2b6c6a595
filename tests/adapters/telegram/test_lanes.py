"""Lanes: order within, none between, and a limit to what waits."""

from __future__ import annotations

import asyncio

from bot.adapters.telegram.lanes import Job, Lanes
from tests.adapters.manual import settled


class Jobs:
    """Jobs that note when they ran and wait until let go."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []
        self.go = asyncio.Event()

    def named(self, name: str) -> Job:
        async def job() -> None:
            self.began.append(name)
            await self.go.wait()
            self.ended.append(name)

        return job


async def test_one_lane_is_in_order_and_two_run_at_once() -> None:
    lanes, jobs = Lanes(), Jobs()
    for lane, name in (("a", "a1"), ("a", "a2"), ("b", "b1")):
        await lanes.put(lane, jobs.named(name))
    await settled()
    assert jobs.began == ["a1", "b1"]
    jobs.go.set()
    await settled()
    assert jobs.ended.index("a1") < jobs.ended.index("a2")
    await lanes.close()


async def test_a_full_house_makes_the_next_wait() -> None:
    lanes, jobs = Lanes(most=2), Jobs()
    await lanes.put("a", jobs.named("a1"))
    await lanes.put("a", jobs.named("a2"))
    third = asyncio.create_task(lanes.put("b", jobs.named("b1")))
    await settled()
    assert not third.done()
    jobs.go.set()
    await third
    await lanes.close()
    assert sorted(jobs.ended) == ["a1", "a2", "b1"]


async def test_closing_waits_for_what_is_under_way() -> None:
    lanes, jobs = Lanes(), Jobs()
    await lanes.put("a", jobs.named("a1"))
    await settled()
    closing = asyncio.create_task(lanes.close())
    await settled()
    jobs.go.set()
    await closing
    assert jobs.ended == ["a1"]
