"""Telegram's updates as the core's events; what is not the bot's business ends here.

Updates are read as they come, without the library's objects (see `bot.adapters.telegram.messages`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import telegram
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.adapters.telegram.messages import Raw, Self, chat_of, person, read_message
from bot.model import Chat, Event, Joined, Left, Platform, Press, User, Vote

ALLOWED = ("message", "callback_query", "my_chat_member", "poll_answer")
"""What is asked for. Always said, since Telegram keeps what was said last (Bot API: getUpdates)."""
_INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


def read_update(raw: Raw, me: Self, now: datetime) -> Event | None:
    """The event for the core, or None: edits, channels, other bots, and talk between people.

    now: when it arrived. Raises KeyError, TypeError or AttributeError when it is none of Telegram's
    (Bot API: Update).
    """
    if is_vote(raw):
        return _vote(raw["poll_answer"], now)
    if "message" in raw:
        return read_message(raw["message"], me)
    if "callback_query" in raw:
        return _press(raw["callback_query"])
    if "my_chat_member" in raw:
        return _membership(raw["my_chat_member"])
    return None


async def find_chat(bot: telegram.Bot, name: str) -> Chat | None:
    """The chat of that public name (`@news`) or id, as text; None when there is none, or it is closed."""
    try:
        found = await bot.get_chat(int(name) if name.lstrip("-").isdecimal() else name)
    except TelegramError:
        return None
    return chat_of(found.to_dict())


def is_vote(raw: Raw) -> bool:
    """Whether it is an answer in a poll. Reads anything."""
    return "poll_answer" in raw


def lane(raw: Raw) -> tuple[object, object]:
    """What keeps its order: a chat's messages, and the presses of each person in it. Reads anything."""
    query = raw.get("callback_query")
    if query is not None:
        return _dig(query, "message", "chat", "id"), _dig(query, "from", "id")
    return next((_dig(raw, kind, "chat", "id") for kind in ALLOWED if kind in raw), None), None


def _dig(raw: object, *keys: str) -> object:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw if isinstance(raw, int) else None


def _vote(answer: Raw, now: datetime) -> Vote | None:
    """The choice in an answer; one that was taken back is none (Bot API: PollAnswer)."""
    chosen: list[int] = answer["option_ids"]
    user = answer.get("user") or {}
    if not chosen:
        return None
    return Vote(
        voter=_voter(answer.get("voter_chat"), user),
        poll=answer["poll_id"],
        option=chosen[0],
        at=now,
        language=user.get("language_code", ""),
    )


def _voter(chat: Mapping[str, Any] | None, user: Raw) -> User:
    """An anonymous admin votes as the group, and for old readers as some bot in `user` too."""
    if chat is not None:
        return User(Platform.TELEGRAM, chat["id"], chat.get("title", ""))
    return person(user)


def _press(query: Raw) -> Press | None:
    """A press; its message may be one that Telegram no longer shows to bots (InaccessibleMessage)."""
    message, data = query.get("message"), query.get("data")
    if data is None or message is None:
        return None
    return Press(
        user=person(query["from"]),
        chat=chat_of(message["chat"], message),
        message_id=message["message_id"],
        data=data,
        language=query["from"].get("language_code", ""),
    )


def _membership(change: Raw) -> Joined | Left | None:
    """The bot came or went (Bot API: ChatMemberUpdated); a channel is nothing to it unless it may post."""
    welcome = _posts if change["chat"]["type"] == ChatType.CHANNEL else _inside
    before, after = welcome(change["old_chat_member"]), welcome(change["new_chat_member"])
    chat = chat_of(change["chat"])
    if after and not before:
        return Joined(chat, by=person(change["from"]))
    if before and not after:
        return Left(chat, reason="blocked" if chat.private else change["new_chat_member"]["status"])
    return None


def _inside(member: Raw) -> bool:
    """Whether that is somebody in the chat; the restricted may be in or out."""
    if member["status"] == ChatMemberStatus.RESTRICTED:
        return bool(member["is_member"])
    return member["status"] in _INSIDE


def _posts(member: Raw) -> bool:
    return member["status"] == ChatMemberStatus.ADMINISTRATOR and bool(member.get("can_post_messages"))
