"""The real process, killed at random moments of quizzes on both platforms, and started again each time."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.adapters.live import Counted, ranked, scored
from tests.core import bank
from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram import FakeTelegram
from tests.tables import QUESTIONS, DiscordTable, Table, TelegramTable, play
from tests.test_run import dc, running, tg

KILLS = 15
TABLES = 3
"""On each platform; all play at once, so that each kill meets several moments of a quiz."""
LIFE = 7.0
"""Seconds that a life lasts at most, from its first word to Telegram."""
AT_A_POLL, AT_A_MESSAGE = {3, 8}, {5, 10}
"""These kills come when a question stands in the chat and the bot has not heard so."""
LONG_DOWN = {6, 12}
"""After these kills the bot stays away until a question's time is over."""
DOWN = 12.0
TO_THE_END = 150.0


class Club:
    """Both platforms, with quizzes under way, and what befalls the bot."""

    def __init__(self, telegram: FakeTelegram, discord: FakeDiscord, folder: Path) -> None:
        self.telegram, self.discord, self.folder = telegram, discord, folder
        self.chance = Random(2026)
        self.bot = telegram.bot("whatis_bot")
        server = discord.guild("Club")
        self.groups = [TelegramTable(telegram, self.bot, f"Group {n}", self.chance) for n in range(TABLES)]
        self.channels = [DiscordTable(server.channel(f"quiz-{n}"), self.chance) for n in range(TABLES)]
        self.tables: list[Table] = [*self.groups, *self.channels]
        self.settings = {**tg(telegram, self.bot.token), **dc(discord)}

    async def opens(self) -> None:
        """The first life: every table gets a lobby."""
        async with running(self.folder, **self.settings):
            await self.discord.connected()
            await asyncio.gather(*(table.opens() for table in self.tables))
            await _until(lambda: all(table.lobbies for table in self.tables), within=30)

    async def lives(self, n: int) -> None:
        """One more life, and its sudden end."""
        logins = len(self.telegram.made("getMe"))
        async with running(self.folder, **self.settings) as process:
            self._kill_at_a_poll(process.kill if n in AT_A_POLL else None)
            await self.telegram.called("getMe", logins + 1, within=30)
            if n in AT_A_POLL:
                await asyncio.wait_for(process.wait(), 60)
            elif n in AT_A_MESSAGE:
                before = self._questions
                await self.discord.until(lambda: self._questions - before, "a question", within=60)
            else:
                await asyncio.sleep(self.chance.uniform(0, LIFE))
        self._kill_at_a_poll(None)
        await asyncio.sleep(DOWN if n in LONG_DOWN else 0)

    async def ends(self) -> None:
        """The last life: all quizzes go on to their end."""
        async with running(self.folder, **self.settings):
            await _until(lambda: all(game.over for game in self.games()), within=TO_THE_END)

    def games(self) -> list[Game]:
        """The quiz of each table as the rows tell."""
        with sqlite3.connect(self.folder / "whatis.db") as rows:
            return [read(rows, table.chat_id) for table in self.tables]

    @property
    def _questions(self) -> set[int]:
        """The messages with an open question."""
        return {m.id for table in self.channels for m in table.channel.from_bot if m.button("A")}

    def _kill_at_a_poll(self, kill: Callable[[], None] | None) -> None:
        self.telegram.world.heard = None if kill is None else lambda said: kill() if said.poll else None


@dataclass
class Game:
    """What is kept of a quiz. answers, results: by the user, the answers by item."""

    over: bool
    items: list[dict[str, Any]]
    answers: dict[int, dict[int, int]]
    results: dict[int, Counted]

    def number(self, question: str) -> int:
        """The place of a question, or of the one that took it."""
        return next(n for n, item in enumerate(self.items) if item["question"] == question)


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
    return Game(told_at is not None, json.loads(state)["items"], answers, results)


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_killed_at_random_moments_of_quizzes(tmp_path: Path) -> None:
    assert bank().questions, "made beforehand, so that no member waits for it"
    async with FakeTelegram() as telegram, FakeDiscord(time=lambda: datetime.now(UTC)) as discord:
        club = Club(telegram, discord, tmp_path)
        playing = [asyncio.create_task(play(table)) for table in club.tables]
        await club.opens()
        for n in range(1, KILLS):
            if all(game.over for game in club.games()):
                break
            await club.lives(n)
        await club.ends()
        for task in playing:
            task.cancel()
        ended = await asyncio.gather(*playing, return_exceptions=True)
        assert [error for error in ended if isinstance(error, Exception)] == []
        games = club.games()
    for table, game in zip(club.tables, games, strict=True):
        right_in_the_end(table, game)
    for group, game in zip(club.groups, games[:TABLES], strict=True):
        every_vote_counts(group, game)
    for channel, game in zip(club.channels, games[TABLES:], strict=True):
        nothing_is_doubled(channel, game)
    # Chance decides how many votes waited and how many polls were void; tests of the adapter and of
    # hosting hold each by itself. Here all that counts is that the count is right whatever befell.


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
