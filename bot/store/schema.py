"""Brings a database to the version the code knows, under a lock, before anything else touches it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

VERSION = "0006"
"""The newest migration; a database at this version needs no look at the migrations at all."""

SQLITE_NEEDED = (3, 35)
"""`RETURNING` came with SQLite 3.35 (sqlite.org/lang_returning.html)."""

_ADVISORY_LOCK = 0x57484154


class StoreError(Exception):
    """The database cannot be used; the sentence says why and what to do."""


def check_sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raises StoreError when the SQLite that Python brought is too old."""
    if version[:2] < SQLITE_NEEDED:
        found = ".".join(map(str, version))
        raise StoreError(f"SQLite {found} is too old, 3.35 or newer is needed. Use a newer Python.")


def migrate(connection: Connection) -> None:
    """Applies what is missing. Raises StoreError when the database is newer than the code."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    if current(connection) != VERSION:
        _upgrade(connection)


def current(connection: Connection) -> str | None:
    """The version the database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(select(text("version_num")).select_from(text("alembic_version")))
    return found


def _upgrade(connection: Connection) -> None:
    # Imported only when there is something to do: it costs a tenth of a second at every start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = current(connection)
    if found is not None and found not in known:
        raise StoreError(
            f"The database is at version {found}, newer than this whatis-bot knows ({VERSION}). "
            "Install the newer whatis-bot again, or restore a backup that fits this one."
        )
    command.upgrade(config, "head")
