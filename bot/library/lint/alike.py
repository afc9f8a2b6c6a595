"""Checks for what is too much alike: tips, questions, sentences of different entries, the seed article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

from bot.library.lint.finding import AnyEntry, Context, Finding
from bot.library.lint.prose import runs, sentences, words
from bot.library.problems import Severity
from bot.library.schema import Model, Question

RUN = 12
"""Words running that count as copied."""
_SEED = Path(__file__).parent.parent / "data" / "seed.hashes"
_SEASON = re.compile(
    r"\b(christmas|new year|easter|halloween|ramadan|thanksgiving|black friday"
    r"|this (?:week|month|season|spring|summer|autumn|winter)"
    r"|happy (?:monday|friday|birthday)|good (?:morning|evening)|today is|on (?:mondays?|fridays?))\b",
    re.IGNORECASE,
)
_PRICE = re.compile(r"[$€£]\s?\d")


def digest(run: tuple[str, ...]) -> int:
    """The hash under which a run of words is kept, so that the text itself need not be."""
    return int.from_bytes(blake2b(" ".join(run).encode(), digest_size=8).digest(), "big")


def seed_hashes(path: Path = _SEED) -> frozenset[int]:
    """The hashes of every twelve-word run of the seed article."""
    return frozenset(int(line, 16) for line in path.read_text().split())


def seed(context: Context) -> Iterator[Finding]:
    """Twelve words running from the seed article."""
    for entry, passage in context.passages:
        for run in runs(words(passage.text), RUN):
            if digest(run) in context.seed:
                message = f'Twelve words running from the seed article: "{" ".join(run)}".'
                yield Finding(entry, passage.keys, message, "Say it in your own words.", "seed")
                break


def same_sentences(context: Context) -> Iterator[Finding]:
    """A sentence of twelve words or more belongs to one entry."""
    seen: dict[str, AnyEntry] = {}
    for entry, passage in context.passages:
        if isinstance(entry.record, Question | Model):
            continue
        for sentence in sentences(passage.text):
            if len(sentence.split()) >= RUN:
                first = seen.setdefault(sentence.lower(), entry)
                if first is not entry:
                    place = first.place
                    message = f"The sentence stands in {place.path}:{place.line()} too: {sentence[:60]}…"
                    yield Finding(
                        entry, passage.keys, message, "Say it in one of them.", "same", Severity.WARNING
                    )


def tips(context: Context) -> Iterator[Finding]:
    """No two tips are alike; none is for a season or names a price."""
    entries = list(context.shelves.tips.values())
    yield from _alike(entries, [f"{e.record.title}. {e.record.text}" for e in entries], 0.35, "text")
    titles: dict[str, AnyEntry] = {}
    for entry in entries:
        first = titles.setdefault(entry.record.title.lower(), entry)
        if first is not entry:
            message = f"{first.record.id} has the same title."
            yield Finding(entry, ("title",), message, "Give it another.", "alike-tips")
        for name, pattern in (("season", _SEASON), ("price", _PRICE)):
            if match := pattern.search(f"{entry.record.title} {entry.record.text}"):
                message = f'A tip may be shown on any day of any year: "{match[0]}".'
                yield Finding(entry, ("text",), message, "Leave it out.", name)


def questions(context: Context) -> Iterator[Finding]:
    """No two questions are alike."""
    entries = list(context.shelves.questions.values())
    texts = [" ".join((e.record.stem, *sorted(e.record.options))) for e in entries]
    yield from _alike(entries, texts, 0.5, "stem")


def _alike(entries: list[AnyEntry], texts: list[str], most: float, field: str) -> Iterator[Finding]:
    """Pairs whose three-word runs have a Jaccard index above `most`."""
    for later, earlier in _close(texts, most):
        message = f"It is much like {entries[earlier].record.id}."
        yield Finding(entries[later], (field,), message, "Keep the better one.", f"alike-{_kind(field)}")


def _kind(field: str) -> str:
    return "tips" if field == "text" else "questions"


def _close(texts: Iterable[str], most: float) -> Iterator[tuple[int, int]]:
    found: list[set[tuple[str, ...]]] = []
    holders: dict[tuple[str, ...], list[int]] = {}
    for later, text in enumerate(texts):
        mine = set(runs(words(text), 3))
        shared = Counter(earlier for run in mine for earlier in holders.get(run, ()))
        for earlier, count in shared.items():
            if count / (len(mine) + len(found[earlier]) - count) > most:
                yield later, earlier
        found.append(mine)
        for run in mine:
            holders.setdefault(run, []).append(later)


CHECKS = (seed, same_sentences, tips, questions)
