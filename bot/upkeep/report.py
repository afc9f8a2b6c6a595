"""The numbers of `whatis-bot stats`, for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict

from bot.store.statistics import Activity

_TOTALS = (
    ("learners_week", "Learners in 7 days"),
    ("learners_month", "Learners in 30 days"),
    ("answers_week", "Answers in 7 days"),
    ("answers_month", "Answers in 30 days"),
    ("quizzes_week", "Quizzes of groups in 7 days"),
    ("quizzes_month", "Quizzes of groups in 30 days"),
    ("players_month", "Players in 30 days"),
)


def as_json(found: Activity) -> str:
    """One object; lists where there are several."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=1)


def as_csv(found: Activity) -> str:
    """Rows of `what, name, value, answers, discrimination`, the last two for questions alone."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("what", "name", "value", "answers", "discrimination"))
    rows.writerows(_rows(found))
    return out.getvalue()


def as_text(found: Activity) -> str:
    """Lines for a person."""
    return "\n".join(_lines(found))


def _rows(found: Activity) -> Iterator[tuple[object, ...]]:
    for field, _ in _TOTALS:
        yield "total", field, getattr(found, field), "", ""
    for term, count in found.asked:
        yield "asked", term, count, "", ""
    for text, count in found.missed:
        yield "missed", text, count, "", ""
    for hard in found.hardest:
        sharp = "" if hard.discrimination is None else f"{hard.discrimination:.3f}"
        yield "question", hard.question, f"{hard.right_share:.3f}", hard.answers, sharp


def _lines(found: Activity) -> Iterator[str]:
    for field, words in _TOTALS:
        yield f"{getattr(found, field):>7}  {words}"
    yield "Terms most asked in 30 days:"
    yield from (f"{count:>7}  {term}" for term, count in found.asked)
    yield "Asked for and not found:"
    yield from (f"{count:>7}  {text}" for text, count in found.missed)
    yield "Hardest questions (share right, answers, discrimination):"
    for hard in found.hardest:
        sharp = "    –" if hard.discrimination is None else f"{hard.discrimination:+.2f}"
        yield f"{hard.right_share:>7.0%}  {hard.answers:>5}  {sharp}  {hard.question}"
