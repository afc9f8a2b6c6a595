"""A database each, copied from one that was migrated once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import open_database
from tests.conftest import Clock
from tests.hosting.house import House, Wall, house


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "whatis.db"

    async def make() -> None:
        await (await open_database(f"sqlite:///{path}")).close()

    asyncio.run(make())
    return path


@pytest.fixture
def database_url(migrated: Path, tmp_path: Path) -> str:
    path = tmp_path / "whatis.db"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
def wall(clock: Clock) -> Wall:
    return Wall(clock)


@pytest.fixture
async def home(database_url: str, wall: Wall) -> AsyncIterator[House]:
    async with house(database_url, wall) as opened:
        yield opened
