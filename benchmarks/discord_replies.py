"""Complete slash replies per second over loopback, beside a bare discord.py echo at the same fake Discord.

    python benchmarks/discord_replies.py [--replies 2000] [--in-flight 64] [--rounds 3]

The fake runs in a process of its own, and all bots have the same intents. One echo sends back a word; another
sends by hand the very message the bot sends through its adapter (an embed, six buttons), because most of what
such a message costs is discord.py reading it again: from the response, and from the gateway.
Rounds alternate and the best of each counts, as a machine's noise only ever makes things slower.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import discord
from discord import app_commands

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks._rig import INTENTS, Core, connected, options, other_process, serve_discord, serving
from bot.actions import Action
from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.discord.client import point_at
from bot.commands import Command, Feature, Param, ParamKind, Registry, Request
from bot.model import Event
from bot.reply import Button, Heading, Note, Paragraph, Reply
from tests.fakes.discord import TOKEN, FakeDiscord
from tests.fakes.discord.driver import Channel

GOAL = 0.85
TEXT_ECHO, MESSAGE_ECHO, OURS = (
    "bare discord.py, echo of a word",
    "bare discord.py, the same message",
    "whatis-bot",
)
Bot = Callable[..., AbstractAsyncContextManager[None]]
TERM = Param("term", ParamKind.TERM, "What to explain", prompt="Which word?")
TITLE = "Retrieval-augmented generation"
TEXT = ("The model first looks things up, **then** answers from what it found. " * 4).strip()
NOTE = "Source: [the paper](https://arxiv.org/abs/2005.11401), checked in November 2026"
ANSWER = Reply(
    (Heading(TITLE), Paragraph(TEXT), Note(NOTE)),
    (
        tuple(
            Button(label, Action(label[0].lower(), ("rag",), 1)) for label in ("Simpler", "Deeper", "Compare")
        ),
        tuple(Button(label, Action("w", (label,))) for label in ("llm", "embedding", "vector-database")),
    ),
)


async def _unused(_request: Request) -> Reply:
    return ANSWER


class Constant(Core):
    """A core that has its answer ready."""

    registry = Registry([Feature([Command("whatis", "Explain a term", _unused, (TERM,))])])

    async def respond(self, _event: Event) -> Reply | None:
        return ANSWER


class Forgetful:
    async def read(self, key: str) -> str:
        return "done" if "welcome" in key else ""

    async def write(self, key: str, text: str) -> None:
        """Nothing to remember."""


def serve_fake(pipe: Connection) -> None:
    """The other process: a fake Discord whose members ask as fast as they are answered."""
    asyncio.run(serve_discord(pipe, _measure))


async def _measure(_fake: FakeDiscord, general: Channel, order: tuple[int, int]) -> float:
    replies, in_flight = order
    ann = general.member("Ann")
    waiting = iter(range(replies))

    async def member() -> None:
        for _ in waiting:
            await ann.slash("whatis", term="rag")

    started = time.perf_counter()
    await asyncio.gather(*(member() for _ in range(in_flight)))
    return replies / (time.perf_counter() - started)


Respond = Callable[[discord.Interaction, str], Awaitable[object]]


async def say_text(interaction: discord.Interaction, term: str) -> object:
    """An echo at its barest."""
    return await interaction.response.send_message(term)


async def say_message(interaction: discord.Interaction, _term: str) -> object:
    """The message that the bot sends, written by hand."""
    embed = discord.Embed(title=TITLE, description=f"{TEXT}\n\n-# {NOTE}", colour=0x5865F2)
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(ANSWER.buttons):
        for button in row:
            custom_id = button.action.encode() if button.action else None
            view.add_item(discord.ui.Button(label=button.label, custom_id=custom_id, row=number))
    view.stop()
    return await interaction.response.send_message(embed=embed, view=view)


def bare(respond: Respond) -> Bot:
    """A bot as discord.py's own documentation would have one write it."""

    @asynccontextmanager
    async def run(*_urls: str) -> AsyncIterator[None]:
        client = discord.AutoShardedClient(intents=INTENTS)
        tree = app_commands.CommandTree(client)

        @tree.command(description="Explain a term")
        async def whatis(interaction: discord.Interaction, term: str) -> None:
            await respond(interaction, term)

        client.setup_hook = tree.sync  # type: ignore[assignment]
        async with connected(client):
            yield

    return run


@asynccontextmanager
async def whatis_bot(api_url: str, gateway_url: str) -> AsyncIterator[None]:
    """The adapter, with a core that costs nothing."""
    async with serving(
        DiscordAdapter(TOKEN, Constant(), Forgetful(), api_url=api_url, gateway_url=gateway_url)
    ):
        yield


async def _run(pipe: Connection, replies: int, in_flight: int, rounds: int) -> dict[str, float]:
    urls: tuple[str, str] = await asyncio.to_thread(pipe.recv)
    point_at(*urls)
    bots = {TEXT_ECHO: bare(say_text), MESSAGE_ECHO: bare(say_message), OURS: whatis_bot}
    best = dict.fromkeys(bots, 0.0)
    for _ in range(rounds):
        for name, bot in bots.items():
            async with bot(*urls):
                pipe.send((replies, in_flight))
                best[name] = max(best[name], await asyncio.to_thread(pipe.recv))
    pipe.send(None)
    return best


def _print(best: dict[str, float], title: str) -> None:
    print(title)
    for name, rate in best.items():
        print(f"{name:<42}{rate:>8.0f}/s{best[OURS] / rate:>8.0%}")
    reached = best[OURS] / best[MESSAGE_ECHO]
    print(f"goal: {GOAL:.0%} of the echo of the same message: {'met' if reached >= GOAL else 'missed'}")


def main() -> None:
    """Starts the fake, runs the rounds, prints the table."""
    given = options(__doc__, replies=2000, in_flight=64, rounds=3).parse_args()
    with other_process(serve_fake) as pipe:
        best = asyncio.run(_run(pipe, given.replies, given.in_flight, given.rounds))
    _print(
        best,
        f"slash replies, {given.in_flight} in flight, best of {given.rounds}; whatis-bot in % of each",
    )


if __name__ == "__main__":
    main()
