"""What the benchmarks of the platforms share: the fake's own process, cores that do nothing, figures."""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import discord

from bot.adapters.base import Adapter
from bot.commands import Choice, Param, Registry
from bot.model import Event
from bot.reply import Reply
from tests.fakes.discord import TOKEN, FakeDiscord
from tests.fakes.discord.driver import Channel

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
"""Those of the bot; every client that is measured beside it has the same."""


class Core:
    """A core that remembers nothing and completes nothing; `respond` is for who measures."""

    registry = Registry([])

    async def delivered(self, event: Event, reply: Reply, message_ids: Sequence[int]) -> None:
        """Nothing to remember."""

    def complete(self, _command: str, _param: Param, _typed: str) -> Sequence[Choice]:
        return ()


@dataclass
class Rate:
    """The best round of a bot: answers per second, and microseconds of its processor time for each."""

    answers: float = 0.0
    processor: float = float("inf")

    def better(self, answers: float, processor: float) -> None:
        """Noise only ever makes things slower."""
        self.answers = max(self.answers, answers)
        self.processor = min(self.processor, processor)


def options(doc: str | None, **numbers: int) -> argparse.ArgumentParser:
    """A parser with the module's text as its help and a whole number for each name."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawTextHelpFormatter)
    for name, usual in numbers.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=usual)
    return parser


def answer_options(doc: str | None, **numbers: int) -> argparse.Namespace:
    """The same, and where the database is made; read from the command line."""
    parser = options(doc, **numbers)
    parser.add_argument("--folder", default=None, help="where the database is made; its disk is measured too")
    return parser.parse_args()


@contextmanager
def other_process(serve: Callable[[Connection], None]) -> Iterator[Connection]:
    """Our end of the pipe to a process that serves a fake until it is sent None."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    yield ours
    process.join(timeout=10)


@asynccontextmanager
async def serving(adapter: Adapter) -> AsyncIterator[None]:
    """The adapter runs for as long as this lasts."""
    running = asyncio.ensure_future(adapter.run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await adapter.close()


@asynccontextmanager
async def connected(client: discord.Client) -> AsyncIterator[None]:
    """A client as discord.py's own documentation would have one run it."""
    running = asyncio.ensure_future(client.start(TOKEN))
    try:
        yield
    finally:
        await client.close()
        await asyncio.wait({running})


async def serve_discord(
    pipe: Connection, play: Callable[[FakeDiscord, Channel, Any], Awaitable[object]]
) -> None:
    """A fake Discord that plays each order for one bot, answers with what came of it, and forgets it."""
    async with FakeDiscord() as fake:
        general = fake.guild().channel("general")
        pipe.send((fake.api_url, fake.gateway_url))
        while (order := await asyncio.to_thread(pipe.recv)) is not None:
            await fake.until(lambda: fake.gateway.live, "a bot", within=30)
            pipe.send(await play(fake, general, order))
            await fake.until(lambda: not fake.gateway.live, "the bot to leave", within=30)
            for state in fake.channels.values():
                state.messages.clear()
            for kept in (fake.messages, fake.requests, fake.interactions.exchanges, fake.gateway.sessions):
                kept.clear()


def waited(waits: Sequence[float]) -> str:
    """How long members waited, of ascending seconds."""
    half, most = (waits[int(len(waits) * part)] * 1000 for part in (0.5, 0.99))
    last = waits[-1] * 1000
    return f"half of them at most {half:.1f} ms, 99% at most {most:.1f} ms, the last {last:.1f} ms"
