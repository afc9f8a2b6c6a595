"""How a term looks: the pure part of `/whatis`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.actions import Action
from bot.features.brief import fitting
from bot.features.quiz_actions import quiz_me
from bot.library.library import Library
from bot.library.schema import Status, Term
from bot.markup import Markup, bold, escape, plain
from bot.reply import Block, Bullets, Button, Buttons, Heading, Note, Paragraph, Quote, blocks
from bot.texts import Texts

SIMPLE, STANDARD, DEEP, EXAMPLE = "sim", "std", "deep", "ex"
SHOW, COMPARE_WITH, COMPARE, WRONG = "w", "cw", "c", "r"
"""The verbs of a definition's buttons."""


@dataclass(frozen=True, slots=True)
class View:
    """A term at one depth, for one reader. `brief` keeps it short for a group; `owner` may change it."""

    term: Term
    depth: str
    brief: bool
    owner: int | None


def definition(view: View, library: Library, texts: Texts, today: date) -> tuple[Block, ...]:
    """The blocks of a definition, the most useful first."""
    term = view.term
    head = (Heading(title(term)), *_withdrawn(term, library, texts))
    foot = (checked(term, texts, today),)
    match view.depth:
        case "sim" if term.simple:
            return (*head, *blocks(term.simple), *foot)
        case "deep" if term.deep:
            return (*head, *blocks(term.deep), *_misconception(term, texts), *foot)
        case "ex":
            return (*head, *blocks(term.example), *foot)
    line = Paragraph(bold(plain(term.one_liner)))
    if view.brief:
        return fitting((*head, line), blocks(term.standard), foot)
    extra = (_example(term, texts), *_confusions(term, library, texts), *_misconception(term, texts))
    return (*head, line, *blocks(term.standard), *extra, *foot)


def title(term: Term) -> Markup:
    """`Retrieval-augmented generation (RAG)`."""
    short = term.abbreviations[0] if term.abbreviations else ""
    return escape(f"{term.term} ({short})" if short and short not in term.term else term.term)


def checked(entry: Term, texts: Texts, today: date) -> Note:
    """Where to check, and when that was last done; marked when the review is overdue."""
    source = entry.sources[0]
    link = Markup(f"[{escape(source.title)}]({source.url})")
    if entry.review_by is not None and entry.review_by < today:
        return Note(texts.say("⚠️ Checked {day}, due for review · {source}", day=entry.as_of, source=link))
    return Note(texts.say("Checked {day} · {source}", day=entry.as_of, source=link))


def buttons(view: View, library: Library, texts: Texts) -> Buttons:
    """Depths first, then neighbours, then the way to tell the authors."""
    related = (_related(view, other) for other in _neighbours(view.term, library))
    rows = (
        tuple(_depths(view, texts)),
        tuple(related),
        (Button(texts.label("Quiz me"), quiz_me(view.term.id)), wrong("term", view.term.id, texts)),
    )
    return tuple(row for row in rows if row)


def show(term: Term, depth: str, owner: int | None) -> Action:
    """The action that shows a term at a depth."""
    return Action(SHOW, (term.id, depth), owner)


def wrong(subject: str, subject_id: str, texts: Texts) -> Button:
    """*Something wrong?*: the same on everything the authors wrote."""
    return Button(texts.label("Something wrong?"), Action(WRONG, (subject, subject_id)))


def _depths(view: View, texts: Texts) -> Iterator[Button]:
    term = view.term
    labels = {
        SIMPLE: texts.label("Simpler"),
        STANDARD: texts.label("Standard"),
        DEEP: texts.label("Deeper"),
        EXAMPLE: texts.label("Example"),
    }
    there = {SIMPLE: term.simple, STANDARD: term.standard, DEEP: term.deep, EXAMPLE: term.example}
    for depth, label in labels.items():
        if there[depth] and depth != view.depth:
            yield Button(label, show(term, depth, view.owner))
    yield Button(texts.label("Compare"), Action(COMPARE_WITH, (term.id,), view.owner))


def _neighbours(term: Term, library: Library) -> list[Term]:
    ids = dict.fromkeys((*term.related, *library.differences(term.id), *term.prerequisites))
    return [other for other in (library.term(i) for i in ids) if other is not None][:3]


def _related(view: View, other: Term) -> Button:
    return Button(short_name(other), show(other, STANDARD, view.owner))


def short_name(term: Term) -> str:
    """What fits on a button: the abbreviation when the name is long."""
    return term.abbreviations[0] if len(term.term) > 20 and term.abbreviations else term.term[:38]


def _withdrawn(term: Term, library: Library, texts: Texts) -> Iterator[Block]:
    """A line that says so when the thing is no longer to be had."""
    if term.status in (Status.ACTIVE, Status.RESEARCH):
        return
    successor = library.term(term.successor) if term.successor else None
    said = texts.say("No longer available.") if term.status is Status.RETIRED else texts.say("Superseded.")
    if successor is not None:
        link = Markup(f"[[{successor.id}|{escape(successor.term)}]]")
        said = Markup(f"{said} {texts.say('What followed: {successor}.', successor=link)}")
    yield Quote(said)


def _example(term: Term, texts: Texts) -> Paragraph:
    return Paragraph(Markup(f"**{texts.say('Example:')}** {term.example}"))


def _confusions(term: Term, library: Library, texts: Texts) -> Iterator[Block]:
    differences = library.differences(term.id)
    items = [
        f"[[{other.id}|{escape(other.term)}]]: {line}"
        for other, line in ((library.term(i), line) for i, line in differences.items())
        if other is not None
    ]
    if items:
        yield Paragraph(Markup(f"**{texts.say('Often confused with')}**"))
        yield Bullets(tuple(items[:3]))


def _misconception(term: Term, texts: Texts) -> Iterator[Block]:
    if term.misconception is not None:
        wrong, right = term.misconception.wrong, term.misconception.right
        yield Quote(Markup(f"**{texts.say('Myth:')}** {wrong}\\\n**{texts.say('Fact:')}** {right}"))
