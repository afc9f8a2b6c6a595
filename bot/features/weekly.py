"""The weekly quiz of a chat: two durable rows, one an hour before if wanted, one at the hour itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.adapters.base import Adapter, OutcomeUnknown, Unreachable
from bot.features.homes import Home, Homes
from bot.features.lobby import Lobby
from bot.features.planning import Planner, about
from bot.features.quiz_wish import Wish
from bot.features.rules import (
    ANNOUNCED_BEFORE,
    OF_THE_WEEK,
    WEEKLY,
    WEEKLY_AT,
    WEEKLY_ID,
    Rules,
    Weekly,
    next_weekly,
    rules,
)
from bot.features.services import Services
from bot.model import Chat, Platform, User
from bot.reply import Paragraph, Reply
from bot.rooms import room_code, room_of
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
    """Sets the rows and does what they say. A row is keyed by an id among the settings, which move."""

    def __init__(
        self,
        services: Services,
        planner: Planner,
        lobby: Lobby,
        homes: Homes,
        platforms: Mapping[Platform, Adapter],
        *,
        schedule: Scheduler,
        clock: Callable[[], datetime],
        texts: Texts,
    ) -> None:
        self._services = services
        self._planner = planner
        self._lobby = lobby
        self._homes = homes
        self._platforms = platforms
        self._schedule = schedule
        self._clock = clock
        self._texts = texts
        schedule.on(KIND, self.begin)
        schedule.on(SOON, self.announce)

    async def arm(self, chat: Chat, by: User, changed: Mapping[str, str], now: datetime) -> Rules:
        """Keeps changed settings and sets the rows of the weekly quiz to fit them, all in one commit.

        They hold for the whole group; but a weekly quiz that a chat has alone stays its own until it ends.
        """
        store = self._services.store
        own = WEEKLY in await store.get(chat_settings.alone(chat))
        before = await store.get(chat_settings.of_chat(chat))
        changed = self._completed(changed, before, "" if own else room_code(chat))
        kept, token = rules({**before, **changed}), changed[WEEKLY_ID]
        puts = [_put(chat, key, value, by, own=own) for key, value in changed.items()]
        if own and kept.weekly is None:
            puts.append(chat_settings.drop_alone(chat, OF_THE_WEEK))
        await store.transact(together([*puts, *self._rows(kept, token, _signed(by), now)]))
        self._expect(kept, now)
        return rules(await store.get(chat_settings.of_chat(chat)))

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
        room = await self._board(week)
        if await self._services.store.get(deliveries.posted(room, now)):
            return  # the daily post of today has said so; there is one unasked message a day
        key, begins = f"{SOON}:{row.key}:{row.due_at:%Y%m%d}", row.due_at + ANNOUNCED_BEFORE
        try:
            await self._say(week, room, key, begins)
        except OutcomeUnknown:
            return
        except Unreachable:
            if room_code(room) != room_code(week.chat):
                posts = room_code(room) == week.kept.posts_home
                await self._homes.lose(Home.POSTS if posts else Home.QUIZZES, room)
                await self._say_after_all(week, key, begins)

    async def _say_after_all(self, week: _Week, key: str, begins: datetime) -> None:
        """In the room where the quiz was set up, now that the home is lost."""
        try:
            await self._say(week, week.chat, f"{key}:again", begins)
        except (Unreachable, OutcomeUnknown):
            return

    async def _say(self, week: _Week, room: Chat, key: str, begins: datetime) -> None:
        said = self._texts.say("🎯 In an hour: this week's quiz, {title}.", title=self._title(week.weekly))
        played = await self._lobby.room(week.chat)
        elsewhere = room_code(played) != room_code(room)
        way = self._homes.way(played, None, self._texts) if elsewhere else ()
        message_id = await self._platforms[room.platform].send(room, Reply((Paragraph(said),), way), key=key)
        # It is over when the quiz begins.
        noted = own_messages.posted(room, [Sent(message_id, self._clock())], begins)
        await self._services.store.transact(noted)

    async def _board(self, week: _Week) -> Chat:
        """Where it is announced: posts have a home of their own, or go where the quizzes are."""
        if week.kept.posts_home:
            room = await self._homes.of(Home.POSTS, week.chat)
            if room_code(room) == week.kept.posts_home:
                return room
        return await self._lobby.room(week.chat)

    async def _open(self, week: _Week, opener: User, now: datetime) -> None:
        if week.chat.platform not in self._platforms:
            return
        room = await self._lobby.room(week.chat)
        wanted = Wish(about=about(week.weekly.topic, self._services.library))
        plan = await self._planner.plan(wanted, room, self._texts, pace=week.kept.pace)
        if plan is not None:
            await self._lobby.open(room, week.chat, opener, plan, now)

    async def _week(self, row: Due) -> _Week | None:
        """None when there is no weekly quiz of that name any more."""
        held = await self._services.store.get(chat_settings.holder(WEEKLY_ID, row.key))
        if held is None:
            return None
        chat = room_of(held.settings.get(WEEKLY_AT, ""), held.chat) or held.chat
        settings = await self._services.store.get(chat_settings.of_chat(chat))
        # The room may have a weekly quiz alone, beside that of the whole group.
        mine = {key: value for key, value in held.settings.items() if key in OF_THE_WEEK}
        kept = rules({**settings, **mine})
        return _Week(chat, kept, kept.weekly) if kept.weekly else None

    def _completed(self, changed: Mapping[str, str], before: Mapping[str, str], room: str) -> dict[str, str]:
        """What a weekly quiz needs besides: a name, and the room where it is set up."""
        token = before.get(WEEKLY_ID) or f"{self._services.chance.getrandbits(64):x}"
        placed = {WEEKLY_AT: room} if WEEKLY in changed else {}
        return {**changed, **placed, WEEKLY_ID: token}

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


def _put(chat: Chat, key: str, value: str, by: User, *, own: bool) -> Function[None]:
    if own and key in OF_THE_WEEK:
        return chat_settings.put_alone(chat, key, value)
    return chat_settings.put(chat, key, value, by)


def _signed(by: User) -> str:
    return f"{by.id} {by.name}"


def _opener(platform: Platform, payload: str) -> User:
    """The admin who set it up: the quiz is theirs to stop."""
    number, _, name = payload.partition(" ")
    return User(platform, int(number), name)
