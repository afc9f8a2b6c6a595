"""What can happen to the bot's own messages on their way out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest

from bot.adapters.base import (
    Adapter,
    AdapterError,
    Capabilities,
    Delayed,
    Moved,
    NotSent,
    OutcomeUnknown,
    Unreachable,
)
from bot.cleanup import CHATS_AT_ONCE, EACH, Cleaner
from bot.model import Chat, ChatKind, Migrated, Platform
from bot.recent import Recent
from bot.schedule import Scheduler
from bot.store import chats, due, own_messages
from bot.store.own_messages import DUE
from bot.store.store import Store
from tests.conftest import Clock
from tests.daily.post_office import no_wait

GROUP = Chat(Platform.TELEGRAM, -5, ChatKind.GROUP, "Learners")
HALF = timedelta(minutes=30)


@dataclass
class Bin:
    """A platform that only deletes. faults: what the next calls raise."""

    platform: Platform = Platform.TELEGRAM
    ready: bool = True
    deletes_within: float = 48 * 3600.0
    faults: list[AdapterError] = field(default_factory=list)
    calls: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(True, 4000, deletes_within=self.deletes_within)

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        assert not urgent, "nobody waits for it"
        self.calls.append((chat.id, tuple(message_ids)))
        self.called.set()
        await asyncio.sleep(0)
        if self.faults:
            raise self.faults.pop(0)

    async def emptied(self, calls: int) -> None:
        """Waits for so many calls."""
        while len(self.calls) < calls:
            self.called.clear()
            await self.called.wait()

    @property
    def deleted(self) -> list[int]:
        return [message_id for _, ids in self.calls for message_id in ids]


@dataclass
class Yard:
    """A cleaner at work on the real rows."""

    store: Store
    clock: Clock
    cleaner: Cleaner
    bin: Bin
    recent: Recent
    platforms: dict[Platform, Adapter]

    async def says(self, *ids: int, chat: Chat = GROUP) -> None:
        await self.cleaner.answered(chat, ids, None)

    async def look(self) -> bool:
        """One claim of the scheduler's; whether there was anything to do."""
        claim = due.claim((DUE,), self.clock(), timedelta(minutes=2), "life", 9)
        claimed = await self.store.transact(claim)
        for row in claimed:
            await self.cleaner.clean(row)
            await self.store.transact(due.finish(row, "life"))
        return bool(claimed)

    async def passes(self, **time: float) -> None:
        """Time goes by, from one look to the next."""
        end = self.clock() + timedelta(**time)
        while (at := await self.store.get(due.earliest((DUE,)))) is not None and at <= end:
            self.clock.now = max(self.clock.now, at)
            await self.look()
        self.clock.now = end


@asynccontextmanager
async def opened(store: Store, clock: Clock, bin_: Bin) -> AsyncIterator[Yard]:
    platforms = {bin_.platform: cast("Adapter", bin_)}
    recent = Recent()
    cleaner = Cleaner(store, platforms, recent, Scheduler(store, clock), clock=clock, sleep=no_wait)
    await cleaner.wake()
    yield Yard(store, clock, cleaner, bin_, recent, platforms)


@pytest.fixture
async def yard(store: Store, clock: Clock) -> AsyncIterator[Yard]:
    async with opened(store, clock, Bin()) as found:
        await found.cleaner.choose(GROUP, HALF)
        yield found


async def test_where_posts_stay_a_reply_costs_the_database_nothing(clock: Clock) -> None:
    untouched = cast("Store", object())
    cleaner = Cleaner(untouched, {}, Recent(), Scheduler(untouched, clock), clock=clock)
    await cleaner.answered(GROUP, [1, 2], None)
    await cleaner.answered(GROUP, [1], 1)
    assert cleaner.stay(GROUP) is None


async def test_a_busy_chat_costs_one_call_a_minute(yard: Yard) -> None:
    for message_id in range(1, 61):
        await yard.says(message_id)
        yard.clock.pass_(seconds=5)
    await yard.passes(hours=1)
    assert yard.bin.deleted == list(range(1, 61))
    assert len(yard.bin.calls) <= 6, "five minutes' worth of messages"


async def test_thousands_that_are_overdue_go_in_rounds(yard: Yard) -> None:
    groups = [replace(GROUP, id=-100 - n) for n in range(3 * CHATS_AT_ONCE)]
    for group in groups:
        await yard.cleaner.choose(group, HALF)
        await yard.says(*range(1, EACH + 21), chat=group)
    yard.clock.pass_(hours=9)
    await yard.look()
    assert [len(ids) for _, ids in yard.bin.calls] == [EACH] * CHATS_AT_ONCE
    while await yard.look():
        pass
    assert len(yard.bin.deleted) == len(groups) * (EACH + 20)
    assert len(set(yard.bin.calls)) == len(yard.bin.calls)


