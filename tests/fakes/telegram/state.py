"""What exists on the fake Telegram: accounts, chats, messages, presses and polls, each with its JSON."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.errors import SECOND_POLLER

JSON = dict[str, Any]
DEFAULT_UPDATES = frozenset({
    "message", "edited_message", "channel_post", "callback_query", "my_chat_member", "poll", "poll_answer",
})  # fmt: skip
ANONYMOUS_BOT = 1087968824
"""In whose name anonymous admins write (Bot API: Message, sender_chat)."""
CHANNEL_BOT = 136817688
"""In whose name they vote (Bot API 6.8: PollAnswer, voter_chat)."""


@dataclass(eq=False)
class Account:
    """Anybody with an id: a person or a bot."""

    id: int
    name: str
    username: str | None = None
    is_bot: bool = False
    language: str | None = "en"

    def json(self) -> JSON:
        found = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            found["username"] = self.username
        if self.language and not self.is_bot:
            found["language_code"] = self.language
        return found


@dataclass(eq=False)
class Bot(Account):
    """A bot, with what the server keeps for it. `sees_all` is privacy mode switched off."""

    token: str = ""
    sees_all: bool = False
    allowed: frozenset[str] = DEFAULT_UPDATES
    updates: list[JSON] = field(default_factory=list)
    webhook: JSON = field(default_factory=dict)
    commands: dict[str, list[JSON]] = field(default_factory=dict)
    description: str = ""
    short_description: str = ""
    forgotten: int = 0
    """The offset up to which updates were confirmed."""
    poll: asyncio.Future[None] | None = None
    numbers: Any = field(default_factory=lambda: itertools.count(1000))

    def push(self, kind: str, body: Any) -> JSON | None:
        """Queues an update, if the bot asked for its kind."""
        if kind not in self.allowed:
            return None
        update = {"update_id": next(self.numbers), kind: body}
        self.push_raw(update)
        return update

    def push_raw(self, update: JSON) -> None:
        self.updates.append(update)
        self.wake()

    @property
    def waits(self) -> bool:
        """Whether it waits for updates just now."""
        return self.poll is not None and not self.poll.done()

    def wake(self) -> None:
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Until there is an update. Raises Refusal 409 when another poller comes."""
        if self.poll is not None and not self.poll.done():
            self.poll.set_exception(SECOND_POLLER)
        if self.updates:
            self.poll = None
            return
        mine = self.poll = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await mine


@dataclass(eq=False)
class Message:
    """A message, a service message when `service` holds its fields."""

    id: int
    chat: Chat
    sender: Account
    text: str = ""
    entities: list[JSON] = field(default_factory=list)
    answers: Message | None = None
    markup: JSON | None = None
    thread: int | None = None
    silent: bool = False
    service: JSON = field(default_factory=dict)
    anonymous: bool = False
    poll: Poll | None = None
    document: bytes = b""
    date: int = field(default_factory=lambda: int(time.time()))

    @property
    def shown(self) -> str:
        """What is read: of a poll line by line what stands above it, question, options; of a file all."""
        if self.document:
            return self.document.decode()
        if self.poll is None:
            return self.text
        lines = (self.poll.description, self.poll.question, *self.poll.options)
        return "\n".join(line for line in lines if line)

    @property
    def buttons(self) -> list[JSON]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    @property
    def forces_reply(self) -> bool:
        return bool((self.markup or {}).get("force_reply"))

    def json(self, *, nested: bool = False) -> JSON:
        found: JSON = {"message_id": self.id, "date": self.date, "chat": self.chat.json()}
        found["from"] = self.sender.json()
        if self.anonymous:
            found["sender_chat"] = self.chat.json()
        if self.text:
            found["text"] = self.text
            found["entities"] = [_entity(e, self.chat) for e in self.entities]
        if self.thread is not None:
            found |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.answers is not None and not nested:
            found["reply_to_message"] = self.answers.json(nested=True)
        elif self.thread is not None and not nested:
            found["reply_to_message"] = self.chat.topic_message(self.thread)
        if self.markup and "inline_keyboard" in self.markup:
            found["reply_markup"] = self.markup
        if self.poll is not None:
            found["poll"] = self.poll.json()
        if self.document:
            found["document"] = {"file_id": str(self.id), "file_unique_id": str(self.id)}
        return found | self.service


