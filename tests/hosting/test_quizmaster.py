"""A quiz from lobby to podium: the real store and engine, and a wall to read from."""

from __future__ import annotations

import asyncio

from bot.adapters.base import Delayed, Moved, NotSent, OutcomeUnknown, Unreachable
from bot.hosting.quizmaster import Running
from bot.quiz.model import Phase, Reason
from bot.store import results, seen
from tests.conftest import NOON, Clock
from tests.hosting.house import ANN, BEN, CEM, House, Wall, a_plan, house, play_through


async def test_from_the_lobby_to_the_podium(home: House, wall: Wall) -> None:
    quiz = await home.opens(3)
    assert wall.calls("send") == ["1 lobby: Ann"]
    assert await home.master.join(quiz, BEN) is None
    assert await home.master.start(quiz, BEN) is Reason.NOT_YOURS
    assert await home.master.start(quiz, ANN) is None
    await home.master.settle()
    await play_through(home, quiz, ANN)
    assert wall.asked() == ["question-0", "question-1", "question-2"]
    assert wall.calls("close") == ["reveal 0: 1 right", "reveal 1: 1 right", "reveal 2: 1 right"]
    assert home.podium() == "1. Ann 33, 2. Ben 0"
    assert home.master.running(home.chat) is None
    assert await home.due_at(quiz) is None


async def test_what_ended_is_kept_for_leaderboards_and_for_the_next_choice(home: House) -> None:
    quiz = await home.starts(1)
    await play_through(home, quiz, BEN)
    board = await home.store.get(results.leaders(home.chat, NOON, 10))
    assert [(line.user.name, line.points, line.rank) for line in board] == [("Ben", 10, 1), ("Ann", 0, 2)]
    (asked,) = (await home.store.get(seen.of_chat(home.chat))).values()
    assert (asked.asked, asked.wrong) == (2, 1)
    await home.store.transact(results.hide(BEN))
    assert await home.store.get(results.hidden(BEN))
    board = await home.store.get(results.leaders(home.chat, None, 10))
    assert [line.user.name for line in board] == ["Ann"]


async def test_the_lobby_shows_who_joins_and_is_loud_only_once(home: House, wall: Wall) -> None:
    quiz = await home.opens()
    await home.master.join(quiz, BEN)
    await home.master.join(quiz, BEN)
    assert await wall.called("edit") == "lobby: Ann, Ben"
    assert len(wall.calls("send")) == 1


async def test_too_few_came_so_the_lobby_goes_and_the_opener_is_asked_in_private(
    home: House, wall: Wall
) -> None:
    quiz = await home.opens()
    await home.rings(quiz)
    assert wall.calls("delete") == ["lobby: Ann"]
    assert wall.calls("send") == ["1 lobby: Ann", f"{ANN.id} nobody came"]


async def test_a_lobby_that_was_stopped_goes_without_a_word(home: House, wall: Wall) -> None:
    quiz = await home.opens()
    assert await home.master.stop(quiz, BEN, admin=False) is Reason.NOT_YOURS
    assert await home.master.stop(quiz, ANN, admin=False) is None
    await home.master.settle()
    assert wall.said == {}


async def test_one_quiz_a_place_and_who_asks_for_another_is_told_where_it_is(home: House) -> None:
    quiz = await home.starts()
    found = await home.master.open(home.chat, BEN, a_plan(), home.clock())
    assert isinstance(found, Running)
    assert (found.quiz, found.message_id, found.question) == (quiz, 2, "question-0")
    assert found == home.master.running(home.chat) == home.master.find(quiz)


async def test_two_who_open_at_once_get_one_quiz(home: House) -> None:
    opened = await asyncio.gather(
        *(home.master.open(home.chat, user, a_plan(), home.clock()) for user in (ANN, BEN))
    )
    assert sum(isinstance(quiz, int) for quiz in opened) == 1


