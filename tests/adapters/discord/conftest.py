"""The real adapter at the fake Discord, with a core that says what the test wants."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.actions import Action
from bot.adapters.base import Notebook
from bot.adapters.discord.adapter import DiscordAdapter
from bot.commands import Choice, Command, Feature, Param, ParamKind, Registry, Request, Where
from bot.model import Event, Joined, Left
from bot.reply import Button, Heading, Note, Paragraph, Reply, Visibility
from tests.fakes.discord import TOKEN, FakeDiscord

Answer = Callable[[Any], Reply | Awaitable[Reply | None] | None]


async def _unused(request: Request) -> Reply:
    raise AssertionError("the scripted core answers")


TERM = Param("term", ParamKind.TERM, "What to explain", prompt="Which word?")
KIND = Param("kind", ParamKind.CHOICE, "Of which kind", (Choice("text", "Text"), Choice("image", "Pictures")))
COMMANDS = (
    Command("whatis", "Explain a term", _unused, (TERM,)),
    Command("models", "What turns what into what", _unused, (KIND, Param("from", ParamKind.TEXT, "Maker"))),
    Command("progress", "How far you are", _unused, visibility=Visibility.PRIVATE),
    Command("settings", "For admins", _unused, where=Where.GROUPS, admin=True),
    Command("practice", "Alone", _unused, where=Where.PRIVATE),
)
ANSWER = Reply(
    (Heading("RAG"), Paragraph("Retrieval first, **then** an answer."), Note("checked in November")),
    ((Button("Simpler", Action("s", ("rag",), 1)), Button("Read on", url="https://example.org/rag")),),
)


class ScriptedFront:
    """A core that answers as the test says and keeps what it was told."""

    def __init__(self, commands: Sequence[Command] = COMMANDS) -> None:
        self.registry = Registry([Feature(commands)])
        self.pulse: Callable[[], None] = lambda: None
        self.answer: Answer = lambda event: ANSWER
        self.events: list[Event] = []
        self.delivered_ids: list[int] = []
        self.welcome: Reply | None = None
        self.offered: Callable[[str], Sequence[Choice]] = lambda typed: [Choice(typed + "x", typed.upper())]

    async def respond(self, event: Event) -> Reply | None:
        self.events.append(event)
        self.pulse()
        if isinstance(event, Joined | Left):
            return self.welcome if isinstance(event, Joined) else None
        reply = self.answer(event)
        return await reply if inspect.isawaitable(reply) else reply

    async def delivered(self, event: Event, reply: Reply, message_ids: Sequence[int]) -> None:
        self.delivered_ids += message_ids
        self.pulse()

    def complete(self, command: str, param: Param, typed: str) -> Sequence[Choice]:
        return self.offered(typed)

    def of(self, kind: type[Any]) -> list[Any]:
        """What was told, of one kind of event."""
        return [event for event in self.events if isinstance(event, kind)]


class Notes(dict[str, str]):
    """A notebook in memory."""

    async def read(self, key: str) -> str:
        return self.get(key, "")

    async def write(self, key: str, text: str) -> None:
        self[key] = text


@pytest.fixture(autouse=True)
def _discord_is_elsewhere_only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter sets these for its process; the next test must not find them set."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.fixture
async def discord_() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as fake:
        yield fake


@pytest.fixture
def front(discord_: FakeDiscord) -> ScriptedFront:
    front = ScriptedFront()
    front.pulse = discord_.pulse  # whoever waits at the fake also looks at what the core was told
    return front


@pytest.fixture
def notes() -> Notes:
    return Notes()


def adapter_at(fake: FakeDiscord, front: ScriptedFront, notes: Notebook, **how: Any) -> DiscordAdapter:
    how = {"token": TOKEN, "pauses": (0.01, 0.01), **how}
    return DiscordAdapter(
        front=front, notebook=notes, api_url=fake.api_url, gateway_url=fake.gateway_url, **how
    )


@asynccontextmanager
async def running(fake: FakeDiscord, adapter: DiscordAdapter) -> AsyncIterator[DiscordAdapter]:
    """The adapter while it serves, connected to every shard."""
    serving = asyncio.ensure_future(adapter.run())
    connecting = asyncio.ensure_future(fake.connected())
    try:
        await asyncio.wait({serving, connecting}, return_when=asyncio.FIRST_COMPLETED)
        assert not serving.done(), serving.exception()
        await connecting
        yield adapter
    finally:
        connecting.cancel()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


Serve = Callable[..., AbstractAsyncContextManager[DiscordAdapter]]


@pytest.fixture
def serve(discord_: FakeDiscord, front: ScriptedFront, notes: Notes) -> Serve:
    """Starts the bot: `async with serve(): …`."""
    return lambda **how: running(discord_, adapter_at(discord_, front, notes, **how))
