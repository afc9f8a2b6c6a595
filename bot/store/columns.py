"""The columns that many tables have: of a platform, of a chat, of a person.

A column that holds a chat's id is marked, so that a chat which moves takes every row along; one that holds
a person's id too, so that whoever wants to see or to lose what is kept of them gets all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, String

CHAT, USER = "chat", "user"
"""What the columns of ids are marked with."""


def platform() -> Column[str]:
    """The platform, as a part of the key."""
    return Column("platform", String(16), primary_key=True)


def chat_id(name: str = "chat_id", **options: Any) -> Column[int]:
    """A chat's id; `options` are SQLAlchemy's."""
    return Column(name, BigInteger, info={CHAT: True}, **options)


def user_id(name: str = "user_id", **options: Any) -> Column[int]:
    """A person's id; `options` are SQLAlchemy's."""
    return Column(name, BigInteger, info={USER: True}, **options)
