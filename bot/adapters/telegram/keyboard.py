"""A reply's buttons as Telegram's keyboards, in JSON: the same ones are sent over and over."""

from __future__ import annotations

from functools import lru_cache

import structlog
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.actions import MAX_BYTES
from bot.reply import Ask, Button, Buttons

_MAX_PLACEHOLDER = 64
"""Bot API: ForceReply, input_field_placeholder."""
_log = structlog.get_logger(__name__)


@lru_cache(maxsize=1024)
def keyboard(buttons: Buttons) -> str | None:
    """The inline keyboard, or None when no button is left."""
    rows = [[made for button in row if (made := _button(button))] for row in buttons]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows).to_json() if rows else None


def forced_reply(ask: Ask) -> str:
    """Opens the input field as an answer to the message, for the one it is addressed to only."""
    placeholder = ask.placeholder[:_MAX_PLACEHOLDER] or None
    return ForceReply(selective=True, input_field_placeholder=placeholder).to_json()


def _button(button: Button) -> InlineKeyboardButton | None:
    """Telegram refuses a whole message for one bad button, and says so only then: leave that one out."""
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    try:
        data = button.action.encode() if button.action else ""
    except ValueError as error:
        _log.error("a button was left out", label=button.label, reason=str(error))
        return None
    if not 1 <= len(data.encode()) <= MAX_BYTES:
        _log.error("a button was left out", label=button.label, reason="its action has no 1 to 64 bytes")
        return None
    return InlineKeyboardButton(button.label, callback_data=data)
