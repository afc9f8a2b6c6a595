"""A weekly quiz: opened at its hour, announced before, once, and on Telegram's side of a move too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.base import OutcomeUnknown
from bot.adapters.terminal.adapter import TerminalAdapter
from bot.adapters.terminal.lines import YOU, member
from bot.core import Core
from bot.features.settings import SETTINGS
from bot.features.weekly import KIND, SOON
from bot.model import Chat, ChatKind, Migrated, Platform, Press
from bot.reply import Reply, plain_text
from bot.store import chat_settings, due
from bot.store.store import Store
from bot.texts import load_catalogue
from tests.conftest import Clock
from tests.core import core
from tests.fakes.telegram.signal import Signal

ROOM = Chat(Platform.TERMINAL, 1, ChatKind.GROUP, "everybody")
ADMIN = member(YOU)


class Wall:
    """What was said, where."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str]] = []
        self.changed = Signal()

    def show(self, event: str, chat: Chat, reply: Reply, *, private: bool) -> None:
        self.said.append((chat.id, plain_text(reply)))
        self.changed.fire()

    def trouble(self, sentence: str) -> None:
        raise AssertionError(sentence)

    def done(self) -> None:
        """Nothing to do."""

    async def hears(self, words: str, chat: int = ROOM.id) -> None:
        await self.changed.until(
            lambda: any(where == chat and words in said for where, said in self.said), lambda: f"{self.said}"
        )


class Chatroom:
    """The bot in one room, whose admin presses settings."""

    def __init__(self, bot: Core, wall: Wall, store: Store, clock: Clock) -> None:
        self.bot, self.wall, self.store, self.clock = bot, wall, store, clock

    async def presses(self, *args: str) -> str:
        data = f"1{SETTINGS}_{'_'.join(args)}_"
        reply = await self.bot.router.respond(Press(ADMIN, ROOM, 1, data))
        assert reply is not None
        labels = [button.label for row in reply.buttons for button in row]
        return plain_text(reply) + reply.toast + " ".join(labels)

    async def passes(self, **time: float) -> None:
        before = self.clock()
        self.clock.pass_(**time)
        self.bot.scheduler.expect(before - timedelta(days=365))

    async def until_due(self, kind: str, fits: Callable[[datetime | None], bool]) -> None:
        """Waits until when the earliest row of the kind is due fits. Only the row itself shows it."""
        async with asyncio.timeout(5):
            while not fits(await self.store.get(due.earliest((kind,)))):  # noqa: ASYNC110
                await asyncio.sleep(0)

    async def is_free(self) -> None:
        """Waits until the last quiz has left the room and the next one has its row."""
        async with asyncio.timeout(5):
            while self.bot.quizmaster.running(ROOM) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0)
        await self.until_due(KIND, lambda at: at is not None and at > self.clock())

    async def when(self, kind: str) -> list[str]:
        claimed = await self.store.transact(
            due.claim((kind,), self.clock() + timedelta(days=30), timedelta(0), "look", 9)
        )
        return [f"{row.due_at:%a %H:%M}" for row in claimed]


@pytest.fixture
async def room(tmp_path: Path, clock: Clock) -> AsyncIterator[Chatroom]:
    async with opened(tmp_path, clock) as found:
        yield found


@asynccontextmanager
async def opened(folder: Path, clock: Clock) -> AsyncIterator[Chatroom]:
    async def nothing() -> AsyncIterator[str]:
        for line in ():
            yield line

    async with core(folder, clock) as (bot, platforms, store):
        wall = Wall()
        adapter = TerminalAdapter(bot.router, wall, nothing(), clock, load_catalogue().default)
        platforms[Platform.TERMINAL] = adapter
        async with bot.at_work():
            yield Chatroom(bot, wall, store, clock)


async def test_it_begins_at_its_hour_and_again_a_week_later(room: Chatroom) -> None:
    """It is Tuesday noon."""
    assert "On which day?" in await room.presses("weekly")
    assert "At what time?" in await room.presses("weekly", "2")
    assert "On what?" in await room.presses("weekly", "2", "18")
    assert "Weekly quiz: Wednesdays 18:00, Retrieval and RAG" in await room.presses(
        "weekly", "2", "18", "retrieval"
    )
    await room.passes(hours=30)
    await room.wall.hears("🎯 Retrieval and RAG")
    await room.passes(hours=1)
    await room.wall.hears("The same questions just for you?", chat=ADMIN.id)
    await room.is_free()
    room.wall.said.clear()
    await room.passes(days=6, hours=23)
    await room.wall.hears("🎯 Retrieval and RAG")


