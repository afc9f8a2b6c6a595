"""`/progress`: what one has learnt, as a text that is clear everywhere. For oneself alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request
from bot.daily.streak import streak
from bot.daily.zones import find_zones, zone_info, zone_name
from bot.features.practice import owner_of
from bot.features.practice_views import GO_ON, private
from bot.features.reminders import Reminders
from bot.features.services import Services
from bot.features.study import syllabus
from bot.learning.events import ANSWERS
from bot.learning.mastery import Badge, Merit, badges, due, topic_mastery
from bot.learning.record import Record, level_begins
from bot.library.library import Library
from bot.markup import Markup, bold, escape
from bot.reply import Block, Bullets, Button, Buttons, Code, Heading, Note, Paragraph, Reply, Visibility
from bot.store import learners
from bot.texts import N_, Texts

SHOW, REMIND = "pg", "pr"
"""The verbs: the progress; reminders on or off."""
WEEKS, BAR, TOPICS = 5, 10, 8
"""Weeks of the calendar, blocks of a bar, topics that are shown."""
_MERITS = MappingProxyType(
    {
        Merit.PATH: N_("🏁 A whole path finished"),
        Merit.TOPIC: N_("🎓 {topic} mastered"),
        Merit.WEEK: N_("🔥 Seven days in a row"),
        Merit.MONTH: N_("🌋 Thirty days in a row"),
        Merit.HELPED: N_("🔎 Helped to find an error"),
    }
)


class Progress:
    """The handlers of `/progress` and its buttons."""

    def __init__(self, services: Services, reminders: Reminders) -> None:
        self._services = services
        self._reminders = reminders

    def feature(self) -> Feature:
        """What this module adds."""
        zone = Param("zone", ParamKind.TEXT, N_("Your time zone or city, such as Vienna"))
        command = Command(
            "progress",
            N_("What you have learnt; only you see it"),
            self.progress,
            params=(zone,),
            aliases=("me", "level", "streak"),
            visibility=Visibility.PRIVATE,
            menu=True,
        )
        return Feature((command,), {SHOW: self.pressed, REMIND: self.reminded})

    async def progress(self, request: Request) -> Reply:
        """How things stand; with a zone, sets it first."""
        wanted, texts = request.value("zone"), request.texts
        if not wanted:
            return await self._shown(request, edit=False)
        found = find_zones(wanted)
        if len(found) != 1:
            names = ", ".join(found[:5]) or "Europe/Vienna"
            said = texts.say(
                "Which time zone is “{zone}”? Write it like {names}.", zone=wanted[:40], names=names
            )
            return private((Paragraph(said),), (), edit=False)
        await self._services.store.transact(learners.set_zone(request.user, found[0], request.now))
        await self._reminders.moved(request.user, found[0], request.now)
        return await self._shown(request, edit=False)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *My progress*."""
        return await self._shown(press, edit=True)

    async def reminded(self, press: PressRequest) -> Reply:
        """A press on *Reminders*."""
        await self._reminders.switch(press.user, press.now)
        return await self._shown(press, edit=True)

    async def _shown(self, asked: Request | PressRequest, *, edit: bool) -> Reply:
        learner, record = await self._services.learners.record(asked.user)
        reminded = await self._services.store.get(learners.reminded(asked.user))
        said = tuple(_page(record, learner.zone, self._services.library, asked.now, asked.texts))
        return private(said, _buttons(asked, reminded=reminded), edit=edit)


def _page(record: Record, zone: str, library: Library, now: datetime, texts: Texts) -> Iterator[Block]:
    today = now.astimezone(zone_info(zone)).date()
    yield Heading(texts.say("📈 Level {level}", level=record.level))
    yield Paragraph(_standing(record, today, texts))
    yield Code(calendar(record, today))
    topics = tuple(_topics(record, library, now))
    if topics:
        yield Bullets(topics)
    earned = badges(record, syllabus(library))
    if earned:
        yield Paragraph(Markup(" · ".join(_badge(badge, library, texts) for badge in earned)))
    yield Paragraph(_waiting(record, now, texts))
    yield Note(
        texts.say("Days by the clocks of {zone}; another: /progress and your city.", zone=zone_name(zone))
    )


def _standing(record: Record, today: date, texts: Texts) -> Markup:
    to_go = level_begins(record.level + 1) - record.points
    answered = sum(count.answered for kind, count in record.counts.items() if kind in ANSWERS)
    right = sum(count.right for kind, count in record.counts.items() if kind in ANSWERS)
    days = streak(record.days, today).days
    parts = (
        texts.say("{points} points, {to_go} to the next level", points=record.points, to_go=to_go),
        texts.plural("🔥 {n} day in a row", "🔥 {n} days in a row", days),
        texts.say("{right} of {answered} questions right", right=right, answered=answered),
    )
    return Markup(" · ".join(parts))


def calendar(record: Record, today: date) -> str:
    """The last weeks, a row a week from Monday on: the more was learnt on a day, the fuller its mark."""
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    rows = (_week(record, monday + timedelta(days=7 * week), today) for week in range(WEEKS))
    return "\n".join(("        M T W T F S S", *rows))


def _week(record: Record, monday: date, today: date) -> str:
    days = (monday + timedelta(days=n) for n in range(7))
    marks = " ".join(_mark(record.days.get(day, 0)) if day <= today else " " for day in days)
    return f"{monday:%d %b}  {marks}".rstrip()


def _mark(count: int) -> str:
    return "·" if not count else "▪" if count < 5 else "■"


def _topics(record: Record, library: Library, now: datetime) -> Iterator[Markup]:
    """The topics that were begun, the best known first."""
    by_topic = syllabus(library).topics
    known = {topic: topic_mastery(record, terms, now) for topic, terms in by_topic.items()}
    for topic in sorted((t for t in known if known[t]), key=lambda t: -known[t])[:TOPICS]:
        share = known[topic]
        full = round(BAR * share)
        bar = "▰" * full + "▱" * (BAR - full)
        yield Markup(f"{bar} {share:.0%} {escape(library.topics[topic].name)}")


def _badge(badge: Badge, library: Library, texts: Texts) -> Markup:
    topic = library.topics.get(badge.subject)
    return texts.say(_MERITS[badge.merit], topic=topic.name if topic else badge.subject)


def _waiting(record: Record, now: datetime, texts: Texts) -> Markup:
    waiting = len(due(record, now))
    if waiting:
        return bold(texts.plural("{n} term is due for review.", "{n} terms are due for review.", waiting))
    if not any(known.memory for known in record.terms.values()):
        return texts.say("Nothing learnt yet. /practice asks five questions, /learn shows the paths.")
    return texts.say("Nothing is due for review just now.")


def _buttons(asked: Request | PressRequest, *, reminded: bool) -> Buttons:
    texts, owner = asked.texts, owner_of(asked)
    practise = Button(texts.label("Practise"), Action(GO_ON, (), owner))
    paths = Button(texts.label("Learning paths"), Action("ll", (), owner))
    said = texts.label("Reminders: on") if reminded else texts.label("Reminders: off")
    return ((practise, paths), (Button(said, Action(REMIND, (), owner)),))
