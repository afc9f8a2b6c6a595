"""The bot's own messages that do not stay, and the channels it was let into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_messages",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("over_at", sa.DateTime(), nullable=False),
        sa.Column("gone_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index("own_messages_gone", "own_messages", ["platform", "gone_at"])
    op.add_column("quiz_rooms", sa.Column("moved", sa.Boolean()))
    op.create_table(
        "channels",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("chat_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
