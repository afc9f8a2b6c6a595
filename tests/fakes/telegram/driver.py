"""People on the fake Telegram, as a test speaks for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.fakes.telegram.markup import units
from tests.fakes.telegram.server import Call, Server
from tests.fakes.telegram.signal import PATIENCE
from tests.fakes.telegram.state import ANONYMOUS_BOT, JSON, Account, Bot, Chat, Message, Query

_PEOPLE = 100
_GROUPS = itertools.count(1)
"""Supergroups have large negative ids, so that no group is taken for another in a log."""


class FakeTelegram:
    """The whole of it: `async with FakeTelegram() as telegram`."""

    def __init__(self, **server: Any) -> None:
        self.server = Server(**server)
        self.world = self.server.world
        self._anonymous = Account(ANONYMOUS_BOT, "Group", "GroupAnonymousBot", is_bot=True)

    async def __aenter__(self) -> Self:
        await self.server.plug_in()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.unplug()

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def calls(self) -> list[Call]:
        return self.server.calls

    def bot(self, username: str, *, name: str = "Whatis", sees_all: bool = False) -> Bot:
        number = 7_000_000_000 + self.world.new_id()
        bot = Bot(number, name, username, is_bot=True, token=f"{number}:secret-{username}", sees_all=sees_all)
        self.world.accounts[bot.id] = bot
        self.world.bots[bot.token] = bot
        return bot

    def person(self, name: str, username: str | None = None, language: str | None = "en") -> Account:
        person = Account(_PEOPLE + self.world.new_id(), name, username, language=language)
        self.world.accounts[person.id] = person
        return person

    def group(
        self, title: str, *bots: Bot, kind: str = "supergroup", forum: bool = False, quietly: bool = True
    ) -> Group:
        """A group; the bots are added without a word to them unless `quietly` is off."""
        number = self.world.new_id()
        chat = Chat(-number if kind == "group" else -1000000000000 - number, kind, title, forum=forum)
        self.world.chats[chat.id] = chat
        group = Group(self, chat)
        for bot in bots:
            group.add(bot, quietly=quietly)
        return group

    def private(self, bot: Bot, person: Account | str) -> Member:
        """The private chat of a person with a bot, once opened."""
        who = self.person(person) if isinstance(person, str) else person
        chat = Chat(who.id, "private", people={who.id: who, bot.id: bot})
        chat.standing = {who.id: "member", bot.id: "member"}
        chat = self.world.private.setdefault((bot.id, who.id), chat)
        return Member(Room(self, chat), who)

    async def called(self, method: str, times: int = 1, *, within: float = PATIENCE) -> list[Call]:
        """Waits for so many calls of a method that were dealt with, and returns all there are."""
        return await self.world.changed.until(
            lambda: (found := self.made(method)) if len(self.made(method)) >= times else None,
            lambda: f"{method} was called {len(self.made(method))} times, not {times}",
            within,
        )

    def made(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method and call.outcome]

    async def taken(self, bot: Bot) -> None:
        """Waits until the bot has confirmed all updates there are."""
        await self.world.changed.until(lambda: not bot.updates, lambda: f"{bot.name} took no more updates")

    def hears_again(self, bot: Bot, update: JSON) -> None:
        """Sends an update once more, or one that is made up."""
        bot.push_raw(update)


class Room:
    """A chat, as those in it see it. `heard` goes through what bots wrote, onwards."""

    def __init__(self, telegram: FakeTelegram, chat: Chat) -> None:
        self.telegram = telegram
        self.chat = chat
        self._from = 0

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def said(self) -> list[str]:
        """What bots wrote or changed here, in order."""
        return [text for message, text in self.telegram.world.log if message.chat is self.chat]

    @property
    def last(self) -> Message:
        """The last message of a bot here."""
        return [message for message in self.chat.messages.values() if isinstance(message.sender, Bot)][-1]

    @property
    def poll(self) -> Message:
        """The latest message with a poll."""
        return [message for message in self.chat.messages.values() if message.poll][-1]

    def time_is_up(self) -> None:
        """The latest poll closes by itself, as its time says. The bot hears nothing of it."""
        poll = self.poll.poll
        assert poll is not None
        assert poll.seconds, "this poll has no time limit"
        poll.closed = True

    async def heard(self, words: str) -> Message:
        """Waits for a bot to write (or change a message to) something with these words."""
        return await self.telegram.world.changed.until(
            lambda: self._find(words), lambda: f"nobody said {words!r} in {self.chat.title!r}: {self.said}"
        )

    def _find(self, words: str) -> Message | None:
        log = self.telegram.world.log
        for index in range(self._from, len(log)):
            message, text = log[index]
            if message.chat is self.chat and words in text:
                self._from = index + 1
                return message
        return None


class Group(Room):
    """A group with its members and topics."""

    def add(
        self,
        bot: Bot,
        *,
        quietly: bool = False,
        status: str = "member",
        by: Member | None = None,
        **rights: bool,
    ) -> None:
        """Adds a bot, or changes what it may do; an administrator of a channel may post there if not said."""
        old, could = self.chat.standing.get(bot.id, "left"), self.chat.rights.get(bot.id)
        self.chat.people[bot.id] = bot
        self.chat.standing[bot.id] = status
        usual = {"can_post_messages": True} if self.chat.kind == "channel" else {}
        self.chat.rights[bot.id] = usual | rights if status == "administrator" else {}
        if not quietly:
            who = by.account if by else self.telegram.person("Owner")
            self.telegram.world.standing_changed(self.chat, bot, who, old, status, could=could)

    def remove(self, bot: Bot, *, quietly: bool = False) -> None:
        old, self.chat.standing[bot.id] = self.chat.standing[bot.id], "kicked"
        could = self.chat.rights.pop(bot.id, None)
        if not quietly:
            owner = self.telegram.person("Owner")
            self.telegram.world.standing_changed(self.chat, bot, owner, old, "kicked", could=could)

    def member(self, person: Account | str, status: str = "member") -> Member:
        who = self.telegram.person(person) if isinstance(person, str) else person
        self.chat.people[who.id] = who
        self.chat.standing[who.id] = status
        return Member(self, who)

    def topic(self, name: str) -> int:
        thread: int = next(self.chat.numbers)
        self.chat.topics[thread] = name
        return thread

    def migrate(self, by: Member) -> Group:
        return Group(self.telegram, self.telegram.world.migrate(self.chat, by.account))

    def writes(self, bot: Bot, text: str) -> Message:
        """Another bot writes by itself."""
        message = Message(next(self.chat.numbers), self.chat, bot, text)
        return self.telegram.world.written(message)


class Member:
    """A person in a chat."""

    def __init__(self, room: Room, account: Account) -> None:
        self.room = room
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    async def heard(self, words: str) -> Message:
        return await self.room.heard(words)

    async def says(
        self,
        text: str,
        *,
        thread: int | None = None,
        anonymous: bool = False,
        entities: tuple[JSON, ...] = (),
    ) -> Message:
        sender = self.room.telegram._anonymous if anonymous else self.account
        fields: JSON = {"thread": thread, "anonymous": anonymous, "entities": list(entities)}
        return self.room.telegram.world.write(self.room.chat, sender, text, **fields)

    async def forwards(self, channel: Room, text: str) -> Message:
        """Passes on a post of a channel."""
        origin = {"type": "channel", "date": 1, "chat": channel.chat.json(), "message_id": 1}
        fields: JSON = {"service": {"forward_origin": origin, "text": text}}
        return self.room.telegram.world.write(self.room.chat, self.account, text, **fields)

    async def names(self, bot: Bot, before: str, after: str) -> Message:
        """Mentions by a link, as clients do for accounts without a username."""
        link = {
            "type": "text_mention",
            "offset": units(before),
            "length": units(bot.name),
            "user": bot.json(),
        }
        return await self.says(f"{before}{bot.name}{after}", entities=(link,))

    async def replies(self, to: Message, text: str) -> Message:
        world = self.room.telegram.world
        return world.write(self.room.chat, self.account, text, answers=to, thread=to.thread)

    def votes(self, option: str | int, on: Message | None = None, *, anonymous: bool = False) -> None:
        """Votes in the latest poll (or that one) for an option, by its words or its place.

        anonymous: as an admin in the group's name.
        """
        poll = (on or self.room.poll).poll
        assert poll is not None
        place = poll.options.index(option) if isinstance(option, str) else option
        name = self.room.chat if anonymous else None
        self.room.telegram.world.vote(self.account, poll, [place], name=name)

    async def presses(self, label: str, on: Message | None = None, *, accessible: bool = True) -> Press:
        """Presses a button of that label, on the latest message that has one."""
        messages = [on] if on else reversed(self.room.chat.messages.values())
        for message in messages:
            for button in message.buttons:
                if button["text"] == label and "callback_data" in button:
                    return self.presses_data(message, button["callback_data"], accessible=accessible)
        raise AssertionError(
            f"there is no button {label!r}: {[m.labels for m in self.room.chat.messages.values()]}"
        )

    def presses_data(self, message: Message, data: str, *, accessible: bool = True) -> Press:
        world = self.room.telegram.world
        return Press(self.room, world.press(self.account, message, data, accessible=accessible))

    def blocks(self, bot: Bot, *, quietly: bool = False) -> None:
        self._standing(bot, "member", "kicked", quietly=quietly)

    def unblocks(self, bot: Bot) -> None:
        self._standing(bot, "kicked", "member", quietly=False)

    def _standing(self, bot: Bot, old: str, new: str, *, quietly: bool) -> None:
        self.room.chat.standing[bot.id] = new
        if not quietly:
            self.room.telegram.world.standing_changed(self.room.chat, bot, self.account, old, new)


class Press:
    """A press under way."""

    def __init__(self, room: Room, query: Query) -> None:
        self._room = room
        self.query = query

    async def acknowledged(self) -> JSON:
        """Waits until the button stops to spin; what the bot acknowledged with."""
        look: Callable[[], JSON | None] = lambda: self.query.answer  # noqa: E731
        return await self._room.telegram.world.changed.until(look, lambda: "the button still spins")