async def test_it_is_announced_an_hour_before_if_wanted(room: Chatroom) -> None:
    await room.presses("weekly", "2", "18", "any")
    assert "Announced an hour before: yes" in await room.presses("quiz-announce", "on")
    await room.passes(hours=29)
    await room.wall.hears("In an hour: this week's quiz, a bit of everything")


async def test_where_posts_do_not_stay_the_announcement_goes_after_the_quiz_has_begun(
    room: Chatroom,
) -> None:
    await room.presses("stay", "30")
    await room.presses("weekly", "2", "18", "any")
    await room.presses("quiz-announce", "on")
    await room.passes(hours=29)
    await room.wall.hears("In an hour: this week's quiz")
    await room.until_due("clean", lambda at: at is not None)
    assert await room.when("clean") == ["Wed 18:30"]


async def test_the_hour_is_that_of_the_chat(room: Chatroom) -> None:
    await room.presses("weekly", "2", "18", "any")
    assert "Time zone: Tokyo" in await room.presses("zones", "21")
    assert await room.when(KIND) == ["Wed 09:00"]
    await room.presses("quiz-announce", "on")
    assert await room.when(SOON) == ["Wed 08:00"]


async def test_it_is_put_off_by_a_press(room: Chatroom) -> None:
    await room.presses("weekly", "2", "18", "any")
    await room.presses("quiz-announce", "on")
    assert "Weekly quiz: none" in await room.presses("weekly", "off")
    assert await room.when(KIND) == []
    assert await room.when(SOON) == []


async def test_a_bot_that_was_away_for_long_waits_for_the_next_week(tmp_path: Path, clock: Clock) -> None:
    async with opened(tmp_path, clock) as room:
        await room.presses("weekly", "2", "18", "any")
    clock.pass_(hours=40)
    async with opened(tmp_path, clock) as room:
        await room.until_due(KIND, lambda at: at is not None and at > room.clock())
        assert await room.when(KIND) == ["Wed 18:00"]
        assert room.wall.said == []


async def test_a_chat_that_moved_keeps_its_weekly_quiz(room: Chatroom) -> None:
    await room.presses("weekly", "2", "18", "any")
    await room.bot.router.respond(Migrated(Platform.TERMINAL, ROOM.id, 99))
    await room.passes(hours=30)
    await room.wall.hears("🎯 AI quiz", chat=99)


async def test_an_announcement_of_unknown_fate_is_not_repeated(
    room: Chatroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.presses("weekly", "2", "18", "any")
    await room.presses("quiz-announce", "on")
    tried = asyncio.Event()

    async def lost(self: TerminalAdapter, chat: Chat, reply: Reply, *, key: str = "") -> int:
        tried.set()
        raise OutcomeUnknown("no answer came")

    monkeypatch.setattr(TerminalAdapter, "send", lost)
    await room.passes(hours=29)
    await asyncio.wait_for(tried.wait(), 5)
    await room.until_due(SOON, lambda at: at is None)


async def test_members_change_nothing(room: Chatroom) -> None:
    reply = await room.bot.router.respond(Press(member("ann"), ROOM, 1, f"1{SETTINGS}_weekly_off_"))
    assert reply is not None
    assert "Only an admin" in reply.toast


async def test_the_daily_post_announces_it_and_nothing_else_does(room: Chatroom) -> None:
    """There is one unasked message a day."""
    for adapter in room.bot.router._platforms.values():
        adapter.ready = True
    await room.presses("weekly", "1", "18", "any")
    await room.presses("quiz-announce", "on")
    await room.presses("posts", "at", "13")
    await room.passes(hours=1)
    await room.wall.hears("Today at 18:00: this week's quiz, a bit of everything.")
    await room.until_due("daily:terminal", lambda at: at is not None and at > room.clock())
    await room.passes(hours=4)
    await room.until_due(SOON, lambda at: at is None)
    assert not any("In an hour" in said for _, said in room.wall.said)


async def test_a_weekly_quiz_that_a_chat_has_alone_stays_its_own_until_it_ends(room: Chatroom) -> None:
    """As those were that were set up before there were settings of whole groups."""
    await room.presses("weekly", "4", "9", "any")
    alone = {"quiz-weekly": "2 18", "quiz-weekly-id": "aa", "quiz-announce": "off", "quiz-weekly-at": ""}
    for key, value in alone.items():
        await room.store.transact(chat_settings.put_alone(ROOM, key, value))
    shown = await room.presses("quiz-announce", "on")
    assert "Weekly quiz: Wednesdays 18:00" in shown
    assert "Announced an hour before: yes" in shown
    assert sorted(await room.when(KIND)) == ["Fri 09:00", "Wed 18:00"]
    shown = await room.presses("weekly", "off")
    assert "Weekly quiz: Fridays 9:00" in shown, "that of the whole group"
    assert "Announced an hour before: no" in shown
