"""Commands that wait for one more word: quick to ask in memory, kept in the store for after a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.model import Chat, User
from bot.store import prompts as rows
from bot.store.prompts import COMMAND_MAX, Place
from bot.store.store import Store

WAIT = timedelta(minutes=15)
"""After that a text is a question of its own again."""


class Prompts:
    """Who is being asked for what."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._waiting: dict[Place, tuple[str, datetime]] = {}

    async def load(self) -> None:
        """Takes up what was asked before the restart."""
        self._waiting = await self._store.get(rows.waiting(self._clock() - WAIT))

    async def ask(self, chat: Chat, user: User, command: str) -> None:
        """The command, as typed so far, waits for the next word of this person here."""
        command = command[:COMMAND_MAX]
        now = self._clock()
        self._waiting[_place(chat, user)] = (command, now)
        await self._store.transact(rows.ask(_place(chat, user), command, now))

    async def take(self, chat: Chat, user: User) -> str:
        """The command that waited, once; empty when none did."""
        place = _place(chat, user)
        found = self._waiting.pop(place, None)
        if found is None:
            return ""
        await self._store.transact(rows.answered(place))
        return found[0] if self._clock() - found[1] <= WAIT else ""

    def forget(self, user: User) -> None:
        """Nothing waits for this person any more."""
        self._waiting = {
            place: waiting
            for place, waiting in self._waiting.items()
            if (place[0], place[2]) != (user.platform, user.id)
        }


def _place(chat: Chat, user: User) -> Place:
    return (chat.platform, chat.id, user.id)
