"""`/tip`: one good idea, one thing to do with it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.definition import STANDARD, show, wrong
from bot.features.services import Services
from bot.features.topics import find_topic
from bot.library.schema import Tip
from bot.markup import escape
from bot.reply import Button, Buttons, Heading, Note, Paragraph, Reply
from bot.texts import N_, Texts

ANOTHER = "t"
"""The verb of *Another tip*."""


class Tips:
    """The handlers of `/tip` and its buttons."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        topic = Param("topic", ParamKind.TOPIC, N_("What about: prompting, safety, agents …"))
        command = Command(
            "tip",
            N_("One good AI tip"),
            self.tip,
            params=(topic,),
            menu=True,
            example="prompting",
        )
        return Feature((command,), {ANOTHER: self.another})

    async def tip(self, request: Request) -> Reply:
        """A tip on the topic, or on anything."""
        library = self._services.library
        wanted = request.value("topic")
        topic = find_topic(library, wanted) if wanted else None
        if wanted and topic is None:
            return self._unknown(wanted, request.texts)
        tips = library.tips_for(topic.id) if topic else tuple(library.tips.values())
        if not tips:
            return self._unknown(wanted, request.texts)
        tip = self._chosen(tips)
        self._services.learners.tipped(request.user, tip.id, tip.term, request.now)
        return self.shown(tip, topic.id if topic else "", request.texts, request.owner)

    async def another(self, press: PressRequest) -> Reply:
        """A press on *Another tip*: a different one."""
        library = self._services.library
        before, topic = (*press.args, "", "")[:2]
        tips = library.tips_for(topic) if topic in library.topics else tuple(library.tips.values())
        others = [tip for tip in tips if tip.id != before]
        if not others:
            return Reply(toast=press.texts.label("That was the only tip on this topic."))
        tip = self._chosen(others)
        self._services.learners.tipped(press.user, tip.id, tip.term, press.now)
        return self.shown(tip, topic, press.texts, press.owner, edit=True)

    def _chosen(self, tips: Sequence[Tip]) -> Tip:
        return self._services.chance.choice(tips)

    def shown(self, tip: Tip, topic: str, texts: Texts, owner: int | None, *, edit: bool = False) -> Reply:
        """A tip, with ways on; `topic` is what *Another tip* keeps to."""
        name = self._services.library.topics[tip.topic].name
        note = Note(texts.say("{topic} · checked {day}", topic=name, day=tip.as_of))
        said = (Heading(escape(f"💡 {tip.title}")), Paragraph(tip.text), note)
        return Reply(said, self._buttons(tip, topic, texts, owner), edit=edit)

    def _buttons(self, tip: Tip, topic: str, texts: Texts, owner: int | None) -> Buttons:
        another = Button(texts.label("Another tip"), Action(ANOTHER, (tip.id, topic), owner))
        term = self._services.library.term(tip.term)
        # In a group *Tell me more* goes to whoever presses it, so that the tip stays for the others.
        more = (Button(texts.label("Tell me more"), show(term, STANDARD, None)),) if term else ()
        return ((*more, another), (wrong("tip", tip.id, texts),))

    def _unknown(self, wanted: str, texts: Texts) -> Reply:
        names = ", ".join(t.name for t in self._services.library.topics.values())
        said = texts.say("I have no tips on “{word}”.", word=wanted[:60])
        return Reply((Paragraph(said), Paragraph(texts.say("Topics are: {names}.", names=names))))
