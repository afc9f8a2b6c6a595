"""What the pages of `/settings` have in common."""

from __future__ import annotations

from bot.actions import Action
from bot.reply import MAX_ROW_BUTTONS, MAX_ROWS, Button, Buttons, Paragraph, Reply
from bot.texts import Texts

SETTINGS, MAIN, POSTS = "st", "main", "posts"
"""The verb of every button of the settings; the first argument of those that lead to a page."""


def choice(said: str, choices: Buttons, back: tuple[str, ...], texts: Texts, owner: int | None) -> Reply:
    """A page to choose from. The way back stands in the last row, where there is room among several."""
    way = Button(texts.label("Back"), Action(SETTINGS, back, owner))
    several = len(choices[0]) > 1 or len(choices) == MAX_ROWS
    roomy = several and len(choices[-1]) < MAX_ROW_BUTTONS
    rows = (*choices[:-1], (*choices[-1], way)) if roomy else (*choices, (way,))
    return Reply((Paragraph(said),), rows, edit=True)


def no_way_in(texts: Texts) -> Reply:
    """A word to whoever chose a room that is closed to the bot."""
    return Reply(toast=texts.label("I may not write there. Let me in, then press again."))
