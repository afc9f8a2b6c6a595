"""One person learns: practice, paths, progress, links, and an end to it. Nobody else sees any of it."""

from __future__ import annotations

import re

from bot.features.bank import Bank
from bot.features.services import Shelf
from tests.conftest import Clock
from tests.conversations.surfaces import DiscordSurface, Heard, Surface, TelegramSurface, Voice
from tests.core import library

BANK = Bank(Shelf(library()))


def letter(heard: Heard, *, right: bool) -> str:
    """The letter to press, found by the words of the question that is shown last."""
    shown = heard.text.rpartition("Once more")[2] if "Once more" in heard.text else heard.text
    question = next(q for q in BANK.questions.values() if q.stem in shown and q.key in shown)
    lines = [line.strip("•- ") for line in shown.splitlines()]
    for line in reversed(lines):
        if re.match(r"[A-E] ", line) and (line[2:].strip() == question.key) is right:
            return line[0]
    raise AssertionError(f"no such option in {heard.text}")


async def answers(voice: Voice, heard: Heard, *, right: bool) -> Heard:
    return await voice.presses(letter(heard, right=right))


async def through(voice: Voice, heard: Heard) -> Heard:
    """Answers everything rightly, to the end."""
    while "A" in heard.buttons:
        heard = await answers(voice, heard, right=True)
    return heard


async def test_practice_is_five_questions_and_what_was_missed_once_more(chat: Surface, clock: Clock) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/practice")
    assert "Question 1 of 5" in heard
    heard = await answers(ann, heard, right=False)
    assert "❌ It is" in heard
    assert "Question 2 of 5" in heard
    for number in range(3, 6):
        heard = await answers(ann, heard, right=True)
        assert "✅ Right:" in heard
        assert f"Question {number} of 5" in heard
    heard = await answers(ann, heard, right=True)
    assert "Once more" in heard
    heard = await answers(ann, heard, right=True)
    assert "4 of 5 right." in heard
    assert "Worth another look:" in heard
    assert "Level 1" in heard
    assert {"Five more", "My progress"} <= set(heard.buttons)
    progress = await ann.presses("My progress")
    assert "5 of 6 questions right" in progress
    assert "🔥 1 day in a row" in progress
    assert "Nothing is due for review just now." in progress
    clock.pass_(days=2)
    assert "due for review" in await ann.says("/progress")


async def test_a_session_that_was_left_goes_on(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    first = await ann.says("/practice rag")
    second = await answers(ann, first, right=True)
    await ann.says("/whatis llm")
    again = await ann.says("/practice")
    assert "Question 2 of 5" in again
    assert letter(again, right=True) == letter(second, right=True)


async def test_in_a_group_practice_is_seen_by_nobody_else(chat: Surface) -> None:
    ann = await chat.member("Ann")
    heard = await ann.says("/practice")
    assert heard.private
    heard = await answers(ann, heard, right=True)
    assert heard.private
    assert "Question 2 of 5" in heard
    assert (await ann.says("/progress")).private
    assert (await ann.says("/learn")).private


async def test_a_topic_nobody_knows_is_said_so(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "I have no questions on" in await ann.says("/practice underwater basket weaving")


async def test_a_path_step_by_step_to_its_first_checkpoint(chat: Surface, clock: Clock) -> None:
    ann = await chat.alone("Ann")
    assert "First steps in AI · 0 of 16 · next: Artificial intelligence" in await ann.says("/learn")
    heard = await ann.presses("First steps in AI")
    for step in range(1, 5):
        clock.pass_(minutes=1)
        assert "Questions on this" in heard.buttons
        heard = await through(ann, await ann.presses("Questions on this"))
        assert "👣 Step done." in heard
        heard = await ann.presses("On with the path")
        assert f"{step} of 16 steps" in heard
    assert "Checkpoint 1" in heard
    heard = await ann.presses("Begin the checkpoint")
    for _ in range(5):
        clock.pass_(seconds=10)
        heard = await answers(ann, heard, right=False)
    assert "Not yet" in heard
    assert "Checkpoint 1" in await ann.presses("On with the path")
    clock.pass_(minutes=1)
    heard = await through(ann, await ann.presses("Begin the checkpoint"))
    assert "🏁 Checkpoint passed." in heard
    assert "Questions on this" in (await ann.presses("On with the path")).buttons


async def test_what_is_learnt_in_a_quiz_shows_in_the_progress(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/whatis rag")
    heard = await ann.says("/progress Vienna")
    assert "2 points" in heard
    assert "clocks of Vienna" in heard
    assert "Which time zone is" in await ann.says("/progress Nowhereville")


async def test_reminders_are_asked_for(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "Reminders: off" in (await ann.says("/progress")).buttons
    assert "Reminders: on" in (await ann.presses("Reminders: off")).buttons
    assert "Reminders: off" in (await ann.presses("Reminders: on")).buttons


async def test_a_code_that_is_no_code(chat: Surface, clock: Clock) -> None:
    ann = await chat.alone("Ann")
    given = await ann.says("/link")
    code = re.search(r"/link (\S{4}-\S{4})", given.text)
    assert code is not None
    assert "Type this code on the other platform" in await ann.says(code[0])
    for _ in range(4):
        clock.pass_(seconds=5)
        assert "I don't know that code" in await ann.says("/link ABCD-2345")
    clock.pass_(seconds=5)
    assert "Wait ten minutes" in await ann.says("/link ABCD-2345")
    assert "linked with no other" in await ann.says("/unlink")


async def test_privacy_in_plain_words_and_a_file_of_everything(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/whatis rag")
    heard = await ann.says("/privacy")
    assert "What I keep, and why" in heard
    assert "Backups are kept 30 days" in heard
    await ann.presses("My data")
    assert '"read:rag:' in await file_of(chat, "Ann")


async def file_of(chat: Surface, name: str) -> str:
    """What came as a file. In the terminal it is shown by the screen, and tested there."""
    match chat:
        case TelegramSurface():
            seen = lambda: next((t for _, t in chat.telegram.world.log if "read:rag:" in t), None)  # noqa: E731
            return await chat.telegram.world.changed.until(seen, lambda: "no file came")
        case DiscordSurface():
            files = [m.files for m in chat.discord.messages.values() if m.files]
            return files[-1]["whatis-bot-data.json"].decode()
    return '"read:rag:'


async def test_forgetting_asks_once_and_then_does_it(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/whatis rag")
    assert "for good" in await ann.says("/forgetme")
    assert "Nothing was deleted" in await ann.presses("Keep it")
    assert "2 points" in await ann.says("/progress")
    await ann.says("/forgetme")
    assert "I know nothing about you any more" in await ann.presses("Delete it all")
    assert "0 points" in await ann.says("/progress")
