"""The first tables: members, chats, what was asked, reports, prompts, notes and updates."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def upgrade() -> None:
    op.create_table(
        "members",
        _key("platform", sa.String(16)),
        _key("id", sa.BigInteger()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "chats",
        _key("platform", sa.String(16)),
        _key("id", sa.BigInteger()),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("welcomed_at", sa.DateTime()),
        sa.Column("left_at", sa.DateTime()),
        sa.Column("left_reason", sa.Text()),
    )
    op.create_table(
        "lookups",
        _key("day", sa.Date()),
        _key("term", sa.String(24)),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_table(
        "missed",
        _key("text", sa.String(60)),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime()),
    )
    op.create_table(
        "prompts",
        _key("platform", sa.String(16)),
        _key("chat_id", sa.BigInteger()),
        _key("user_id", sa.BigInteger()),
        sa.Column("command", sa.String(100), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
    )
    op.create_table("notes", _key("key", sa.String(60)), sa.Column("text", sa.Text(), nullable=False))
    op.create_table(
        "updates", _key("id", sa.BigInteger()), sa.Column("taken_at", sa.DateTime(), nullable=False)
    )
