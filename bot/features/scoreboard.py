"""Names, ranks and counts as people see them: the pure small parts of every view of a quiz."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.markup import Markup, bold, escape
from bot.quiz.model import Item
from bot.quiz.score import Given, Standing
from bot.texts import Texts

NAME_MOST = 24
LINE_BREAK = "\\\n"
"""A break within a paragraph, as inline markup."""
_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
_LIVE = re.compile(r"[@/#.:](?=\S)")
_WORD_JOINER = "\u2060"
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Tally:
    """How one item went. counts: for each option, in the order shown; key: the position of the right one."""

    counts: tuple[int, ...]
    key: int

    @property
    def right(self) -> int:
        """How many were right."""
        return self.counts[self.key]

    @property
    def answered(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def usual_wrong(self) -> int | None:
        """The position of the wrong option most took, the first of several; None when nobody was wrong."""
        wrong = [(count, -place) for place, count in enumerate(self.counts) if place != self.key and count]
        return -max(wrong)[1] if wrong else None


def tally(item: Item, number: int, given: Iterable[Given]) -> Tally:
    """Counts the answers to one item."""
    taken = Counter(answer.option for answer in given if answer.number == number)
    return Tally(tuple(taken[place] for place in range(len(item.order))), item.key)


def shown_name(name: str, texts: Texts) -> str:
    """A name that fits in a line and is nothing but a name: it pings nobody, links nowhere, turns no text.

    Not escaped yet: whoever puts it into markup does that.
    """
    kept = "".join(c for c in " ".join(name.split()) if c == _JOINER or unicodedata.category(c)[0] != "C")
    if not kept.strip(_JOINER + " "):
        return texts.label("Somebody")
    short = kept if len(kept) <= NAME_MOST else f"{kept[: NAME_MOST - 1].rstrip()}…"
    return _LIVE.sub(rf"\g<0>{_WORD_JOINER}", short)


def named(participant: int, names: Mapping[int, str], texts: Texts) -> Markup:
    """The participant's name, escaped."""
    return escape(shown_name(names.get(participant, ""), texts))


def listed(people: Sequence[int], names: Mapping[int, str], texts: Texts, most: int = 6) -> Markup:
    """`Ann, Bob and 3 more`."""
    shown = [named(p, names, texts) for p in people[:most]]
    if len(people) <= most:
        return Markup(", ".join(shown))
    more = len(people) - most
    return texts.plural("{names} and {n} more", "{names} and {n} more", more, names=Markup(", ".join(shown)))


def medal(rank: int, points: int) -> str:
    """`🥇`, and `4.` from the fourth on; nobody gets one for nothing."""
    return _MEDALS.get(rank, f"{rank}.") if points else "–"


def board(
    standings: Sequence[Standing], names: Mapping[int, str], texts: Texts, *, most: int, of: int
) -> Markup:
    """The best `most`, one a line, and how many more there are; `of` is how many questions counted."""
    lines = list(_lines(standings[:most], names, texts, of))
    if len(standings) > most:
        more = len(standings) - most
        lines.append(texts.plural("… and {n} more", "… and {n} more", more))
    return Markup(LINE_BREAK.join(lines))


def _lines(
    standings: Iterable[Standing], names: Mapping[int, str], texts: Texts, of: int
) -> Iterator[Markup]:
    for s in standings:
        yield texts.say(
            "{rank} {name} {points} · {right} of {of} right",
            rank=medal(s.rank, s.points),
            name=_strong(s, names, texts),
            points=s.points,
            right=s.right,
            of=of,
        )


def _strong(standing: Standing, names: Mapping[int, str], texts: Texts) -> Markup:
    return bold(shown_name(names.get(standing.participant, ""), texts))
