"""The quizzes in memory: each steps, is kept, and shows, in that order.

A step of the engine replaces a quiz's state at once, with no pause between reading and replacing it, so no
lock is needed; the rows follow in the order of the steps, since the writer commits in the order of its calls.
Whoever called waits for the commit. What is to be shown waits for it too, and then happens in order.

When a commit fails, memory is ahead of the store: the quiz is dropped, and taken up again from its rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.adapters.base import Adapter, Asked
from bot.hosting import steps
from bot.hosting.game import Game, Place, Shown, TellLost, is_nobody, place, revived, wreck
from bot.hosting.sending import Carrier, Sleep
from bot.hosting.stage import Stage
from bot.hosting.views import Views, lost_reference
from bot.model import Chat, Platform, User
from bot.quiz.codec import BadSnapshot, OtherVersion
from bot.quiz.engine import step
from bot.quiz.model import Effect, Event, Phase, Quiz, Reason, Record
from bot.store import own_messages, quizzes
from bot.store.database import Function
from bot.store.quizzes import Answer, Participant, Saved
from bot.store.store import Clock, Store
from bot.texts import Texts

log = structlog.get_logger()

POLL_WITHIN = 2.0
"""Seconds a vote waits for the news that its poll was sent: it may overtake them."""

Commit = asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Learnt:
    """An answer that counts: whose, to which item of which quiz, and whether it was right."""

    user: User
    quiz: int
    number: int
    question: str
    right: bool
    alone: bool
    at: datetime


Learns = Callable[[Learnt], asyncio.Future[bool]]
"""Keeps what somebody learnt by an answer: called in the order of the answers, done after the commit."""


class Play:
    """Every quiz that runs."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[Platform, Adapter],
        views: Views,
        texts: Texts,
        clock: Clock,
        *,
        expect: Callable[[datetime], None],
        sleep: Sleep,
        learns: Learns | None = None,
    ) -> None:
        self._learns = learns
        self.games: dict[int, Game] = {}
        self.places: dict[Place, Game] = {}
        self._polls: dict[str, tuple[int, int]] = {}
        self._poll_arrived = asyncio.Event()
        self._tasks: dict[int, list[asyncio.Task[None]]] = {}
        self._finding = asyncio.Lock()
        self._store = store
        self._clock = clock
        self._expect = expect
        self.carrier = Carrier(store, platforms, sleep, self._settle_places)
        self._stage = Stage(
            store,
            views,
            self.carrier,
            texts,
            clock,
            happens=self._happened,
            arrived=self._arrived,
            sleep=sleep,
        )

    async def find(self, quiz: int, *, ended: bool = False) -> Game | None:
        """A quiz that runs; with `ended`, also one that is over. None when there is none, or none any more.

        Raises OtherVersion when another version of the program wrote it.
        """
        if quiz in self.games:
            return self.games[quiz]
        async with self._finding:
            if quiz in self.games:
                return self.games[quiz]
            # Through the writer, so that everything that waits to be kept of it is read too.
            saved = await self._store.transact(quizzes.load(quiz))
            if saved is None or (saved.told_at is not None and not ended):
                return None
            try:
                game = revived(saved)
            except OtherVersion:
                raise
            except BadSnapshot as error:
                await self._bury(saved, error)
                return None
            self.adopt(game)
            if saved.told_at is None:
                self._catch_up(game)
            return game

    async def _bury(self, saved: Saved, error: BadSnapshot) -> None:
        """Ends a quiz that cannot be read any more, which would block its chats otherwise."""
        if saved.told_at is not None:
            return
        log.error("a quiz is lost", quiz=saved.id, reference=lost_reference(saved.id), reason=str(error))
        over = [quizzes.end(saved.id, self._clock()), quizzes.remind(saved.id, None)]
        await self._store.transact(quizzes.together(over))
        self.adopt(wreck(saved), (TellLost(),))

    def adopt(self, game: Game, effects: Sequence[Shown] = ()) -> None:
        """A quiz as it is in the store runs here from now on."""
        self.games[game.id] = game
        self._settle_places(game)
        self._polls |= {s.poll: (game.id, s.number) for s in game.sendings.values() if s.poll}
        self._do(game, _done(), effects)
        tasks = [asyncio.create_task(self._work(game), name=f"quiz {game.id}")]
        if game.state.phase is Phase.LOBBY:
            lobby = self._safely(game, self._stage.keep_lobby(game))
            tasks.append(asyncio.create_task(lobby, name=f"lobby {game.id}"))
        self._tasks[game.id] = tasks

    def _catch_up(self, game: Game) -> None:
        """Brings a quiz from its rows to where it would be: answers without a snapshot, messages not sent."""
        self._do(game, _done(), tuple(steps.owed(game)))
        at = self._due_at(game)
        if at is not None:
            # The row may be under the lease of a process that died.
            self._store.writer.transact(quizzes.remind(game.id, at)).add_done_callback(
                partial(self._after, game, at)
            )
        if game.state.phase in (Phase.ASKING, Phase.OPEN):
            for answered in game.unseen():
                self.step(game, answered)
            for event in tuple(steps.unknown(game, self._stage.repeatable)):
                self.step(game, event)

    async def happens(
        self, game: Game, event: Event, *, user: User | None = None, chat: Chat | None = None
    ) -> Reason | None:
        """Steps, and returns after the commit: why nothing happened, or None.

        user, chat: whose doing it is and where they are, in case they are new.
        """
        refused, commit = self.step(game, event, user=user, chat=chat)
        # The commit is not given up by whoever stops waiting for it.
        await asyncio.shield(commit)
        return refused

    def step(
        self,
        game: Game,
        event: Event,
        also: tuple[Function[None], ...] = (),
        *,
        user: User | None = None,
        chat: Chat | None = None,
    ) -> tuple[Reason | None, Commit]:
        """Steps at once; the commit is under way. also: what has to be kept with it."""
        now, before = self._clock(), game.state
        game.state, effects = step(before, event, now)
        jobs: list[asyncio.Future[Any]] = []
        if user is not None:
            jobs += self._admit(game, user, chat, now)
        jobs += [job for e in effects if isinstance(e, Record) for job in self._record(game, e)]
        rows = list(also)
        if game.state is not before and steps.worth_a_snapshot(event, effects):
            rows += self._advance(game, before, effects, now)
        if rows:
            jobs.append(self._store.writer.transact(quizzes.together(rows)))
        commit: Commit = asyncio.gather(*jobs) if jobs else _done()
        at = self._due_at(game) if game.state.due != before.due else None
        commit.add_done_callback(partial(self._after, game, at))
        self._do(game, commit, steps.for_chats(effects))
        return steps.refusal(effects), commit

    async def of_poll(self, poll: str) -> tuple[Game, int] | None:
        """The quiz and item of a native poll."""
        try:
            async with asyncio.timeout(POLL_WITHIN):
                while poll not in self._polls and self._asking():
                    await self._poll_arrived.wait()
        except TimeoutError:
            return None
        quiz, number = self._polls.get(poll, (0, 0))
        game = await self.find(quiz) if quiz else None
        return (game, number) if game is not None else None

    async def settle(self) -> None:
        """Waits until nothing is on its way to a chat."""
        while busy := [game for game in self.games.values() if not game.idle]:
            worker = self._tasks[busy[0].id][0]
            joined = asyncio.create_task(busy[0].jobs.join())
            await asyncio.wait((joined, worker), return_when=asyncio.FIRST_COMPLETED)
            joined.cancel()

    async def settled(self, quiz: int, within: float) -> None:
        """Waits, so many seconds at most, until nothing of one quiz is on its way to a chat."""
        game = self.games.get(quiz)
        if game is None or game.idle:
            return
        worker, joined = self._tasks[quiz][0], asyncio.create_task(game.jobs.join())
        await asyncio.wait((joined, worker), return_when=asyncio.FIRST_COMPLETED, timeout=within)
        joined.cancel()

    async def close(self) -> None:
        """Stops every quiz where it is."""
        tasks = [task for tasks in self._tasks.values() for task in tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.games.clear()
        self.places.clear()
        self._polls.clear()
        self._tasks.clear()

    def forget(self, user: User) -> None:
        """Takes a person's name and id out of every quiz in memory; what they answered stays, nobody's."""
        for game in self.games.values():
            game.forget(user)

    async def put_off(self, game: Game) -> None:
        """Sets the due row anew: what brought `TimedOut` too early is finished after this."""
        at = self._due_at(game)
        if at is not None:
            await self._store.transact(quizzes.remind(game.id, at))
            self._expect(at)

    def _admit(self, game: Game, user: User, chat: Chat | None, now: datetime) -> list[asyncio.Future[bool]]:
        number = game.number_of(user)
        if number in game.people or number not in game.state.active:
            return []
        person = Participant(number, user, game.room_of(user, chat))
        game.admit(person)
        return quizzes.append_participant(self._store.writer, game.id, person, now)

    def _record(self, game: Game, record: Record) -> list[asyncio.Future[bool]]:
        answer = Answer(record.number, record.participant, record.option, record.at)
        game.answers[record.number][record.participant] = answer
        kept = quizzes.append_answer(self._store.writer, game.id, answer)
        person, item = game.people.get(record.participant), game.state.items[record.number]
        if self._learns is None or person is None or is_nobody(person.user):
            return [kept]
        right, alone = record.option == item.key, game.state.alone
        learnt = Learnt(person.user, game.id, record.number, item.question, right, alone, record.at)
        return [kept, self._learns(learnt)]

    def _advance(
        self, game: Game, before: Quiz, effects: Sequence[Effect], now: datetime
    ) -> list[Function[None]]:
        rows = steps.kept(game, before, effects, self._due_at(game), now)
        game.version += 1
        if game.state.rooms != before.rooms or game.state.phase is Phase.ENDED:
            self._settle_places(game)
        return rows

    def _settle_places(self, game: Game) -> None:
        """Where the quiz runs: nowhere once it has ended."""
        self.places = {where: other for where, other in self.places.items() if other is not game}
        if game.state.phase is not Phase.ENDED:
            self.places |= {place(game.rooms[room]): game for room in game.state.rooms}

    def _due_at(self, game: Game) -> datetime | None:
        polls = any(self.carrier.polls(game.rooms[room]) for room in game.state.rooms)
        return steps.due_at(game.state, polls=polls)

    def _after(self, game: Game, at: datetime | None, commit: Commit) -> None:
        if commit.cancelled() or commit.exception() is not None:
            log.error("a quiz could not be kept; it goes on from its rows", quiz=game.id)
            self._drop(game)
        elif at is not None:
            self._expect(at)

    def _do(self, game: Game, commit: Commit, effects: Sequence[Shown]) -> None:
        if effects or game.state.phase is Phase.ENDED:
            game.idle = False
            game.jobs.put_nowait((commit, tuple(effects)))

    async def _work(self, game: Game) -> None:
        while True:
            commit, effects = await game.jobs.get()
            await asyncio.wait((commit,))
            for effect in effects:
                await self._safely(game, self._stage.perform(game, effect))
            if game.state.phase is Phase.ENDED and game.jobs.empty():
                now = self._clock()
                done = (quizzes.told(game.id, now), own_messages.quiz_over(game.id, now))
                await self._store.transact(quizzes.together(done))
                # Meanwhile an admin may have voided a question, and the podium is to be shown anew.
                if game.jobs.empty():
                    self._drop(game)
            game.idle = game.jobs.empty()
            game.jobs.task_done()

    async def _safely(self, game: Game, act: Coroutine[Any, Any, None]) -> None:
        """The one error boundary for what is shown: the due row keeps the quiz going whatever fails."""
        try:
            await act
        except Exception:
            log.exception("a quiz could not show something", quiz=game.id)

    def _drop(self, game: Game) -> None:
        if self.games.get(game.id) is not game:
            return
        del self.games[game.id]
        self.places = {where: other for where, other in self.places.items() if other is not game}
        self._polls = {poll: found for poll, found in self._polls.items() if found[0] != game.id}
        for task in self._tasks.pop(game.id, []):
            task.cancel()

    async def _happened(self, game: Game, event: Event, also: tuple[Function[None], ...]) -> None:
        _, commit = self.step(game, event, also)
        await asyncio.shield(commit)

    def _arrived(self, game: Game, number: int, asked: Asked) -> None:
        if asked.poll:
            self._polls[asked.poll] = (game.id, number)
        self._poll_arrived.set()
        self._poll_arrived = asyncio.Event()

    def _asking(self) -> bool:
        return any(game.state.phase is Phase.ASKING for game in self.games.values())


def _done() -> Commit:
    done: Commit = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done
