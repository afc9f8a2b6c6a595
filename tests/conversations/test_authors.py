"""From a member's remark to the owners' inbox."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Clock
from tests.conversations.surfaces import surface


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
        assert "term rag" not in await owner.presses("Done: 1")
        assert "flux capacitor" not in await owner.presses("Drop: flux capacitor")
        assert "Nothing to do" in await owner.presses("Done: 2")
        assert "works in our private chat" in await ann.says("/inbox")
