"""Groups in which the bot's own posts do not stay, on every platform."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conftest import Clock
from tests.conversations.quizzing import Table, bare
from tests.conversations.surfaces import DiscordSurface, Surface, TelegramSurface, Voice

RAG = "Retrieval-augmented generation"


@pytest.fixture
def clock() -> Clock:
    """The platforms' own clocks go on, so that of a quiz begins with them, at an hour that suits a post."""
    return Clock(dt.datetime.now(dt.UTC))


@pytest.fixture
def table(chat: Surface) -> Table:
    return Table(chat)


async def staying(chat: Surface, how_long: str) -> Voice:
    """An admin who has said how long posts stay."""
    admin = await chat.member("Ada", admin=True)
    await admin.says("/settings")
    await admin.presses("My posts stay: for ever")
    main = await admin.presses(how_long)
    assert f"My posts stay: {how_long}" in main.buttons
    return admin


async def later(table: Table, **time: float) -> None:
    """So much later, after the bot has deleted what there was to delete."""
    await table.passes(**time)
    await table.looked()


async def test_an_admin_says_how_long_posts_stay(chat: Surface) -> None:
    admin, ben = await chat.member("Ada", admin=True), await chat.member("Ben")
    await admin.says("/settings")
    assert "Only an admin" in await ben.presses("My posts stay: for ever")
    page = await admin.presses("My posts stay: for ever")
    assert "How long do my posts stay?" in page
    lengths = ["5 minutes", "30 minutes", "2 hours", "12 hours", "24 hours"]
    assert list(page.buttons) == ["for ever", *lengths, "Back"]
    assert "My posts stay: 12 hours" in (await admin.presses("12 hours")).buttons
    chat.clock.pass_(seconds=30)  # nobody presses that quickly
    assert "My posts stay: 12 hours" in (await admin.says("/settings")).buttons


async def test_an_answer_goes_when_its_time_is_over(chat: Surface, table: Table) -> None:
    await staying(chat, "30 minutes")
    ben = await chat.member("Ben")
    assert RAG in await ben.says("/whatis rag")
    await table.noted()
    await later(table, minutes=29)
    assert table.stands(RAG)
    await table.passes(minutes=2)
    await table.goes(RAG)
    assert table.stands("Settings of this"), "it stood there before"


async def test_an_answer_to_a_mention_goes_too(chat: Surface, table: Table) -> None:
    await staying(chat, "5 minutes")
    ben = await chat.member("Ben")
    assert RAG in await ben.says("what is rag?")
    await table.noted()
    await table.passes(minutes=6)
    await table.goes(RAG)


async def test_an_answer_that_is_changed_counts_from_then(chat: Surface, table: Table) -> None:
    await staying(chat, "30 minutes")
    ben = await chat.member("Ben")
    await ben.says("/whatis rag")
    await table.noted()
    await later(table, minutes=20)
    await ben.presses("Deeper")
    await table.noted()
    await later(table, minutes=20)
    assert table.stands(RAG), "twenty minutes after the change"
    await table.passes(minutes=11)
    await table.goes(RAG)


async def test_nobody_is_pointed_to_what_is_gone(chat: Surface, table: Table) -> None:
    await staying(chat, "5 minutes")
    ben, cem = await chat.member("Ben"), await chat.member("Cem")
    await ben.says("/whatis rag")
    assert "answered a moment ago" in await cem.says("/whatis rag")
    await table.noted(2)
    await table.passes(minutes=6)
    await table.goes(RAG)
    heard = await cem.says("/whatis rag")
    assert "answered a moment ago" not in heard
    assert RAG in heard


async def test_a_question_asked_back_goes_whole(chat: Surface, table: Table) -> None:
    """On Telegram it takes two messages: one with choices, and one to be answered in words."""
    if isinstance(chat, DiscordSurface):
        pytest.skip("its clients ask for the word themselves")
    await staying(chat, "5 minutes")
    ben = await chat.member("Ben")
    await ben.says("/whatis")
    await table.hears("Which word shall I explain?")
    await table.noted(2 if isinstance(chat, TelegramSurface) else 1)
    await table.passes(minutes=6)
    await table.goes("Which word shall I explain?")
    if isinstance(chat, TelegramSurface):
        await table.goes("Or answer this message in your own words")


