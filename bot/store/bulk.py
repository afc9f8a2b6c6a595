"""Many new rows in one statement, and in as few hops to the database's thread as can be.

Through SQLAlchemy's cursors one insert costs SQLite four hops (cursor, execute, fetch, close), and each hop
costs more than a hundred rows do. The driver's own `execute_fetchall` makes one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Row = Mapping[str, Any]
Key = tuple[Any, ...]

SQLITE_VARIABLES = 32766
"""The most values in one statement (sqlite.org/limits.html, SQLITE_MAX_VARIABLE_NUMBER)."""
_DIALECT = sqlite.dialect()


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> list[Key]:
    """Inserts the rows whose primary key is not there yet, and returns the keys of those.

    The rows have the same columns. Raises the driver's own error, or SQLAlchemy's, when a row is bad.
    """
    if connection.dialect.name == "sqlite" and len(rows) > 1:
        return await _in_one_hop(connection, table, rows)
    statement = insert(connection, table).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return [tuple(key) for key in await connection.execute(statement, [dict(row) for row in rows])]


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows ON CONFLICT, in the dialect of the connection."""
    if connection.dialect.name == "postgresql":
        # Where the database is SQLite, nobody waits for PostgreSQL's part of the library.
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table)
    return sqlite.insert(table)


async def _in_one_hop(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> list[Key]:
    names = tuple(rows[0])
    processors = [table.c[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name in names]
    columns = list(zip(names, processors, strict=True))
    driver: Any = (await connection.get_raw_connection()).driver_connection
    new: list[Key] = []
    most = SQLITE_VARIABLES // len(names)
    for first in range(0, len(rows), most):
        some = rows[first : first + most]
        values = [process(row[name]) if process else row[name] for row in some for name, process in columns]
        new += await driver.execute_fetchall(_statement(table, names, len(some)), values)
    return new


@lru_cache(maxsize=256)
def _statement(table: Table, names: tuple[str, ...], count: int) -> str:
    quote = _DIALECT.identifier_preparer.quote
    row = f"({', '.join('?' * len(names))})"
    keys = ", ".join(quote(column.name) for column in table.primary_key)
    return (
        f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))})"  # noqa: S608 - names are the schema's
        f" VALUES {', '.join([row] * count)} ON CONFLICT DO NOTHING RETURNING {keys}"
    )
