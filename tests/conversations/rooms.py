"""Groups with several rooms: a forum with topics on Telegram, a server with channels on Discord.

quiz = await house.room("quiz")
await ada.at(quiz).says("/settings")
await quiz.hears("Where shall quizzes be played?")
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.conversations.quizzing import bare
from tests.conversations.surfaces import (
    DiscordSurface,
    DiscordVoice,
    Heard,
    Surface,
    TelegramSurface,
    TelegramVoice,
    Voice,
)
from tests.fakes.discord.driver import Channel
from tests.fakes.telegram.driver import Group


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum; thread None is the General one."""

    group: Group
    thread: int | None

    @property
    def link(self) -> str:
        return f"https://t.me/c/{-self.group.id - 1_000_000_000_000}/{self.thread or 1}"

    @property
    def said(self) -> list[str]:
        log = self.group.telegram.world.log
        return [text for m, text in log if m.chat is self.group.chat and m.thread == self.thread]

    async def hears(self, words: str) -> Heard:
        log = self.group.telegram.world.log

        def look() -> Heard | None:
            for m, text in reversed(log):
                if m.chat is self.group.chat and m.thread == self.thread and words in text:
                    return Heard(text, tuple(m.labels))
            return None

        return await self.group.telegram.world.changed.until(look, lambda: f"{words!r} not in {self.said}")

    async def closes(self) -> None:
        """Somebody deletes it; nobody tells the bot."""
        assert self.thread is not None
        del self.group.chat.topics[self.thread]


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a server."""

    channel: Channel

    @property
    def link(self) -> str:
        guild = self.channel.state.guild
        assert guild is not None
        return f"https://discord.com/channels/{guild.id}/{self.channel.id}"

    @property
    def said(self) -> list[str]:
        return [message.text for message in self.channel.from_bot if message.viewer is None]

    async def hears(self, words: str) -> Heard:
        message = await self.channel.heard(words)
        return Heard(bare(message.text), tuple(message.buttons))

    async def closes(self) -> None:
        """Somebody deletes it."""
        await self.channel.delete()


Place = Topic | Room


@dataclass(slots=True)
class Person:
    """Somebody, who can go from room to room."""

    voice: TelegramVoice | DiscordVoice

    def at(self, place: Place) -> Voice:
        if isinstance(self.voice, TelegramVoice):
            assert isinstance(place, Topic)
            return self.voice.at(place.thread)
        assert isinstance(place, Room)
        return self.voice.at(place.channel)

    async def hears(self, words: str) -> None:
        """Waits until the bot says so in private."""
        await self.voice.hears(words)


class House:
    """The group of a surface, with all its rooms."""

    def __init__(self, chat: Surface) -> None:
        self.chat = chat
        if isinstance(chat, TelegramSurface):
            chat.group.chat.forum = True

    @property
    def hall(self) -> Place:
        """The room there is from the beginning."""
        if isinstance(self.chat, TelegramSurface):
            return Topic(self.chat.group, None)
        assert isinstance(self.chat, DiscordSurface)
        return Room(self.chat.channel)

    async def room(self, name: str) -> Place:
        if isinstance(self.chat, TelegramSurface):
            return Topic(self.chat.group, self.chat.group.topic(name))
        assert isinstance(self.chat, DiscordSurface)
        return Room(await self.chat.guild.create(name))

    async def member(self, name: str, *, admin: bool = False) -> Person:
        voice = await self.chat.member(name, admin=admin)
        assert isinstance(voice, TelegramVoice | DiscordVoice)
        return Person(voice)
