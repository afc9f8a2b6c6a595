"""A post office: the real store, postman and editor, two platforms that write everything down, and one clock.

It can be closed in the midst of anything and opened again on the same rows, as after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.adapters.base import AdapterError, Asked, Capabilities, Question
from bot.features.bank import Bank
from bot.features.daily_editor import DailyEditor
from bot.features.services import Services, Shelf
from bot.metrics import Metrics
from bot.model import Chat, ChatKind, Platform, User
from bot.postman import AT_ONCE, Postman
from bot.recent import Recent
from bot.reply import Reply, plain_text
from bot.schedule import LEASE, Scheduler
from bot.store import due
from bot.store.posts import kind_of
from bot.store.store import Store, open_store
from bot.texts import load_catalogue
from tests.conftest import Clock

KINDS = tuple(map(kind_of, Platform))
ANN = User(Platform.TELEGRAM, 11, "Ann")


Opened = Callable[[str, Clock], AbstractAsyncContextManager[Store]]


@dataclass(frozen=True, slots=True)
class Letter:
    """What arrived: where, when, and what it said."""

    chat: int
    thread: int | None
    at: datetime
    text: str
    key: str
    loud: bool


@dataclass
class Box:
    """A platform on which everything stays as it was written, also when the bot dies.

    faults: what the next sends raise; lost: whether they arrive all the same. Repeats under a key that is
    not older than `repeat_within` seconds arrive once.
    """

    platform: Platform
    clock: Clock
    repeat_within: float = 0.0
    ready: bool = True
    faults: list[AdapterError] = field(default_factory=list)
    lost: bool = False
    letters: list[Letter] = field(default_factory=list)
    known: dict[str, datetime] = field(default_factory=dict)
    calls: int = 0
    arrived: Callable[[Letter], None] = lambda _: None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(True, 4000, repeat_within=self.repeat_within)

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        self.calls += 1
        await asyncio.sleep(0)
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or self.lost:
            self._arrive(chat, reply, key)
        await asyncio.sleep(0)
        if fault is not None:
            raise fault
        return self.calls

    def _arrive(self, chat: Chat, reply: Reply, key: str) -> None:
        first = self.known.get(key)
        if first is not None and self.clock() < first + timedelta(seconds=self.repeat_within):
            return
        if self.repeat_within:
            self.known[key] = self.clock()
        letter = Letter(chat.id, chat.thread, self.clock(), plain_text(reply), key, reply.loud)
        self.letters.append(letter)
        self.arrived(letter)

    async def run(self) -> None:
        """There is nothing to serve."""

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Nothing is edited here."""

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:
        raise NotImplementedError

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        """Nothing is asked here."""

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        """Nothing is deleted here."""

    async def private_chat(self, user: User) -> Chat:
        return Chat(self.platform, user.id, ChatKind.PRIVATE, user.name)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        return True

    async def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Office:
    """One life of the bot."""

    store: Store
    postman: Postman
    shelf: Shelf
    clock: Clock

    async def next_due(self) -> datetime | None:
        return await self.store.get(due.earliest(KINDS))

    async def work(self) -> int:
        """Does all that is due now, as the scheduler does; how much that was."""
        done = 0
        while rows := await self.claimed():
            await asyncio.gather(*map(self.handle, rows))
            done += len(rows)
        return done

    async def claimed(self) -> list[due.Due]:
        return await self.store.transact(due.claim(KINDS, self.clock(), LEASE, "life", AT_ONCE))

    async def handle(self, row: due.Due) -> None:
        await self.postman.deliver(row)
        await self.store.transact(due.finish(row, "life"))

    async def until(self, end: datetime) -> None:
        """Lets the time go by, from one thing that is due to the next."""
        while (at := await self.next_due()) is not None and at <= end:
            self.clock.now = max(self.clock.now, at)
            await self.work()
        self.clock.now = max(self.clock.now, end)


async def no_wait(seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def office(
    folder: Path, shelf: Shelf, clock: Clock, *boxes: Box, opened: Opened = open_store
) -> AsyncIterator[Office]:
    """One life of the bot on the rows in the folder. What it sends stays in the boxes."""
    async with opened(f"sqlite:///{folder / 'office.db'}", clock) as store:
        await store.transact(due.release())
        chance = Random(5)
        services = Services(shelf, store, Recent(), lambda: clock().date(), chance)
        editor = DailyEditor(services, Bank(shelf), load_catalogue().default)
        platforms = {box.platform: box for box in boxes}
        postman = Postman(
            store, platforms, editor, Scheduler(store, clock), clock=clock, metrics=Metrics(), sleep=no_wait
        )
        yield Office(store, postman, shelf, clock)


def group(number: int, platform: Platform = Platform.TELEGRAM, thread: int | None = None) -> Chat:
    return Chat(platform, -number, ChatKind.GROUP, f"Group {number}", thread)


def without(shelf: Shelf, *tips: str) -> None:
    """Authors take tips out."""
    kept = {name: tip for name, tip in shelf.library.tips.items() if name not in tips}
    shelf.library = replace(shelf.library, tips=kept)
