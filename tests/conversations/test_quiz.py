"""Quizzes, as a group plays them, on every platform."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import Clock
from tests.conversations.quizzing import Table, answers_alone
from tests.conversations.surfaces import Surface, Voice

CALM = "/quiz rag 3 60"


@pytest.fixture
def clock() -> Clock:
    """The platforms' own clocks go on, so that of a quiz begins with them."""
    return Clock(dt.datetime.now(dt.UTC))


@pytest.fixture
def table(chat: Surface) -> Table:
    return Table(chat)


async def begun(chat: Surface, table: Table, asked: str = CALM) -> tuple[Voice, Voice]:
    """Ann opens a quiz, Ben joins, Ann begins."""
    ann, ben = await chat.member("Ann"), await chat.member("Ben")
    await ann.says(asked)
    await ben.presses("Join")
    await table.hears("Playing: Ann, Ben")
    await ann.presses("Start now")
    return ann, ben


async def test_a_quiz_from_the_lobby_to_the_podium(chat: Surface, table: Table) -> None:
    ann = await chat.member("Ann")
    lobby = await ann.says(CALM)
    assert "🎯 Retrieval and RAG" in lobby
    assert "3 questions of about 60 s" in lobby
    assert "visible to the group afterwards" in lobby
    assert list(lobby.buttons) == ["Join", "Start now", "Play quietly"]

    ben = await chat.member("Ben")
    await ben.presses("Join")
    await table.hears("Playing: Ann, Ben")
    await ann.presses("Start now")
    for number in (1, 2, 3):
        asked = await table.sees(number, 3)
        await table.answers(ann, asked, right=True)
        await table.answers(ben, asked, right=number == 2)
        await table.passes(seconds=9)
        reveal = await table.closes(asked)
        if reveal is not None:
            assert f"✅ {asked.letter(right=True)} {asked.question.key}" in reveal
            assert ("All 2 knew it" if number == 2 else "1 of 2 knew it") in reveal
        await table.passes(seconds=7)
    podium = await table.hears("🏆 Retrieval and RAG")
    assert "🥇 Ann 33 · 3 of 3 right" in podium
    assert "🥈 Ben 10 · 1 of 3 right" in podium
    assert {"Play again", "All answers"} <= set(podium.buttons)


async def test_the_first_answer_is_final(chat: Surface, table: Table) -> None:
    ann, _ = await begun(chat, table)
    asked = await table.sees(1, 3)
    first = await table.answers(ann, asked, right=True)
    if first is None:
        return  # Telegram's client lets nobody vote twice
    assert first.private
    assert first.text == f"{asked.letter(right=True)} it is."
    again = await table.answers(ann, asked, right=False)
    assert again is not None
    assert "The first answer counts" in again
    assert again.private


async def test_nobody_answers_and_it_sleeps_until_woken(chat: Surface, table: Table) -> None:
    _, ben = await begun(chat, table)
    for number in (1, 2):
        asked = await table.sees(number, 3)
        await table.passes(seconds=62)
        await table.closes(asked)
        await table.passes(seconds=6)
    await table.hears("Paused")
    await ben.presses("Go on")
    await table.hears("Question 3 of 3")


async def test_a_second_quiz_leads_to_the_first(chat: Surface, table: Table) -> None:
    _, ben = await begun(chat, table)
    await table.sees(1, 3)
    assert "A quiz is running: Retrieval and RAG" in await ben.says("/quiz agents")


async def test_only_the_starter_or_an_admin_ends_it(chat: Surface, table: Table) -> None:
    ann, ben = await begun(chat, table)
    await table.sees(1, 3)
    refused = await ben.says("/stopquiz")
    assert "Only the one who started it" in refused
    assert refused.private
    await ann.says("/stopquiz")
    await table.hears("Nobody answered this time")


