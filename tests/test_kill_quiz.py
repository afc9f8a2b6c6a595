"""The real process, killed in quizzes on both platforms, and started again each time.

Some moments are met on purpose, so that nothing here holds for want of a case; the others are random.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.adapters.live import Counted, ranked, scored
from tests.core import bank
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord import Message as DiscordMessage
from tests.fakes.telegram import FakeTelegram, Message
from tests.tables import QUESTIONS, DiscordTable, Table, TelegramTable, play
from tests.test_run import Process, dc, running, tg

AT_RANDOM = 9
"""Kills at moments that chance chooses, after those that meet a moment on purpose and before the last."""
TABLES = 3
"""On each platform; all play at once, so that each kill meets several moments of a quiz."""
LIFE = 7.0
"""Seconds that such a life lasts at most, from its first word to Telegram."""
DOWN = 12.0
"""Seconds in which the time of any question is over."""
TO_THE_END = 150.0
SOON = 90.0
"""Seconds within which a moment must come: a lobby and a question, on a slow machine."""


class Club:
    """Both platforms, with quizzes under way, and what befalls the bot.

    unheard: the polls that Telegram took and the bot knows nothing of; waited: the votes that were cast
    while the bot was down, in questions it knows.
    """

    def __init__(self, telegram: FakeTelegram, discord: FakeDiscord, folder: Path) -> None:
        self.telegram, self.discord, self.folder = telegram, discord, folder
        self.chance = Random(2026)
        self.bot = telegram.bot("whatis_bot")
        server = discord.guild("Club")
        self.late, *self.groups = [
            TelegramTable(telegram, self.bot, f"Group {n}", self.chance) for n in range(TABLES + 1)
        ]
        self.channels = [DiscordTable(server.channel(f"quiz-{n}"), self.chance) for n in range(TABLES)]
        self.settings = {**tg(telegram, self.bot.token), **dc(discord)}
        self.unheard: list[tuple[TelegramTable, str]] = []
        self.waited: list[tuple[TelegramTable, tuple[int, str]]] = []

    @property
    def tables(self) -> list[Table]:
        """Those that have a quiz."""
        return [*self.groups, *self.channels]

    async def opens(self) -> None:
        """The first life: every table gets a lobby."""
        async with running(self.folder, **self.settings):
            await self.discord.connected()
            await asyncio.gather(*(table.opens() for table in self.tables))
            await _until(lambda: all(table.lobbies for table in self.tables), within=30)

    async def dies_at_a_poll(self, at: Collection[TelegramTable]) -> None:
        """Killed when Telegram has taken a question of one of these tables, before the bot hears so."""
        by_chat = {table.chat_id: table for table in at}
        async with self._life() as process:

            def heard(said: Message) -> None:
                if said.poll and said.chat.id in by_chat:
                    process.kill()
                    self.telegram.world.heard = None
                    table = by_chat[said.chat.id]
                    self.unheard.append((table, table.open_poll))

            self.telegram.world.heard = heard
            await asyncio.wait_for(process.wait(), SOON)

    async def dies_in_a_question(self) -> None:
        """Killed when a question is open and the bot knows it, and away until its time is over.

        Somebody answers meanwhile.
        """
        while not (left := self._open_questions()):
            async with self._life():
                await _until(lambda: bool(self._open_questions()), within=SOON)
        self.waited += [(table, table.patient_answers()) for table in left]
        await asyncio.sleep(DOWN)

    async def dies_at_a_message(self) -> None:
        """Killed when a question has come to stand in a channel, before the bot hears so."""
        async with self._life() as process:

            def heard(said: DiscordMessage) -> None:
                if said.button("A"):
                    process.kill()
                    self.discord.heard = None

            self.discord.heard = heard
            await asyncio.wait_for(process.wait(), SOON)

    async def dies_at_random(self) -> None:
        async with self._life():
            await asyncio.sleep(self.chance.uniform(0, LIFE))

    async def opens_one_more(self) -> None:
        """Before the next life somebody asks for a quiz, so that one runs whatever became of the others."""
        self.groups.append(self.late)
        await self.late.opens()

    async def ends(self) -> None:
        """The last life: all quizzes go on to their end."""
        async with running(self.folder, **self.settings):
            await _until(lambda: all(game.over for game in self.games()), within=TO_THE_END)

    def games(self) -> list[Game]:
        """The quiz of each table as the rows tell."""
        with sqlite3.connect(self.folder / "whatis.db") as rows:
            return [read(rows, table.chat_id) for table in self.tables]

    @asynccontextmanager
    async def _life(self) -> AsyncIterator[Process]:
        """One more life, from its first word to Telegram on; it ends with the block if not before."""
        logins = len(self.telegram.made("getMe"))
        async with running(self.folder, **self.settings) as process:
            await self.telegram.called("getMe", logins + 1, within=30)
            yield process

    def _open_questions(self) -> list[TelegramTable]:
        """The groups where a question can be answered, by the rows and on Telegram."""
        games = zip(self.groups, self.games(), strict=False)
        return [group for group, game in games if game.asks and game.asks == group.open_poll]


@dataclass
class Game:
    """What is kept of a quiz.

    asks: the question that can be answered, empty for none.
    answers, results: by the user, the answers by item.
    """

    over: bool
    asks: str
    items: list[dict[str, Any]]
    answers: dict[int, dict[int, int]]
    results: dict[int, Counted]

    def number(self, question: str) -> int:
        """The place of a question, or of the one that took it."""
        return next(n for n, item in enumerate(self.items) if item["question"] == question)

    def item(self, question: str) -> dict[str, Any]:
        return self.items[self.number(question)]


def read(rows: sqlite3.Connection, chat_id: int) -> Game:
    ((quiz, state, told_at),) = rows.execute(
        "SELECT id, state, told_at FROM quizzes JOIN quiz_rooms ON quiz_id = id WHERE chat_id = ?", (chat_id,)
    )
    answers: dict[int, dict[int, int]] = defaultdict(dict)
    for user, number, option in rows.execute(
        "SELECT p.user_id, a.number, a.option FROM quiz_answers a JOIN quiz_participants p"
        " ON p.quiz_id = a.quiz_id AND p.participant = a.participant WHERE a.quiz_id = ?",
        (quiz,),
    ):
        answers[user][number] = option
    kept = rows.execute(
        "SELECT user_id, right_answers, points, rank FROM quiz_results WHERE quiz_id = ?", (quiz,)
    )
    results = {user: Counted(*counted) for user, *counted in kept}
    found = json.loads(state)
    asks = found["items"][found["number"]]["question"] if found["phase"] == "open" else ""
    return Game(told_at is not None, asks, found["items"], answers, results)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_again_and_again_in_quizzes(tmp_path: Path) -> None:
    assert bank().questions, "made beforehand, so that no member waits for it"
    async with FakeTelegram() as telegram, FakeDiscord(time=lambda: datetime.now(UTC)) as discord:
        club = Club(telegram, discord, tmp_path)
        everywhere = [*club.tables, club.late]
        playing = [asyncio.create_task(play(table)) for table in everywhere]
        await club.opens()
        await club.dies_at_a_poll(club.groups)
        await club.dies_in_a_question()
        await club.dies_at_a_message()
        for _ in range(AT_RANDOM):
            await club.dies_at_random()
        await club.opens_one_more()
        await club.dies_at_a_poll([club.late])
        assert not all(game.over for game in club.games()), "the last kill met nobody"
        await club.ends()
        for task in playing:
            task.cancel()
        ended = await asyncio.gather(*playing, return_exceptions=True)
        assert [error for error in ended if isinstance(error, Exception)] == []
        games = dict(zip(club.tables, club.games(), strict=True))
    for table, game in games.items():
        right_in_the_end(table, game)
    for group in club.groups:
        every_vote_counts(group, games[group])
    for channel in club.channels:
        nothing_is_doubled(channel, games[channel])
    assert len(club.unheard) == 2
    for group, question in club.unheard:
        assert games[group].item(question).get("void"), "what nobody knows to be sent counted"
    assert club.waited
    for group, (user, question) in club.waited:
        assert not games[group].item(question).get("void")
        assert games[group].answers[user][games[group].number(question)] == group.known[user, question]


def right_in_the_end(table: Table, game: Game) -> None:
    """The standings are what a recount says, and no question was asked twice."""
    assert ranked({user: scored(game.items, theirs) for user, theirs in game.answers.items()}) == game.results
    assert set(table.asked.values()) == {1}
    counted = {item["question"] for item in game.items if not item.get("void")}
    assert len(counted) == QUESTIONS
    assert counted <= table.asked.keys()
    for podium in table.podiums:
        assert all(f" {result.points} ·" in podium for result in game.results.values())


def every_vote_counts(table: TelegramTable, game: Game) -> None:
    """Also those that waited; only a poll that Telegram may not have got is void. Nothing is sent twice."""
    counted = {
        (user, number): option
        for user, theirs in game.answers.items()
        for number, option in theirs.items()
        if not game.items[number].get("void")
    }
    cast = {(user, game.number(question)): option for (user, question), option in table.known.items()}
    assert counted == {key: option for key, option in cast.items() if not game.items[key[1]].get("void")}
    assert table.lobbies == 1
    assert len(table.podiums) <= 1


def nothing_is_doubled(table: DiscordTable, game: Game) -> None:
    """What the bot called counted is there, and each message once, for Discord recognises a repeat."""
    assert all(game.answers[user][game.number(q)] == option for (user, q), option in table.known.items())
    assert len(table.known) > QUESTIONS
    assert not any(item.get("void") for item in game.items)
    assert table.lobbies == 1
    assert len(table.podiums) == 1


async def _until(holds: Callable[[], bool], *, within: float) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - the rows of another process tell nobody of their changes
            await asyncio.sleep(0.2)
