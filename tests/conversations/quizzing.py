"""A quiz as people at a table play it, whichever platform the table stands on.

table = Table(chat)
await ann.says("/quiz rag 3 60")
await table.hears("Question 1 of 3")
await table.answers(ann, right=True)
await table.passes(seconds=9)
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.library.schema import Question
from bot.reply import plain_text
from bot.store import due, own_messages
from bot.store.tables import own_messages as own_rows
from tests.conversations.surfaces import (
    DiscordSurface,
    Heard,
    Surface,
    TelegramSurface,
    TelegramVoice,
    TerminalSurface,
    Voice,
)
from tests.core import bank

OPTION = re.compile(r"^\W*([A-E])\b\W* (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A question as it stands in the chat: its options by letter."""

    question: Question
    options: dict[str, str]

    def letter(self, *, right: bool) -> str:
        return next(letter for letter, text in self.options.items() if (text == self.question.key) is right)


class Table:
    """What the group of a surface sees of a quiz."""

    def __init__(self, chat: Surface) -> None:
        self._chat = chat

    async def hears(self, words: str) -> Heard:
        """Waits until something in the group says so, new or changed; its buttons are those of now."""
        match self._chat:
            case TerminalSurface(screen=screen):
                found = lambda: next((h for h in reversed(screen.history) if words in h), None)  # noqa: E731
                return await screen.changed.until(found, lambda: f"{words!r} not in {screen.history}")
            case TelegramSurface(telegram=telegram, group=group):
                log = telegram.world.log
                found = lambda: next(  # noqa: E731
                    (m for m, text in reversed(log) if m.chat is group.chat and words in text), None
                )
                message = await telegram.world.changed.until(found, lambda: f"{words!r} not in {group.said}")
                return Heard(message.shown, tuple(message.labels))
            case DiscordSurface(channel=channel):
                said = await channel.heard(words)
                return Heard(bare(said.text), tuple(said.buttons))
        raise AssertionError(self._chat)

    def stands(self, words: str) -> bool:
        """Whether a message of the bot in the group says so, and is not deleted."""
        match self._chat:
            case TerminalSurface():
                return any(words in plain_text(reply) for reply in self._chat.adapter._shown.values())
            case TelegramSurface(bot=bot, group=group):
                return any(words in m.shown for m in group.chat.messages.values() if m.sender is bot)
            case DiscordSurface(channel=channel):
                return any(words in bare(m.text) for m in channel.from_bot if not m.ephemeral)
        raise AssertionError(self._chat)

    async def goes(self, words: str) -> None:
        """Waits until no message in the group says so any more."""
        gone = lambda: not self.stands(words)  # noqa: E731
        match self._chat:
            case TerminalSurface(screen=screen):
                await screen.changed.until(gone, lambda: f"{words!r} still stands")
            case TelegramSurface(telegram=telegram):
                await telegram.world.changed.until(gone, lambda: f"{words!r} still stands")
            case DiscordSurface(discord=discord):
                await discord.until(gone, f"{words!r} to go")

    async def looked(self) -> None:
        """Waits until the bot has nothing to delete that is due by now."""

        async def idle() -> bool:
            at = await self._chat.store.get(due.when(own_messages.DUE, self._chat.name))
            return at is None or at > self._chat.clock()

        await _true(idle)

    async def noted(self, messages: int = 1) -> None:
        """Waits until so many messages are on record as said, or changed, at this very time."""

        async def kept() -> bool:
            query = select(func.count()).where(own_rows.c.over_at == self._chat.clock())
            return await self._chat.store.get(lambda connection: connection.scalar(query)) >= messages

        await _true(kept)

    async def sees(self, number: int, of: int) -> Seen:
        """Waits for that question."""
        heard = await self.hears(f"Question {number} of {of}")
        text = bare(heard.text)
        question = next(q for q in bank().questions.values() if q.stem in text)
        if isinstance(self._chat, TelegramSurface):
            lines = text.splitlines()[-len(question.options) :]
            return Seen(question, dict(zip("ABCDE", lines, strict=False)))
        return Seen(question, dict(OPTION.findall(text)))

    async def answers(self, who: Voice, seen: Seen, *, right: bool) -> Heard | None:
        """Somebody answers: by a press and a word only they see, or by a vote in a poll."""
        letter = seen.letter(right=right)
        if isinstance(who, TelegramVoice):
            who.votes("ABCDE".index(letter))
            return None
        return await who.presses(letter)

    async def closes(self, seen: Seen) -> Heard | None:
        """Waits until the question is closed: its reveal, where it became one."""
        if not isinstance(self._chat, TelegramSurface):
            return await self.hears(seen.question.explanation)
        poll = self._chat.group.poll.poll
        changed = self._chat.telegram.world.changed
        await changed.until(lambda: poll is not None and poll.closed, lambda: "the poll is still open")
        return None

    async def passes(self, **time: float) -> None:
        """Time goes by when all has arrived that was on its way, and the bot looks at its clock."""
        if isinstance(self._chat, TelegramSurface):
            await self._chat.telegram.taken(self._chat.bot)
        await self._chat.core.quizmaster.settle()
        before = self._chat.clock()
        self._chat.clock.pass_(**time)
        self._chat.core.scheduler.expect(before - dt.timedelta(days=365))


async def _true(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits for something that is written in the database, which tells nobody."""
    async with asyncio.timeout(10):
        while not await holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def answers_alone(who: Voice, place: int, *, until: str = "") -> Heard:
    """Somebody alone answers: what stands there then, with buttons, at the latest with those words."""
    if isinstance(who, TelegramVoice):
        who.votes(place)
        return await who.sees_buttons(until)
    heard = await who.presses("ABC"[place])
    return heard if until in heard else await who.sees_buttons(until)


def bare(text: str) -> str:
    """The text without its marks."""
    return re.sub(r"\*\*|\\(?=[^\w\s])", "", text)
