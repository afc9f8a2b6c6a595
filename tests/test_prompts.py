"""A question of the bot waits for its answer: for that person in that chat, once, and not for ever."""

from __future__ import annotations

import pytest

from bot.model import Chat, ChatKind, Platform, User
from bot.prompts import WAIT, Prompts
from bot.store.store import Store
from tests.conftest import Clock

ANN, BEN = User(Platform.TELEGRAM, 1, "Ann"), User(Platform.TELEGRAM, 2, "Ben")
GROUP = Chat(Platform.TELEGRAM, -5, ChatKind.GROUP, "Learners")
SECONDS = WAIT.total_seconds()


@pytest.fixture
async def prompts(store: Store, clock: Clock) -> Prompts:
    asked = Prompts(store, clock)
    await asked.ask(GROUP, ANN, "/whatis")
    return asked


async def test_the_next_word_of_that_person_answers_it_once(prompts: Prompts) -> None:
    assert await prompts.take(GROUP, BEN) == ""
    assert await prompts.take(GROUP, ANN) == "/whatis"
    assert await prompts.take(GROUP, ANN) == ""


@pytest.mark.parametrize(("late", "waits"), [(-1, "/whatis"), (1, "")])
async def test_it_waits_for_so_long(prompts: Prompts, clock: Clock, late: float, waits: str) -> None:
    clock.pass_(seconds=SECONDS + late)
    assert await prompts.take(GROUP, ANN) == waits


@pytest.mark.parametrize(("late", "waits"), [(-1, "/whatis"), (1, "")])
async def test_a_restart_takes_up_what_waits_and_nothing_older(
    prompts: Prompts, store: Store, clock: Clock, late: float, waits: str
) -> None:
    clock.pass_(seconds=SECONDS + late)
    after = Prompts(store, clock)
    await after.load()
    clock.pass_(seconds=-60)
    assert await after.take(GROUP, ANN) == waits
