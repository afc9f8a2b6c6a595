"""A house for quizzes: the real store and engine, a platform that only writes down, and the test's own clock.

It can be closed in the midst of anything and opened again on the same rows, as after a crash.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.adapters.base import AdapterError, Asked, Capabilities, Question
from bot.hosting.quizmaster import Quizmaster
from bot.hosting.views import Plan, Scene, lost_reference
from bot.model import Chat, ChatKind, Platform, User, Vote
from bot.quiz import codec
from bot.quiz.model import Item, Pace, Phase, Quiz, Reason
from bot.reply import Paragraph, Reply, plain_text
from bot.store import due, quizzes
from bot.store.store import Store, open_store
from bot.texts import load_catalogue
from tests.conftest import Clock
from tests.quiz.game import items

GROUP = Chat(Platform.TERMINAL, 1, ChatKind.GROUP, "Learners")
ANN, BEN, CEM = (User(Platform.TERMINAL, n, name) for n, name in ((11, "Ann"), (12, "Ben"), (13, "Cem")))


class PlainViews:
    """Just enough to see what was shown: every view says its name and who leads."""

    def lobby(self, scene: Scene) -> Reply:
        return _says(f"lobby: {', '.join(scene.names.values())}")

    def question(self, scene: Scene, number: int) -> Question:
        item = scene.state.items[number]
        late = " late" if scene.late else ""
        closes_at = scene.now + timedelta(seconds=item.seconds) if item.seconds else None
        return Question(
            f"{number}{late}", (Paragraph(_board(scene)),), item.question, ("a", "b", "c", "d"),
            item.key, "because", item.seconds, closes_at, (),
        )  # fmt: skip

    def reveal(self, scene: Scene, number: int) -> Reply:
        right = sum(g.option == scene.state.items[number].key for g in scene.given if g.number == number)
        return _says(f"reveal {number}: {right} right")

    def paused(self, scene: Scene) -> Reply:
        return _says("paused")

    def podium(self, scene: Scene) -> Reply:
        return _says(f"podium: {_board(scene)}")

    def lost(self, scene: Scene) -> Reply:
        return _says(f"lost {lost_reference(scene.quiz)}")

    def nobody(self, scene: Scene) -> Reply:
        return _says("nobody came")


def _says(text: str) -> Reply:
    return Reply((Paragraph(text),))


def _board(scene: Scene) -> str:
    return ", ".join(f"{s.rank}. {scene.names[s.participant]} {s.points}" for s in scene.standings)


@dataclass
class Wall:
    """A platform on which everything stays as it was written, also when the bot dies.

    faults: what the next calls of a method raise. held: methods that wait until let go.
    said: each message as it is now; log: every call in order.
    """

    clock: Clock
    platform: Platform = Platform.TERMINAL
    polls: bool = False
    repeat_within: float = 0.0
    ready: bool = True
    said: dict[int, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    faults: dict[str, list[AdapterError]] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    by_key: dict[str, int] = field(default_factory=dict)
    drained: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.drained.set()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(True, 4000, self.polls, self.repeat_within)

    async def run(self) -> None:
        """There is nothing to serve."""

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:
        await self._call("send", f"{chat.id} {plain_text(reply)}")
        return self._write(key, plain_text(reply))

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        await self._call("edit", plain_text(reply))
        self.said[message_id] = plain_text(reply)

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:
        await self._call("ask", f"{question.label} {question.stem}")
        message_id = self._write(key, f"question {question.label}")
        return Asked(message_id, f"poll-{message_id}" if self.polls else "", self.clock())

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        await self._call("close", plain_text(reveal))
        self.said[asked.message_id] = plain_text(reveal)

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:
        for message_id in message_ids:
            await self._call("delete", self.said.pop(message_id, ""))

    async def private_chat(self, user: User) -> Chat:
        return Chat(self.platform, user.id, ChatKind.PRIVATE, user.name)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        return False

    async def close(self) -> None:
        """There is nothing to close."""

    def calls(self, method: str) -> list[str]:
        """What was called so far by that name."""
        return [text for name, text in (line.split(" ", 1) for line in self.log) if name == method]

    async def called(self, method: str) -> str:
        """Waits for the first call of that name."""
        while not self.calls(method):
            await self.news.wait()
        return self.calls(method)[0]

    def asked(self) -> list[str]:
        """The questions that were asked, each as often as it was."""
        return [text.split()[-1] for text in self.calls("ask")]

    async def _call(self, method: str, text: str) -> None:
        self.log.append(f"{method} {text}")
        self.news.set()
        self.news = asyncio.Event()
        if method in self.held:
            await self.held[method].wait()
        if self.faults.get(method):
            raise self.faults[method].pop(0)

    def _write(self, key: str, text: str) -> int:
        """A repeat under a key that is still known writes nothing new."""
        if self.repeat_within and key in self.by_key:
            return self.by_key[key]
        message_id = len(self.by_key) + 1
        self.by_key[key] = message_id
        self.said[message_id] = text
        return message_id


@dataclass
class House:
    """A bot that runs quizzes in one group, for one life."""

    store: Store
    master: Quizmaster
    wall: Wall
    clock: Clock
    expected: list[object]

    async def opens(self, count: int = 3, *, alone: bool = False, **how: object) -> int:
        plan = a_plan(count, alone=alone, **how)
        chat = Chat(self.wall.platform, ANN.id, ChatKind.PRIVATE, "Ann") if alone else self.chat
        quiz = await self.master.open(chat, self.member(ANN), plan, self.clock())
        assert isinstance(quiz, int)
        await self.master.settle()
        return quiz

    @property
    def chat(self) -> Chat:
        return replace(GROUP, platform=self.wall.platform)

    def member(self, user: User) -> User:
        return replace(user, platform=self.wall.platform)

    async def starts(self, count: int = 3, **how: object) -> int:
        """A quiz of Ann and Ben whose first question is open."""
        quiz = await self.opens(count, **how)
        assert await self.master.join(quiz, self.member(BEN)) is None
        assert await self.master.start(quiz, self.member(ANN)) is None
        await self.master.settle()
        return quiz

    async def state(self, quiz: int) -> Quiz:
        """The quiz by its rows."""
        saved = await self.store.transact(quizzes.load(quiz))
        assert saved is not None
        return codec.decode(saved.state)

    async def answers(self, quiz: int, user: User, *, right: bool = True) -> Reason | None:
        """An answer to the question that is or was open."""
        state = await self.state(quiz)
        option = state.item.key if right else (state.item.key + 1) % 4
        refused = await self.master.answer(quiz, state.number, option, self.member(user), self.clock())
        await self.master.settle()
        return refused

    async def votes(self, message_id: int, user: User, option: int) -> None:
        await self.master.voted(Vote(self.member(user), f"poll-{message_id}", option, self.clock()))
        await self.master.settle()

    async def rings(self, quiz: int) -> None:
        """It becomes the time the quiz waits for, by its row."""
        at = await self.due_at(quiz)
        assert at is not None, "nothing is due"
        self.clock.now = max(self.clock.now, at)
        await self.master.timed_out(quiz)
        await self.master.settle()

    async def due_at(self, quiz: int) -> object:
        return await self.store.transact(due.when(quizzes.DUE, str(quiz)))

    def phase(self, quiz: int) -> Phase:
        running = self.master.find(quiz)
        return running.phase if running else Phase.ENDED

    def podium(self) -> str:
        """The podium as it stands in the group; there must be one, not two."""
        (only,) = (text for text in self.wall.said.values() if text.startswith("podium"))
        return only.removeprefix("podium: ")


def a_plan(
    count: int = 3, *, alone: bool = False, seconds: int = 30, spares: int = 2, pace: Pace = Pace.CALM
) -> Plan:
    asked: tuple[Item, ...] = items(count, seconds=0 if alone else seconds)
    return Plan(asked, items(spares, seconds=seconds, name="spare"), pace, alone, title="RAG", topic="rag")


async def no_wait(seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def house(database: str, wall: Wall) -> AsyncIterator[House]:
    """One life of the bot. What it sends stays on the wall."""
    async with open_store(database, wall.clock) as store:
        expected: list[object] = []
        master = Quizmaster(
            store, {wall.platform: wall}, PlainViews(), load_catalogue().default, wall.clock,
            expect=expected.append, sleep=no_wait,
        )  # fmt: skip
        await master.wake()
        await master.settle()
        try:
            yield House(store, master, wall, wall.clock, expected)
        finally:
            await master.close()


async def play_through(home: House, quiz: int, *right: User) -> None:
    """Each question is answered rightly by those named, wrongly by the other of Ann and Ben."""
    while home.phase(quiz) is not Phase.ENDED:
        if home.phase(quiz) is Phase.OPEN:
            for user in (ANN, BEN):
                await home.answers(quiz, user, right=user in right)
        await home.rings(quiz)


def twice(wall: Wall) -> list[str]:
    """Questions that stand there more than once."""
    return [stem for stem, times in Counter(wall.asked()).items() if times > 1]
