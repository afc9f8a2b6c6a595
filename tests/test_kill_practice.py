"""kill -9 in the midst of practice: no answer that was acknowledged is lost, and the session goes on.

Every other life ends in the very moment in which an answer is acknowledged, the others at random.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from pathlib import Path

import pytest

from tests.fakes.telegram.driver import FakeTelegram, Member, Room
from tests.test_run import Process, running, tg

ROUNDS = 12
PATIENCE = 60.0


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_any_moment_no_acknowledged_answer_is_lost(tmp_path: Path) -> None:
    chance = random.Random(11)
    acknowledged = 0
    async with FakeTelegram() as telegram:
        bot = telegram.bot("whatis_bot")
        ann = telegram.private(bot, "Ann")
        for n in range(ROUNDS):
            async with running(tmp_path, **tg(telegram, bot.token)) as process:
                await _answered(telegram, ann, "/practice")
                acknowledged += await _until_killed(telegram, ann, process, None if n % 2 else chance)
        async with running(tmp_path, **tg(telegram, bot.token)):
            await ann.says("/mydata")
            told = await telegram.world.changed.until(
                lambda: next((said for said in ann.room.said if '"learning_events"' in said), None),
                lambda: f"no file came: {ann.room.said}",
                PATIENCE,
            )
    events = json.loads(told)["learning_events"]
    kept = [event for event in events if event["kind"] == "practice"]
    assert acknowledged >= ROUNDS, "every life acknowledges one"
    assert len(kept) >= acknowledged
    assert len({event["ref"] for event in kept}) == len(kept)
    assert all(re.fullmatch(r"practice:\d+:\d+", event["ref"]) for event in kept)


async def _answered(telegram: FakeTelegram, ann: Member, text: str) -> None:
    """Says it, and waits for whatever comes, also on a busy machine."""
    shown = len(ann.room.said)
    await ann.says(text)
    await telegram.world.changed.until(lambda: len(ann.room.said) > shown, lambda: "no answer", PATIENCE)


async def _until_killed(
    telegram: FakeTelegram, ann: Member, process: Process, chance: random.Random | None
) -> int:
    """Answers until the bot dies; how many answers it acknowledged, at least one.

    chance: of the moment of its death after the first acknowledgement; None for that moment itself, when
    the bot does not even know that its message has arrived.
    """
    if chance is None:
        telegram.world.heard = lambda _: process.kill()
    acknowledged, killing = 0, asyncio.create_task(process.wait())
    while process.returncode is None and "Five more" not in ann.room.last.labels:
        shown = len(ann.room.said)
        await ann.presses("A")
        if not await _changes(telegram, ann.room, shown, killing):
            break
        acknowledged += 1
        if chance is not None and acknowledged == 1:
            asyncio.get_running_loop().call_later(chance.uniform(0.0, 0.6), _kill, process)
    await killing
    telegram.world.heard = None
    return acknowledged


def _kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()


async def _changes(telegram: FakeTelegram, room: Room, shown: int, killing: asyncio.Task[int]) -> bool:
    """Whether the bot showed what became of the press before it died."""
    said = asyncio.create_task(
        telegram.world.changed.until(lambda: len(room.said) > shown or None, lambda: "nothing came", PATIENCE)
    )
    await asyncio.wait((said, killing), return_when=asyncio.FIRST_COMPLETED)
    seen = len(room.said) > shown
    said.cancel()
    await asyncio.gather(said, return_exceptions=True)
    return seen
