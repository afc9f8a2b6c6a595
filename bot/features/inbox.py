"""`/inbox`: what members reported, suggested and did not find, for the owners, in private."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from bot.actions import Action
from bot.commands import Command, Feature, PressRequest, Request, Where
from bot.features.services import Services
from bot.markup import Markup, bold, escape
from bot.model import Platform
from bot.reply import Block, Bullets, Button, Heading, Note, Paragraph, Reply, Visibility, grid
from bot.store import lookups, reports
from bot.store.lookups import ASKED_TWICE
from bot.store.reports import Report
from bot.texts import N_, Texts

RESOLVE, DISMISS, DROP = "ir", "id", "iw"
"""The verbs that tick off a report, close it without thanks, and tick off a missing word."""
SHOWN, WORDS_SHOWN = 6, 4
"""Reports and missing words at a time: their buttons fill the five rows that a message takes."""
Owners = frozenset[tuple[Platform, int]]


class Inbox:
    """The handlers of `/inbox` and its buttons. A button's action can be typed as a link, so each press is
    checked for an owner's."""

    def __init__(self, services: Services, owners: Owners) -> None:
        self._services = services
        self._owners = owners

    def feature(self) -> Feature:
        """What this module adds."""
        command = Command(
            "inbox",
            N_("What members reported, suggested and missed"),
            self.inbox,
            where=Where.PRIVATE,
            visibility=Visibility.PRIVATE,
            owner=True,
        )
        return Feature((command,), {RESOLVE: self.resolve, DISMISS: self.dismiss, DROP: self.drop})

    async def inbox(self, request: Request) -> Reply:
        """The oldest open reports and the most missed words."""
        return await self._listed(request.texts)

    async def resolve(self, press: PressRequest) -> Reply:
        """A press on *Done*: it was right and is mended, for which whoever found it is thanked."""
        return await self._closed(press, helped=True)

    async def dismiss(self, press: PressRequest) -> Reply:
        """A press on *Dismiss*: nothing was wrong."""
        return await self._closed(press, helped=False)

    async def drop(self, press: PressRequest) -> Reply:
        """A press on a missing word: it is written, or wants no entry."""
        if not self._owns(press):
            return _refused(press.texts)
        missed = await self._services.store.get(lookups.most_missed(ASKED_TWICE, WORDS_SHOWN))
        for text, _ in missed:
            if press.args[:1] == (_mark(text),):
                await self._services.store.transact(lookups.forget_missed(text))
        return await self._listed(press.texts, edit=True)

    async def _closed(self, press: PressRequest, *, helped: bool) -> Reply:
        if not self._owns(press):
            return _refused(press.texts)
        number = int(press.args[0]) if press.args and press.args[0].isdecimal() else 0
        await self._services.store.transact(reports.resolve(number, press.now, helped=helped))
        return await self._listed(press.texts, edit=True)

    def _owns(self, press: PressRequest) -> bool:
        return press.chat.private and (press.user.platform, press.user.id) in self._owners

    async def _listed(self, texts: Texts, *, edit: bool = False) -> Reply:
        store = self._services.store
        await store.settle()
        found = await store.get(reports.unresolved(SHOWN))
        missed = await store.get(lookups.most_missed(ASKED_TWICE, WORDS_SHOWN))
        said: list[Block] = [Heading(texts.say("Inbox"))]
        if found:
            said.append(Bullets(tuple(self._line(r) for r in found)))
            said.append(Note(texts.say("Done thanks whoever found it. Dismiss, if nothing was wrong.")))
        if missed:
            words = tuple(Markup(f"{bold(text)} × {count}") for text, count in missed)
            said += [Paragraph(texts.say("Asked for and not found:")), Bullets(words)]
        if not found and not missed:
            said.append(Paragraph(texts.say("Nothing to do.")))
        closing = [button for report in found for button in _closing(report, texts)]
        dropped = [
            Button(texts.label("Drop: {word}", word=t[:28]), Action(DROP, (_mark(t),))) for t, _ in missed
        ]
        return Reply(
            tuple(said), (*grid(closing, 4), *grid(dropped)), edit=edit, visibility=Visibility.PRIVATE
        )

    @staticmethod
    def _line(report: Report) -> Markup:
        about = f"{report.subject} {report.subject_id}".strip()
        note = f": {report.note}" if report.note else ""
        day = f"{report.created_at:%d %b}"
        return Markup(f"{bold(str(report.id))} · {day} · {escape(about)} ({report.reason}){escape(note)}")


def _closing(report: Report, texts: Texts) -> Iterator[Button]:
    args = (str(report.id),)
    yield Button(texts.label("Done: {n}", n=report.id), Action(RESOLVE, args))
    yield Button(texts.label("Dismiss: {n}", n=report.id), Action(DISMISS, args))


def _refused(texts: Texts) -> Reply:
    return Reply(toast=texts.label("That is for the owners of this bot."))


def _mark(text: str) -> str:
    """A word as a button can carry it."""
    return f"{zlib.crc32(text.encode()):08x}"
