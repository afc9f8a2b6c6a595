"""`/learn`: paths through the content, a step at a time, with a checkpoint every few steps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.actions import Action
from bot.commands import Choice, Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.definition import title
from bot.features.practice import PATH_VERB, Practice, owner_of
from bot.features.practice_views import private
from bot.features.services import Services
from bot.features.study import Study, find_path
from bot.learners import account
from bot.learning.events import Event, Kind
from bot.learning.mastery import Place, place
from bot.learning.record import Record
from bot.library.schema import Path as LearningPath
from bot.library.schema import Term
from bot.markup import Markup, bold, escape, plain
from bot.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Heading,
    Note,
    Paragraph,
    Quote,
    Reply,
    Visibility,
    blocks,
    grid,
)
from bot.texts import N_, Texts

LIST, QUESTIONS, CHECKPOINT = "ll", "lq", "lk"
"""The verbs: all paths; the questions of a step; a checkpoint."""
MOST_PATHS = 10
BAR = 8


class Learn:
    """The handlers of `/learn` and its buttons."""

    def __init__(self, services: Services, study: Study, practice: Practice) -> None:
        self._services = services
        self._study = study
        self._practice = practice

    def feature(self) -> Feature:
        """What this module adds."""
        paths = list(self._services.library.paths.values())[:25]
        choices = tuple(Choice(path.id, path.name) for path in paths)
        command = Command(
            "learn",
            N_("Learning paths: your next step"),
            self.learn,
            params=(Param("path", ParamKind.CHOICE, N_("Which path"), choices=choices),),
            aliases=("path", "paths"),
            visibility=Visibility.PRIVATE,
            example="prompt-writer",
        )
        presses = {
            PATH_VERB: self.opened,
            LIST: self.listed,
            QUESTIONS: self.questions,
            CHECKPOINT: self.checkpoint,
        }
        return Feature((command,), presses)

    async def learn(self, request: Request) -> Reply:
        """All paths with one's place in each; or the next step of one."""
        path = find_path(self._services.library, request.value("path"))
        return await (
            self._list(request, edit=False) if path is None else self._path(request, path, edit=False)
        )

    async def listed(self, press: PressRequest) -> Reply:
        """A press on *All paths*."""
        return await self._list(press, edit=True)

    async def opened(self, press: PressRequest) -> Reply:
        """A press on a path, or on the way on."""
        path = self._services.library.paths.get(press.args[0] if press.args else "")
        return await (self._list(press, edit=True) if path is None else self._path(press, path, edit=True))

    async def questions(self, press: PressRequest) -> Reply:
        """A press on *Questions*: two or three on this step. A step without any is done by reading it."""
        path, term = (*press.args, "", "")[:2]
        _, record = await self._services.learners.record(press.user)
        session = await asyncio.to_thread(self._study.step, record, path, term, press.now)
        if session is not None:
            return await self._practice.begin(press, session, edit=True)
        event = Event(account(press.user), f"step:{path}:{term}"[:60], Kind.STEP, term, press.now, path)
        await self._services.learners.keep(event)
        return await self.opened(press)

    async def checkpoint(self, press: PressRequest) -> Reply:
        """A press on *Begin the checkpoint*."""
        path = self._services.library.paths.get(press.args[0] if press.args else "")
        _, record = await self._services.learners.record(press.user)
        here = place(record, path.id, path.steps) if path else None
        if path is None or here is None or not here.checkpoint:
            return await self.opened(press)
        session = await asyncio.to_thread(self._study.checkpoint, record, path, here.checkpoint, press.now)
        if session is None:
            passed = Event(
                account(press.user),
                f"check:{path.id}:{here.checkpoint}",
                Kind.CHECKPOINT,
                path.id,
                press.now,
                str(here.checkpoint),
                right=True,
            )
            await self._services.learners.keep(passed)  # there is nothing to ask about these steps
            return await self.opened(press)
        return await self._practice.begin(press, session, edit=True)

    async def _list(self, asked: Request | PressRequest, *, edit: bool) -> Reply:
        _, record = await self._services.learners.record(asked.user)
        texts, paths = asked.texts, list(self._services.library.paths.values())[:MOST_PATHS]
        lines = tuple(self._line(path, record, texts) for path in paths)
        buttons = [Button(path.name, Action(PATH_VERB, (path.id,), owner_of(asked))) for path in paths]
        said = (Heading(texts.say("🧭 Learning paths")), Bullets(lines))
        return private(said, grid(buttons), edit=edit)

    def _line(self, path: LearningPath, record: Record, texts: Texts) -> Markup:
        here = place(record, path.id, path.steps)
        if here.finished:
            return Markup(f"{bold(path.name)} · {texts.say('finished')} 🏁")
        count = texts.say("{done} of {steps}", done=here.done, steps=here.steps)
        return Markup(f"{bold(path.name)} · {count} · {self._next(here, texts)}")

    def _next(self, here: Place, texts: Texts) -> Markup:
        if here.checkpoint:
            return texts.say("next: checkpoint {n}", n=here.checkpoint)
        term = self._services.library.term(here.term)
        return texts.say("next: {term}", term=term.term if term else here.term)

    async def _path(self, asked: Request | PressRequest, path: LearningPath, *, edit: bool) -> Reply:
        _, record = await self._services.learners.record(asked.user)
        here, texts = place(record, path.id, path.steps), asked.texts
        head = (Heading(Markup(f"🧭 {escape(path.name)}")), Note(_stands(here, texts)))
        back = Button(texts.label("All paths"), Action(LIST, (), owner_of(asked)))
        if here.finished:
            done = Paragraph(
                texts.say("🏁 Finished. What you learnt here comes back in /practice when it is time.")
            )
            return private((*head, done), ((back,),), edit=edit)
        if here.checkpoint:
            return private(
                (*head, *_about_checkpoint(here, texts)), _checkpoint_buttons(path, back, asked), edit=edit
            )
        term = self._services.library.term(here.term)
        if term is None:
            return private(
                (*head, Paragraph(texts.say("This step is being rewritten."))), ((back,),), edit=edit
            )
        self._services.store.shown(term.id)
        self._services.learners.read(asked.user, term.id, asked.now)
        ask = Button(
            texts.label("Questions on this"), Action(QUESTIONS, (path.id, here.term), owner_of(asked))
        )
        return private((*head, *self._step(term, texts)), ((ask,), (back,)), edit=edit)

    def _step(self, term: Term, texts: Texts) -> Iterator[Block]:
        """The term as `/whatis` explains it, and a tip where there is one."""
        yield Heading(title(term))
        yield Paragraph(bold(plain(term.one_liner)))
        yield from blocks(term.standard)
        yield Paragraph(Markup(f"**{texts.say('Example:')}** {term.example}"))
        tip = next((tip for tip in self._services.library.tips.values() if tip.term == term.id), None)
        if tip is not None:
            yield Quote(Markup(f"💡 {bold(tip.title)} {tip.text}"))


def _stands(here: Place, texts: Texts) -> Markup:
    full = round(BAR * here.done / here.steps)
    bar = "▰" * full + "▱" * (BAR - full)
    count = texts.say("{done} of {steps} steps", done=here.done, steps=here.steps)
    return Markup(f"{bar} {count}")


def _about_checkpoint(here: Place, texts: Texts) -> tuple[Block, ...]:
    said = texts.say("Five questions on the last steps. Four right, and you go on.")
    return Heading(texts.say("Checkpoint {n}", n=here.checkpoint)), Paragraph(said)


def _checkpoint_buttons(path: LearningPath, back: Button, asked: Request | PressRequest) -> Buttons:
    begin = Action(CHECKPOINT, (path.id,), owner_of(asked))
    return ((Button(asked.texts.label("Begin the checkpoint"), begin),), (back,))
