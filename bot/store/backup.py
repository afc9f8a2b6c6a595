"""Backups of a SQLite database: taken while the bot runs, kept for some days, restored by command.

PostgreSQL has its own tools for this (pg_dump, pg_restore).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.keyring import Keyring
from bot.store import personal
from bot.store.database import hold, sqlite_path
from bot.store.learners import name_of
from bot.store.schema import VERSION, StoreError
from bot.store.store import Clock, Store, open_store

KEPT = timedelta(days=30)
"""How long a backup is kept: until then, somebody who was forgotten is still in it."""
FOLDER = "backups"
_NAME = "whatis-%Y%m%d-%H%M%S.db"
FORGET = "forget"
"""The purpose of the marks of the forgotten (see `bot.keyring`)."""


def back_up(address: str, folder: Path, now: datetime) -> Path:
    """A new backup in the folder, by SQLite's online backup, sound whatever is written meanwhile.

    Backups that are too old go. Raises StoreError when the database is no SQLite file, or not there.
    """
    source = sqlite_path(address)
    if source is None or not source.exists():
        raise StoreError(_NO_FILE if source is None else f"There is no database at {source} yet.")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / now.astimezone(UTC).strftime(_NAME)
    partial = target.with_suffix(".part")
    _copy(source, partial)
    partial.replace(target)
    expire(folder, now)
    return target


def expire(folder: Path, now: datetime) -> list[Path]:
    """Deletes the backups that are too old; which they were."""
    old = [path for path in folder.glob("whatis-*.db") if _taken(path, now) < now - KEPT]
    for path in old:
        path.unlink()
    return old


async def restore(backup: Path, address: str, keyring: Keyring, clock: Clock) -> int:
    """Puts a backup in the database's place; how many people it forgot again, who had asked for it since.

    The database as it was is kept among the backups. Raises StoreError when the bot runs, or the file is
    no backup that this version can use.
    """
    target = sqlite_path(address)
    if target is None:
        raise StoreError(_NO_FILE)
    await asyncio.to_thread(_check, backup)
    with contextlib.closing(hold(address)):
        there = await asyncio.to_thread(target.exists)
        since = keyring.noted()
        if there:
            since |= await _marks(address, clock)
            await asyncio.to_thread(back_up, address, target.parent / FOLDER, clock())
        await asyncio.to_thread(_replace, backup, target)
        async with open_store(address, clock) as store:
            return await forget_again(store, since, keyring)


async def _marks(address: str, clock: Clock) -> dict[str, datetime]:
    """Who was forgotten by the database that is replaced; one that cannot be read is no hindrance."""
    try:
        async with open_store(address, clock) as store:
            return await store.get(personal.forgotten_marks())
    except StoreError:
        return {}


async def forget_again(store: Store, since: dict[str, datetime], keyring: Keyring) -> int:
    """Forgets those who asked after the data was kept, by their marks; the number of accounts.

    Whoever asked before that, and came back, stays.
    """
    known = await store.get(personal.forgotten_marks())
    new = {mark: at for mark, at in since.items() if mark not in known or known[mark] < at}
    accounts = await store.get(personal.all_accounts())
    again = [account for account in sorted(accounts) if keyring.mark(FORGET, name_of(account)) in new]
    chats = await store.get(personal.private_chats(again))
    await store.transact(personal.forget(again, chats, new))
    await store.scrub()
    return len(again)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(source)) as one,
        contextlib.closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
        # One file alone: a backup that needed a log beside it would be restored without it.
        other.execute("PRAGMA journal_mode=DELETE")
    target.chmod(0o600)


def _replace(backup: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.restored")
    shutil.copyfile(backup, partial)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    for beside in _beside(target):
        beside.unlink(missing_ok=True)
    partial.replace(target)


def _beside(target: Path) -> Iterable[Path]:
    return (target.with_name(f"{target.name}{end}") for end in ("-wal", "-shm"))


def _check(backup: Path) -> None:
    """Raises StoreError when the file is no sound backup of this bot."""
    if not backup.exists():
        raise StoreError(f"There is no file {backup}. `whatis-bot backup` makes one.")
    try:
        with contextlib.closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as file:
            sound = file.execute("PRAGMA integrity_check").fetchone()[0]
            version = file.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{backup} is no backup of whatis-bot: {error}.") from error
    if sound != "ok" or version > VERSION:
        reason = f"it is damaged ({sound})" if sound != "ok" else f"a newer whatis-bot made it ({version})"
        raise StoreError(f"{backup} cannot be restored: {reason}. Take another one.")


def _taken(path: Path, now: datetime) -> datetime:
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
    except ValueError:  # somebody's own file with a name like ours
        return now


_NO_FILE = (
    "Only a SQLite database is backed up and restored here. Use pg_dump and pg_restore for PostgreSQL, then "
    "`whatis-bot forget-again`, so that those who asked for it are forgotten in the restored data too."
)
