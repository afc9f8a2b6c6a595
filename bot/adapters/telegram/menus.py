"""The command menus and the bot's own descriptions, derived from the registry."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import structlog
import telegram
from telegram import (
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bot.adapters.base import Notebook
from bot.commands import Command, Registry, Where
from bot.texts import Texts

_log = structlog.get_logger(__name__)

Entries = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """All that Telegram shows of the bot before it says a word: name and description of each command."""

    private: Entries
    groups: Entries
    admins: Entries
    description: str
    short_description: str

    @property
    def digest(self) -> str:
        """Changes with any of it."""
        parts = [self.private, self.groups, self.admins, self.description, self.short_description]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def profile(registry: Registry, texts: Texts) -> Profile:
    """What should be shown. Groups get the few commands that a group needs, admins theirs as well."""
    groups = [command for command in registry.menu(private=False) if not command.admin]
    admins = [command for command in registry if command.admin and command.where is not Where.PRIVATE]
    return Profile(
        private=_entries(registry.menu(private=True), texts),
        groups=_entries(groups, texts),
        admins=_entries([*groups, *admins], texts),
        description=texts.label(
            "Ask me what any word about AI means: “what is RAG?”, or /whatis rag. I explain in plain words, "
            "compare ideas, name models and tools, and have a tip ready. Add me to a group to learn together."
        ),
        short_description=texts.label("AI in plain words: definitions, comparisons, models and tips."),
    )


async def show_profile(bot: telegram.Bot, wanted: Profile, notebook: Notebook) -> None:
    """Tells Telegram what changed since the last time. A refusal is logged: the bot serves without."""
    key = f"telegram.profile.{bot.id}"
    if await notebook.read(key) == wanted.digest:
        return
    try:
        await _show(bot, wanted)
    except TelegramError as error:
        _log.warning("menus not registered; the next start will try again", reason=error.message)
        return
    await notebook.write(key, wanted.digest)


async def _show(bot: telegram.Bot, wanted: Profile) -> None:
    await bot.set_my_commands(wanted.private, scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(wanted.groups, scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands(wanted.admins, scope=BotCommandScopeAllChatAdministrators())
    await bot.set_my_description(wanted.description)
    await bot.set_my_short_description(wanted.short_description)


def _entries(commands: list[Command], texts: Texts) -> Entries:
    return tuple((command.name, texts.label(command.description)) for command in commands)
