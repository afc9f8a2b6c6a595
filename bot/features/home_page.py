"""The pages of `/settings` about the homes of quizzes and of posts."""

from __future__ import annotations

from collections.abc import Iterator

from bot.actions import Action
from bot.commands import PressRequest
from bot.features.homes import Home, Homes, room_name
from bot.features.rules import Rules
from bot.features.settings_parts import SETTINGS, choice
from bot.model import Chat
from bot.reply import MAX_ROW_BUTTONS, Button, Reply, grid
from bot.rooms import ANYWHERE, room_code, room_of
from bot.texts import N_, Texts

MOST_ROOMS = 20
"""Buttons; with the other choices they fit into one message of any platform."""
GENERAL = "t0"
_ASKED = {
    Home.QUIZZES: N_("Where shall quizzes be played? For any other place, send /settings there."),
    Home.POSTS: N_("Where shall posts and announcements go? For any other place, send /settings there."),
}
_ANYWHERE = {
    Home.QUIZZES: N_("Wherever they are asked for"),
    Home.POSTS: N_("Wherever they are set up"),
}
_LABELS = {
    Home.QUIZZES: (
        N_("Quizzes: wherever they are asked for"), N_("Quizzes: here"), N_("Quizzes: in {room}"),
    ),
    Home.POSTS: (N_("Posts: wherever they are set up"), N_("Posts: here"), N_("Posts: in {room}")),
}  # fmt: skip


class HomePage:
    """Shows the choice and makes it. `path`: the arguments that lead to the page, in its buttons.

    Whether the presser may is decided before.
    """

    def __init__(self, homes: Homes, what: Home, path: tuple[str, ...]) -> None:
        self._homes = homes
        self._what = what
        self._path = path

    def offered(self, chat: Chat) -> bool:
        """Whether the chat is one room among others, so that there is something to choose."""
        return self._homes.platform(chat) is not None

    async def label(self, kept: Rules, chat: Chat, texts: Texts) -> str:
        """How things stand."""
        anywhere, here, there = _LABELS[self._what]
        code = kept.quiz_home if self._what is Home.QUIZZES else kept.posts_home
        if not code or room_of(code, chat) is None:
            return texts.label(anywhere)
        if code == room_code(chat):
            return texts.label(here)
        room = await self._homes.of(self._what, chat)
        if room_code(room) != code:  # it was lost, as has just been found out
            return texts.label(anywhere)
        return texts.label(there, room=room_name(room, texts))

    async def chosen(self, code: str, press: PressRequest) -> bool:
        """Makes the choice; False when the bot may not write there, or there is no such room."""
        if code == ANYWHERE:
            await self._homes.leave(self._what, press.chat, press.user)
            return True
        if not self.offered(press.chat):
            return False
        return await self._homes.choose(self._what, code, press.chat, press.user) is not None

    def page(self, press: PressRequest, back: tuple[str, ...]) -> Reply:
        """What there is to choose from."""
        texts, owner = press.texts, press.owner
        buttons = [
            Button(label, Action(SETTINGS, (*self._path, code), owner))
            for code, label in self._choices(press.chat, texts)
        ]
        per_row = 1 if len(buttons) < MAX_ROW_BUTTONS else MAX_ROW_BUTTONS
        return choice(texts.say(_ASKED[self._what]), grid(buttons, per_row), back, texts, owner)

    def _choices(self, chat: Chat, texts: Texts) -> Iterator[tuple[str, str]]:
        adapter, here = self._homes.platform(chat), room_code(chat)
        rooms = adapter.rooms(chat) if adapter is not None else ()
        yield here, texts.label("Here")
        yield ANYWHERE, texts.label(_ANYWHERE[self._what])
        if not rooms and here.startswith("t") and here != GENERAL:
            yield GENERAL, texts.label("The General topic")
        others = [room for room in rooms if room_code(room) != here]
        yield from ((room_code(room), f"#{room.title}") for room in others[:MOST_ROOMS])
