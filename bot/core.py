"""Puts the core together, the same for every surface: features, registry, router."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.adapters.base import Adapter
from bot.cleanup import Cleaner
from bot.commands import Choice, Feature, Param, ParamKind, Registry
from bot.features.activity import ActivityFeature
from bot.features.bank import Bank
from bot.features.channels import Channels
from bot.features.chatting import Chatting
from bot.features.cleanup_page import CleanupPage
from bot.features.compare import Compare
from bot.features.daily import Daily
from bot.features.daily_editor import DailyEditor
from bot.features.help import Help
from bot.features.home_page import HomePage
from bot.features.homes import Home, Homes
from bot.features.inbox import Inbox
from bot.features.leaderboard import Leaderboard
from bot.features.models import Models
from bot.features.opening import Opening
from bot.features.planning import Planner
from bot.features.posts_page import PostsPage
from bot.features.quiz import Quizzes
from bot.features.quiz_views import QuizViews
from bot.features.reminders import Reminders
from bot.features.reports import Reports
from bot.features.review import Review
from bot.features.rules import QUIZ_HOME
from bot.features.services import Services, Shelf
from bot.features.settings import SettingsFeature
from bot.features.tips import Tips
from bot.features.uses import UsesFeature
from bot.features.weekly import WeeklyQuiz
from bot.features.whatis import Whatis
from bot.floodgate import Floodgate
from bot.forgetting import Personal
from bot.hosting.quizmaster import Quizmaster
from bot.keyring import Keyring
from bot.metrics import Metrics
from bot.model import Chat, ChatKind, Joined, Left, Platform
from bot.postman import Postman
from bot.prompts import Prompts
from bot.recent import Recent
from bot.reply import Reply
from bot.roster import Roster
from bot.router import Router
from bot.schedule import Scheduler
from bot.store.quizzes import DUE
from bot.store.store import Store
from bot.studies import Surroundings, learning_from_quizzes, study_features
from bot.texts import Catalogue, Texts

MAX_CHOICES = 25


@dataclass(frozen=True, slots=True)
class Core:
    """What the composition root needs of the core: its face to the adapters, and what to start and stop."""

    router: Router
    prompts: Prompts
    quizmaster: Quizmaster
    scheduler: Scheduler
    cleaner: Cleaner
    bank: Bank

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Takes up what the last process left, and does what is due as long as this lasts.

        The platforms must be in place by then, since quizzes go on at once.
        """
        await self.cleaner.wake()
        await self.quizmaster.wake()
        # Not a TaskGroup: it would wrap what the body raises. The scheduler has a boundary of its own.
        scheduling = asyncio.create_task(self.scheduler.run(), name="what is due")
        try:
            yield
        finally:
            scheduling.cancel()
            await asyncio.wait((scheduling,))
            await self.quizmaster.close()


def build_core(
    shelf: Shelf,
    store: Store,
    catalogue: Catalogue,
    *,
    clock: Callable[[], datetime],
    chance: Random,
    platforms: Mapping[Platform, Adapter],
    bank: Bank | None = None,
    owners: Iterable[tuple[Platform, int]] = (),
    floodgate: Floodgate | None = None,
    metrics: Metrics | None = None,
    keyring: Keyring | None = None,
) -> Core:
    """The whole bot but its platforms. `platforms` may be filled later: it is looked at when it is needed.

    bank: of the questions of `shelf`, should there be one already. keyring: the installation's secret.
    """
    owned, recent, metrics = frozenset(owners), Recent(), metrics or Metrics()
    bank, scheduler = bank or Bank(shelf), Scheduler(store, clock)
    texts, learns = catalogue.default, learning_from_quizzes(store, bank)
    quizmaster = Quizmaster(
        store, platforms, QuizViews(bank), texts, clock, expect=scheduler.expect, learns=learns
    )
    scheduler.on(DUE, lambda row: quizmaster.timed_out(int(row.key)))
    tested = lambda chat: bank.tested(_open_question(quizmaster, chat))  # noqa: E731
    services = Services(shelf, store, recent, lambda: clock().date(), chance, tested)
    prompts, roster = Prompts(store, clock), Roster(store, clock)
    keyring = keyring or Keyring(b"")
    personal = Personal(
        store, keyring, quizmaster, roster=roster, prompts=prompts, platforms=platforms, clock=clock
    )
    around = Surroundings(bank, platforms, scheduler, personal, keyring, clock, texts)
    desks = _desks(services, around, metrics)
    whatis, compare, help_ = Whatis(services), Compare(services), Help(services)
    others = _features(services, around, quizmaster, desks, owned)
    registry = Registry([whatis.feature(), compare.feature(), *others, help_.feature()])
    help_.registry = registry
    doors = _Doors(help_, desks)
    router = Router(
        registry,
        catalogue=catalogue,
        clock=clock,
        prompts=prompts,
        recent=recent,
        roster=roster,
        platforms=platforms,
        cleaner=desks.cleaner,
        asked=Chatting(whatis, compare, help_, desks.channels).asked,
        welcome=doors.joined,
        lost=doors.left,
        complete=_Completer(shelf).complete,
        voted=quizmaster.voted,
        owners=owned,
        floodgate=floodgate or Floodgate(),
        metrics=metrics,
    )
    return Core(router, prompts, quizmaster, scheduler, desks.cleaner, bank)


