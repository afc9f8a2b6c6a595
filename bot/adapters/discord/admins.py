"""Who administers a chat and which roles they have there, as far as Discord has told.

Without the members intent nobody's roles are known beforehand. Each interaction and each message carries
its sender's, which are kept for a while; for anybody else one request asks.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import discord

_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in a server."""

    administers: bool
    roles: frozenset[int] = frozenset()


class Admins:
    """The last answers, the oldest forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], Standing] = OrderedDict()

    def saw(self, chat: int, user: discord.abc.User, permissions: discord.Permissions | None = None) -> None:
        """Remembers what came with something the person did in the chat."""
        member = user if isinstance(user, discord.Member) else None
        if permissions is None:
            if member is None:
                return
            permissions = member.guild_permissions
        roles = frozenset(role.id for role in member.roles) if member else frozenset()
        self._known[chat, user.id] = Standing(may_administer(permissions), roles)
        self._known.move_to_end((chat, user.id))
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def known(self, chat: int, user: int) -> Standing | None:
        """What the person is in the chat's server; None when nothing was seen of them."""
        return self._known.get((chat, user))


def may_administer(permissions: discord.Permissions) -> bool:
    """Administrators here are those who may manage the server."""
    return permissions.manage_guild or permissions.administrator
