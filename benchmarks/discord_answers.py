"""Quiz answers per second through the Discord adapter, durable, beside bare discord.py in the same run.

    python benchmarks/discord_answers.py [--answers 1000] [--members 1000] [--rounds 3] [--folder .]

The fake runs in a process of its own and sends all presses at once, each of another member. One bare bot only
parses and dispatches each press (nobody would be told anything); another says a word back but keeps nothing.
Ours writes each answer into the store, waits for the commit, and then says the word to the presser alone.
What a callback costs is mostly loopback HTTP, on both sides of it, so the processor time of the bot's own
process stands beside each rate. Rounds alternate and the best of each counts.
Last, members press within two seconds, and how long each waits for the word is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

import discord

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks._rig import (
    INTENTS,
    Core,
    Rate,
    answer_options,
    connected,
    other_process,
    serve_discord,
    serving,
    waited,
)
from bot.actions import SHAPE, Action, decode
from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.discord.client import point_at
from bot.model import Event, Press
from bot.reply import Reply
from bot.store.store import Store, open_store
from bot.store.tables import quiz_answers
from tests.fakes.discord import TOKEN, Exchange, FakeDiscord, Message, Person
from tests.fakes.discord.driver import Channel
from tests.fakes.discord.gateway import Session
from tests.fakes.discord.limits import Json

WORD = "Your answer is in."
SPREAD_SECONDS = 2.0
DISPATCHED, ECHOED, OURS = (
    "bare discord.py, parse and dispatch alone",
    "bare discord.py, a word back, nothing kept",
    "whatis-bot, a word back after the commit",
)


@dataclass(frozen=True)
class Order:
    """What the fake is to do: `answers` presses for the quiz of that number, all at once or spread."""

    quiz: int
    answers: int
    answered: bool = True
    spread: float = 0.0


# The fake, in the other process


def serve_fake(pipe: Connection) -> None:
    """A Discord whose members press when told."""
    asyncio.run(serve_discord(pipe, _played))


async def _played(fake: FakeDiscord, general: Channel, order: Order) -> Any:
    """When the presses began and all were answered; for spread ones, how long each waited."""
    question = fake.compose(general.state, fake.bot, {"content": "Which one?"})
    question.components = [{"type": 1, "components": [_button(order.quiz, n) for n in range(4)]}]
    members = [general.member(f"Member {n}") for n in range(order.answers)]
    if order.spread:
        pauses = (n * order.spread / order.answers for n in range(order.answers))
        return await asyncio.gather(*(_wait(m, question, p) for m, p in zip(members, pauses, strict=True)))
    (session,) = fake.gateway.live
    frames = await _frames(session, members, question)
    began = time.time()
    for frame in frames:
        await session.send(frame)
    if order.answered:
        await asyncio.gather(*(e.over.wait() for e in fake.interactions.exchanges.values()))
    return began, time.time()


def _button(quiz: int, option: int) -> Json:
    custom_id = Action("qa", (str(quiz), "1", str(option))).encode()
    return {"type": 2, "style": 2, "label": "ABCD"[option], "custom_id": custom_id}


async def _frames(session: Session, members: Sequence[Person], question: Message) -> list[str]:
    """The presses as they go over the wire, made beforehand so that making them is not measured."""
    socket, session.socket = session.socket, None
    already = len(session.log)
    for member in members:
        await _press(member, question)
    session.socket = socket
    return session.log[already:]


async def _press(member: Person, question: Message) -> Exchange:
    button = question.button("ABCD"[member.id % 4])
    assert button is not None
    return await member.send(3, {"custom_id": button["custom_id"], "component_type": 2}, source=question)


async def _wait(member: Person, question: Message, pause: float) -> float:
    await asyncio.sleep(pause)
    began = time.perf_counter()
    await (await _press(member, question)).over.wait()
    return time.perf_counter() - began


# The bots, in this one


class Count:
    """Presses so far, and when the last one wanted came."""

    def __init__(self, wanted: int) -> None:
        self._left = wanted
        self.last = 0.0
        self.done = asyncio.Event()

    def one(self) -> None:
        self._left -= 1
        if not self._left:
            self.last = time.time()
            self.done.set()


Bot = Callable[[Count], AbstractAsyncContextManager[None]]


def bare(word: str) -> Bot:
    """A bot as discord.py's own documentation would have one write it; without a word it stays silent."""

    @asynccontextmanager
    async def run(count: Count) -> AsyncIterator[None]:
        class Option(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=SHAPE):
            @classmethod
            async def from_custom_id(cls, _press: Any, _item: Any, match: re.Match[str], /) -> Self:
                return cls(discord.ui.Button(custom_id=match[0]))

            async def callback(self, interaction: discord.Interaction[Any]) -> None:
                if word:
                    await interaction.response.send_message(word, ephemeral=True)
                count.one()

        client = discord.AutoShardedClient(intents=INTENTS)
        client.add_dynamic_items(Option)
        async with connected(client):
            yield

    return run