@dataclass(frozen=True, slots=True)
class _Desks:
    """What both the router and features work with."""

    homes: Homes
    postman: Postman
    cleaner: Cleaner
    channels: Channels


def _desks(services: Services, around: Surroundings, metrics: Metrics) -> _Desks:
    store, platforms, scheduler, clock = services.store, around.platforms, around.scheduler, around.clock
    editor = DailyEditor(services, around.bank, around.texts)
    return _Desks(
        Homes(store, platforms, clock, around.texts),
        Postman(store, platforms, editor, scheduler, clock=clock, metrics=metrics),
        Cleaner(store, platforms, services.recent, scheduler, clock=clock),
        Channels(services, platforms),
    )


@dataclass(frozen=True, slots=True)
class _Doors:
    """Chats that open and close to the bot: in a channel nobody is greeted, and what it had ends at once."""

    help: Help
    desks: _Desks

    async def joined(self, event: Joined, texts: Texts, now: datetime) -> Reply | None:
        if event.chat.kind is ChatKind.CHANNEL:
            return await self.desks.channels.joined(event, texts, now)
        return await self.help.joined(event, texts, now)

    async def left(self, event: Left) -> None:
        if event.chat.kind is ChatKind.CHANNEL:
            await self.desks.postman.lost(event.chat, event.reason)


def _features(
    services: Services,
    around: Surroundings,
    quizmaster: Quizmaster,
    desks: _Desks,
    owned: frozenset[tuple[Platform, int]],
) -> list[Feature]:
    """All but the three that the router talks to by itself."""
    bank, platforms, scheduler = around.bank, around.platforms, around.scheduler
    planner = Planner(services, bank)
    opening = Opening(services, planner, quizmaster, platforms, desks.homes)
    weekly = WeeklyQuiz(
        services,
        planner,
        opening.lobby,
        desks.homes,
        platforms,
        schedule=scheduler,
        clock=around.clock,
        texts=around.texts,
    )
    tips, activity = Tips(services), ActivityFeature(services, bank, owned)
    settings = SettingsFeature(
        services,
        opening,
        weekly,
        posts=PostsPage(services, desks.postman, desks.homes),
        home=HomePage(desks.homes, Home.QUIZZES, (QUIZ_HOME,)),
        cleanup=CleanupPage(desks.cleaner),
        activity=activity,
    )
    reminders = Reminders(services, platforms, scheduler, around.clock, around.texts)
    rooms = (
        Models(services),
        UsesFeature(services),
        tips,
        Daily(
            services,
            bank,
            desks.postman,
            desks.channels,
            reminders,
            may=opening.is_admin,
            tip=tips.tip,
        ),
        desks.channels,
        Quizzes(services, planner, quizmaster, opening),
        Review(services, bank, quizmaster, opening),
        Leaderboard(services),
        Reports(services),
        Inbox(services, owned),
        settings,
    )
    features = [room.feature() for room in rooms]
    return [*features, *study_features(services, around, activity, reminders)]


def _open_question(quizmaster: Quizmaster, chat: Chat) -> str:
    running = quizmaster.running(chat)
    return running.question if running is not None else ""


class _Completer:
    """What might be meant while somebody types a parameter."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def complete(self, param: Param, typed: str) -> Sequence[Choice]:
        """At most 25 choices, the likeliest first."""
        library = self._shelf.library
        match param.kind:
            case ParamKind.TERM:
                found = library.search.complete(typed, MAX_CHOICES)
                return [Choice(match.term, match.term) for match in found]
            case ParamKind.TOPIC:
                topics = library.topics.values()
                return [Choice(t.id, t.name) for t in topics if _begins(typed, t.id, t.name, *t.aliases)]
            case ParamKind.CHOICE:
                return [c for c in param.choices if _begins(typed, c.value, c.label)]
        return ()


def _begins(typed: str, *names: str) -> bool:
    return any(name.casefold().startswith(typed.strip().casefold()) for name in names)
