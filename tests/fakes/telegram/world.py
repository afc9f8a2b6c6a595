"""What happens on the fake Telegram, and which bot hears of it."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.errors import bad, forbidden, migrated
from tests.fakes.telegram.markup import found_entities
from tests.fakes.telegram.signal import Signal
from tests.fakes.telegram.state import CHANNEL_BOT, JSON, Account, Bot, Chat, Message, Poll, Query

_INSIDE = ("creator", "administrator", "member", "restricted")
_COMMAND = re.compile(r"/\w{1,64}(?:@(\w+))?(?=\s|$)", re.ASCII)
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


class World:
    """All accounts and chats. `log` is everything bots wrote or changed, in order.

    heard: called with each such message before the bot hears that it stands there, for benchmarks that
    answer at once and for tests that kill the bot at that moment.
    time: seconds since 1970, by which messages are dated and grow too old to be deleted.
    """

    def __init__(self, time: Callable[[], float] = time.time) -> None:
        self.time = time
        self.bots: dict[str, Bot] = {}
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.queries: dict[str, Query] = {}
        self.polls: dict[str, Poll] = {}
        self.log: list[tuple[Message, str]] = []
        self.changed = Signal()
        self.heard: Callable[[Message], None] | None = None
        self._ids = itertools.count(1)

    def new_id(self) -> int:
        return next(self._ids)

    # --- who hears what

    def deliver(self, message: Message) -> None:
        """A message by a person, or a service message, to each bot in the chat that may see it."""
        for bot in self._bots_in(message.chat):
            if reaches(bot, message):
                bot.push("message", message.json())

    def standing_changed(
        self, chat: Chat, bot: Bot, by: Account, old: str, new: str, *, could: JSON | None = None
    ) -> None:
        """could: the rights of an administrator before; those of now stand in the chat."""
        change = {
            "chat": chat.json(), "from": by.json(), "date": 1,
            "old_chat_member": member_json(bot, old, could),
            "new_chat_member": member_json(bot, new, chat.rights.get(bot.id)),
        }  # fmt: skip
        bot.push("my_chat_member", change)

    def _bots_in(self, chat: Chat) -> list[Bot]:
        inside = (chat.people[key] for key, status in chat.standing.items() if status in _INSIDE)
        return [account for account in inside if isinstance(account, Bot)]

    # --- what people do

    def write(self, chat: Chat, sender: Account, text: str, **fields: Any) -> Message:
        message = Message(next(chat.numbers), chat, sender, text, date=int(self.time()), **fields)
        message.entities = [*message.entities, *found_entities(text, message.entities)]
        chat.add(message)
        self.deliver(message)
        return message

    def service(self, chat: Chat, sender: Account, **service: Any) -> Message:
        return self.write(chat, sender, "", service=service)

    def press(self, person: Account, message: Message, data: str, *, accessible: bool = True) -> Query:
        bot = message.sender
        assert isinstance(bot, Bot)
        query = Query(f"q{self.new_id()}", bot, person, message, data)
        self.queries[query.id] = query
        shown = (
            message.json()
            if accessible
            else {"chat": message.chat.json(), "message_id": message.id, "date": 0}
        )
        body = {"id": query.id, "from": person.json(), "chat_instance": "1", "data": data, "message": shown}
        bot.push("callback_query", body)
        return query

    def vote(self, person: Account, poll: Poll, chosen: list[int], *, name: Chat | None = None) -> None:
        """A vote; a quiz takes one for good, a regular poll lets it be changed or taken back.

        name: the chat in whose name an anonymous admin votes.
        """
        voter = name.id if name else person.id
        if poll.closed or (poll.kind == "quiz" and voter in poll.votes):
            raise AssertionError("the client shows no way to vote here")
        poll.votes[voter] = chosen
        if not chosen:
            del poll.votes[voter]
        if not poll.anonymous:
            poll.bot.push("poll_answer", poll_answer(poll, person, chosen, name))

    def migrate(self, chat: Chat, by: Account) -> Chat:
        """A group becomes a supergroup: a new id, and a service message on each side."""
        new = Chat(-1000000000000 - self.new_id(), "supergroup", chat.title, people=dict(chat.people))
        new.standing = dict(chat.standing)
        self.chats[new.id] = new
        self.service(chat, by, migrate_to_chat_id=new.id)
        chat.moved_to = new.id
        self.service(new, by, migrate_from_chat_id=chat.id)
        return new

    # --- what bots do

    def chat_for(self, bot: Bot, chat_id: int) -> Chat:
        """The chat, if the bot may write there. Raises Refusal as the server does."""
        if chat_id in self.accounts:
            return self._private_for(bot, chat_id)
        chat = self.chats.get(chat_id)
        if chat is None or bot.id not in chat.standing:
            raise bad("chat not found")
        kind = f"{chat.kind if chat.kind in ('supergroup', 'channel') else 'group'} chat"
        if chat.moved_to is not None:
            raise migrated(chat.moved_to)
        if chat.standing[bot.id] == "kicked":
            raise forbidden(f"bot was kicked from the {kind}")
        if chat.standing[bot.id] not in _INSIDE:
            raise forbidden(f"bot is not a member of the {kind}")
        return chat

    def _private_for(self, bot: Bot, user_id: int) -> Chat:
        chat = self.private.get((bot.id, user_id))
        if chat is None:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.standing[bot.id] == "kicked":
            raise forbidden("bot was blocked by the user")
        if chat.standing[user_id] == "deactivated":
            raise forbidden("user is deactivated")
        return chat

    def written(self, message: Message) -> Message:
        """A bot wrote or changed a message."""
        message.chat.add(message)
        self.log.append((message, message.shown))
        self.changed.fire()
        if self.heard is not None:
            self.heard(message)
        return message


def reaches(bot: Bot, message: Message) -> bool:
    """Privacy mode (Bot features: privacy mode): what a bot in a group gets to see."""
    chat = message.chat
    if message.sender is bot or (message.sender.is_bot and not message.anonymous and not message.service):
        return False
    if chat.kind == "private" or message.service or bot.sees_all or chat.standing[bot.id] == "administrator":
        return True
    if message.answers is not None and message.answers.sender is bot:
        return True
    command = _COMMAND.match(message.text)
    if command is None:
        return False
    if command[1] is None:
        return chat.last_bot == bot.id
    return command[1].lower() == (bot.username or "").lower()


def poll_answer(poll: Poll, person: Account, chosen: list[int], name: Chat | None) -> JSON:
    """A PollAnswer; who votes in a chat's name also appears as a bot (Bot API 6.8, for old readers)."""
    stand_in = Account(CHANNEL_BOT, "Channel", "Channel_Bot", is_bot=True)
    voter = {"user": stand_in.json(), "voter_chat": name.json()} if name else {"user": person.json()}
    persistent = [f"{poll.id}-{index}" for index in chosen]
    return {"poll_id": poll.id, **voter, "option_ids": chosen, "option_persistent_ids": persistent}


def member_json(account: Account, status: str, rights: JSON | None = None) -> JSON:
    """A ChatMember with the fields that its status requires; rights: of an administrator."""
    found: JSON = {"user": account.json(), "status": status}
    match status:
        case "creator":
            return found | {"is_anonymous": False}
        case "administrator":
            return found | dict.fromkeys(_RIGHTS, False) | {"can_manage_chat": True} | (rights or {})
        case "kicked":
            return found | {"until_date": 0}
    return found
