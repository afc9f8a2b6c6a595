"""The Bot API's methods, each refusing what the real one refuses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.telegram.errors import NOT_MODIFIED, OLD_QUERY, WEBHOOK_ACTIVE, bad
from tests.fakes.telegram.markup import found_entities, parse_html, trimmed, units
from tests.fakes.telegram.rates import Rates
from tests.fakes.telegram.state import DEFAULT_UPDATES, JSON, Bot, Chat, Message, Poll
from tests.fakes.telegram.world import World, member_json

Method = Callable[[Bot, JSON], Awaitable[Any]]
MAX_TEXT, MAX_ROW, MAX_BUTTONS, MAX_DESCRIPTION = 4096, 8, 100, 1024
MAX_DELETED, DELETES_WITHIN = 100, 48 * 3600.0


class Methods:
    """One public coroutine for each method, `sendMessage` being `send_message`.

    strict: whether texts and keyboards are read and checked, or taken as they come.
    """

    def __init__(self, world: World, rates: Rates, *, strict: bool = True) -> None:
        self._world = world
        self._rates = rates
        self._strict = strict

    def find(self, name: str) -> Method | None:
        snake = re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)
        return getattr(self, snake, None) if re.fullmatch(r"[a-z]+[A-Z]\w+", name) else None

    # --- receiving

    async def get_me(self, bot: Bot, given: JSON) -> JSON:
        return bot.json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": bot.sees_all,
            "supports_inline_queries": False,
        }

    async def get_updates(self, bot: Bot, given: JSON) -> list[JSON]:
        if bot.webhook.get("url"):
            raise WEBHOOK_ACTIVE
        if given.get("allowed_updates"):
            bot.allowed = frozenset(given["allowed_updates"])
        offset = int(given.get("offset", 0))
        bot.forgotten = max(bot.forgotten, offset)
        bot.updates[:] = [update for update in bot.updates if update["update_id"] >= offset]
        waiting = asyncio.ensure_future(bot.wait(min(float(given.get("timeout", 0)), 50.0)))
        await asyncio.sleep(0)  # it waits before anybody is told so
        self._world.changed.fire()
        await waiting
        return bot.updates[: int(given.get("limit", 100))]

    async def set_webhook(self, bot: Bot, given: JSON) -> bool:
        secret = given.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        bot.webhook = {"url": given["url"], "secret": secret}
        if "allowed_updates" in given:
            bot.allowed = frozenset(given["allowed_updates"]) or DEFAULT_UPDATES
        self._world.changed.fire()
        return True

    async def delete_webhook(self, bot: Bot, given: JSON) -> bool:
        bot.webhook = {}
        if given.get("drop_pending_updates"):
            bot.updates.clear()
        return True

    async def get_webhook_info(self, bot: Bot, given: JSON) -> JSON:
        return {
            "url": bot.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(bot.updates),
        }

    # --- what is shown of the bot

    async def set_my_commands(self, bot: Bot, given: JSON) -> bool:
        for command in given["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(given["commands"]) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        bot.commands[_scope(given)] = given["commands"]
        return True

    async def get_my_commands(self, bot: Bot, given: JSON) -> list[JSON]:
        return bot.commands.get(_scope(given), [])

    async def set_my_description(self, bot: Bot, given: JSON) -> bool:
        bot.description = _at_most(given.get("description", ""), 512)
        return True

    async def get_my_description(self, bot: Bot, given: JSON) -> JSON:
        return {"description": bot.description}

    async def set_my_short_description(self, bot: Bot, given: JSON) -> bool:
        bot.short_description = _at_most(given.get("short_description", ""), 120)
        return True

    async def get_my_short_description(self, bot: Bot, given: JSON) -> JSON:
        return {"short_description": bot.short_description}

    # --- messages

    async def send_message(self, bot: Bot, given: JSON) -> JSON:
        chat = self._writable(bot, given)
        text, entities = _text(given) if self._strict else (given["text"], [])
        message = self._new(bot, chat, given, text=text, entities=entities)
        return self._world.written(message).json()

    async def send_document(self, bot: Bot, given: JSON) -> JSON:
        chat = self._writable(bot, given)
        content = given["document"]
        if not isinstance(content, bytes) or not content:
            raise bad("file must be non-empty")
        message = self._new(bot, chat, given, document=content)
        return self._world.written(message).json()

    async def edit_message_text(self, bot: Bot, given: JSON) -> JSON:
        message = self._own(bot, given, "edit")
        if message.poll is not None:
            raise bad("there is no text in the message to edit")
        text, entities = _text(given)
        markup = _markup(given, bot)
        if (text, entities, markup) == (message.text, message.entities, message.markup):
            raise NOT_MODIFIED
        self._rates.count(bot.id, message.chat.id)
        message.text, message.entities, message.markup = text, entities, markup
        return self._world.written(message).json()

    async def edit_message_reply_markup(self, bot: Bot, given: JSON) -> JSON:
        message = self._own(bot, given, "edit")
        markup = _markup(given, bot)
        if markup == message.markup:
            raise NOT_MODIFIED
        self._rates.count(bot.id, message.chat.id)
        message.markup = markup
        return self._world.written(message).json()

    async def delete_message(self, bot: Bot, given: JSON) -> bool:
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        message = chat.messages.get(int(given["message_id"]))
        if message is None:
            raise bad("message to delete not found")
        self._delete(bot, chat, [message])
        return True

    async def delete_messages(self, bot: Bot, given: JSON) -> bool:
        """Those that are not there are passed over; one that may not be deleted spoils it for all."""
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        ids = [int(message_id) for message_id in given["message_ids"]]
        if not 1 <= len(ids) <= MAX_DELETED:
            raise bad("message identifiers are not specified" if not ids else "too many message identifiers")
        self._delete(bot, chat, [chat.messages[n] for n in dict.fromkeys(ids) if n in chat.messages])
        return True

    def _delete(self, bot: Bot, chat: Chat, messages: list[Message]) -> None:
        if not all(self._may_delete(bot, chat, message) for message in messages):
            raise bad("message can't be deleted")
        self._rates.count(bot.id, chat.id)
        for message in messages:
            del chat.messages[message.id]
        self._world.changed.fire()

    def _may_delete(self, bot: Bot, chat: Chat, message: Message) -> bool:
        """Bot API: deleteMessage."""
        if self._world.time() - message.date >= DELETES_WITHIN:
            return False
        if "migrate_from_chat_id" in message.service:
            return False
        rights = chat.rights.get(bot.id, {}) if chat.standing[bot.id] == "administrator" else {}
        if rights.get("can_delete_messages") or chat.kind == "private":
            return True
        if chat.kind == "group" and chat.standing[bot.id] == "administrator":
            return True
        own = message.sender is bot
        return own and (chat.kind != "channel" or bool(rights.get("can_post_messages")))

    async def answer_callback_query(self, bot: Bot, given: JSON) -> bool:
        query = self._world.queries.get(given["callback_query_id"])
        if query is None or query.bot is not bot or query.old or query.answer is not None:
            raise OLD_QUERY
        if units(given.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        url = given.get("url", "")
        if url and not re.fullmatch(rf"https://t\.me/{bot.username}\?start=[A-Za-z0-9_-]{{1,64}}", url):
            raise bad("URL_INVALID")
        query.answer = {"text": given.get("text", ""), "url": url, "alert": given.get("show_alert", False)}
        self._world.changed.fire()
        return True

    # --- polls

    async def send_poll(self, bot: Bot, given: JSON) -> JSON:
        chat = self._writable(bot, given)
        message = self._new(bot, chat, given, poll=self._poll(bot, given))
        return self._world.written(message).json()

    async def stop_poll(self, bot: Bot, given: JSON) -> JSON:
        message = self._own(bot, given, "edit", what="message with poll to stop")
        markup = _markup(given, bot)
        if message.poll is None:
            raise bad("message is not a poll")
        if message.poll.closed:
            raise bad("poll has already been closed")
        self._rates.count(bot.id, message.chat.id)
        message.poll.closed, message.markup = True, markup
        self._world.changed.fire()
        bot.push("poll", message.poll.json())
        return message.poll.json()

    def _poll(self, bot: Bot, given: JSON) -> Poll:
        options = [option["text"] if isinstance(option, dict) else option for option in given["options"]]
        if not 1 <= len(given["question"]) <= 300:
            raise bad("poll question length must be between 1 and 300")
        if not 1 <= len(options) <= 12:
            raise bad("poll must have 1 to 12 options")
        if not all(1 <= len(option) <= 100 for option in options):
            raise bad("poll options length must not exceed 100")
        kind = given.get("type", "regular")
        correct = given.get("correct_option_ids", [])
        if kind == "quiz" and (not correct or max(correct) >= len(options)):
            raise bad("QUIZ_CORRECT_ANSWER_INVALID")
        explanation = given.get("explanation", "")
        if len(explanation) > 200 or explanation.count("\n") > 2:
            raise bad("QUIZ_EXPLANATION_INVALID")
        anonymous = given.get("is_anonymous", True)
        poll = Poll(str(self._world.new_id()), bot, given["question"], options, kind, anonymous, correct)
        poll.explanation = explanation
        poll.description = _description(given)
        poll.seconds = _seconds_open(given)
        poll.hides_results = given.get("hide_results_until_closes", False)
        self._world.polls[poll.id] = poll
        return poll

    # --- chats

    async def get_chat(self, bot: Bot, given: JSON) -> JSON:
        name = str(given["chat_id"])
        named = (chat.id for chat in self._world.chats.values() if f"@{chat.username}" == name)
        chat = self._world.chat_for(bot, next(named, 0) if name.startswith("@") else int(name))
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        return chat.json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    async def get_chat_member(self, bot: Bot, given: JSON) -> JSON:
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        if chat.kind == "channel" and chat.standing[bot.id] != "administrator":
            raise bad("member list is inaccessible")
        account = chat.people.get(int(given["user_id"]))
        if account is None:
            raise bad("user not found")
        return member_json(account, chat.standing[account.id], chat.rights.get(account.id))

    async def get_chat_administrators(self, bot: Bot, given: JSON) -> list[JSON]:
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        ranks = ("creator", "administrator")
        admins = [(key, rank) for key, rank in chat.standing.items() if rank in ranks]
        return [member_json(chat.people[key], rank, chat.rights.get(key)) for key, rank in admins]

    async def leave_chat(self, bot: Bot, given: JSON) -> bool:
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        chat.standing[bot.id] = "left"
        return True

    # --- parts

    def _writable(self, bot: Bot, given: JSON) -> Chat:
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        rights = chat.rights.get(bot.id, {})
        if chat.kind == "channel" and not rights.get("can_post_messages"):
            raise bad("need administrator rights in the channel chat")
        if chat.muted:
            raise bad("not enough rights to send text messages to the chat")
        thread = given.get("message_thread_id")
        if thread is not None and int(thread) not in chat.topics:
            raise bad("message thread not found")
        return chat

    def _new(self, bot: Bot, chat: Chat, given: JSON, **fields: Any) -> Message:
        answers = self._answered(chat, given.get("reply_parameters"))
        thread = given.get("message_thread_id")
        markup = _markup(given, bot) if self._strict else given.get("reply_markup")
        self._rates.count(bot.id, chat.id)
        return Message(
            next(chat.numbers),
            chat,
            bot,
            answers=answers,
            markup=markup,
            thread=None if thread is None else int(thread),
            silent=given.get("disable_notification", False),
            date=int(self._world.time()),
            **fields,
        )

    def _answered(self, chat: Chat, wanted: JSON | None) -> Message | None:
        if wanted is None:
            return None
        found = chat.messages.get(wanted["message_id"])
        if found is None and not wanted.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return found

    def _own(self, bot: Bot, given: JSON, verb: str, *, what: str = "") -> Message:
        chat = self._world.chat_for(bot, int(given["chat_id"]))
        message = chat.messages.get(int(given["message_id"]))
        if message is None:
            raise bad(f"{what or f'message to {verb}'} not found")
        if message.sender is not bot:
            raise bad(f"message can't be {verb}ed")
        return message


def _text(given: JSON) -> tuple[str, list[JSON]]:
    """The text as shown, with what it holds."""
    mode = given.get("parse_mode")
    if mode not in (None, "HTML"):
        raise bad("unsupported parse_mode")
    text, entities = parse_html(given["text"]) if mode else trimmed(given["text"], [])
    if not text:
        raise bad("message text is empty")
    if units(text) > MAX_TEXT:
        raise bad("message is too long")
    entities = [*entities, *found_entities(text, entities)][:100]
    return text, entities


def _description(given: JSON) -> str:
    """What stands above a poll."""
    if not given.get("description"):
        return ""
    text, _ = _text({"text": given["description"], "parse_mode": given.get("description_parse_mode")})
    if units(text) > MAX_DESCRIPTION:
        raise bad("poll description is too long")
    return text


def _seconds_open(given: JSON) -> int:
    seconds = int(given.get("open_period") or 0)
    if seconds and ("close_date" in given or not 5 <= seconds <= 2628000):
        raise bad("POLL_OPEN_PERIOD_INVALID")
    return seconds


def _markup(given: JSON, bot: Bot) -> JSON | None:
    markup = given.get("reply_markup")
    if markup and "inline_keyboard" in markup:
        _check_keyboard(markup["inline_keyboard"])
    if markup and len(markup.get("input_field_placeholder") or "") > 64:
        raise bad("the placeholder is too long")
    return markup or None


def _check_keyboard(rows: list[list[JSON]]) -> None:
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        kinds = button.keys() - {"text", "style", "icon_custom_emoji_id"}
        if len(kinds) != 1 or not button["text"].strip():
            raise bad("text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not re.match(r"(https?|tg)://[^\s/]+", button["url"]):
            raise bad("BUTTON_URL_INVALID")


def _scope(given: JSON) -> str:
    return str((given.get("scope") or {"type": "default"})["type"])


def _at_most(text: str, most: int) -> str:
    if len(text) > most:
        raise bad("description is too long")
    return text
