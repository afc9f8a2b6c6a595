"""Delivers daily posts: each attempt is on record before it is made, and no day gets two."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.adapters.base import (
    Adapter,
    AdapterError,
    Delayed,
    Moved,
    NotSent,
    OutcomeUnknown,
    Unreachable,
)
from bot.daily.calendar import Planned, next_post
from bot.daily.delivery import FIRST_PAUSE, GRACE, LONGEST_PAUSE, Outcome, Step, next_step, pause
from bot.daily.manners import manners
from bot.metrics import Metrics
from bot.model import Chat, Migrated, Platform, User
from bot.reply import Reply
from bot.schedule import Scheduler
from bot.store import chats, deliveries, own_messages, posts
from bot.store.daily_questions import DailyQuestion
from bot.store.database import Function
from bot.store.deliveries import Dossier
from bot.store.due import Due
from bot.store.own_messages import Sent
from bot.store.posts import Subscribed, kind_of, planned_of
from bot.store.store import Store
from bot.store.subscriptions import Subscription

log = structlog.get_logger()

AT_ONCE = 60
"""Posts under way on one platform: two seconds' worth of the fastest. Others wait as rows without a lease."""
REPEAT_AFTER = timedelta(seconds=5)
"""Before a send of unknown outcome is repeated, where the platform drops the second."""
CONNECTED_WITHIN, LOOK_EVERY = 60.0, 0.3
"""Seconds to wait for a platform that is not connected, and between two looks; less than a lease in all."""
TOLD_EVERY = 500
"""Posts between two lines in the log about how far it is."""
OPEN_FOR = timedelta(hours=24)
"""How long a question of the day can be answered, if the next post does not come sooner."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What one post holds. tip: an id, empty for none; question: None for none."""

    tip: str
    question: DailyQuestion | None


@dataclass(frozen=True, slots=True)
class _Letter:
    """A post on its way. first: when it was first tried; over_at: when it, or its question, is over."""

    reply: Reply
    first: datetime
    over_at: datetime


class Editor(Protocol):
    """Chooses what a post holds, and how it looks."""

    def choose(self, dossier: Dossier, opens_at: datetime, closes_at: datetime) -> Edition | None:
        """What a post holds: what it was to hold, if that was chosen already; None when there is nothing."""

    async def post(self, dossier: Dossier, edition: Edition, now: datetime) -> Reply:
        """The post, with the result of the question before it."""

    def farewell(self, subscription: Subscription) -> Reply:
        """To the one who subscribed, in private: that the chat cannot be reached any more."""

    def homeless(self, lost: Chat, moved: Subscription | None) -> Reply:
        """To the one who chose the home of posts, in private: that it is lost. moved: the post, if it went
        back to where it was set up."""


