"""The tables of the daily post: who wants it, what was sent, and what readers made of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from bot.store.columns import chat_id, platform, user_id
from bot.store.tables import Utc, metadata


def _subscription() -> Column[str]:
    return Column("subscription", String(16), primary_key=True)


subscriptions = Table(
    "subscriptions",
    metadata,
    platform(),
    chat_id(primary_key=True, autoincrement=False),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("token", String(16), nullable=False, unique=True),
    Column("chat_kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("kinds", String(2), nullable=False),
    Column("time", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("days", Integer, nullable=False),
    Column("topic", String(24), nullable=False),
    user_id("by_id", nullable=False),
    Column("by_name", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("off_at", Utc),
    Column("off_reason", Text, nullable=False),
    Column("asked", String(24), nullable=False, server_default=""),
)
"""Where the daily post goes, one for a chat and thread (0 is none). token: its name, wherever chats move.

asked: the room (`bot.rooms`) in whose settings it was set up, empty when it was asked for by command.
"""

deliveries = Table(
    "deliveries",
    metadata,
    _subscription(),
    Column("day", Date, primary_key=True),
    Column("due_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempted_at", Utc),
    Column("outcome", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("tip", String(24), nullable=False),
    Column("message_id", BigInteger),
)
"""Each post, at most one for a subscription and local day; `attempted_at` is written before it is tried."""

daily_questions = Table(
    "daily_questions",
    metadata,
    _subscription(),
    Column("day", Date, primary_key=True),
    Column("platform", String(16), nullable=False),
    chat_id(nullable=False),
    Column("question", String(24), nullable=False),
    Column("places", String(16), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("closes_at", Utc, nullable=False),
    Index("daily_questions_chat", "platform", "chat_id", "opened_at"),
)
"""Questions of the day. places: the positions of the question's options (0 is the key) as shown: `2,0,1`."""

daily_answers = Table(
    "daily_answers",
    metadata,
    _subscription(),
    Column("day", Date, primary_key=True),
    platform(),
    user_id(primary_key=True, autoincrement=False),
    Column("option", Integer, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)
"""The first answer of each member to a question of the day."""

tip_votes = Table(
    "tip_votes",
    metadata,
    Column("tip", String(24), primary_key=True),
    platform(),
    user_id(primary_key=True, autoincrement=False),
    Column("helpful", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)
"""Whether a tip helped: one vote a member, the last one."""
