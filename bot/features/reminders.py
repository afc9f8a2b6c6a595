"""Reminders, for those who want them: privately, when something is due for review, at most one a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta

from bot.actions import Action
from bot.adapters.base import Adapter, OutcomeUnknown, Unreachable
from bot.daily.zones import zone_info
from bot.features.practice_views import GO_ON
from bot.features.services import Services
from bot.learning.mastery import due
from bot.model import Platform, User
from bot.reply import Button, Note, Paragraph, Reply
from bot.schedule import Scheduler
from bot.store import due as rows
from bot.store import learners
from bot.store.database import Function
from bot.store.due import Due
from bot.store.learners import name_of
from bot.store.quizzes import together
from bot.texts import Texts

KIND = "review"
AT = time(18)
"""When people are reminded, by their own clocks."""
GRACE = timedelta(hours=3)
"""How late a reminder may come when the bot was away; later, it waits for the next day."""


class Reminders:
    """Sets the rows and does what they say. A row is keyed by the account, as `telegram:123`."""

    def __init__(
        self,
        services: Services,
        platforms: Mapping[Platform, Adapter],
        schedule: Scheduler,
        clock: Callable[[], datetime],
        texts: Texts,
    ) -> None:
        self._services = services
        self._platforms = platforms
        self._schedule = schedule
        self._clock = clock
        self._texts = texts
        schedule.on(KIND, self.remind)

    async def switch(self, user: User, now: datetime) -> bool:
        """On if they were off, off if they were on; whether they are on now."""
        store = self._services.store
        wanted = not await store.get(learners.reminded(user))
        learner = await store.get(learners.find(user))
        key, at = name_of((user.platform, user.id)), next_time(learner.zone, now)
        row: Function[None] = rows.put(KIND, key, at) if wanted else rows.cancel(KIND, key)
        await store.transact(together([learners.set_reminders(user, wanted=wanted), row]))
        if wanted:
            self._schedule.expect(at)
        return wanted

    async def moved(self, user: User, zone: str, now: datetime) -> None:
        """The person has another zone, so their evening is another time."""
        if await self._services.store.get(learners.reminded(user)):
            at = next_time(zone, now)
            await self._services.store.transact(rows.put(KIND, name_of((user.platform, user.id)), at))
            self._schedule.expect(at)

    async def remind(self, row: Due) -> None:
        """The hour has come: says so if something is due, once, and waits for the next day in any case."""
        platform, _, number = row.key.partition(":")
        user, now = User(Platform(platform), int(number), ""), self._clock()
        if not await self._services.store.get(learners.reminded(user)):
            return
        learner, record = await self._services.learners.record(user)
        # Set before it is sent: a reminder that nobody knows the fate of is not sent again.
        at = next_time(learner.zone, now)
        await self._services.store.transact(rows.put(KIND, row.key, at))
        self._schedule.expect(at)
        waiting = due(record, now)
        if waiting and now - row.due_at <= GRACE and user.platform in self._platforms:
            await self._send(user, len(waiting), f"{KIND}:{row.key}:{row.due_at:%y%m%d}")

    async def _send(self, user: User, count: int, key: str) -> None:
        adapter, texts = self._platforms[user.platform], self._texts
        said = texts.plural(
            "🔁 {n} term is due for review. Five questions take two minutes.",
            "🔁 {n} terms are due for review. Five questions take two minutes.",
            count,
        )
        note = Note(texts.say("You asked for this. To stop it: /progress, Reminders."))
        practise = Button(texts.label("Practise"), Action(GO_ON))
        try:
            chat = await adapter.private_chat(user)
            await adapter.send(chat, Reply((Paragraph(said), note), ((practise,),)), key=key)
        except Unreachable:
            await self._services.store.transact(
                together(
                    [
                        learners.set_reminders(user, wanted=False),
                        rows.cancel(KIND, name_of((user.platform, user.id))),
                    ]
                )
            )
        except OutcomeUnknown:
            return


def next_time(zone: str, after: datetime) -> datetime:
    """The next evening hour in that zone, in UTC. An hour that the clocks skip is taken an hour later."""
    place = zone_info(zone)
    local = after.astimezone(place)
    today = datetime.combine(local.date(), AT, tzinfo=place).astimezone(UTC)
    if today > after:
        return today
    return datetime.combine(local.date() + timedelta(days=1), AT, tzinfo=place).astimezone(UTC)