class Postman:
    """Subscribes chats and handles what is due for them."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[Platform, Adapter],
        editor: Editor,
        schedule: Scheduler,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._editor = editor
        self._schedule = schedule
        self._clock = clock
        self._metrics = metrics
        self._sleep = sleep
        self._delivered: Counter[Platform] = Counter()
        for platform in Platform:
            schedule.on(kind_of(platform), self.deliver, most=AT_ONCE)

    async def subscribe(self, wanted: Subscription, now: datetime) -> Subscribed:
        """Keeps it and sets its next post. Raises ValueError for an unknown zone or no day."""
        subscribed = await self._store.transact(posts.subscribe(wanted, now))
        self._schedule.expect(subscribed.next.at)
        return subscribed

    async def unsubscribe(self, chat: Chat, now: datetime) -> Subscription | None:
        """Ends the chat's; None when it had none."""
        return await self._store.transact(posts.unsubscribe(chat, now))

    async def lost(self, chat: Chat, reason: str) -> None:
        """Ends what a chat had that is closed to the bot, and says so to whoever subscribed."""
        for ended in await self._store.transact(posts.end_all(chat, self._clock(), reason)):
            log.warning("daily post switched off", **_about(ended), reason=reason)
            await self._say_farewell(ended)

    async def deliver(self, row: Due) -> None:
        """What the scheduler calls: does the next step for one post."""
        planned = planned_of(row)
        dossier = await self._store.get(deliveries.dossier(row.key, planned.day))
        if dossier is None or not dossier.subscription.on:
            return
        now, subscription = self._clock(), dossier.subscription
        step = next_step(
            dossier.record,
            planned,
            subscription.times.zone,
            manners(dossier.settings).quiet,
            now=now,
            repeat_within=self._repeat_within(subscription.chat),
        )
        match step:
            case Step.SEND | Step.REPEAT:
                await self._send(dossier, planned, now)
            case Step.GIVE_UP:
                await self._settle(dossier, planned, Outcome.UNKNOWN, reason="no answer came")
            case Step.LEAVE_OUT:
                await self._settle(dossier, planned, Outcome.MISSED, reason="it was too late")
            case Step.NOTHING:
                self._expect(await self._store.transact(posts.follow(row.key, planned.day, now)))

    async def _send(self, dossier: Dossier, planned: Planned, now: datetime) -> None:
        """One attempt. Whatever becomes of it is on record when this returns."""
        subscription = dossier.subscription
        adapter = self._platforms.get(subscription.chat.platform)
        if adapter is None or not await self._connected(adapter):
            at = self._clock() + (LONGEST_PAUSE if adapter is None else FIRST_PAUSE)
            await self._later(dossier, planned, "the platform is not connected", at)
            return
        edition = self._editor.choose(dossier, now, _closes_at(subscription, planned, now))
        if edition is None:
            await self._settle(dossier, planned, Outcome.FAILED, reason="there is no content for it")
            return
        reply = await self._editor.post(dossier, edition, now)
        # A repeat is recognised for so long after the first attempt, whose time must therefore stay.
        first = (dossier.record.attempted_at if dossier.record else None) or now
        kept = deliveries.attempt(subscription.token, planned, edition.tip, edition.question, first)
        await self._store.transact(kept)
        over_at = edition.question.closes_at if edition.question else now
        await self._attempt(adapter, dossier, planned, _Letter(reply, first, over_at))

    async def _connected(self, adapter: Adapter) -> bool:
        """Waits a while for the platform; meanwhile no others of its rows are claimed."""
        waited = 0.0
        while not adapter.ready and waited < CONNECTED_WITHIN:
            await self._sleep(LOOK_EVERY)
            waited += LOOK_EVERY
        return adapter.ready

    async def _attempt(self, adapter: Adapter, dossier: Dossier, planned: Planned, letter: _Letter) -> None:
        chat, key = dossier.subscription.chat, f"daily:{dossier.subscription.token}:{planned.day}"
        within = adapter.capabilities.repeat_within
        # An adapter that repeats by itself must not do so when its platform knows the key no more.
        left = within - (self._clock() - letter.first).total_seconds() if within else None
        try:
            async with asyncio.timeout(left):
                message_id = await adapter.send(chat, letter.reply, key=key)
        except Moved as moved:
            await self._store.transact(chats.move(Migrated(chat.platform, chat.id, moved.new_id)))
            await self._again_now(dossier, planned)
        except Unreachable as error:
            await self._lose(dossier, planned, str(error))
        except Delayed as error:
            at = self._clock() + timedelta(seconds=error.retry_after)
            await self._later(dossier, planned, str(error), at)
        except NotSent as error:
            attempts = dossier.record.attempts if dossier.record else 0
            await self._later(dossier, planned, str(error), self._clock() + pause(attempts))
        except (OutcomeUnknown, TimeoutError) as error:
            await self._unknown(dossier, planned, str(error))
        else:
            noted = own_messages.posted(chat, [Sent(message_id, self._clock())], letter.over_at)
            await self._settle(dossier, planned, Outcome.SENT, message_id=message_id, also=noted)

    async def _again_now(self, dossier: Dossier, planned: Planned) -> None:
        """The chat has another id by now, so its subscription is read anew."""
        token = dossier.subscription.token
        await self._store.transact(deliveries.failed(token, planned.day, "the chat has moved"))
        fresh = await self._store.get(deliveries.dossier(token, planned.day))
        if fresh is not None:
            await self._retry(fresh, planned, "the chat has moved", self._clock())

    async def _later(self, dossier: Dossier, planned: Planned, reason: str, at: datetime) -> None:
        """Not sent this time. That says nothing of an earlier attempt whose outcome is unknown."""
        if dossier.record is None or dossier.record.attempted_at is None:
            await self._retry(dossier, planned, reason, at)
        else:
            await self._unknown(dossier, planned, reason)

    async def _retry(self, dossier: Dossier, planned: Planned, reason: str, at: datetime) -> None:
        """Surely not sent: once more then, or not at all when that would be too late."""
        if at > planned.at + GRACE:
            outcome = Outcome.FAILED if dossier.record else Outcome.MISSED
            await self._settle(dossier, planned, outcome, reason=reason)
            return
        subscription = dossier.subscription
        log.info("daily post not sent, again later", **_about(subscription), reason=reason, at=str(at))
        await self._store.transact(posts.retry(subscription, planned, at, reason))
        self._schedule.expect(at)

    async def _unknown(self, dossier: Dossier, planned: Planned, reason: str) -> None:
        """Repeated under its key where the second is dropped, else never: two would be worse than none."""
        subscription, at = dossier.subscription, self._clock() + REPEAT_AFTER
        if self._repeat_within(subscription.chat) > REPEAT_AFTER:
            await self._store.transact(posts.put(subscription, planned, at))
            self._schedule.expect(at)
            return
        await self._settle(dossier, planned, Outcome.UNKNOWN, reason=reason)

    async def _settle(
        self,
        dossier: Dossier,
        planned: Planned,
        outcome: Outcome,
        *,
        message_id: int | None = None,
        reason: str = "",
        also: Function[None] | None = None,
    ) -> None:
        subscription, now = dossier.subscription, self._clock()
        self._count(subscription.chat.platform, outcome)
        if outcome is not Outcome.SENT:
            about = _about(subscription)
            log.warning("daily post left out", **about, day=str(planned.day), outcome=outcome, reason=reason)
        token = subscription.token
        ended = posts.settle(token, planned, outcome, now, message_id=message_id, reason=reason, also=also)
        self._expect(await self._store.transact(ended))

    async def _lose(self, dossier: Dossier, planned: Planned, reason: str) -> None:
        """Switches it off, and says so to whoever subscribed, if they can be told."""
        subscription = dossier.subscription
        if await self._retreated(subscription, planned, reason):
            return
        self._count(subscription.chat.platform, Outcome.LOST)
        log.warning("daily post switched off", **_about(subscription), reason=reason)
        was_on = await self._store.transact(posts.lose(subscription, planned, self._clock(), reason))
        if was_on and not subscription.chat.private:
            await self._say_farewell(subscription)

    async def _retreated(self, subscription: Subscription, planned: Planned, reason: str) -> bool:
        """Whether it can go out in the room where it was set up, since the home of posts is lost."""
        now = self._clock()
        retreat = await self._store.transact(posts.go_back(subscription, planned, now, reason))
        if retreat.chosen_by is not None:
            log.warning("the home of posts is lost", **_about(subscription), reason=reason)
            said = self._editor.homeless(subscription.chat, retreat.moved)
            await self._tell(retreat.chosen_by, said, subscription, "home")
        if retreat.moved is None:
            return False
        self._schedule.expect(now)
        return True

    async def _say_farewell(self, ended: Subscription) -> None:
        await self._tell(ended.by, self._editor.farewell(ended), ended, "off")

    async def _tell(self, user: User, reply: Reply, subscription: Subscription, what: str) -> None:
        """In private. Who writes as a chat, or wished to be forgotten, has no private chat."""
        if user.id <= 0:
            return
        adapter = self._platforms[subscription.chat.platform]
        try:
            private = await adapter.private_chat(user)
            await adapter.send(private, reply, key=f"daily:{subscription.token}:{what}")
        except AdapterError as error:
            log.info("whoever chose it cannot be told", **_about(subscription), reason=str(error))

    def _repeat_within(self, chat: Chat) -> timedelta:
        adapter = self._platforms.get(chat.platform)
        return timedelta(seconds=adapter.capabilities.repeat_within if adapter else 0.0)

    def _expect(self, planned: Planned | None) -> None:
        if planned is not None:
            self._schedule.expect(planned.at)

    def _count(self, platform: Platform, outcome: Outcome) -> None:
        self._metrics.posted(platform, outcome)
        self._delivered[platform] += 1
        if self._delivered[platform] % TOLD_EVERY == 0:
            log.info("daily posts are going out", platform=platform, since_start=self._delivered[platform])


def _closes_at(subscription: Subscription, planned: Planned, now: datetime) -> datetime:
    following = next_post(subscription.times, planned.at, planned.day)
    return min(now + OPEN_FOR, following.at)


def _about(subscription: Subscription) -> dict[str, object]:
    """Which one, for the log."""
    return {"platform": subscription.chat.platform, "chat": subscription.chat.id}
