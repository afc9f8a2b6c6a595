"""Checks of single terms: the one-liner, the depths, what is confused with what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.library.lint.finding import AnyEntry, Context, Finding
from bot.library.lint.prose import grade, runs, sentences, words
from bot.library.normalise import fold, key
from bot.library.problems import Severity
from bot.library.schema import Kind, Status, Term

DEPTHS = ("simple", "standard", "deep", "example")
SHORTEST = {"simple": 150, "standard": 200, "deep": 400, "example": 60}
_GRADES = {"simple": 9.0, "standard": 14.0}
"""School years above which a text is too hard. The formula errs by a year, and technical names cost another:
the aims are 8 and 11."""
_ARTICLE = re.compile(r"^(an?|the|in [a-z]+, )\s+", re.IGNORECASE)
_WARNINGS = frozenset(("reading", "neighbours"))
_SHARED = 0.2
"""Share of five-word runs of one depth that may stand in another."""


def one_liners(context: Context) -> Iterator[Finding]:
    """A one-liner says what the thing is, without its own name."""
    for entry in context.shelves.terms.values():
        term: Term = entry.record
        line = fold(_ARTICLE.sub("", term.one_liner))
        for name in (term.term, *term.abbreviations):
            folded = fold(name)
            if f"{line} ".startswith(f"{folded} "):
                yield _found(
                    entry, "one_liner", f"It begins with {name}.", "Begin with what it is.", "one-liner"
                )
            elif len(folded) > 2 and f" {folded} " in f" {line} ":
                remedy = "Say it in other words."
                yield _found(entry, "one_liner", f"It explains {name} by its own name.", remedy, "one-liner")
        if term.one_liner[-1] not in ".?!":
            yield _found(
                entry, "one_liner", "It ends without a full stop.", "Write a whole thought.", "one-liner"
            )


def depths(context: Context) -> Iterator[Finding]:
    """Complete entries have every part, and no part is too short to be worth its heading."""
    for entry in context.shelves.terms.values():
        term: Term = entry.record
        if (term.simple is None) != (term.deep is None):
            lacking = "Simple" if term.simple is None else "Deep"
            remedy = f"Write ## {lacking} too, or leave only Standard and Example."
            yield _found(
                entry, "standard", f"One of Simple and Deep is there, {lacking} is not.", remedy, "depths"
            )
        elif term.complete and term.facets is None:
            remedy = "Add used_for, strength and limit."
            yield _found(entry, "term", "A complete entry has facets, for comparing.", remedy, "depths")
        for name, least in SHORTEST.items():
            text = getattr(term, name)
            if text and len(text) < least:
                message = f"{len(text)} characters, at least {least}."
                yield _found(entry, name, message, "Say what is missing, or join it to another.", "depths")


def repetition(context: Context) -> Iterator[Finding]:
    """Nothing is said twice in one entry."""
    for entry in context.shelves.terms.values():
        yield from _repeated_sentences(entry)
        yield from _shared_runs(entry)


def _repeated_sentences(entry: AnyEntry) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name in DEPTHS:
        for sentence in sentences(getattr(entry.record, name) or ""):
            if len(sentence.split()) < 8:
                continue
            first = seen.setdefault(sentence.lower(), name)
            if first != name:
                message = f"A sentence of {first.capitalize()} stands here again: {sentence[:60]}…"
                yield _found(entry, name, message, "Say it once.", "repetition")


def _shared_runs(entry: AnyEntry) -> Iterator[Finding]:
    found = {name: set(runs(words(getattr(entry.record, name) or ""), 5)) for name in DEPTHS}
    for one, other in (
        ("standard", "simple"),
        ("deep", "standard"),
        ("deep", "simple"),
        ("example", "standard"),
    ):
        fewer = min(len(found[one]), len(found[other]))
        if fewer and len(found[one] & found[other]) > max(3, fewer * _SHARED):
            message = f"Much of {other.capitalize()} is said again in the same words."
            yield _found(
                entry, one, message, "Each depth can be read alone, and adds something.", "repetition"
            )


def reading(context: Context) -> Iterator[Finding]:
    """Simple is for teenagers, Standard for everybody."""
    for entry in context.shelves.terms.values():
        for name, most in _GRADES.items():
            text = getattr(entry.record, name)
            if text and (found := grade(text)) > most:
                message = f"It reads like school year {found:.0f}."
                remedy = "Use shorter sentences and shorter words."
                yield _found(entry, name, message, remedy, "reading")


def neighbours(context: Context) -> Iterator[Finding]:
    """Related terms are few and not named twice; prerequisites are few."""
    for entry in context.shelves.terms.values():
        term: Term = entry.record
        if len(term.related) > 6 or len(term.prerequisites) > 3:
            keys = "related" if len(term.related) > 6 else "prerequisites"
            most = 6 if keys == "related" else 3
            message = f"{len(getattr(term, keys))} given, at most {most}."
            yield _found(entry, keys, message, "Keep the nearest.", "neighbours")
        named = {*term.prerequisites, *term.confused_with, *filter(None, (term.successor,))}
        for number, other in enumerate(term.related):
            if other in named or other in term.related[:number]:
                message = f"{other} is named in this entry already."
                yield Finding(
                    entry, ("related", number), message, "Remove it here.", "neighbours", Severity.WARNING
                )


def things(context: Context) -> Iterator[Finding]:
    """A particular model or product (not a class of them) says who made it, when, and what followed."""
    for entry in context.shelves.terms.values():
        term: Term = entry.record
        if term.kind in (Kind.MODEL, Kind.PRODUCT) and (
            term.maker or term.released or term.topic == "products"
        ):
            for name in ("maker", "released", "review_by"):
                current = name == "review_by" and term.status is not Status.ACTIVE
                if getattr(term, name) is None and not current:
                    message = f"A {term.kind} without {name}."
                    yield _found(entry, "kind", message, f"Add a line {name}: …", "things")
        if term.successor and term.status not in (Status.SUPERSEDED, Status.RETIRED):
            message = "It has a successor, but its status is active."
            yield _found(entry, "successor", message, "Add status: superseded, or retired.", "things")


def names(context: Context) -> Iterator[Finding]:
    """A name belongs to one entry, or stands among the ambiguous words of the index."""
    index = context.shelves.index.record if context.shelves.index else None
    shared = {key(fold(word)) for word in index.ambiguous} if index else set()
    for term_id, entry in context.shelves.terms.items():
        for field in ("term", "abbreviations", "aliases", "misspellings"):
            value = getattr(entry.record, field)
            for number, name in enumerate((value,) if field == "term" else value):
                joined = key(fold(name))
                others = sorted(context.owners[joined] - {term_id})
                if (
                    others
                    and joined not in shared
                    and not (field == "term" and _minor(context, others, joined))
                ):
                    keys = (field,) if field == "term" else (field, number)
                    message = f"{name} is also a name of {', '.join(others)}."
                    remedy = "Keep it in one entry, or list both under ambiguous in index.yaml."
                    yield Finding(entry, keys, message, remedy, "names")


def _minor(context: Context, others: list[str], joined: str) -> bool:
    """Whether the others use the name only on the side, so that theirs is the one to remove."""
    return all(key(fold(context.shelves.terms[other].record.term)) != joined for other in others)


def _found(entry: AnyEntry, field: str, message: str, remedy: str, check: str) -> Finding:
    severity = Severity.WARNING if check in _WARNINGS else Severity.ERROR
    return Finding(entry, (field,), message, remedy, check, severity)


CHECKS = (one_liners, depths, repetition, reading, neighbours, things, names)
