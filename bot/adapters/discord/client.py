"""The discord.py client: what it asks Discord for, and whom it tells what happens."""

from __future__ import annotations

import logging
from typing import Any, Protocol

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.adapters.discord.buttons import PressButton

_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]
_READY_SECONDS = 0.3
"""How long discord.py waits for one more server before it says it is ready; commands run before that."""

_CONNECTIONS = 100
"""At once to Discord. Without a limit, hundreds of members who press at the same moment cost as many new
connections, each dearer than to wait for one that is free."""


class Listener(Protocol):
    """Whoever is told. Nothing here may raise."""

    async def prepare(self, client: Client) -> None:
        """Logged in, not yet connected: the time to register commands."""

    async def on_press(self, interaction: Interaction) -> None:
        """A button was pressed."""

    async def on_text(self, message: discord.Message) -> None:
        """Somebody wrote something that the bot can see."""

    async def on_server(self, guild: discord.Guild) -> None:
        """The bot is in a server: just joined, or at the start."""

    async def on_server_changed(self, guild: discord.Guild) -> None:
        """Channels, roles or the bot's own roles changed."""

    async def on_server_left(self, guild: discord.Guild) -> None:
        """The bot was removed, or the server deleted."""

    async def on_room_gone(self, room: discord.abc.GuildChannel | discord.Thread) -> None:
        """A channel or thread was deleted."""


class Tree(app_commands.CommandTree[Any]):
    """The command tree; what fails outside of a command (an unknown one, say) is logged, no more."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:  # noqa: ARG002
        """Never raises: an exception here would only end in a task nobody looks at."""
        _log.warning("a command of Discord's was not run: %s", error)


class Client(discord.AutoShardedClient):
    """Without privileged intents: mentions and private messages carry their text all the same."""

    def __init__(self, listener: Listener, gateway_url: str = "") -> None:
        _expect_no_voice()
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=_READY_SECONDS,
        )
        self._listener = listener
        self._gateway = yarl.URL(gateway_url) if gateway_url else None
        self.tree = Tree(self)
        self.begun = False

    @property
    def connected(self) -> bool:
        """Whether every shard has its connection."""
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    async def pressed(self, interaction: Interaction) -> None:
        """A press, once: by way of the button's class, or else of `on_interaction`."""
        if not interaction.extras.setdefault("taken", False):
            interaction.extras["taken"] = True
            await self._listener.on_press(interaction)

    async def login(self, token: str) -> None:
        """From here on there are connections to close, even if the login fails."""
        self.begun = True
        self.http.connector = aiohttp.TCPConnector(limit=0, limit_per_host=_CONNECTIONS)
        await super().login(token)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connects where the settings say, whatever address Discord itself names."""
        await super().launch_shard(self._gateway or gateway, shard_id, initial=initial)

    async def setup_hook(self) -> None:
        """Called by discord.py after the login."""
        self.add_dynamic_items(PressButton)
        await self._listener.prepare(self)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Takes the presses for which no class was found: of an older version, or made up.

        discord.py starts this task after the button's own, which has marked what it took by then.
        """
        if interaction.type is discord.InteractionType.component:
            await self.pressed(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Whatever is written where the bot can read."""
        await self._listener.on_text(message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Added to a server."""
        await self._listener.on_server(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server it is in, at the start or after an outage."""
        await self._listener.on_server(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed from a server."""
        await self._listener.on_server_left(guild)

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """A new channel may be one to write in."""
        await self._listener.on_server_changed(channel.guild)

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Permissions are part of a channel."""
        await self._listener.on_server_changed(after.guild)

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """A role may allow more now, or less."""
        await self._listener.on_server_changed(after.guild)

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Without the members intent this is about the bot's own roles."""
        await self._listener.on_server_changed(after.guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A chat less."""
        await self._listener.on_room_gone(channel)

    async def on_thread_delete(self, thread: discord.Thread) -> None:
        """A chat less."""
        await self._listener.on_room_gone(thread)


def _expect_no_voice() -> None:
    """discord.py warns of each library for voice that is missing; this bot only writes."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False


def point_at(api_url: str, gateway_url: str) -> None:
    """Where Discord is, for the whole process (discord.py keeps both on its classes); empty leaves it."""
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
