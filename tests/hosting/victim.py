"""A bot that plays quizzes with itself until it is killed: time runs fast, and what the platform would keep
is written to an append-only log."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import signal
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.adapters.base import Asked, Capabilities, Question
from bot.hosting.quizmaster import Quizmaster
from bot.model import Chat, Platform, User
from bot.quiz.model import Phase
from bot.reply import Reply, plain_text
from bot.schedule import Scheduler
from bot.store import quizzes
from bot.store.store import open_store
from bot.texts import load_catalogue
from tests.conftest import NOON
from tests.hosting.house import GROUP, PlainViews, a_plan

SPEED = 100
"""Seconds of a quiz in a second of the test."""
PLAYERS = tuple(User(Platform.TERMINAL, n, f"player{n}") for n in range(1, 6))


@dataclass(frozen=True)
class Life:
    """What one life of the bot is given.

    dies_after: the first word of the line in the log with which it dies, before it hears that the line was
    written; empty when it is killed from outside. last: it begins no new quiz and ends by itself.
    """

    database: str
    log: str
    began: float
    seed: int
    repeatable: bool
    dies_after: str = ""
    last: bool = False

    def clock(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=(time.time() - self.began) * SPEED)


class Paper:
    """A platform that is a file. The id of a message is made from its key, as if it remembered nonces."""

    platform = Platform.TERMINAL
    ready = True

    def __init__(self, life: Life) -> None:
        self._life = life
        self._chance = Random(life.seed)
        self._file = os.open(life.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.capabilities = Capabilities(True, 4000, repeat_within=120.0 if life.repeatable else 0.0)

    def write(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())
        if line.split(" ", maxsplit=1)[0] == self._life.dies_after:
            os.kill(os.getpid(), signal.SIGKILL)

    async def _takes_a_while(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, 0.02))

    async def run(self) -> None:
        """There is nothing to serve."""

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        await self._takes_a_while()
        self.write(f"send {key} {plain_text(reply)}")
        await self._takes_a_while()
        return zlib.crc32(key.encode())

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        await self._takes_a_while()

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:
        await self._takes_a_while()
        self.write(f"ask {key} {question.stem}")
        await self._takes_a_while()
        return Asked(zlib.crc32(key.encode()), "", self._life.clock())

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        await self._takes_a_while()

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        await self._takes_a_while()

    async def private_chat(self, user: User) -> Chat:
        return replace(GROUP, id=user.id)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        return False

    async def close(self) -> None:
        """There is nothing to close."""


async def _live(life: Life) -> None:
    async with open_store(life.database, life.clock) as store:
        paper, scheduler = Paper(life), Scheduler(store, life.clock)
        master = Quizmaster(
            store, {Platform.TERMINAL: paper}, PlainViews(), load_catalogue().default, life.clock,
            expect=scheduler.expect,
        )  # fmt: skip
        scheduler.on(quizzes.DUE, lambda row: master.timed_out(int(row.key)))
        await master.wake()
        paper.write("up")
        tasks = [asyncio.create_task(scheduler.run()), asyncio.create_task(_hurry(scheduler))]
        await _play(life, master, paper)
        await master.settle()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await master.close()


async def _hurry(scheduler: Scheduler) -> None:
    """The scheduler sleeps by the real clock, and time runs faster here."""
    while True:
        scheduler.expect(NOON)
        await asyncio.sleep(0.01)


async def _play(life: Life, master: Quizmaster, paper: Paper) -> None:
    chance = Random(life.seed)
    while True:
        running = master.running(GROUP)
        if running is None and life.last:
            return
        if running is None:
            await master.open(GROUP, PLAYERS[0], a_plan(6, spares=3), life.clock())
        elif running.phase is Phase.LOBBY:
            await master.join(running.quiz, PLAYERS[1])
            await master.start(running.quiz, PLAYERS[0])
        elif running.phase is Phase.PAUSED:
            await master.resume(running.quiz, PLAYERS[0])
        elif running.phase is Phase.OPEN:
            await asyncio.gather(*(_press(life, master, paper, p, chance) for p in chance.sample(PLAYERS, 3)))
        await asyncio.sleep(chance.uniform(0.001, 0.02))


async def _press(life: Life, master: Quizmaster, paper: Paper, player: User, chance: Random) -> None:
    """Presses whatever comes to mind, also if an earlier press had been heard: the first must stay."""
    running = master.running(GROUP)
    if running is None:
        return
    option = chance.randrange(4)
    if await master.answer(running.quiz, running.number, option, player, life.clock()) is None:
        paper.write(f"heard {running.quiz} {running.number} {player.id} {option}")


def live(life: Life) -> None:
    """One life, until it is killed."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_live(life))
