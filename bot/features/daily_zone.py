"""By whose clock a daily post comes when nobody says: the post there is, the person's own, the group's."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import PressRequest, Request
from bot.daily.zones import UTC, zone_name
from bot.features.reminders import Reminders
from bot.features.rules import rules
from bot.model import Chat, User
from bot.reply import Note
from bot.store import chat_settings, learners
from bot.store.store import Store
from bot.store.subscriptions import Subscription
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Usual:
    """A zone that nobody named; own: whether it is the one the person chose for their learning."""

    zone: str
    own: bool = False

    def notes(self, texts: Texts) -> tuple[Note, ...]:
        """Which zone was taken, where that may surprise."""
        if self.own:
            said = texts.say(
                "That is your own time zone, {zone}. For another, name a city: /tips on 9:00 London.",
                zone=zone_name(self.zone),
            )
            return (Note(said),)
        if self.zone != UTC:
            return ()
        said = texts.say("That is UTC. For another time zone, name a city: /tips on 9:00 London.")
        return (Note(said),)


class PostZones:
    """Finds the usual zone, and learns from those that are named."""

    def __init__(self, store: Store, reminders: Reminders) -> None:
        self._store = store
        self._reminders = reminders

    async def usual(self, place: Chat, kept: Subscription | None, user: User) -> Usual:
        """What to take when none is named. kept: the post there is or was in the place."""
        own = await self._store.get(learners.chosen_zone(user)) if place.private else ""
        if kept is not None and (kept.on or not own):
            return Usual(kept.times.zone)
        if own:
            return Usual(own, own=True)
        return Usual(rules(await self._store.get(chat_settings.of_chat(place))).zone)

    async def adopted(self, zone: str, place: Chat, asked: Request | PressRequest) -> tuple[Note, ...]:
        """A zone that somebody names for their private post is theirs, if they never chose one; says so."""
        user, texts = asked.user, asked.texts
        if not place.private or zone == UTC:
            return ()
        chosen = await self._store.get(learners.chosen_zone(user))
        if chosen:
            return ()
        await self._store.transact(learners.set_zone(user, zone, asked.now))
        await self._reminders.moved(user, zone, asked.now)
        said = texts.say(
            "From now on your days are those of {zone}. Another: /progress and your city.",
            zone=zone_name(zone),
        )
        return (Note(said),)
