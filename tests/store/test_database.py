"""Opening a database: migrated, locked, and refused with a sentence when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import bot.store
from bot.store.database import open_database
from bot.store.schema import VERSION, StoreError, check_sqlite
from bot.store.tables import metadata


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, database_url: str) -> str:
    return database_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


async def test_the_migrations_lead_to_the_tables(any_url: str) -> None:
    database = await open_database(any_url)
    async with database.writing.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def test_the_newest_migration_is_the_version_the_code_names() -> None:
    folder = Path(bot.store.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == VERSION


async def test_opening_twice_changes_nothing(database_url: str) -> None:
    for _ in range(2):
        database = await open_database(database_url)
        await database.close()


async def test_a_database_from_the_future_is_refused(database_url: str) -> None:
    database = await open_database(database_url)
    async with database.writing.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StoreError, match=r"version 9999, newer than this whatis-bot knows"):
        await open_database(database_url)


async def test_two_bots_on_one_file_are_refused(database_url: str) -> None:
    first = await open_database(database_url, exclusive=True)
    with pytest.raises(StoreError, match="Another whatis-bot runs on"):
        await open_database(database_url, exclusive=True)
    await first.close()
    again = await open_database(database_url, exclusive=True)
    await again.close()


@pytest.mark.parametrize("address", ["nonsense", "mysql://host/name", ""])
async def test_an_address_that_is_not_understood_says_what_to_write(address: str) -> None:
    with pytest.raises(StoreError, match=r"Write sqlite:///path/to/file\.db or postgresql://"):
        await open_database(address)


def test_an_old_sqlite_is_refused() -> None:
    with pytest.raises(StoreError, match=r"SQLite 3\.34\.1 is too old"):
        check_sqlite((3, 34, 1))


async def test_commits_reach_the_disk_and_deleted_rows_are_overwritten(database_url: str) -> None:
    database = await open_database(database_url)
    async with database.writing.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    await database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
