"""The next daily post of a subscription, as a due row; set in the commit of whatever calls for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily.calendar import Planned, next_post
from bot.daily.delivery import GRACE, Outcome
from bot.daily.manners import POSTS_HOME
from bot.model import Chat, Platform, User
from bot.rooms import room_code, room_of
from bot.store import chat_settings, deliveries, due, subscriptions
from bot.store.database import Function
from bot.store.due import Due
from bot.store.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Retreat:
    """What became of a post whose chat is closed to the bot.

    moved: as it is in the room where it was set up, None when there is no such room or it has its own.
    chosen_by: who had made the chat the home of posts, None when it was none.
    """

    moved: Subscription | None
    chosen_by: User | None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as it is now kept, and its next post."""

    subscription: Subscription
    next: Planned


def kind_of(platform: Platform) -> str:
    """The kind of a platform's due rows; each has its own, so that one that is slow holds up no other."""
    return f"daily:{platform}"


def planned_of(row: Due) -> Planned:
    """The post that a due row is about, however often it was put off."""
    day, _, at = row.payload.partition(" ")
    return Planned(date.fromisoformat(day), datetime.fromisoformat(at))


def subscribe(wanted: Subscription, now: datetime) -> Function[Subscribed]:
    """Keeps a subscription, and sets its next post: not today, if today had one already."""

    async def write(connection: AsyncConnection) -> Subscribed:
        kept = await subscriptions.keep(wanted, now)(connection)
        since = await deliveries.last_day(kept.token)(connection)
        planned = next_post(kept.times, now, since)
        await put(kept, planned, planned.at)(connection)
        return Subscribed(kept, planned)

    return write


def unsubscribe(chat: Chat, now: datetime) -> Function[Subscription | None]:
    """Ends the subscription of a chat and thread; None when there was none."""

    async def write(connection: AsyncConnection) -> Subscription | None:
        found = await subscriptions.of_chat(chat)(connection)
        if found is None or not await subscriptions.switch_off(found.token, now)(connection):
            return None
        await due.cancel(kind_of(chat.platform), found.token)(connection)
        return found

    return write


def settle(
    token: str,
    planned: Planned,
    outcome: Outcome,
    now: datetime,
    *,
    message_id: int | None = None,
    reason: str = "",
    also: Function[None] | None = None,
) -> Function[Planned | None]:
    """Notes what became of a post and sets the next, in one commit; None when there is none to follow.

    Days that are too long past are passed over. also: what else is kept in that commit.
    """

    async def write(connection: AsyncConnection) -> Planned | None:
        note = deliveries.settle(token, planned, outcome, message_id=message_id, reason=reason)
        await note(connection)
        if also is not None:
            await also(connection)
        return await follow(token, planned.day, now)(connection)

    return write


def follow(token: str, day: date, now: datetime) -> Function[Planned | None]:
    """Sets the post after that of a day, as the subscription wants it now; None when it is off."""

    async def write(connection: AsyncConnection) -> Planned | None:
        found = await subscriptions.by_token(token)(connection)
        if found is None or not found.on:
            return None
        planned = next_post(found.times, now - GRACE, day)
        await put(found, planned, planned.at)(connection)
        return planned

    return write


def put(subscription: Subscription, planned: Planned, at: datetime) -> Function[None]:
    """Sets the due row of a post, to be tried at an instant."""
    payload = f"{planned.day.isoformat()} {planned.at.isoformat()}"
    return due.put(kind_of(subscription.chat.platform), subscription.token, at, payload)


def end_all(chat: Chat, now: datetime, reason: str) -> Function[list[Subscription]]:
    """Ends every subscription of a chat that is closed to the bot; which they were."""

    async def write(connection: AsyncConnection) -> list[Subscription]:
        found = await subscriptions.in_chat(chat.platform, chat.id)(connection)
        ended = [one for one in found if await subscriptions.switch_off(one.token, now, reason)(connection)]
        for one in ended:
            await due.cancel(kind_of(chat.platform), one.token)(connection)
        return ended

    return write


def retry(subscription: Subscription, planned: Planned, at: datetime, reason: str) -> Function[None]:
    """Notes that an attempt surely came to nothing, and sets the next; a post not tried yet has no note."""

    async def write(connection: AsyncConnection) -> None:
        await deliveries.failed(subscription.token, planned.day, reason)(connection)
        await put(subscription, planned, at)(connection)

    return write


def go_home(subscription: Subscription, home: Chat) -> Function[bool]:
    """Takes one that was set up in the settings elsewhere; False when that chat has one of its own."""
    return subscriptions.move(subscription.token, home)


def leave_home(home: Chat) -> Function[Subscription | None]:
    """Takes what was set up elsewhere from the home of posts back to where that was.

    None when there is no such one, or its old place has one of its own by now.
    """

    async def write(connection: AsyncConnection) -> Subscription | None:
        found = await subscriptions.of_chat(home)(connection)
        if found is None or not found.on:
            return None
        back = room_of(found.asked, found.chat)
        if back is None or found.asked == room_code(found.chat):
            return None
        moved = await subscriptions.move(found.token, back)(connection)
        return await subscriptions.by_token(found.token)(connection) if moved else None

    return write


def go_back(subscription: Subscription, planned: Planned, now: datetime, reason: str) -> Function[Retreat]:
    """The chat is closed to the bot: it is no home any more, and a post that was set up elsewhere goes out
    there, now and from now on."""

    async def write(connection: AsyncConnection) -> Retreat:
        lost = subscription.chat
        moved = await leave_home(lost)(connection)
        by = await chat_settings.drop(lost, POSTS_HOME, room_code(lost))(connection)
        if moved is not None:
            await retry(moved, planned, now, reason)(connection)
        return Retreat(moved, by)

    return write


def lose(subscription: Subscription, planned: Planned, now: datetime, reason: str) -> Function[bool]:
    """Ends a subscription whose chat is closed to the bot; False when it was off already."""

    async def write(connection: AsyncConnection) -> bool:
        note = deliveries.settle(subscription.token, planned, Outcome.LOST, reason=reason)
        await note(connection)
        return await subscriptions.switch_off(subscription.token, now, reason)(connection)

    return write
