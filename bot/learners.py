"""The one door to what people learnt: notes what happens, and keeps each record up to date."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.learning import codec
from bot.learning.events import Event, Kind, merged
from bot.learning.record import Record, after, replay
from bot.model import User
from bot.store import learners
from bot.store.learners import Kept, Learner, name_of
from bot.store.store import Store

log = structlog.get_logger()


class Learners:
    """Records are worked out when somebody looks, from the last one and the events since."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, user: User, term: str, now: datetime) -> None:
        """A definition was shown to a person: once a day and term. Kept with the next batch."""
        self._note(Event(account(user), f"read:{term}:{now:%y%m%d}", Kind.READ, term, now))

    def tipped(self, user: User, tip: str, term: str, now: datetime) -> None:
        """A tip was shown to a person: once a day and tip. Kept with the next batch."""
        self._note(Event(account(user), f"tip:{tip}:{now:%y%m%d}", Kind.TIP, term, now, tip))

    def keep(self, event: Event) -> asyncio.Future[bool]:
        """Keeps an event: done after the commit, in the order of the calls."""
        return learners.append_event(self._store.writer, event)

    async def record(self, user: User) -> tuple[Learner, Record]:
        """The person behind an account, and their record as it is now."""
        # Through the writer, so that everything that waits to be kept is seen.
        kept = await self._store.transact(learners.kept(user))
        record = await self._known(kept) or await self._replayed(kept.learner)
        text = codec.encode(record)
        if text != kept.record:
            await self._store.transact(learners.keep_record(kept.learner.person, text))
        return kept.learner, record

    async def rebuild(self) -> int:
        """Works every record out anew, by today's rules; the number of people."""
        await self._store.transact(learners.drop_records())
        people: set[int] = set()
        for platform, user_id in await self._store.get(learners.everybody()):
            learner, _ = await self.record(User(platform, user_id, ""))
            people.add(learner.person)
        return len(people)

    async def _known(self, kept: Kept) -> Record | None:
        """The record as kept with what happened since; None when it has to be worked out anew."""
        record = codec.decode(kept.record) if kept.record else None
        if record is None or record.zone != kept.learner.zone or record.last is None:
            return None
        last = record.last
        found = await self._store.get(learners.events_of(kept.learner.accounts, last[0]))
        new = [event for event in merged(found) if event.place > last]
        # Something came late, or an account was joined: the count tells.
        return after(record, new) if record.events + len(new) >= kept.events else None

    async def _replayed(self, learner: Learner) -> Record:
        return replay(await self._store.get(learners.events_of(learner.accounts)), learner.zone)

    def _note(self, event: Event) -> None:
        self.keep(event).add_done_callback(_logged)


def account(user: User) -> str:
    """How events name an account."""
    return name_of((user.platform, user.id))


def _logged(kept: asyncio.Future[bool]) -> None:
    if not kept.cancelled() and (error := kept.exception()) is not None:
        log.error("an event was not kept", reason=str(error))
