"""A real adapter on the fake Telegram, with a core that says what the test scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from bot.adapters.clock import Alarm
from bot.adapters.telegram import TelegramAdapter
from bot.commands import Choice, Command, Feature, Param, ParamKind, Registry, Request
from bot.model import Event, Message, Press
from bot.reply import Paragraph, Reply
from tests.fakes.telegram import Bot, FakeTelegram
from tests.fakes.telegram.signal import Signal

HURRY = 100.0
E = TypeVar("E")


async def _unused(request: Request) -> Reply:
    raise AssertionError("the scripted core answers before any handler")


TERM = Param("term", ParamKind.TERM, "The word to explain", prompt="Which term?")
REGISTRY = Registry(
    [
        Feature(
            (
                Command("whatis", "Explain a term", _unused, (TERM,), aliases=("define",), menu=True),
                Command("help", "What I can do", _unused, menu=True),
                Command("start", "Say hello", _unused),
                Command("settings", "Settings of this chat", _unused, admin=True, menu=True),
            )
        )
    ]
)


def says(*paragraphs: str, **fields: Any) -> Reply:
    return Reply(tuple(Paragraph(text) for text in paragraphs), **fields)


def echo(event: Event) -> Reply | None:
    """The core that tests start from: it repeats a message, and shows a toast for a press."""
    match event:
        case Message():
            return says(f"{event.user.name} said: {event.text}")
        case Press():
            return Reply(toast="Pressed")
    return None


class ScriptedFront:
    """A core that answers by the test's function and keeps what it was told.

    before: awaited before each answer, for tests that hold it up.
    """

    def __init__(self, script: Callable[[Event], Reply | None] = echo) -> None:
        self.registry = REGISTRY
        self.script = script
        self.before: Callable[[], Awaitable[object]] | None = None
        self.events: list[Any] = []
        self.sent: list[tuple[Event, int]] = []
        self._changed = Signal()

    async def respond(self, event: Event) -> Reply | None:
        self.events.append(event)
        self._changed.fire()
        if self.before is not None:
            await self.before()
        return self.script(event)

    async def delivered(self, event: Event, reply: Reply, message_ids: Sequence[int]) -> None:
        self.sent.append((event, message_ids[0]))
        self._changed.fire()

    def complete(self, command: str, param: Param, typed: str) -> Sequence[Choice]:
        return ()

    async def met(self, kind: type[E], times: int = 1) -> list[E]:
        """Waits for so many events of a kind."""

        def look() -> list[E] | None:
            found: list[E] = [event for event in self.events if isinstance(event, kind)]
            return found if len(found) >= times else None

        return await self._changed.until(look, lambda: f"no {times} {kind.__name__} in {self.events}")

    async def told(self, times: int = 1) -> list[tuple[Event, int]]:
        """Waits until the core knows where so many of its answers stand."""
        return await self._changed.until(
            lambda: self.sent if len(self.sent) >= times else None, lambda: f"told only {self.sent}"
        )


class MemoryInbox:
    """Claims in memory."""

    def __init__(self) -> None:
        self.claimed: list[int] = []

    async def claim(self, update_ids: Sequence[int]) -> set[int]:
        new = set(update_ids) - set(self.claimed)
        self.claimed.extend(new)
        return new


class MemoryNotebook(dict[str, str]):
    async def read(self, key: str) -> str:
        return self.get(key, "")

    async def write(self, key: str, text: str) -> None:
        self[key] = text


class HurriedClock:
    """The loop's clock, so much faster, for waits of many seconds."""

    def time(self) -> float:
        return asyncio.get_running_loop().time() * HURRY

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Alarm:
        return asyncio.get_running_loop().call_later(delay / HURRY, callback)


def new_adapter(telegram: FakeTelegram, bot: Bot, front: ScriptedFront, **options: Any) -> TelegramAdapter:
    given: dict[str, Any] = {
        "inbox": MemoryInbox(),
        "notebook": MemoryNotebook(),
        "clock": HurriedClock(),
        "limited": False,
    }
    return TelegramAdapter(bot.token, api_url=telegram.url, front=front, **given | options)


@asynccontextmanager
async def running(
    adapter: TelegramAdapter, telegram: FakeTelegram, bot: Bot
) -> AsyncIterator[TelegramAdapter]:
    """Runs the adapter until the block ends; begins when the bot can hear, and has heard what waited."""
    task = asyncio.create_task(adapter.run())
    hears = telegram.world.changed.until(
        lambda: task.done() or (adapter.drained.is_set() and bot.waits) or bot.webhook.get("url"),
        lambda: "the bot never listened",
    )
    try:
        await hears
        if task.done():
            task.result()
        yield adapter
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await adapter.close()
