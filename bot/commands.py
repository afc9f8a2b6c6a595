"""Commands as records, each declared once.

Telegram's menus, Discord's slash commands, the terminal's completion, `/help` and the README's table all
derive from the registry; the limits of both platforms are checked when it is built.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum

from bot.model import Addressed, Chat, Quoted, User
from bot.reply import Buttons, Reply, Visibility
from bot.texts import Texts

NAME = re.compile(r"[a-z0-9_]{1,32}")
"""Telegram allows just these (Bot API: BotCommand.command); Discord allows more."""
_CLOSE = 0.75
"""Of 1, by `difflib`: a letter more or less in a short word, two in a long one."""
MAX_DESCRIPTION = 100
MAX_CHOICES = 25
"""Discord: application commands."""


class ParamKind(StrEnum):
    """What a parameter holds, which decides how it is parsed, completed and shown."""

    TERM = "term"
    TOPIC = "topic"
    CHOICE = "choice"
    TEXT = "text"


class Where(StrEnum):
    """The chats in which a command makes sense."""

    EVERYWHERE = "everywhere"
    GROUPS = "groups"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `prompt` is what the bot asks when it is missing; without one it may be left out."""

    name: str
    kind: ParamKind
    description: str
    choices: tuple[Choice, ...] = ()
    prompt: str = ""

    @property
    def required(self) -> bool:
        """Whether the bot asks for it."""
        return bool(self.prompt)


@dataclass(frozen=True, slots=True)
class Request:
    """A command as its handler sees it: who asks, where, when, and with which values."""

    user: User
    chat: Chat
    texts: Texts
    now: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    message_id: int | None = None
    quoted: Quoted | None = None
    addressed: Addressed = Addressed.COMMAND
    forwarded: Chat | None = None

    @property
    def owner(self) -> int | None:
        """Whose presses may change the answer: in a group the asker's; in private nobody need know."""
        return None if self.chat.private else self.user.id

    def value(self, name: str) -> str:
        """The parameter's value, empty when it was left out."""
        return self.values.get(name, "")


Handler = Callable[[Request], Awaitable[Reply | None]]
"""None is silence: what was asked for shows itself in another way, as a quiz does that begins."""
Split = Callable[[str], Mapping[str, str]]
Suggest = Callable[[Mapping[str, str], int | None], Buttons]
"""Choices that fit the values so far; in a group, for the one who may press them."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, on every surface.

    aliases: other words that start it where people type (`/define` for `/whatis`).
    split: how typed text becomes values; None gives the whole text to the first parameter.
    suggest: choices, offered as buttons when a parameter is missing.
    where: the chats in which it is offered and runs.
    visibility: Discord fixes it when an interaction is deferred, so it is declared.
    admin: only for administrators of the chat.
    owner: only for those whom the settings name as owners; shown in no menu, typed by who knows it.
    menu: whether the group's menu shows it; private menus show all.
    example: what a person would type after the name, for the help.
    """

    name: str
    description: str
    handler: Handler
    params: tuple[Param, ...] = ()
    aliases: tuple[str, ...] = ()
    split: Split | None = None
    suggest: Suggest | None = None
    where: Where = Where.EVERYWHERE
    visibility: Visibility = Visibility.PUBLIC
    admin: bool = False
    owner: bool = False
    menu: bool = False
    example: str = ""

    def values(self, text: str) -> Mapping[str, str]:
        """The parameters' values in a typed text."""
        text = " ".join(text.split())
        if self.split is not None:
            return self.split(text)
        return {self.params[0].name: text} if self.params and text else {}

    def missing(self, values: Mapping[str, str]) -> Param | None:
        """The first required parameter without a value; an empty value is one, left to the handler."""
        return next((p for p in self.params if p.required and p.name not in values), None)

    @property
    def usage(self) -> str:
        """`/compare <a> <b>`: the name and its parameters, optional ones in brackets."""
        shown = (f"<{p.name}>" if p.required else f"[{p.name}]" for p in self.params)
        return " ".join((f"/{self.name}", *shown))


@dataclass(frozen=True, slots=True)
class PressRequest:
    """A press as its handler sees it. `own` says whether the presser owns the message and may change it."""

    user: User
    chat: Chat
    texts: Texts
    now: datetime
    args: tuple[str, ...]
    own: bool
    owner: int | None
    message_id: int
    at: datetime | None = None


PressHandler = Callable[[PressRequest], Awaitable[Reply]]
Complete = Callable[[ParamKind, str], Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Feature:
    """What one module of `features/` adds: commands, and the verbs of its buttons."""

    commands: tuple[Command, ...] = ()
    presses: Mapping[str, PressHandler] = field(default_factory=dict)


class Registry:
    """All commands and presses. Raises ValueError when a name is doubled or a platform's limit is broken."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._commands: dict[str, Command] = {}
        self._words: dict[str, Command] = {}
        self.presses: dict[str, PressHandler] = {}
        for feature in features:
            for command in feature.commands:
                self._add(command)
            for verb, handler in feature.presses.items():
                self._add_press(verb, handler)

    def __iter__(self) -> Iterator[Command]:
        """The commands that are shown to people."""
        return (command for command in self._commands.values() if not command.owner)

    def find(self, word: str) -> Command | None:
        """The command of that name or alias, in whatever case it was typed."""
        return self._words.get(word.lower())

    def nearest(self, word: str) -> Command | None:
        """The command that a mistyped word comes closest to, if any is close."""
        words = [word for word, command in self._words.items() if not command.owner]
        found = get_close_matches(word.lower()[:32], words, n=1, cutoff=_CLOSE)
        return self._words[found[0]] if found else None

    def menu(self, *, private: bool) -> list[Command]:
        """The commands offered in a private chat, or the few that a group needs."""
        hidden = Where.GROUPS if private else Where.PRIVATE
        return [c for c in self if c.where is not hidden and (private or c.menu)]

    def _add(self, command: Command) -> None:
        _check(command)
        for word in (command.name, *command.aliases):
            if word in self._words:
                raise ValueError(f"two commands are called /{word}")
            self._words[word] = command
        self._commands[command.name] = command

    def _add_press(self, verb: str, handler: PressHandler) -> None:
        if verb in self.presses:
            raise ValueError(f"two buttons say {verb!r}")
        self.presses[verb] = handler


def _check(command: Command) -> None:
    for name in (command.name, *command.aliases, *(p.name for p in command.params)):
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name that both platforms take: a-z, 0-9, _, at most 32")
    for description in (command.description, *(p.description for p in command.params)):
        if not 1 <= len(description) <= MAX_DESCRIPTION:
            raise ValueError(
                f"/{command.name}: a description has 1 to {MAX_DESCRIPTION} characters: {description!r}"
            )
    for param in command.params:
        if len(param.choices) > MAX_CHOICES:
            raise ValueError(f"/{command.name} {param.name}: at most {MAX_CHOICES} choices")
