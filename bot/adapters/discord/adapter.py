"""Discord as a platform of the bot: one client at a time, and what it hears handed to the core."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from bot.adapters.asking import as_message
from bot.adapters.base import (
    Asked,
    Capabilities,
    Front,
    Notebook,
    NotSent,
    Question,
    Role,
    Unreachable,
)
from bot.adapters.clock import Clock, LoopClock
from bot.adapters.discord import events, failures, rooms
from bot.adapters.discord.admins import Admins, Standing
from bot.adapters.discord.answers import Answers
from bot.adapters.discord.client import Client, point_at
from bot.adapters.discord.commands import CatalogueTranslator, add_commands, sync_if_changed
from bot.adapters.discord.posting import NONCE_SECONDS, PATIENCE_SECONDS, PAUSES, Posting, nonce_of
from bot.adapters.discord.render import MAX_CONTENT, pages
from bot.adapters.discord.welcome import Welcomes
from bot.adapters.pacing import Metronome, Priority, Traffic, Unwatched, priority_of
from bot.commands import Choice, Command, Param
from bot.model import Chat, Joined, Left, Message, Platform, User
from bot.reply import Paragraph, Reply, Visibility
from bot.texts import Catalogue

_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]
_DEFER_SECONDS = 1.5
_CLOSING_SECONDS = 2.0
BROADCASTS_PER_SECOND = 40
"""Of the 50 requests a second that Discord allows a bot over all; discord.py keeps to the limits of each
channel by itself, and learns of this one only by being refused.
https://discord.com/developers/docs/topics/rate-limits#global-rate-limit
"""


class DiscordAdapter:
    """Serves the core on Discord.

    api_url, gateway_url: where Discord is, if not where discord.py knows it; they hold for the process.
    defer_after: seconds after which a spinner is shown.
    patience: seconds one request may take, rate limits included.
    pauses: seconds before the second and the third try of a message whose fate is unknown.
    clock: the time, for what Discord does not count down by itself.
    ticks: the seconds by which broadcasts are spread. traffic: told of what is sent and waits.
    """

    platform = Platform.DISCORD
    capabilities = Capabilities(ephemeral=True, max_text=MAX_CONTENT, repeat_within=NONCE_SECONDS)

    def __init__(
        self,
        token: str,
        front: Front,
        notebook: Notebook,
        *,
        catalogue: Catalogue | None = None,
        api_url: str = "",
        gateway_url: str = "",
        defer_after: float = _DEFER_SECONDS,
        patience: float = PATIENCE_SECONDS,
        pauses: tuple[float, ...] = PAUSES,
        clock: Callable[[], datetime] = discord.utils.utcnow,
        ticks: Clock | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        self._token = token
        self._front = front
        self._notebook = notebook
        self._catalogue = catalogue or Catalogue({})
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._defer_after = defer_after
        self._patience = patience
        self._pauses = pauses
        self._clock = clock
        self._broadcasts = Metronome(ticks or LoopClock(), BROADCASTS_PER_SECOND)
        self._traffic = traffic or Unwatched()
        self._busy: set[asyncio.Task[Any]] = set()
        self._admins = Admins()
        self._welcomes = Welcomes(notebook, self._greet)
        self.new_client()

    def new_client(self) -> Client:
        """Takes a client that was never started; a closed one cannot be started again."""
        self.client = Client(self, self._gateway_url)
        self._posting = Posting(self.client, self._patience, self._pauses)
        self._answers = Answers(self._front, self._posting, self._catalogue, self._defer_after)
        return self.client

    @property
    def ready(self) -> bool:
        """Whether every shard is connected right now."""
        return self.client.connected

    async def run(self) -> None:
        """Serves until cancelled; raises CredentialsRefused or NetworkDown when the client ends."""
        point_at(self._api_url, self._gateway_url)
        _hush()
        client = self.new_client()
        serving = asyncio.ensure_future(client.start(self._token))
        try:
            # Cancelled only after `close`: in the midst of a reconnection discord.py swallows a cancellation.
            await asyncio.wait({serving})
        finally:
            await self.close()
            serving.cancel()
            await asyncio.wait({serving}, timeout=_CLOSING_SECONDS)
        error = None if serving.cancelled() else serving.exception()
        raise failures.in_serving(error) from error

    async def close(self) -> None:
        """Lets what is being answered finish, for two seconds at most, and ends all connections."""
        busy = self._busy - {asyncio.current_task()}
        if busy:
            await asyncio.wait(busy, timeout=_CLOSING_SECONDS)
        for task in busy:
            task.cancel()
        if self.client.begun:
            await self.client.close()

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        """Sends unasked; see `Adapter.send`. A repeat of a key within two minutes sends no second."""
        priority, embeds = priority_of(key), self._embeds(chat.id)
        if priority is Priority.BROADCAST:
            await self._turn()
        message_ids = await self._posting.post(
            chat.id, reply, nonce_of(key), answers=reply.points_to, embeds=embeds
        )
        self._traffic.sent(self.platform, priority)
        return message_ids[0]

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Replaces a message of the bot; a vanished one is no error."""
        await self._posting.edit(chat.id, message_id, reply, embeds=self._embeds(chat.id))

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:
        """Sends the question as one message of the bot's own, which outlives any interaction.

        It is open from the moment Discord gave it its id, the same clock by which presses are timed.
        """
        message_id = await self.send(chat, self._as_message(chat, question), key=key)
        return Asked(message_id, "", discord.utils.snowflake_time(message_id))

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        """Edits the question into its reveal; one that was deleted is no error."""
        await self.edit(chat, asked.message_id, reveal)

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        """Takes back messages of the bot; a vanished one is no error. Raises as `send` does."""
        for some in self._posting.bundles(chat.id, message_ids):
            if not urgent:
                await self._turn()
            await self._posting.delete(chat.id, some)
            self._traffic.sent(self.platform, Priority.QUIZ if urgent else Priority.BROADCAST)

    async def private_chat(self, user: User) -> Chat:
        """The direct messages with the person. Raises as `send` does."""
        return await self._posting.private_chat(user.id)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        """Whether the person may manage the server; asks Discord only about those it has not just heard."""
        return chat.private or (await self._standing(chat, user)).administers

    def roles(self, chat: Chat) -> Sequence[Role]:
        """The roles of the chat's server that people can be given."""
        return tuple(rooms.given_roles(self.client.get_guild(chat.whole)))

    async def has_role(self, chat: Chat, user: User, role: int) -> bool:
        """Whether the person has the role; asks Discord only about those it has not just heard."""
        return not chat.private and role in (await self._standing(chat, user)).roles

    def rooms(self, chat: Chat) -> Sequence[Chat]:
        """The text channels of the chat's server in which the bot may write."""
        return rooms.open_rooms(self.client.get_guild(chat.whole))

    async def room(self, room: Chat) -> Chat | None:
        """The channel or thread, if the bot may write there; see `HasRooms.room`."""
        return await rooms.find_room(self.client, room)

    def address(self, room: Chat, message_id: int | None = None) -> str:
        """The link to a channel, or to a message in it."""
        return rooms.address(self.client, room, message_id)

    # What the client tells

    async def prepare(self, client: Client) -> None:
        """Builds the commands, and registers them if they changed."""
        await client.tree.set_translator(CatalogueTranslator(self._catalogue))
        add_commands(client.tree, self._front.registry, self.invoked, self.completed)
        try:
            if await sync_if_changed(client.tree, self._notebook):
                _log.info("registered the commands with Discord")
        except discord.app_commands.CommandSyncFailure:
            _log.exception("Discord refuses the commands; mentions and private messages still work")

    async def invoked(self, interaction: Interaction, command: Command, values: Mapping[str, str]) -> None:
        """A slash command."""
        self._admins.saw(interaction.channel_id or 0, interaction.user, interaction.permissions)
        await self._served(lambda: self._answers.command(interaction, command, values), interaction)

    async def on_press(self, interaction: Interaction) -> None:
        """A press."""
        self._admins.saw(interaction.channel_id or 0, interaction.user, interaction.permissions)
        await self._served(lambda: self._answers.press(interaction), interaction)

    def completed(self, command: str, param: Param, typed: str) -> Sequence[Choice]:
        """What might be meant; nothing when the core fails, for discord.py would not answer at all."""
        try:
            return self._front.complete(command, param, typed)
        except Exception:  # noqa: BLE001 - the same boundary as `_served`, where a value is owed
            _log.exception("no completion for /%s %s", command, param.name)
            return ()

    async def on_text(self, message: discord.Message) -> None:
        """A message: answered if it is for the bot, else forgotten here."""
        me = self.client.user
        event = events.message(message, me) if me else None
        if event is not None:
            self._admins.saw(event.chat.id, message.author)
            await self._served(lambda: self._answer_text(message, event))

    async def on_server(self, guild: discord.Guild) -> None:
        """A server, which is greeted once."""
        await self._served(lambda: self._welcomes.seen(guild))

    async def on_server_changed(self, guild: discord.Guild) -> None:
        """Permissions may have changed, which a greeting may have waited for."""
        await self._served(lambda: self._welcomes.allowed(guild))

    async def on_server_left(self, guild: discord.Guild) -> None:
        """A server is lost with all its chats."""
        await self._served(lambda: self._welcomes.left(guild))
        for event in events.left(guild):
            await self._front.respond(event)

    async def on_room_gone(self, room: discord.abc.GuildChannel | discord.Thread) -> None:
        """A chat is lost."""
        await self._front.respond(Left(events.chat_of(room), "the channel was deleted"))

    # How it is answered

    async def _served(
        self, work: Callable[[], Awaitable[None]], interaction: Interaction | None = None
    ) -> None:
        """The one boundary: whatever breaks in serving one event is logged, and ends no more than that."""
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
        try:
            await work()
        except Exception:  # noqa: BLE001 - the next event is to be served, whatever happened to this one
            _log.exception("an event of Discord's was not served to its end")
            if interaction is not None:
                await self._answers.apologise(interaction)
        finally:
            self._busy -= {task}

    async def _answer_text(self, message: discord.Message, event: Message) -> None:
        reply = await self._front.respond(event)
        if reply is None or not (reply.blocks or reply.buttons):
            return
        if reply.visibility is Visibility.PRIVATE and not event.chat.private:
            await self._whisper(message, event, reply)
            return
        target = reply.points_to or message.id
        message_ids = await self._posting.post(
            event.chat.id, reply, str(message.id), answers=target, embeds=self._embeds(event.chat.id)
        )
        await self._front.delivered(event, reply, message_ids)
        self._traffic.sent(self.platform, Priority.REPLY)

    async def _turn(self) -> None:
        """Waits until one more broadcast may go."""
        self._traffic.waiting(self.platform, Priority.BROADCAST, 1)
        try:
            await self._broadcasts.turn()
        finally:
            self._traffic.waiting(self.platform, Priority.BROADCAST, -1)

    def _as_message(self, chat: Chat, question: Question) -> Reply:
        """The question on a single page, without what rides along should that be too long: plain text is."""
        texts, now = self._catalogue.default, self._clock()
        whole = as_message(question, texts, now)
        if len(pages(whole.blocks, embeds=self._embeds(chat.id))) == 1:
            return whole
        return as_message(replace(question, head=()), texts, now)

    async def _whisper(self, message: discord.Message, event: Message, reply: Reply) -> None:
        """A private reply to a public text goes to the private chat, as only interactions have a choice."""
        try:
            private = await message.author.create_dm()
            await self._posting.post(private.id, reply, str(message.id))
        except (Unreachable, discord.Forbidden):
            texts = self._catalogue.texts(event.language)
            words = texts.say(
                "I can only tell you that in private: use the slash command, which only you see."
            )
            sorry = Reply((Paragraph(words),))
            said = await self._posting.post(event.chat.id, sorry, str(message.id), answers=message.id)
            await self._front.delivered(event, sorry, said)

    async def _greet(self, channel: discord.TextChannel) -> bool:
        event = Joined(events.chat_of(channel))
        reply = await self._front.respond(event)
        if reply is None:
            return True
        try:
            message_id = await self.send(event.chat, reply, key=f"welcome-{channel.guild.id}")
        except (Unreachable, NotSent):
            return False
        await self._front.delivered(event, reply, [message_id])
        return True

    async def _standing(self, chat: Chat, user: User) -> Standing:
        """What the person is in the chat's server: as just heard, or else by one request, which needs no
        intent. Whoever Discord knows nothing of is nobody there."""
        known = self._admins.known(chat.id, user.id)
        channel: Any = self.client.get_channel(chat.id)
        if known is not None or channel is None or not hasattr(channel, "guild"):
            return known or Standing(administers=False)
        try:
            member = await channel.guild.fetch_member(user.id)
        except discord.HTTPException:
            return Standing(administers=False)
        self._admins.saw(chat.id, member)
        return self._admins.known(chat.id, user.id) or Standing(administers=False)

    def _embeds(self, channel_id: int) -> bool:
        """Whether embeds are shown in a channel; Discord silently drops them where they are forbidden."""
        held = events.permissions_in(self.client.get_channel(channel_id))
        return held is None or held.embed_links


def _hush() -> None:
    """discord.py's debug log holds the tokens of interactions, which are good for fifteen minutes."""
    logger = logging.getLogger("discord")
    logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
