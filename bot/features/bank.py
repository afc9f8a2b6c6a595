"""Every question there is, as written or made, by its id; and one as it is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType

import structlog

from bot.features.services import Shelf
from bot.library.generators import generated
from bot.library.library import Library
from bot.library.schema import Question, Term
from bot.quiz.model import Item

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it is asked here.

    options: in the order shown, and whys: why each is wrong, empty for the right one at `key`.
    term: what it tests; None for a question that is no longer in the content.
    """

    stem: str
    options: tuple[str, ...]
    whys: tuple[str, ...]
    key: int
    explanation: str
    term: Term | None


class Bank:
    """The questions of the library as it is now; those made of entries are made once for each library."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._of: Library | None = None
        self._questions: Mapping[str, Question] = {}
        self._making = Lock()

    def find(self, question_id: str) -> Question | None:
        """The question of that id; None when there is none (any more). Written ones are found at once."""
        if not question_id:
            return None  # not worth making all of them
        return self._shelf.library.questions.get(question_id) or self.questions.get(question_id)

    @property
    def questions(self) -> Mapping[str, Question]:
        """All by id. The first look at a new library takes about a second: take it in a thread.

        Whoever looks meanwhile waits for that one: several at once would leave nobody else any time.
        """
        library = self._shelf.library
        with self._making:
            if self._of is not library:
                made = {question.id: question for question in generated(library)}
                self._questions = MappingProxyType({**made, **library.questions})
                self._of = library
            return self._questions

    def warm(self) -> None:
        """Makes what has to be made before the first quiz; for a thread."""
        log.info("questions are ready", count=len(self.questions))

    def tested(self, question_id: str) -> str:
        """The id of the term a question tests; empty when there is no such question (any more).

        So it is for an empty id, at once: every definition asks whether a quiz asks for it just now.
        """
        question = self.find(question_id)
        return question.tests if question else ""

    def shown(self, item: Item) -> Shown:
        """The question of an item. One that was taken out or cut since the quiz began says so."""
        question = self.find(item.question)
        if question is None or max(item.order) >= len(question.options):
            return _withdrawn(item)
        whys = ("", *(d.why for d in question.distractors))
        return Shown(
            stem=question.stem,
            options=tuple(question.options[place] for place in item.order),
            whys=tuple(whys[place] for place in item.order),
            key=item.key,
            explanation=question.explanation,
            term=self._shelf.library.term(question.tests),
        )


def _withdrawn(item: Item) -> Shown:
    letters = tuple("ABCDE"[: len(item.order)])
    stem = "This question was taken out of the content a moment ago. Any answer will do."
    return Shown(stem, letters, ("",) * len(letters), item.key, stem, None)