async def test_while_a_question_is_open_its_term_is_explained_in_private(chat: Surface, table: Table) -> None:
    ann, _ = await begun(chat, table)
    asked = await table.sees(1, 3)
    told = await ann.says(f"/whatis {asked.question.tests.replace('-', ' ')}")
    assert told.private
    other = "gan" if asked.question.tests != "gan" else "vae"
    assert not (await ann.says(f"/whatis {other}")).private


async def test_too_few_come(chat: Surface, table: Table) -> None:
    ann = await chat.member("Ann")
    await ann.says(CALM)
    assert "It takes two" in await ann.presses("Start now")


async def test_a_member_may_open_one_in_half_an_hour(chat: Surface, table: Table) -> None:
    ann, bob = await begun(chat, table)
    await table.sees(1, 3)
    await ann.says("/stopquiz")
    await table.hears("🏆")
    refused = await ann.says(CALM)
    assert "You can start another quiz here in 30 minutes" in refused
    assert refused.private
    assert "Join" in (await bob.says(CALM)).buttons, "others may meanwhile"


async def test_alone_at_ones_own_pace(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "Question 1 of 3" in await ann.says("/quiz rag 3")
    assert "Next" in (await answers_alone(ann, 0)).buttons
    assert "Question 2 of 3" in await ann.presses("Next")
    assert "Stop" in (await answers_alone(ann, 1)).buttons
    assert "Question 3 of 3" in await ann.presses("Next")
    podium = await answers_alone(ann, 2, until="🏁")
    assert "of 3 right" in podium
    assert "Join" not in (await ann.presses("Play again")).buttons, "alone there is no lobby"


async def test_alone_a_quiz_that_was_lost_sight_of_is_found_again(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "Question 1 of 3" in await ann.says("/quiz rag 3")
    await ann.says("/tip")
    running = await ann.says("/quiz")
    assert "A quiz is running" in running
    assert list(running.buttons) == ["Continue", "Stop it"]
    assert "Question 1 of 3" in await ann.presses("Continue")
    assert "Next" in (await answers_alone(ann, 0)).buttons
    await ann.says("/quiz")
    assert "Question 2 of 3" in await ann.presses("Continue")


async def test_a_topic_nobody_knows(chat: Surface) -> None:
    ann = await chat.member("Ann")
    heard = await ann.says("/quiz football")
    assert "I have no questions on “football”" in heard
    assert "Agents and tools" in heard.buttons
    await ann.presses("Agents and tools")


async def test_the_same_questions_quietly_in_private(chat: Surface, table: Table) -> None:
    ann, ben = await chat.member("Ann"), await chat.member("Ben")
    await ann.says(CALM)
    told = await ben.presses("Play quietly")
    assert told.private
    assert "Question 1 of 3" in told or "at your own pace, in our private chat" in told
    assert "Playing: Ann" in await table.hears("Playing"), "who plays quietly is not in the lobby's list"


async def test_quiz_me_on_a_definition(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/whatis lora")
    heard = await ann.presses("Quiz me")
    assert "Question 1 of 3" in heard


async def test_the_leaderboard_and_leaving_it(chat: Surface, table: Table) -> None:
    ann, ben = await played(chat, table)
    board = await ben.says("/leaderboard")
    assert "Best of the week" in board
    assert "🥇 Ann 10 · 1 quiz" in board
    assert "– Ben 0 · 1 quiz" in board
    assert "no leaderboard any more" in await ann.presses("Hide or show me")
    assert "Ann" not in await ben.presses("All time")
    assert "on leaderboards again" in await ann.presses("Hide or show me")


async def test_all_answers_are_told_to_whoever_asks(chat: Surface, table: Table) -> None:
    ann, ben = await begun(chat, table)
    asked = await table.sees(1, 3)
    await table.answers(ann, asked, right=True)
    await table.answers(ben, asked, right=False)
    await table.passes(seconds=9)
    await table.closes(asked)
    await ann.says("/stopquiz")
    await table.hears("🥇 Ann 10")
    told = await ben.presses("All answers")
    assert told.private
    assert f"✅ {asked.question.key} · 1 of 2" in told
    assert not [label for label in told.buttons if label.startswith("Void")], "members void nothing"


async def test_settings_are_for_admins(chat: Surface) -> None:
    ann = await chat.member("Ann")
    if chat.name == "discord":
        with pytest.raises(AssertionError, match="may not run /settings"):
            await ann.says("/settings")  # the client does not even offer it
        return
    assert "Only an admin" in await ann.says("/settings")


async def test_a_question_does_not_show_what_is_right(chat: Surface, table: Table) -> None:
    """Nothing that a reader of the chat gets differs between the right option and the others."""
    await begun(chat, table)
    asked = await table.sees(1, 3)
    shown = await table.hears("Question 1 of 3")
    assert asked.question.explanation not in shown
    assert set(shown.buttons) in (set(), set("ABCD"))
    assert not any(d.why in shown for d in asked.question.distractors)


async def played(chat: Surface, table: Table) -> tuple[Voice, Voice]:
    """Ann was right once, Ben wrong, and Ann has ended it."""
    ann, ben = await begun(chat, table)
    asked = await table.sees(1, 3)
    await table.answers(ann, asked, right=True)
    await table.answers(ben, asked, right=False)
    await table.passes(seconds=9)
    await table.closes(asked)
    await ann.says("/stopquiz")
    await table.hears("🥇 Ann 10")
    return ann, ben


async def test_an_admin_voids_a_question_and_it_is_counted_anew(chat: Surface, table: Table) -> None:
    admin = await chat.member("Ada", admin=True)
    await played(chat, table)
    assert "Void 1" in (await admin.presses("All answers")).buttons
    await admin.presses("Void 1")
    podium = await table.hears("1 question did not count")
    assert "– Ann 0 · 0 of 0 right" in podium
    assert "– Ben 0 · 0 of 0 right" in podium


async def test_an_admin_ends_any_quiz_and_begins_the_next_at_once(chat: Surface, table: Table) -> None:
    admin = await chat.member("Ada", admin=True)
    await begun(chat, table)
    await table.sees(1, 3)
    await admin.says("/stopquiz")
    await table.hears("🏆")
    assert "Join" in (await admin.says("/quiz agents")).buttons


async def test_admins_decide_who_begins(chat: Surface, table: Table) -> None:
    admin, ann = await chat.member("Ada", admin=True), await chat.member("Ann")
    settings = await admin.says("/settings")
    assert {"Quizzes: anybody starts them", "Weekly quiz: none", "Time zone: UTC"} <= set(settings.buttons)
    changed = await admin.presses("Quizzes: anybody starts them")
    assert "Quizzes: admins start them" in changed.buttons
    refused = await ann.says(CALM)
    assert "Here only admins start quizzes" in refused
    assert refused.private
    assert "Join" in (await admin.says(CALM)).buttons


async def test_a_time_zone_is_set_as_people_write_it(chat: Surface) -> None:
    admin = await chat.member("Ada", admin=True)
    assert "Time zone: Vienna" in (await admin.says("/settings vienna")).buttons
    assert "Time zone: UTC+5:30" in (await admin.says("/settings utc+5:30")).buttons
    asked = await admin.says("/settings IST")
    assert "“IST” can mean more than one time zone" in asked
    assert "Time zone: Kolkata" in (await admin.presses("Kolkata")).buttons
    assert "I don't know the time zone “Atlantis”" in await admin.says("/settings Atlantis")
    assert "Time zone: Kolkata" in (await admin.says("/settings")).buttons


async def test_a_weekly_quiz_in_four_presses(chat: Surface) -> None:
    admin = await chat.member("Ada", admin=True)
    await admin.says("/settings europe/vienna")
    assert "On which day?" in await admin.presses("Weekly quiz: none")
    assert "At what time?" in await admin.presses("Fridays")
    assert "On what?" in await admin.presses("18:00")
    done = await admin.presses("A bit of everything")
    assert {"Weekly quiz: Fridays 18:00", "Time zone: Vienna"} <= set(done.buttons)
