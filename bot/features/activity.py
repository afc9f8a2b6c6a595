"""`/activity`: how much the bot is used, for its owners, in numbers without names."""

from __future__ import annotations

from collections.abc import Iterator

from bot.actions import Action
from bot.commands import Command, Feature, PressRequest, Request, Where
from bot.features.bank import Bank
from bot.features.practice_views import private
from bot.features.services import Services
from bot.library.library import Library
from bot.markup import Markup, bold, escape
from bot.model import Platform, User
from bot.reply import Block, Bullets, Button, Heading, Note, Paragraph, Reply, Visibility
from bot.store.statistics import Activity, Hardness, activity
from bot.texts import N_, Texts

SHOW = "ac"
SHOWN = 5


class ActivityFeature:
    """The handlers of `/activity`, and of *Activity* in the settings. owners: who may look."""

    def __init__(self, services: Services, bank: Bank, owners: frozenset[tuple[Platform, int]]) -> None:
        self._services = services
        self._bank = bank
        self._owners = owners

    def feature(self) -> Feature:
        """What this module adds."""
        command = Command(
            "activity",
            N_("How much I am used, and what is hard"),
            self.activity,
            where=Where.PRIVATE,
            visibility=Visibility.PRIVATE,
            owner=True,
        )
        return Feature((command,), {SHOW: self.pressed})

    async def activity(self, request: Request) -> Reply:
        """The numbers as of now."""
        return await self._shown(request)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *Activity*; whoever else finds such a button learns nothing."""
        if (press.user.platform, press.user.id) not in self._owners:
            return Reply(toast=press.texts.label("That is for the owners of this bot."))
        return await self._shown(press)

    async def _shown(self, asked: Request | PressRequest) -> Reply:
        await self._services.store.settle()
        found = await self._services.store.get(activity(asked.now))
        return private(tuple(self._page(found, asked.texts)), (), edit=False)

    def way(self, user: User, texts: Texts) -> tuple[Button, ...]:
        """A row with the button to the numbers, for an owner's settings; empty for anybody else."""
        if (user.platform, user.id) not in self._owners:
            return ()
        return (Button(texts.label("Activity"), Action(SHOW, (), user.id)),)

    def _page(self, found: Activity, texts: Texts) -> Iterator[Block]:
        yield Heading(texts.say("📊 Activity"))
        yield Bullets(
            (
                texts.say(
                    "Learners: {w} in 7 days, {m} in 30", w=found.learners_week, m=found.learners_month
                ),
                texts.say("Answers: {w} in 7 days, {m} in 30", w=found.answers_week, m=found.answers_month),
                texts.say(
                    "Quizzes of groups: {w} in 7 days, {m} in 30", w=found.quizzes_week, m=found.quizzes_month
                ),
                texts.say("Players in 30 days: {n}", n=found.players_month),
            )
        )
        if found.asked:
            yield Paragraph(bold(texts.say("Most asked")))
            yield Bullets(
                tuple(_term(term, count, self._services.library) for term, count in found.asked[:SHOWN])
            )
        if found.missed:
            yield Paragraph(bold(texts.say("Asked for and not found")))
            yield Bullets(tuple(Markup(f"{escape(text)} · {count}") for text, count in found.missed[:SHOWN]))
        if found.hardest:
            yield Paragraph(bold(texts.say("Hardest questions")))
            yield Bullets(tuple(self._question(hard, texts) for hard in found.hardest[:SHOWN]))
        yield Note(texts.say("All of it, for a spreadsheet: whatis-bot stats --csv"))

    def _question(self, hard: Hardness, texts: Texts) -> Markup:
        question = self._bank.find(hard.question)
        stem = escape(question.stem if question else hard.question)
        sharp = "–" if hard.discrimination is None else f"{hard.discrimination:+.2f}"
        known = texts.say("{share} knew it, discrimination {d}", share=f"{hard.right_share:.0%}", d=sharp)
        return Markup(f"{stem} · {known}")


def _term(term_id: str, count: int, library: Library) -> Markup:
    term = library.term(term_id)
    return Markup(f"{escape(term.term if term else term_id)} · {count}")
