"""The bot dies at some point, and the next life goes on from the rows."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
import structlog.testing

from bot.adapters.base import OutcomeUnknown
from bot.hosting.quizmaster import Running
from bot.model import Platform
from bot.quiz.model import Phase, Reason
from bot.store import due, quizzes
from bot.store.quizzes import Overtaken
from tests.conftest import Clock
from tests.hosting.house import ANN, BEN, CEM, House, Wall, a_plan, house, play_through, twice


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_restart_at_every_step_changes_nothing(
    engine: str, request: pytest.FixtureRequest, database_url: str, wall: Wall
) -> None:
    """After each thing that happens the bot dies; the quiz is as if it never had."""
    if engine == "postgresql":
        database_url = str(request.getfixturevalue("postgres"))
    async with house(database_url, wall) as home:
        quiz = await home.opens(3)
    async with house(database_url, wall) as home:
        await home.master.join(quiz, BEN)
    async with house(database_url, wall) as home:
        await home.master.start(quiz, ANN)
        await home.master.settle()
    phase = Phase.OPEN
    while phase is not Phase.ENDED:
        for user in (ANN, BEN) if phase is Phase.OPEN else ():
            async with house(database_url, wall) as home:
                assert await home.answers(quiz, user, right=user is ANN) is None
        async with house(database_url, wall) as home:
            await home.rings(quiz)
            phase = home.phase(quiz)
    assert wall.asked() == ["question-0", "question-1", "question-2"]
    assert home.podium() == "1. Ann 33, 2. Ben 0"
    assert wall.calls("close") == ["reveal 0: 1 right", "reveal 1: 1 right", "reveal 2: 1 right"]


async def test_an_answer_given_before_the_restart_is_still_the_first(database_url: str, wall: Wall) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.starts()
        await home.answers(quiz, CEM)
    async with house(database_url, wall) as home:
        assert await home.answers(quiz, CEM, right=False) is Reason.ANSWERED
        await play_through(home, quiz, ANN)
    assert home.podium() == "1. Ann 33, 2. Cem 10, 3. Ben 0"


async def test_it_died_after_the_last_answer_and_before_closing(database_url: str, wall: Wall) -> None:
    """Answers are rows without a snapshot, so the early close must be found anew."""
    async with house(database_url, wall) as home:
        quiz = await home.opens(1, alone=True)
        answer = quizzes.Answer(0, 1, 0, home.clock())
        await quizzes.append_answer(home.store.writer, quiz, answer)
    async with house(database_url, wall) as home:
        assert home.podium() == "1. Ann 10"


async def test_it_died_before_the_question_was_tried(database_url: str, wall: Wall) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.opens()
        await home.master.join(quiz, BEN)
        wall.ready = False
        await home.master.start(quiz, ANN)
    wall.ready = True
    async with house(database_url, wall) as home:
        assert wall.asked() == ["question-0"]
        assert home.phase(quiz) is Phase.OPEN


async def dies_while_asking(database_url: str, wall: Wall) -> int:
    """The question may or may not have arrived: nobody lived to hear of it."""
    wall.held["ask"] = asyncio.Event()
    async with house(database_url, wall) as home:
        quiz = await home.opens()
        await home.master.join(quiz, BEN)
        await home.master.start(quiz, ANN)
        await wall.called("ask")
    del wall.held["ask"]
    return quiz


async def test_it_died_while_the_question_was_on_its_way(database_url: str, wall: Wall) -> None:
    quiz = await dies_while_asking(database_url, wall)
    async with house(database_url, wall) as home:
        assert home.phase(quiz) is Phase.REVEALED
        await home.rings(quiz)
        await play_through(home, quiz, ANN)
    assert wall.asked() == ["question-0", "spare-0", "question-1", "question-2"]
    assert home.podium() == "1. Ann 33, 2. Ben 0"


@pytest.mark.parametrize(("away", "asked"), [(30, ["question-0"] * 2), (130, ["question-0"])])
async def test_where_a_repeat_is_recognised_the_question_is_repeated_in_time(
    database_url: str, wall: Wall, away: int, asked: list[str]
) -> None:
    wall.repeat_within = 120
    quiz = await dies_while_asking(database_url, wall)
    wall.clock.pass_(seconds=away)
    async with house(database_url, wall) as home:
        assert wall.asked() == (asked if away < 120 else ["question-0", "spare-0"])
        assert home.phase(quiz) is Phase.OPEN


async def test_it_died_before_the_reveal_was_shown(database_url: str, wall: Wall) -> None:
    wall.held["close"] = asyncio.Event()
    async with house(database_url, wall) as home:
        quiz = await home.starts()
        home.clock.pass_(seconds=30)
        await home.master.timed_out(quiz)
        await wall.called("close")
    del wall.held["close"]
    async with house(database_url, wall) as home:
        assert "reveal 0: 0 right" in wall.said.values()
        assert home.phase(quiz) is Phase.REVEALED


async def test_it_died_before_the_podium_was_tried(database_url: str, wall: Wall) -> None:
    wall.held["close"] = asyncio.Event()
    async with house(database_url, wall) as home:
        quiz = await home.starts(1)
        home.clock.pass_(seconds=30)
        await home.master.timed_out(quiz)
        await wall.called("close")
    del wall.held["close"]
    async with house(database_url, wall) as home:
        assert home.podium() == ""
    async with house(database_url, wall) as home:
        assert home.podium() == "", "it is told once"
        assert home.master.find(quiz) is None


async def test_a_podium_that_may_have_arrived_is_not_sent_again(database_url: str, wall: Wall) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.starts(1)
        wall.faults["send"] = [OutcomeUnknown("no answer")]
        await home.rings(quiz)
    async with house(database_url, wall) as home:
        assert len([text for text in wall.calls("send") if "podium" in text]) == 1


async def test_a_question_that_ended_while_the_bot_was_away_is_closed_late_and_that_is_said(
    database_url: str, wall: Wall
) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.starts()
        await home.answers(quiz, ANN)
    wall.clock.pass_(minutes=5)
    async with house(database_url, wall) as home:
        await home.rings(quiz)
        await home.rings(quiz)
    assert wall.calls("ask")[-1] == "1 late question-1"
    assert wall.calls("close") == ["reveal 0: 1 right"]
    assert twice(wall) == []


async def test_it_died_while_a_question_was_shown_again(database_url: str, clock: Clock) -> None:
    wall = Wall(clock, repeat_within=120)
    async with house(database_url, wall) as home:
        quiz = await home.opens(2, alone=True)
        clock.pass_(minutes=10)
        wall.held["ask"] = asyncio.Event()
        assert await home.master.show_again(quiz, ANN) is None
        while len(wall.calls("ask")) < 2:
            await wall.news.wait()
    wall.held.clear()
    async with house(database_url, wall) as home:
        assert home.phase(quiz) is Phase.OPEN
        assert list(wall.said.values()) == ["question 0"]
        await home.answers(quiz, ANN)
        assert home.phase(quiz) is Phase.REVEALED


async def test_the_due_row_is_free_after_a_restart_whoever_held_it(database_url: str, wall: Wall) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.starts()
        home.clock.pass_(seconds=30)
        claim = due.claim([quizzes.DUE], home.clock(), timedelta(minutes=2), "dead", 10)
        assert [row.key for row in await home.store.transact(claim)] == [str(quiz)]
    async with house(database_url, wall) as home:
        assert [row.key for row in await home.store.transact(claim)] == [str(quiz)]


async def test_a_snapshot_of_another_version_is_left_alone(database_url: str, wall: Wall) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.starts()
        state = '{"version": 99}'
        saved = await home.store.transact(quizzes.load(quiz))
        assert saved is not None
        await home.store.transact(quizzes.advance(quiz, saved.version, state))
    async with house(database_url, wall) as home:
        assert home.master.find(quiz) is None


@pytest.mark.parametrize(("column", "text"), [("state", '{"version": 1, "items'), ("settings", "{}")])
async def test_a_quiz_that_cannot_be_read_is_lost_and_its_chat_free(
    database_url: str, wall: Wall, column: str, text: str
) -> None:
    async with house(database_url, wall) as home:
        quiz = await home.starts()
    damage(database_url, f"UPDATE quizzes SET {column} = ?", text)
    with structlog.testing.capture_logs() as logs:
        async with house(database_url, wall) as home:
            assert home.master.find(quiz) is None
            assert await home.due_at(quiz) is None
            assert isinstance(await home.master.open(home.chat, CEM, a_plan(), home.clock()), int)
            await home.master.settle()
    assert wall.calls("send")[-2:] == [f"{home.chat.id} lost quiz-{quiz}", f"{home.chat.id} lobby: Cem"]
    (told,) = [line for line in logs if line["event"] == "a quiz is lost"]
    assert told["reference"] == f"quiz-{quiz}"
    async with house(database_url, wall):
        assert len([text for text in wall.calls("send") if "lost" in text]) == 1


def damage(database_url: str, sql: str, text: str) -> None:
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as rows, rows:
        rows.execute(sql, (text,))


async def test_who_was_overtaken_keeps_nothing_and_goes_on_from_the_rows(home: House, wall: Wall) -> None:
    quiz = await home.starts()
    saved = await home.store.transact(quizzes.load(quiz))
    assert saved is not None
    await home.store.transact(quizzes.advance(quiz, saved.version, saved.state))
    home.clock.pass_(seconds=30)
    with pytest.raises(Overtaken):
        await home.master.timed_out(quiz)
    assert home.master.find(quiz) is None
    found = await home.master.open(home.chat, CEM, a_plan(), home.clock())
    assert isinstance(found, Running)
    assert found == home.master.find(quiz)
    await home.rings(quiz)
    assert home.phase(quiz) is Phase.REVEALED
    await play_through(home, quiz, ANN)
    assert twice(wall) == []


async def polling(database_url: str, clock: Clock) -> tuple[Wall, int]:
    """A platform with native polls; the first question is open, as message 2, and the bot is away."""
    wall = Wall(clock, Platform.TELEGRAM, polls=True)
    async with house(database_url, wall) as home:
        quiz = await home.starts(2)
    return wall, quiz


class Awaited(asyncio.Event):
    """An event that tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.somebody = asyncio.Event()

    async def wait(self) -> bool:
        self.somebody.set()
        return await super().wait()


