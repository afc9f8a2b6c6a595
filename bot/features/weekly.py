"""The weekly quiz of a chat: two durable rows, one an hour before if wanted, one at the hour itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.adapters.base import Adapter, OutcomeUnknown, Unreachable
from bot.features.planning import Planner, about
from bot.features.quiz_wish import Wish
from bot.features.rules import ANNOUNCED_BEFORE, WEEKLY_ID, Rules, Weekly, next_weekly, rules
from bot.features.services import Services
from bot.hosting.quizmaster import Quizmaster
from bot.markup import Markup
from bot.model import Chat, Platform, User
from bot.reply import Paragraph, Reply
from bot.schedule import Scheduler
from bot.store import chat_settings, deliveries, due, own_messages
from bot.store.database import Function
from bot.store.due import Due
from bot.store.own_messages import Sent
from bot.store.quizzes import together
from bot.texts import Texts

KIND, SOON = "weekly", "weekly-soon"
GRACE = timedelta(minutes=30)
"""How late a weekly quiz may begin when the bot was away; later, it waits for the next week."""


@dataclass(frozen=True, slots=True)
class _Week:
    """What a due row leads to."""

    chat: Chat
    kept: Rules
    weekly: Weekly


class WeeklyQuiz:
    """Sets the rows and does what they say. A row is keyed by an id among the chat's settings, which move."""

    def __init__(
        self,
        services: Services,
        planner: Planner,
        quizmaster: Quizmaster,
        platforms: Mapping[Platform, Adapter],
        schedule: Scheduler,
        *,
        clock: Callable[[], datetime],
        texts: Texts,
    ) -> None:
        self._services = services
        self._planner = planner
        self._quizmaster = quizmaster
        self._platforms = platforms
        self._schedule = schedule
        self._clock = clock
        self._texts = texts
        schedule.on(KIND, self.begin)
        schedule.on(SOON, self.announce)

    async def arm(self, chat: Chat, by: User, changed: Mapping[str, str], now: datetime) -> Rules:
        """Keeps changed settings and sets the chat's rows to fit them, all in one commit."""
        store = self._services.store
        before = await store.get(chat_settings.of_chat(chat))
        token = before.get(WEEKLY_ID) or f"{self._services.chance.getrandbits(64):x}"
        after = {**before, **changed, WEEKLY_ID: token}
        puts = [chat_settings.put(chat, key, value) for key, value in {**changed, WEEKLY_ID: token}.items()]
        kept = rules(after)
        await store.transact(together([*puts, *self._rows(kept, token, _signed(by), now)]))
        self._expect(kept, now)
        return kept

    async def begin(self, row: Due) -> None:
        """The hour has come. The next week is set in any case."""
        week = await self._week(row)
        if week is None:
            return
        now = self._clock()
        if now - row.due_at <= GRACE:
            await self._open(week, _opener(week.chat.platform, row.payload), now)
        await self._services.store.transact(together(self._rows(week.kept, row.key, row.payload, now)))
        self._expect(week.kept, now)

    async def announce(self, row: Due) -> None:
        """An hour before: says so, once, unless there is no telling whether it was said."""
        week = await self._week(row)
        now = self._clock()
        if week is None or now - row.due_at > GRACE:
            return
        if await self._services.store.get(deliveries.posted(week.chat, now)):
            return  # the daily post of today has said so; there is one unasked message a day
        said = self._texts.say("🎯 In an hour: this week's quiz, {title}.", title=self._title(week.weekly))
        try:
            message_id = await self._platforms[week.chat.platform].send(
                week.chat, Reply((Paragraph(Markup(said)),)), key=f"{SOON}:{row.key}:{row.due_at:%Y%m%d}"
            )
        except (Unreachable, OutcomeUnknown):
            return
        # It is over when the quiz begins.
        noted = own_messages.posted(week.chat, [Sent(message_id, now)], row.due_at + ANNOUNCED_BEFORE)
        await self._services.store.transact(noted)

    async def _open(self, week: _Week, opener: User, now: datetime) -> None:
        wanted = Wish(about=about(week.weekly.topic, self._services.library))
        plan = await self._planner.plan(wanted, week.chat, self._texts, pace=week.kept.pace)
        if plan is not None and week.chat.platform in self._platforms:
            await self._quizmaster.open(week.chat, opener, plan, now)

    async def _week(self, row: Due) -> _Week | None:
        """None when the chat has no weekly quiz any more."""
        chat = await self._services.store.get(chat_settings.holder(WEEKLY_ID, row.key))
        if chat is None:
            return None
        kept = rules(await self._services.store.get(chat_settings.of_chat(chat)))
        return _Week(chat, kept, kept.weekly) if kept.weekly else None

    def _rows(self, kept: Rules, token: str, payload: str, now: datetime) -> list[Function[None]]:
        if kept.weekly is None:
            return [due.cancel(KIND, token), due.cancel(SOON, token)]
        at = next_weekly(kept.weekly, kept.zone, now)
        soon = at - ANNOUNCED_BEFORE
        told = kept.announced and soon > now
        announced = due.put(SOON, token, soon, payload) if told else due.cancel(SOON, token)
        return [due.put(KIND, token, at, payload), announced]

    def _expect(self, kept: Rules, now: datetime) -> None:
        if kept.weekly is not None:
            self._schedule.expect(next_weekly(kept.weekly, kept.zone, now) - ANNOUNCED_BEFORE)

    def _title(self, weekly: Weekly) -> str:
        topic = self._services.library.topics.get(weekly.topic)
        return topic.name if topic else self._texts.label("a bit of everything")


def _signed(by: User) -> str:
    return f"{by.id} {by.name}"


def _opener(platform: Platform, payload: str) -> User:
    """The admin who set it up: the quiz is theirs to stop."""
    number, _, name = payload.partition(" ")
    return User(platform, int(number), name)
