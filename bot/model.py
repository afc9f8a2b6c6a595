"""The nouns every room of the bot shares: who, where, and what was said. Frozen, platform-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Platform(StrEnum):
    """Where a chat lives."""

    TELEGRAM = "telegram"
    DISCORD = "discord"
    TERMINAL = "terminal"


class ChatKind(StrEnum):
    """Who can read a chat."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class User:
    """A person on one platform; `name` is as last seen and may hold anything."""

    platform: Platform
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat on one platform; `thread` is a forum topic (Telegram) or None. A Discord thread is a chat.

    space: the group or server of which it is one room among others: a forum's own id, a Discord server's.
    None when the chat is all there is, or when nobody has said.
    """

    platform: Platform
    id: int
    kind: ChatKind
    title: str = ""
    thread: int | None = None
    space: int | None = None

    @property
    def private(self) -> bool:
        """Whether only the bot and one person read it."""
        return self.kind is ChatKind.PRIVATE

    @property
    def whole(self) -> int:
        """The id of the whole group or server, as far as the chat itself knows."""
        return self.id if self.space is None else self.space


class Addressed(StrEnum):
    """Why a text is the bot's business; what is not addressed to it never leaves the adapter."""

    COMMAND = "command"
    MENTION = "mention"
    REPLY = "reply"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that a message answers."""

    id: int
    text: str
    by_bot: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A text for the bot, with its own name already taken out (`/whatis@bot rag` -> `/whatis rag`).

    forwarded: in a private chat, the channel from which it was passed on, if it was.
    """

    user: User
    chat: Chat
    id: int
    text: str
    addressed: Addressed
    quoted: Quoted | None = None
    language: str = ""
    forwarded: Chat | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its parameters already apart, as Discord sends it."""

    user: User
    chat: Chat
    command: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A press on one of the bot's buttons; `data` is an encoded action."""

    user: User
    chat: Chat
    message_id: int
    data: str
    language: str = ""
    at: datetime | None = None
    """When it was pressed, by the platform's own clock where it has one (Discord's interaction id)."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A choice in one of the bot's native polls (Telegram); `at` is when it arrived.

    `voter` is a person, or a chat in whose name an anonymous admin votes.
    """

    voter: User
    poll: str
    option: int
    at: datetime
    language: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot was added to a chat (or let back in); in a channel, that it may post there."""

    chat: Chat
    by: User | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """The bot can no longer reach a chat: blocked, kicked, or the chat is gone."""

    chat: Chat
    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """A chat has a new id and keeps everything it had (a Telegram group became a supergroup)."""

    platform: Platform
    old_id: int
    new_id: int


Event = Message | Invocation | Press | Vote | Joined | Left | Migrated
