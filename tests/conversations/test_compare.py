"""`/compare` as people type it."""

from __future__ import annotations

import pytest

from bot.features.brief import GROUP_MAX
from tests.conversations.surfaces import Surface


@pytest.mark.parametrize(
    "typed",
    ["rag vs fine-tuning", "rag and fine tuning", "rag, finetuning", "rag fine tuning", "rag or fine-tuning"],
)
async def test_two_terms_however_they_are_joined(chat: Surface, typed: str) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says(f"/compare {typed}")
    assert "vs Fine-tuning" in heard
    assert "Bottom line" in heard


async def test_in_a_group_it_is_short_and_unfolds_for_the_asker(chat: Surface) -> None:
    ann, bob = await chat.member("Ann"), await chat.member("Bob")
    short = await ann.says("/compare gan vs diffusion")
    assert len(short.text) <= GROUP_MAX
    assert (await bob.presses("All rows")).private
    whole = await ann.presses("All rows")
    assert not whole.private
    assert len(whole.text) > len(short.text)


async def test_two_that_nobody_set_side_by_side_are_put_together_from_their_entries(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/compare hallucination vs tokenizer")
    assert "Put together from both entries" in heard
    assert "In one line" in heard


async def test_the_side_that_is_not_known_is_named(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "I don't know “foobar”" in await ann.says("/compare gan vs foobar")


async def test_a_thing_and_itself(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "Both are names for" in await ann.says("/compare llm vs large language model")


async def test_without_a_command(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("what's the difference between gpt and chatgpt?")
    assert "GPT vs ChatGPT" in heard


async def test_a_mistyped_question_is_no_comparison(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert (await ann.says("wahts genrative ai")).text.startswith("Generative AI")
    assert "vs Diffusion model" in await ann.says("gan diffusion")


async def test_compare_from_a_definition(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/whatis rag")
    asked = await ann.presses("Compare")
    assert "with what?" in asked
    assert "vs Fine-tuning" in await ann.presses("Fine-tuning")


async def test_half_a_comparison_is_finished_by_the_next_word(chat: Surface) -> None:
    if chat.name == "discord":
        return  # its form asks before the command is sent
    ann = await chat.alone("Ann")
    assert "what shall I compare it with?" in await ann.says("/compare rag")
    assert "vs Fine-tuning" in await ann.says("fine tuning")
