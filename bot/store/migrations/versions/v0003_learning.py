"""What people learnt, who they are on several platforms, and who wants to be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _events()
    _people()
    _sessions()
    _links()


def _events() -> None:
    op.create_table(
        "learning_events",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("ref", sa.String(60), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(60), nullable=False),
        sa.Column("right", sa.Boolean()),
        sa.Column("slow", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("learning_events_at", "learning_events", ["platform", "user_id", "at"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("zone_at", sa.DateTime()),
        sa.Column("reminders", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_people_person", "people", ["person"])
    op.create_table(
        "records",
        sa.Column("person", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
    )


def _sessions() -> None:
    op.create_table(
        "practice_sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
    )
    op.create_index("practice_sessions_user", "practice_sessions", ["platform", "user_id"])


def _links() -> None:
    op.create_table(
        "link_codes",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "link_tries",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    op.create_table(
        "forgotten",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
