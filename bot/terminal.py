"""`whatis-bot chat`: the same core with the terminal as its only platform."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import AsyncIterator

from rich.console import Console

from bot import collector
from bot.adapters.terminal.adapter import TerminalAdapter
from bot.adapters.terminal.lines import YOU, member, piped
from bot.adapters.terminal.screen import JsonScreen, RichScreen, Screen
from bot.app import Rooms, opened, utc_now
from bot.config import Settings
from bot.library.load import content_root
from bot.library.problems import Problem
from bot.model import Platform
from bot.watch import watch


async def talk(settings: Settings, *, json: bool, watching: bool) -> None:
    """Talks until the lines end. Raises StoreError when the database cannot be used."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # A database of its own: trying things out must not touch what the community has.
    database = f"sqlite:///{settings.data_dir / 'chat.db'}"
    screen: Screen = JsonScreen(sys.stdout) if json else RichScreen(Console())
    # Nobody floods their own terminal, and whoever sits there owns what it holds.
    you = (Platform.TERMINAL, member(YOU).id)
    async with opened(settings, database, exclusive=False, burst=math.inf, owners=(you,)) as rooms:
        lines = _lines(rooms, settings, json=json)
        texts, settled = rooms.catalogue.default, rooms.core.quizmaster.settle
        adapter = TerminalAdapter(rooms.core.router, screen, lines, utc_now, texts, settled=settled)
        rooms.platforms[Platform.TERMINAL] = adapter
        collector.started()
        following = asyncio.create_task(_follow(rooms, settings, screen)) if watching else None
        async with rooms.core.at_work():
            await adapter.run()
            if json or not sys.stdin.isatty():
                await _end_quizzes(rooms, adapter)
        if following is not None:
            following.cancel()


async def _end_quizzes(rooms: Rooms, adapter: TerminalAdapter) -> None:
    """A script that is over leaves nothing behind: what still runs is stopped and shows its standings."""
    quizmaster = rooms.core.quizmaster
    for chat in adapter.chats:
        running = quizmaster.running(chat)
        if running is not None:
            await quizmaster.stop(running.quiz, running.opener, admin=True)
    await quizmaster.settle()


def _lines(rooms: Rooms, settings: Settings, *, json: bool) -> AsyncIterator[str]:
    if json or not sys.stdin.isatty():
        return piped(sys.stdin)
    # A script need not wait for the library with which people type.
    from bot.adapters.terminal.keyboard import typed  # noqa: PLC0415

    Console().print("Type a word or a question about AI; /help lists more; Ctrl-D ends.")
    return typed(rooms.core.router, settings.data_dir / "history")


async def _follow(rooms: Rooms, settings: Settings, screen: Screen) -> None:
    def tell(wrong: tuple[Problem, ...]) -> None:
        for problem in wrong:
            screen.trouble(str(problem))
        screen.trouble("Not reloaded: mend these first." if wrong else "Reloaded.")

    await watch(rooms.shelf, content_root(), settings.content_dir, tell)
