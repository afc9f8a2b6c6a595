"""A year of daily posts, with both changes of the clocks, crashes at random moments and changing content."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import structlog

from bot.daily.calendar import Times
from bot.daily.when import EVERY_DAY, WEEKDAYS, WEEKENDS
from bot.daily.wish import Kinds
from bot.features.services import Shelf
from bot.library.library import Library
from bot.library.schema import Tip
from bot.model import Platform
from bot.store.store import open_store
from bot.store.subscriptions import Subscription
from tests.conftest import Clock
from tests.core import library
from tests.daily.direct import open_directly
from tests.daily.post_office import ANN, Box, Letter, Office, Opened, group, office

log = structlog.get_logger()
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
    "America/Halifax", "America/St_Johns", "America/Mexico_City", "America/Sao_Paulo", "America/Santiago",
    "America/Asuncion", "America/Havana", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Berlin",
    "Europe/Paris", "Europe/Athens", "Europe/Kyiv", "Europe/Moscow", "Europe/Istanbul", "Africa/Cairo",
    "Africa/Casablanca", "Africa/Lagos", "Africa/Nairobi", "Asia/Beirut", "Asia/Jerusalem", "Asia/Dubai",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Shanghai", "Asia/Tokyo",
    "Australia/Sydney", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Auckland", "Pacific/Chatham",
    "Atlantic/Azores",
)  # fmt: skip
HOURS = (time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 30), time(9, 0), time(12, 0), time(21, 30))
DAYS = (EVERY_DAY, WEEKDAYS, WEEKENDS, WEEKENDS, 0b0010101, 0b0001000)
LATE = timedelta(minutes=3)
"""As long as a crash takes here."""


class Authors:
    """They take tips out and put others in. `all`: every tip there ever was, by its heading."""

    def __init__(self, whole: Library, chance: Random) -> None:
        self.whole = whole
        self._chance = chance
        self.all = {tip.title: tip for tip in whole.tips.values()}
        self.shelf = Shelf(whole)
        self.change()

    def change(self) -> None:
        """About one in ten is away."""
        tips = {name: tip for name, tip in self.whole.tips.items() if self._chance.random() > 0.1}
        self.shelf.library = replace(self.whole, tips=tips)

    def pool(self, topic: str) -> set[str]:
        now = self.shelf.library
        return {tip.id for tip in (now.tips_for(topic) if topic else now.tips.values())}

    def tip(self, letter: Letter) -> Tip:
        (line,) = (line for line in letter.text.splitlines() if line.startswith("💡 "))
        return self.all[line.removeprefix("💡 ")]


class Reader:
    """One subscription, and what it got; complains at once of a repeat before all were seen."""

    def __init__(self, wanted: Subscription, authors: Authors) -> None:
        self.wanted = wanted
        self._authors = authors
        self.letters: list[Letter] = []
        self._seen: dict[str, int] = {}
        self.caught = 0

    def gets(self, letter: Letter) -> None:
        tip, number = self._authors.tip(letter).id, len(self.letters)
        pool = self._authors.pool(self.wanted.topic)
        assert tip in pool
        if tip in self._seen:
            older = {other for other in pool if self._seen.get(other, -1) < self._seen[tip]}
            # What a crash caught on its way to Telegram may have arrived, so it counts as seen.
            assert len(older) <= self.caught, f"{tip} came again before {older}"
        self._seen[tip] = number
        self.letters.append(letter)

    def days(self) -> list[date]:
        """The local days of what it got, each at the right time by a clock on the wall."""
        zone = ZoneInfo(self.wanted.times.zone)
        for letter in self.letters:
            early = datetime.combine(letter.at.astimezone(zone).date(), self.wanted.times.at)
            wall = letter.at.astimezone(zone).replace(tzinfo=None)
            assert wall - _next_there_is(early, zone) < LATE, (wall, self.wanted.times)
            assert wall >= early, (wall, self.wanted.times)
        return [letter.at.astimezone(zone).date() for letter in self.letters]


def _next_there_is(wall: datetime, zone: ZoneInfo) -> datetime:
    """The local time itself, or where the clocks jump to: by looking at every minute of the real day."""
    at = wall.replace(tzinfo=UTC) - timedelta(hours=16)
    while (local := at.astimezone(zone).replace(tzinfo=None)) < wall:
        at += timedelta(minutes=1) if wall - local <= timedelta(hours=2) else timedelta(minutes=30)
    return local


def readers(count: int, authors: Authors, chance: Random) -> Iterator[Reader]:
    topics = list(authors.whole.topics)
    for n in range(count):
        platform = (Platform.TELEGRAM, Platform.DISCORD)[n % 2]
        times = Times(chance.choice(HOURS), ZONES[n % len(ZONES)], chance.choice(DAYS))
        topic = chance.choice(topics) if chance.random() < 0.5 else ""
        wanted = Subscription(f"{n:016x}", group(n + 1, platform), times, Kinds.TIP, topic, ANN)
        yield Reader(wanted, authors)


async def crash(home: Office, chance: Random) -> set[str]:
    """Dies somewhere in the midst of what is due; the subscriptions it was working on."""
    rows = await home.claimed()
    tasks = [asyncio.create_task(home.handle(row)) for row in rows]
    for _ in range(chance.randrange(16)):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    return {row.key for row, end in zip(rows, ended, strict=True) if isinstance(end, asyncio.CancelledError)}


async def live(
    folder: Path,
    people: Mapping[str, Reader],
    authors: Authors,
    start: datetime,
    *,
    days: int,
    crashes: int,
    opened: Opened,
) -> set[tuple[str, date]]:
    """Lets the days go by; what was under way in crashes, by subscription and day (UTC)."""
    chance, clock = Random(9), Clock(start)
    end = start + timedelta(days=days)
    boxes = (Box(Platform.TELEGRAM, clock), Box(Platform.DISCORD, clock, repeat_within=120.0))
    for box in boxes:
        box.arrived = lambda letter: people[letter.key.split(":")[1]].gets(letter)
    under_way: set[tuple[str, date]] = set()
    stops = sorted(start + timedelta(seconds=chance.randrange(int(days * 86400))) for _ in range(crashes))
    first = True
    for stop in (*stops, end):
        async with office(folder, authors.shelf, clock, *boxes, opened=opened) as home:
            if first:
                first = False
                for reader in people.values():
                    await home.postman.subscribe(reader.wanted, start)
            await home.work()
            # Not before what was under way is done: a tip that is gone cannot be repeated.
            if chance.random() < 0.3:
                authors.change()
            await home.until(stop)
            following = await home.next_due()
            if stop == end or following is None:
                break
            clock.now = max(clock.now, following)
            died = await crash(home, chance)
            under_way |= {(key, clock.now.date()) for key in died}
            for key in died:
                people[key].caught += people[key].wanted.chat.platform is Platform.TELEGRAM
        clock.pass_(seconds=chance.randrange(100))
    return under_way


def check(reader: Reader, start: datetime, days: int, under_way: set[tuple[str, date]]) -> int:
    """Each chosen day exactly one; how many were missed that were on their way to Telegram in a crash."""
    got = reader.days()
    twice = [day for day, count in Counter(got).items() if count > 1]
    assert not twice, (reader.wanted, twice)
    zone = ZoneInfo(reader.wanted.times.zone)
    first, last = (start + timedelta(days=n) for n in (0, days))
    wanted = set()
    day = first.astimezone(zone).date() + timedelta(days=1)
    while day < last.astimezone(zone).date():
        if reader.wanted.times.days >> day.weekday() & 1:
            wanted.add(day)
        day += timedelta(days=1)
    assert {day for day in got if day not in wanted} <= {
        first.astimezone(zone).date(),
        last.astimezone(zone).date(),
    }
    missed = wanted.difference(got)
    if reader.wanted.chat.platform is Platform.DISCORD:
        assert not missed, (reader.wanted, missed)
    near = {
        day + timedelta(days=n) for key, day in under_way if key == reader.wanted.token for n in (-1, 0, 1)
    }
    assert missed <= near, (reader.wanted, missed)
    return len(missed)


async def simulate(
    folder: Path, count: int, start: datetime, *, days: int, crashes: int, opened: Opened
) -> None:
    authors = Authors(library(), Random(2))
    people = {reader.wanted.token: reader for reader in readers(count, authors, Random(3))}
    under_way = await live(folder, people, authors, start, days=days, crashes=crashes, opened=opened)
    missed = sum(check(reader, start, days, under_way) for reader in people.values())
    assert under_way, "no crash hit anything"
    posts = sum(len(reader.letters) for reader in people.values())
    log.info("simulated", posts=posts, crashes=crashes, under_way=len(under_way), missed=missed)


@pytest.mark.parametrize(("month", "day"), [(3, 26), (10, 22)])
async def test_days_around_a_change_of_the_clocks(tmp_path: Path, month: int, day: int) -> None:
    start = datetime(2026, month, day, 12, 0, 1, tzinfo=UTC)
    await simulate(tmp_path, 40, start, days=6, crashes=8, opened=open_store)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_year_of_a_thousand_subscriptions(tmp_path: Path) -> None:
    start = datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    await simulate(tmp_path, 1000, start, days=365, crashes=300, opened=open_directly)
