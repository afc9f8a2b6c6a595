"""Sends what a quiz has to say, as often as it takes and no oftener."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.adapters.base import Adapter, Delayed, Moved, NotSent, OutcomeUnknown
from bot.hosting.game import Game
from bot.model import Chat, Migrated, Platform
from bot.store import chats
from bot.store.store import Store

log = structlog.get_logger()
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between attempts that definitely failed."""


NOT_READY_PAUSE = 0.3
"""Seconds between looks at a platform that is not connected: at start, or while the network is down."""


class NotWantedAnyMoreError(Exception):
    """What was to be sent has been overtaken by events while it waited for its turn."""


class Carrier:
    """Knows the platforms, and how long to insist. moved: told when a chat of the quiz has a new id."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[Platform, Adapter],
        sleep: Sleep,
        moved: Callable[[Game], None],
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._sleep = sleep
        self._moved = moved

    def adapter(self, chat: Chat) -> Adapter:
        """The chat's platform. Raises NotSent when it is not served (any more)."""
        try:
            return self._platforms[chat.platform]
        except KeyError as error:
            raise NotSent(f"{chat.platform} is not served: its token is not set") from error

    def polls(self, chat: Chat) -> bool:
        """Whether questions are native polls there."""
        adapter = self._platforms.get(chat.platform)
        return adapter is not None and adapter.capabilities.native_polls

    def repeat_within(self, chat: Chat) -> float:
        """For how many seconds a repeat under the same key is harmless there."""
        adapter = self._platforms.get(chat.platform)
        return adapter.capabilities.repeat_within if adapter is not None else 0.0

    async def insist(
        self,
        game: Game,
        room: int,
        act: Callable[[Adapter, Chat], Awaitable[T]],
        *,
        wanted: Callable[[], bool] = lambda: True,
        harmless: bool = False,
    ) -> T:
        """Acts in a room until it is done, waits when told to, and follows a chat that has moved.

        wanted: asked before each attempt. harmless: to repeat it does no harm even if it was done.
        Raises NotWantedAnyMoreError, Unreachable, OutcomeUnknown, or NotSent when it is no use any more.
        """
        pauses = iter(PAUSES)
        while wanted():
            chat = game.rooms[room]
            try:
                adapter = self.adapter(chat)
                if adapter.ready:
                    return await act(adapter, chat)
                await self._sleep(NOT_READY_PAUSE)
            except Moved as moved:
                await self._follow(game, room, moved.new_id)
            except Delayed as delayed:
                await self._sleep(delayed.retry_after)
            except (NotSent, OutcomeUnknown) as error:
                pause = next(pauses, None)
                if pause is None or (isinstance(error, OutcomeUnknown) and not harmless):
                    raise
                log.info("not sent, again soon", quiz=game.id, room=room, reason=str(error), wait=pause)
                await self._sleep(pause)
        raise NotWantedAnyMoreError

    async def _follow(self, game: Game, room: int, new_id: int) -> None:
        chat = game.rooms[room]
        await self._store.transact(chats.move(Migrated(chat.platform, chat.id, new_id)))
        game.rooms[room] = replace(chat, id=new_id)
        self._moved(game)
