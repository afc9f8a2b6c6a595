"""Who may begin a quiz where, and how it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from bot.adapters.base import Adapter, AdapterError
from bot.features import quiz_actions as acts
from bot.features.homes import Homes, room_name
from bot.features.lobby import Lobby, Opened
from bot.features.planning import Planner
from bot.features.quiz_wish import Wish
from bot.features.rules import Rules, rules
from bot.features.services import Services
from bot.features.starters import Starters
from bot.hosting.quizmaster import Quizmaster, Running
from bot.hosting.views import Plan
from bot.model import Chat, Platform, User
from bot.quiz.model import Item, Pace
from bot.reply import Button, Buttons, Note, Paragraph, Reply, Visibility, grid
from bot.rooms import room_code
from bot.store import chat_settings, quizzes
from bot.texts import Texts

PAUSE = timedelta(minutes=30)
"""From one quiz that a member began in a chat to the next; admins need not wait."""


class Opening:
    """Begins quizzes. None for an answer means that the quiz shows itself."""

    def __init__(
        self,
        services: Services,
        planner: Planner,
        quizmaster: Quizmaster,
        platforms: Mapping[Platform, Adapter],
        homes: Homes,
    ) -> None:
        self._services = services
        self._planner = planner
        self._quizmaster = quizmaster
        self._platforms = platforms
        self._homes = homes
        self.lobby = Lobby(quizmaster, homes)
        self.starters = Starters(platforms)

    async def wished(self, wish: Wish, chat: Chat, user: User, texts: Texts, now: datetime) -> Reply | None:
        """A quiz for the chat where it was asked for: with a lobby in a group, else alone."""
        running = await self.lobby.running(chat)
        if running is not None:
            return self.leads(running, chat, texts)
        if wish.unknown:
            return self._unknown(wish, texts)
        room = await self.lobby.room(chat)
        kept = rules(await self._services.store.get(chat_settings.of_chat(chat)))
        refusal = None if chat.private else await self._refusal(kept, chat, room, user, texts=texts, now=now)
        if refusal is not None:
            return refusal
        plan = await self._planner.plan(wish, room, texts, pace=kept.pace, alone=chat.private)
        if plan is None:
            return _nothing(texts)
        return self.leads(await self.lobby.open(room, chat, user, plan, now), chat, texts)

    def whispers(self, chat: Chat) -> bool:
        """Whether somebody can be told something alone without leaving the chat."""
        return chat.private or self._platforms[chat.platform].capabilities.ephemeral

    def leads(self, opened: Opened, chat: Chat, texts: Texts) -> Reply | None:
        """The way to a quiz for whoever asked; None when it shows itself in the very chat."""
        running, room = opened.running, opened.room
        if running is None:
            return None
        if room_code(room) == room_code(chat):
            return already(running, texts)
        values = {"title": running.title, "room": room_name(room, texts)}
        if opened.already:
            said = texts.say("A quiz is running in {room}: {title}.", **values)
        else:
            said = texts.say("🎯 {title}: the lobby is open in {room}.", **values)
        return replace(self.told(said, chat), buttons=self._homes.way(room, running.message_id, texts))

    def told(self, said: str, chat: Chat) -> Reply:
        """For the asker alone, where that is possible without leaving the chat."""
        visibility = Visibility.PRIVATE if self.whispers(chat) else Visibility.PUBLIC
        return Reply((Paragraph(said),), visibility=visibility)

    async def alone(self, plan: Plan, chat: Chat, user: User, texts: Texts, now: datetime) -> Reply:
        """The plan's questions, for one member in their private chat, wherever they asked."""
        items, spares = _untimed(plan.items), _untimed(plan.spares)
        quiet = replace(plan, items=items, spares=spares, alone=True, pace=Pace.CALM)
        private = await self._private(chat, user)
        if private is None:
            return _closed(texts)
        found = await self._quizmaster.open(private, user, quiet, now)
        return _alone(found, quiet, texts, here=chat.private)

    async def about(self, wish: Wish, chat: Chat, user: User, texts: Texts, now: datetime) -> Reply:
        """A quiz alone on what was wished for, wherever it was asked for."""
        private = await self._private(chat, user)
        if private is None:
            return _closed(texts)
        plan = await self._planner.plan(wish, private, texts, alone=True)
        if plan is None:
            return _nothing(texts)
        found = await self._quizmaster.open(private, user, plan, now)
        return _alone(found, plan, texts, here=chat.private)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        """Whether the member administers the chat."""
        return chat.private or await self._platforms[chat.platform].is_admin(chat, user)

    async def _private(self, chat: Chat, user: User) -> Chat | None:
        try:
            return chat if chat.private else await self._platforms[user.platform].private_chat(user)
        except AdapterError:
            return None

    async def _refusal(
        self, kept: Rules, chat: Chat, room: Chat, user: User, *, texts: Texts, now: datetime
    ) -> Reply | None:
        """Why this member may not begin one now; nothing holds an admin back."""
        last = await self._services.store.get(quizzes.last_opened(room, user))
        early = last is not None and now < last + PAUSE
        allowed = await self.starters.allowed(kept, chat, user)
        if (allowed and not early) or await self.is_admin(chat, user):
            return None
        if not allowed:
            return _refused(self.starters.refusal(kept, chat, texts), texts)
        wait = ceil((last + PAUSE - now).total_seconds() / 60) if last else 0
        said = texts.plural(
            "You can start another quiz here in {n} minute; somebody else can start one now.",
            "You can start another quiz here in {n} minutes; somebody else can start one now.",
            wait,
        )
        return _refused(said, texts)

    def _unknown(self, wish: Wish, texts: Texts) -> Reply:
        """Topics to press instead, with the rest of the wish kept."""
        said = texts.say("I have no questions on “{word}”. Pick a topic:", word=wish.unknown[:60])
        return Reply((Paragraph(said),), self._topics(wish, texts))

    def _topics(self, wish: Wish, texts: Texts) -> Buttons:
        level, topics = wish.level or "", self._services.library.topics.values()
        choices = [
            Button(t.name, acts.open_one(t.id, wish.questions, wish.seconds or 0, level)) for t in topics
        ]
        mixed = acts.open_one("", wish.questions, wish.seconds or 0, level)
        return grid([Button(texts.label("A bit of everything"), mixed), *choices], per_row=4)


