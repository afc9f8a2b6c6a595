"""Tables at which members play a quiz by themselves, whatever a test does to the bot meanwhile.

Each answers until they know that it counts, and the table keeps what they know.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from random import Random
from typing import Protocol

from bot.adapters.asking import LETTERS
from tests.adapters.live import asked_in
from tests.fakes.discord import Message as DiscordMessage
from tests.fakes.discord.driver import Channel, Person
from tests.fakes.discord.interactions import COMPONENT, Exchange
from tests.fakes.telegram import Bot, FakeTelegram, Member, Message

MEMBERS = 4
QUESTIONS = 7
SECONDS = 10
AT_LATEST = 5.0
"""Seconds until the slowest member answers: well before a question closes."""
LOOK_EVERY = 0.1
PATIENCE = 2.0
"""Seconds until somebody presses again."""
COUNTS = (" it is.", "answered already")
URGING = (("Join", 1), ("Start now", 0), ("Go on", 0))
"""The buttons that let a quiz begin or go on, and which member presses them."""


class Table(Protocol):
    """A chat in which a quiz is played.

    known: the place of the option that surely counts, by member and question.
    """

    chat_id: int
    known: dict[tuple[int, str], int]

    async def opens(self) -> None:
        """Somebody asks for a quiz."""

    async def look(self) -> list[Awaitable[None]]:
        """Does what lets the quiz go on; what the members do about a question that is new."""

    @property
    def asked(self) -> Counter[str]:
        """How often each question stands in the chat, by its id."""

    @property
    def lobbies(self) -> int:
        """How many messages in the chat invited people to join."""

    @property
    def podiums(self) -> list[str]:
        """What each podium in the chat says."""


async def play(table: Table) -> None:
    """Plays until cancelled, and then fails if a member failed."""
    async with asyncio.TaskGroup() as members:
        while True:
            for answering in await table.look():
                members.create_task(_do(answering))
            await asyncio.sleep(LOOK_EVERY)


async def _do(answering: Awaitable[None]) -> None:
    await answering


class TelegramTable:
    """A group. A vote that was cast counts, for Telegram keeps it until the bot has it.

    One member more answers only when told to.
    """

    def __init__(self, telegram: FakeTelegram, bot: Bot, name: str, chance: Random) -> None:
        self._bot = bot
        self._chance = chance
        self._seen: set[int] = set()
        self._urged = 0.0
        self.group = telegram.group(name, bot)
        self.chat_id = self.group.id
        self.members = [self.group.member(f"Member {n} of {name}") for n in range(MEMBERS)]
        self._patient = self.group.member(f"Patient member of {name}")
        self.known: dict[tuple[int, str], int] = {}

    @property
    def open_poll(self) -> str:
        """The id of the question that can be answered just now; empty when none can."""
        polls = [message for message in self._said if message.poll]
        stands = bool(polls) and polls[-1].poll is not None and not polls[-1].poll.closed
        return asked_in(polls[-1].shown).id if stands else ""

    def patient_answers(self) -> tuple[int, str]:
        """Votes at once in the poll that is open; whose vote it is and on which question."""
        return self._votes(self._patient, next(m for m in reversed(self._said) if m.poll))

    async def opens(self) -> None:
        await self.members[0].says(f"/quiz@{self._bot.username} {QUESTIONS} {SECONDS}")

    async def look(self) -> list[Awaitable[None]]:
        said = self._said
        if said and not said[-1].poll:
            await self._urge(said[-1])
        new = [message for message in said if message.poll and message.id not in self._seen]
        self._seen |= {message.id for message in new}
        return [self._vote(member, message) for message in new for member in self.members]

    @property
    def asked(self) -> Counter[str]:
        return Counter(asked_in(message.shown).id for message in self._said if message.poll)

    @property
    def lobbies(self) -> int:
        return sum("Playing:" in message.text for message in self._said)

    @property
    def podiums(self) -> list[str]:
        return [message.text for message in self._said if "Play again" in message.labels]

    @property
    def _said(self) -> list[Message]:
        return [message for message in self.group.chat.messages.values() if message.sender is self._bot]

    async def _urge(self, on: Message) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._urged < PATIENCE:
            return
        self._urged = now
        for label, who in URGING:
            if label in on.labels:
                await self.members[who].presses(label, on)

    async def _vote(self, member: Member, on: Message) -> None:
        await asyncio.sleep(self._chance.uniform(0.1, AT_LATEST))
        assert on.poll is not None
        if not on.poll.closed:
            self._votes(member, on)

    def _votes(self, member: Member, on: Message) -> tuple[int, str]:
        assert on.poll is not None
        place = self._chance.randrange(len(on.poll.options))
        member.votes(place, on)
        cast = (member.id, asked_in(on.shown).id)
        self.known[cast] = place
        return cast


class DiscordTable:
    """A channel. An answer counts when the bot has said so; until then the button is pressed again."""

    def __init__(self, channel: Channel, chance: Random) -> None:
        self._chance = chance
        self._questions: dict[int, str] = {}
        self.channel = channel
        self.chat_id = channel.id
        self.members = [channel.member(f"Member {n} of {channel.state.name}") for n in range(MEMBERS)]
        self.known: dict[tuple[int, str], int] = {}

    async def opens(self) -> None:
        await self.members[0].slash("quiz", questions=str(QUESTIONS), seconds=str(SECONDS))

    async def look(self) -> list[Awaitable[None]]:
        for label, who in URGING:
            if self._said and label in self._said[-1].buttons:
                await self._press(self.members[who], label, self._said[-1])
        new = [m for m in self._said if "A" in m.buttons and m.id not in self._questions]
        self._questions |= {message.id: asked_in(message.text).id for message in new}
        return [self._insist(member, message) for message in new for member in self.members]

    @property
    def asked(self) -> Counter[str]:
        return Counter(self._questions.values())

    @property
    def lobbies(self) -> int:
        return sum("Playing:" in message.text for message in self._said)

    @property
    def podiums(self) -> list[str]:
        return [message.text for message in self._said if "Play again" in message.buttons]

    @property
    def _said(self) -> list[DiscordMessage]:
        return [message for message in self.channel.from_bot if not message.ephemeral]

    async def _insist(self, member: Person, on: DiscordMessage) -> None:
        await asyncio.sleep(self._chance.uniform(0.1, AT_LATEST))
        letters = [label for label in on.buttons if label in LETTERS]
        letter = self._chance.choice(letters) if letters else "A"
        while letter in on.buttons:
            exchange = await self._press(member, letter, on)
            told = " ".join(message.text for message in exchange.messages)
            if any(words in told for words in COUNTS):
                self.known[member.id, self._questions[on.id]] = LETTERS.index(letter)
                return

    async def _press(self, member: Person, label: str, on: DiscordMessage) -> Exchange:
        """Presses, and waits a moment for the answer."""
        button = on.button(label)
        assert button is not None
        data = {"custom_id": button["custom_id"], "component_type": 2}
        exchange = await member.send(COMPONENT, data, source=on)
        await asyncio.wait((asyncio.create_task(exchange.over.wait()),), timeout=PATIENCE)
        return exchange
