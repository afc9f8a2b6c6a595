"""The tables of what people learnt, who they are on several platforms, and who wants to be forgotten."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from bot.store.columns import platform, user_id
from bot.store.tables import Utc, metadata

learning_events = Table(
    "learning_events",
    metadata,
    platform(),
    user_id(primary_key=True, autoincrement=False),
    Column("ref", String(60), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("detail", String(60), nullable=False),
    Column("right", Boolean),
    Column("slow", Boolean, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Index("learning_events_at", "platform", "user_id", "at"),
)
"""What happened to each account (see `bot.learning.events`). Rows are added, never changed."""

people = Table(
    "people",
    metadata,
    platform(),
    user_id(primary_key=True, autoincrement=False),
    Column("person", BigInteger, nullable=False, index=True),
    Column("zone", String(64), nullable=False),
    Column("zone_at", Utc),
    Column("reminders", Boolean, nullable=False),
)
"""Which accounts are one person, and what they chose. zone: empty when never set; zone_at: when it was."""

records = Table(
    "records",
    metadata,
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)
"""Each person's record as last worked out. Only a shortcut: the events are what counts."""

practice_sessions = Table(
    "practice_sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String(16), nullable=False),
    user_id(nullable=False),
    Column("state", Text, nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Index("practice_sessions_user", "platform", "user_id"),
)
"""Sessions of questions, as far as they got."""

link_codes = Table(
    "link_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("platform", String(16), nullable=False),
    user_id(nullable=False),
    Column("expires_at", Utc, nullable=False),
)
"""Codes that join two accounts, each only as a keyed hash. A row goes when its code is used."""

link_tries = Table(
    "link_tries",
    metadata,
    platform(),
    user_id(primary_key=True, autoincrement=False),
    Column("since", Utc, nullable=False),
    Column("tries", Integer, nullable=False),
)
"""How often an account has typed a code lately."""

forgotten = Table(
    "forgotten",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("at", Utc, nullable=False),
)
"""Who asked to be forgotten, as keyed hashes that name nobody: so that a restored backup forgets them too."""