def already(running: Running, texts: Texts, *, here: bool = True) -> Reply:
    """That a quiz runs, with the way to it."""
    said = texts.say("A quiz is running: {title}.", title=running.title)
    go_on = Button(texts.label("Continue"), acts.show_again(running.quiz))
    stop = Button(texts.label("Stop it"), acts.stop(running.quiz))
    alone = running.chat.private
    return Reply(
        (Paragraph(said),),
        ((go_on, stop),) if alone else (),
        points_to=running.message_id if here else None,
    )


def _alone(found: int | Running, plan: Plan, texts: Texts, *, here: bool) -> Reply:
    """Where the quiz is, for whoever pressed elsewhere; `here` says that they are where it is played."""
    if isinstance(found, Running):
        return replace(already(found, texts, here=here), visibility=Visibility.PRIVATE)
    if here:
        return Reply()
    said = texts.plural(
        "🎯 {title}: {n} question at your own pace, in our private chat.",
        "🎯 {title}: {n} questions at your own pace, in our private chat.",
        len(plan.items),
        title=plan.title,
    )
    return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)


def _untimed(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Nobody is hurried alone."""
    return tuple(replace(item, seconds=0, void=False) for item in items)


def _closed(texts: Texts) -> Reply:
    return Reply(toast=texts.label("I can't write to you. Allow direct messages, then press again."))


def _refused(said: str, texts: Texts) -> Reply:
    hint = texts.say("Alone you can play at any time: /quiz in our private chat.")
    return Reply((Paragraph(said), Note(hint)), visibility=Visibility.PRIVATE)


def _nothing(texts: Texts) -> Reply:
    return Reply((Paragraph(texts.say("I have no questions on that at that level. Try another: /quiz.")),))
