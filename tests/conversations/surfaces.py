"""One way to talk to the whole bot on each platform, so that one script can be played on all.

ann = await chat.member("Ann")
heard = await ann.says("/whatis rag")
assert "Retrieval-augmented generation" in heard
heard = await ann.presses("Deeper")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.adapters.base import Adapter
from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.terminal.adapter import TerminalAdapter
from bot.adapters.terminal.lines import YOU
from bot.core import Core
from bot.model import Chat, Platform
from bot.reply import Reply, plain_text
from bot.store.store import Store
from bot.texts import load_catalogue
from tests.conftest import Clock
from tests.core import core
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.driver import Channel, Guild, Person
from tests.fakes.telegram.driver import FakeTelegram, Member
from tests.fakes.telegram.signal import Signal
from tests.fakes.telegram.state import Bot

SILENCE_BREAKER = "/help"
SOUND_OF_HELP = "What I can do"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a member saw: the text, the labels of the buttons, whether they alone saw it, where links lead."""

    text: str
    buttons: tuple[str, ...] = ()
    private: bool = False
    links: tuple[str, ...] = ()

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Voice(Protocol):
    """Somebody in a chat."""

    async def says(self, text: str) -> Heard:
        """Says it to the bot, and waits for the answer."""

    async def presses(self, label: str) -> Heard:
        """Presses the newest button of that label, and waits for what comes of it."""

    async def is_ignored(self, text: str) -> bool:
        """Says it, then asks for help: whether the help is all that came."""

    async def sees_buttons(self, words: str) -> Heard:
        """Waits until the newest message here has buttons and says so."""


class Surface(Protocol):
    """A platform with one group; everybody also has a private chat with the bot."""

    name: str
    core: Core
    clock: Clock
    store: Store

    async def member(self, name: str, *, admin: bool = False) -> Voice:
        """Somebody in the group."""

    async def alone(self, name: str) -> Voice:
        """Somebody in their private chat."""


class TerminalScreen:
    """Keeps what was shown until the line is done."""

    def __init__(self) -> None:
        self.events: list[Heard] = []
        self.history: list[Heard] = []
        self.deleted: list[str] = []
        self.changed = Signal()
        self.finished = asyncio.Event()

    def show(self, event: str, chat: Chat, reply: Reply, *, private: bool) -> None:
        if event == "deleted":
            self.deleted.append(plain_text(reply))
            self.changed.fire()
            return
        labels = tuple(button.label for row in reply.buttons for button in row)
        text = reply.toast if event == "toast" else plain_text(reply)
        self.events.append(Heard(text, labels, private))
        self.history.append(self.events[-1])
        self.changed.fire()

    def trouble(self, sentence: str) -> None:
        raise AssertionError(sentence)

    def done(self) -> None:
        self.finished.set()


class TerminalSurface:
    name = "terminal"
    core: Core
    clock: Clock
    store: Store

    def __init__(self, lines: asyncio.Queue[str], screen: TerminalScreen, adapter: TerminalAdapter) -> None:
        self._lines = lines
        self.screen = screen
        self.adapter = adapter

    async def member(self, name: str, *, admin: bool = False) -> Voice:
        return TerminalVoice(self, f"@{YOU if admin else name} ")

    async def alone(self, name: str) -> Voice:
        return TerminalVoice(self, "")

    async def line(self, text: str) -> list[Heard]:
        self.screen.events.clear()
        self.screen.finished.clear()
        self._lines.put_nowait(text)
        await self.screen.finished.wait()
        return list(self.screen.events)


class TerminalVoice:
    def __init__(self, surface: TerminalSurface, prefix: str) -> None:
        self._surface = surface
        self._prefix = prefix

    async def says(self, text: str) -> Heard:
        return (await self._surface.line(self._prefix + text))[-1]

    async def presses(self, label: str) -> Heard:
        return (await self._surface.line(f"{self._prefix}!press {label}"))[-1]

    async def is_ignored(self, text: str) -> bool:
        return not await self._surface.line(self._prefix + text)

    async def sees_buttons(self, words: str) -> Heard:
        screen = self._surface.screen
        look = lambda: next((h for h in screen.history[-1:] if h.buttons and words in h), None)  # noqa: E731
        return await screen.changed.until(look, lambda: f"{words!r} not in {screen.history}")