def _entity(entity: JSON, chat: Chat) -> JSON:
    """A named person is sent as an account."""
    if entity["type"] != "text_mention" or "user" in entity:
        return entity
    plain = {key: value for key, value in entity.items() if key != "user_id"}
    person = chat.people.get(entity["user_id"])
    return plain | {"user": (person or Account(entity["user_id"], "?")).json()}


@dataclass(eq=False)
class Chat:
    """A chat. `standing` is each account's status in it; a blocked bot is `kicked` from a private chat.

    rights: what administrators may do, by their ids (Bot API: ChatMemberAdministrator).
    """

    id: int
    kind: str
    title: str = ""
    forum: bool = False
    people: dict[int, Account] = field(default_factory=dict)
    standing: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    last_bot: int | None = None
    moved_to: int | None = None
    muted: bool = False
    username: str = ""
    rights: dict[int, JSON] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def json(self) -> JSON:
        if self.kind == "private":
            (person,) = (a for a in self.people.values() if not a.is_bot)
            found = {"id": self.id, "type": self.kind, "first_name": person.name}
            return found | ({"username": person.username} if person.username else {})
        found = {"id": self.id, "type": self.kind, "title": self.title}
        found |= {"username": self.username} if self.username else {}
        return found | ({"is_forum": True} if self.forum else {})

    def topic_message(self, thread: int) -> JSON:
        """What each message of a topic formally answers: the one that opened it."""
        opened = {"name": self.topics[thread], "icon_color": 7322096}
        return {
            "message_id": thread, "date": 1, "chat": self.json(), "message_thread_id": thread,
            "is_topic_message": True, "forum_topic_created": opened,
        }  # fmt: skip

    def add(self, message: Message) -> Message:
        self.messages[message.id] = message
        if message.sender.is_bot and not message.service and not message.anonymous:
            self.last_bot = message.sender.id
        return message


@dataclass(eq=False)
class Query:
    """A press. `answer` is what the bot acknowledged it with, None as long as the button spins."""

    id: str
    bot: Bot
    person: Account
    message: Message
    data: str
    answer: JSON | None = None
    old: bool = False


@dataclass(eq=False)
class Poll:
    """A poll: who voted for what, by the id of the voter. seconds: how long it is open; 0 for ever."""

    id: str
    bot: Bot
    question: str
    options: list[str]
    kind: str = "regular"
    anonymous: bool = True
    correct: list[int] = field(default_factory=list)
    explanation: str = ""
    description: str = ""
    seconds: int = 0
    hides_results: bool = False
    closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)

    def json(self) -> JSON:
        counts = [sum(i in chosen for chosen in self.votes.values()) for i in range(len(self.options))]
        options = [
            {"text": text, "voter_count": count, "persistent_id": f"{self.id}-{i}"}
            for i, (text, count) in enumerate(zip(self.options, counts, strict=True))
        ]
        found: JSON = {
            "id": self.id,
            "question": self.question,
            "options": options,
            "total_voter_count": len(self.votes),
            "is_closed": self.closed,
            "is_anonymous": self.anonymous,
            "type": self.kind,
            "allows_multiple_answers": False,
            "allows_revoting": self.kind == "regular",
            "members_only": False,
        }
        if self.kind == "quiz":
            found["correct_option_ids"] = self.correct
        more = {
            "explanation": self.explanation,
            "description": self.description,
            "open_period": self.seconds,
        }
        return found | {name: value for name, value in more.items() if value}
