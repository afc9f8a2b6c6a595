"""A whole quiz on Telegram: the real core, store and content, and a group full of members.

The fake counts what Telegram counts, and the adapter keeps its pace, both by one clock.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bot.adapters.clock import Alarm
from bot.adapters.telegram import TelegramAdapter
from bot.core import Core
from bot.library.schema import Question
from bot.model import Platform
from bot.store.store import Store
from bot.texts import load_catalogue
from tests.adapters.live import asked_in, recounted, tells_nothing
from tests.adapters.telegram.harness import running
from tests.conftest import Clock
from tests.core import core
from tests.fakes.telegram import Bot, FakeTelegram, Group, Member, Message
from tests.fakes.telegram.server import Call

MEMBERS = 200
QUESTIONS = 7
QUIZ = 1


class Seconds:
    """The seconds of the test's clock, and those that really pass."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def time(self) -> float:
        return self._clock.now.timestamp() + asyncio.get_running_loop().time()

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Alarm:
        return asyncio.get_running_loop().call_later(delay, callback)


@asynccontextmanager
async def at_telegram(
    telegram: FakeTelegram, bot: Bot, folder: Path, clock: Clock
) -> AsyncIterator[tuple[Core, Store]]:
    """The whole bot, connected; what is due is done when a test says so."""
    async with core(folder, clock) as (built, platforms, store):
        adapter = platforms[Platform.TELEGRAM] = TelegramAdapter(
            bot.token,
            front=built.router,
            inbox=store,
            notebook=store,
            catalogue=load_catalogue(),
            api_url=telegram.url,
            clock=Seconds(clock),
            now=clock,
        )
        async with running(adapter, telegram, bot):
            await built.quizmaster.wake()
            yield built, store
            await built.quizmaster.close()


async def asked(group: Group, number: int) -> tuple[Message, Question]:
    """Waits for the question of that number."""
    message = await group.heard(f"Question {number} of {QUESTIONS}")
    return message, asked_in(message.shown)


async def answer_all(
    telegram: FakeTelegram, bot: Bot, members: list[Member], on: Message, chance: Random
) -> None:
    """Everybody votes at once, for whatever comes to mind; returns when all votes are kept."""
    assert on.poll is not None
    for member in members:
        member.votes(chance.randrange(len(on.poll.options)), on)
    await telegram.taken(bot)


def without_the_polls_own(call: Call) -> dict[str, object]:
    """What was sent but for what Telegram itself keeps from those who have not voted."""
    own = {"explanation", "correct_option_ids"} if call.method == "sendPoll" else set[str]()
    return {name: value for name, value in call.params.items() if name not in own}


async def test_two_hundred_members_play_a_quiz_together(tmp_path: Path, clock: Clock) -> None:
    async with FakeTelegram(now=Seconds(clock).time) as telegram:
        telegram.server.rates.enabled = True
        bot = telegram.bot("whatis_bot")
        group = telegram.group("AI beginners", bot)
        members, chance = [group.member(f"Member {n}") for n in range(MEMBERS)], Random(7)
        async with at_telegram(telegram, bot, tmp_path, clock) as (built, store):
            await members[0].says(f"/quiz@whatis_bot {QUESTIONS}")
            await group.heard("Starts in")
            await members[1].presses("Join")
            await telegram.called("answerCallbackQuery")
            await members[0].presses("Start now")
            for number in range(1, QUESTIONS + 1):
                message, question = await asked(group, number)
                assert message.silent
                assert not message.buttons
                await answer_all(telegram, bot, members, message, chance)
                tells_nothing(map(without_the_polls_own, telegram.calls), question)
                clock.pass_(seconds=9)
                await built.quizmaster.timed_out(QUIZ)
                await built.quizmaster.settle()
                assert message.poll is not None
                assert message.poll.closed
                if number < QUESTIONS:  # the shortest time from one question to the next
                    clock.pass_(seconds=6)
                    await built.quizmaster.timed_out(QUIZ)
            podium = await group.heard("🏆")
            counted = await recounted(store, members=MEMBERS, questions=QUESTIONS)
    best = max(counted, key=lambda user: counted[user].points)
    assert f"{telegram.world.accounts[best].name} {counted[best].points} ·" in podium.shown
    quiet_and_within_the_limits(telegram, group)


def quiet_and_within_the_limits(telegram: FakeTelegram, group: Group) -> None:
    """The lobby, one message a question, the podium; at most three calls a question; never one too many."""
    in_chat = [call for call in telegram.calls if int(call.params.get("chat_id", 0)) == group.id]
    assert {call.outcome for call in in_chat} == {"ok"}, json.dumps([call.outcome for call in in_chat])
    new = [call.method for call in in_chat if call.method.startswith("send")]
    assert new == ["sendMessage", *["sendPoll"] * QUESTIONS, "sendMessage"]
    first = next(n for n, call in enumerate(in_chat) if call.method == "sendPoll")
    assert len(in_chat[first:]) <= 3 * QUESTIONS + 1
