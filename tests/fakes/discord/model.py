"""What a Discord consists of: people, guilds, roles, channels and messages, and their JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord.limits import EPHEMERAL, LOADING, Json

TEXT, DM, NEWS, THREAD = 0, 1, 5, 11
MOMENT = "2026-11-24T12:00:00.000000+00:00"

PERMISSIONS = {
    "administrator": 1 << 3,
    "manage_guild": 1 << 5,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "read_message_history": 1 << 16,
    "use_application_commands": 1 << 31,
    "send_messages_in_threads": 1 << 38,
}
ALL = sum(PERMISSIONS.values())
_SPECIAL = ("administrator", "manage_guild", "manage_messages")
USUAL = ALL & ~sum(PERMISSIONS[name] for name in _SPECIAL)


def bits(*names: str) -> int:
    return sum(PERMISSIONS[name] for name in names)


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    takes_dms: bool = True

    def json(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int
    managed: bool = False
    position: int = 0

    def json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "position": self.position,
            "hoist": False,
            "managed": self.managed,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class GuildState:
    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)
    channels: dict[int, ChannelState] = field(default_factory=dict)
    system_channel: ChannelState | None = None
    has_bot: bool = True

    def member_json(self, user: User, permissions: int | None = None) -> Json:
        member: Json = {
            "user": user.json(),
            "roles": [str(role) for role in self.members.get(user.id, [])],
            "joined_at": MOMENT,
            "nick": None,
            "avatar": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        if permissions is not None:
            member["permissions"] = str(permissions)
        return member

    def guild_permissions(self, user: User) -> int:
        """What the member may do before any channel has its say."""
        if user.id == self.owner_id:
            return ALL
        held = self.roles[self.id].permissions
        for role in self.members.get(user.id, []):
            held |= self.roles[role].permissions
        return ALL if held & PERMISSIONS["administrator"] else held

    def json(self, bot: User, *, joined: bool = False) -> Json:
        data: Json = {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "roles": [role.json() for role in self.roles.values()],
            "emojis": [],
            "features": [],
            "preferred_locale": "en-US",
            "verification_level": 0,
            "system_channel_id": str(self.system_channel.id) if self.system_channel else None,
            "member_count": len(self.members),
            # Without the members intent a guild comes with the bot's own member alone.
            "members": [self.member_json(bot)],
            "channels": [c.json() for c in self.channels.values() if c.kind in (TEXT, NEWS)],
            "threads": [c.json() for c in self.channels.values() if c.kind == THREAD],
            "voice_states": [],
            "presences": [],
        }
        return data if joined else {**data, "unavailable": False}


@dataclass(eq=False)
class ChannelState:
    id: int
    kind: int
    name: str = ""
    guild: GuildState | None = None
    parent: ChannelState | None = None
    people: list[User] = field(default_factory=list)
    overwrites: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    archived: bool = False

    def permissions(self, user: User) -> int:
        """What the user may do here (https://discord.com/developers/docs/topics/permissions)."""
        if self.guild is None:
            return USUAL if user in self.people else 0
        if self.parent is not None:
            return self._as_thread(self.parent.permissions(user))
        held = self.guild.guild_permissions(user)
        if held == ALL:
            return ALL
        for target in (self.guild.id, *self.guild.members.get(user.id, []), user.id):
            _, allow, deny = self.overwrites.get(target, (0, 0, 0))
            held = held & ~deny | allow
        return held if held & PERMISSIONS["view_channel"] else 0

    def _as_thread(self, held: int) -> int:
        speak = held & PERMISSIONS["send_messages_in_threads"]
        return (held & ~PERMISSIONS["send_messages"]) | (PERMISSIONS["send_messages"] if speak else 0)

    def json(self) -> Json:
        data: Json = {"id": str(self.id), "type": self.kind, "last_message_id": None, "flags": 0}
        if self.guild is None:
            return {**data, "recipients": [user.json() for user in self.people if not user.bot]}
        data |= {
            "guild_id": str(self.guild.id),
            "name": self.name,
            "parent_id": str(self.parent.id) if self.parent else None,
            "rate_limit_per_user": 0,
            "nsfw": False,
        }
        return data | (self._thread_json() if self.kind == THREAD else self._text_json())

    def _text_json(self) -> Json:
        return {
            "position": 0,
            "topic": None,
            "permission_overwrites": [
                {"id": str(target), "type": kind, "allow": str(allow), "deny": str(deny)}
                for target, (kind, allow, deny) in self.overwrites.items()
            ],
        }

    def _thread_json(self) -> Json:
        assert self.guild is not None
        return {
            "owner_id": str(self.guild.owner_id),
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": self.archived,
                "auto_archive_duration": 1440,
                "archive_timestamp": MOMENT,
                "locked": False,
                "create_timestamp": MOMENT,
            },
        }


