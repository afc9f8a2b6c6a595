"""`/inbox`: what members reported, suggested and did not find, for the owners, in private."""

from __future__ import annotations

import zlib

from bot.actions import Action
from bot.commands import Command, Feature, PressRequest, Request, Where
from bot.features.services import Services
from bot.markup import Markup, bold, escape
from bot.reply import Block, Bullets, Button, Heading, Paragraph, Reply, Visibility, grid
from bot.store import lookups, reports
from bot.store.lookups import ASKED_TWICE
from bot.store.reports import Report
from bot.texts import N_, Texts

RESOLVE, DROP = "ir", "iw"
"""The verbs that tick off a report and a missing word."""
SHOWN = 6


class Inbox:
    """The handlers of `/inbox` and its buttons."""

    def __init__(self, services: Services) -> None:
        self._services = services

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
        return Feature((command,), {RESOLVE: self.resolve, DROP: self.drop})

    async def inbox(self, request: Request) -> Reply:
        """The oldest open reports and the most missed words."""
        return await self._listed(request.texts)

    async def resolve(self, press: PressRequest) -> Reply:
        """A press on a report's number. Only owners were ever given such a button."""
        number = int(press.args[0]) if press.args and press.args[0].isdecimal() else 0
        await self._services.store.transact(reports.resolve(number, press.now))
        return await self._listed(press.texts, edit=True)

    async def drop(self, press: PressRequest) -> Reply:
        """A press on a missing word: it is written, or wants no entry."""
        missed = await self._services.store.get(lookups.most_missed(ASKED_TWICE, SHOWN))
        for text, _ in missed:
            if press.args[:1] == (_mark(text),):
                await self._services.store.transact(lookups.forget_missed(text))
        return await self._listed(press.texts, edit=True)

    async def _listed(self, texts: Texts, *, edit: bool = False) -> Reply:
        store = self._services.store
        await store.settle()
        found = await store.get(reports.unresolved(SHOWN))
        missed = await store.get(lookups.most_missed(ASKED_TWICE, SHOWN))
        said: list[Block] = [Heading(texts.say("Inbox"))]
        said += [Bullets(tuple(self._line(r) for r in found))] if found else []
        if missed:
            words = tuple(Markup(f"{bold(text)} × {count}") for text, count in missed)
            said += [Paragraph(texts.say("Asked for and not found:")), Bullets(words)]
        if not found and not missed:
            said.append(Paragraph(texts.say("Nothing to do.")))
        done = [Button(texts.label("Done: {n}", n=r.id), Action(RESOLVE, (str(r.id),))) for r in found]
        dropped = [
            Button(texts.label("Drop: {word}", word=t[:28]), Action(DROP, (_mark(t),))) for t, _ in missed
        ]
        return Reply(tuple(said), (*grid(done, 3), *grid(dropped)), edit=edit, visibility=Visibility.PRIVATE)

    @staticmethod
    def _line(report: Report) -> Markup:
        about = f"{report.subject} {report.subject_id}".strip()
        note = f": {report.note}" if report.note else ""
        day = f"{report.created_at:%d %b}"
        return Markup(f"{bold(str(report.id))} · {day} · {escape(about)} ({report.reason}){escape(note)}")


def _mark(text: str) -> str:
    """A word as a button can carry it."""
    return f"{zlib.crc32(text.encode()):08x}"
