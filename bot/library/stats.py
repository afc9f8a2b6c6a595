"""What the content covers, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.library.library import Library
from bot.library.lint.bank import SMALLEST, Attack, Weights, attacks
from bot.library.schema import Level

HEADINGS = (
    "topic", "core", "common", "advanced", "terms", "complete", "comparisons", "tips", "questions", "tested",
)  # fmt: skip


def coverage(library: Library) -> list[tuple[str, ...]]:
    """A row for each topic, and one for all.

    `complete` counts terms with every depth, `tested` those with a question.
    """
    rows = [_row(library, topic.name, {topic.id}) for topic in library.topics.values()]
    return [*rows, _row(library, "all", set(library.topics))]


def _row(library: Library, name: str, topics: set[str]) -> tuple[str, ...]:
    terms = [term for term in library.terms.values() if term.topic in topics]
    ids = {term.id for term in terms}
    counts = (
        *(sum(term.level is level for term in terms) for level in Level),
        len(terms),
        sum(term.complete for term in terms),
        sum(comparison.between[0] in ids for comparison in library.comparisons.values()),
        sum(tip.topic in topics for tip in library.tips.values()),
        sum(question.topic in topics for question in library.questions.values()),
        sum(bool(library.questions_for(term_id)) for term_id in ids),
    )
    return (name, *map(str, counts))


def bank(library: Library) -> Iterator[str]:
    """How well strategies without knowledge do on the questions, and the words that give keys away."""
    questions = list(library.questions.values())
    if len(questions) < SMALLEST:
        yield f"Too few questions to tell; from {SMALLEST} on."
        return
    for attack in attacks(questions):
        yield _attacked(attack)
    keys, others = Weights(questions).telling()
    yield f"words of keys: {', '.join(keys)}"
    yield f"words of wrong options: {', '.join(others)}"


def _attacked(attack: Attack) -> str:
    return f"{attack.success:6.1%}  {attack.name} (chance {attack.chance:.0%})"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a plain table: the first column to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for first, *numbers in (headings, *rows):
        cells = (cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells))
