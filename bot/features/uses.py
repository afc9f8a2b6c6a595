"""`/uses`: where generative AI fits, by kind of value and by sector."""

from __future__ import annotations

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.definition import STANDARD, short_name, show, wrong
from bot.features.services import Services
from bot.library.normalise import fold, key
from bot.library.schema import Use
from bot.markup import Markup, escape
from bot.reply import Block, Bullets, Button, Buttons, Heading, Note, Paragraph, Quote, Reply, grid
from bot.texts import N_, Texts

USE, OVERVIEW = "u", "uo"
"""The verbs of a use's button and of the lists of them."""
SECTORS = "sectors"


class UsesFeature:
    """The handlers of `/uses` and its buttons."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        topic = Param("topic", ParamKind.TEXT, N_("A sector or a kind of value: education, creativity …"))
        command = Command(
            "uses",
            N_("Where generative AI fits, with examples"),
            self.uses,
            params=(topic,),
            example="healthcare",
        )
        return Feature((command,), {USE: self.pressed, OVERVIEW: self.back})

    async def uses(self, request: Request) -> Reply:
        """One use, or all of them to choose from."""
        wanted = request.value("topic")
        if not wanted:
            return self._overview(request.texts, request.owner)
        use = self._find(wanted)
        if use is None:
            said = request.texts.say("I have nothing on “{word}”. These I know:", word=wanted[:60])
            listed = self._overview(request.texts, request.owner)
            return Reply((Paragraph(said), *listed.blocks[1:]), listed.buttons)
        return self.shown(use, request.texts, request.owner)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on a use."""
        use = next((u for u in self._all() if press.args and u.id == press.args[0]), None)
        if use is None:
            return Reply(toast=press.texts.label("That entry is gone. Try /uses."))
        return self.shown(use, press.texts, press.owner, edit=True)

    async def back(self, press: PressRequest) -> Reply:
        """A press on *Sectors* or *All uses*."""
        if press.args[:1] == (SECTORS,):
            return self._sectors(press.texts, press.owner)
        return self._overview(press.texts, press.owner, edit=True)

    def _all(self) -> tuple[Use, ...]:
        uses = self._services.library.uses
        return (*uses.values, *uses.sectors)

    def _find(self, wanted: str) -> Use | None:
        """The use whose name is, or begins with, or holds what was typed."""
        word = key(fold(wanted))
        names = [(key(fold(use.name)), use) for use in self._all()]
        tests = (lambda n: n == word, lambda n: n.startswith(word), lambda n: len(word) > 3 and word in n)
        return next((use for test in tests for name, use in names if test(name)), None)

    def _overview(self, texts: Texts, owner: int | None, *, edit: bool = False) -> Reply:
        uses = self._services.library.uses
        said: tuple[Block, ...] = (
            Heading(texts.say("Where generative AI fits")),
            Bullets(tuple(escape(use.name) for use in uses.values)),
            Note(texts.say("Sectors: {names}", names=", ".join(use.name for use in uses.sectors))),
        )
        sectors = Button(texts.label("By sector"), Action(OVERVIEW, (SECTORS,), owner))
        return Reply(said, (*_choices(uses.values, owner, 2)[:4], (sectors,)), edit=edit)

    def _sectors(self, texts: Texts, owner: int | None) -> Reply:
        said = (Heading(texts.say("Where people use generative AI")), Paragraph(texts.say("Pick a sector.")))
        back = Button(texts.label("Back"), Action(OVERVIEW, (), owner))
        return Reply(said, (*_choices(self._services.library.uses.sectors, owner, 3)[:4], (back,)), edit=True)

    def shown(self, use: Use, texts: Texts, owner: int | None, *, edit: bool = False) -> Reply:
        """A kind of value or a sector."""
        watch = (Quote(Markup(f"**{texts.say('Watch out:')}** {use.watch_out}")),) if use.watch_out else ()
        note = Note(texts.say("Checked {day}", day=self._services.library.uses.as_of))
        said = (Heading(escape(use.name)), Paragraph(use.line), Bullets(use.examples), *watch, note)
        library = self._services.library
        terms = [term for term in map(library.term, use.terms) if term is not None][:3]
        links = tuple(Button(short_name(term), show(term, STANDARD, owner)) for term in terms)
        foot = (Button(texts.label("All uses"), Action(OVERVIEW, (), owner)), wrong("use", use.id, texts))
        return Reply(said, (*((links,) if links else ()), foot), edit=edit)


def _choices(uses: tuple[Use, ...], owner: int | None, per_row: int) -> Buttons:
    return grid([Button(use.name[:38], Action(USE, (use.id,), owner)) for use in uses], per_row)
