"""The adapter: logs in, keeps receiving, and does what the core asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.adapters.base import (
    Asked,
    Capabilities,
    CredentialsRefused,
    Front,
    Inbox,
    NetworkDown,
    Notebook,
    NotSent,
    Question,
)
from bot.adapters.clock import Clock, LoopClock
from bot.adapters.pacing import Priority, Traffic, Unwatched, priority_of
from bot.adapters.telegram.admins import Admins
from bot.adapters.telegram.calls import Calls, Place
from bot.adapters.telegram.conversation import Conversation
from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.limiter import Limiter
from bot.adapters.telegram.menus import profile, show_profile
from bot.adapters.telegram.messages import Self
from bot.adapters.telegram.outbox import Outbox
from bot.adapters.telegram.pieces import MAX_UNITS
from bot.adapters.telegram.polls import Polls
from bot.adapters.telegram.receive import REFUSED, Intake, Poller
from bot.adapters.telegram.render import topic_link
from bot.adapters.telegram.transport import Transport
from bot.adapters.telegram.updates import ALLOWED, find_chat
from bot.adapters.telegram.webhook import Backlog, WebhookSettings, listening
from bot.model import Chat, ChatKind, Platform, User
from bot.reply import Reply
from bot.texts import Catalogue

API_URL = "https://api.telegram.org"
DELETES_WITHIN = 48 * 3600.0
"""Seconds in which a bot may delete what it sent (Bot API: deleteMessage)."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Client:
    """One login and all that hangs on it; a new one is made for each `run`."""

    bot: telegram.Bot
    outbox: Outbox
    polls: Polls
    calls: Calls
    admins: Admins
    conversation: Conversation


