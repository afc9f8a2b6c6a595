"""The tables. Times are UTC; ids are the platforms' own.

A column that holds a chat's id is made by `_chat_id`, so that a chat which moves takes every row along.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData()
CHAT = "chat"


class Utc(TypeDecorator[dt.datetime]):
    """An instant: aware in Python, stored as naive UTC. Raises ValueError for a naive one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=dt.UTC)


def _platform() -> Column[str]:
    return Column("platform", String(16), primary_key=True)


def _chat_id(name: str = "chat_id", **options: Any) -> Column[int]:
    return Column(name, BigInteger, info={CHAT: True}, **options)


members = Table(
    "members",
    metadata,
    _platform(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("seen_at", Utc, nullable=False),
)
"""Who has used the bot, named as last seen."""

chats = Table(
    "chats",
    metadata,
    _platform(),
    _chat_id("id", primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("welcomed_at", Utc),
    Column("left_at", Utc),
    Column("left_reason", Text),
)
"""Where the bot is, or was."""

lookups = Table(
    "lookups",
    metadata,
    Column("day", Date, primary_key=True),
    Column("term", String(24), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How often each term was shown on a day: no person, no chat."""

missed = Table(
    "missed",
    metadata,
    Column("text", String(60), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_day", Date, nullable=False),
)
"""What was asked for and not found: no person, no chat, nothing that could name one."""

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", Utc, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("subject", String(16), nullable=False),
    Column("subject_id", String(60), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("resolved_at", Utc),
)
"""What readers say is wrong."""

prompts = Table(
    "prompts",
    metadata,
    _platform(),
    _chat_id(primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("command", String(100), nullable=False),
    Column("asked_at", Utc, nullable=False),
)
"""Commands that wait for one more word from somebody."""

notes = Table(
    "notes",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("text", Text, nullable=False),
)
"""Small things the adapters remember."""

updates = Table(
    "updates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("taken_at", Utc, nullable=False),
)
"""Telegram updates that were taken, so that none is handled twice."""
