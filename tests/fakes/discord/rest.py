"""The endpoints a bot of this kind uses, each with what it refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import errors
from tests.fakes.discord.limits import EPHEMERAL, Json, check_commands, check_message
from tests.fakes.discord.model import PERMISSIONS, ChannelState, Message

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord


@dataclass(frozen=True)
class Call:
    """A request's parts."""

    place: Mapping[str, str]
    query: Mapping[str, str]
    body: Json


_NONCE_SECONDS = 120.0
"""Discord says "the past few minutes"; this is the least that may mean."""
_BULK_DAYS = 14
Handler = Callable[["FakeDiscord", Call], Awaitable[Any]]


async def gateway_bot(fake: FakeDiscord, call: Call) -> Json:
    limits = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
    return {"url": fake.gateway_url, "shards": fake.shards, "session_start_limit": limits}


async def me(fake: FakeDiscord, call: Call) -> Json:
    return fake.bot.json() | {"verified": True, "mfa_enabled": False, "flags": 0}


async def application(fake: FakeDiscord, call: Call) -> Json:
    return {
        "id": str(fake.bot.id),
        "name": fake.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "00",
        "flags": 0,
        "owner": fake.bot.json(),
        "team": None,
        "summary": "",
    }


async def list_commands(fake: FakeDiscord, call: Call) -> list[Json]:
    return fake.commands


async def put_commands(fake: FakeDiscord, call: Call) -> list[Json]:
    if call.place["application"] != str(fake.bot.id):
        raise errors.missing_access()
    check_commands(list(call.body))
    old = {command["name"]: command["id"] for command in fake.commands}
    fake.commands = [
        {
            "id": old.get(command["name"]) or str(fake.new_id()),
            "application_id": str(fake.bot.id),
            "version": str(fake.new_id()),
            "type": 1,
            **command,
        }
        for command in list(call.body)
    ]
    return fake.commands


async def open_dm(fake: FakeDiscord, call: Call) -> Json:
    user = fake.people.get(int(call.body["recipient_id"]))
    if user is None:
        raise errors.unknown("User")
    if user.bot:
        raise errors.cannot_message_user()
    return dm_with(fake, user.id).json()


def dm_with(fake: FakeDiscord, user_id: int) -> ChannelState:
    """The private channel of somebody and the bot; there is only one."""
    user = fake.people[user_id]
    for channel in fake.channels.values():
        if channel.guild is None and user in channel.people:
            return channel
    channel = ChannelState(fake.new_id(), 1, people=[user, fake.bot])
    fake.channels[channel.id] = channel
    return channel


async def get_channel(fake: FakeDiscord, call: Call) -> Json:
    return _channel(fake, call).json()


async def get_member(fake: FakeDiscord, call: Call) -> Json:
    guild = fake.guilds.get(int(call.place["guild"]))
    if guild is None or not guild.has_bot:
        raise errors.missing_access()
    user = int(call.place["user"])
    if user not in guild.members:
        raise errors.unknown("Member")
    return guild.member_json(fake.people[user])


async def post_message(fake: FakeDiscord, call: Call) -> Json:
    channel = _channel(fake, call, "send_messages")
    if channel.guild is None and not all(user.takes_dms for user in channel.people):
        raise errors.cannot_message_user()
    body = call.body
    check_message(body)
    if body.get("enforce_nonce") and (first := _same_nonce(fake, channel, body)):
        return first.json()
    answered = _answered(channel, body)
    message = fake.compose(channel, fake.bot, _without_embeds(fake, channel, body))
    channel.archived = False  # a message wakes a thread
    message.flags &= ~EPHEMERAL  # only interactions have these
    message.nonce = None if body.get("nonce") is None else str(body["nonce"])
    message.reply_to = answered
    if answered and (body.get("allowed_mentions") or {}).get("replied_user", False):
        message.mentions.append(answered.author)
    await fake.publish(message)
    return message.json()


def _same_nonce(fake: FakeDiscord, channel: ChannelState, body: Json) -> Message | None:
    """The message of the last few minutes that had the nonce already."""
    nonce = str(body.get("nonce"))
    recent = (m for m in channel.messages.values() if fake.clock - m.born <= _NONCE_SECONDS)
    return next((m for m in recent if m.author is fake.bot and m.nonce == nonce), None)


