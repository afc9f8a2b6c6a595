"""What the core asks of a platform, and what a platform asks of the core; nothing else passes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.commands import Choice, Param, Registry
from bot.model import Chat, Event, Platform, User
from bot.reply import Block, Buttons, Reply


class AdapterError(Exception):
    """Why something could not be sent; the sentence is for the log."""


class CredentialsRefused(AdapterError):
    """The platform refuses the token. The sentence says where to get one; trying again is no use."""


class NetworkDown(AdapterError):
    """The platform cannot be reached just now: make a new client after a while."""


class Unreachable(AdapterError):
    """This chat is closed to the bot for good: blocked, kicked, deleted, access lost."""


class Moved(AdapterError):
    """The chat has a new id."""

    def __init__(self, new_id: int) -> None:
        super().__init__(f"the chat is now {new_id}")
        self.new_id = new_id


class Delayed(AdapterError):
    """The platform asks to wait this many seconds; nothing was sent."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"try again in {retry_after:g} s")
        self.retry_after = retry_after


class NotSent(AdapterError):
    """Definitely not sent: refused, or no connection was made. It may be tried again."""


class OutcomeUnknown(AdapterError):
    """The request was written and no answer came: it may have been sent."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do, where the core must know.

    native_polls: answers arrive as `Vote`s of a poll, not as presses (Telegram).
    repeat_within: for how many seconds a send that is repeated under its key is recognised, and the first
    message's id returned (Discord's nonce); 0 where it never is.
    deletes_within: for how many seconds after it was sent the bot may delete a message; 0 for ever.
    """

    ephemeral: bool
    max_text: int
    native_polls: bool = False
    repeat_within: float = 0.0
    deletes_within: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A quiz question for one chat, all plain text.

    head: what rides along above it: the last result, the standings (blocks; Telegram's poll description).
    stem: at most 250 characters; options: 3 to 5 of at most 55, in the order to be shown.
    key: the position of the right one. It must never be readable before the person has answered.
    explanation: at most 200 characters with at most two line feeds.
    seconds: how long it stays open; 0 for as long as the member likes.
    closes_at: about when it closes, for a countdown; None without a limit.
    buttons: one for each option, the same order; platforms with native polls have no use for them.
    """

    label: str
    head: tuple[Block, ...]
    stem: str
    options: tuple[str, ...]
    key: int
    explanation: str
    seconds: int
    closes_at: datetime | None
    buttons: Buttons


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that has arrived: its message, its poll if it is one, and since when it is open.

    at: by the clock that its answers are timed by (`Press.at`, `Vote.at`).
    """

    message_id: int
    poll: str
    at: datetime


class Front(Protocol):
    """The core, as an adapter sees it."""

    registry: Registry

    async def respond(self, event: Event) -> Reply | None:
        """The answer to what happened, or None for silence. Never raises: its boundary is inside."""

    async def delivered(self, event: Event, reply: Reply, message_ids: Sequence[int]) -> None:
        """Told after a reply was sent where the event happened, with the ids of its messages, in order.

        For a press that edited its message (`reply.edit`) that is the first of them. Not told of what only
        one person sees.
        """

    def complete(self, command: str, param: Param, typed: str) -> Sequence[Choice]:
        """What might be meant while somebody types, at most 25, the likeliest first."""


class Inbox(Protocol):
    """Which updates were taken already, durably, so that each is handled at most once."""

    async def claim(self, update_ids: Sequence[int]) -> set[int]:
        """Records the ids and returns those that were new. Returns after the commit."""


class Notebook(Protocol):
    """A few small texts an adapter must remember, such as the hash of the commands it last registered."""

    async def read(self, key: str) -> str:
        """The text last written, or an empty one."""

    async def write(self, key: str, text: str) -> None:
        """Replaces the text; returns after the commit."""


@runtime_checkable
class Drains(Protocol):
    """An adapter whose platform keeps what happened while the bot was away (Telegram)."""

    drained: asyncio.Event
    """Set once the updates that had waited at the start of `run` are handled and committed."""


@runtime_checkable
class FindsChannels(Protocol):
    """An adapter whose platform has channels that the bot is told of elsewhere (Telegram)."""

    async def channel(self, name: str) -> Chat | None:
        """The chat of that public name (`@news`) or id, as text; None when there is none, or it is closed.

        Raises as `Adapter.send` does.
        """


@dataclass(frozen=True, slots=True)
class Role:
    """What a server calls some of its members together."""

    id: int
    name: str


@runtime_checkable
class HasRooms(Protocol):
    """An adapter whose groups may have several rooms: topics (Telegram), channels and threads (Discord)."""

    def rooms(self, chat: Chat) -> Sequence[Chat]:
        """The rooms of the chat's group where the bot may write, in order; none where nobody lists them."""

    async def room(self, room: Chat) -> Chat | None:
        """The room as it is called now, with its `space`; None when it is gone, closed to the bot, or
        belongs elsewhere than its `space` says.

        Raises as `Adapter.send` does, when the platform cannot be asked.
        """

    def address(self, room: Chat, message_id: int | None = None) -> str:
        """Where a room, or a message in it, opens for whoever may read it; empty when nowhere."""


@runtime_checkable
class HasRoles(Protocol):
    """An adapter whose groups give roles to their members (Discord)."""

    def roles(self, chat: Chat) -> Sequence[Role]:
        """The roles that people of the chat's group can be given, the highest first."""

    async def has_role(self, chat: Chat, user: User, role: int) -> bool:
        """Whether the person has the role; no, when the platform does not say."""


class Adapter(Protocol):
    """A platform. `run` serves until cancelled; CredentialsRefused or NetworkDown say why it cannot."""

    platform: Platform
    capabilities: Capabilities

    async def run(self) -> None:
        """Logs in, registers what changed, and serves. Returns only by cancellation or an AdapterError."""

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        """Sends unasked; the id of the first message. `key` makes a repeat recognisable where possible.

        Raises Unreachable, Moved, Delayed, NotSent or OutcomeUnknown.
        """

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Replaces a message of the bot; an unchanged or vanished one is no error. Raises as `send` does."""

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:
        """Sends a quiz question, silently. `key` makes a repeat recognisable where possible.

        Raises as `send` does; OutcomeUnknown means the question must be given up.
        """

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        """Ends a question: a native poll is stopped, any other message is edited into its reveal.

        A stopped poll carries the reveal's buttons (somebody alone goes on with one), nothing else of it.
        A question closed or deleted already is no error. Raises as `send` does.
        """

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        """Takes back messages of the bot, at most 100 of one chat, in as few calls as the platform allows.

        One that is gone already, is too old, or may not be deleted, is no error. urgent: before broadcasts.
        To try again does no harm. Raises as `send` does.
        """

    async def private_chat(self, user: User) -> Chat:
        """The chat between the bot and one person; whether the bot may write there shows when it does.

        Raises as `send` does.
        """

    async def is_admin(self, chat: Chat, user: User) -> bool:
        """Whether the person administers the chat; in a private chat always."""

    async def close(self) -> None:
        """Ends all connections; `run` may be called again on a new client."""

    @property
    def ready(self) -> bool:
        """Whether the platform is being served right now, for health checks."""
