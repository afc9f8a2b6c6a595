"""From what happened to what is said: commands, presses and plain questions find their handlers here.

This is the bot's one error boundary for handlers: whatever one of them raises, the member gets a sentence
with a number that also stands in the log.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.actions import BadAction, decode
from bot.adapters.base import Adapter
from bot.cleanup import Cleaner
from bot.commands import Choice, Command, Param, PressRequest, Registry, Request, Where
from bot.floodgate import Floodgate, Verdict
from bot.markup import escape
from bot.metrics import Metrics
from bot.model import (
    Addressed,
    Event,
    Invocation,
    Joined,
    Left,
    Message,
    Migrated,
    Platform,
    Press,
    Vote,
)
from bot.prompts import Prompts
from bot.recent import Recent
from bot.reply import Ask, Paragraph, Reply, Visibility
from bot.roster import Roster
from bot.texts import Catalogue, Texts

log = structlog.get_logger()

Asked = Callable[[Request], Awaitable[Reply | None]]
Welcome = Callable[[Joined, Texts, datetime], Awaitable[Reply | None]]
Lost = Callable[[Left], Awaitable[None]]
Complete = Callable[[Param, str], Sequence[Choice]]
Voted = Callable[[Vote], Awaitable[None]]


class Router:
    """The core, as the adapters see it (`bot.adapters.base.Front`).

    asked: answers a text that is no command; welcome: greets a new chat; lost: told of one that is closed to
    the bot; complete: suggests while typing; voted: takes a choice in a native poll.
    platforms: the adapters that run, to ask who is an administrator.
    owners: who may read what members reported.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        catalogue: Catalogue,
        clock: Callable[[], datetime],
        prompts: Prompts,
        recent: Recent,
        roster: Roster,
        cleaner: Cleaner,
        platforms: Mapping[Platform, Adapter],
        asked: Asked,
        welcome: Welcome,
        lost: Lost,
        complete: Complete,
        voted: Voted,
        owners: frozenset[tuple[Platform, int]],
        floodgate: Floodgate,
        metrics: Metrics,
    ) -> None:
        self.registry = registry
        self._catalogue = catalogue
        self._clock = clock
        self._prompts = prompts
        self._recent = recent
        self._roster = roster
        self._cleaner = cleaner
        self._platforms = platforms
        self._asked = asked
        self._welcome = welcome
        self._lost = lost
        self._complete = complete
        self._voted = voted
        self._owners = owners
        self._floodgate = floodgate
        self._metrics = metrics

    async def respond(self, event: Event) -> Reply | None:
        """The answer to what happened, or None for silence. Never raises."""
        platform, kind = _labels(event)
        began = time.perf_counter()
        try:
            return await self._respond(event)
        except Exception:  # the one boundary: a broken handler must not silence the bot
            number = secrets.token_hex(3)
            self._metrics.failed(platform, kind)
            log.exception("handler failed", reference=number, platform=platform, event_kind=kind)
            return self._apology(event, number)
        finally:
            self._metrics.handled(platform, kind, time.perf_counter() - began)

    async def delivered(self, event: Event, reply: Reply, message_ids: Sequence[int]) -> None:
        """Remembers where the answer stands, so that a repeat can point to it, and that it may have to go."""
        if not isinstance(event, Message | Invocation | Press) or not message_ids or _hidden(event, reply):
            return
        edited = event.message_id if isinstance(event, Press) and reply.edit else None
        if reply.remember and not isinstance(event, Press):
            self._recent.add(event.chat, reply.remember, message_ids[0], self._clock())
        await self._cleaner.answered(event.chat, message_ids, edited)

    def complete(self, command: str, param: Param, typed: str) -> Sequence[Choice]:
        """What might be meant while somebody types."""
        return self._complete(param, typed) if self.registry.find(command) else ()

    async def _respond(self, event: Event) -> Reply | None:
        match event:
            case Joined():
                return await self._welcome(event, self._catalogue.default, self._clock())
            case Vote():
                await self._voted(event)
            case Left():
                await self._roster.left(event)
                await self._lost(event)
            case Migrated():
                await self._roster.moved(event)
                await self._cleaner.load()
            case Message() | Invocation() | Press():
                await self._roster.seen(event.chat, event.user)
                return await self._unless_flooding(event)
        return None

    async def _unless_flooding(self, event: Message | Invocation | Press) -> Reply | None:
        verdict = self._floodgate.knock((event.user.platform, event.user.id), self._clock())
        texts = self._catalogue.texts(event.language)
        if verdict is Verdict.LET:
            return await self._handle(event, texts)
        if verdict is Verdict.QUIET:
            return None
        said = texts.label("That was a lot at once. Give me a few seconds.")
        if isinstance(event, Press):
            return Reply(toast=said)
        return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)

    async def _handle(self, event: Message | Invocation | Press, texts: Texts) -> Reply | None:
        match event:
            case Press():
                return await self._press(event, texts)
            case Invocation():
                return await self._invoke(event, texts)
            case Message():
                return await self._message(event, texts)

    async def _press(self, press: Press, texts: Texts) -> Reply:
        """A press changes the message only for the one it was given to; others get a private copy."""
        try:
            action = decode(press.data)
            handler = self.registry.presses[action.verb]
        except (BadAction, KeyError):
            return Reply(toast=texts.label("This button is from an older version of me. Please ask again."))
        own = press.chat.private or action.owner == press.user.id
        reply = await handler(
            PressRequest(
                user=press.user,
                chat=press.chat,
                texts=texts,
                now=self._clock(),
                args=action.args,
                own=own,
                owner=action.owner if own else None,
                message_id=press.message_id,
                at=press.at,
            )
        )
        if own or not reply.blocks:
            return reply
        return replace(reply, edit=False, visibility=Visibility.PRIVATE)

    async def _invoke(self, event: Invocation, texts: Texts) -> Reply | None:
        command = self.registry.find(event.command)
        if command is None:
            return Reply((Paragraph(texts.say("I don't know that command any more. Try /help.")),))
        values = {name: str(value) for name, value in event.values.items()}
        request = Request(event.user, event.chat, texts, self._clock(), values)
        return await self._run(command, request)

    async def _message(self, event: Message, texts: Texts) -> Reply | None:
        if event.text.startswith("/"):
            return await self._typed(event, texts)
        waiting = await self._waiting(event)
        if waiting:
            return await self._typed(replace(event, text=f"{waiting} {event.text}"), texts)
        bare = self.registry.find(event.text.strip())
        if bare is not None and event.text.strip().casefold() == bare.name:
            # Beginners type "quiz", not "/quiz".
            return await self._typed(replace(event, text=f"/{bare.name}"), texts)
        if not event.text.strip() and not event.chat.private and event.addressed is Addressed.REPLY:
            return None
        return await self._asked(self._request(event, texts, {"term": event.text}))

    async def _typed(self, event: Message, texts: Texts) -> Reply | None:
        word, _, rest = event.text[1:].partition(" ")
        command = self.registry.find(word.strip())
        if command is None:
            return self._unknown(word, event, texts)
        await self._prompts.take(event.chat, event.user)
        if command.name == "start" and self._is_action(rest.strip()):
            return await self._linked(event, rest.strip(), texts)
        return await self._run(command, self._request(event, texts, command.values(rest)))

    async def _waiting(self, event: Message) -> str:
        """The command this text completes: here in private, or as a reply to the bot in a group."""
        if not event.chat.private and event.addressed is not Addressed.REPLY:
            return ""
        return await self._prompts.take(event.chat, event.user)

    def _is_action(self, payload: str) -> bool:
        try:
            return decode(payload).verb in self.registry.presses
        except BadAction:
            return False

    async def _linked(self, event: Message, payload: str, texts: Texts) -> Reply | None:
        """`/start <action>`: a link that does what a button does. What a press whispers is said aloud."""
        press = Press(event.user, event.chat, event.id, payload, event.language)
        reply = await self._press(press, texts)
        said = (Paragraph(escape(reply.toast)),) if reply.toast else ()
        return replace(reply, edit=False, blocks=reply.blocks or said) if reply.blocks or said else None

    async def _run(self, command: Command, request: Request) -> Reply | None:
        refusal = await self._refusal(command, request)
        if refusal is not None:
            return refusal
        missing = command.missing(request.values)
        if missing is not None:
            return await self._ask(command, missing, request)
        reply = await command.handler(request)
        if reply is not None and command.visibility is Visibility.PRIVATE:
            return replace(reply, visibility=Visibility.PRIVATE)
        return reply

    async def _refusal(self, command: Command, request: Request) -> Reply | None:
        texts, name = request.texts, f"/{command.name}"
        if command.where is Where.GROUPS and request.chat.private:
            return _refused(texts.say("{command} works in a group.", command=name))
        if command.where is Where.PRIVATE and not request.chat.private:
            return _refused(texts.say("{command} works in our private chat.", command=name))
        if command.owner and (request.user.platform, request.user.id) not in self._owners:
            return _refused(texts.say("{command} is for the owners of this bot.", command=name))
        if command.admin and not await self._is_admin(request):
            return _refused(texts.say("Only an admin of this chat can use {command}.", command=name))
        return None

    async def _is_admin(self, request: Request) -> bool:
        if request.chat.private:
            return True
        return await self._platforms[request.chat.platform].is_admin(request.chat, request.user)

    async def _ask(self, command: Command, missing: Param, request: Request) -> Reply:
        """Asks for the missing word; the next one completes the command, also after a restart."""
        given = " ".join(request.values.values())
        await self._prompts.ask(request.chat, request.user, f"/{command.name} {given}".rstrip())
        buttons = command.suggest(request.values, request.owner) if command.suggest else ()
        prompt = request.texts.label(missing.prompt)
        placeholder = command.example or request.texts.label(missing.description)
        ask = Ask(command.name, prompt, placeholder[:64])
        return Reply((Paragraph(prompt),), buttons, ask=ask, visibility=command.visibility)

    def _unknown(self, word: str, event: Message, texts: Texts) -> Reply | None:
        """In a group it may be meant for another bot; in private it is a slip."""
        if not event.chat.private:
            return None
        near = self.registry.nearest(word)
        said = (
            texts.say("I don't know /{word}. Did you mean /{name}?", word=word[:32], name=near.name)
            if near is not None
            else texts.say("I don't know /{word}. /help lists what I can do.", word=word[:32])
        )
        return Reply((Paragraph(said),))

    def _request(self, event: Message, texts: Texts, values: Mapping[str, str]) -> Request:
        return Request(
            user=event.user,
            chat=event.chat,
            texts=texts,
            now=self._clock(),
            values=values,
            message_id=event.id,
            quoted=event.quoted,
            addressed=event.addressed,
            forwarded=event.forwarded,
        )

    def _apology(self, event: Event, number: str) -> Reply | None:
        if not isinstance(event, Message | Invocation | Press):
            return None
        texts = self._catalogue.texts(event.language)
        said = texts.label(
            "Something went wrong on my side. Please try again. If it stays, tell the admins: {number}.",
            number=number,
        )
        if isinstance(event, Press):
            return Reply(toast=said)
        return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)


def _labels(event: Event) -> tuple[str, str]:
    """Platform and kind of an event, for metrics and the log."""
    platform = (
        event.platform
        if isinstance(event, Migrated)
        else event.voter.platform
        if isinstance(event, Vote)
        else event.chat.platform
    )
    return platform, type(event).__name__.lower()


def _hidden(event: Message | Invocation | Press, reply: Reply) -> bool:
    """Whether one person alone sees the reply to what they did in a group."""
    return reply.visibility is Visibility.PRIVATE and not event.chat.private


def _refused(said: str) -> Reply:
    return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
