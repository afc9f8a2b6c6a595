"""Reminders come only to who asked, only when something is due, at most once a day, in their own evening."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

import pytest

from bot.adapters.base import Unreachable
from bot.features.reminders import KIND, Reminders, next_time
from bot.features.services import Services, Shelf
from bot.learners import account
from bot.learning.events import Event, Kind
from bot.model import Chat, ChatKind, Platform, User
from bot.recent import Recent
from bot.reply import Reply, plain_text
from bot.schedule import Scheduler
from bot.store import due, learners
from bot.store.due import Due
from bot.store.store import Store
from bot.texts import load_catalogue
from tests.conftest import NOON, Clock
from tests.core import library

ANN = User(Platform.TELEGRAM, 1, "Ann")
KEY = account(ANN)


@dataclass
class Postbox:
    """Takes what is sent in private; `closed` as by somebody who blocked the bot."""

    said: list[str] = field(default_factory=list)
    closed: bool = False

    async def private_chat(self, user: User) -> Chat:
        return Chat(user.platform, user.id, ChatKind.PRIVATE)

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        if self.closed:
            raise Unreachable("blocked")
        self.said.append(plain_text(reply))
        return 1


@pytest.fixture
def box() -> Postbox:
    return Postbox()


@pytest.fixture
async def reminders(store: Store, clock: Clock, box: Postbox) -> Reminders:
    services = Services(Shelf(library()), store, Recent(), lambda: clock().date(), Random(1))
    platforms = {Platform.TELEGRAM: box}
    texts = load_catalogue().default
    return Reminders(services, platforms, Scheduler(store, clock), clock, texts)  # type: ignore[arg-type]


async def learns(store: Store, at: dt.datetime) -> None:
    event = Event(KEY, f"e{at}", Kind.PRACTICE, "rag", at, "q", right=True)
    await store.transact(learners.add_events([event]))


async def rings(reminders: Reminders, store: Store, clock: Clock) -> None:
    """It becomes the time of the row."""
    at = await store.get(due.when(KIND, KEY))
    assert at is not None
    clock.now = at
    await reminders.remind(Due(KIND, KEY, at, "", 0))


async def test_whoever_asked_is_told_when_something_is_due(
    reminders: Reminders, store: Store, clock: Clock, box: Postbox
) -> None:
    assert await reminders.switch(ANN, clock())
    await rings(reminders, store, clock)
    assert box.said == []
    await learns(store, clock())
    for _ in range(5):
        await rings(reminders, store, clock)
    assert 2 <= len(box.said) <= 4
    assert "1 term is due for review" in box.said[0]
    assert "You asked for this" in box.said[0]


async def test_nobody_else_is_told(reminders: Reminders, store: Store, clock: Clock, box: Postbox) -> None:
    await learns(store, NOON)
    assert await store.get(due.when(KIND, KEY)) is None
    await reminders.switch(ANN, clock())
    assert not await reminders.switch(ANN, clock())
    assert await store.get(due.when(KIND, KEY)) is None
    clock.pass_(days=9)
    await reminders.remind(Due(KIND, KEY, clock(), "", 0))
    assert box.said == []


async def test_whoever_blocked_the_bot_is_left_alone(
    reminders: Reminders, store: Store, clock: Clock, box: Postbox
) -> None:
    await learns(store, NOON - dt.timedelta(days=9))
    await reminders.switch(ANN, clock())
    box.closed = True
    await rings(reminders, store, clock)
    assert not await store.get(learners.reminded(ANN))
    assert await store.get(due.when(KIND, KEY)) is None


async def test_what_was_due_while_the_bot_was_away_waits_for_the_next_evening(
    reminders: Reminders, store: Store, clock: Clock, box: Postbox
) -> None:
    await learns(store, NOON - dt.timedelta(days=9))
    await reminders.switch(ANN, clock())
    row = Due(KIND, KEY, NOON, "", 0)
    clock.pass_(hours=9)
    await reminders.remind(row)
    assert box.said == []
    assert await store.get(due.when(KIND, KEY)) == next_time("UTC", clock())


@pytest.mark.parametrize(
    ("zone", "now", "hour"),
    [
        ("UTC", "2026-11-24 12:00", "2026-11-24 18:00"),
        ("UTC", "2026-11-24 18:00", "2026-11-25 18:00"),
        ("Asia/Tokyo", "2026-11-24 12:00", "2026-11-25 09:00"),
        ("Europe/Vienna", "2026-03-28 20:00", "2026-03-29 16:00"),  # the night the clocks go forward
        ("UTC+05:30", "2026-11-24 06:00", "2026-11-24 12:30"),
    ],
)
def test_evening_is_by_ones_own_clock(zone: str, now: str, hour: str) -> None:
    at = dt.datetime.fromisoformat(f"{now}+00:00")
    assert next_time(zone, at) == dt.datetime.fromisoformat(f"{hour}+00:00")
