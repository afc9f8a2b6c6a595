"""What is written in a chat, as the core's event; talk between people ends here, unread.

Messages are read as they come, without the library's objects: in a large group most of them are none of
the bot's business, and an object of one costs as much as all else that is done for an answer.
All functions raise KeyError, TypeError or AttributeError for what is none of Telegram's (Bot API: Message).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telegram.constants import ChatType, MessageEntityType, MessageOriginType

from bot.model import Addressed, Chat, ChatKind, Message, Migrated, Platform, Quoted, User

Raw = Mapping[str, Any]
_COMMAND = re.compile(r"/(\w{1,64})(?:@(\w+))?(?=\s|$)", re.ASCII)
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is, and which words start its commands."""

    id: int
    username: str
    knows: Callable[[str], bool]


def read_message(message: Raw, me: Self) -> Message | Migrated | None:
    """What a person said to the bot, or that a group moved; None for all else."""
    chat_id: int = message["chat"]["id"]
    if new_id := message.get("migrate_to_chat_id"):
        return Migrated(Platform.TELEGRAM, old_id=chat_id, new_id=new_id)
    if old_id := message.get("migrate_from_chat_id"):
        return Migrated(Platform.TELEGRAM, old_id=old_id, new_id=chat_id)
    if message["chat"]["type"] == ChatType.CHANNEL:
        return None
    text = _text(message)
    why = _why(message, text, me) if text or _forwarded(message) else None
    user = _author(message) if why else None
    return _addressed(message, user, why, me) if user and why else None


def person(user: Raw) -> User:
    """Somebody as they call themselves."""
    return User(Platform.TELEGRAM, user["id"], _name(user))


def chat_of(chat: Raw, message: Raw | None = None) -> Chat:
    """The chat, with the topic if the message lies in one; the general topic has none to name."""
    topic = message is not None and message.get("is_topic_message")
    return Chat(
        platform=Platform.TELEGRAM,
        id=chat["id"],
        kind=_KINDS.get(chat["type"], ChatKind.GROUP),
        title=_name(chat),
        thread=message.get("message_thread_id") if message is not None and topic else None,
        space=chat["id"] if chat.get("is_forum") and chat["type"] in _GROUPS else None,
    )


def _name(raw: Raw) -> str:
    """Of a person, or of a chat."""
    title: str | None = raw.get("title")
    return title or f"{raw.get('first_name', '')} {raw.get('last_name', '')}".strip()


def _text(message: Raw) -> str:
    text: str = message.get("text") or message.get("caption") or ""
    return text.strip()


def _author(message: Raw) -> User | None:
    """Who wrote it: a person, or a chat in whose name they wrote (an anonymous admin, a channel)."""
    sender = message.get("from")
    if message.get("is_automatic_forward") or sender is None:
        return None
    chat = message.get("sender_chat")
    if chat is not None:
        return User(Platform.TELEGRAM, chat["id"], message.get("author_signature") or _name(chat))
    return None if sender["is_bot"] else person(sender)


def _addressed(message: Raw, user: User, why: Addressed, me: Self) -> Message | None:
    named = _without_name if why is Addressed.COMMAND else _without_mentions
    return Message(
        user=user,
        chat=chat_of(message["chat"], message),
        id=message["message_id"],
        text=named(message, me),
        addressed=why,
        quoted=_quoted(message, me),
        language=message["from"].get("language_code", ""),
        forwarded=_forwarded(message),
    )


def _forwarded(message: Raw) -> Chat | None:
    """The channel whose post was passed on to the bot in private (Bot API: MessageOriginChannel)."""
    origin = message.get("forward_origin")
    if origin is None or message["chat"]["type"] != ChatType.PRIVATE:
        return None
    return chat_of(origin["chat"]) if origin["type"] == MessageOriginType.CHANNEL else None


def _why(message: Raw, text: str, me: Self) -> Addressed | None:
    """Why the text is the bot's business, or None."""
    private = message["chat"]["type"] == ChatType.PRIVATE
    if command := _COMMAND.match(text):
        return _for_me(command, me, private=private)
    if private:
        return Addressed.PRIVATE
    if message["chat"]["type"] not in _GROUPS:
        return None
    quoted = _quoted(message, me)
    if quoted is not None and quoted.by_bot:
        return Addressed.REPLY
    return Addressed.MENTION if any(_mentions(message, me)) else None


def _for_me(command: re.Match[str], me: Self, *, private: bool) -> Addressed | None:
    """A command with the bot's name, or one it has; in a group others may have the rest."""
    word, name = command.groups()
    if name is not None:
        return Addressed.COMMAND if name.lower() == me.username.lower() else None
    return Addressed.COMMAND if private or me.knows(word) else None


def _quoted(message: Raw, me: Self) -> Quoted | None:
    """The answered message; in a forum each message answers the one that opened the topic, formally."""
    original = message.get("reply_to_message")
    if original is None or "forum_topic_created" in original:
        return None
    by_bot = original.get("from", {}).get("id") == me.id
    return Quoted(original["message_id"], original.get("text") or original.get("caption") or "", by_bot)


def _mentions(message: Raw, me: Self) -> Iterator[slice]:
    """Where the bot is named in the text as UTF-16, by @name or by a link to it (Bot API: MessageEntity)."""
    found = message.get("entities") if message.get("text") else message.get("caption_entities")
    named = [entity for entity in found or () if entity["type"] in _NAMING]
    whole = _utf16(message) if named else b""
    for entity in named:
        place = slice(2 * entity["offset"], 2 * (entity["offset"] + entity["length"]))
        if _is_me(entity, whole[place].decode("utf-16-le", "replace"), me):
            yield place


_NAMING = (MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION)


def _is_me(entity: Raw, words: str, me: Self) -> bool:
    if "user" in entity:
        return bool(entity["user"]["id"] == me.id)
    return words.lower() == f"@{me.username.lower()}"


def _utf16(message: Raw) -> bytes:
    text: str = message.get("text") or message.get("caption") or ""
    return text.encode("utf-16-le", "surrogatepass")


def _without_name(message: Raw, _me: Self) -> str:
    """`/whatis@bot rag` as `/whatis rag`, whatever the space between."""
    command, *rest = _text(message).split(maxsplit=1)
    return " ".join((command.partition("@")[0], *rest))


def _without_mentions(message: Raw, me: Self) -> str:
    """The text with the bot's name taken out."""
    whole = _utf16(message)
    for place in sorted(_mentions(message, me), key=lambda place: int(place.start), reverse=True):
        whole = whole[: place.start] + whole[place.stop :]
    text = re.sub(r"\s+([,:])|( ) +", r"\1\2", whole.decode("utf-16-le", "replace"))
    return text.lstrip(" \n,:").rstrip()
