"""Which questions a quiz gets: of the topic, of the level, about the term first, and none twice soon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bot.features.planning import Planner, about, topic_key
from bot.features.quiz_wish import Wish
from bot.features.services import Services, Shelf
from bot.library.schema import Difficulty
from bot.model import Chat, ChatKind, Platform
from bot.recent import Recent
from bot.store import seen
from bot.store.store import Store, open_store
from bot.texts import load_catalogue
from tests.conftest import Clock
from tests.core import bank, library

GROUP = Chat(Platform.TERMINAL, 1, ChatKind.GROUP, "Learners")
TEXTS = load_catalogue().default


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'plans.db'}", clock) as opened:
        yield opened


@pytest.fixture
def planner(store: Store) -> Planner:
    services = Services(Shelf(library()), store, Recent(), lambda: date(2026, 11, 24), Random(7))
    return Planner(services, bank())


async def terms_of(planner: Planner, wish: Wish) -> list[str]:
    plan = await planner.plan(wish, GROUP, TEXTS)
    assert plan is not None
    assert len({item.question for item in plan.items}) == len(plan.items) == wish.questions
    return [bank().tested(item.question) for item in plan.items]


async def test_a_topic_and_a_level(planner: Planner) -> None:
    topic = library().topics["retrieval"]
    plan = await planner.plan(Wish(topic, 5, level=Difficulty.EASY), GROUP, TEXTS)
    assert plan is not None
    assert plan.title == "Retrieval and RAG, easy"
    questions = [bank().questions[item.question] for item in plan.items]
    assert {(q.topic, q.level) for q in questions} == {("retrieval", Difficulty.EASY)}


async def test_a_term_comes_first_and_its_neighbours_after_it(planner: Planner) -> None:
    term = library().terms["lora"]
    first, *others = await terms_of(planner, Wish(term, 7))
    assert first == "lora"
    near = {*term.related, *library().differences("lora"), *term.prerequisites}
    in_topic = {t.id for t in library().terms_in(term.topic)}
    assert set(others) <= near | in_topic
    assert set(others) & near
    assert "lora" not in others


async def test_alone_there_is_no_hurry(planner: Planner) -> None:
    plan = await planner.plan(Wish(seconds=30), GROUP, TEXTS, alone=True)
    assert plan is not None
    assert {item.seconds for item in (*plan.items, *plan.spares)} == {0}


async def test_what_was_asked_here_does_not_come_again_soon(
    planner: Planner, store: Store, clock: Clock
) -> None:
    asked: set[str] = set()
    for _ in range(3):
        plan = await planner.plan(Wish(library().topics["retrieval"], 7), GROUP, TEXTS)
        assert plan is not None
        drawn = {item.question for item in plan.items}
        assert not drawn & asked
        asked |= drawn
        for question in drawn:
            await store.transact(seen.add([GROUP], question, asked=2, wrong=1, now=clock()))


async def test_nothing_fits(planner: Planner) -> None:
    term = library().terms["lora"].model_copy(update={"id": "nothing", "topic": "nowhere", "related": ()})
    lonely = term.model_copy(update={"prerequisites": ()})
    assert await planner.plan(Wish(lonely, 3), GROUP, TEXTS) is None


async def test_played_again_it_is_of_the_same_sort(planner: Planner) -> None:
    for what in (library().terms["lora"], library().topics["agents"], None):
        wish = Wish(what, 4, 30, None)
        plan = await planner.plan(wish, GROUP, TEXTS)
        assert plan is not None
        assert planner.wish(plan) == wish
        assert about(topic_key(what), library()) == what
