"""`/start`, `/help`, `/about`, and the one message the bot posts when it is added to a group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Registry, Request
from bot.features.definition import STANDARD, short_name, show
from bot.features.services import Services
from bot.library.schema import Link
from bot.markup import Markup, escape
from bot.model import Joined, Platform
from bot.reply import Block, Bullets, Button, Buttons, Heading, Note, Paragraph, Reply, Visibility, grid
from bot.store import chats
from bot.texts import N_, Texts

HELP = "h"
"""The verb of *What can you do?*."""


class Help:
    """The handlers; `registry` is filled once all features are known."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.registry: Registry | None = None

    def feature(self) -> Feature:
        """What this module adds."""
        return Feature(
            (
                Command(
                    "start",
                    N_("Say hello"),
                    self.start,
                    params=(Param("payload", ParamKind.TEXT, N_("Where a link led from")),),
                ),
                Command("help", N_("What I can do"), self.help, menu=True, visibility=Visibility.PRIVATE),
                Command("about", N_("Who made this, and where to read on"), self.about),
            ),
            {HELP: self.pressed},
        )

    async def start(self, request: Request) -> Reply:
        """Hello, with something to press at once."""
        texts = request.texts
        said = (
            Heading(texts.say("👋 Hello! I explain AI, one word at a time.")),
            Paragraph(texts.say("Type any word or question: *rag*, *what is an LLM?*, *gan vs diffusion*.")),
            Paragraph(texts.say("Or begin with one of these:")),
        )
        more = (Button(texts.label("What can you do?"), Action(HELP)),)
        return Reply(said, (*self._popular(request)[:4], more))

    async def help(self, request: Request) -> Reply:
        """All commands, as the registry has them."""
        return self._help(request.texts, private=request.chat.private)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *What can you do?*."""
        return self._help(press.texts, private=press.chat.private)

    async def about(self, request: Request) -> Reply:
        """What this is, what is in it, where to read on, and whose community it is."""
        texts, library, today = request.texts, self._services.library, self._services.today()
        counts = texts.say(
            "{terms} terms, {comparisons} comparisons, {models} models and tools, {tips} tips.",
            terms=len(library.terms),
            comparisons=len(library.comparisons),
            models=len(library.models),
            tips=len(library.tips),
        )
        said: list[Block] = [
            Heading(texts.say("whatis-bot")),
            Paragraph(texts.say("A pocket reference on AI, written and checked by people, free to run.")),
            Paragraph(counts),
        ]
        resources = library.resources
        said += _section(texts.say("Read on"), resources.resources, today)
        said += _section(texts.say("Community"), resources.community, today)
        return Reply((*said, Note(texts.say("Links checked {day}", day=resources.as_of))))

    async def joined(self, event: Joined, texts: Texts, now: datetime) -> Reply | None:
        """The one welcome of a group, ever; None when it had one."""
        if event.chat.private or not await self._services.store.transact(chats.welcome(event.chat, now)):
            return None
        said: list[Block] = [
            Heading(texts.say("👋 Hello! I explain AI words in this chat.")),
            Paragraph(texts.say("Try /whatis rag, or /compare rag vs fine-tuning. I answer when I'm asked.")),
        ]
        if event.chat.platform is Platform.TELEGRAM:
            said.append(Note(texts.say(_PRIVACY)))
        return Reply(tuple(said), ((Button(texts.label("What can you do?"), Action(HELP)),),))

    def _popular(self, request: Request) -> Buttons:
        library = self._services.library
        known = [term for term in map(library.term, library.index.popular) if term is not None]
        return grid([Button(short_name(term), show(term, STANDARD, request.owner)) for term in known[:8]])

    def _help(self, texts: Texts, *, private: bool) -> Reply:
        lines = tuple(_lines(self.registry, texts)) if self.registry else ()
        said: list[Block] = [Heading(texts.say("What I can do")), Bullets(lines)]
        if private:
            said.append(Paragraph(texts.say("Here you need no commands: just type a word or a question.")))
        else:
            said.append(Paragraph(texts.say("Mention me, or reply to me, with a question: that works too.")))
        return Reply(tuple(said), visibility=Visibility.PRIVATE)


_PRIVACY = N_(
    "Admins: pick me from the / menu, or write the command with my name behind it. To let me hear bare "
    "commands too, make me an admin without any powers, or switch off my privacy mode in @BotFather and "
    "add me again."
)


def _lines(registry: Registry, texts: Texts) -> Iterator[Markup]:
    for command in registry:
        if command.name == "start":
            continue
        example = f" · /{command.name} {command.example}" if command.example else ""
        yield Markup(
            f"**{escape(command.usage)}** {escape(texts.label(command.description))}{escape(example)}"
        )


def _section(name: str, links: tuple[Link, ...], today: date) -> list[Block]:
    """The links that are not over, under a heading; nothing when there are none."""
    shown = [link for link in links if link.until is None or link.until >= today]
    if not shown:
        return []
    return [Paragraph(Markup(f"**{name}**")), Bullets(tuple(map(_link, shown)))]


def _link(link: Link) -> str:
    about = f": {link.about}" if link.about else ""
    return f"[{escape(link.title)}]({link.url}){about}"
