"""The limiter, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from bot.adapters.pacing import Priority
from bot.adapters.telegram.limiter import Limiter
from tests.adapters.manual import ManualClock, settled

GROUP, OTHER, ANN, BOB = -1001, -1002, 1, 2


class Desk:
    """A limiter with a list of who was let through, and when."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.clock = ManualClock()
        self.limiter = Limiter(self.clock, enabled=enabled)
        self.passed: list[tuple[float, str]] = []
        self.tasks: set[asyncio.Task[None]] = set()

    async def asks(self, chat: int, name: str, priority: Priority = Priority.REPLY) -> asyncio.Task[None]:
        async def wait() -> None:
            await self.limiter.turn(chat, priority)
            self.passed.append((self.clock.now - 1000.0, name))

        task = asyncio.create_task(wait())
        self.tasks.add(task)
        await settled()
        return task

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.passed]

    @property
    def times(self) -> list[float]:
        return [time for time, _ in self.passed]


async def test_a_chat_gets_a_burst_and_then_one_a_second() -> None:
    desk = Desk()
    for n in range(6):
        await desk.asks(ANN, str(n))
    await desk.clock.move(10)
    assert desk.times == [0, 0, 0, 1, 2, 3]
    assert desk.names == list("012345")


async def test_a_group_gets_twenty_in_any_minute() -> None:
    desk = Desk()
    for n in range(22):
        await desk.asks(GROUP, str(n))
    await desk.clock.move(59)
    assert len(desk.passed) == 20
    await desk.clock.move(2)
    assert len(desk.passed) == 22


async def test_all_chats_together_get_28_a_second() -> None:
    desk = Desk()
    for chat in range(1, 41):
        await desk.asks(chat, str(chat))
    assert len(desk.passed) == 28
    await desk.clock.move(1)
    assert len(desk.passed) == 40


async def test_replies_go_before_quizzes_and_those_before_broadcasts() -> None:
    desk = Desk()
    for chat in range(100, 128):
        await desk.asks(chat, "first")
    await desk.asks(ANN, "tip", Priority.BROADCAST)
    await desk.asks(GROUP, "question", Priority.QUIZ)
    await desk.asks(BOB, "answer", Priority.REPLY)
    await desk.clock.move(1)
    assert desk.names[28:] == ["answer", "question", "tip"]


async def test_broadcasts_come_one_by_one_and_a_reply_among_them_goes_next() -> None:
    desk = Desk()
    for chat in range(100, 200):
        await desk.asks(chat, "tip", Priority.BROADCAST)
    await desk.clock.move(2.01)
    assert len(desk.passed) == 1 + 2 * 28
    assert max(later - sooner for sooner, later in pairwise(desk.times)) < 0.04
    await desk.asks(ANN, "answer")
    await desk.clock.move(0.04)
    assert "answer" in desk.names


async def test_a_quiz_of_thirty_questions_at_the_shortest_time_is_never_held_up() -> None:
    desk = Desk()
    for n in range(30):
        for call in ("ask", "stop", "buttons"):
            await desk.asks(GROUP, f"{call} {n}", Priority.QUIZ)
        await desk.clock.move(15)  # at most four questions a minute in a room
    assert desk.times == [15.0 * n for n in range(30) for _ in range(3)]


async def test_a_hold_is_for_that_chat_alone() -> None:
    desk = Desk()
    desk.limiter.hold(ANN, 30)
    await desk.asks(ANN, "ann")
    await desk.asks(BOB, "bob")
    assert desk.names == ["bob"]
    await desk.clock.move(29)
    assert desk.names == ["bob"]
    await desk.clock.move(1)
    assert desk.names == ["bob", "ann"]


async def test_switched_off_it_only_holds() -> None:
    desk = Desk(enabled=False)
    for n in range(100):
        await desk.asks(GROUP, str(n))
    assert len(desk.passed) == 100
    desk.limiter.hold(GROUP, 5)
    await desk.asks(GROUP, "held")
    await desk.asks(OTHER, "free")
    assert desk.names[100:] == ["free"]
    await desk.clock.move(5)
    assert desk.names[100:] == ["free", "held"]


async def test_who_gives_up_waiting_takes_no_turn() -> None:
    desk = Desk()
    desk.limiter.hold(ANN, 5)
    gone = await desk.asks(ANN, "gone")
    await desk.asks(ANN, "stays")
    gone.cancel()
    await desk.clock.move(5)
    assert desk.names == ["stays"]


async def test_idle_chats_are_forgotten() -> None:
    desk = Desk()
    for chat in range(1, 2001):
        await desk.asks(chat, str(chat))
        await desk.clock.move(1)
    assert len(desk.passed) == 2000
    assert len(desk.limiter._paces) < 1100