class TelegramAdapter:
    """Serves Telegram (see `bot.adapters.base.Adapter`).

    api_url: where the Bot API is, without `/bot<token>`.
    webhook: how to be called; None polls.
    limited: whether to keep to Telegram's message rates before it complains.
    clock: an event loop's time and timers; the running loop's own unless a test brings one.
    now: the time of day, by which answers in quizzes are dated. traffic: told of what is sent and waits.
    drained: see `bot.adapters.base.Drains`; of what had waited, answers in quizzes are handled then and the
    rest is claimed.
    """

    platform = Platform.TELEGRAM
    capabilities = Capabilities(
        ephemeral=False, max_text=MAX_UNITS, native_polls=True, deletes_within=DELETES_WITHIN
    )

    def __init__(
        self,
        token: str,
        *,
        front: Front,
        inbox: Inbox,
        notebook: Notebook,
        api_url: str = API_URL,
        catalogue: Catalogue | None = None,
        webhook: WebhookSettings | None = None,
        limited: bool = True,
        clock: Clock | None = None,
        now: Callable[[], datetime] = _utc_now,
        traffic: Traffic | None = None,
    ) -> None:
        self._token = token
        self._front = front
        self._inbox = inbox
        self._notebook = notebook
        self._api_url = api_url.rstrip("/")
        self._catalogue = catalogue or Catalogue({})
        self._webhook = webhook
        self._limited = limited
        self._clock = clock
        self._now = now
        self._traffic = traffic or Unwatched()
        self.drained = asyncio.Event()
        self._transport = Transport(self._api_url)
        self._lanes = Lanes()
        self._client: Client | None = None
        self._poller: Poller | None = None
        self._listening = False
        self._served = False

    @property
    def ready(self) -> bool:
        """Whether updates come in right now."""
        return self._listening or (self._poller is not None and self._poller.healthy)

    @property
    def served(self) -> bool:
        """Whether the last `run` got as far as being ready."""
        return self._served

    async def run(self) -> None:
        """Logs in and serves. Returns by cancellation only; raises CredentialsRefused or NetworkDown."""
        self._served = False
        self.drained.clear()
        client = self._client = await self._log_in()
        await show_profile(client.bot, profile(self._front.registry, self._catalogue.default), self._notebook)
        intake = Intake(self._inbox, self._lanes, client.conversation.handle)
        try:
            await self._receive(client, intake)
        except InvalidToken:
            raise CredentialsRefused(REFUSED) from None
        except TelegramError as error:
            raise NetworkDown(str(error)) from None
        finally:
            self._poller, self._listening = None, False

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        """Sends unasked; the id of the first message. Raises as the contract says.

        Telegram recognises no repeat, so the key only tells whether it is a quiz that waits.
        """
        return await self._online.outbox.post(_place(chat), reply, self._catalogue.default, priority_of(key))

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Replaces a message of the bot. Raises as the contract says."""
        await self._online.outbox.edit(_place(chat), message_id, reply, self._catalogue.default)

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:  # noqa: ARG002 - no keys here
        """Sends a native quiz poll. Raises as the contract says; Unreachable also when the topic is gone.

        It is open from the moment its arrival was confirmed: answers are dated by the same clock, and
        Telegram's own date has whole seconds only.
        """
        message_id, poll = await self._online.polls.send(_place(chat), question)
        return Asked(message_id, poll, self._now())

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        """Stops the poll, which then carries the reveal's buttons. Raises as the contract says."""
        await self._online.polls.stop(chat.id, asked.message_id, reveal.buttons)

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        """Takes back messages of the bot. Raises as the contract says."""
        priority = Priority.QUIZ if urgent else Priority.BROADCAST
        await self._online.calls.delete(chat.id, message_ids, priority)

    async def private_chat(self, user: User) -> Chat:
        """The chat of the person's own id; it takes messages once they have started the bot."""
        return Chat(Platform.TELEGRAM, user.id, ChatKind.PRIVATE, user.name)

    async def channel(self, name: str) -> Chat | None:
        """The channel of that name or id. Raises NotSent when there is no connection."""
        return await find_chat(self._online.bot, name)

    def rooms(self, chat: Chat) -> Sequence[Chat]:  # noqa: ARG002 - whichever chat, Telegram lists none
        """No topics: a bot cannot list them (Bot API: there is no such method)."""
        return ()

    async def room(self, room: Chat) -> Chat | None:
        """The topic, if it belongs to the group of its `space`. Whether it exists shows when it is used."""
        return room if room.whole == room.id and room.id < 0 else None

    def address(self, room: Chat, message_id: int | None = None) -> str:
        """The link to a topic, or to a message in it, for members of the group."""
        return topic_link(room.id, room.thread, message_id)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        """Whether the person administers the chat; in a private chat always."""
        return chat.private or (self._client is not None and await self._client.admins.has(chat.id, user.id))

    async def close(self) -> None:
        """Lets what is being answered end, if it does so soon, and closes all connections."""
        await self._lanes.close()
        self._client = None
        await self._transport.shutdown()

    @property
    def _online(self) -> Client:
        if self._client is None:
            raise NotSent("Telegram is not connected")
        return self._client

    def _new_bot(self) -> telegram.Bot:
        # At its debug level the library writes its address, which holds the token.
        logging.getLogger("telegram.Bot").setLevel(logging.INFO)
        return telegram.Bot(
            self._token,
            base_url=f"{self._api_url}/bot",
            base_file_url=f"{self._api_url}/file/bot",
            request=self._transport,
            get_updates_request=self._transport,
        )

    async def _log_in(self) -> Client:
        """A client that knows who the bot is. The library's own words would carry the token."""
        bot = self._new_bot()
        try:
            await bot.initialize()
        except InvalidToken:
            raise CredentialsRefused(REFUSED) from None
        except TelegramError as error:
            raise NetworkDown(str(error)) from None
        return self._new_client(bot)

    def _new_client(self, bot: telegram.Bot) -> Client:
        clock, username = self._loop_clock(), bot.username
        calls = Calls(bot, self._transport, Limiter(clock, enabled=self._limited), clock, self._traffic)
        outbox, polls = Outbox(calls, username), Polls(bot, calls, username)
        me = Self(bot.id, username, lambda word: self._front.registry.find(word) is not None)
        conversation = Conversation(bot, me, self._front, outbox, self._catalogue, clock, self._now)
        return Client(bot, outbox, polls, calls, Admins(bot, clock), conversation)

    def _loop_clock(self) -> Clock:
        return self._clock or LoopClock()

    async def _receive(self, client: Client, intake: Intake) -> None:
        if self._webhook is None:
            await client.bot.delete_webhook()
            url, clock = client.bot.base_url, self._loop_clock()
            poller = self._poller = Poller(self._transport, url, intake, clock, self.drained)
            self._served = True
            await poller.run()
            return
        hook = self._webhook
        waiting = (await client.bot.get_webhook_info()).pending_update_count
        async with listening(hook, Backlog(intake.take, waiting, self.drained).take):
            await client.bot.set_webhook(hook.url, secret_token=hook.secret, allowed_updates=ALLOWED)
            self._served = self._listening = True
            await asyncio.Event().wait()


def _place(chat: Chat) -> Place:
    return Place(chat.id, chat.thread)
