"""What a line typed in the terminal means, and lines that come from a pipe."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TextIO

from bot.model import Chat, ChatKind, Platform, User

YOU = "you"
ROOM = Chat(Platform.TERMINAL, 1, ChatKind.GROUP, "everybody")
"""The one group: whoever is named with @ speaks there."""
_LINE = re.compile(r"(?:@(?P<name>\S+)\s+)?(?:(?P<press>!press)\s+)?(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """Who speaks, where, and what: a message, or the label of a button."""

    user: User
    chat: Chat
    text: str
    press: bool


def member(name: str) -> User:
    """The member of that name; the id is made from the name, so it is the same every time."""
    return User(Platform.TERMINAL, zlib.crc32(name.encode()) or 1, name)


def private_chat(user: User) -> Chat:
    """The chat between the bot and one member."""
    return Chat(Platform.TERMINAL, user.id, ChatKind.PRIVATE, user.name)


async def piped(source: TextIO) -> AsyncIterator[str]:
    """The lines of a file or pipe, read in a thread so that nothing else waits."""
    while line := await asyncio.to_thread(source.readline):
        yield line.rstrip("\n")


def read_line(text: str, last: Chat | None = None) -> Line:
    """`@name text` speaks in the group; a bare line is private; `!press LABEL` stays where one was last."""
    match = _LINE.fullmatch(text.strip())
    name, press, rest = match.group("name", "press", "rest") if match else (None, None, text)
    user = member(name or YOU)
    chat = ROOM if name else private_chat(user)
    if press and not name and last is not None:
        chat = last
    return Line(user, chat, rest.strip(), press is not None)
