"""The page of `/settings` about what the bot says unasked: the daily post, quiet hours, sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time

from bot.actions import Action
from bot.commands import PressRequest
from bot.daily.calendar import Quiet, Times
from bot.daily.manners import NEVER_QUIET, OFF, ON, QUIET, SOUND, USUAL, Manners, kept_quiet, manners
from bot.daily.when import EVERY_DAY
from bot.daily.wish import Kinds
from bot.features import daily_words as words
from bot.features.home_page import HomePage
from bot.features.homes import Home, Homes
from bot.features.rules import Rules, rules
from bot.features.services import Services
from bot.features.settings_parts import MAIN, POSTS, SETTINGS, no_way_in
from bot.model import Chat
from bot.postman import Postman
from bot.reply import Button, Buttons, Heading, Paragraph, Reply, folded, grid
from bot.rooms import room_code
from bot.store import chat_settings, subscriptions
from bot.store.subscriptions import Subscription
from bot.texts import Texts

_AT, _KIND, _HOURS, _HOME = "at", "kind", "quiet", "home"
_QUIETS = (USUAL, Quiet(21, 7), Quiet(23, 7), Quiet(0, 6), NEVER_QUIET)
"""Buttons hold the place in this list, so that old messages stay right: append only."""
_NEXT_KIND = {Kinds.TIP: Kinds.QUESTION, Kinds.QUESTION: Kinds.BOTH, Kinds.BOTH: Kinds.TIP}


@dataclass(frozen=True, slots=True)
class _State:
    """How things stand in a chat."""

    manners: Manners
    rules: Rules
    daily: Subscription | None


class PostsPage:
    """Shows the page and does what its buttons say, wherever posts have their home.

    Whether the presser may is decided before.
    """

    def __init__(self, services: Services, postman: Postman, homes: Homes) -> None:
        self._services = services
        self._postman = postman
        self._homes = homes
        self._home = HomePage(homes, Home.POSTS, (POSTS, _HOME))

    async def pressed(self, values: list[str], press: PressRequest) -> Reply:
        """What a press leads to: a choice, or a change and the page as it is then."""
        texts, owner = press.texts, press.owner
        match values:
            case ["at"]:
                return _choice(texts.say("When shall the daily post come?"), _times(texts, owner))
            case ["quiet"]:
                said = texts.say("When shall I say nothing unasked? Posts that are late wait or stay out.")
                return _choice(said, _quiets(texts, owner))
            case ["home"] if self._home.offered(press.chat):
                return self._home.page(press, (POSTS,))
            case ["home", code] if not await self._home.chosen(code, press):
                return no_way_in(texts)
        place = await self._homes.of(Home.POSTS, press.chat)
        await self._change(values, press, place, await self._state(place))
        return await self._page(await self._state(place), press)

    async def _change(self, values: list[str], press: PressRequest, place: Chat, state: _State) -> None:
        """Does what the button says; one that nobody can read (any more) changes nothing."""
        match values:
            case ["at", "off"]:
                await self._postman.unsubscribe(place, press.now)
            case ["at", hour] if hour.isdecimal() and int(hour) < 24:
                times = Times(time(int(hour)), state.rules.zone, EVERY_DAY)
                await self._subscribe(press, place, state, times)
            case ["kind"] if state.daily is not None:
                await self._subscribe(press, place, state, state.daily.times, turn=True)
            case ["quiet", number] if number.isdecimal() and int(number) < len(_QUIETS):
                await self._keep(press, place, QUIET, kept_quiet(_QUIETS[int(number)]))
            case ["sound", ("on" | "off") as sound]:
                await self._keep(press, place, SOUND, sound)

    async def _subscribe(
        self, press: PressRequest, place: Chat, state: _State, times: Times, *, turn: bool = False
    ) -> None:
        """A time that is set keeps what else was set before; `turn` goes on to the next kind of post."""
        before = state.daily
        if before is None:
            token = f"{self._services.chance.getrandbits(64):016x}"
            asked = room_code(press.chat)
            wanted = Subscription(token, place, times, Kinds.TIP, "", press.user, asked=asked)
        else:
            kept = times if turn else replace(before.times, at=times.at)
            kinds = _NEXT_KIND[before.kinds] if turn else before.kinds
            wanted = replace(before, times=kept, kinds=kinds, by=press.user)
        await self._postman.subscribe(wanted, press.now)

    async def _state(self, place: Chat) -> _State:
        store = self._services.store
        kept: Mapping[str, str] = await store.get(chat_settings.of_chat(place))
        found = await store.get(subscriptions.of_chat(place))
        return _State(manners(kept), rules(kept), found if found is not None and found.on else None)

    async def _keep(self, press: PressRequest, place: Chat, key: str, value: str) -> None:
        await self._services.store.transact(chat_settings.put(place, key, value, press.user))

    async def _page(self, state: _State, press: PressRequest) -> Reply:
        texts, owner = press.texts, press.owner
        lines = [*_rows(state, texts)]
        if self._home.offered(press.chat):
            lines.insert(0, (await self._home.label(state.rules, press.chat, texts), (_HOME,)))
        rows = [(Button(label, Action(SETTINGS, (POSTS, *args), owner)),) for label, args in lines]
        back = (Button(texts.label("Back"), Action(SETTINGS, (MAIN,), owner)),)
        return Reply((Heading(texts.say("What I post unasked")),), folded([*rows, back]), edit=True)


def _rows(state: _State, texts: Texts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """How each thing stands, and what a press on it does."""
    if state.daily is None:
        yield texts.label("Daily post: none"), (_AT,)
    else:
        yield texts.label("Daily post: {times}", times=words.times(state.daily.times, texts)), (_AT,)
        yield texts.label("It is: {what}", what=texts.label(words.KINDS[state.daily.kinds])), (_KIND,)
    yield _quiet(state.manners.quiet, texts), (_HOURS,)
    if state.manners.loud:
        yield texts.label("Posts make a sound: yes"), ("sound", OFF)
    else:
        yield texts.label("Posts make a sound: no"), ("sound", ON)


def _quiet(quiet: Quiet, texts: Texts) -> str:
    if quiet == NEVER_QUIET:
        return texts.label("Quiet hours: none")
    return texts.label("Quiet hours: {start}–{end}", start=quiet.start, end=quiet.end)


def _choice(said: str, choices: Buttons) -> Reply:
    return Reply((Paragraph(said),), choices, edit=True)


def _times(texts: Texts, owner: int | None) -> Buttons:
    """Each hour, and none; 25 buttons are as many as a message takes."""
    hours = [Button(f"{hour}:00", Action(SETTINGS, (POSTS, _AT, str(hour)), owner)) for hour in range(24)]
    return grid([*hours, Button(texts.label("None"), Action(SETTINGS, (POSTS, _AT, OFF), owner))], per_row=5)


def _quiets(texts: Texts, owner: int | None) -> Buttons:
    return grid(
        [
            Button(_quiet(quiet, texts), Action(SETTINGS, (POSTS, _HOURS, str(place)), owner))
            for place, quiet in enumerate(_QUIETS)
        ],
        per_row=1,
    )
