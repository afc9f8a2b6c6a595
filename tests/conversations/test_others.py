"""The catalogue, uses, tips, help, and how the bot behaves as a guest."""

from __future__ import annotations

from bot.floodgate import CAPACITY
from tests.conversations.surfaces import Surface


async def test_the_catalogue_by_what_goes_in_and_comes_out(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/models text image")
    assert "Text to image" in heard
    assert "Midjourney" in heard
    card = await ann.presses("Midjourney")
    assert "since 2022" in card
    assert "Checked 2026" in card


async def test_a_song_is_music(chat: Surface) -> None:
    if chat.name == "discord":
        return  # its form offers the kinds to choose from
    ann = await chat.alone("Ann")
    assert "Text to music" in await ann.says("/models words to song")
    assert "Midjourney" in await ann.says("/models midjourney")


async def test_where_generative_ai_fits(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/uses")
    for value in ("creativity", "Personalisation", "productivity", "problem solving", "data analysis"):
        assert value in heard
    await ann.presses("By sector")
    assert "tutor" in await ann.presses("Education")
    assert "Checked" in await ann.says("/uses health")


async def test_a_tip_leads_on(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    first = await ann.says("/tip prompting")
    assert "💡" in first
    assert "Something wrong?" in first.buttons
    second = await ann.presses("Another tip")
    assert second.text != first.text
    assert "Checked" in await ann.presses("Tell me more")


async def test_help_lists_every_command(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/help")
    for word in ("/whatis", "/compare", "/models", "/uses", "/tip", "/report", "/about"):
        assert word in heard


async def test_about_carries_the_links_and_none_that_is_over(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/about")
    assert "Read on" in heard
    assert "Community" in heard
    assert "Launch Pad" not in heard


async def test_who_floods_is_warned_once(chat: Surface) -> None:
    ann, bob = await chat.member("Ann"), await chat.member("Bob")
    for _ in range(CAPACITY):
        await ann.says("/uses")
    assert "That was a lot at once" in await ann.says("/uses")
    assert "Where generative AI fits" in await bob.says("/uses"), "others do not suffer for it"


async def test_an_old_button_answers_politely(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    heard = await ann.says("/start")
    assert "What can you do?" in heard.buttons
    assert "What I can do" in await ann.presses("What can you do?")
