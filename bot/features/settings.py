"""`/settings`: what admins decide for their chat, in one message with buttons that say how things stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from zoneinfo import available_timezones

from bot.actions import Action
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Request, Where
from bot.features.cleanup_page import CLEANUP, CleanupPage
from bot.features.opening import Opening
from bot.features.posts_page import POSTS, SETTINGS, PostsPage
from bot.features.rules import (
    ADMINS,
    ANNOUNCE,
    EVERYBODY,
    OFF,
    ON,
    PACE,
    STARTERS,
    WEEKLY,
    ZONE,
    Rules,
    Weekly,
    rules,
)
from bot.features.services import Services
from bot.features.weekly import WeeklyQuiz
from bot.library.schema import Topic
from bot.model import Chat
from bot.quiz.model import Pace
from bot.reply import MAX_ROWS, Button, Buttons, Heading, Note, Paragraph, Reply, Visibility, grid
from bot.store import chat_settings
from bot.texts import N_, Texts

MAIN, DAYS, ZONES = "main", "weekly", "zones"
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
        posts: PostsPage,
        cleanup: CleanupPage,
    ) -> None:
        self._posts = posts
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
            params=(Param("zone", ParamKind.TEXT, N_("A time zone to set, such as Europe/Vienna")),),
            where=Where.GROUPS,
            admin=True,
        )
        return Feature((command,), {SETTINGS: self.pressed})

    async def settings(self, request: Request) -> Reply:
        """How things stand; with a time zone, sets it first."""
        chat, texts, zone = request.chat, request.texts, request.value("zone")
        if not zone:
            kept = rules(await self._services.store.get(chat_settings.of_chat(chat)))
            return self._main(kept, chat, texts, request.owner)
        known = {name.casefold(): name for name in available_timezones()}
        found = known.get(zone.strip().replace(" ", "_").casefold())
        if found is None:
            said = texts.say(
                "I don't know the time zone “{zone}”. Write it like Europe/Vienna.", zone=zone[:40]
            )
            return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
        kept = await self._weekly.arm(chat, request.user, {ZONE: found}, request.now)
        return self._main(kept, chat, texts, request.owner)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on a setting: a page to choose from, or the change. Admins alone may."""
        if press.chat.private or not await self._opening.is_admin(press.chat, press.user):
            return Reply(toast=press.texts.label("Only an admin of this chat can change that."))
        page, *values = press.args or (MAIN,)
        if page == POSTS:
            return await self._posts.pressed(values, press)
        if page == CLEANUP:
            return await self._cleanup.pressed(values, press) or await self._page(MAIN, [], press)
        changed = _changed(page, values)
        if changed is not None:
            kept = await self._weekly.arm(press.chat, press.user, changed, press.now)
            return self._main(kept, press.chat, press.texts, press.owner, edit=True)
        return await self._page(page, values, press)

    async def _page(self, page: str, values: list[str], press: PressRequest) -> Reply:
        texts, owner = press.texts, press.owner
        match page, values:
            case "weekly", []:
                return _choice(texts.say("On which day?"), _days(texts, owner), texts, owner)
            case "weekly", [day]:
                return _choice(texts.say("At what time?"), _hours(day, owner), texts, owner)
            case "weekly", [day, hour]:
                topics = self._services.library.topics.values()
                return _choice(texts.say("On what?"), _topics(topics, day, hour, texts, owner), texts, owner)
            case "zones", _:
                hint = texts.say("Which time zone? Any other: /settings Europe/Vienna")
                return _choice(hint, _zones(owner), texts, owner)
        kept = rules(await self._services.store.get(chat_settings.of_chat(press.chat)))
        return self._main(kept, press.chat, texts, owner, edit=True)

    def _main(self, kept: Rules, chat: Chat, texts: Texts, owner: int | None, *, edit: bool = False) -> Reply:
        said = (
            Heading(texts.say("Settings of this chat")),
            Note(texts.say("Press what you want to change.")),
        )
        buttons = [Button(label, Action(SETTINGS, args, owner)) for label, args in self._rows(kept, texts)]
        posts = Button(texts.label("Posts"), Action(SETTINGS, (POSTS,), owner))
        stay = self._cleanup.button(chat, texts, owner)
        return Reply(said, _stacked([*buttons, posts, stay]), edit=edit)

    def _rows(self, kept: Rules, texts: Texts) -> Iterator[tuple[str, tuple[str, ...]]]:
        """How each thing stands, and what a press on it does."""
        if kept.admins_only:
            yield texts.label("Quizzes: admins start them"), (STARTERS, EVERYBODY)
        else:
            yield texts.label("Quizzes: anybody starts them"), (STARTERS, ADMINS)
        if kept.pace is Pace.SPRINT:
            yield texts.label("Speed: earns points"), (PACE, Pace.CALM)
        else:
            yield texts.label("Speed: earns nothing"), (PACE, Pace.SPRINT)
        yield self._week(kept.weekly, texts), (DAYS,)
        if kept.weekly and kept.announced:
            yield texts.label("Announced an hour before: yes"), (ANNOUNCE, OFF)
        elif kept.weekly:
            yield texts.label("Announced an hour before: no"), (ANNOUNCE, ON)
        yield texts.label("Time zone: {zone}", zone=kept.zone), (ZONES,)

    def _week(self, weekly: Weekly | None, texts: Texts) -> str:
        if weekly is None:
            return texts.label("Weekly quiz: none")
        topic = self._services.library.topics.get(weekly.topic)
        when = texts.label("{day} {hour}:00", day=texts.label(_DAYS[weekly.day]), hour=weekly.hour)
        return texts.label("Weekly quiz: {when}", when=f"{when}, {topic.name}" if topic else when)


_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {STARTERS: (EVERYBODY, ADMINS), PACE: tuple(Pace), ANNOUNCE: (ON, OFF)}
)


def _changed(page: str, values: list[str]) -> Mapping[str, str] | None:
    """The setting that a press changes; None when it leads to a page."""
    match page, values:
        case key, [value] if value in _VALUES.get(key, ()):
            return {key: value}
        case "weekly", ["off"]:
            return {WEEKLY: OFF}
        case "weekly", [day, hour, topic] if day.isdecimal() and hour.isdecimal():
            return {WEEKLY: Weekly(int(day), int(hour), "" if topic == ANY else topic).encode()}
        case "zones", [place] if place.isdecimal() and int(place) < len(_ZONES):
            return {ZONE: _ZONES[int(place)]}
    return None


def _stacked(buttons: list[Button]) -> Buttons:
    """One in a row as long as there is room for all; the last ones share theirs."""
    alone = max(0, 2 * MAX_ROWS - len(buttons))
    return (*((button,) for button in buttons[:alone]), *grid(buttons[alone:]))


def _choice(said: str, choices: Buttons, texts: Texts, owner: int | None) -> Reply:
    """A page to choose from. The way back stands in the last row, where there is room."""
    back = Button(texts.label("Back"), Action(SETTINGS, (MAIN,), owner))
    rows = (*choices[:-1], (*choices[-1], back)) if len(choices[-1]) < 5 else (*choices, (back,))
    return Reply((Paragraph(said),), rows, edit=True)


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


def _zones(owner: int | None) -> Buttons:
    zones = [
        Button(zone.rpartition("/")[2].replace("_", " "), Action(SETTINGS, (ZONES, str(n)), owner))
        for n, zone in enumerate(_ZONES)
    ]
    return grid(zones, per_row=5)
