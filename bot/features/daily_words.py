"""How the daily post is spoken of: pure, short, the same in `/tips` and `/settings`."""

from __future__ import annotations

from datetime import date

from bot.daily.calendar import Times
from bot.daily.when import EVERY_DAY, WEEKDAYS, WEEKENDS, clock
from bot.daily.wish import Kinds
from bot.daily.zones import zone_name
from bot.store.subscriptions import Subscription
from bot.texts import N_, Texts

EXAMPLE = "/tips on 9:30 London weekdays"
KINDS = {
    Kinds.TIP: N_("a tip"),
    Kinds.QUESTION: N_("a question of the day"),
    Kinds.BOTH: N_("a tip and a question of the day"),
}
_GROUPS = {EVERY_DAY: N_("every day"), WEEKDAYS: N_("on weekdays"), WEEKENDS: N_("at weekends")}
_SHORT = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def times(when: Times, texts: Texts) -> str:
    """`09:30 (London), on weekdays`, plain text."""
    return texts.label(
        "{time} ({zone}), {days}", time=clock(when.at), zone=zone_name(when.zone), days=days(when.days, texts)
    )


def days(chosen: int, texts: Texts) -> str:
    """`every day`, `on weekdays`, `on Mon, Wed`, plain text."""
    if chosen in _GROUPS:
        return texts.label(_GROUPS[chosen])
    names = ", ".join(texts.label(name) for n, name in enumerate(_SHORT) if chosen >> n & 1)
    return texts.label("on {days}", days=names)


def day(when: date, today: date, texts: Texts) -> str:
    """`today`, `tomorrow`, `Mon 30 Nov`, plain text."""
    match (when - today).days:
        case 0:
            return texts.label("today")
        case 1:
            return texts.label("tomorrow")
    return f"{texts.label(_SHORT[when.weekday()])} {when.day} {when:%b}"


def content(subscription: Subscription, topic: str, texts: Texts) -> str:
    """`a tip on Prompting`, plain text; topic: its name, empty for all."""
    what = texts.label(KINDS[subscription.kinds])
    return texts.label("{what} on {topic}", what=what, topic=topic) if topic else what
