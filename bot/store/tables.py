"""The tables. Times are UTC; ids are the platforms' own.

Ids of chats and of people stand in marked columns only (`bot.store.columns`).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from bot.store.columns import chat_id as _chat_id
from bot.store.columns import platform as _platform
from bot.store.columns import user_id as _user_id

metadata = MetaData()
BOUND = "bound"
"""What a table is marked with whose rows name messages by number.

A chat that moves numbers its messages anew, so there the rows would mean nothing, or what others wrote.
"""


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


members = Table(
    "members",
    metadata,
    _platform(),
    _user_id("id", primary_key=True, autoincrement=False),
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
    _chat_id("space"),
)
"""Where the bot is, or was. space: the group or server of which the chat is one room; none when it is all."""

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
    _user_id(nullable=False),
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
    _user_id(primary_key=True, autoincrement=False),
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


def _quiz_id() -> Column[int]:
    return Column("quiz_id", Integer, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


due = Table(
    "due",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("key", String(60), primary_key=True),
    Column("due_at", Utc, nullable=False, index=True),
    Column("payload", Text, nullable=False),
    Column("lease_until", Utc),
    Column("lease_token", String(32)),
    Column("attempts", Integer, nullable=False),
)
"""What is to be done, and when. A row under a lease is somebody's work just now."""

quizzes = Table(
    "quizzes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("told_at", Utc),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("platform", String(16), nullable=False),
    _user_id("opener_id", nullable=False),
    Column("opener_name", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("settings", Text, nullable=False),
)
"""Every quiz: its snapshot, and how it was asked for. `told_at`: when nothing was left to send."""

quiz_rooms = Table(
    "quiz_rooms",
    metadata,
    _quiz_id(),
    _number("room"),
    Column("platform", String(16), nullable=False),
    _chat_id(nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("thread", BigInteger, nullable=False),
    Column("lost_at", Utc),
    Column("moved", Boolean),
    Index("quiz_rooms_chat", "platform", "chat_id"),
)
"""The chats a quiz is played in; thread 0 is none. moved: the chat got this id after the quiz began."""

quiz_places = Table(
    "quiz_places",
    metadata,
    _platform(),
    _chat_id(primary_key=True, autoincrement=False),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("quiz_id", Integer, nullable=False, index=True),
)
"""Where a quiz runs: at most one in a chat and thread. The row goes with the quiz's end."""

quiz_participants = Table(
    "quiz_participants",
    metadata,
    _quiz_id(),
    _number("participant"),
    Column("platform", String(16), nullable=False),
    _user_id(nullable=False),
    Column("room", Integer, nullable=False),
    UniqueConstraint("quiz_id", "platform", "user_id", name="quiz_participants_user"),
)
"""Who plays, by number."""

quiz_asked = Table(
    "quiz_asked",
    metadata,
    _quiz_id(),
    _number("number"),
    _number("room"),
    Column("attempted_at", Utc, nullable=False),
    Column("message_id", BigInteger),
    Column("poll", String(64), unique=True),
    Column("asked_at", Utc),
    Column("closed_at", Utc),
)
"""Each sending of an item, written before it is tried; without a message it may or may not have arrived."""

quiz_posts = Table(
    "quiz_posts",
    metadata,
    _quiz_id(),
    _number("room"),
    Column("name", String(16), primary_key=True),
    Column("attempted_at", Utc, nullable=False),
    Column("message_id", BigInteger),
)
"""What else a quiz has sent (lobby, pause, podium, offer), written before it is tried."""

quiz_answers = Table(
    "quiz_answers",
    metadata,
    _quiz_id(),
    _number("number"),
    _number("participant"),
    Column("option", Integer, nullable=False),
    Column("at", Utc, nullable=False),
)
"""Every answer: the first of a participant to an item."""

seen_questions = Table(
    "seen_questions",
    metadata,
    _platform(),
    _chat_id(primary_key=True, autoincrement=False),
    Column("question", String(24), primary_key=True),
    Column("last_at", Utc, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
)
"""What a chat was asked: `asked` counts the answers it gave, `wrong` the wrong ones among them."""

quiz_results = Table(
    "quiz_results",
    metadata,
    _quiz_id(),
    _platform(),
    _user_id(primary_key=True, autoincrement=False),
    _chat_id(nullable=False),
    Column("points", Integer, nullable=False),
    Column("right_answers", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Index("quiz_results_chat", "platform", "chat_id", "at"),
)
"""How each participant did in a quiz that has ended."""

unlisted = Table(
    "unlisted",
    metadata,
    _platform(),
    _user_id(primary_key=True, autoincrement=False),
)
"""Who wants to be on no leaderboard."""

chat_settings = Table(
    "chat_settings",
    metadata,
    _platform(),
    _chat_id(primary_key=True, autoincrement=False),
    Column("thread", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(24), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What was chosen for a chat (and thread; 0 is none) alone, in place of what holds for all of its group."""

space_settings = Table(
    "space_settings",
    metadata,
    _platform(),
    _chat_id("space_id", primary_key=True, autoincrement=False),
    Column("key", String(24), primary_key=True),
    Column("value", Text, nullable=False),
    _user_id("by_id", nullable=False),
)
"""What the admins of a group or server have chosen for all of it. by_id: who did, -1 for nobody known."""

own_messages = Table(
    "own_messages",
    metadata,
    _platform(),
    _chat_id(primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sent_at", Utc, nullable=False),
    Column("over_at", Utc, nullable=False),
    Column("gone_at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("own_messages_gone", "platform", "gone_at"),
    info={BOUND: True},
)
"""What the bot posted where its posts do not stay. over_at: since when that counts; gone_at: when it goes."""

channels = Table(
    "channels",
    metadata,
    _platform(),
    _chat_id(primary_key=True, autoincrement=False),
    _user_id("by_id", nullable=False),
    Column("at", Utc, nullable=False),
)
"""Channels in which the bot may post, and who let it in last."""
