"""`/report`, and *Something wrong?* under everything: readers tell the authors."""

from __future__ import annotations

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.definition import WRONG
from bot.features.services import Services
from bot.library.schema import ID_MAX
from bot.reply import Button, Note, Paragraph, Reply, Visibility, grid
from bot.store import reports
from bot.texts import N_, Texts

REASON = "rr"
"""The verb of a reason's button."""
SUBJECTS = ("term", "tip", "question", "model", "use")
OTHER, SUGGESTION = "other", "suggestion"
REASONS = {
    "wrong": N_("It's wrong"),
    "old": N_("It's out of date"),
    "unclear": N_("It's hard to follow"),
    "typo": N_("Spelling"),
    "link": N_("The link is broken"),
    "rude": N_("It's unfair to somebody"),
}


class Reports:
    """The handlers of `/report` and of *Something wrong?*."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        text = Param(
            "text",
            ParamKind.TEXT,
            N_("What is wrong, and where"),
            prompt=N_("What is wrong, and where? One message is enough."),
        )
        command = Command(
            "report",
            N_("Tell the authors what is wrong"),
            self.report,
            params=(text,),
            visibility=Visibility.PRIVATE,
            example="the RAG entry has a dead link",
        )
        suggest = Command(
            "suggest",
            N_("Offer an entry, a tip or a question"),
            self.suggest,
            params=(
                Param(
                    "text",
                    ParamKind.TEXT,
                    N_("The word, and what it means if you like"),
                    prompt=N_("Which word is missing? Add what it means and a link, if you like."),
                ),
            ),
            visibility=Visibility.PRIVATE,
            example="an entry on neuromorphic chips",
        )
        return Feature((command, suggest), {WRONG: self.pressed, REASON: self.chosen})

    async def report(self, request: Request) -> Reply:
        """Keeps what the member wrote. As an answer to one of the bot's messages it says which."""
        about = request.quoted.text[:80] if request.quoted and request.quoted.by_bot else ""
        note = request.value("text") + (f" (on: {about})" if about else "")
        keep = reports.add(request.user, OTHER, "", reason=OTHER, note=note, now=request.now)
        await self._services.store.transact(keep)
        return self._thanks(request.texts)

    async def suggest(self, request: Request) -> Reply:
        """Keeps what the member offers."""
        note = request.value("text")
        keep = reports.add(request.user, SUGGESTION, "", reason=OTHER, note=note, now=request.now)
        await self._services.store.transact(keep)
        return self._thanks(request.texts)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *Something wrong?*: what is it?"""
        subject, subject_id = (*press.args, "", "")[:2]
        if subject not in SUBJECTS or not subject_id:
            return Reply(toast=press.texts.label("That entry is gone."))
        choices = [
            Button(press.texts.label(label), Action(REASON, (subject[:4], subject_id[:ID_MAX], reason)))
            for reason, label in REASONS.items()
        ]
        said = press.texts.say(
            "What is wrong with “{name}”?", name=self._name(subject, subject_id, press.texts)
        )
        hint = press.texts.say("To say it in your own words: /report …")
        return Reply((Paragraph(said), Note(hint)), grid(choices), visibility=Visibility.PRIVATE)

    async def chosen(self, press: PressRequest) -> Reply:
        """A press on a reason: kept, and thanked for."""
        short, subject_id, reason = (*press.args, "", "", "")[:3]
        subject = next((s for s in SUBJECTS if s[:4] == short), None)
        if subject is None or reason not in REASONS:
            return Reply(toast=press.texts.label("That entry is gone."))
        keep = reports.add(press.user, subject, subject_id, reason=reason, note="", now=press.now)
        await self._services.store.transact(keep)
        thanks = self._thanks(press.texts)
        return Reply(thanks.blocks, edit=True, visibility=Visibility.PRIVATE)

    def _name(self, subject: str, subject_id: str, texts: Texts) -> str:
        library = self._services.library
        term = library.term(subject_id) if subject == "term" else None
        model = library.models.get(subject_id) if subject == "model" else None
        tip = library.tips.get(subject_id) if subject == "tip" else None
        question = library.questions.get(subject_id)
        if subject == "question":
            return question.stem if question else texts.label("that question")
        if term is not None:
            return term.term
        return model.name if model else tip.title if tip else subject_id

    @staticmethod
    def _thanks(texts: Texts) -> Reply:
        said = texts.say("Thank you. The authors will read it.")
        return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
