"""A whole quiz on Discord: the real core, store and content, and a server full of members."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.asking import LETTERS
from bot.adapters.discord.adapter import DiscordAdapter
from bot.core import Core
from bot.model import Platform
from bot.store.store import Store
from bot.store.tables import quiz_answers, quiz_participants, quiz_results, quizzes
from bot.texts import load_catalogue
from tests.adapters.discord.conftest import running
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
                words = await answer_all(members, question)
                assert all(word.endswith(" it is.") for word in words)
                clock.pass_(seconds=9)
                await built.quizmaster.timed_out(QUIZ)
                await built.quizmaster.settle()
                assert question.edits == 1, "the question became its reveal"
                if number < QUESTIONS:
                    clock.pass_(seconds=60)
                    await built.quizmaster.timed_out(QUIZ)
            await message_with(fake, general, "Play again")
            await recounted(store)
        seen_by_all = [m for m in general.from_bot if not m.ephemeral]
        assert len(seen_by_all) == QUESTIONS + 3, "hello, the lobby, one message a question, the podium"
        assert 429 not in {request.status for request in fake.requests}


async def recounted(store: Store) -> None:
    """Counts the answers anew, not by way of the engine: everybody's are there, and the results agree."""
    answers, results, people = [
        await _rows(store, t) for t in (quiz_answers, quiz_results, quiz_participants)
    ]
    ((state,),) = await store.get(lambda connection: _all(connection, select(quizzes.c.state)))
    orders = [item["order"] for item in json.loads(state)["items"]]
    assert len(answers) == MEMBERS * QUESTIONS
    right = Counter(a.participant for a in answers if orders[a.number][a.option] == 0)
    users = {person.participant: person.user_id for person in people}
    assert len(results) == MEMBERS
    assert {r.user_id: r.right_answers for r in results} == {users[n]: right[n] for n in users}


async def _rows(store: Store, table: Table) -> Sequence[Row[Any]]:
    return await store.get(lambda connection: _all(connection, select(table)))


async def _all(connection: AsyncConnection, query: Select[Any]) -> Sequence[Row[Any]]:
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return rows