async def test_of_two_answers_in_one_batch_the_first_counts_and_the_other_is_told(home: House) -> None:
    quiz = await home.starts()
    outcomes = await asyncio.gather(
        home.master.answer(quiz, 0, 0, ANN, home.clock()),
        home.master.answer(quiz, 0, 1, ANN, home.clock()),
        home.master.answer(quiz, 0, 1, CEM, home.clock()),
    )
    assert outcomes == [None, Reason.ANSWERED, None]
    await play_through(home, quiz, ANN)
    assert home.podium().startswith("1. Ann 33"), "answering is joining, and the first answer stayed"


async def test_when_all_have_answered_it_closes_early_but_never_before_8_seconds(home: House) -> None:
    quiz = await home.starts()
    opened = home.clock()
    await home.answers(quiz, ANN)
    await home.answers(quiz, BEN)
    await home.rings(quiz)
    assert (home.clock() - opened).total_seconds() == 8
    assert home.phase(quiz) is Phase.REVEALED


async def test_an_answer_after_the_time_is_late(home: House) -> None:
    quiz = await home.starts()
    await home.rings(quiz)
    assert await home.answers(quiz, ANN) is Reason.LATE
    assert await home.master.answer(99, 0, 0, ANN, home.clock()) is Reason.ENDED


async def test_nobody_answers_twice_so_it_sleeps_until_somebody_wakes_it(home: House, wall: Wall) -> None:
    quiz = await home.starts()
    for _ in range(3):
        await home.rings(quiz)
    assert home.phase(quiz) is Phase.PAUSED
    assert wall.calls("send")[-1] == "1 paused"
    assert await home.master.resume(quiz, CEM) is None
    await home.master.settle()
    assert home.phase(quiz) is Phase.OPEN
    await play_through(home, quiz, BEN)
    assert home.podium() == "1. Ben 10, 2. Ann 0"


async def test_stopped_in_a_question_it_counts_for_nobody(home: House, wall: Wall) -> None:
    quiz = await home.starts()
    await home.answers(quiz, ANN)
    assert await home.master.stop(quiz, CEM, admin=True) is None
    await home.master.settle()
    assert home.podium() == "1. Ann 0"
    assert wall.calls("close") == ["reveal 0: 1 right"]


async def test_alone_at_ones_own_pace(home: House, wall: Wall) -> None:
    quiz = await home.opens(2, alone=True)
    assert wall.asked() == ["question-0"]
    await home.answers(quiz, ANN)
    assert home.phase(quiz) is Phase.REVEALED
    assert await home.master.go_on(quiz, BEN) is Reason.NOT_YOURS
    assert await home.master.go_on(quiz, ANN) is None
    await home.master.settle()
    assert await home.answers(quiz, BEN) is Reason.NOT_YOURS
    await home.answers(quiz, ANN)
    assert home.podium() == "1. Ann 21"


async def test_alone_the_question_comes_again_and_stands_there_once(database_url: str, clock: Clock) -> None:
    wall = Wall(clock, repeat_within=120)
    async with house(database_url, wall) as home:
        quiz = await home.opens(2, alone=True)
        assert await home.master.show_again(quiz, BEN) is Reason.NOT_YOURS
        assert await home.master.show_again(quiz, ANN) is None
        await home.master.settle()
        assert wall.asked() == ["question-0", "question-0"]
        assert list(wall.said.values()) == ["question 0"]
        await home.answers(quiz, ANN)
        assert await home.master.show_again(quiz, ANN) is None, "what comes next"
        await home.master.settle()
        assert wall.asked()[2:] == ["question-1"]
        await home.answers(quiz, ANN)
    assert home.podium() == "1. Ann 21"


async def test_an_item_voided_afterwards_changes_the_podium_in_place(home: House, wall: Wall) -> None:
    quiz = await home.starts(2)
    await play_through(home, quiz, ANN)
    assert home.podium() == "1. Ann 21, 2. Ben 0"
    assert await home.master.void(quiz, 0) is None
    await home.master.settle()
    assert home.podium() == "1. Ann 10, 2. Ben 0"
    (first, _) = await home.store.get(results.leaders(home.chat, None, 10))
    assert first.points == 10
    assert await home.master.void(99, 0) is Reason.ENDED


