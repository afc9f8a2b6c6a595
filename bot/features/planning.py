"""From what was asked for to the questions of a quiz, chosen for the chat they are asked in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.features.bank import Bank
from bot.features.quiz_wish import Wish
from bot.features.services import Services
from bot.hosting.views import Plan
from bot.library.library import Library
from bot.library.schema import Difficulty, Question, Term, Topic
from bot.model import Chat
from bot.quiz.model import Item, Pace
from bot.quiz.pick import Draw, pick
from bot.store import seen
from bot.texts import N_, Texts

SHORT = 3
"""Questions of a quiz on a single term, when it is a button that asks for it."""
LEVELS = {Difficulty.EASY: N_("easy"), Difficulty.MEDIUM: N_("medium"), Difficulty.HARD: N_("hard")}
_TERM = "="
"""What a plan's topic begins with when it is a single term."""


@dataclass(frozen=True, slots=True)
class History:
    """What a chat was asked: when, in seconds, by question; and the share of wrong answers by term."""

    seen: Mapping[str, float]
    missed: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Hat:
    """What every draw for one quiz has in common. seconds: None for what suits a question, 0 for no limit."""

    history: History
    seed: int
    level: Difficulty | None
    seconds: int | None

    def draw(self, pool: Iterable[Question], count: int) -> Draw:
        """As many of the pool, and spares."""
        seen, missed = self.history.seen, self.history.missed
        return pick(pool, seen, missed, count, self.seed, level=self.level, seconds=self.seconds)


class Planner:
    """Makes plans. `chance` of the services gives each its seed."""

    def __init__(self, services: Services, bank: Bank) -> None:
        self._services = services
        self._bank = bank

    async def plan(
        self, wish: Wish, chat: Chat, texts: Texts, *, pace: Pace = Pace.CALM, alone: bool = False
    ) -> Plan | None:
        """A plan for the chat; None when there is no question on that topic at that level.

        Drawing takes a while when the questions have to be made first, so it is done in a thread.
        """
        kept = await self._services.store.get(seen.of_chat(chat))
        seed = self._services.chance.getrandbits(31)
        timed = replace(wish, seconds=0) if alone else wish
        draw = await asyncio.to_thread(self._draw, timed, kept, seed)
        if not draw.items:
            return None
        return Plan(
            items=draw.items,
            spares=draw.spares,
            pace=Pace.CALM if alone else pace,
            alone=alone,
            title=title(wish, texts),
            topic=topic_key(wish.about),
            level=wish.level or "",
            seconds=wish.seconds or 0,
            seed=seed,
        )

    def wish(self, plan: Plan) -> Wish:
        """What a plan was made for, to be asked for again."""
        return Wish(
            about=about(plan.topic, self._services.library),
            questions=len(plan.items),
            seconds=plan.seconds or None,
            level=Difficulty(plan.level) if plan.level else None,
        )

    def _draw(self, wish: Wish, kept: Mapping[str, seen.Seen], seed: int) -> Draw:
        hat = Hat(self._history(kept), seed, wish.level, wish.seconds)
        questions = self._bank.questions.values()
        match wish.about:
            case Term() as term:
                return self._around(term, hat, wish.questions)
            case Topic(id=topic):
                return hat.draw((q for q in questions if q.topic == topic), wish.questions)
            case _:
                return hat.draw(questions, wish.questions)

    def _around(self, term: Term, hat: Hat, count: int) -> Draw:
        """The term first, then its neighbours, then the rest of its topic."""
        near = {*term.related, *self._services.library.differences(term.id), *term.prerequisites}
        in_topic = {t.id for t in self._services.library.terms_in(term.topic)}
        items: tuple[Item, ...] = ()
        spares: tuple[Item, ...] = ()
        for ring, most in (({term.id}, 1), (near, count), (in_topic, count)):
            used = {self._bank.tested(item.question) for item in (*items, *spares)}
            pool = [q for q in self._bank.questions.values() if q.tests in ring - used]
            drawn = hat.draw(pool, min(most, count - len(items)))
            items, spares = (*items, *drawn.items), drawn.spares or spares
        return Draw(items, spares)

    def _history(self, kept: Mapping[str, seen.Seen]) -> History:
        asked: dict[str, int] = defaultdict(int)
        wrong: dict[str, int] = defaultdict(int)
        for name, row in kept.items():
            tested = self._bank.tested(name)
            asked[tested] += row.asked
            wrong[tested] += row.wrong
        missed = {term: wrong[term] / count for term, count in asked.items() if count}
        return History({name: row.last_at.timestamp() for name, row in kept.items()}, missed)


def title(wish: Wish, texts: Texts) -> str:
    """What a quiz is called: `Retrieval and RAG, hard`."""
    match wish.about:
        case Topic(name=name) | Term(term=name):
            subject = name
        case _:
            subject = texts.label("AI quiz")
    return f"{subject}, {texts.label(LEVELS[wish.level])}" if wish.level else subject


def topic_key(what: Topic | Term | None) -> str:
    """How a plan keeps what it is about."""
    match what:
        case Term(id=name):
            return f"{_TERM}{name}"
        case Topic(id=name):
            return name
        case _:
            return ""


def about(topic: str, library: Library) -> Topic | Term | None:
    """What a kept topic is; None for a mixture, or for what is no longer in the content."""
    if topic.startswith(_TERM):
        return library.term(topic.removeprefix(_TERM))
    return library.topics.get(topic)
