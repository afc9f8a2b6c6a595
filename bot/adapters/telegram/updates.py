"""Telegram's updates as the core's events; what is not the bot's business ends here, unread."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import telegram
from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType
from telegram.error import TelegramError

from bot.model import (
    Addressed,
    Chat,
    ChatKind,
    Event,
    Joined,
    Left,
    Message,
    Migrated,
    Platform,
    Press,
    Quoted,
    User,
    Vote,
)

ALLOWED = ("message", "callback_query", "my_chat_member", "poll_answer")
"""What is asked for. Always said, since Telegram keeps what was said last (Bot API: getUpdates)."""
_COMMAND = re.compile(r"/(\w{1,64})(?:@(\w+))?(?=\s|$)", re.ASCII)
_INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is, and which words start its commands."""

    id: int
    username: str
    knows: Callable[[str], bool]


def read_update(update: telegram.Update, me: Self) -> Event | None:
    """The event for the core, or None: edits, channels, other bots, and talk between people."""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.message is not None:
        return _message(update.message, me)
    return None


async def find_chat(bot: telegram.Bot, name: str) -> Chat | None:
    """The chat of that public name (`@news`) or id, as text; None when there is none, or it is closed."""
    try:
        found = await bot.get_chat(int(name) if name.lstrip("-").isdecimal() else name)
    except TelegramError:
        return None
    return _chat(found, None)


def is_vote(raw: Mapping[str, Any]) -> bool:
    """Whether it is an answer in a poll. Reads anything."""
    return "poll_answer" in raw


def read_vote(raw: Mapping[str, Any], now: datetime) -> Vote | None:
    """The choice in an answer that arrived `now`; one that was taken back is none.

    Read without the library, whose objects cost as much as all else that is done for an answer.
    Raises KeyError, TypeError or AttributeError when it is none of Telegram's (Bot API: PollAnswer).
    """
    answer = raw["poll_answer"]
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


def _voter(chat: Mapping[str, Any] | None, user: Mapping[str, Any]) -> User:
    """An anonymous admin votes as the group, and for old readers as some bot in `user` too."""
    if chat is not None:
        return User(Platform.TELEGRAM, chat["id"], chat.get("title", ""))
    name = f"{user['first_name']} {user.get('last_name', '')}".rstrip()
    return User(Platform.TELEGRAM, user["id"], name)


def lane(raw: Mapping[str, Any]) -> tuple[object, object]:
    """What keeps its order: a chat's messages, and the presses of each person in it. Reads anything."""
    query = raw.get("callback_query")
    if query is not None:
        return _dig(query, "message", "chat", "id"), _dig(query, "from", "id")
    return next((_dig(raw, kind, "chat", "id") for kind in ALLOWED if kind in raw), None), None


def _dig(raw: object, *keys: str) -> object:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw if isinstance(raw, int) else None


def _press(query: telegram.CallbackQuery) -> Press | None:
    """A press; its message may be one that Telegram no longer shows to bots."""
    if query.data is None or query.message is None:
        return None
    whole = query.message if isinstance(query.message, telegram.Message) else None
    return Press(
        user=_person(query.from_user),
        chat=_chat(query.message.chat, whole),
        message_id=query.message.message_id,
        data=query.data,
        language=query.from_user.language_code or "",
    )


def _membership(change: telegram.ChatMemberUpdated) -> Joined | Left | None:
    """The bot came or went; a channel is nothing to it unless it may post there."""
    welcome = _posts if change.chat.type == ChatType.CHANNEL else _inside
    before, after = welcome(change.old_chat_member), welcome(change.new_chat_member)
    chat = _chat(change.chat, None)
    if after and not before:
        return Joined(chat, by=_person(change.from_user))
    if before and not after:
        return Left(chat, reason="blocked" if chat.private else str(change.new_chat_member.status))
    return None


def _inside(member: telegram.ChatMember) -> bool:
    """Whether that is somebody in the chat; the restricted may be in or out."""
    if isinstance(member, telegram.ChatMemberRestricted):
        return member.is_member
    return member.status in _INSIDE


def _posts(member: telegram.ChatMember) -> bool:
    return isinstance(member, telegram.ChatMemberAdministrator) and bool(member.can_post_messages)


