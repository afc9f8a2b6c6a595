"""Who and where: what the bot notes of members and chats as they come by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.model import Chat, Left, Migrated, User
from bot.store import chats, members
from bot.store.store import Store

log = structlog.get_logger()
_LARGEST = 50_000


class Roster:
    """Writes only what changed: a member or chat seen before under the same name costs nothing.

    The caches are emptied when large, when a chat is left, and when it moves.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._names: dict[tuple[str, int], str] = {}
        self._titles: dict[tuple[str, int], tuple[str, int | None]] = {}

    async def seen(self, chat: Chat, user: User) -> None:
        """Notes both as they are called now."""
        if self._names.get((user.platform, user.id)) != user.name:
            self._make_room()
            self._names[user.platform, user.id] = user.name
            await self._store.transact(members.seen(user, self._clock()))
        shown = chat.title, chat.space
        if self._titles.get((chat.platform, chat.id)) != shown:
            self._titles[chat.platform, chat.id] = shown
            await self._store.transact(chats.seen(chat, self._clock()))

    def forget(self, user: User) -> None:
        """Somebody asked to be forgotten; when they come by again, they are new."""
        self._names.pop((user.platform, user.id), None)
        self._titles.pop((user.platform, user.id), None)

    async def left(self, event: Left) -> None:
        """Notes that a chat is closed to the bot."""
        self._titles.pop((event.chat.platform, event.chat.id), None)
        await self._store.transact(chats.left(event.chat, event.reason, self._clock()))
        log.info("chat left", platform=event.chat.platform, chat=event.chat.id, reason=event.reason)

    async def moved(self, event: Migrated) -> None:
        """Moves all that a chat had to its new id, in one transaction."""
        self._titles.pop((event.platform, event.old_id), None)
        await self._store.transact(chats.move(event))
        log.info("chat moved", platform=event.platform, chat=event.old_id, to=event.new_id)

    def _make_room(self) -> None:
        if len(self._names) >= _LARGEST:
            self._names.clear()
            self._titles.clear()
