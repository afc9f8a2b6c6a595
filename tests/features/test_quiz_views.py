"""How a quiz looks, as text files to be read: `tests/features/golden`. `WRITE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from bot.adapters.asking import as_message
from bot.adapters.base import Question as Asked
from bot.features.bank import Bank
from bot.features.quiz_views import QuizViews
from bot.features.services import Shelf
from bot.hosting.views import Plan, Scene
from bot.library.library import Library
from bot.library.load import load
from bot.library.schema import Question
from bot.quiz.model import Item, Pace, Phase, Quiz
from bot.quiz.score import Given, standings
from bot.reply import Reply, plain_text
from bot.texts import load_catalogue
from tests.conftest import NOON

GOLDEN = Path(__file__).parent / "golden"
SMALL = Path(__file__).parent.parent / "library" / "small"
TEXTS = load_catalogue().default
ANN, BEN, CEM, DEE, EVE, FAY = range(1, 7)
NAMES = {
    ANN: "Ann",
    BEN: "Ben *the* _Great_",
    CEM: "@everyone",
    DEE: "A name that goes on and on and on",
    EVE: "\u202eEve",
    FAY: " \u200b ",
}
"""What people call themselves."""
ORDERS = ((0, 1, 2, 3), (1, 0, 2, 3), (1, 2, 0, 3), (1, 2, 3, 0))


def written(name: str, tests: str, stem: str, key: str, wrong: Mapping[str, str]) -> Question:
    return Question.model_validate(
        {
            "id": name,
            "topic": "foundations",
            "tests": tests,
            "level": "easy",
            "stem": stem,
            "key": key,
            "distractors": [{"text": text, "why": why} for text, why in wrong.items()],
            "explanation": f"{key}: that is what sets it apart from everything else that is named here.",
            "as_of": "2026-11-24",
        }
    )


@lru_cache(maxsize=1)
def small() -> Library:
    """The smallest library, with two more questions."""
    library = load(SMALL).library
    more = (
        written(
            "agent-loop",
            "ai-agent",
            "What turns a language model into an agent?",
            "Acting with tools in a loop",
            {
                "Having a name": "A persona changes the tone alone.",
                "Speaking aloud": "Voice is an interface.",
                "Being large": "Size is not agency.",
            },
        ),
        written(
            "tuning-what",
            "fine-tuning",
            "What does fine-tuning change?",
            "The weights",
            {
                "The prompt": "That is prompting.",
                "The user": "Nobody tunes people.",
                "The search index": "That is retrieval.",
            },
        ),
    )
    return replace(library, questions={**library.questions, **{q.id: q for q in more}})


ASKED = ("rag-what-changes", "agent-loop", "tuning-what")
VIEWS = QuizViews(Bank(Shelf(small())))


def items(count: int = 3, seconds: int = 30) -> tuple[Item, ...]:
    return tuple(Item(ASKED[n % 3], ORDERS[n % 4], seconds) for n in range(count))


def given(*answers: tuple[int, int, bool]) -> list[Given]:
    """Who answered which item, rightly or with the option before (or after) the right one."""
    return [Given(who, n, key(n) if right else (key(n) + 1) % 4, 5.0) for who, n, right in answers]


def key(number: int) -> int:
    return ORDERS[number % 4].index(0)


def scene(
    answers: Sequence[Given] = (),
    *,
    count: int = 3,
    number: int = -1,
    phase: Phase = Phase.REVEALED,
    polls: bool = False,
    late: bool = False,
    pace: Pace = Pace.CALM,
    void: Sequence[int] = (),
    alone: bool = False,
) -> Scene:
    asked = tuple(replace(i, void=n in void) for n, i in enumerate(items(count, 0 if alone else 30)))
    state = Quiz(
        opener=ANN,
        rooms=frozenset((1,)),
        items=asked,
        phase=phase,
        number=number,
        pace=pace,
        alone=alone,
        due=NOON + timedelta(seconds=30),
        active={ANN: 0} if alone else {ANN: 0, BEN: 0, CEM: 0},
    )
    plan = Plan(asked, title="Foundations", alone=alone)
    return Scene(7, state, plan, NAMES, answers, standings(asked, answers, pace), polls, late, TEXTS, NOON)


def page(reply: Reply) -> str:
    rows = "\n".join(" ".join(f"[{button.label}]" for button in row) for row in reply.buttons)
    return f"{plain_text(reply)}\n\n{rows}".strip() + "\n"


def poll(question: Asked) -> str:
    """What a native poll is made of."""
    options = "\n".join(f"( ) {option}" for option in question.options)
    head = plain_text(Reply(question.head))
    return f"{head}\n\n{question.label}: {question.stem}\n{options}\n\n(i) {question.explanation}\n".lstrip()


ALL = given(
    (ANN, 0, True), (BEN, 0, True), (CEM, 0, False), (DEE, 0, True),
    (ANN, 1, True), (BEN, 1, False), (CEM, 1, True), (DEE, 1, False), (EVE, 1, False),
    (ANN, 2, True), (BEN, 2, True), (CEM, 2, False), (DEE, 2, True), (FAY, 2, False),
)  # fmt: skip
FIVE = given(*((who, n, (who + n) % 3 != 0) for n in range(5) for who in NAMES))
MINE = given((ANN, 0, True), (ANN, 1, False))


def message(found: Scene, number: int) -> str:
    return page(as_message(VIEWS.question(found, number), TEXTS, NOON))


PAGES = {
    "lobby": lambda: page(VIEWS.lobby(scene(phase=Phase.LOBBY))),
    "lobby-over": lambda: page(VIEWS.lobby(scene(phase=Phase.ASKING, number=0))),
    "lobby-sprint": lambda: page(VIEWS.lobby(scene(phase=Phase.LOBBY, pace=Pace.SPRINT))),
    "question": lambda: message(scene(number=0), 0),
    "question-sixth": lambda: message(scene(FIVE, count=7, number=5), 5),
    "question-late": lambda: message(scene(ALL[:4], number=1, late=True), 1),
    "poll": lambda: poll(VIEWS.question(scene(ALL[:9], number=2, polls=True), 2)),
    "poll-sixth": lambda: poll(VIEWS.question(scene(FIVE, count=7, number=5, polls=True), 5)),
    "poll-after-silence": lambda: poll(VIEWS.question(scene(number=1, polls=True, late=True), 1)),
    "poll-after-void": lambda: poll(VIEWS.question(scene(number=1, polls=True, void=[0], count=4), 1)),
    "reveal": lambda: page(VIEWS.reveal(scene(ALL[:9], number=1), 1)),
    "reveal-silence": lambda: page(VIEWS.reveal(scene(number=1), 1)),
    "reveal-void": lambda: page(VIEWS.reveal(scene(ALL[:9], number=1, void=[1]), 1)),
    "reveal-alone-right": lambda: page(VIEWS.reveal(scene(MINE[:1], number=0, alone=True), 0)),
    "reveal-alone-wrong": lambda: page(VIEWS.reveal(scene(MINE, number=1, alone=True), 1)),
    "paused": lambda: page(VIEWS.paused(scene(number=1, phase=Phase.PAUSED))),
    "paused-poll": lambda: page(VIEWS.paused(scene(number=1, phase=Phase.PAUSED, polls=True))),
    "podium": lambda: page(VIEWS.podium(scene(ALL, number=2, phase=Phase.ENDED))),
    "podium-poll": lambda: page(VIEWS.podium(scene(ALL, number=2, phase=Phase.ENDED, polls=True))),
    "podium-void": lambda: page(VIEWS.podium(scene(ALL, number=2, phase=Phase.ENDED, void=[1]))),
    "podium-silence": lambda: page(VIEWS.podium(scene(number=1, phase=Phase.ENDED))),
    "podium-alone": lambda: page(VIEWS.podium(scene(MINE, number=2, phase=Phase.ENDED, alone=True))),
    "nobody": lambda: page(VIEWS.nobody(scene(phase=Phase.ENDED))),
}


@pytest.mark.parametrize("name", PAGES)
def test_it_looks_like_this(name: str) -> None:
    found, file = PAGES[name](), GOLDEN / f"{name}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


def test_every_page_is_looked_at() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(PAGES)
