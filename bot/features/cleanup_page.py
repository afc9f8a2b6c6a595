"""The page of `/settings` about how long the bot's own posts stay."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action
from bot.cleanup import Cleaner
from bot.commands import PressRequest
from bot.features.settings_parts import MAIN, SETTINGS
from bot.model import Chat
from bot.reply import Button, Heading, Note, Paragraph, Reply, grid
from bot.staying import CHOICES, FOR_EVER, kept_stay, read_stay
from bot.texts import N_, Texts

CLEANUP = "stay"
"""The first argument of the buttons of this page."""
_FOR_EVER = N_("for ever")


class CleanupPage:
    """Shows the page and does what its buttons say. Whether the presser may is decided before."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner

    def entry(self, chat: Chat, texts: Texts) -> tuple[str, tuple[str, ...]]:
        """How things stand, and the arguments of the button that leads to this page."""
        stay = _said(self._cleaner.stay(chat), texts)
        return texts.label("My posts stay: {time}", time=stay), (CLEANUP,)

    async def pressed(self, values: list[str], press: PressRequest) -> Reply | None:
        """The page; None after a choice, when the settings are to be shown as they are then."""
        match values:
            case [choice] if choice == FOR_EVER or read_stay(choice) is not None:
                await self._cleaner.choose(press.chat, read_stay(choice), press.user)
                return None
        return self._page(press.texts, press.owner)

    def _page(self, texts: Texts, owner: int | None) -> Reply:
        choices = [
            Button(_said(stay, texts), Action(SETTINGS, (CLEANUP, kept_stay(stay)), owner))
            for stay in (None, *CHOICES)
        ]
        back = Button(texts.label("Back"), Action(SETTINGS, (MAIN,), owner))
        said = (
            Heading(texts.say("How long do my posts stay?")),
            Paragraph(
                texts.say(
                    "That counts from the last change to an answer, the end of a quiz, the closing of a "
                    "question of the day. My first greeting stays."
                )
            ),
            Note(texts.say("Nothing stays longer than 47 hours then: later I may not delete it.")),
        )
        return Reply(said, (*grid(choices, per_row=3), (back,)), edit=True)


def _said(stay: timedelta | None, texts: Texts) -> str:
    if stay is None:
        return texts.label(_FOR_EVER)
    minutes = int(stay.total_seconds()) // 60
    if minutes < 60:
        return texts.label("{n} minutes", n=minutes)
    return texts.label("{n} hours", n=minutes // 60)
