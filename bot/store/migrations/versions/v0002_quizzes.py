"""Quizzes: what is due, the quizzes with their answers and results, and the settings of chats."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _big(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def upgrade() -> None:
    _due()
    _quizzes()
    _rooms()
    _played()
    _kept()


def _due() -> None:
    op.create_table(
        "due",
        _key("kind", sa.String(16)),
        _key("key", sa.String(60)),
        _time("due_at"),
        _text("payload"),
        _time("lease_until", nullable=True),
        sa.Column("lease_token", sa.String(32)),
        _whole("attempts"),
    )
    op.create_index("ix_due_due_at", "due", ["due_at"])


def _quizzes() -> None:
    op.create_table(
        "quizzes",
        sa.Column("id", sa.Integer(), primary_key=True),
        _time("created_at"),
        _time("ended_at", nullable=True),
        _time("told_at", nullable=True),
        _whole("version"),
        _text("state"),
        _text("platform", 16),
        _big("opener_id"),
        _text("opener_name"),
        _text("kind", 8),
        _text("settings"),
    )


def _rooms() -> None:
    op.create_table(
        "quiz_rooms",
        _key("quiz_id", sa.Integer()),
        _key("room", sa.Integer()),
        _text("platform", 16),
        _big("chat_id"),
        _text("kind", 16),
        _text("title"),
        _big("thread"),
        _time("lost_at", nullable=True),
    )
    op.create_index("quiz_rooms_chat", "quiz_rooms", ["platform", "chat_id"])
    op.create_table(
        "quiz_places",
        _key("platform", sa.String(16)),
        _key("chat_id", sa.BigInteger()),
        _key("thread", sa.BigInteger()),
        _whole("quiz_id"),
    )
    op.create_index("ix_quiz_places_quiz_id", "quiz_places", ["quiz_id"])


def _played() -> None:
    op.create_table(
        "quiz_participants",
        _key("quiz_id", sa.Integer()),
        _key("participant", sa.Integer()),
        _text("platform", 16),
        _big("user_id"),
        _whole("room"),
        sa.UniqueConstraint("quiz_id", "platform", "user_id", name="quiz_participants_user"),
    )
    op.create_table(
        "quiz_asked",
        _key("quiz_id", sa.Integer()),
        _key("number", sa.Integer()),
        _key("room", sa.Integer()),
        _time("attempted_at"),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("poll", sa.String(64), unique=True),
        _time("asked_at", nullable=True),
        _time("closed_at", nullable=True),
    )
    op.create_table(
        "quiz_posts",
        _key("quiz_id", sa.Integer()),
        _key("room", sa.Integer()),
        _key("name", sa.String(16)),
        _time("attempted_at"),
        sa.Column("message_id", sa.BigInteger()),
    )
    op.create_table(
        "quiz_answers",
        _key("quiz_id", sa.Integer()),
        _key("number", sa.Integer()),
        _key("participant", sa.Integer()),
        _whole("option"),
        _time("at"),
    )


def _kept() -> None:
    op.create_table(
        "seen_questions",
        _key("platform", sa.String(16)),
        _key("chat_id", sa.BigInteger()),
        _key("question", sa.String(24)),
        _time("last_at"),
        _whole("asked"),
        _whole("wrong"),
    )
    op.create_table(
        "quiz_results",
        _key("quiz_id", sa.Integer()),
        _key("platform", sa.String(16)),
        _key("user_id", sa.BigInteger()),
        _big("chat_id"),
        _whole("points"),
        _whole("right_answers"),
        _whole("answered"),
        _whole("rank"),
        _time("at"),
    )
    op.create_index("quiz_results_chat", "quiz_results", ["platform", "chat_id", "at"])
    op.create_table("unlisted", _key("platform", sa.String(16)), _key("user_id", sa.BigInteger()))
    op.create_table(
        "chat_settings",
        _key("platform", sa.String(16)),
        _key("chat_id", sa.BigInteger()),
        _key("thread", sa.BigInteger()),
        _key("key", sa.String(24)),
        _text("value"),
    )
