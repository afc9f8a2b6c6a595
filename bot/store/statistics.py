"""What the owners of a bot may know of how it is used: numbers without anybody's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.learning.events import ANSWERS
from bot.store import lookups
from bot.store.database import Function
from bot.store.learning_tables import learning_events
from bot.store.tables import quiz_results, quizzes

LEAST_ANSWERS = 30
"""First answers before a question is judged."""
MOST = 20
_ANSWERS = tuple(sorted(ANSWERS))


@dataclass(frozen=True, slots=True)
class Hardness:
    """How a question did, by the first answer of each account.

    discrimination: the correlation between answering it rightly and how the same people did elsewhere
    (point-biserial, -1 to 1); below 0.1 it tells those who know from those who do not badly. None when
    there is no telling.
    """

    question: str
    answers: int
    right_share: float
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class Activity:
    """How much goes on. learners: accounts that answered or read in the last 7 and 30 days."""

    learners_week: int
    learners_month: int
    answers_week: int
    answers_month: int
    quizzes_week: int
    quizzes_month: int
    players_month: int
    asked: tuple[tuple[str, int], ...]
    missed: tuple[tuple[str, int], ...]
    hardest: tuple[Hardness, ...]


def activity(now: datetime) -> Function[Activity]:
    """Everything, as of now."""
    week, month = now - timedelta(days=7), now - timedelta(days=30)

    async def read(connection: AsyncConnection) -> Activity:
        return Activity(
            learners_week=await _learners(connection, week),
            learners_month=await _learners(connection, month),
            answers_week=await _answers(connection, week),
            answers_month=await _answers(connection, month),
            quizzes_week=await _quizzes(connection, week),
            quizzes_month=await _quizzes(connection, month),
            players_month=await _players(connection, month),
            asked=tuple(await lookups.most_shown(month.date(), MOST)(connection)),
            missed=tuple(await lookups.most_missed(lookups.ASKED_TWICE, MOST)(connection)),
            hardest=tuple(hardest(await _first_answers(connection)))[:MOST],
        )

    return read


def hardest(answers: Iterable[tuple[str, str, bool]], least: int = LEAST_ANSWERS) -> list[Hardness]:
    """The questions answered often enough, those fewest knew first; from (account, question, right)."""
    theirs: dict[str, list[bool]] = defaultdict(list)
    by_question: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for account, question, right in answers:
        theirs[account].append(right)
        by_question[question].append((account, right))
    found = [_judged(q, given, theirs) for q, given in by_question.items() if len(given) >= least]
    return sorted(found, key=lambda h: (h.right_share, h.question))


def _judged(question: str, given: list[tuple[str, bool]], theirs: dict[str, list[bool]]) -> Hardness:
    share = sum(right for _, right in given) / len(given)
    pairs = [
        (right, (sum(theirs[who]) - right) / (len(theirs[who]) - 1))
        for who, right in given
        if len(theirs[who]) > 1
    ]
    return Hardness(question, len(given), share, _correlation(pairs))


def _correlation(pairs: list[tuple[bool, float]]) -> float | None:
    if len(pairs) < 2:
        return None
    ones, others = [float(right) for right, _ in pairs], [share for _, share in pairs]
    mean, other_mean = sum(ones) / len(ones), sum(others) / len(others)
    both = sum((a - mean) * (b - other_mean) for a, b in zip(ones, others, strict=True))
    spread = sqrt(sum((a - mean) ** 2 for a in ones) * sum((b - other_mean) ** 2 for b in others))
    return both / spread if spread else None


async def _learners(connection: AsyncConnection, since: datetime) -> int:
    table = learning_events.c
    accounts = select(table.platform, table.user_id).where(table.at >= since).distinct().subquery()
    return int(await connection.scalar(select(func.count()).select_from(accounts)) or 0)


async def _answers(connection: AsyncConnection, since: datetime) -> int:
    table = learning_events.c
    query = select(func.count()).where(table.at >= since, table.kind.in_(_ANSWERS))
    return int(await connection.scalar(query) or 0)


async def _quizzes(connection: AsyncConnection, since: datetime) -> int:
    query = select(func.count()).where(quizzes.c.created_at >= since, quizzes.c.kind == "group")
    return int(await connection.scalar(query) or 0)


async def _players(connection: AsyncConnection, since: datetime) -> int:
    table = quiz_results.c
    players = select(table.platform, table.user_id).where(table.at >= since).distinct().subquery()
    return int(await connection.scalar(select(func.count()).select_from(players)) or 0)


async def _first_answers(connection: AsyncConnection) -> list[tuple[str, str, bool]]:
    """Of each account to each question, second tries of a session left out."""
    table = learning_events.c
    query = select(table.platform, table.user_id, table.detail, table.right)
    query = query.where(table.kind.in_(_ANSWERS), table.attempt == 1).order_by(table.at)
    first: dict[tuple[str, str], bool] = {}
    for platform, user_id, question, right in await connection.execute(query):
        first.setdefault((f"{platform}:{user_id}", question), bool(right))
    return [(account, question, right) for (account, question), right in first.items()]