async def test_rounds_follow_each_other_at_once(yard: Yard) -> None:
    """The scheduler itself, which sleeps for up to a minute unless it is told."""
    for n in range(CHATS_AT_ONCE + 1):
        group = replace(GROUP, id=-100 - n)
        await yard.cleaner.choose(group, HALF)
        await yard.says(1, chat=group)
    yard.clock.pass_(hours=9)
    scheduler = Scheduler(yard.store, yard.clock)
    cleaner = Cleaner(yard.store, yard.platforms, yard.recent, scheduler, clock=yard.clock)
    assert cleaner.stay(GROUP) is None, "not loaded: what is due needs no settings"
    working = asyncio.create_task(scheduler.run())
    try:
        async with asyncio.timeout(10):
            await yard.bin.emptied(CHATS_AT_ONCE + 1)
    finally:
        working.cancel()
        await asyncio.wait((working,))


async def test_a_restart_takes_up_what_is_due(yard: Yard) -> None:
    await yard.says(1)
    yard.clock.pass_(hours=9)
    claimed = await yard.store.transact(
        due.claim((DUE,), yard.clock(), timedelta(minutes=2), "the life before", 9)
    )
    assert len(claimed) == 1, "it died with this in its hands"
    await yard.store.transact(due.release())
    async with opened(yard.store, yard.clock, yard.bin) as again:
        assert again.cleaner.stay(GROUP) == HALF
        await again.look()
    assert yard.bin.deleted == [1]


@pytest.mark.parametrize("error", [Unreachable("bot was kicked"), Moved(-1005)])
async def test_what_is_closed_for_good_is_not_tried_again(yard: Yard, error: AdapterError) -> None:
    await yard.says(1)
    yard.bin.faults = [error]
    await yard.passes(days=1)
    assert yard.bin.calls == [(GROUP.id, (1,))]
    assert await yard.store.get(own_messages.platforms()) == []


async def test_a_chat_that_moved_is_known_under_its_new_id(yard: Yard) -> None:
    await yard.says(1)
    yard.bin.faults = [Moved(-1005)]
    await yard.passes(hours=1)
    assert yard.cleaner.stay(GROUP) is None
    assert yard.cleaner.stay(replace(GROUP, id=-1005)) == HALF
    await yard.store.transact(chats.move(Migrated(Platform.TELEGRAM, -1005, -1006)))
    await yard.cleaner.load()
    assert yard.cleaner.stay(replace(GROUP, id=-1006)) == HALF


async def test_a_wait_that_is_asked_for_is_kept_and_holds_up_nobody_else(yard: Yard) -> None:
    other = replace(GROUP, id=-6)
    await yard.cleaner.choose(other, HALF)
    await yard.says(1)
    await yard.says(2, chat=other)
    yard.bin.faults = [Delayed(300.0)]
    await yard.passes(minutes=34)
    assert sorted(yard.bin.deleted) == [1, 2]
    await yard.passes(minutes=3)
    assert len(yard.bin.calls) == 3
    assert yard.bin.calls[2] == yard.bin.calls[0]


@pytest.mark.parametrize("error", [NotSent("no connection"), OutcomeUnknown("no answer")])
async def test_it_is_tried_again_with_pauses_but_not_for_ever(yard: Yard, error: AdapterError) -> None:
    await yard.says(1)
    yard.bin.faults = [error] * 100
    await yard.passes(hours=1)
    assert len(yard.bin.calls) == 5, "after one, two, four and eight minutes"
    await yard.passes(days=1)
    assert len(yard.bin.calls) == own_messages.MOST_ATTEMPTS
    assert await yard.store.get(own_messages.platforms()) == []


async def test_while_a_platform_is_away_nothing_is_tried_and_nothing_lost(yard: Yard) -> None:
    await yard.says(1)
    yard.bin.ready = False
    await yard.passes(hours=2)
    assert yard.bin.calls == []
    yard.bin.ready = True
    await yard.passes(minutes=2)
    assert yard.bin.deleted == [1]
    await yard.says(2)
    yard.platforms.clear()
    await yard.passes(hours=3)
    yard.platforms[Platform.TELEGRAM] = cast("Adapter", yard.bin)
    await yard.passes(hours=1)
    assert yard.bin.deleted == [1, 2]


@pytest.mark.parametrize(("within", "deleted"), [(48 * 3600.0, [2]), (0.0, [1, 2])])
async def test_what_is_too_old_is_not_even_tried(yard: Yard, within: float, deleted: list[int]) -> None:
    yard.bin.deletes_within = within
    await yard.says(1)
    yard.clock.pass_(hours=47)
    await yard.says(2)
    yard.clock.pass_(hours=2)
    while await yard.look():
        pass
    assert yard.bin.deleted == deleted
    assert await yard.store.get(own_messages.platforms()) == []


async def test_nobody_is_pointed_to_what_goes(yard: Yard) -> None:
    yard.recent.add(GROUP, "w:rag", 1, yard.clock())
    yard.recent.add(replace(GROUP, thread=7), "w:gan", 2, yard.clock())
    yard.recent.add(replace(GROUP, id=-6), "w:rag", 1, yard.clock())
    yard.recent.forget(GROUP, (1, 3))
    now = yard.clock()
    assert yard.recent.find(GROUP, "w:rag", now) is None
    assert yard.recent.find(replace(GROUP, thread=7), "w:gan", now) == 2
    assert yard.recent.find(replace(GROUP, id=-6), "w:rag", now) == 1
