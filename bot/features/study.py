"""Sessions for one person, made of their record and the content: what to ask, and with which question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from bot.features.bank import Bank
from bot.features.services import Services
from bot.features.topics import find_topic
from bot.learning.choice import SESSION, choose
from bot.learning.mastery import Syllabus, blocks
from bot.learning.record import Record
from bot.learning.session import Part, Purpose, Session
from bot.library.library import Library
from bot.library.schema import Level, Question, Topic
from bot.library.schema import Path as LearningPath
from bot.quiz.model import Item
from bot.quiz.pick import pick, reading_seconds

STEP_QUESTIONS = 3
_LEVELS = {level: place for place, level in enumerate(Level)}


def syllabus(library: Library) -> Syllabus:
    """The content as far as learning is concerned."""
    topics: dict[str, list[str]] = defaultdict(list)
    for term in library.terms.values():
        topics[term.topic].append(term.id)
    return Syllabus(
        {topic: tuple(topics[topic]) for topic in library.topics},
        {path.id: path.steps for path in library.paths.values()},
    )


def find_path(library: Library, wanted: str) -> LearningPath | None:
    """The path of that id, or with that word in its name."""
    word = wanted.strip().casefold()
    if not word:
        return None
    exact = (path for path in library.paths.values() if word in (path.id, path.name.casefold()))
    within = (path for path in library.paths.values() if word in path.name.casefold())
    return next(exact, None) or next(within, None)


@dataclass(frozen=True, slots=True)
class _Draw:
    """What a session is drawn from: questions by term, when each was asked last, and a seed."""

    by_term: Mapping[str, Sequence[Question]]
    seen: Mapping[str, float]
    seed: int

    def of(self, term: str, count: int) -> tuple[Item, ...]:
        """So many questions of a term, those never asked first, then those not asked for longest."""
        pool = self.by_term.get(term, ())
        return pick(pool, self.seen, {}, count, f"{self.seed}:{term}", seconds=0, spares=0).items


class Study:
    """Makes sessions; the services' chance gives each its seed."""

    def __init__(self, services: Services, bank: Bank) -> None:
        self._services = services
        self._bank = bank

    def about(self, wanted: str) -> Topic | LearningPath | None:
        """A topic or path by whatever people call it."""
        library = self._services.library
        return find_topic(library, wanted) or find_path(library, wanted)

    def practice(self, record: Record, about: str, now: datetime) -> Session | None:
        """What is due, then what is weak, then something new of the topic or path (an id; empty for any).

        None when there is no question at all. The first call for a new library takes about a second.
        """
        draw = self._draw(record)
        terms = choose(record, self._new(about), draw.by_term, now=now, seed=draw.seed)
        parts = [part for term in terms for part in self._parts(draw, term, 1)]
        return _session(Purpose.PRACTICE, about, parts, now)

    def step(self, record: Record, path: str, term: str, now: datetime) -> Session | None:
        """Two or three questions on a step; None when there is none."""
        parts = self._parts(self._draw(record), term, STEP_QUESTIONS)
        return _session(Purpose.STEP, f"{path} {term}", parts, now)

    def checkpoint(self, record: Record, path: LearningPath, number: int, now: datetime) -> Session | None:
        """Five questions on the steps since the last checkpoint: each step's first, then their second."""
        draw = self._draw(record)
        block = [self._parts(draw, term, SESSION) for term in blocks(path.steps)[number - 1]]
        in_turn = [part for turn in zip_longest(*block) for part in turn if part is not None]
        return _session(Purpose.CHECKPOINT, f"{path.id} {number}", in_turn[:SESSION], now)

    def _draw(self, record: Record) -> _Draw:
        seen = {name: at.timestamp() for name, at in record.questions.items()}
        return _Draw(self._by_term(), seen, self._services.chance.getrandbits(31))

    def _parts(self, draw: _Draw, term: str, count: int) -> list[Part]:
        return [Part(term, item, self._seconds(item.question)) for item in draw.of(term, count)]

    def _seconds(self, question_id: str) -> int:
        question = self._bank.find(question_id)
        return reading_seconds(question) if question else 0

    def _new(self, about: str) -> Sequence[str]:
        """The terms to begin with: those of the path or topic; else the popular, then the first to meet."""
        library = self._services.library
        if about in library.paths:
            return library.paths[about].steps
        terms = library.terms_in(about) if about in library.topics else tuple(library.terms.values())
        by_level = [term.id for term in sorted(terms, key=lambda t: _LEVELS[t.level])]
        return by_level if about in library.topics else [*library.index.popular, *by_level]

    def _by_term(self) -> Mapping[str, Sequence[Question]]:
        found: dict[str, list[Question]] = defaultdict(list)
        for question in self._bank.questions.values():
            found[question.tests].append(question)
        return found


def _session(purpose: Purpose, about: str, parts: Sequence[Part], now: datetime) -> Session | None:
    return Session(purpose, about, tuple(parts), now) if parts else None
