"""The adapter: logs in, keeps receiving, and does what the core asks."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

import telegram
from telegram.error import InvalidToken, TelegramError

from bot.adapters.base import Capabilities, CredentialsRefused, Front, Inbox, NetworkDown, Notebook, NotSent
from bot.adapters.telegram.admins import Admins
from bot.adapters.telegram.calls import Calls, Place
from bot.adapters.telegram.clock import Clock
from bot.adapters.telegram.conversation import Conversation
from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.limiter import Limiter
from bot.adapters.telegram.menus import profile, show_profile
from bot.adapters.telegram.outbox import Outbox
from bot.adapters.telegram.pieces import MAX_UNITS
from bot.adapters.telegram.receive import REFUSED, Intake, Poller
from bot.adapters.telegram.transport import Transport
from bot.adapters.telegram.updates import ALLOWED, Self
from bot.adapters.telegram.webhook import WebhookSettings, listening
from bot.model import Chat, ChatKind, Platform, User
from bot.reply import Reply
from bot.texts import Catalogue

API_URL = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class Client:
    """One login and all that hangs on it; a new one is made for each `run`."""

    bot: telegram.Bot
    outbox: Outbox
    admins: Admins
    conversation: Conversation


class TelegramAdapter:
    """Serves Telegram (see `bot.adapters.base.Adapter`).

    api_url: where the Bot API is, without `/bot<token>`.
    webhook: how to be called; None polls.
    limited: whether to keep to Telegram's message rates before it complains.
    clock: an event loop's time and timers; the running loop's own unless a test brings one.
    """

    platform = Platform.TELEGRAM
    capabilities = Capabilities(ephemeral=False, max_text=MAX_UNITS)

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

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:  # noqa: ARG002 - Telegram knows no keys
        """Sends unasked; the id of the first message. Raises as the contract says."""
        return await self._outbox.post(Place(chat.id, chat.thread), reply, self._catalogue.default)

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Replaces a message of the bot. Raises as the contract says."""
        await self._outbox.edit(Place(chat.id, chat.thread), message_id, reply, self._catalogue.default)

    async def private_chat(self, user: User) -> Chat:
        """The chat of the person's own id; it takes messages once they have started the bot."""
        return Chat(Platform.TELEGRAM, user.id, ChatKind.PRIVATE, user.name)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        """Whether the person administers the chat; in a private chat always."""
        return chat.private or (self._client is not None and await self._client.admins.has(chat.id, user.id))

    async def close(self) -> None:
        """Lets what is being answered end, if it does so soon, and closes all connections."""
        await self._lanes.close()
        self._client = None
        await self._transport.shutdown()

    @property
    def _outbox(self) -> Outbox:
        if self._client is None:
            raise NotSent("Telegram is not connected")
        return self._client.outbox

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
        clock, username = self._now(), bot.username
        outbox = Outbox(Calls(bot, Limiter(clock, enabled=self._limited), clock), username)
        me = Self(bot.id, username, lambda word: self._front.registry.find(word) is not None)
        conversation = Conversation(bot, me, self._front, outbox, self._catalogue, clock)
        return Client(bot, outbox, Admins(bot, clock), conversation)

    def _now(self) -> Clock:
        return self._clock or asyncio.get_running_loop()

    async def _receive(self, client: Client, intake: Intake) -> None:
        if self._webhook is None:
            await client.bot.delete_webhook()
            poller = self._poller = Poller(self._transport, client.bot.base_url, intake, self._now())
            self._served = True
            await poller.run()
            return
        hook = self._webhook
        async with listening(hook, intake.take):
            await client.bot.set_webhook(hook.url, secret_token=hook.secret, allowed_updates=ALLOWED)
            self._served = self._listening = True
            await asyncio.Event().wait()
