"""Checks of models, comparisons and paths."""

from __future__ import annotations

from collections.abc import Iterator

from bot.library.lint.finding import Context, Finding
from bot.library.normalise import fold
from bot.library.problems import Severity
from bot.library.schema import Status


def models(context: Context) -> Iterator[Finding]:
    """What is gone says what followed, or why nothing did; directions have a kind."""
    kinds = {(e.record.input, e.record.output) for e in context.shelves.kinds.values()}
    for entry in context.shelves.models.values():
        model = entry.record
        if model.status in (Status.SUPERSEDED, Status.RETIRED) and not (model.successor or model.note):
            message = f"It is {model.status}, and nothing says what followed."
            yield Finding(entry, ("status",), message, "Add successor: or note:.", "models")
        if kinds and not any((i, o) in kinds for i in model.inputs for o in model.outputs):
            message = f"No kind goes from {model.inputs[0]} to {model.outputs[0]}."
            yield Finding(entry, ("inputs",), message, "Add the kind to model-kinds.yaml.", "models")
        if model.released[:4] > str(context.today.year):
            yield Finding(
                entry, ("released",), f"{model.released} has not come yet.", "Mend the date.", "dates"
            )


def same_models(context: Context) -> Iterator[Finding]:
    """A model stands in the catalogue once."""
    seen: dict[str, str] = {}
    for model_id, entry in context.shelves.models.items():
        first = seen.setdefault(fold(entry.record.name), model_id)
        if first != model_id:
            yield Finding(entry, ("name",), f"{first} has the same name.", "Join the two.", "models")


def comparisons(context: Context) -> Iterator[Finding]:
    """A row says something different of each side, and asks what no other row asks."""
    for entry in context.shelves.comparisons.values():
        asked: set[str] = set()
        for number, row in enumerate(entry.record.rows):
            if fold(row.answers[0]) == fold(row.answers[1]):
                message = "Both sides have the same answer."
                yield Finding(entry, ("rows", number, "answers"), message, "Leave the row out.", "rows")
            if fold(row.question) in asked:
                yield Finding(
                    entry, ("rows", number, "question"), "It is asked twice.", "Join the rows.", "rows"
                )
            asked.add(fold(row.question))


def paths(context: Context) -> Iterator[Finding]:
    """A step comes after what it needs, where that is a step too; no step comes twice."""
    for entry in context.shelves.paths.values():
        steps = entry.record.steps
        for number, step in enumerate(steps):
            if step in steps[:number]:
                yield Finding(entry, ("steps", number), f"{step} comes twice.", "Remove one.", "steps")
            term = context.shelves.terms.get(step)
            for needed in term.record.prerequisites if term else ():
                if needed in steps[number + 1 :]:
                    message = f"{step} needs {needed}, which comes later."
                    yield Finding(entry, ("steps", number), message, f"Move {needed} before it.", "steps")


def topics(context: Context) -> Iterator[Finding]:
    """No shelf is empty."""
    used = {entry.record.topic for entry in context.shelves.terms.values()}
    for topic, entry in context.shelves.topics.items():
        if topic not in used:
            message = "No term lies in this topic."
            yield Finding(
                entry, ("id",), message, f"Write one in terms/{topic}/.", "topics", Severity.WARNING
            )


CHECKS = (models, same_models, comparisons, paths, topics)
