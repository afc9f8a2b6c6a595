"""`/whatis`, as members live it, on every platform."""

from __future__ import annotations

from bot.features.brief import GROUP_MAX
from tests.conversations.surfaces import Surface


async def test_a_definition_in_a_group(chat: Surface) -> None:
    ann = await chat.member("Ann")
    heard = await ann.says("/whatis genai")
    assert "Generative AI (GenAI)" in heard
    assert "Checked 2026-" in heard, "says when it was last checked"
    assert len(heard.text) <= GROUP_MAX
    assert {"Simpler", "Deeper", "Example", "Compare", "Something wrong?"} <= set(heard.buttons)


async def test_the_asker_changes_the_answer_and_others_get_a_copy(chat: Surface) -> None:
    ann, bob = await chat.member("Ann"), await chat.member("Bob")
    await ann.says("/whatis gan")
    copy = await bob.presses("Deeper")
    assert copy.private
    assert "minimax" in copy
    changed = await ann.presses("Deeper")
    assert not changed.private
    assert "minimax" in changed
    assert "forger" in await ann.presses("Simpler")


async def test_the_same_word_within_ten_minutes_points_to_the_first_answer(chat: Surface, clock) -> None:
    ann, bob = await chat.member("Ann"), await chat.member("Bob")
    await ann.says("/whatis rag")
    repeat = await bob.says("/whatis RAG")
    assert "answered a moment ago" in repeat
    assert "Letting a model look things up" in await bob.presses("Show it to me")
    clock.pass_(minutes=11)
    assert "Letting a model look things up" in await bob.says("/whatis rag")


async def test_a_slip_of_the_thumb_is_forgiven(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "Transformer" in await ann.says("/whatis trasnformer")


async def test_what_is_not_known_is_said_and_not_guessed(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "I don't know “football” yet" in await ann.says("/whatis football")


async def test_a_word_with_two_meanings_shows_both(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/whatis xai")
    assert "more than one thing" in heard
    assert len(heard.buttons) == 2
    assert "Explainable" in await ann.presses(next(b for b in heard.buttons if "Explainable" in b))


async def test_a_beginner_types_no_slash(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "Retrieval-augmented generation" in await ann.says("whats RAG?")
    assert "GAN" in await ann.says("explain gans please")


async def test_in_a_group_a_question_to_the_bot_is_answered_and_thanks_is_not(chat: Surface) -> None:
    ann = await chat.member("Ann")
    assert "Retrieval-augmented generation" in await ann.says("what is rag?")
    assert await ann.is_ignored("thanks")
    assert await ann.is_ignored("that was a good lunch")


async def test_a_name_or_a_word_breaks_no_markup_and_pings_nobody(chat: Surface) -> None:
    imp = await chat.member("<b>@everyone</b>")
    for word in ("<b>@everyone</b>", "*_[x](https://a.example)`", "فيل", "象" * 50, "a" * 3000):
        heard = await imp.says(f"/whatis {word}")
        assert word[:20] in heard or "I don't know" in heard
        assert "</b>" not in heard or word.startswith("<b>")


async def test_a_lonely_command_asks_and_the_next_word_completes_it(chat: Surface) -> None:
    if chat.name == "discord":
        return  # its form asks before the command is sent
    ann = await chat.alone("Ann")
    asked = await ann.says("/whatis")
    assert "Which word shall I explain?" in asked
    assert "RAG" in asked.buttons
    assert "Retrieval-augmented generation" in await ann.says("rag")


async def test_something_wrong_reaches_the_authors(chat: Surface) -> None:
    ann = await chat.member("Ann")
    await ann.says("/whatis rag")
    asked = await ann.presses("Something wrong?")
    assert asked.private
    assert "What is wrong with" in asked
    assert "The authors will read it" in await ann.presses("It's out of date")
