"""What must hold of any quiz that many people play, whichever platform they play it on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import decode
from bot.library.schema import Question
from bot.store.store import Store
from bot.store.tables import quiz_answers, quiz_participants, quiz_results, quizzes
from tests.core import bank


@dataclass(frozen=True)
class Counted:
    """What somebody should have in the end."""

    right: int
    points: int
    rank: int


async def recounted(store: Store, *, members: int, questions: int) -> dict[int, Counted]:
    """Counts the answers of the only quiz anew, by the rules as they are written and not by way of the
    engine: everybody's are there, and the kept results agree. By the ids of the users."""
    answers, results, people = [
        await _rows(store, t) for t in (quiz_answers, quiz_results, quiz_participants)
    ]
    ((state,),) = [(row.state,) for row in await _rows(store, quizzes)]
    assert len(answers) == members * questions
    users = {person.participant: person.user_id for person in people}
    given: dict[int, dict[int, int]] = defaultdict(dict)
    for answer in answers:
        given[users[answer.participant]][answer.number] = answer.option
    found = ranked({user: scored(json.loads(state)["items"], theirs) for user, theirs in given.items()})
    assert len(results) == members
    assert {r.user_id: Counted(r.right_answers, r.points, r.rank) for r in results} == found
    return found


def scored(items: Sequence[Mapping[str, Any]], theirs: Mapping[int, int]) -> tuple[int, int]:
    """How many answers were right, and their points: 10, and 1 more for each right before it, up to 5.

    items: as a snapshot has them; theirs: the place of the chosen option by item. Void items never were.
    """
    right = points = streak = 0
    for number, item in enumerate(items):
        if item.get("void"):
            continue
        if number in theirs and item["order"][theirs[number]] == 0:
            right, points, streak = right + 1, points + 10 + min(streak, 5), streak + 1
        else:
            streak = 0
    return right, points


def ranked(found: Mapping[int, tuple[int, int]]) -> dict[int, Counted]:
    """Everybody's place: one more than there are better ones."""
    every = [points for _, points in found.values()]
    better = {mine: sum(points > mine for points in every) for mine in every}
    return {user: Counted(right, points, 1 + better[points]) for user, (right, points) in found.items()}


async def _rows(store: Store, table: Table) -> Sequence[Row[Any]]:
    async def read(connection: AsyncConnection) -> Sequence[Row[Any]]:
        return (await connection.execute(select(table))).all()

    return await store.get(read)


def asked_in(text: str) -> Question:
    """The question that stands in a text."""
    found = _letters(text)
    return next(question for stem, question in _stems() if stem in found)


@lru_cache(maxsize=1)
def _stems() -> list[tuple[str, Question]]:
    found = [(_letters(question.stem), question) for question in bank().questions.values()]
    return sorted(found, key=lambda pair: -len(pair[0]))  # the letters of one may begin another's


def tells_nothing(sent: Iterable[object], question: Question) -> None:
    """Nothing of what was sent holds what only those may read who have answered.

    The id of a question is as good as its answer, since the content is public.
    """
    secrets = [question.explanation, *(wrong.why for wrong in question.distractors)]
    for said in sent:
        text = json.dumps(said, ensure_ascii=False, default=str)
        assert question.id not in text
        for secret in secrets:
            assert _letters(secret) not in _letters(text), f"{secret!r} is in {text}"


def _letters(text: str) -> str:
    """What is left of a text on every platform, whatever its marks and escapes."""
    return "".join(filter(str.isalnum, unescape(text.replace("\\n", " "))))


def look_alike(buttons: Sequence[Mapping[str, Any]], data: str) -> None:
    """The buttons of the options differ in nothing but their letter and their place; the place is no news.

    data: the name of the field that comes back with a press.
    """
    places = [int(decode(button[data]).args[-1]) for button in buttons]
    assert places == list(range(len(buttons)))
    actions = [decode(button[data]) for button in buttons]
    assert len({(action.verb, action.args[:-1], action.owner) for action in actions}) == 1
    hidden = {"label", "text", data}
    kept = [{name: value for name, value in button.items() if name not in hidden} for button in buttons]
    assert all(others == kept[0] for others in kept)