async def test_votes_that_waited_while_the_bot_was_away_count_as_in_time(
    database_url: str, clock: Clock
) -> None:
    wall, quiz = await polling(database_url, clock)
    wall.drained = drained = Awaited()
    clock.pass_(minutes=3)
    async with house(database_url, wall) as home:
        ringing = asyncio.create_task(home.rings(quiz))
        waits = asyncio.create_task(drained.somebody.wait())
        await asyncio.wait((ringing, waits), return_when=asyncio.FIRST_COMPLETED)
        await home.votes(2, ANN, 0)
        assert home.phase(quiz) is Phase.OPEN, "it waits for what waited"
        wall.drained.set()
        await ringing
        assert wall.calls("close") == ["reveal 0: 1 right"]


async def test_a_native_poll_gets_a_second_for_its_last_votes(database_url: str, clock: Clock) -> None:
    wall = Wall(clock, Platform.TELEGRAM, polls=True)
    async with house(database_url, wall) as home:
        quiz = await home.starts(2)
        opened = clock()
        assert await home.due_at(quiz) == opened + timedelta(seconds=31)
        clock.pass_(seconds=30.5)
        await home.votes(2, BEN, 0)
        await home.rings(quiz)
        assert wall.calls("close") == ["reveal 0: 1 right"]
        await home.votes(2, ANN, 0)
        await home.votes(77, ANN, 0)
        await home.rings(quiz)
        await play_through(home, quiz, ANN)
    assert home.podium() == "1. Ann 10, 1. Ben 10"


async def test_a_vote_that_overtakes_the_news_of_its_poll_counts(database_url: str, clock: Clock) -> None:
    wall = Wall(clock, Platform.TELEGRAM, polls=True)
    async with house(database_url, wall) as home:
        quiz = await home.opens()
        wall.held["ask"] = asyncio.Event()
        await home.master.join(quiz, home.member(BEN))
        await home.master.start(quiz, home.member(ANN))
        await wall.called("ask")
        voting = asyncio.create_task(home.votes(2, BEN, 0))
        await asyncio.sleep(0)
        wall.held.pop("ask").set()
        await voting
        await home.rings(quiz)
    assert wall.calls("close") == ["reveal 0: 1 right"]
