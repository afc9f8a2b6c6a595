"""A whole quiz on Discord: the real core, store and content, and a server full of members."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.adapters.asking import LETTERS
from bot.adapters.discord.adapter import DiscordAdapter
from bot.core import Core
from bot.model import Platform
from bot.store.store import Store
from bot.texts import load_catalogue
from tests.adapters.discord.conftest import running
from tests.adapters.live import asked_in, look_alike, recounted, tells_nothing
from tests.conftest import Clock
from tests.core import core
from tests.fakes.discord import FakeDiscord, Message, Person
from tests.fakes.discord.driver import Channel

MEMBERS = 200
QUESTIONS = 3
QUIZ = 1


@asynccontextmanager
async def at_discord(fake: FakeDiscord, folder: Path, clock: Clock) -> AsyncIterator[tuple[Core, Store]]:
    """The whole bot, connected; what is due is done when a test says so."""
    async with core(folder, clock) as (built, platforms, store):
        adapter = DiscordAdapter(
            fake.token,
            front=built.router,
            notebook=store,
            catalogue=load_catalogue(),
            api_url=fake.api_url,
            gateway_url=fake.gateway_url,
        )
        platforms[Platform.DISCORD] = adapter
        async with running(fake, adapter):
            await built.quizmaster.wake()
            yield built, store
            await built.quizmaster.close()


async def message_with(fake: FakeDiscord, general: Channel, label: str) -> Message:
    """Waits for a message with that button: a reveal has none of its question's."""

    def found() -> Message | None:
        return next((message for message in general.from_bot if message.button(label)), None)

    message: Message = await fake.until(found, f"a message with the button {label!r}")
    return message


async def answer_all(members: list[Person], question: Message) -> list[str]:
    """Everybody presses at once, the nth member always the nth option; the words they get."""
    letters = [label for label in question.buttons if label in LETTERS]
    presses = (m.presses(letters[n % len(letters)], question) for n, m in enumerate(members))
    return [exchange.message.text for exchange in await asyncio.gather(*presses)]


async def test_two_hundred_members_play_a_quiz_together(tmp_path: Path, clock: Clock) -> None:
    async with FakeDiscord(time=clock) as fake:
        general = fake.guild().channel("general")
        members = [general.member(f"Member {n}") for n in range(MEMBERS)]
        fake.limit_all()
        fake.limit("POST", "/channels/*/messages", most=5, per=1)
        fake.limit("PATCH", "/channels/*/messages/*", most=5, per=1)
        async with at_discord(fake, tmp_path, clock) as (built, store):
            await members[0].slash("quiz", questions=str(QUESTIONS))
            await message_with(fake, general, "Join")
            await members[1].presses("Join")
            await members[0].presses("Start now")
            for number in range(1, QUESTIONS + 1):
                question = await message_with(fake, general, "A")
                tested = asked_in(question.text)
                look_alike(question._buttons()[: len(tested.options)], "custom_id")
                tells_nothing((request.body for request in fake.requests), tested)
                words = await answer_all(members, question)
                tells_nothing((request.body for request in fake.requests), tested)
                assert question.edits == 0
                assert all(word.endswith(" it is.") for word in words)
                clock.pass_(seconds=9)
                await built.quizmaster.timed_out(QUIZ)
                await built.quizmaster.settle()
                assert question.edits == 1, "the question became its reveal"
                if number < QUESTIONS:
                    clock.pass_(seconds=60)
                    await built.quizmaster.timed_out(QUIZ)
            await message_with(fake, general, "Play again")
            await recounted(store, members=MEMBERS, questions=QUESTIONS)
        seen_by_all = [m for m in general.from_bot if not m.ephemeral]
        assert len(seen_by_all) == QUESTIONS + 3, "hello, the lobby, one message a question, the podium"
        assert 429 not in {request.status for request in fake.requests}
