"""How long the bot's own messages stay in a chat once they are over, as its settings say."""

from __future__ import annotations

from datetime import datetime, timedelta

STAY = "stay"
"""The key of the setting; its value is in minutes."""
CHOICES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 720, 1440))
FOR_EVER = "for-ever"
LONGEST = timedelta(hours=47)
"""Nothing stays longer than that: on Telegram a bot may delete for 48 hours (Bot API: deleteMessage)."""


def read_stay(text: str) -> timedelta | None:
    """Reads what is kept; None is for ever, as is a value that nobody can read (any more)."""
    minutes = int(text) if text.isdecimal() else 0
    return next((stay for stay in CHOICES if stay == timedelta(minutes=minutes)), None)


def kept_stay(stay: timedelta | None) -> str:
    """The text that is kept."""
    return FOR_EVER if stay is None else str(int(stay.total_seconds()) // 60)


def gone_at(sent_at: datetime, over_at: datetime, stay: timedelta) -> datetime:
    """When a message is to go that was over at `over_at`."""
    return min(over_at + stay, sent_at + LONGEST)
