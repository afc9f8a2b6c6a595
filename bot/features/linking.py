"""`/link` and `/unlink`: one person on two platforms, by a code that is typed on the other one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from types import MappingProxyType

import structlog

from bot.actions import Action
from bot.adapters.base import Adapter, AdapterError
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.practice import owner_of
from bot.features.practice_views import private
from bot.features.scoreboard import shown_name
from bot.features.services import Services
from bot.keyring import Keyring
from bot.model import Platform, User
from bot.reply import Button, Code, Heading, Note, Paragraph, Reply, Visibility
from bot.store import learners, links
from bot.store.links import Failure, Linked
from bot.texts import N_, Texts

log = structlog.get_logger()
UNLINK = "ul"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 letters and digits that nobody confuses: eight of them are 40 bits."""
LENGTH = 8
PURPOSE = "link"
_NAMES = MappingProxyType(
    {Platform.TELEGRAM: "Telegram", Platform.DISCORD: "Discord", Platform.TERMINAL: "the terminal"}
)


class Linking:
    """The handlers of both commands."""

    def __init__(
        self, services: Services, keyring: Keyring, platforms: Mapping[Platform, Adapter], texts: Texts
    ) -> None:
        self._services = services
        self._keyring = keyring
        self._platforms = platforms
        self._texts = texts

    def feature(self) -> Feature:
        """What this module adds."""
        code = Param("code", ParamKind.TEXT, N_("The code that I gave you on the other platform"))
        link = Command(
            "link",
            N_("Join your progress on Telegram and Discord"),
            self.link,
            params=(code,),
            visibility=Visibility.PRIVATE,
        )
        unlink = Command("unlink", N_("Part them again"), self.unlink, visibility=Visibility.PRIVATE)
        return Feature((link, unlink), {UNLINK: self.pressed})

    async def link(self, request: Request) -> Reply:
        """Without a code, gives one; with one, joins the two accounts."""
        typed = _bare(request.value("code"))
        return await (self._join(request, typed) if typed else self._give(request))

    async def unlink(self, request: Request) -> Reply:
        """Parts this account from the others."""
        return await self._part(request, edit=False)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *Unlink*."""
        return await self._part(press, edit=True)

    async def _give(self, request: Request) -> Reply:
        texts, store = request.texts, self._services.store
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        await store.transact(links.give(self._mark(code), request.user, request.now))
        learner = await store.get(learners.find(request.user))
        minutes = int(links.VALID.total_seconds() // 60)
        said = (
            Heading(texts.say("🔗 One progress for two platforms")),
            Paragraph(
                texts.say("On the other platform, in our private chat, type within {n} minutes:", n=minutes)
            ),
            Code(f"/link {code[:4]}-{code[4:]}"),
            Note(texts.say("It works once. Give it to nobody: whoever types it shares your progress.")),
        )
        if len(learner.accounts) < 2:
            return private(said, (), edit=False)
        others = (
            _NAMES[p] for p, i in learner.accounts if (p, i) != (request.user.platform, request.user.id)
        )
        linked = Paragraph(texts.say("Linked already with: {names}.", names=", ".join(others)))
        unlink = Button(texts.label("Unlink"), Action(UNLINK, (), owner_of(request)))
        return private((*said, linked), ((unlink,),), edit=False)

    async def _join(self, request: Request, typed: str) -> Reply:
        texts, user = request.texts, request.user
        outcome = await self._services.store.transact(links.redeem(self._mark(typed), user, request.now))
        if isinstance(outcome, Failure):
            return private((Paragraph(_refusal(outcome, texts)),), (), edit=False)
        await self._tell(outcome, user)
        where, name = _NAMES[outcome.other.platform], shown_name(outcome.other.name, texts)
        said = texts.say(
            "🔗 Joined with {name} on {where}. Nothing was lost on either side.", name=name, where=where
        )
        note = Note(texts.say("Both now have one progress. Not you? /unlink parts them again."))
        unlink = Button(texts.label("Unlink"), Action(UNLINK, (), owner_of(request)))
        return private((Paragraph(said), note), ((unlink,),), edit=False)

    async def _tell(self, linked: Linked, user: User) -> None:
        """The other side is told, since its code may have fallen into wrong hands."""
        adapter, texts = self._platforms.get(linked.other.platform), self._texts
        if adapter is None:
            return
        name, where = shown_name(user.name, texts), _NAMES[user.platform]
        said = texts.say("🔗 Your progress is now joined with {name} on {where}.", name=name, where=where)
        note = Note(texts.say("Was that not you? /unlink parts you again."))
        try:
            chat = await adapter.private_chat(linked.other)
            await adapter.send(chat, Reply((Paragraph(said), note)))
        except AdapterError as error:
            log.info("the other account could not be told of a link", reason=str(error))

    async def _part(self, asked: Request | PressRequest, *, edit: bool) -> Reply:
        texts = asked.texts
        if await self._services.store.transact(learners.part(asked.user)):
            said = texts.say("Parted. What you did here stays here, what you did there stays there.")
        else:
            said = texts.say("This account is linked with no other. /link joins two.")
        return private((Paragraph(said),), (), edit=edit)

    def _mark(self, code: str) -> str:
        return self._keyring.mark(PURPOSE, code)


def _bare(typed: str) -> str:
    return "".join(c for c in typed.upper() if c in ALPHABET)


def _refusal(failure: Failure, texts: Texts) -> str:
    match failure:
        case Failure.TOO_OFTEN:
            return texts.say("That were many codes. Wait ten minutes, then ask for a new one with /link.")
        case Failure.OWN:
            return texts.say("Type this code on the other platform, not here.")
        case Failure.JOINED:
            return texts.say("These two are linked already.")
    return texts.say("I don't know that code: it may be used, too old or mistyped. /link gives a new one.")