@dataclass(eq=False)
class Message:
    """A message; `viewer` is the only one who sees it when it is ephemeral."""

    id: int
    channel: ChannelState
    author: User
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    viewer: User | None = None
    reply_to: Message | None = None
    mentions: list[User] = field(default_factory=list)
    pinged_everyone: bool = False
    edits: int = 0
    born: float = 0.0
    webhook: bool = False
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def raw(self) -> str:
        """All that it says, in Discord's markup."""
        parts = [self.content]
        for embed in self.embeds:
            fields = [text for f in embed.get("fields", []) for text in (f["name"], f["value"])]
            parts += [embed.get("title", ""), embed.get("description", ""), *fields]
            parts.append(embed.get("footer", {}).get("text", ""))
        return "\n".join(part for part in parts if part)

    @property
    def text(self) -> str:
        """All that it says, as people read it."""
        return shown(self.raw)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, row after row."""
        return [button["label"] for button in self._buttons()]

    def button(self, label: str) -> Json | None:
        return next((b for b in self._buttons() if b["label"] == label), None)

    def _buttons(self) -> list[Json]:
        return [button for row in self.components for button in row["components"]]

    def sees(self, user: User) -> bool:
        return self.viewer in (None, user)

    def json(self) -> Json:
        data: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.json(),
            "content": self.content,
            "timestamp": MOMENT,
            "edited_timestamp": MOMENT if self.edits else None,
            "tts": False,
            "mention_everyone": self.pinged_everyone,
            "mentions": [user.json() for user in self.mentions],
            "mention_roles": [],
            "attachments": [],
            "embeds": [{"type": "rich", **embed} for embed in self.embeds],
            "components": self.components,
            "pinned": False,
            "type": 19 if self.reply_to else 0,
            "flags": self.flags,
        }
        if self.nonce is not None:
            data["nonce"] = self.nonce
        if self.webhook:
            data["webhook_id"] = str(self.author.id)
            data["application_id"] = str(self.author.id)
        if self.reply_to is not None:
            data["message_reference"] = {"type": 0, **self.reply_to.place()}
            data["referenced_message"] = self.reply_to.json()
        return data

    def place(self) -> Json:
        where: Json = {"message_id": str(self.id), "channel_id": str(self.channel.id)}
        return where | ({"guild_id": str(self.channel.guild.id)} if self.channel.guild else {})


_MARKUP = re.compile(
    r"\\([^0-9A-Za-z\s])"  # an escaped sign shows as itself
    r"|\[((?:\\.|[^\]\\])*)\]\((?:[^()]*)\)"  # a masked link shows its words
    r"|(?m:^)(?:-# |> |#{1,3} )"  # small print, quotes, headings
    r"|\*{1,3}|`{1,3}|\u200b"
)


def shown(raw: str) -> str:
    """The text without Discord's markup, about as a client draws it."""

    def replace(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        return shown(match[2]) if match[2] is not None else ""

    return _MARKUP.sub(replace, raw)


def pinged(content: str, allowed: Json | None, people: dict[int, User]) -> tuple[list[User], bool]:
    """Who is called by a text, under `allowed_mentions` (none given: everybody named in it)."""
    parse: Any = {"users", "everyone"} if allowed is None else set(allowed.get("parse", []))
    named = {int(found) for found in re.findall(r"<@!?(\d+)>", content)}
    explicit = {int(user) for user in (allowed or {}).get("users", [])}
    called = named if "users" in parse else named & explicit
    everyone = "everyone" in parse and bool(re.search(r"@(everyone|here)", content))
    return [people[user] for user in called if user in people], everyone