async def test_an_unknown_outcome_voids_the_question_and_asks_a_spare(home: House, wall: Wall) -> None:
    wall.faults["ask"] = [OutcomeUnknown("no answer")]
    quiz = await home.starts(2)
    await home.rings(quiz)
    await play_through(home, quiz, ANN)
    assert wall.asked() == ["question-0", "spare-0", "question-1"]
    assert home.podium() == "1. Ann 21, 2. Ben 0"


async def test_what_was_definitely_not_sent_is_tried_again(home: House, wall: Wall) -> None:
    wall.faults["ask"] = [NotSent("refused"), Delayed(3), NotSent("refused")]
    quiz = await home.starts()
    assert wall.asked() == ["question-0"] * 4
    assert home.phase(quiz) is Phase.OPEN


async def test_a_room_that_cannot_be_sent_to_at_all_is_lost_and_free(home: House, wall: Wall) -> None:
    wall.faults["ask"] = [NotSent("refused")] * 8
    quiz = await home.starts()
    assert home.phase(quiz) is Phase.ENDED
    assert isinstance(await home.master.open(home.chat, ANN, a_plan(), home.clock()), int)


async def test_a_room_that_is_closed_to_the_bot_ends_the_quiz(home: House, wall: Wall) -> None:
    quiz = await home.starts()
    wall.faults["close"] = [Unreachable("kicked")]
    await home.rings(quiz)
    assert home.phase(quiz) is Phase.ENDED
    assert home.master.running(home.chat) is None
    assert await home.due_at(quiz) is None


async def test_a_chat_that_moves_in_the_midst_keeps_its_quiz(home: House, wall: Wall) -> None:
    quiz = await home.opens(1)
    await home.master.join(quiz, BEN)
    wall.faults["ask"] = [Moved(-100)]
    await home.master.start(quiz, ANN)
    await home.master.settle()
    found = home.master.find(quiz)
    assert found is not None
    assert found.chat.id == -100
    assert home.master.running(found.chat) == found
    assert home.master.running(home.chat) is None


async def test_a_question_that_arrives_after_the_quiz_went_on_is_taken_back(home: House, wall: Wall) -> None:
    wall.held["ask"] = asyncio.Event()
    quiz = await home.opens(2)
    await home.master.join(quiz, BEN)
    await home.master.start(quiz, ANN)
    await wall.called("ask")
    home.clock.pass_(seconds=90)
    await home.master.timed_out(quiz)
    wall.held.pop("ask").set()
    await home.master.settle()
    assert wall.calls("delete") == ["question 0"]
    assert home.phase(quiz) is Phase.OPEN


async def test_while_the_platform_is_away_it_waits_for_it(home: House, wall: Wall) -> None:
    quiz = await home.opens(2)
    await home.master.join(quiz, BEN)
    wall.ready = False
    await home.master.start(quiz, ANN)
    for _ in range(50):
        await asyncio.sleep(0)
    assert wall.asked() == []
    wall.ready = True
    await home.master.settle()
    assert home.phase(quiz) is Phase.OPEN


async def test_a_view_that_fails_does_not_stop_the_quiz(home: House, wall: Wall) -> None:
    wall.faults["close"] = [ValueError("broken")]  # type: ignore[list-item]
    quiz = await home.starts(2)
    await home.rings(quiz)
    await home.rings(quiz)
    assert wall.asked() == ["question-0", "question-1"]


async def test_a_timer_that_rings_too_early_is_set_again(home: House) -> None:
    quiz = await home.starts()
    before = await home.due_at(quiz)
    await home.master.timed_out(quiz)
    assert await home.due_at(quiz) == before == home.expected[-1]
    assert home.phase(quiz) is Phase.OPEN
    await home.master.timed_out(99)


async def test_what_a_quiz_was_opened_with_can_be_had_again(home: House) -> None:
    quiz = await home.starts(1)
    assert await home.master.plan(quiz) == a_plan(1)
    await play_through(home, quiz, ANN)
    assert await home.master.plan(quiz) == a_plan(1)
    assert await home.master.plan(99) is None