class TelegramSurface:
    name = "telegram"
    core: Core
    clock: Clock
    store: Store

    def __init__(self, telegram: FakeTelegram, bot: Bot) -> None:
        self.telegram = telegram
        self.bot = bot
        self.group = telegram.group("Learners", bot)

    async def member(self, name: str, *, admin: bool = False) -> Voice:
        person = self.telegram.person(name)
        # Everybody once said /start, or private copies would have to be fetched by a link.
        private = self.telegram.private(self.bot, person)
        return TelegramVoice(self, self.group.member(person, "administrator" if admin else "member"), private)

    async def alone(self, name: str) -> Voice:
        private = self.telegram.private(self.bot, name)
        return TelegramVoice(self, private, private)


class TelegramVoice:
    def __init__(
        self, surface: TelegramSurface, here: Member, private: Member, thread: int | None = None
    ) -> None:
        self._surface = surface
        self._here = here
        self._private = private
        self._thread = thread

    def at(self, thread: int | None) -> TelegramVoice:
        """The same person, in a topic of the group; None is the General one."""
        return TelegramVoice(self._surface, self._here, self._private, thread)

    async def hears(self, words: str) -> None:
        """Waits until the bot says so in the private chat."""
        await self._private.heard(words)

    async def sees_buttons(self, words: str) -> Heard:
        """Waits until the newest message here has buttons and says so."""
        room = self._here.room

        def look() -> Heard | None:
            last = room.last
            done = last.labels and words in last.shown
            return Heard(last.shown, tuple(last.labels), private=True) if done else None

        return await self._surface.telegram.world.changed.until(look, lambda: f"no buttons in {room.said}")

    def votes(self, place: int) -> None:
        """Votes in the newest poll here."""
        self._here.votes(place)

    async def says(self, text: str) -> Heard:
        return await self._after(lambda: self._here.says(self._addressed(text), thread=self._thread))

    async def presses(self, label: str) -> Heard:
        place = self._private if self._newest_is_private(label) else self._here
        return await self._after(lambda: place.presses(label), toasts=True)

    async def is_ignored(self, text: str) -> bool:
        before = len(self._surface.telegram.world.log)
        await self._here.says(self._addressed(text))
        await self.says(SILENCE_BREAKER)
        return [SOUND_OF_HELP in said for _, said in self._surface.telegram.world.log[before:]] == [True]

    def _addressed(self, text: str) -> str:
        """In a group a command carries the bot's name, as a tap in the menu writes it."""
        if self._here is self._private:
            return text
        username = self._surface.bot.username
        if not text.startswith("/"):
            return f"@{username} {text}"
        word, _, rest = text.partition(" ")
        return f"{word}@{username} {rest}".strip()

    def _newest_is_private(self, label: str) -> bool:
        chats = (self._here.room.chat, self._private.room.chat)
        log = self._surface.telegram.world.log
        newest = next(m for m, _ in reversed(log) if m.chat in chats and label in m.labels)
        return newest.chat is self._private.room.chat

    async def _after(self, act: Callable[[], Awaitable[object]], *, toasts: bool = False) -> Heard:
        world = self._surface.telegram.world
        before = len(world.log)
        chats = (self._here.room.chat, self._private.room.chat)
        press = await act()

        def look() -> Heard | None:
            for message, text in reversed(world.log[before:]):
                if message.chat in chats and not message.forces_reply:
                    private = message.chat is self._private.room.chat
                    if not private and message.thread != self._thread:
                        continue
                    links = tuple(b["url"] for b in message.buttons if "url" in b)
                    return Heard(text, tuple(message.labels), private, links)
            answer = getattr(getattr(press, "query", None), "answer", None) if toasts else None
            return Heard(answer["text"], private=True) if answer and answer.get("text") else None

        return await world.changed.until(look, lambda: f"no answer in {self._here.room.said}")


class DiscordSurface:
    name = "discord"
    core: Core
    clock: Clock
    store: Store

    def __init__(self, discord: FakeDiscord, guild: Guild, channel: Channel) -> None:
        self.discord = discord
        self.guild = guild
        self.channel = channel

    async def member(self, name: str, *, admin: bool = False) -> Voice:
        return DiscordVoice(self, self.channel.member(name, admin=admin))

    async def alone(self, name: str) -> Voice:
        return DiscordVoice(self, self.channel.member(name).dm())


