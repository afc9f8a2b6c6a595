"""Where a group's quizzes and posts live: a room that its admins chose, or wherever they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

import structlog

from bot.adapters.base import Adapter, AdapterError, HasRooms
from bot.daily.manners import POSTS_HOME
from bot.features.rules import QUIZ_HOME
from bot.markup import Markup, bold, escape
from bot.model import Chat, Platform, User
from bot.reply import Button, Buttons, Paragraph, Reply
from bot.rooms import room_code, room_of
from bot.store import chat_settings, chats, posts, subscriptions
from bot.store.quizzes import together
from bot.store.store import Store
from bot.store.subscriptions import Subscription
from bot.texts import Texts

log = structlog.get_logger()


class Home(StrEnum):
    """What can have a home; each is the key of its setting."""

    QUIZZES = QUIZ_HOME
    POSTS = POSTS_HOME


class Homes:
    """Finds homes, sets them, and gives up those that are lost. texts: of what is told unasked."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[Platform, Adapter],
        clock: Callable[[], datetime],
        texts: Texts,
    ) -> None:
        self._store = store
        self._platforms = platforms
        self._clock = clock
        self._texts = texts

    def platform(self, chat: Chat) -> HasRooms | None:
        """Who knows the rooms of the chat's group; None when the chat is all there is."""
        adapter = self._platforms.get(chat.platform)
        return adapter if chat.space is not None and isinstance(adapter, HasRooms) else None

    def way(self, room: Chat, message_id: int | None, texts: Texts) -> Buttons:
        """A button that opens a room, or a message in it."""
        adapter = self._platforms.get(room.platform)
        url = adapter.address(room, message_id) if isinstance(adapter, HasRooms) else ""
        return ((Button(texts.label("Go there"), url=url),),) if url else ()

    async def of(self, what: Home, chat: Chat) -> Chat:
        """Where these go when they are asked for in the chat. A home that is lost is given up here."""
        kept = await self._store.get(chat_settings.of_chat(chat))
        room = room_of(kept.get(what, ""), chat)
        if room is None or room_code(room) == room_code(chat):
            return chat
        found = await self._look(room)
        if found is not None:
            return found
        await self.lose(what, room)
        return chat

    async def choose(self, what: Home, code: str, here: Chat, by: User) -> Chat | None:
        """Makes a room the home; None when the bot may not write there, or there is no such room."""
        room = room_of(code, here)
        found = await self._look(room, sure=True) if room is not None else None
        if found is None:
            return None
        before = await self.of(what, here)
        named = chats.seen(found, self._clock())
        await self._store.transact(together([named, chat_settings.put(here, what, code, by)]))
        if what is Home.POSTS:
            await self._carry(before, found)
        return found

    async def leave(self, what: Home, here: Chat, by: User) -> None:
        """From now on these are wherever they are asked for; a post goes back to where it was set up."""
        home = await self.of(what, here)
        await self._store.transact(chat_settings.put(here, what, "", by))
        if what is Home.POSTS:
            await self._store.transact(posts.leave_home(home))

    async def lose(self, what: Home, room: Chat) -> None:
        """The home is gone or closed to the bot. Whoever chose it is told, where that is possible; once."""
        by = await self._store.transact(chat_settings.drop(room, what, room_code(room)))
        if by is None:
            return
        log.warning("a home is lost", what=what, platform=room.platform, chat=room.id, thread=room.thread)
        room = await self._store.get(chats.named(room))
        moved = await self._store.transact(posts.leave_home(room)) if what is Home.POSTS else None
        quizzes = what is Home.QUIZZES
        said = lost_quizzes(room, self._texts) if quizzes else lost_posts(room, moved, self._texts)
        await self._tell(by, Reply((said,)), f"home:{what}:{room_code(room)}")

    async def _look(self, room: Chat, *, sure: bool = False) -> Chat | None:
        """The room as it is now. When its platform cannot be asked it is trusted, unless it must be sure."""
        adapter = self._platforms.get(room.platform)
        if not isinstance(adapter, HasRooms):
            return None
        try:
            return await adapter.room(room)
        except AdapterError as error:
            log.info("cannot look at a room", chat=room.id, reason=str(error))
            return None if sure else room

    async def _carry(self, before: Chat, home: Chat) -> None:
        """The post that was set up in the settings goes along: the one at hand, or else the oldest."""
        there = await self._store.get(subscriptions.of_chat(before))
        others = await self._store.get(subscriptions.set_up_in(home))
        mine = [post for post in (there,) if post is not None and post.on and post.asked]
        for post in (*mine, *others)[:1]:
            await self._store.transact(posts.go_home(post, home))

    async def _tell(self, user: User, reply: Reply, key: str) -> None:
        """In private. Who writes as a chat, or wished to be forgotten, has no private chat."""
        if user.id <= 0:
            return
        adapter = self._platforms[user.platform]
        try:
            await adapter.send(await adapter.private_chat(user), reply, key=key)
        except AdapterError as error:
            log.info("whoever chose a home cannot be told", platform=user.platform, reason=str(error))


def room_name(room: Chat, texts: Texts) -> str:
    """A room as those in its group call it: `#quiz`. What a topic is called, Telegram tells nobody."""
    if room_code(room).startswith("c"):
        return f"#{room.title}" if room.title else texts.label("the chosen channel")
    return texts.label("the General topic") if room.thread is None else texts.label("the chosen topic")


def lost_quizzes(room: Chat, texts: Texts) -> Paragraph:
    """That quizzes have no home any more."""
    said = texts.say(
        "I can't write in {room} any more, so quizzes are where they are asked for again. "
        "/settings gives them another home.",
        room=_elsewhere(room, texts),
    )
    return Paragraph(said)


def lost_posts(room: Chat, moved: Subscription | None, texts: Texts) -> Paragraph:
    """That posts have no home any more; moved: the daily post, where it goes now."""
    gone = _elsewhere(room, texts)
    if moved is None:
        return Paragraph(
            texts.say("I can't write in {room} any more. /settings gives posts another home.", room=gone)
        )
    said = texts.say(
        "I can't write in {room} any more, so the daily post comes in {other} again. "
        "/settings gives posts another home.",
        room=gone,
        other=_elsewhere(moved.chat, texts),
    )
    return Paragraph(said)


def _elsewhere(room: Chat, texts: Texts) -> Markup:
    """A room for somebody who is not in its group just now."""
    name = bold(room_name(room, texts))
    topic = room.title and not room_code(room).startswith("c")
    return Markup(f"{name} ({escape(room.title)})") if topic else name
