"""How tests speak: servers with channels, and people in them who write, press and look.

guild = discord.guild("AI Club")
general = guild.channel("general")
ann = general.member("Ann")
await ann.slash("whatis", term="rag")
await general.heard("Retrieval")
await ann.presses("Simpler")
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import rest
from tests.fakes.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, Exchange
from tests.fakes.discord.limits import Json
from tests.fakes.discord.model import (
    ALL,
    NEWS,
    PERMISSIONS,
    TEXT,
    THREAD,
    USUAL,
    ChannelState,
    GuildState,
    Message,
    Role,
    User,
    bits,
)

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord


class Guild:
    """A server."""

    def __init__(self, fake: FakeDiscord, name: str, *, joined: bool) -> None:
        self._fake = fake
        owner = fake.new_user(f"owner of {name}")
        # Each of another millisecond, for by these a server's shard is chosen.
        self.state = GuildState(fake.new_id(age=len(fake.guilds) + 1), name, owner.id, has_bot=joined)
        self.state.roles[self.state.id] = Role(self.state.id, "@everyone", USUAL)
        self.state.members = {owner.id: [], fake.bot.id: []}
        self.owner = owner
        fake.guilds[self.state.id] = self.state

    def channel(self, name: str, *, system: bool = False, announcing: bool = False) -> Channel:
        """A new channel for texts or announcements; set up before the bot connects (see `create`)."""
        state = ChannelState(self._fake.new_id(), NEWS if announcing else TEXT, name, self.state)
        self.state.channels[state.id] = self._fake.channels[state.id] = state
        if system:
            self.state.system_channel = state
        return Channel(self._fake, state)

    async def create(self, name: str, *, announcing: bool = False) -> Channel:
        """A new channel, while the bot looks on."""
        channel = self.channel(name, announcing=announcing)
        await self._tell("CHANNEL_CREATE", channel.state.json())
        return channel

    async def role(self, name: str, *, managed: bool = False) -> Role:
        """A new role that allows nothing, while the bot looks on; the next is above it."""
        role = Role(self._fake.new_id(), name, 0, managed=managed, position=len(self.state.roles))
        self.state.roles[role.id] = role
        await self._tell("GUILD_ROLE_CREATE", {"guild_id": str(self.state.id), "role": role.json()})
        return role

    async def end(self, role: Role) -> None:
        """Deletes a role."""
        del self.state.roles[role.id]
        for roles in self.state.members.values():
            if role.id in roles:
                roles.remove(role.id)
        await self._tell("GUILD_ROLE_DELETE", {"guild_id": str(self.state.id), "role_id": str(role.id)})

    def give(self, person: Person, role: Role) -> None:
        """Without the members intent the bot hears nothing of it."""
        self.state.members[person.id].append(role.id)

    async def add_bot(self) -> None:
        """An admin adds the bot."""
        self.state.has_bot = True
        self.state.members[self._fake.bot.id] = []
        await self._tell("GUILD_CREATE", self.state.json(self._fake.bot, joined=True))

    async def remove_bot(self) -> None:
        """The bot is kicked."""
        self.state.has_bot = False
        await self._tell("GUILD_DELETE", {"id": str(self.state.id)})

    async def let_everyone(self, *permissions: str) -> None:
        """Gives the role of all exactly these permissions."""
        role = self.state.roles[self.state.id]
        role.permissions = bits(*permissions)
        await self._tell("GUILD_ROLE_UPDATE", {"guild_id": str(self.state.id), "role": role.json()})

    async def _tell(self, event: str, data: Json) -> None:
        await self._fake.gateway.dispatch(event, data, guild=self.state, intent=1)


class Channel:
    """A text channel, a thread, or a private chat."""

    def __init__(self, fake: FakeDiscord, state: ChannelState) -> None:
        self._fake = fake
        self.state = state

    @property
    def id(self) -> int:
        return self.state.id

    @property
    def messages(self) -> list[Message]:
        """All there is, oldest first, ephemeral ones too."""
        return list(self.state.messages.values())

    @property
    def from_bot(self) -> list[Message]:
        return [message for message in self.messages if message.author is self._fake.bot]

    def member(self, name: str, *, admin: bool = False) -> Person:
        """Somebody of that name, reading this channel."""
        guild = self.state.guild
        assert guild is not None, "a private chat has its two people"
        user = self._fake.new_user(name)
        guild.members[user.id] = []
        if admin:
            role = Role(self._fake.new_id(), f"role of {name}", bits("manage_guild"))
            guild.roles[role.id] = role
            guild.members[user.id] = [role.id]
        return Person(self._fake, user, self)

    async def thread(self, name: str) -> Channel:
        """A new thread below this channel."""
        state = ChannelState(self._fake.new_id(), THREAD, name, self.state.guild, self.state)
        assert state.guild is not None
        state.guild.channels[state.id] = self._fake.channels[state.id] = state
        await self._tell("THREAD_CREATE", {**state.json(), "newly_created": True})
        return Channel(self._fake, state)

    async def heard(self, text: str, *, viewer: Person | None = None) -> Message:
        """Waits for a message of the bot that contains the text (and that the viewer sees); returns it."""

        def found() -> Message | None:
            seen = (m for m in self.from_bot if viewer is None or m.sees(viewer.user))
            return next((m for m in seen if text in m.text), None)

        said = "; ".join(repr(m.text) for m in self.from_bot) or "nothing"
        message: Message = await self._fake.until(found, f"{text!r} (so far: {said})")
        return message

    def forbid(self, *permissions: str) -> None:
        """Takes permissions from everybody here; before the bot connects (see `change`)."""
        assert self.state.guild is not None
        _, allow, deny = self.state.overwrites.get(self.state.guild.id, (0, 0, 0))
        self.state.overwrites[self.state.guild.id] = (0, allow, deny | bits(*permissions))

    def permit(self) -> None:
        """Takes all prohibitions back; before the bot connects (see `change`)."""
        self.state.overwrites.clear()

    async def change(self) -> None:
        """Tells the bot what `forbid` and `permit` did."""
        await self._tell("CHANNEL_UPDATE", self.state.json())

    async def delete(self) -> None:
        """The channel is gone."""
        del self._fake.channels[self.state.id]
        if self.state.guild is not None:
            del self.state.guild.channels[self.state.id]
        event = "THREAD_DELETE" if self.state.kind == THREAD else "CHANNEL_DELETE"
        await self._tell(event, self.state.json())

    async def _tell(self, event: str, data: Json) -> None:
        await self._fake.gateway.dispatch(event, data, guild=self.state.guild, intent=1)


class Person:
    """Somebody at a client, looking at one channel."""

    def __init__(self, fake: FakeDiscord, user: User, channel: Channel | None) -> None:
        self._fake = fake
        self.user = user
        self._channel = channel

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def channel(self) -> Channel:
        assert self._channel is not None, f"{self.user.name} is nowhere: use dm() or channel.member()"
        return self._channel

    def at(self, channel: Channel) -> Person:
        """The same person, looking at another channel."""
        return Person(self._fake, self.user, channel)

    def dm(self) -> Person:
        """The same person, in the private chat with the bot."""
        return self.at(Channel(self._fake, rest.dm_with(self._fake, self.user.id)))

    @property
    def sees(self) -> list[Message]:
        """What the bot said here that this person can see."""
        return [message for message in self.channel.from_bot if message.sees(self.user)]

    async def says(self, text: str, *, to: Message | None = None, ping: bool = True) -> Message:
        """Writes a message; `@bot` is a mention. `to` is what it replies to, with a ping or without."""
        text = text.replace("@bot", f"<@{self._fake.bot.id}>")
        message = self._fake.compose(self.channel.state, self.user, {"content": text})
        message.reply_to = to
        if to is not None and ping and to.author not in message.mentions:
            message.mentions.append(to.author)
        await self._fake.publish(message)
        return message

    async def hears(self, text: str) -> Message:
        """Waits for something the bot says that this person can see."""
        return await self.channel.heard(text, viewer=self)

    async def slash(self, command: str, *, locale: str = "en-US", **options: str | int) -> Exchange:
        """Runs a slash command and waits until it is acknowledged."""
        record = self._command(command)
        _fits(record, options)
        given = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
        data = {"id": record["id"], "name": command, "type": 1, "options": given}
        exchange = await self.send(COMMAND, data, locale=locale)
        return await self.acknowledged(exchange)

    async def types(self, command: str, option: str, text: str) -> list[str]:
        """Types into an option of a command; the values that are offered."""
        record = self._command(command)
        given = [{"name": option, "type": 3, "value": text, "focused": True}]
        data = {"id": record["id"], "name": command, "type": 1, "options": given}
        exchange = await self.acknowledged(await self.send(AUTOCOMPLETE, data))
        return [choice["value"] for choice in exchange.choices]

    async def presses(self, label: str, on: Message | None = None) -> Exchange:
        """Presses the button of that label, on the newest message that has it, and waits."""
        on = on or next((m for m in reversed(self.sees) if m.button(label)), None)
        assert on is not None, f"{self.user.name} sees no button {label!r}"
        button = on.button(label)
        assert button is not None, f"no button {label!r} on {on.text!r}, only {on.buttons}"
        return await self.presses_id(button["custom_id"], on)

    async def presses_id(self, custom_id: str, on: Message) -> Exchange:
        """Presses whatever button has that id, even if the message has it no longer."""
        exchange = await self.send(COMPONENT, {"custom_id": custom_id, "component_type": 2}, source=on)
        return await self.acknowledged(exchange)

    async def acknowledged(self, exchange: Exchange) -> Exchange:
        """Waits until the client's spinner would end."""
        try:
            async with asyncio.timeout(10):
                await exchange.over.wait()
        except TimeoutError:
            raise AssertionError(f"{self.user.name} was not acknowledged within 10 s") from None
        return exchange

    async def answered(self, exchange: Exchange) -> Exchange:
        """Waits until a deferred interaction has got its answer."""
        await self._fake.until(lambda: exchange.answered, f"an answer for {self.user.name}")
        return exchange

    async def send(
        self, kind: int, data: Json, *, source: Message | None = None, locale: str = "en-US"
    ) -> Exchange:
        """Sends an interaction without waiting for anything."""
        fake, state = self._fake, self.channel.state
        exchange = Exchange(fake.new_id(), kind, state, self.user, fake.clock, source)
        payload: Json = {
            "id": str(exchange.id),
            "application_id": str(fake.bot.id),
            "type": kind,
            "data": data,
            "token": exchange.token,
            "version": 1,
            "channel": state.json(),
            "channel_id": str(state.id),
            "locale": locale,
            "entitlements": [],
            "attachment_size_limit": 10 << 20,
            "app_permissions": str(state.permissions(fake.bot)),
            **self._place(),
        }
        if source is not None:
            payload["message"] = source.json()
        await fake.interact(exchange, payload)
        return exchange

    def _place(self) -> Json:
        guild = self.channel.state.guild
        if guild is None:
            return {"context": 1, "user": self.user.json(), "authorizing_integration_owners": {"0": "0"}}
        permissions = self.channel.state.permissions(self.user)
        return {
            "context": 0,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": guild.member_json(self.user, permissions),
            "authorizing_integration_owners": {"0": str(guild.id)},
        }

    def _command(self, name: str) -> Json:
        """The registered command, if a client would offer it to this person here."""
        known = [command["name"] for command in self._fake.commands]
        record = next((c for c in self._fake.commands if c["name"] == name), None)
        assert record is not None, f"/{name} is not registered, only {known}"
        private = self.channel.state.guild is None
        contexts = record.get("contexts") or [0, 1]
        assert (1 if private else 0) in contexts, f"/{name} is not offered here"
        needed = record.get("default_member_permissions")
        if needed is not None and not private:
            held = self.channel.state.permissions(self.user)
            assert held == ALL or held & int(needed) == int(needed), f"{self.user.name} may not run /{name}"
        return record


def _fits(record: Json, options: dict[str, Any]) -> None:
    """What a client checks before it sends a command."""
    known = {option["name"]: option for option in record.get("options") or []}
    for name, option in known.items():
        assert name in options or not option.get("required"), f"/{record['name']} requires {name}"
    for name, value in options.items():
        assert name in known, f"/{record['name']} has no option {name}, only {list(known)}"
        choices = [choice["value"] for choice in known[name].get("choices") or []]
        assert not choices or value in choices, f"{name}: {value!r} is none of {choices}"


__all__ = ["PERMISSIONS", "Channel", "Guild", "Person"]
