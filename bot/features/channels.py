"""Channels: the bot is told of them elsewhere, so that nothing shows there before it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from bot.adapters.base import Adapter, AdapterError, FindsChannels
from bot.commands import Feature, PressRequest, Request
from bot.daily.calendar import Times
from bot.daily.when import EVERY_DAY
from bot.daily.wish import Kinds
from bot.daily.zones import UTC, zone_name
from bot.features import daily_actions as acts
from bot.features import daily_words as words
from bot.features.rules import rules
from bot.features.services import Services
from bot.markup import bold
from bot.model import Chat, ChatKind, Joined, Platform, User
from bot.reply import Button, Note, Paragraph, Reply, Visibility, grid
from bot.store import channels, chat_settings, subscriptions
from bot.texts import Texts

MOST_ASKED = 20
"""Channels of which the platform is asked whether somebody is their admin; any other can be named."""
MOST_OFFERED = 9


class Channels:
    """Remembers them, finds them, and helps to set up their daily posts from a private chat."""

    def __init__(self, services: Services, platforms: Mapping[Platform, Adapter]) -> None:
        self._services = services
        self._platforms = platforms

    def feature(self) -> Feature:
        """What this module adds."""
        return Feature((), {acts.SET_UP: self.pressed, acts.WHERE: self.timed})

    async def joined(self, event: Joined, texts: Texts, now: datetime) -> Reply | None:
        """The bot may post in a channel: says so in private to whoever let it in."""
        if event.by is None:
            return None
        await self._services.store.transact(channels.keep(event.chat, event.by, now))
        said = texts.say(
            "I may post in {channel} now, and post nothing there until you want it.",
            channel=bold(event.chat.title),
        )
        button = Button(texts.label("Set up daily posts"), acts.set_up(event.chat.id))
        return Reply((Paragraph(said),), ((button,),), visibility=Visibility.PRIVATE)

    async def find(self, platform: Platform, name: str) -> Chat | None:
        """The channel of that public name or id; None when there is none, or the bot cannot see it."""
        adapter = self._platforms[platform]
        if not isinstance(adapter, FindsChannels):
            return None
        try:
            found = await adapter.channel(name)
        except AdapterError:
            return None
        return found if found is not None and found.kind is ChatKind.CHANNEL else None

    async def of(self, user: User) -> list[Chat]:
        """The channels the bot is in and the person is an admin of, by what the platform says now."""
        known = await self._services.store.get(channels.known(user, MOST_ASKED))
        found = await asyncio.gather(*(self._own(user, str(channel.id)) for channel in known))
        return [channel for channel in found if channel is not None][:MOST_OFFERED]

    async def remember(self, channel: Chat, user: User, now: datetime) -> None:
        """The person has set something up there, so it is worth offering next time."""
        await self._services.store.transact(channels.keep(channel, user, now))

    async def forwarded(self, request: Request) -> Reply | None:
        """A post of a channel, passed on to the bot by its admin; None when it is anybody else's."""
        if request.forwarded is None or not request.chat.private:
            return None
        channel = await self._own(request.user, str(request.forwarded.id))
        return None if channel is None else await self._hours(channel, request.texts)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *Set up daily posts*: the times to choose from."""
        number = acts.channel_of(press.args)
        channel = await self._own(press.user, str(number)) if number and press.chat.private else None
        if channel is None:
            return Reply(toast=press.texts.label("Only an admin of a channel I may post in can do that."))
        return replace(await self._hours(channel, press.texts), edit=True)

    async def timed(self, press: PressRequest) -> Reply:
        """A press on one of several times that were meant: now it is asked where."""
        choice = acts.chosen(press.args)
        if choice is None:
            return Reply(
                toast=press.texts.label("That can't be set any more. Please say it again with /tips.")
            )
        return replace(self.where(choice, await self.of(press.user), press.texts), edit=True)

    def where(self, choice: acts.Choice, offered: list[Chat], texts: Texts) -> Reply:
        """Asks which chat is meant; every button holds the whole wish."""
        here = Button(texts.label("Here, for me"), acts.subscribe(choice, None))
        others = [
            Button(channel.title, acts.subscribe(replace(choice, channel=channel.id), None))
            for channel in offered
        ]
        said = texts.say("Where shall it come, at {times}?", times=words.times(choice.times, texts))
        return Reply((Paragraph(said),), grid([here, *others]))

    async def _own(self, user: User, name: str) -> Chat | None:
        """The channel, if the person is its admin."""
        channel = await self.find(user.platform, name)
        if channel is None or not await self._platforms[user.platform].is_admin(channel, user):
            return None
        return channel

    async def _hours(self, channel: Chat, texts: Texts) -> Reply:
        """Each hour of the day. What was set up before keeps its kind, topic and zone."""
        store = self._services.store
        kept = await store.get(subscriptions.of_chat(channel))
        zone = kept.times.zone if kept else rules(await store.get(chat_settings.of_chat(channel))).zone
        usual = acts.Choice(Times(time(9), zone, EVERY_DAY), "", Kinds.TIP, channel.id)
        if kept is not None:
            usual = acts.Choice(kept.times, kept.topic, kept.kinds, channel.id)
        hours = [(f"{n}:00", replace(usual.times, at=time(n))) for n in range(24)]
        buttons = [Button(label, acts.subscribe(replace(usual, times=at), None)) for label, at in hours]
        said = texts.say("When shall the daily post come in {channel}?", channel=bold(channel.title))
        hint = texts.say(
            "Times are of {zone}. For any other, write it like {example} and pick the channel.",
            zone=zone_name(zone) if zone != UTC else UTC,
            example=words.EXAMPLE,
        )
        return Reply((Paragraph(said), Note(hint)), grid(buttons, per_row=5))
