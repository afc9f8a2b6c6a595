"""Takes the bot's own posts back where admins want that: some time after they are over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.adapters.base import Adapter, AdapterError, Delayed, Moved, Unreachable
from bot.model import Chat, Migrated, Platform, User
from bot.recent import Recent
from bot.schedule import Scheduler
from bot.staying import STAY, read_stay
from bot.store import chat_settings, chats, own_messages
from bot.store.due import Due
from bot.store.own_messages import DUE, EVERY, Batch, Sent
from bot.store.store import Store

log = structlog.get_logger()

CHATS_AT_ONCE, EACH = 10, 100
"""Chats in one round, and messages of each (Bot API: deleteMessages takes 100).

Discord may need a request for each: at 40 a second a round takes half a minute, well within its lease.
"""
PATIENCE = 60.0
"""Seconds for one chat in one round, waiting for its turn included."""
AWAY, NOT_READY = timedelta(hours=1), timedelta(minutes=1)
"""Until the next look while a platform is not served at all, or is not connected even after a while."""
CONNECTED_WITHIN, LOOK_EVERY = 30.0, 0.3
"""Seconds to wait for a platform that is not connected, as at the start, and between two looks at it."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

_Place = tuple[Platform, int]


class Cleaner:
    """Knows where posts do not stay, notes what is posted there, and deletes what is due.

    The settings are few and all in memory, so that elsewhere a reply costs a look into a dictionary. `load`
    reads them: at start, and when a chat has moved; `choose` changes them.
    """

    def __init__(
        self,
        store: Store,
        platforms: Mapping[Platform, Adapter],
        recent: Recent,
        schedule: Scheduler,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._recent = recent
        self._clock = clock
        self._sleep = sleep
        self._expect = schedule.expect
        self._stays: dict[_Place, timedelta] = {}
        schedule.on(DUE, self.clean)

    async def load(self) -> None:
        """Reads where posts do not stay."""
        kept = await self._store.get(chat_settings.having(STAY))
        stays = ((_place(chat), read_stay(value)) for chat, value in kept)
        self._stays = {place: stay for place, stay in stays if stay is not None}

    async def wake(self) -> None:
        """At start: what has to go may have no due row, as in a database that was put together by hand."""
        await self.load()
        if await self._store.get(own_messages.platforms()):
            await self._store.transact(own_messages.look_by())

    def stay(self, chat: Chat) -> timedelta | None:
        """How long posts stay in this group or server; None is for ever. Asks no database."""
        return None if chat.private else self._stays.get(_place(chat))

    async def choose(self, chat: Chat, stay: timedelta | None, by: User | None = None) -> None:
        """Sets it for the whole group or server, also for what stands there already."""
        await self._store.transact(own_messages.choose(chat, stay, by))
        await self.load()

    async def answered(self, chat: Chat, message_ids: Sequence[int], edited: int | None) -> None:
        """Something was said there in answer; `edited` is the message among them that stood there before."""
        if self.stay(chat) is None:
            return
        now = self._clock()
        new = [Sent(message_id, now) for message_id in message_ids if message_id != edited]
        if new:
            await self._store.transact(own_messages.posted(chat, new, now))
        if edited in message_ids and edited is not None:
            await self._store.transact(own_messages.changed(chat, edited, now))

    async def clean(self, row: Due) -> None:
        """What the scheduler calls: deletes what is due on a platform, and sets the next look."""
        platform = Platform(row.key)
        adapter = self._platforms.get(platform)
        if adapter is None or not await self._connected(adapter):
            later = self._clock() + (AWAY if adapter is None else NOT_READY)
            await self._store.transact(own_messages.look_at(platform, later))
            return
        now = self._clock()
        await self._drop(adapter, now)
        due = await self._store.get(own_messages.overdue(platform, now, chats=CHATS_AT_ONCE, each=EACH))
        await asyncio.gather(*(self._clear(adapter, batch) for batch in due))
        following = await self._store.transact(own_messages.look_again(platform, now, now + EVERY))
        if following is not None:
            self._expect(following)

    async def _connected(self, adapter: Adapter) -> bool:
        waited = 0.0
        while not adapter.ready and waited < CONNECTED_WITHIN:
            await self._sleep(LOOK_EVERY)
            waited += LOOK_EVERY
        return adapter.ready

    async def _drop(self, adapter: Adapter, now: datetime) -> None:
        """What is too old to be deleted is not even tried."""
        within = adapter.capabilities.deletes_within
        if within:
            before = now - timedelta(seconds=within)
            dropped = await self._store.transact(own_messages.drop(adapter.platform, before))
            if dropped:
                log.debug("too old to be deleted", platform=adapter.platform, messages=dropped)

    async def _clear(self, adapter: Adapter, batch: Batch) -> None:
        """Nobody is pointed to them any more, whether or not it works."""
        chat, ids = batch.chat, batch.message_ids
        self._recent.forget(chat, ids)
        try:
            async with asyncio.timeout(PATIENCE):
                await adapter.delete(chat, ids)
        except Moved as moved:
            await self._store.transact(chats.move(Migrated(chat.platform, chat.id, moved.new_id)))
            await self.load()
        except Unreachable as error:
            log.debug("own messages stay", chat=chat.id, messages=len(ids), reason=str(error))
        except Delayed as error:
            await self._later(batch, timedelta(seconds=error.retry_after), str(error))
            return
        except (AdapterError, TimeoutError) as error:
            await self._later(batch, min(FIRST_PAUSE * 2**batch.attempts, LONGEST_PAUSE), str(error))
            return
        await self._store.transact(own_messages.gone(batch))

    async def _later(self, batch: Batch, pause: timedelta, reason: str) -> None:
        """To delete what is gone does no harm, so it may be tried again; but not for ever."""
        log.debug("own messages not deleted yet", chat=batch.chat.id, reason=reason, attempts=batch.attempts)
        await self._store.transact(own_messages.put_off(batch, self._clock() + pause))


def _place(chat: Chat) -> _Place:
    return chat.platform, chat.whole
