"""Who administers a chat, as far as Discord has told.

Without the members intent nobody's roles are known beforehand. Each interaction and each message carries
its sender's, which are kept for a while; for anybody else one request asks.
"""

from __future__ import annotations

from collections import OrderedDict

import discord

_KEPT = 1024


class Admins:
    """The last answers, the oldest forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, int], bool] = OrderedDict()

    def saw(self, chat: int, user: discord.abc.User, permissions: discord.Permissions | None = None) -> None:
        """Remembers what came with something the person did in the chat."""
        if permissions is None:
            if not isinstance(user, discord.Member):
                return
            permissions = user.guild_permissions
        self._known[chat, user.id] = may_administer(permissions)
        self._known.move_to_end((chat, user.id))
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def known(self, chat: int, user: int) -> bool | None:
        """Whether the person administers the chat; None when nothing was seen of them."""
        return self._known.get((chat, user))


def may_administer(permissions: discord.Permissions) -> bool:
    """Administrators here are those who may manage the server."""
    return permissions.manage_guild or permissions.administrator
