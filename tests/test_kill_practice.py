"""kill -9 in the midst of practice: no answer that was acknowledged is lost, and the session goes on."""

from __future__ import annotations

import asyncio
import json
import random
import re
from pathlib import Path

import pytest

from tests.fakes.telegram.driver import FakeTelegram, Member, Room
from tests.test_run import running, tg

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
        for _ in range(ROUNDS):
            async with running(tmp_path, **tg(telegram, bot.token)) as process:
                await _answered(telegram, ann, "/practice")
                killing = asyncio.create_task(_kill(process, chance.uniform(0.0, 0.6)))
                while process.returncode is None:
                    shown = len(ann.room.said)
                    await ann.presses("A")
                    if not await _changes(telegram, ann.room, shown, killing):
                        break
                    acknowledged += 1
                    if "Five more" in ann.room.last.labels:
                        break
                await killing
        async with running(tmp_path, **tg(telegram, bot.token)):
            await ann.says("/mydata")
            told = await telegram.world.changed.until(
                lambda: next((said for said in ann.room.said if '"learning_events"' in said), None),
                lambda: f"no file came: {ann.room.said}",
                PATIENCE,
            )
    events = json.loads(told)["learning_events"]
    kept = [event for event in events if event["kind"] == "practice"]
    assert acknowledged > ROUNDS
    assert len(kept) >= acknowledged
    assert len({event["ref"] for event in kept}) == len(kept)
    assert all(re.fullmatch(r"practice:\d+:\d+", event["ref"]) for event in kept)


async def _answered(telegram: FakeTelegram, ann: Member, text: str) -> None:
    """Says it, and waits for whatever comes, also on a busy machine."""
    shown = len(ann.room.said)
    await ann.says(text)
    await telegram.world.changed.until(lambda: len(ann.room.said) > shown, lambda: "no answer", PATIENCE)


async def _kill(process: asyncio.subprocess.Process, seconds: float) -> None:
    """At a moment of chance; the time itself is what is tried here."""
    await asyncio.sleep(seconds)
    process.kill()
    await process.wait()


async def _changes(telegram: FakeTelegram, room: Room, shown: int, killing: asyncio.Task[None]) -> bool:
    """Whether the bot showed what became of the press before it died."""
    said = asyncio.create_task(
        telegram.world.changed.until(lambda: len(room.said) > shown or None, lambda: "nothing came", PATIENCE)
    )
    await asyncio.wait((said, killing), return_when=asyncio.FIRST_COMPLETED)
    seen = len(room.said) > shown
    said.cancel()
    await asyncio.gather(said, return_exceptions=True)
    return seen