class Keeper(Core):
    """A core that only keeps answers: confirmed once they are committed."""

    def __init__(self, store: Store, count: Count) -> None:
        self._store = store
        self._count = count
        self._participants: dict[int, int] = {}

    async def respond(self, event: Event) -> Reply | None:
        if not isinstance(event, Press) or event.at is None:
            return None
        quiz, number, option = (int(arg) for arg in decode(event.data).args)
        participant = self._participants.setdefault(event.user.id, len(self._participants))
        row = {
            "quiz_id": quiz,
            "number": number,
            "participant": participant,
            "option": option,
            "at": event.at,
        }
        if not await self._store.writer.append(quiz_answers, row):
            raise AssertionError("an answer was there before")
        self._count.one()
        return Reply(toast=WORD)


def whatis_bot(store: Store) -> Bot:
    """The adapter at a real store."""

    @asynccontextmanager
    async def run(count: Count) -> AsyncIterator[None]:
        async with serving(DiscordAdapter(TOKEN, Keeper(store, count), store)):
            yield

    return run


async def _round(pipe: Connection, bot: Bot, order: Order) -> tuple[float, float]:
    """Answers per second, and microseconds of processor time for each."""
    count = Count(order.answers)
    async with bot(count):
        used = time.process_time()
        pipe.send(order)
        began, ended = await asyncio.to_thread(pipe.recv)
        await count.done.wait()
        used = time.process_time() - used
    ended = ended if order.answered else count.last
    return order.answers / (ended - began), used / order.answers * 1e6


async def _rates(pipe: Connection, bots: dict[str, Bot], answers: int, rounds: int) -> dict[str, Rate]:
    best = {name: Rate() for name in bots}
    for number in range(rounds):
        for name, bot in bots.items():
            order = Order(number + 1, answers, answered=name != DISPATCHED)
            best[name].better(*await _round(pipe, bot, order))
    return best


async def _spread(pipe: Connection, bot: Bot, members: int, quiz: int) -> list[float]:
    async with bot(Count(members)):
        pipe.send(Order(quiz, members, spread=SPREAD_SECONDS))
        waits: list[float] = await asyncio.to_thread(pipe.recv)
    return sorted(waits)


async def _run(pipe: Connection, options: argparse.Namespace) -> None:
    point_at(*await asyncio.to_thread(pipe.recv))
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        url = f"sqlite:///{Path(folder) / 'answers.db'}"
        async with open_store(url, lambda: datetime.now(UTC)) as store:
            ours = whatis_bot(store)
            bots = {DISPATCHED: bare(""), ECHOED: bare(WORD), OURS: ours}
            rates = await _rates(pipe, bots, options.answers, options.rounds)
            waits = await _spread(pipe, ours, options.members, options.rounds + 1)
    pipe.send(None)
    _print(rates, waits, options)


def _print(rates: dict[str, Rate], waits: Sequence[float], options: argparse.Namespace) -> None:
    print(f"{options.answers} presses at once, best of {options.rounds}; whatis-bot in % of each")
    for name, rate in rates.items():
        share = rates[OURS].answers / rate.answers
        print(f"{name:<44}{rate.answers:>8.0f}/s{share:>7.0%}{rate.processor:>8.0f} µs of processor each")
    print(f"{options.members} members within {SPREAD_SECONDS:g} s wait for the word: {waited(waits)}")


def main() -> None:
    """Starts the fake, runs the rounds, prints the table."""
    given = answer_options(__doc__, answers=1000, members=1000, rounds=3)
    with other_process(serve_fake) as pipe:
        asyncio.run(_run(pipe, given))


if __name__ == "__main__":
    main()
