"""kill -9 in the midst of practice: no answer that was acknowledged is lost, and the session goes on.

Every other life ends in the very moment in which an answer is acknowledged, the others at random.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from pathlib import Path

import pytest

from bot.actions import decode
from tests.fakes.telegram import Message
from tests.fakes.telegram.driver import FakeTelegram, Member
from tests.test_run import Process, running, tg

ROUNDS = 12
PATIENCE = 60.0


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_any_moment_no_acknowledged_answer_is_lost(tmp_path: Path) -> None:
    chance = random.Random(11)
    acknowledged: set[str] = set()
    async with FakeTelegram() as telegram:
        bot = telegram.bot("whatis_bot")
        ann = telegram.private(bot, "Ann")
        for n in range(ROUNDS):
            async with running(tmp_path, **tg(telegram, bot.token)) as process:
                question = await _begun(telegram, ann)
                acknowledged |= await _until_killed(
                    telegram, ann, question, process, chance if n % 2 else None
                )
        async with running(tmp_path, **tg(telegram, bot.token)):
            await ann.says("/mydata")
            told = await telegram.world.changed.until(
                lambda: next((said for said in ann.room.said if '"learning_events"' in said), None),
                lambda: f"no file came: {ann.room.said}",
                PATIENCE,
            )
    events = json.loads(told)["learning_events"]
    kept = [event["ref"] for event in events if event["kind"] == "practice"]
    assert len(acknowledged) >= ROUNDS, "every life acknowledges one"
    assert acknowledged <= set(kept)
    assert len(set(kept)) == len(kept)


async def _begun(telegram: FakeTelegram, ann: Member) -> Message:
    """The question that `/practice` shows, also on a busy machine."""
    before = set(ann.room.chat.messages)
    await ann.says("/practice")
    new = lambda: [m for m in ann.room.chat.messages.values() if m.id not in before and "A" in m.labels]  # noqa: E731
    (question,) = await telegram.world.changed.until(new, lambda: "no question", PATIENCE)
    return question


async def _until_killed(
    telegram: FakeTelegram, ann: Member, question: Message, process: Process, chance: random.Random | None
) -> set[str]:
    """Answers until the bot dies; which answers it acknowledged, at least one.

    chance: of the moment of its death after the first acknowledgement; None for that moment itself, when
    the bot does not even know that its message has arrived.
    """
    if chance is None:
        telegram.world.heard = lambda said: process.kill() if said is question else None
    acknowledged: set[str] = set()
    killing = asyncio.create_task(process.wait())
    while not killing.done() and "A" in question.labels:
        ref = _ref(question)
        if not await _acknowledged(telegram, ann, question, killing):
            # A press that the last life left behind may have been the session's last.
            question = question if killing.done() else await _begun(telegram, ann)
            continue
        acknowledged.add(ref)
        if chance is not None and len(acknowledged) == 1:
            asyncio.get_running_loop().call_later(chance.uniform(0.0, 0.6), _kill, process)
    await killing
    telegram.world.heard = None
    return acknowledged


def _ref(question: Message) -> str:
    """How an answer to it is kept: by its session and its place there."""
    number, place, _ = decode(question.buttons[0]["callback_data"]).args
    return f"practice:{number}:{place}"


def _kill(process: Process) -> None:
    if process.returncode is None:
        process.kill()


async def _acknowledged(
    telegram: FakeTelegram, ann: Member, question: Message, killing: asyncio.Task[int]
) -> bool:
    """Whether the bot showed in the question's place what became of an answer, before it died or said no."""
    changes = lambda: sum(message is question for message, _ in telegram.world.log)  # noqa: E731
    before = changes()
    press = await ann.presses("A", question)
    no = lambda: (press.query.answer or {}).get("text")  # noqa: E731
    changed = telegram.world.changed
    shown = asyncio.create_task(
        changed.until(
            lambda: changes() > before or no(), lambda: f"nothing came: {ann.room.said[-3:]}", PATIENCE
        )
    )
    await asyncio.wait((shown, killing), return_when=asyncio.FIRST_COMPLETED)
    if killing.done():
        shown.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await shown
    return changes() > before
