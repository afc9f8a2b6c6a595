"""From a member's remark to the owners' inbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.actions import Action
from bot.adapters.terminal.lines import YOU, member, private_chat
from bot.features.inbox import DISMISS, DROP, RESOLVE
from bot.model import Addressed, Message, Platform, User
from bot.reply import MAX_ROWS, plain_text
from tests.conftest import Clock
from tests.conversations.surfaces import surface

UNKNOWN = ("zorblax", "quibnort", "vumfridge", "jexxopal", "wugglemik", "hyprond", "bofkin")


async def test_what_members_say_reaches_the_owner_who_ticks_it_off(tmp_path: Path, clock: Clock) -> None:
    async with surface("terminal", tmp_path, clock) as chat:
        ann, owner = await chat.member("Ann"), await chat.alone("you")
        await ann.says("/whatis rag")
        await ann.presses("Something wrong?")
        await ann.presses("The link is broken")
        await ann.says("/suggest an entry on neuromorphic chips")
        for _ in range(2):
            await ann.says("/whatis flux capacitor")
        inbox = await owner.says("/inbox")
        assert "term rag (link)" in inbox
        assert "suggestion (other): an entry on neuromorphic chips" in inbox
        assert "flux capacitor × 2" in inbox
        assert "Helped to find an error" not in await ann.says("/progress")
        assert "term rag" not in await owner.presses("Done: 1")
        assert "Helped to find an error" in await ann.says("/progress")
        clock.pass_(minutes=1)
        assert "flux capacitor" not in await owner.presses("Drop: flux capacitor")
        assert "Nothing to do" in await owner.presses("Done: 2")
        assert "works in our private chat" in await ann.says("/inbox")


async def test_nobody_is_thanked_for_what_was_right(tmp_path: Path, clock: Clock) -> None:
    async with surface("terminal", tmp_path, clock) as chat:
        ann, owner = await chat.member("Ann"), await chat.alone("you")
        await ann.says("/whatis rag")
        await ann.presses("Something wrong?")
        await ann.presses("It's unfair to somebody")
        assert "term rag (rude)" in await owner.says("/inbox")
        assert "Nothing to do" in await owner.presses("Dismiss: 1")
        assert "Helped to find an error" not in await ann.says("/progress")


async def test_an_inbox_that_overflows_has_a_button_for_all_that_it_shows(
    tmp_path: Path, clock: Clock
) -> None:
    async with surface("discord", tmp_path, clock) as chat:
        owner = User(Platform.TERMINAL, member(YOU).id, YOU)
        ann = await chat.member("Ann")
        for n, word in enumerate(UNKNOWN):
            await ann.says(f"/suggest number {n}")
            await ann.says(f"/whatis {word}")
            await ann.says(f"/whatis {word}")
            clock.pass_(minutes=1)
        asked = Message(owner, private_chat(owner), 1, "/inbox", Addressed.PRIVATE)
        inbox = await chat.core.router.respond(asked)
        assert inbox is not None
        assert len(inbox.buttons) <= MAX_ROWS
        labels = [button.label for row in inbox.buttons for button in row]
        said = plain_text(inbox)
        assert all(f"Done: {n}" in labels and f"Dismiss: {n}" in labels for n in range(1, 7))
        assert said.count("number ") == 6
        assert said.count("× 2") == sum(label.startswith("Drop: ") for label in labels) == 4


@pytest.mark.parametrize("verb", [RESOLVE, DISMISS, DROP])
async def test_a_link_made_up_by_a_member_opens_no_inbox(tmp_path: Path, clock: Clock, verb: str) -> None:
    async with surface("telegram", tmp_path, clock) as chat:
        eve = await chat.alone("Eve")
        await eve.says("/suggest an entry on neuromorphic chips")
        heard = await eve.says(f"/start {Action(verb, ('1',)).encode()}")
        assert heard.text == "That is for the owners of this bot."
        assert not heard.buttons


async def test_an_owner_finds_the_numbers_in_the_settings(tmp_path: Path, clock: Clock) -> None:
    async with surface("terminal", tmp_path, clock) as chat:
        owner = await chat.member("Ada", admin=True)
        assert "Activity" in (await owner.says("/settings")).buttons
        assert "Activity" in (await owner.presses("Speed: earns nothing")).buttons, "also after a change"
        assert "Activity" not in (await owner.says("/settings IST")).buttons
        await owner.says("/settings")
        assert "Learners: " in await owner.presses("Activity")


async def test_nobody_else_does(tmp_path: Path, clock: Clock) -> None:
    async with surface("telegram", tmp_path, clock) as chat:
        admin = await chat.member("Ada", admin=True)
        assert "Activity" not in (await admin.says("/settings")).buttons