class DiscordVoice:
    def __init__(self, surface: DiscordSurface, person: Person) -> None:
        self._surface = surface
        self._person = person

    def at(self, channel: Channel) -> DiscordVoice:
        """The same person, in another channel."""
        return DiscordVoice(self._surface, self._person.at(channel))

    async def hears(self, words: str) -> None:
        """Waits until the bot says so in the private chat."""
        await self._person.dm().hears(words)

    async def says(self, text: str) -> Heard:
        return await self._after(lambda: self._say(text))

    async def presses(self, label: str) -> Heard:
        return await self._after(lambda: self._person.presses(label))

    async def is_ignored(self, text: str) -> bool:
        before = len(self._person.sees)
        await self._say(text)
        await self.says(SILENCE_BREAKER)
        return [SOUND_OF_HELP in m.text for m in self._person.sees[before:]] == [True]

    async def sees_buttons(self, words: str) -> Heard:
        def look() -> Heard | None:
            last = self._person.sees[-1]
            done = last.buttons and words in last.text
            return Heard(last.text, tuple(last.buttons), private=True) if done else None

        return await self._surface.discord.until(look, f"{words!r} and buttons")

    async def _say(self, text: str) -> object:
        """A command becomes a slash command with its options, as the client's form would send it."""
        if not text.startswith("/"):
            dm = self._person.channel.state.guild is None
            return await self._person.says(text if dm else f"@bot {text}")
        word, _, rest = text[1:].partition(" ")
        command = self._surface.registry.find(word)
        assert command is not None
        known = {param.name for param in command.params}
        values = {name: value for name, value in command.values(rest).items() if name in known}
        return await self._person.slash(command.name, **values)

    async def _after(self, act: Callable[[], Awaitable[object]]) -> Heard:
        before = {id(m): (m.text, m.buttons) for m in self._person.sees}
        await act()

        def look() -> Heard | None:
            for message in reversed(self._person.sees):
                if before.get(id(message)) != (message.text, message.buttons) and message.text:
                    links = tuple(
                        b["url"] for row in message.components for b in row["components"] if "url" in b
                    )
                    return Heard(message.text, tuple(message.buttons), bool(message.flags & 64), links)
            return None

        return await self._surface.discord.until(look, "an answer")


@asynccontextmanager
async def served(adapter: Adapter) -> AsyncIterator[None]:
    """The adapter, running until the end."""
    running = asyncio.create_task(adapter.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await adapter.close()


@asynccontextmanager
async def surface(name: str, folder: Path, clock: Clock) -> AsyncIterator[Surface]:
    """The whole bot with the shipped content, on the platform of that name."""
    async with AsyncExitStack() as stack:
        built, platforms, store = await stack.enter_async_context(core(folder, clock))
        build = {"terminal": _terminal, "telegram": _telegram, "discord": _discord}[name]
        opened = await build(stack, built, platforms, store, clock)
        opened.core, opened.clock, opened.store = built, clock, store
        await stack.enter_async_context(built.at_work())
        yield opened


async def _terminal(
    stack: AsyncExitStack, built: Core, platforms: dict[Platform, Adapter], store: Store, clock: Clock
) -> Surface:
    lines: asyncio.Queue[str] = asyncio.Queue()

    async def typed() -> AsyncIterator[str]:
        while True:
            yield await lines.get()

    screen = TerminalScreen()
    adapter = platforms[Platform.TERMINAL] = TerminalAdapter(
        built.router, screen, typed(), clock, load_catalogue().default, settled=built.quizmaster.settle
    )
    await stack.enter_async_context(served(adapter))
    return TerminalSurface(lines, screen, adapter)


async def _telegram(
    stack: AsyncExitStack, built: Core, platforms: dict[Platform, Adapter], store: Store, clock: Clock
) -> Surface:
    telegram = await stack.enter_async_context(FakeTelegram(date=lambda: clock().timestamp()))
    # With privacy mode a mention alone would not reach it; the adapter's own tests are about that.
    bot = telegram.bot("whatis_bot", sees_all=True)
    adapter = TelegramAdapter(
        bot.token,
        front=built.router,
        inbox=store,
        notebook=store,
        api_url=telegram.url,
        catalogue=load_catalogue(),
        limited=False,
        now=clock,
    )
    platforms[Platform.TELEGRAM] = adapter
    await stack.enter_async_context(served(adapter))
    return TelegramSurface(telegram, bot)


async def _discord(
    stack: AsyncExitStack, built: Core, platforms: dict[Platform, Adapter], store: Store, clock: Clock
) -> Surface:
    discord = await stack.enter_async_context(FakeDiscord(time=clock))
    guild = discord.guild("Learners")
    channel = guild.channel("general")
    adapter = DiscordAdapter(
        discord.token,
        front=built.router,
        notebook=store,
        catalogue=load_catalogue(),
        api_url=discord.api_url,
        gateway_url=discord.gateway_url,
    )
    platforms[Platform.DISCORD] = adapter
    await stack.enter_async_context(served(adapter))
    await discord.connected()
    await channel.heard("Hello!")
    await discord.until(lambda: adapter.ready, "the bot to be ready")
    found = DiscordSurface(discord, guild, channel)
    found.registry = built.router.registry
    return found
