"""Settings of whole groups and servers, and the rooms these consist of.

What was set so far for a single chat and thread stays there. A weekly quiz is several keys that belong
together, so those of each chat are made complete, and those that mean no quiz go.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SETTINGS = sa.table(
    "chat_settings",
    *(sa.column(name) for name in ("platform", "chat_id", "thread", "key", "value")),
)
_WEEKLY, _ID, _ANNOUNCE, _AT = "quiz-weekly", "quiz-weekly-id", "quiz-announce", "quiz-weekly-at"


def upgrade() -> None:
    op.add_column("chats", sa.Column("space", sa.BigInteger()))
    op.add_column("subscriptions", sa.Column("asked", sa.String(24), nullable=False, server_default=""))
    op.create_table(
        "space_settings",
        sa.Column("platform", sa.String(16), primary_key=True),
        sa.Column("space_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(24), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
    )
    _drop_what_means_no_quiz()
    _complete(_AT, "")
    _complete(_ANNOUNCE, "off")


def _same_place(other: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(*(_SETTINGS.c[name] == other.c[name] for name in ("platform", "chat_id", "thread")))


def _drop_what_means_no_quiz() -> None:
    week = _SETTINGS.alias()
    real = sa.select(week.c.key).where(_same_place(week), week.c.key == _WEEKLY, week.c.value != "off")
    belongs = _SETTINGS.c.key.in_((_WEEKLY, _ID, _ANNOUNCE))
    op.execute(sa.delete(_SETTINGS).where(belongs, ~real.correlate(_SETTINGS).exists()))


def _complete(key: str, value: str) -> None:
    other = _SETTINGS.alias()
    there = sa.select(other.c.key).where(_same_place(other), other.c.key == key).correlate(_SETTINGS).exists()
    place = (_SETTINGS.c.platform, _SETTINGS.c.chat_id, _SETTINGS.c.thread)
    missing = sa.select(*place, sa.literal(key), sa.literal(value)).where(_SETTINGS.c.key == _WEEKLY, ~there)
    names = ["platform", "chat_id", "thread", "key", "value"]
    op.execute(sa.insert(_SETTINGS).from_select(names, missing))
