"""Puts together all about a person's own learning: what is asked, shown, linked, kept and forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.base import Adapter
from bot.commands import Feature
from bot.features.activity import ActivityFeature
from bot.features.bank import Bank
from bot.features.learn import Learn
from bot.features.linking import Linking
from bot.features.practice import Practice
from bot.features.privacy import Privacy
from bot.features.progress import Progress
from bot.features.reminders import Reminders
from bot.features.services import Services
from bot.features.study import Study
from bot.forgetting import Personal
from bot.hosting.play import Learns, Learnt
from bot.keyring import Keyring
from bot.learners import Learners, account
from bot.learning.events import Event, Kind
from bot.model import Platform
from bot.schedule import Scheduler
from bot.store.store import Store
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the features about learning need besides the services."""

    bank: Bank
    platforms: Mapping[Platform, Adapter]
    scheduler: Scheduler
    personal: Personal
    keyring: Keyring
    clock: Callable[[], datetime]
    texts: Texts


def study_features(
    services: Services, around: Surroundings, activity: ActivityFeature, reminders: Reminders
) -> list[Feature]:
    """What they add."""
    study = Study(services, around.bank)
    practice = Practice(services, around.bank, study)
    rooms = (
        practice,
        Learn(services, study, practice),
        Progress(services, reminders),
        Linking(services, around.keyring, around.platforms, around.texts),
        Privacy(services, around.personal),
        activity,
    )
    return [room.feature() for room in rooms]


def learning_from_quizzes(store: Store, bank: Bank) -> Learns:
    """Keeps the answers of quizzes among what people learnt."""
    learners = Learners(store)

    def learns(learnt: Learnt) -> asyncio.Future[bool]:
        kind = Kind.ALONE if learnt.alone else Kind.GROUP
        ref, term = f"quiz:{learnt.quiz}:{learnt.number}", bank.tested(learnt.question)
        event = Event(account(learnt.user), ref, kind, term, learnt.at, learnt.question, right=learnt.right)
        return learners.keep(event)

    return learns
