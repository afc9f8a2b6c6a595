"""Quiz answers per second through the Telegram adapter, durable, beside bare python-telegram-bot.

    python benchmarks/telegram_answers.py [--answers 10000] [--members 1000] [--rounds 3] [--folder .]

A fake Telegram in a process of its own, where all answers wait when the bot comes. The first line is no bot:
it only makes objects of the same updates with `Update.de_json` and hands each to a handler, without a
network. The second is an `Application` that polls the fake and keeps nothing. Ours polls, writes each answer
into the store, and asks for the next batch only after the commit. What a poll costs is shared with the fake,
so the processor time of the bot's own process stands beside each rate. Rounds alternate and the best of each
counts. Last, members answer within two seconds, and how long each answer takes from the vote to the disk is
measured.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
import telegram
from telegram.ext import Application, ContextTypes, PollAnswerHandler

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks._rig import Core, Rate, answer_options, other_process, serving, waited
from bot.adapters.telegram import TelegramAdapter
from bot.model import Event, Vote
from bot.reply import Reply
from bot.store.store import Store, open_store
from bot.store.tables import quiz_answers
from tests.fakes.telegram import Bot, FakeTelegram

GOAL = 5000
SPREAD_SECONDS = 2.0
PARSED, STOCK, OURS = (
    "bare Update.de_json and a handler, no network",
    "stock python-telegram-bot, nothing kept",
    "whatis-bot, committed before it is confirmed",
)
FIRST_PERSON = 1_000


def vote(number: int) -> dict[str, Any]:
    """The answer of one member, as Telegram sends it."""
    person = {
        "id": FIRST_PERSON + number,
        "is_bot": False,
        "first_name": f"Member {number}",
        "language_code": "en",
    }
    option = number % 4
    return {"poll_id": "1", "user": person, "option_ids": [option], "option_persistent_ids": [f"1-{option}"]}


# The fake, in the other process


def serve_fake(pipe: Connection) -> None:
    """A Telegram whose members answer when told: `(answers, seconds)`."""
    logging.disable(logging.ERROR)  # a bot that leaves cuts its last question short
    asyncio.run(_serve_fake(pipe))


async def _serve_fake(pipe: Connection) -> None:
    async with FakeTelegram(strict=False) as fake:
        bot = fake.bot("whatis_bot")
        pipe.send((fake.url, bot.token))
        while (order := await asyncio.to_thread(pipe.recv)) is not None:
            answers, seconds = order
            pipe.send(await _spread(fake, bot, answers, seconds) if seconds else _at_once(bot, answers))
            await asyncio.to_thread(pipe.recv)  # the bot has left
            fake.calls.clear()
            bot.updates.clear()
            bot.poll = None


def _at_once(bot: Bot, answers: int) -> list[float]:
    for number in range(answers):
        bot.push("poll_answer", vote(number))
    return []


async def _spread(fake: FakeTelegram, bot: Bot, answers: int, seconds: float) -> list[float]:
    """When each voted."""
    await fake.world.changed.until(lambda: bot.waits, lambda: "no bot came", within=30)
    times = []
    began = time.perf_counter()
    for number in range(answers):
        await asyncio.sleep(began + number * seconds / answers - time.perf_counter())
        times.append(time.perf_counter())
        bot.push("poll_answer", vote(number))
    return times


# The bots, in this one


@dataclass
class Count:
    """Answers so far: when each was dealt with, by who gave it."""

    wanted: int
    times: dict[int, float] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def one(self, person: int) -> None:
        """One more is dealt with."""
        self.times[person - FIRST_PERSON] = time.perf_counter()
        if len(self.times) >= self.wanted:
            self.done.set()


Serve = Callable[[Count], AbstractAsyncContextManager[None]]


def stock(url: str, token: str) -> Serve:
    """As the library's documentation has it."""

    @asynccontextmanager
    async def run(count: Count) -> AsyncIterator[None]:
        app = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(True).build()
        app.add_handler(PollAnswerHandler(_counting(count)))
        async with app:
            await app.start()
            assert app.updater is not None
            await app.updater.start_polling(allowed_updates=["poll_answer"])
            yield
            await app.updater.stop()
            await app.stop()

    return run