def _answered(channel: ChannelState, body: Json) -> Message | None:
    """The message that is replied to; an unknown one is refused unless the sender does not mind."""
    reference = body.get("message_reference")
    if not reference:
        return None
    found = channel.messages.get(int(reference["message_id"]))
    if found is None and reference.get("fail_if_not_exists", True):
        form = errors.Form()
        form.wrong("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        form.refuse()
    return found


def _without_embeds(fake: FakeDiscord, channel: ChannelState, body: Json) -> Json:
    """Without the permission embeds are left out, and what remains may be nothing."""
    if channel.permissions(fake.bot) & PERMISSIONS["embed_links"]:
        return body
    bare = {**body, "embeds": []}
    check_message(bare)
    return bare


async def edit_message(fake: FakeDiscord, call: Call) -> Json:
    message = _own(fake, call)
    check_message(call.body, edit=True)
    return (await fake.change(message, call.body)).json()


async def get_message(fake: FakeDiscord, call: Call) -> Json:
    return _message(_channel(fake, call), call).json()


async def delete_message(fake: FakeDiscord, call: Call) -> None:
    """One's own at any time, also where one may write no more; others' with the permission."""
    channel = _channel(fake, call)
    message = _message(channel, call)
    if message.author is not fake.bot and not channel.permissions(fake.bot) & PERMISSIONS["manage_messages"]:
        raise errors.missing_permissions()
    if channel.archived:
        raise errors.archived_thread()
    await fake.remove(message)


async def delete_messages(fake: FakeDiscord, call: Call) -> None:
    """From 2 to 100 at once, none older than two weeks; those that are not there are passed over.

    https://discord.com/developers/docs/resources/message#bulk-delete-messages
    """
    channel = _channel(fake, call, "manage_messages")
    ids = [int(message_id) for message_id in call.body["messages"]]
    form = errors.Form()
    if not 2 <= len(ids) <= 100 or len(set(ids)) != len(ids):
        form.wrong("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 different ids.")
    form.refuse()
    if min(ids) < fake.new_id(age=_BULK_DAYS * 24 * 3600 * 1000):
        raise errors.too_old_for_bulk()
    for message_id in ids:
        found = channel.messages.get(message_id)
        if found is not None and not found.ephemeral:
            await fake.remove(found)


async def typing(fake: FakeDiscord, call: Call) -> None:
    _channel(fake, call, "send_messages")


def _own(fake: FakeDiscord, call: Call) -> Message:
    message = _message(_channel(fake, call), call)
    if message.author is not fake.bot:
        raise errors.not_the_author()
    if message.channel.archived:
        raise errors.archived_thread()
    return message


def _message(channel: ChannelState, call: Call) -> Message:
    message = channel.messages.get(int(call.place["message"]))
    # An ephemeral message is out of reach without its interaction's token.
    if message is None or message.ephemeral:
        raise errors.unknown("Message")
    return message


def _channel(fake: FakeDiscord, call: Call, *needed: str) -> ChannelState:
    """The channel, if the bot may see it and has the permissions needed."""
    channel = fake.channels.get(int(call.place["channel"]))
    if channel is None:
        raise errors.unknown("Channel")
    if channel.guild is not None and not channel.guild.has_bot:
        raise errors.missing_access()
    held = channel.permissions(fake.bot)
    if not held & PERMISSIONS["view_channel"]:
        raise errors.missing_access()
    if not all(held & PERMISSIONS[name] for name in needed):
        raise errors.missing_permissions()
    return channel


async def callback(fake: FakeDiscord, call: Call) -> Json | None:
    answer = await fake.interactions.callback(int(call.place["interaction"]), call.place["token"], call.body)
    return answer if call.query.get("with_response") in ("1", "true") else None


async def follow_up(fake: FakeDiscord, call: Call) -> Json:
    return (await fake.interactions.follow_up(call.place["token"], call.body)).json()


async def edit_response(fake: FakeDiscord, call: Call) -> Json:
    place = call.place
    return (await fake.interactions.edit(place["token"], place["message"], call.body)).json()


async def get_response(fake: FakeDiscord, call: Call) -> Json:
    return fake.interactions.get(call.place["token"], call.place["message"]).json()


async def delete_response(fake: FakeDiscord, call: Call) -> None:
    await fake.interactions.delete(call.place["token"], call.place["message"])


_MESSAGES = "/channels/{channel}/messages"
_RESPONSE = "/webhooks/{application}/{token}/messages/{message}"
_MEMBER = "/guilds/{guild}/members/{user}"
_COMMANDS = "/applications/{application}/commands"

ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/gateway/bot", gateway_bot),
    ("GET", "/users/@me", me),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/applications/@me", application),
    ("GET", _COMMANDS, list_commands),
    ("PUT", _COMMANDS, put_commands),
    ("POST", "/users/@me/channels", open_dm),
    ("GET", "/channels/{channel}", get_channel),
    ("GET", _MEMBER, get_member),
    ("POST", _MESSAGES, post_message),
    ("GET", _MESSAGES + "/{message}", get_message),
    ("PATCH", _MESSAGES + "/{message}", edit_message),
    ("DELETE", _MESSAGES + "/{message}", delete_message),
    ("POST", _MESSAGES + "/bulk-delete", delete_messages),
    ("POST", "/channels/{channel}/typing", typing),
    ("POST", "/interactions/{interaction}/{token}/callback", callback),
    ("POST", "/webhooks/{application}/{token}", follow_up),
    ("GET", _RESPONSE, get_response),
    ("PATCH", _RESPONSE, edit_response),
    ("DELETE", _RESPONSE, delete_response),
]