def _message(message: telegram.Message, me: Self) -> Message | Migrated | None:
    chat_id = message.chat.id
    if message.migrate_to_chat_id:
        return Migrated(Platform.TELEGRAM, old_id=chat_id, new_id=message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return Migrated(Platform.TELEGRAM, old_id=message.migrate_from_chat_id, new_id=chat_id)
    user = _author(message)
    if user is None or message.chat.type == ChatType.CHANNEL:
        return None
    return _addressed(message, user, me)


def _author(message: telegram.Message) -> User | None:
    """Who wrote it: a person, or a chat in whose name they wrote (an anonymous admin, a channel)."""
    if message.is_automatic_forward or message.from_user is None:
        return None
    if message.sender_chat is not None:
        name = message.author_signature or message.sender_chat.effective_name or ""
        return User(Platform.TELEGRAM, message.sender_chat.id, name)
    return None if message.from_user.is_bot else _person(message.from_user)


def _addressed(message: telegram.Message, user: User, me: Self) -> Message | None:
    text = (message.text or message.caption or "").strip()
    quoted = _quoted(message, me)
    why = _why(message, text, quoted, me)
    forwarded = _forwarded(message)
    if why is None or not (text or forwarded):
        return None
    text = _without_name(text) if why is Addressed.COMMAND else _without_mentions(message, me)
    return Message(
        user=user,
        chat=_chat(message.chat, message),
        id=message.message_id,
        text=text,
        addressed=why,
        quoted=quoted,
        language=(message.from_user.language_code if message.from_user else None) or "",
        forwarded=forwarded,
    )


def _forwarded(message: telegram.Message) -> Chat | None:
    """The channel whose post was passed on to the bot in private."""
    origin = message.forward_origin
    if message.chat.type != ChatType.PRIVATE or not isinstance(origin, telegram.MessageOriginChannel):
        return None
    return _chat(origin.chat, None)


def _why(message: telegram.Message, text: str, quoted: Quoted | None, me: Self) -> Addressed | None:
    """Why the text is the bot's business, or None."""
    private = message.chat.type == ChatType.PRIVATE
    if command := _COMMAND.match(text):
        return _for_me(command, me, private=private)
    if private:
        return Addressed.PRIVATE
    if message.chat.type not in _GROUPS:
        return None
    if quoted is not None and quoted.by_bot:
        return Addressed.REPLY
    return Addressed.MENTION if _mentions(message, me) else None


def _for_me(command: re.Match[str], me: Self, *, private: bool) -> Addressed | None:
    """A command with the bot's name, or one it has; in a group others may have the rest."""
    word, name = command.groups()
    if name is not None:
        return Addressed.COMMAND if name.lower() == me.username.lower() else None
    return Addressed.COMMAND if private or me.knows(word) else None


def _quoted(message: telegram.Message, me: Self) -> Quoted | None:
    """The answered message; in a forum each message answers the one that opened the topic, formally."""
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return None
    by_bot = original.from_user is not None and original.from_user.id == me.id
    return Quoted(original.message_id, original.text or original.caption or "", by_bot)


def _mentions(message: telegram.Message, me: Self) -> dict[telegram.MessageEntity, str]:
    """The stretches that name the bot, by @name or by a link to it."""
    kinds: list[str | None] = [MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return {entity: words for entity, words in found.items() if _is_me(entity, words, me)}


def _is_me(entity: telegram.MessageEntity, words: str, me: Self) -> bool:
    if entity.user is not None:
        return entity.user.id == me.id
    return words.lower() == f"@{me.username.lower()}"


def _without_name(text: str) -> str:
    """`/whatis@bot rag` as `/whatis rag`, whatever the space between."""
    command = text.split(maxsplit=1)[0]
    return f"{command.partition('@')[0]} {text[len(command) :].strip()}".strip()


def _without_mentions(message: telegram.Message, me: Self) -> str:
    """The text with the bot's name taken out; offsets are in UTF-16 units (Bot API: MessageEntity)."""
    whole = (message.text or message.caption or "").encode("utf-16-le")
    for entity in sorted(_mentions(message, me), key=lambda entity: entity.offset, reverse=True):
        end = entity.offset + entity.length
        whole = whole[: 2 * entity.offset] + whole[2 * end :]
    text = re.sub(r"\s+([,:])|( ) +", r"\1\2", whole.decode("utf-16-le", "replace"))
    return text.lstrip(" \n,:").rstrip()


def _person(user: telegram.User) -> User:
    return User(Platform.TELEGRAM, user.id, user.full_name)


def _chat(chat: telegram.Chat | telegram.ChatFullInfo, message: telegram.Message | None) -> Chat:
    """The chat, with the topic if the message lies in one; the general topic has none to name."""
    in_topic = message is not None and message.is_topic_message
    return Chat(
        platform=Platform.TELEGRAM,
        id=chat.id,
        kind=_KINDS.get(ChatType(chat.type), ChatKind.GROUP),
        title=chat.effective_name or "",
        thread=message.message_thread_id if message is not None and in_topic else None,
    )


_KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}
