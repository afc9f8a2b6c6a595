"""What the buttons of the daily post say when pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from bot.actions import Action
from bot.daily.calendar import Times
from bot.daily.when import EVERY_DAY
from bot.daily.wish import Kinds
from bot.daily.zones import by_code, zone_code
from bot.store.daily_questions import DailyQuestion

ANSWER, VOTE, MORE, SUBSCRIBE, END = "da", "dv", "dm", "ds", "de"
"""The verbs: an option; helpful or not; the tip's term; a subscription as chosen; none."""
SET_UP, WHERE = "dc", "dw"
"""The times for a channel; a subscription as chosen, but for the chat."""
HELPFUL, NOT_HELPFUL = "y", "n"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Choice:
    """A subscription that a button stands for. channel: its id, 0 for the chat of the button."""

    times: Times
    topic: str
    kinds: Kinds
    channel: int = 0


def subscribe(choice: Choice, owner: int | None, verb: str = SUBSCRIBE) -> Action:
    """A subscription. It fits, since only private chats name a channel and only others an owner.

    verb: WHERE when the chat is still to be asked for.
    """
    times, zone = choice.times, zone_code(choice.times.zone)
    channel = (_base36(choice.channel),) if choice.channel else ()
    args = (f"{times.at:%H%M}", zone, choice.topic, f"{times.days:x}", choice.kinds.value, *channel)
    return Action(verb, args, owner)


def chosen(args: tuple[str, ...]) -> Choice | None:
    """The subscription of a button; None for one that nobody can read (any more)."""
    try:
        at, code, topic, days, kinds, *channel = args
        times = Times(time(int(at[:2]), int(at[2:])), by_code(code) or "", int(days, 16) & EVERY_DAY)
        choice = Choice(times, topic, Kinds(kinds), int(channel[0], 36) if channel else 0)
    except ValueError:
        return None
    return choice if times.zone and times.days else None


def end(channel: int, owner: int | None) -> Action:
    """*Stop*. channel: as in `Choice`."""
    return Action(END, (_base36(channel),) if channel else (), owner)


def set_up(channel: int) -> Action:
    """*Set up daily posts* in a channel."""
    return Action(SET_UP, (_base36(channel),))


def channel_of(args: tuple[str, ...]) -> int:
    """The channel that a button names, 0 for none."""
    try:
        return int(args[0], 36) if args else 0
    except ValueError:
        return 0


def answer(question: DailyQuestion, option: int) -> Action:
    """An option as shown. It says nothing of whether it is right."""
    return Action(ANSWER, (question.subscription, f"{question.day:%Y%m%d}", str(option)))


def answered(args: tuple[str, ...]) -> tuple[str, date, int] | None:
    """Subscription, day and option of a press on an answer; None when it makes no sense."""
    try:
        token, day, option = args
        return token, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(option)
    except ValueError:
        return None


def vote(tip: str, *, helpful: bool) -> Action:
    """*Helpful* or *Not helpful*."""
    return Action(VOTE, (tip, HELPFUL if helpful else NOT_HELPFUL))


def more(term: str) -> Action:
    """*Tell me more*: a message of its own, so that the post stays."""
    return Action(MORE, (term,))


def _base36(number: int) -> str:
    sign, number, digits = "-" if number < 0 else "", abs(number), ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return sign + (digits or "0")