async def test_a_quiz_goes_after_its_end_and_not_before(chat: Surface, table: Table) -> None:
    await staying(chat, "5 minutes")
    ann, ben = await chat.member("Ann"), await chat.member("Ben")
    await ann.says("/quiz rag 3 60")
    await ben.presses("Join")
    await table.hears("Playing: Ann, Ben")
    await ann.presses("Start now")
    first = await table.sees(1, 3)
    for number in (1, 2, 3):
        seen = await table.sees(number, 3)
        await table.answers(ann, seen, right=True)
        await table.answers(ben, seen, right=False)
        await table.passes(seconds=9)
        await table.closes(seen)
        await table.passes(seconds=7)
    await table.hears("🏆 Retrieval and RAG")
    await chat.core.quizmaster.settle()
    await later(table, minutes=4)
    assert table.stands("🏆 Retrieval and RAG")
    assert table.stands(first.question.stem)
    await table.passes(minutes=2)
    await table.goes("🏆 Retrieval and RAG")
    await table.goes(first.question.stem)
    await table.goes("🎯 Retrieval and RAG")


async def test_a_quiz_that_sleeps_stays(chat: Surface, table: Table) -> None:
    await staying(chat, "5 minutes")
    ann, ben = await chat.member("Ann"), await chat.member("Ben")
    await ann.says("/quiz rag 3 60")
    await ben.presses("Join")
    await table.hears("Playing: Ann, Ben")
    await ann.presses("Start now")
    seen = await table.sees(1, 3)
    for _ in range(2):
        await table.passes(seconds=62)
        await table.passes(seconds=9)
    await later(table, hours=3)
    assert table.stands(seen.question.stem)


async def test_the_daily_post_goes_and_a_question_only_after_it_closed(chat: Surface, table: Table) -> None:
    admin = await staying(chat, "2 hours")
    at = chat.clock() + dt.timedelta(minutes=2)
    await admin.says(f"/tips on {at:%H:%M} UTC both")
    await table.passes(minutes=3)
    await table.hears("❓ Question of the day")
    await later(table, hours=23)
    assert table.stands("❓ Question of the day")
    await admin.says("/tips off")
    await table.passes(hours=4)
    await table.goes("❓ Question of the day")


async def test_for_ever_is_for_ever_also_for_what_stands_there(chat: Surface, table: Table) -> None:
    admin = await staying(chat, "30 minutes")
    ben = await chat.member("Ben")
    await ben.says("/whatis rag")
    await admin.says("/settings")
    await table.noted(2)
    await admin.presses("My posts stay: 30 minutes")
    chat.clock.pass_(seconds=30)
    await admin.presses("for ever")
    await later(table, hours=20)
    assert table.stands(RAG)


async def test_another_length_holds_for_what_stands_there(chat: Surface, table: Table) -> None:
    admin = await staying(chat, "24 hours")
    ben = await chat.member("Ben")
    await ben.says("/whatis rag")
    await admin.says("/settings")
    await table.noted(2)
    await admin.presses("My posts stay: 24 hours")
    chat.clock.pass_(seconds=30)
    await admin.presses("30 minutes")
    await table.passes(minutes=31)
    await table.goes(RAG)


async def test_what_only_one_person_sees_stays_with_them(chat: Surface, table: Table) -> None:
    await staying(chat, "5 minutes")
    alone = await chat.alone("Ann")
    await alone.says("/whatis gan")
    ben = await chat.member("Ben")
    await ben.says("/help")
    await ben.says("/whatis rag")
    await table.noted()
    await table.passes(minutes=6)
    await table.goes(RAG)
    assert (await alone.presses("Deeper")).text, "the private answer is still there"


async def test_the_greeting_stays(chat: Surface, table: Table) -> None:
    if isinstance(chat, TelegramSurface):
        chat.group.add(chat.bot)
        chat.group.remove(chat.bot)
        chat.group.add(chat.bot)
    elif not isinstance(chat, DiscordSurface):
        pytest.skip("nobody is greeted in a terminal")
    await table.hears("Hello!")
    await staying(chat, "5 minutes")
    ben = await chat.member("Ben")
    await ben.presses("What can you do?")
    await ben.says("/whatis rag")
    await table.noted()
    await table.passes(minutes=30)
    await table.goes(RAG)
    assert table.stands("Hello!")


async def test_elsewhere_everything_stays(chat: Surface, table: Table) -> None:
    ben = await chat.member("Ben")
    await ben.says("/whatis rag")
    await later(table, days=9)
    assert table.stands(RAG)
    assert "Deeper" in bare(" ".join((await ben.says("/whatis gan")).buttons))
