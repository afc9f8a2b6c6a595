"""`/compare`: two ideas side by side, from the authors where they wrote it, else from both entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.brief import GROUP_MAX, length
from bot.features.definition import COMPARE, COMPARE_WITH, STANDARD, short_name, show, title, wrong
from bot.features.secrecy import hushed
from bot.features.services import Services
from bot.library.schema import Comparison, Term
from bot.library.search import Finding, Search
from bot.markup import Markup, escape, plain
from bot.reply import Block, Button, Buttons, Heading, Note, Paragraph, Reply, Row, Table, grid
from bot.texts import N_, Texts

WHOLE = "cf"
"""The verb that unfolds a comparison in a group."""


class Compare:
    """The handlers of `/compare` and of the buttons that lead to it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        command = Command(
            "compare",
            N_("Set two AI terms side by side"),
            self.compare,
            params=(
                Param("a", ParamKind.TERM, N_("The one"), prompt=N_("Which two? Like: rag vs fine-tuning")),
                Param("b", ParamKind.TERM, N_("The other"), prompt=N_("And what shall I compare it with?")),
            ),
            aliases=("vs", "difference"),
            split=self.split,
            suggest=self.suggest,
            menu=True,
            example="rag vs fine-tuning",
        )
        presses = {COMPARE: self.pressed, WHOLE: self.unfolded, COMPARE_WITH: self.partners}
        return Feature((command,), presses)

    def split(self, text: str) -> Mapping[str, str]:
        """The two sides of what was typed; one side alone when there is no other."""
        search = self._services.library.search
        pair = search.split_pair(text) or _known_and_unknown(text, search)
        if pair is not None:
            return {"a": pair[0], "b": pair[1]}
        if not text:
            return {}
        # A side that nobody knows must be said before the other is asked for.
        return {"a": text} if search.find(text).answer else {"a": text, "b": ""}

    def suggest(self, values: Mapping[str, str], owner: int | None) -> Buttons:
        """What to compare with the one that was given, or pairs when none was."""
        found = self._services.library.search.find(values.get("a", "")).answer
        if found is None:
            return self.popular(owner)
        return self._choices(self._services.library.terms[found.id], owner)

    def popular(self, owner: int | None) -> Buttons:
        """Comparisons of popular terms."""
        library = self._services.library
        first = (library.comparisons_of(term)[:1] for term in library.index.popular)
        pairs = {frozenset(c.between): c.between for found in first for c in found}.values()
        return grid([b for one, other in pairs for b in self._pair_button(one, other, owner)][:5], per_row=1)

    async def compare(self, request: Request) -> Reply:
        """The answer to `/compare <a> <b>`."""
        search = self._services.library.search
        found = search.find(request.value("a")), search.find(request.value("b"))
        if found[0].answer is None or found[1].answer is None:
            return self._unsure(found, request)
        terms = tuple(self._services.library.terms[f.answer.id] for f in found if f.answer)
        if terms[0].id == terms[1].id:
            return self._same(terms[0], request.texts, request.owner)
        reply = self.shown(terms[0], terms[1], request.texts, request.owner, brief=not request.chat.private)
        return hushed(reply, request.chat, self._services, terms[0].id, terms[1].id)

    async def asked(self, request: Request) -> Reply | None:
        """The answer to a text like `rag vs fine-tuning`, when both sides are surely known."""
        search = self._services.library.search
        pair = search.split_pair(request.value("term"), meant=False)
        if pair is None or any(search.find(side).answer is None for side in pair):
            return None
        return await self.compare(replace(request, values={"a": pair[0], "b": pair[1]}))

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on a pair: the comparison."""
        return self._from_press(press, brief=press.own and not press.chat.private)

    async def unfolded(self, press: PressRequest) -> Reply:
        """A press on *All rows*."""
        return self._from_press(press, brief=False)

    async def partners(self, press: PressRequest) -> Reply:
        """A press on *Compare*: with what?"""
        library = self._services.library
        term = library.term(press.args[0])
        if term is None:
            return self._gone(press.texts)
        back = Button(press.texts.label("Back"), show(term, STANDARD, press.owner))
        said = press.texts.say("Compare {term} with what?", term=term.term)
        hint = press.texts.say("Any two terms will do: /compare {term} vs …", term=short_name(term))
        return Reply((Paragraph(said), Note(hint)), (*self._choices(term, press.owner), (back,)), edit=True)

    def _choices(self, term: Term, owner: int | None) -> Buttons:
        """What is worth comparing with the term, curated ones first."""
        library = self._services.library
        curated = (c.between[1] for c in library.comparisons_of(term.id))
        ids = dict.fromkeys(chain(curated, library.differences(term.id), term.related))
        others = [other for other in map(library.term, ids) if other is not None][:8]
        return grid([Button(short_name(o), Action(COMPARE, (term.id, o.id), owner)) for o in others])

    def _from_press(self, press: PressRequest, *, brief: bool) -> Reply:
        library = self._services.library
        pair = [library.term(i) for i in press.args[:2]]
        if len(pair) < 2 or pair[0] is None or pair[1] is None:
            return self._gone(press.texts)
        return self._from_pair(pair[0], pair[1], press, brief=brief)

    def _from_pair(self, a: Term, b: Term, press: PressRequest, *, brief: bool) -> Reply:
        reply = self.shown(a, b, press.texts, press.owner, brief=brief, edit=True)
        return hushed(reply, press.chat, self._services, a.id, b.id)

    def shown(
        self, a: Term, b: Term, texts: Texts, owner: int | None, *, brief: bool, edit: bool = False
    ) -> Reply:
        """The two side by side; `brief` folds it for a group."""
        for term in (a, b):
            self._services.store.shown(term.id)
        curated = self._services.library.comparison(a.id, b.id)
        whole = _curated(a, b, curated, texts) if curated else self._built(a, b, texts)
        shown = _folded(whole) if brief else whole
        return Reply(shown, self._buttons(a, b, texts, owner, folded=shown != whole), edit=edit)

    def _buttons(self, a: Term, b: Term, texts: Texts, owner: int | None, *, folded: bool) -> Buttons:
        whole = Button(texts.label("All rows"), Action(WHOLE, (a.id, b.id), owner))
        terms = tuple(Button(short_name(t), show(t, STANDARD, owner)) for t in (a, b))
        return (*(((whole,),) if folded else ()), terms, (wrong("term", a.id, texts),))

    def _built(self, a: Term, b: Term, texts: Texts) -> tuple[Block, ...]:
        """A comparison from the facets of both entries, which says that it is one."""
        rows = tuple(_facets(a, b, texts))
        difference = self._services.library.differences(a.id).get(b.id)
        line = (Paragraph(Markup(difference)),) if difference else ()
        note = texts.say("Put together from both entries · checked {day}", day=min(a.as_of, b.as_of))
        return (_heading(a, b), *line, Table((_column(a), _column(b)), rows), Note(note))

    def _unsure(self, found: tuple[Finding, Finding], request: Request) -> Reply:
        """Says which side was not understood, and offers what was perhaps meant."""
        texts = request.texts
        unclear = next(f for f in found if f.answer is None)
        other = found[0] if unclear is found[1] else found[1]
        if not unclear.alternatives:
            self._services.store.missed(unclear.subject)
            said = texts.say("I don't know “{word}”, so I can't compare it.", word=unclear.subject[:60])
            return Reply((Paragraph(said), Note(texts.say("Try one of these:"))), self.popular(request.owner))
        said = texts.say(
            "I'm not sure what “{word}” is. Did you mean one of these?", word=unclear.subject[:60]
        )
        first = unclear is found[0]
        buttons = [self._completing(m.id, other, request.owner, first=first) for m in unclear.alternatives]
        return Reply((Paragraph(said),), grid([b for b in buttons if b is not None]))

    def _completing(self, candidate: str, other: Finding, owner: int | None, *, first: bool) -> Button | None:
        """A button that finishes the comparison with the candidate, or at least explains it."""
        term = self._services.library.terms[candidate]
        if other.answer is None:
            return Button(term.term[:38], show(term, STANDARD, owner))
        pair = (candidate, other.answer.id) if first else (other.answer.id, candidate)
        return Button(term.term[:38], Action(COMPARE, pair, owner))

    def _pair_button(self, a: str, b: str, owner: int | None) -> Iterator[Button]:
        terms = self._services.library.term(a), self._services.library.term(b)
        if terms[0] is not None and terms[1] is not None:
            label = f"{short_name(terms[0])} vs {short_name(terms[1])}"
            yield Button(label[:60], Action(COMPARE, (a, b), owner))

    def _same(self, term: Term, texts: Texts, owner: int | None) -> Reply:
        said = texts.say("Both are names for {term}, so there is nothing to compare.", term=term.term)
        return Reply((Paragraph(said),), ((Button(short_name(term), show(term, STANDARD, owner)),),))

    @staticmethod
    def _gone(texts: Texts) -> Reply:
        return Reply(toast=texts.label("That entry is gone. Ask for it with /whatis."))


def _known_and_unknown(text: str, search: Search) -> tuple[str, str] | None:
    """`gan foobar`: of two sides, the longest that is surely known, so that the other can be asked about."""
    if search.find(text).answer is not None:
        return None
    words = text.split()
    for size in range(len(words) - 1, 0, -1):
        for start in (0, len(words) - size):
            known = " ".join(words[start : start + size])
            rest = " ".join(words[size:] if start == 0 else words[:start])
            if search.find(known).answer is not None:
                return (known, rest) if start == 0 else (rest, known)
    return None


def _column(term: Term) -> Markup:
    """The name on every line of a table: the abbreviation where there is one."""
    return escape(term.abbreviations[0] if term.abbreviations else term.term)


def _heading(a: Term, b: Term) -> Heading:
    return Heading(Markup(f"{title(a)} vs {title(b)}"))


def _curated(a: Term, b: Term, comparison: Comparison, texts: Texts) -> tuple[Block, ...]:
    rows = tuple(Row(row.question, row.answers) for row in comparison.rows)
    table = Table((_column(a), _column(b)), rows)
    bottom = Paragraph(Markup(f"**{texts.say('Bottom line:')}** {comparison.bottom_line}"))
    return (_heading(a, b), table, bottom, Note(texts.say("Checked {day}", day=comparison.as_of)))


def _facets(a: Term, b: Term, texts: Texts) -> Iterator[Row]:
    yield Row(texts.say("In one line"), (escape(plain(a.one_liner)), escape(plain(b.one_liner))))
    if a.facets is not None and b.facets is not None:
        yield Row(texts.say("Used for"), (a.facets.used_for, b.facets.used_for))
        yield Row(texts.say("Strength"), (a.facets.strength, b.facets.strength))
        yield Row(texts.say("Limit"), (a.facets.limit, b.facets.limit))
    if a.maker and b.maker:
        yield Row(texts.say("Made by"), (escape(a.maker), escape(b.maker)))
    if a.released and b.released:
        yield Row(texts.say("First released"), (a.released, b.released))


def _folded(whole: tuple[Block, ...]) -> tuple[Block, ...]:
    """For a group: the bottom line and as many rows as fit; the rest is a press away."""
    table = next(block for block in whole if isinstance(block, Table))
    left = GROUP_MAX - sum(length(block) for block in whole if block is not table)
    rows: tuple[Row, ...] = ()
    for row in table.rows:
        longer = Table(table.columns, (*rows, row))
        if length(longer) > left:
            break
        rows = longer.rows
    shorter = (Table(table.columns, rows),) if rows else ()
    return tuple(b for block in whole for b in (shorter if block is table else (block,)))
