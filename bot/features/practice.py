"""`/practice`: five questions for oneself, each when it is about to be forgotten."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.bank import Bank
from bot.features.practice_views import (
    AGAIN,
    ANSWER,
    GO_ON,
    Desk,
    PracticeViews,
    again_in,
    private,
    score,
    verdict,
)
from bot.features.quiz_actions import numbers
from bot.features.services import Services
from bot.features.study import Study
from bot.learners import account
from bot.learning.events import Event, Kind
from bot.learning.mastery import passed
from bot.learning.record import Record
from bot.learning.session import Outcome, Purpose, Session, answered
from bot.model import User
from bot.reply import Block, Button, Buttons, Heading, Note, Paragraph, Reply
from bot.store import practice
from bot.texts import N_, Texts

PATH_VERB = "le"
"""Opens a path (see `bot.features.learn`), where the end of a step leads."""


class Practice:
    """The handlers of `/practice`, and of every question asked of one person."""

    def __init__(self, services: Services, bank: Bank, study: Study) -> None:
        self._services = services
        self._study = study
        self._views = PracticeViews(bank)

    def feature(self) -> Feature:
        """What this module adds."""
        about = Param("topic", ParamKind.TOPIC, N_("Where new words come from: a topic, or a path"))
        command = Command(
            "practice",
            N_("Five questions just for you, when you need them"),
            self.practice,
            params=(about,),
            aliases=("practise", "review"),
            visibility=private((), (), edit=False).visibility,
            example="prompting",
        )
        presses = {ANSWER: self.answered, GO_ON: self.go_on, AGAIN: self.again}
        return Feature((command,), presses)

    async def practice(self, request: Request) -> Reply:
        """Goes on with what was left, or begins."""
        wanted, texts = request.value("topic"), request.texts
        about = self._study.about(wanted) if wanted else None
        if wanted and about is None:
            names = ", ".join(topic.name for topic in self._services.library.topics.values())
            said = texts.say(
                "I have no questions on “{word}”. Topics are: {names}.", word=wanted[:60], names=names
            )
            return private((Paragraph(said),), (), edit=False)
        learner, record = await self._services.learners.record(request.user)
        left = await self._services.store.get(practice.unfinished(learner.accounts))
        if left is not None and not wanted:
            return self._shown(Desk(left.id, left.session, texts, request.owner), edit=False)
        chosen = about.id if about else ""
        return await self._begun(request, record, chosen, edit=False)

    async def go_on(self, press: PressRequest) -> Reply:
        """A press on *Practise* in a reminder or in the progress: goes on with what was left, or begins."""
        request = Request(press.user, press.chat, press.texts, press.now)
        return await self.practice(request)

    async def again(self, press: PressRequest) -> Reply:
        """A press on *Five more*."""
        about = press.args[0] if press.args else ""
        _, record = await self._services.learners.record(press.user)
        return await self._begun(press, record, about, edit=True)

    async def answered(self, press: PressRequest) -> Reply:
        """A press on an option: kept before anything is said of it."""
        number, place, option = numbers(press.args, 3)
        store, now = self._services.store, press.now
        learner, _ = await self._services.learners.record(press.user)
        step = partial(_step, number=number, place=place, option=option, user=press.user, now=now)
        stepped = await store.transact(practice.answer(number, learner.accounts, step, now))
        if stepped is None:
            return Reply(toast=press.texts.label("That session is over. /practice begins another."))
        desk = Desk(number, stepped.session, press.texts, owner_of(press))
        if stepped.session.over and stepped.outcome is not None:
            return await self._ended(desk, stepped.outcome, press.user, now)
        return self._shown(desk, stepped.outcome, edit=True)

    async def begin(self, asked: Request | PressRequest, session: Session, *, edit: bool) -> Reply:
        """Begins any session; with `edit`, in the place of the message that led to it."""
        number = await self._services.store.transact(practice.begin(asked.user, session, asked.now))
        return self._shown(Desk(number, session, asked.texts, owner_of(asked)), edit=edit)

    async def _begun(self, asked: Request | PressRequest, record: Record, about: str, *, edit: bool) -> Reply:
        session = await asyncio.to_thread(self._study.practice, record, about, asked.now)
        if session is None:
            return private((Paragraph(asked.texts.say("There is no question on that yet.")),), (), edit=edit)
        return await self.begin(asked, session, edit=edit)

    def _shown(self, desk: Desk, before: Outcome | None = None, *, edit: bool) -> Reply:
        blocks, buttons = self._views.question(desk, before)
        return private(blocks, buttons, edit=edit)

    async def _ended(self, desk: Desk, outcome: Outcome, user: User, now: datetime) -> Reply:
        _, record = await self._services.learners.record(user)
        session, texts = desk.session, desk.texts
        said: list[Block] = [
            *self._views.result(outcome, texts),
            Heading(verdict(session, texts)),
            Paragraph(score(session, texts)),
        ]
        if missed := self._views.missed(session):
            said.append(Paragraph(texts.say("Worth another look: {terms}.", terms=", ".join(missed))))
        said.append(
            Note(texts.say("Level {level} · {points} points", level=record.level, points=record.points))
        )
        waiting = [known.memory.due for known in record.terms.values() if known.memory]
        if (due := again_in(min(waiting, default=None), now, texts)) is not None:
            said.append(due)
        return private(tuple(said), _ways_on(session, texts, desk.owner), edit=True)


def _ways_on(session: Session, texts: Texts, owner: int | None) -> Buttons:
    progress = Button(texts.label("My progress"), Action("pg", (), owner))
    if session.purpose is Purpose.PRACTICE:
        more = Button(texts.label("Five more"), Action(AGAIN, (session.about,), owner))
        return ((more, progress),)
    path = session.about.partition(" ")[0]
    return ((Button(texts.label("On with the path"), Action(PATH_VERB, (path,), owner)), progress),)


def _step(
    session: Session, *, number: int, place: int, option: int, user: User, now: datetime
) -> tuple[Session, Outcome | None, list[Event]]:
    after, outcome = answered(session, place, option, now)
    if outcome is None:
        return after, None, []
    events = [_answer_event(outcome, f"practice:{number}:{place}", user, now)]
    if after.over and (end := _end_event(after, number, user, now)) is not None:
        events.append(end)
    return after, outcome, events


def _answer_event(outcome: Outcome, ref: str, user: User, now: datetime) -> Event:
    part = outcome.part
    return Event(
        account=account(user),
        ref=ref,
        kind=Kind.PRACTICE,
        subject=part.term,
        at=now,
        detail=part.item.question,
        right=outcome.right,
        slow=outcome.slow,
        attempt=part.attempt,
    )


def _end_event(session: Session, number: int, user: User, now: datetime) -> Event | None:
    """What the end of a session means for a path."""
    path, _, rest = session.about.partition(" ")
    if session.purpose is Purpose.STEP:
        return Event(account(user), f"step:{number}", Kind.STEP, rest, now, path)
    if session.purpose is Purpose.CHECKPOINT:
        good = passed(session.right, session.asked)
        return Event(account(user), f"check:{number}", Kind.CHECKPOINT, path, now, rest, right=good)
    return None


def owner_of(asked: Request | PressRequest) -> int | None:
    """Who may press what is shown to this person."""
    return None if asked.chat.private else asked.user.id
