"""What a script in the terminal learns of messages that go."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace

from rich.console import Console

from bot.adapters.terminal.adapter import TerminalAdapter
from bot.adapters.terminal.lines import ROOM
from bot.adapters.terminal.screen import JsonScreen, RichScreen, Screen
from bot.model import Chat
from bot.reply import Paragraph, Reply
from bot.texts import load_catalogue
from tests.adapters.telegram.harness import ScriptedFront
from tests.conftest import Clock

SAID = Reply((Paragraph("An answer"),))
BARE = Chat(ROOM.platform, ROOM.id, ROOM.kind)
"""The room as rows know it, by its id."""


async def _no_lines() -> AsyncIterator[str]:
    for line in ():
        yield line


def adapter(screen: Screen) -> TerminalAdapter:
    return TerminalAdapter(ScriptedFront(), screen, _no_lines(), Clock(), load_catalogue().default)


async def test_json_says_which_message_is_deleted() -> None:
    out = io.StringIO()
    terminal = adapter(JsonScreen(out))
    first = await terminal.send(ROOM, SAID)
    second = await terminal.send(ROOM, replace(SAID, blocks=(Paragraph("Another"),)))
    await terminal.delete(BARE, [first, second, 4711])
    await terminal.delete(BARE, [first])
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    told = [(event["event"], event["chat"], event["text"]) for event in events]
    assert told[2:] == [("deleted", "everybody", "An answer"), ("deleted", "everybody", "Another")]


async def test_a_person_sees_a_line() -> None:
    out = io.StringIO()
    terminal = adapter(RichScreen(Console(file=out, width=80)))
    await terminal.delete(BARE, [await terminal.send(ROOM, Reply((Paragraph("word " * 30),)))])
    assert "(deleted: word word" in out.getvalue()
    assert "…)" in out.getvalue()


async def test_the_next_run_gives_no_number_again() -> None:
    clock = Clock()
    one = TerminalAdapter(
        ScriptedFront(), JsonScreen(io.StringIO()), _no_lines(), clock, load_catalogue().default
    )
    first = await one.send(ROOM, SAID)
    clock.pass_(seconds=30)
    other = TerminalAdapter(
        ScriptedFront(), JsonScreen(io.StringIO()), _no_lines(), clock, load_catalogue().default
    )
    assert await other.send(ROOM, SAID) > first
