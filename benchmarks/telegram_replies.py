"""Complete `/whatis` replies per second over loopback, beside a stock python-telegram-bot echo.

    python benchmarks/telegram_replies.py [--replies 2000] [--in-flight 64] [--rounds 5]

A fake Telegram in a process of its own; 64 people in private chats, each of whom asks again when answered.
The stock bot is an `Application` with `concurrent_updates` that echoes the text. This bot runs twice: with a
core that has its answer ready, which is the adapter alone, and whole, with content, search, router and store.
Its own limiter is off. Rounds alternate, each bot is warmed up first, and the medians count. On a machine
that does other work besides, the processor time that a bot spends on a reply is the steadier figure.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median

import structlog
import telegram
from telegram.ext import Application, ContextTypes, MessageHandler, filters

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.actions import Action
from bot.adapters.base import Front, Inbox, Notebook
from bot.adapters.telegram import TelegramAdapter
from bot.app import opened
from bot.commands import Choice, Command, Feature, Param, ParamKind, Registry, Request
from bot.config import Settings
from bot.model import Event
from bot.reply import Button, Heading, Note, Paragraph, Reply
from tests.fakes.telegram import FakeTelegram, Member, Message

GOAL = 4.0
MOST_IN_FLIGHT = 256
STOCK, ADAPTER, WHOLE = "stock python-telegram-bot, echo", "whatis-bot, answer ready", "whatis-bot, whole"
QUESTION = "/whatis rag"
TERM = Param("term", ParamKind.TERM, "What to explain", prompt="Which word?")
ANSWER = Reply(
    (
        Heading("Retrieval-augmented generation"),
        Paragraph("The model first looks things up, **then** answers from what it found. " * 4),
        Note("Source: [the paper](https://arxiv.org/abs/2005.11401), checked in November 2026"),
    ),
    (tuple(Button(label, Action("w", (label.lower(),))) for label in ("Simpler", "Deeper", "Compare")),),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One round: replies per second, and the bot's processor time for each in milliseconds."""

    rate: float
    cpu_ms: float


async def _unused(_request: Request) -> Reply:
    return ANSWER


class Constant:
    """A core that has its answer ready, and remembers what it must in memory."""

    registry = Registry([Feature((Command("whatis", "Explain a term", _unused, (TERM,)),))])

    def __init__(self) -> None:
        self._claimed: set[int] = set()

    async def respond(self, _event: Event) -> Reply | None:
        return ANSWER

    async def delivered(self, event: Event, reply: Reply, message_ids: Sequence[int]) -> None:
        """Nothing to remember."""

    def complete(self, _command: str, _param: Param, _typed: str) -> Sequence[Choice]:
        return ()

    async def claim(self, update_ids: Sequence[int]) -> set[int]:
        new = set(update_ids) - self._claimed
        self._claimed |= new
        return new

    async def read(self, _key: str) -> str:
        return ""

    async def write(self, key: str, text: str) -> None:
        """Nothing to remember."""


def serve_fake(pipe: Connection) -> None:
    """The other process: people who ask as fast as they are answered."""
    asyncio.run(_serve_fake(pipe))


async def _serve_fake(pipe: Connection) -> None:
    async with FakeTelegram(strict=False) as fake:
        bot = fake.bot("whatis_bot")
        pipe.send((fake.url, bot.token))
        everybody = [fake.private(bot, f"Member {n}") for n in range(MOST_IN_FLIGHT)]
        while (order := await asyncio.to_thread(pipe.recv)) is not None:
            replies, in_flight = order
            people = everybody[:in_flight]
            await fake.world.changed.until(lambda: bot.poll, lambda: "no bot came", within=60)
            pipe.send(await _measure(fake, people, replies))
            fake.calls.clear()
            fake.world.log.clear()
            for person in people:
                person.room.chat.messages.clear()


async def _measure(fake: FakeTelegram, people: list[Member], replies: int) -> float:
    """Replies per second, all in flight from the first to the last."""
    by_chat = {person.id: person for person in people}
    done = asyncio.Event()
    times: list[float] = []

    def heard(message: Message) -> None:
        times.append(time.perf_counter())
        asked = len(times) + len(people)
        if asked <= replies:
            person = by_chat[message.chat.id]
            fake.world.write(person.room.chat, person.account, QUESTION)
        if len(times) == replies:
            done.set()

    fake.world.heard = heard
    started = time.perf_counter()
    for person in people:
        await person.says(QUESTION)
    await done.wait()
    fake.world.heard = None
    return replies / (times[-1] - started)