def _counting(
    count: Count,
) -> Callable[[telegram.Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]:
    async def answered(update: telegram.Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.poll_answer is not None
        assert update.poll_answer.user is not None
        count.one(update.poll_answer.user.id)

    return answered


class Keeper(Core):
    """A core that only keeps answers."""

    def __init__(self, store: Store, count: Count, quiz: int) -> None:
        self._store = store
        self._count = count
        self._quiz = quiz

    async def respond(self, event: Event) -> Reply | None:
        assert isinstance(event, Vote)
        row = {"quiz_id": self._quiz, "number": 1, "participant": event.voter.id, "option": event.option}
        if not await self._store.writer.append(quiz_answers, row | {"at": event.at}):
            raise AssertionError("an answer was there before")
        self._count.one(event.voter.id)
        return None


class Ours:
    """The adapter at a real store; each time a new quiz."""

    def __init__(self, url: str, token: str, store: Store) -> None:
        self._address = url, token
        self._store = store
        self._quiz = 0

    @asynccontextmanager
    async def __call__(self, count: Count) -> AsyncIterator[None]:
        self._quiz += 1
        (url, token), store = self._address, self._store
        front = Keeper(store, count, self._quiz)
        adapter = TelegramAdapter(token, front=front, inbox=store, notebook=store, api_url=url)
        async with serving(adapter):
            yield


async def parsed(answers: int) -> tuple[float, float]:
    """Rate and processor time of what the library does with each, and nothing else."""
    bot = telegram.Bot("1:no-token")
    raws: list[Mapping[str, Any]] = [{"update_id": n, "poll_answer": vote(n)} for n in range(answers)]
    count = Count(answers)
    handler = _counting(count)
    context: Any = None
    began, used = time.perf_counter(), time.process_time()
    for raw in raws:
        await handler(telegram.Update.de_json(dict(raw), bot), context)
    return answers / (time.perf_counter() - began), (time.process_time() - used) / answers * 1e6


async def served(pipe: Connection, serve: Serve, answers: int) -> tuple[float, float]:
    """The same of a bot, from its first answer to its last: starting does not count, but its batch does."""
    pipe.send((answers, 0.0))
    await asyncio.to_thread(pipe.recv)
    count = Count(answers)
    async with serve(count):
        began, used = time.perf_counter(), time.process_time()
        await count.done.wait()
        used = time.process_time() - used
        ended = max(count.times.values())
    pipe.send("left")
    return answers / (ended - began), used / answers * 1e6


async def waits(pipe: Connection, serve: Serve, members: int) -> list[float]:
    """Seconds from each vote to its commit, ascending."""
    count = Count(members)
    async with serve(count):
        pipe.send((members, SPREAD_SECONDS))
        voted: list[float] = await asyncio.to_thread(pipe.recv)
        await count.done.wait()
    pipe.send("left")
    return sorted(count.times[number] - at for number, at in enumerate(voted))


async def _run(pipe: Connection, options: argparse.Namespace) -> None:
    url, token = await asyncio.to_thread(pipe.recv)
    rates = {name: Rate() for name in (PARSED, STOCK, OURS)}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        database = f"sqlite:///{Path(folder) / 'answers.db'}"
        async with open_store(database, lambda: datetime.now(UTC)) as store:
            ours = Ours(url, token, store)
            for _ in range(options.rounds):
                rates[PARSED].better(*await parsed(options.answers))
                rates[STOCK].better(*await served(pipe, stock(url, token), options.answers))
                rates[OURS].better(*await served(pipe, ours, options.answers))
            found = await waits(pipe, ours, options.members)
    pipe.send(None)
    _print(rates, found, options)


def _print(rates: dict[str, Rate], found: Sequence[float], options: argparse.Namespace) -> None:
    print(f"{options.answers} answers that waited, best of {options.rounds}; whatis-bot in % of each")
    for name, rate in rates.items():
        share = rates[OURS].answers / rate.answers
        print(
            f"{name:<46}{rate.answers:>8.0f}/s{share:>7.0%}{rate.processor:>7.0f} µs of the bot's processor"
        )
    print(f"goal: {GOAL}/s: {'met' if rates[OURS].answers >= GOAL else 'missed'}")
    print(
        f"{options.members} members within {SPREAD_SECONDS:g} s, from the vote to the disk: {waited(found)}"
    )


def main() -> None:
    """Starts the fake, runs the rounds, prints the table."""
    given = answer_options(__doc__, answers=10_000, members=1000, rounds=3)
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with other_process(serve_fake) as pipe:
        asyncio.run(_run(pipe, given))


if __name__ == "__main__":
    main()
