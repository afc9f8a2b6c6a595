"""`/whatis`: a definition worth reading, or an honest "I don't know"."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.definition import SHOW, STANDARD, View, buttons, definition, short_name, show
from bot.features.secrecy import hushed
from bot.features.services import Services
from bot.library.schema import Term
from bot.library.search import Finding, Match
from bot.markup import Markup
from bot.model import Addressed
from bot.reply import Button, Buttons, Note, Paragraph, Reply, grid
from bot.texts import N_, Texts

SLIP_WORDS = 3
MAX_SHOWN = 60
"""Of what a person typed, so much is repeated back."""


class Whatis:
    """The handlers of `/whatis`, of its buttons, and of plain questions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        term = Param(
            "term",
            ParamKind.TERM,
            N_("A word or a question about AI"),
            prompt=N_("Which word shall I explain? Type it, or pick one."),
        )
        command = Command(
            "whatis",
            N_("Explain an AI term"),
            self.whatis,
            params=(term,),
            aliases=("define", "what", "explain", "wtf"),
            suggest=self.suggest,
            menu=True,
            example="rag",
        )
        return Feature((command,), {SHOW: self.pressed})

    def suggest(self, _values: Mapping[str, str], owner: int | None) -> Buttons:
        """What to pick from when no term was given."""
        return self.popular(owner)

    def popular(self, owner: int | None) -> Buttons:
        """The terms most people begin with."""
        library = self._services.library
        known = [term for term in map(library.term, library.index.popular) if term is not None]
        return grid([Button(short_name(term), show(term, STANDARD, owner)) for term in known[:8]])

    async def whatis(self, request: Request) -> Reply:
        """The answer to `/whatis <term>`."""
        finding = self._services.library.search.find(request.value("term"))
        return self._found(finding, request) or self._unknown(finding, request)

    async def asked(self, request: Request) -> Reply | None:
        """The answer to a text without a command: None when a group had better be left in peace."""
        finding = self._services.library.search.find(request.value("term"))
        # A few words near a term are a slip of the thumb; a sentence near one is conversation.
        slip = bool(finding.alternatives) and len(finding.subject.split()) <= SLIP_WORDS
        if request.chat.private or finding.answer is not None or finding.asks or slip:
            return self._found(finding, request) or self._unknown(finding, request)
        return None

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on a term, at a depth."""
        term = self._services.library.term(press.args[0])
        if term is None:
            return Reply(toast=press.texts.label("That entry is gone. Ask for it with /whatis."))
        self._note(term, press)
        depth = press.args[1] if len(press.args) > 1 else STANDARD
        brief = press.own and not press.chat.private and depth == STANDARD
        view = View(term, depth, brief, press.owner)
        reply = self._show(view, press.texts, edit=True)
        return hushed(reply, press.chat, self._services, term.id)

    def _note(self, term: Term, asked: Request | PressRequest) -> None:
        self._services.store.shown(term.id)
        self._services.learners.read(asked.user, term.id, asked.now)

    def _found(self, finding: Finding, request: Request) -> Reply | None:
        if finding.answer is not None:
            term = self._services.library.terms[finding.answer.id]
            reply = self._repeated(term, request) or self._definition(term, request)
            return hushed(reply, request.chat, self._services, term.id)
        if finding.alternatives:
            return self._did_you_mean(finding, request)
        return None

    def _definition(self, term: Term, request: Request) -> Reply:
        self._note(term, request)
        view = View(term, STANDARD, not request.chat.private, request.owner)
        return self._show(view, request.texts, remember=f"w:{term.id}")

    def _show(self, view: View, texts: Texts, *, edit: bool = False, remember: str = "") -> Reply:
        library = self._services.library
        return Reply(
            definition(view, library, texts, self._services.today()),
            buttons(view, library, texts),
            edit=edit,
            remember=remember,
        )

    def _repeated(self, term: Term, request: Request) -> Reply | None:
        """In a group, the same answer within ten minutes is pointed to instead of given again."""
        if request.chat.private:
            return None
        first = self._services.recent.find(request.chat, f"w:{term.id}", request.now)
        if first is None:
            return None
        self._services.store.shown(term.id)
        said = request.texts.say("{term}: answered a moment ago, just above.", term=term.term)
        again = Button(request.texts.label("Show it to me"), show(term, STANDARD, None))
        return Reply((Paragraph(said),), ((again,),), points_to=first)

    def _did_you_mean(self, finding: Finding, request: Request) -> Reply:
        texts = request.texts
        said = (
            texts.say("“{word}” can mean more than one thing. Which one?", word=_shown(finding.subject))
            if finding.ambiguous
            else texts.say(
                "I'm not sure what “{word}” is. Did you mean one of these?", word=_shown(finding.subject)
            )
        )
        return Reply((Paragraph(said),), grid([self._choice(m, request.owner) for m in finding.alternatives]))

    def _choice(self, match: Match, owner: int | None) -> Button:
        term = self._services.library.terms[match.id]
        return Button(term.term[:38], show(term, STANDARD, owner))

    def _unknown(self, finding: Finding, request: Request) -> Reply:
        texts = request.texts
        if not finding.subject:
            return Reply((Paragraph(texts.say("Give me a word about AI and I'll explain it.")),))
        # Only what was meant as a question: a stray remark in a group is nobody's missing word.
        if request.chat.private or request.addressed is Addressed.COMMAND or finding.asks:
            self._services.store.missed(finding.subject)
        said = texts.say("I don't know “{word}” yet, so I won't guess.", word=_shown(finding.subject))
        hint = texts.say("I've noted the word for the authors. Meanwhile, people often ask about these:")
        return Reply((Paragraph(said), Note(Markup(hint))), self.popular(request.owner)[:2])


def _shown(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