@asynccontextmanager
async def stock(url: str, token: str) -> AsyncIterator[None]:
    async def echo(update: telegram.Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(update.message.text or "")

    builder = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(True)
    app = builder.build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(allowed_updates=["message"])
        yield
        await app.updater.stop()
        await app.stop()


@asynccontextmanager
async def adapter_alone(url: str, token: str) -> AsyncIterator[None]:
    core = Constant()
    async with _running(url, token, core, core, core):
        yield


@asynccontextmanager
async def whole(url: str, token: str) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(telegram_token=None, data_dir=Path(folder))
        async with (
            opened(settings, settings.database, exclusive=True, burst=1e9) as rooms,
            _running(url, token, rooms.core.router, rooms.store, rooms.store),
        ):
            rooms.shelf.library.search.find("rag")
            gc.collect()  # as `whatis-bot run` does once all is there
            gc.freeze()
            yield


@asynccontextmanager
async def _running(
    url: str, token: str, front: Front, inbox: Inbox, notebook: Notebook
) -> AsyncIterator[None]:
    adapter = TelegramAdapter(token, front=front, inbox=inbox, notebook=notebook, api_url=url, limited=False)
    task = asyncio.create_task(adapter.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await adapter.close()


Bot = Callable[[str, str], AbstractAsyncContextManager[None]]
BOTS: dict[str, Bot] = {STOCK: stock, ADAPTER: adapter_alone, WHOLE: whole}


def serve_bot(name: str, url: str, token: str, pipe: Connection) -> None:
    """A process with one bot. Asked through the pipe, it tells its processor time; None ends it."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(_serve_bot(BOTS[name], url, token, pipe))


async def _serve_bot(bot: Bot, url: str, token: str, pipe: Connection) -> None:
    async with bot(url, token):
        while await asyncio.to_thread(pipe.recv) is not None:
            pipe.send(time.process_time())


def asked(pipe: Connection, order: object) -> float:
    """What the other process answers."""
    pipe.send(order)
    answer: float = pipe.recv()
    return answer


def measure(name: str, fake: Connection, address: tuple[str, str], load: tuple[int, int]) -> Figures:
    """One round of one bot, after a warm-up that opens connections and fills caches."""
    mine, process = started(serve_bot, name, *address)
    asked(fake, (3 * load[1], load[1]))
    before = asked(mine, "cpu")
    rate = asked(fake, load)
    spent = asked(mine, "cpu") - before
    mine.send(None)
    process.join()
    return Figures(rate, 1000 * spent / load[0])


def started(target: Callable[..., None], *args: object) -> tuple[Connection, BaseProcess]:
    """A new process and the way to it."""
    spawn = multiprocessing.get_context("spawn")
    mine, theirs = spawn.Pipe()
    process = spawn.Process(target=target, args=(*args, theirs))
    process.start()
    theirs.close()
    return mine, process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--replies", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    fake, process = started(serve_fake)
    address = fake.recv()
    load = (given.replies, min(given.in_flight, MOST_IN_FLIGHT))
    rounds = [{name: measure(name, fake, address, load) for name in BOTS} for _ in range(given.rounds)]
    fake.send(None)
    process.join()
    report(rounds, load[1])


def report(rounds: Sequence[dict[str, Figures]], in_flight: int) -> None:
    """The table, and whether the goal was met."""
    print(f"{in_flight} in flight, medians of {len(rounds)} rounds")
    print(f"{'':34} {'replies/s':>10} {'ratio':>7} {'CPU ms/reply':>13} {'ratio':>7}")
    rates = {name: median(found[name].rate for found in rounds) for name in BOTS}
    spent = {name: median(found[name].cpu_ms for found in rounds) for name in BOTS}
    for name in BOTS:
        times, saved = rates[name] / rates[STOCK], spent[STOCK] / spent[name]
        print(f"{name:34} {rates[name]:10,.0f} {times:6.2f}x {spent[name]:13.2f} {saved:6.2f}x")
    met = rates[WHOLE] >= GOAL * rates[STOCK]
    print(f"goal, {GOAL:g} times the stock echo: {'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
