"""`/settings`: what admins decide for their chat, in one message with buttons that say how things stand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request, Where
from bot.daily.zones import by_code, find_zones, zone_code, zone_name
from bot.features.activity import ActivityFeature
from bot.features.cleanup_page import CLEANUP, CleanupPage
from bot.features.home_page import HomePage
from bot.features.opening import Opening
from bot.features.posts_page import PostsPage
from bot.features.rules import (
    ADMINS,
    ANNOUNCE,
    EVERYBODY,
    OFF,
    ON,
    PACE,
    QUIZ_HOME,
    STARTERS,
    WEEKLY,
    ZONE,
    Rules,
    Weekly,
    role_in,
    rules,
)
from bot.features.services import Services
from bot.features.settings_parts import MAIN, POSTS, SETTINGS, choice, no_way_in
from bot.features.weekly import WeeklyQuiz
from bot.library.schema import Topic
from bot.model import Chat
from bot.quiz.model import Pace
from bot.reply import Button, Buttons, Heading, Note, Paragraph, Reply, Visibility, folded, grid
from bot.store import chat_settings
from bot.texts import N_, Texts

DAYS, ZONES = "weekly", "zones"
"""The first argument of a button's action says which page or setting, the rest the value."""
ANY = "any"
"""For no topic in particular."""
_DAYS = (
    N_("Mondays"),
    N_("Tuesdays"),
    N_("Wednesdays"),
    N_("Thursdays"),
    N_("Fridays"),
    N_("Saturdays"),
    N_("Sundays"),
)
_ZONES = (
    "UTC", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
    "America/Mexico_City", "America/Sao_Paulo", "Europe/London", "Africa/Lagos", "Europe/Berlin",
    "Africa/Cairo", "Europe/Kyiv", "Europe/Istanbul", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Shanghai", "Asia/Manila", "Asia/Tokyo",
    "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""West to east. Buttons hold the place in this list, so that old messages stay right: append only."""


class SettingsFeature:
    """The handlers of `/settings` and its buttons."""

    def __init__(
        self,
        services: Services,
        opening: Opening,
        weekly: WeeklyQuiz,
        *,
        posts: PostsPage,
        home: HomePage,
        cleanup: CleanupPage,
        activity: ActivityFeature,
    ) -> None:
        self._activity = activity
        self._posts = posts
        self._home = home
        self._cleanup = cleanup
        self._services = services
        self._opening = opening
        self._weekly = weekly

    def feature(self) -> Feature:
        """What this module adds."""
        command = Command(
            "settings",
            N_("Quizzes, posts and time zone of this chat, for admins"),
            self.settings,
            params=(Param("zone", ParamKind.TEXT, N_("A time zone to set: Vienna, IST, UTC+5:30")),),
            where=Where.GROUPS,
            admin=True,
        )
        return Feature((command,), {SETTINGS: self.pressed})

    async def settings(self, request: Request) -> Reply:
        """How things stand; with a time zone, sets it first."""
        chat, texts, zone = request.chat, request.texts, request.value("zone")
        if not zone:
            kept = rules(await self._services.store.get(chat_settings.of_chat(chat)))
            return await self._main(kept, request)
        found = find_zones(zone)
        if len(found) != 1:
            return _which_zone(zone, found, texts, request.owner)
        kept = await self._weekly.arm(chat, request.user, {ZONE: found[0]}, request.now)
        return await self._main(kept, request)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on a setting: a page to choose from, or the change. Admins alone may."""
        if press.chat.private or not await self._opening.is_admin(press.chat, press.user):
            return Reply(toast=press.texts.label("Only an admin of this chat can change that."))
        page, *values = press.args or (MAIN,)
        if page == POSTS:
            return await self._posts.pressed(values, press)
        if page == QUIZ_HOME:
            return await self._homes(values, press)
        if page == CLEANUP:
            return await self._cleanup.pressed(values, press) or await self._page(MAIN, [], press)
        changed = _changed(page, values)
        if changed is not None:
            kept = await self._weekly.arm(press.chat, press.user, changed, press.now)
            return await self._main(kept, press)
        return await self._page(page, values, press)

    async def _homes(self, values: list[str], press: PressRequest) -> Reply:
        """The choice of a home for quizzes, or what became of it."""
        if not values and self._home.offered(press.chat):
            return self._home.page(press, (MAIN,))
        if values and not await self._home.chosen(values[0], press):
            return no_way_in(press.texts)
        return await self._page(MAIN, [], press)

    async def _page(self, page: str, values: list[str], press: PressRequest) -> Reply:
        texts, owner = press.texts, press.owner
        match page, values:
            case "weekly", []:
                return choice(texts.say("On which day?"), _days(texts, owner), (MAIN,), texts, owner)
            case "weekly", [day]:
                return choice(texts.say("At what time?"), _hours(day, owner), (MAIN,), texts, owner)
            case "weekly", [day, hour]:
                topics = self._services.library.topics.values()
                buttons = _topics(topics, day, hour, texts, owner)
                return choice(texts.say("On what?"), buttons, (MAIN,), texts, owner)
            case "zones", _:
                hint = texts.say("Which time zone? For any other write its city: /settings Vienna")
                return choice(hint, _zones(owner), (MAIN,), texts, owner)
            case "quiz-starters", []:
                return self._opening.starters.page(press.chat, texts, owner)
        kept = rules(await self._services.store.get(chat_settings.of_chat(press.chat)))
        return await self._main(kept, press)

    async def _main(self, kept: Rules, asked: Request | PressRequest) -> Reply:
        texts, owner = asked.texts, asked.owner
        whole = self._home.offered(asked.chat)
        hint = (
            texts.say("Press what you want to change. It holds in every topic and channel.")
            if whole
            else None
        )
        said = (
            Heading(texts.say("Settings of this group") if whole else texts.say("Settings of this chat")),
            Note(hint or texts.say("Press what you want to change.")),
        )
        rows = [row async for row in self._rows(kept, asked.chat, texts)]
        buttons = [tuple(Button(label, Action(SETTINGS, args, owner)) for label, args in row) for row in rows]
        buttons.append(self._activity.way(asked.user, texts))
        return Reply(said, folded(buttons), edit=isinstance(asked, PressRequest))

    async def _rows(self, kept: Rules, chat: Chat, texts: Texts) -> AsyncIterator[tuple[Entry, ...]]:
        """How each thing stands, and what a press on it does; a row each, or a few short ones together."""
        yield (self._opening.starters.row(kept, chat, texts),)
        if self._home.offered(chat):
            yield ((await self._home.label(kept, chat, texts), (QUIZ_HOME,)),)
        if kept.pace is Pace.SPRINT:
            yield ((texts.label("Speed: earns points"), (PACE, Pace.CALM)),)
        else:
            yield ((texts.label("Speed: earns nothing"), (PACE, Pace.SPRINT)),)
        yield ((self._week(kept.weekly, texts), (DAYS,)),)
        if kept.weekly and kept.announced:
            yield ((texts.label("Announced an hour before: yes"), (ANNOUNCE, OFF)),)
        elif kept.weekly:
            yield ((texts.label("Announced an hour before: no"), (ANNOUNCE, ON)),)
        zone = texts.label("Time zone: {zone}", zone=zone_name(kept.zone)), (ZONES,)
        yield zone, (texts.label("Posts"), (POSTS,))
        yield (self._cleanup.entry(chat, texts),)

    def _week(self, weekly: Weekly | None, texts: Texts) -> str:
        if weekly is None:
            return texts.label("Weekly quiz: none")
        topic = self._services.library.topics.get(weekly.topic)
        when = texts.label("{day} {hour}:00", day=texts.label(_DAYS[weekly.day]), hour=weekly.hour)
        return texts.label("Weekly quiz: {when}", when=f"{when}, {topic.name}" if topic else when)


_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {STARTERS: (EVERYBODY, ADMINS), PACE: tuple(Pace), ANNOUNCE: (ON, OFF)}
)
Entry = tuple[str, tuple[str, ...]]
"""A label, and the arguments of its button's action."""


def _changed(page: str, values: list[str]) -> Mapping[str, str] | None:
    """The setting that a press changes; None when it leads to a page."""
    match page, values:
        case key, [value] if value in _VALUES.get(key, ()):
            return {key: value}
        case "quiz-starters", [role] if role_in(role) is not None:
            return {STARTERS: role}
        case "weekly", ["off"]:
            return {WEEKLY: OFF}
        case "weekly", [day, hour, topic] if day.isdecimal() and hour.isdecimal():
            return {WEEKLY: Weekly(int(day), int(hour), "" if topic == ANY else topic).encode()}
        case "zones", [place] if place.isdecimal() and int(place) < len(_ZONES):
            return {ZONE: _ZONES[int(place)]}
        case "zones", [code] if (zone := by_code(code)) is not None:
            return {ZONE: zone}
    return None


def _days(texts: Texts, owner: int | None) -> Buttons:
    days = [Button(texts.label(day), Action(SETTINGS, (DAYS, str(n)), owner)) for n, day in enumerate(_DAYS)]
    return grid(
        [*days, Button(texts.label("No weekly quiz"), Action(SETTINGS, (DAYS, OFF), owner))], per_row=3
    )


def _hours(day: str, owner: int | None) -> Buttons:
    hours = [Button(f"{hour}:00", Action(SETTINGS, (DAYS, day, str(hour)), owner)) for hour in range(24)]
    return grid(hours, per_row=5)


def _topics(topics: Iterable[Topic], day: str, hour: str, texts: Texts, owner: int | None) -> Buttons:
    named = [(topic.id, topic.name) for topic in topics]
    everything = (ANY, texts.label("A bit of everything"))
    return grid(
        [
            Button(label, Action(SETTINGS, (DAYS, day, hour, name), owner))
            for name, label in (everything, *named)
        ],
        per_row=4,
    )


def _which_zone(typed: str, found: Sequence[str], texts: Texts, owner: int | None) -> Reply:
    """Nobody knows the place, or several are called so."""
    if not found:
        said = texts.say(
            "I don't know the time zone “{zone}”. Write a city, or an offset such as UTC+5:30.",
            zone=typed[:40],
        )
        return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
    said = texts.say("“{zone}” can mean more than one time zone. Which one?", zone=typed[:40])
    buttons = [Button(zone_name(zone), Action(SETTINGS, (ZONES, zone_code(zone)), owner)) for zone in found]
    return Reply((Paragraph(said),), grid(buttons))


def _zones(owner: int | None) -> Buttons:
    zones = [
        Button(zone.rpartition("/")[2].replace("_", " "), Action(SETTINGS, (ZONES, str(n)), owner))
        for n, zone in enumerate(_ZONES)
    ]
    return grid(zones, per_row=5)
