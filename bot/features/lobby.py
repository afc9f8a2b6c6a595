"""Opens a quiz in the room where a group's quizzes live, or where it was asked for if that room is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.features.homes import Home, Homes
from bot.hosting.quizmaster import Quizmaster, Running
from bot.hosting.views import Plan
from bot.model import Chat, User
from bot.rooms import room_code


@dataclass(frozen=True, slots=True)
class Opened:
    """Where a quiz is. running: how it stands there; already: whether it ran before somebody asked."""

    room: Chat
    running: Running | None
    already: bool = False


class Lobby:
    """Finds the room and opens quizzes in it."""

    def __init__(self, quizmaster: Quizmaster, homes: Homes) -> None:
        self._quizmaster = quizmaster
        self._homes = homes

    async def room(self, chat: Chat) -> Chat:
        """Where a quiz is played that is asked for in the chat."""
        return chat if chat.private else await self._homes.of(Home.QUIZZES, chat)

    async def running(self, chat: Chat) -> Opened | None:
        """What runs in the chat, or in the home of its group's quizzes."""
        here = self._quizmaster.running(chat)
        if here is not None:
            return Opened(chat, here, already=True)
        home = await self.room(chat)
        there = self._quizmaster.running(home)
        return Opened(home, there, already=True) if there is not None else None

    async def open(self, room: Chat, here: Chat, opener: User, plan: Plan, now: datetime) -> Opened:
        """Opens it in the room, and in the chat where it was asked for when the room turns out to be lost.

        The lobby of a quiz that is opened elsewhere stands there when this returns, or was waited for.
        """
        found = await self._quizmaster.open(room, opener, plan, now)
        if isinstance(found, Running):
            return Opened(room, found, already=True)
        if room_code(room) == room_code(here):
            return Opened(room, None)
        shown = await self._quizmaster.shown(found)
        if shown is not None:
            return Opened(room, shown)
        await self._homes.lose(Home.QUIZZES, room)
        return await self.open(here, here, opener, plan, now)
