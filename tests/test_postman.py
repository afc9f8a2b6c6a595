"""What can happen to a daily post on its way, and that no day ever gets two."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.adapters.base import Delayed, Moved, NotSent, OutcomeUnknown, Unreachable
from bot.daily.calendar import Times
from bot.daily.delivery import Outcome
from bot.daily.when import EVERY_DAY, WEEKDAYS
from bot.daily.wish import Kinds
from bot.features.services import Shelf
from bot.model import Chat, Migrated, Platform
from bot.store import chat_settings, chats, deliveries, subscriptions
from bot.store.subscriptions import Subscription
from tests.conftest import Clock
from tests.core import library
from tests.daily.post_office import ANN, Box, Office, group, office

DAY = date(2026, 11, 25)
NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HERE = group(1)


@pytest.fixture
def telegram(clock: Clock) -> Box:
    return Box(Platform.TELEGRAM, clock)


@pytest.fixture
def discord(clock: Clock) -> Box:
    return Box(Platform.DISCORD, clock, repeat_within=120.0)


class Lives:
    """Opens the office again and again on the same rows."""

    def __init__(self, folder: Path, clock: Clock, *boxes: Box) -> None:
        self._folder = folder
        self._clock = clock
        self._boxes = boxes
        self._stack = AsyncExitStack()

    async def next(self) -> Office:
        await self.end()
        opened = office(self._folder, Shelf(library()), self._clock, *self._boxes)
        return await self._stack.enter_async_context(opened)

    async def end(self) -> None:
        await self._stack.aclose()


@pytest.fixture
async def lives(tmp_path: Path, clock: Clock, telegram: Box, discord: Box) -> AsyncIterator[Lives]:
    lives = Lives(tmp_path, clock, telegram, discord)
    yield lives
    await lives.end()


@pytest.fixture
async def home(lives: Lives) -> Office:
    return await lives.next()


def daily(
    chat: Chat = HERE, at: time = time(9), zone: str = "UTC", days: int = EVERY_DAY, kinds: Kinds = Kinds.TIP
) -> Subscription:
    return Subscription(f"{-chat.id:08x}{chat.thread or 0:08x}", chat, Times(at, zone, days), kinds, "", ANN)


async def outcome(home: Office, wanted: Subscription, day: date = DAY) -> Outcome:
    found = await home.store.get(deliveries.dossier(wanted.token, day))
    assert found is not None
    assert found.record is not None
    return found.record.outcome


def times(box: Box) -> list[str]:
    return [f"{letter.at:%d %H:%M:%S}" for letter in box.letters]


async def test_it_comes_at_its_time_on_its_days(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(days=WEEKDAYS), home.clock())
    await home.until(NINE + timedelta(days=6))
    assert times(telegram) == ["25 09:00:00", "26 09:00:00", "27 09:00:00", "30 09:00:00", "01 09:00:00"]
    assert len({letter.text for letter in telegram.letters}) == 5


async def test_a_topic_of_a_forum_has_its_own(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(group(1, thread=7)), home.clock())
    await home.postman.subscribe(daily(group(1), at=time(10)), home.clock())
    await home.until(NINE + timedelta(hours=2))
    assert [(letter.thread, letter.at.hour) for letter in telegram.letters] == [(7, 9), (None, 10)]


async def test_definite_failures_are_tried_again_with_growing_pauses(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    telegram.faults = [NotSent("no connection"), NotSent("502"), Delayed(30.0)]
    await home.until(NINE + timedelta(hours=1))
    assert times(telegram) == ["25 09:01:15"]  # after 15, 30 and the 30 seconds that were asked for
    assert await outcome(home, daily()) is Outcome.SENT


async def test_after_three_hours_it_is_given_up_and_the_next_day_comes(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    telegram.faults = [NotSent("no connection")] * 1000
    await home.until(NINE + timedelta(hours=4))
    assert 10 < telegram.calls < 30
    assert await outcome(home, daily()) is Outcome.FAILED
    telegram.faults.clear()
    await home.until(NINE + timedelta(days=1))
    assert times(telegram) == ["26 09:00:00"]


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_unknown_outcome_is_never_repeated_on_telegram(
    home: Office, telegram: Box, arrived: bool
) -> None:
    await home.postman.subscribe(daily(), home.clock())
    telegram.faults, telegram.lost = [OutcomeUnknown("no answer")], arrived
    await home.until(NINE + timedelta(hours=4))
    assert len(telegram.letters) == arrived
    assert telegram.calls == 1
    assert await outcome(home, daily()) is Outcome.UNKNOWN


@pytest.mark.parametrize("arrived", [True, False])
async def test_on_discord_it_is_repeated_and_arrives_once(home: Office, discord: Box, arrived: bool) -> None:
    wanted = daily(group(1, Platform.DISCORD))
    await home.postman.subscribe(wanted, home.clock())
    discord.faults = [OutcomeUnknown("no answer"), NotSent("not connected"), OutcomeUnknown("no answer")]
    discord.lost = arrived
    await home.until(NINE + timedelta(hours=4))
    assert len(discord.letters) == 1
    assert discord.calls == 4
    assert await outcome(home, wanted) is Outcome.SENT


async def test_after_two_minutes_discord_may_have_forgotten_so_it_is_not_repeated(
    home: Office, discord: Box
) -> None:
    wanted = daily(group(1, Platform.DISCORD))
    await home.postman.subscribe(wanted, home.clock())
    discord.faults, discord.lost = [OutcomeUnknown("no answer")] * 100, True
    await home.until(NINE + timedelta(hours=4))
    assert len(discord.letters) == 1
    assert discord.calls == 24
    assert await outcome(home, wanted) is Outcome.UNKNOWN


async def test_a_failed_repeat_says_nothing_of_the_first(home: Office, discord: Box) -> None:
    """The first has arrived; whatever becomes of repeats, it must not be sent as if it never had been."""
    await home.postman.subscribe(daily(group(1, Platform.DISCORD)), home.clock())
    discord.faults, discord.lost = [OutcomeUnknown("no answer"), *[NotSent("not connected")] * 100], True
    await home.until(NINE + timedelta(minutes=1))
    assert len(discord.letters) == 1
    discord.lost = False
    await home.until(NINE + timedelta(hours=4))
    assert len(discord.letters) == 1


async def test_while_the_platform_is_away_nothing_is_tried(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    telegram.ready = False
    await home.until(NINE + timedelta(minutes=5))
    assert telegram.calls == 0
    telegram.ready = True
    await home.until(NINE + timedelta(minutes=6))
    assert len(telegram.letters) == 1


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(2.9, ["25 11:54:00", "26 09:00:00"]), (3.1, ["26 09:00:00"]), (24 * 9 + 3.1, ["05 09:00:00"])],
)
async def test_after_a_long_time_away_what_is_too_late_is_left_out(
    lives: Lives, clock: Clock, telegram: Box, hours: float, expected: list[str]
) -> None:
    home = await lives.next()
    await home.postman.subscribe(daily(), clock())
    clock.now = NINE + timedelta(hours=hours)
    home = await lives.next()
    await home.until(clock.now + timedelta(days=1) - timedelta(hours=hours % 24))
    assert times(telegram) == expected


async def test_late_posts_stay_out_of_the_quiet_hours(lives: Lives, clock: Clock, telegram: Box) -> None:
    home = await lives.next()
    await home.postman.subscribe(daily(at=time(21, 30)), clock())
    await home.postman.subscribe(daily(group(2), at=time(21, 30)), clock())
    await home.store.transact(chat_settings.put(group(2), "quiet", "off"))
    clock.now = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    home = await lives.next()
    await home.until(clock.now)
    assert [letter.chat for letter in telegram.letters] == [-2]


async def test_posts_are_silent_unless_admins_want_sound(home: Office, telegram: Box) -> None:
    for number in (1, 2):
        await home.postman.subscribe(daily(group(number)), home.clock())
    await home.store.transact(chat_settings.put(group(2), "sound", "on"))
    await home.until(NINE)
    assert {letter.chat: letter.loud for letter in telegram.letters} == {-1: False, -2: True}


async def test_a_chat_that_is_closed_is_switched_off_and_the_subscriber_told(
    home: Office, telegram: Box
) -> None:
    await home.postman.subscribe(daily(), home.clock())
    telegram.faults = [Unreachable("bot was kicked from the group chat")]
    await home.until(NINE + timedelta(days=3))
    (letter,) = telegram.letters
    assert letter.chat == ANN.id
    assert "I can't post in Group 1 any more" in letter.text
    kept = await home.store.get(subscriptions.by_token(daily().token))
    assert kept is not None
    assert not kept.on
    assert kept.off_reason == "bot was kicked from the group chat"
    assert await outcome(home, daily()) is Outcome.LOST


async def test_nobody_is_told_about_their_own_block(home: Office, telegram: Box) -> None:
    private = await telegram.private_chat(ANN)
    await home.postman.subscribe(daily(private), home.clock())
    telegram.faults = [Unreachable("bot was blocked by the user")]
    await home.until(NINE + timedelta(days=3))
    assert telegram.calls == 1


async def test_a_group_that_moves_keeps_its_post_and_what_it_has_seen(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    await home.until(NINE)
    telegram.faults = [Moved(-1001)]
    await home.until(NINE + timedelta(days=1))
    await home.store.transact(chats.move(Migrated(Platform.TELEGRAM, -1001, -1002)))
    await home.until(NINE + timedelta(days=2))
    assert [letter.chat for letter in telegram.letters] == [-1, -1001, -1002]
    assert times(telegram) == ["25 09:00:00", "26 09:00:00", "27 09:00:00"]
    assert len({letter.text for letter in telegram.letters}) == 3


async def test_another_time_on_the_same_day_brings_no_second(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    await home.until(NINE)
    for zone, at in (("UTC", time(10)), ("Pacific/Honolulu", time(0)), ("UTC", time(11))):
        subscribed = await home.postman.subscribe(daily(at=at, zone=zone), home.clock())
        assert subscribed.next.day > DAY
    await home.postman.unsubscribe(HERE, home.clock())
    await home.postman.subscribe(daily(at=time(12)), home.clock())
    await home.until(NINE + timedelta(days=1, hours=3))
    assert times(telegram) == ["25 09:00:00", "26 12:00:00"]


async def test_off_is_off(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    assert await home.postman.unsubscribe(HERE, home.clock()) is not None
    assert await home.postman.unsubscribe(HERE, home.clock()) is None
    await home.until(NINE + timedelta(days=3))
    assert telegram.calls == 0
    assert await home.next_due() is None


async def test_switched_off_while_it_waits_for_its_turn(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    home.clock.now = NINE
    (row,) = await home.claimed()
    await home.postman.unsubscribe(HERE, home.clock())
    await home.handle(row)
    assert telegram.calls == 0


async def test_the_result_rides_in_the_next_post_and_only_there(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(kinds=Kinds.BOTH), home.clock())
    await home.until(NINE)
    await home.postman.subscribe(daily(), home.clock())
    await home.until(NINE + timedelta(days=2))
    assert ["Last question:" in letter.text for letter in telegram.letters] == [False, True, False]
    assert ["Question of the day" in letter.text for letter in telegram.letters] == [True, False, False]
    assert all("💡" in letter.text for letter in telegram.letters)


async def test_a_question_closes_after_a_day_or_with_the_next_post(home: Office) -> None:
    """The night the clocks go forward has but 23 hours; from Friday to Monday there are more."""
    berlin = daily(at=time(9), zone="Europe/Berlin", kinds=Kinds.QUESTION)
    weekdays = replace(daily(group(2), kinds=Kinds.QUESTION, days=WEEKDAYS))
    home.clock.now = datetime(2027, 3, 26, 0, 0, tzinfo=UTC)
    for wanted in (berlin, weekdays):
        await home.postman.subscribe(wanted, home.clock())
    await home.until(home.clock() + timedelta(days=2))
    for wanted, day, hours in ((berlin, date(2027, 3, 27), 23), (weekdays, date(2027, 3, 26), 24)):
        found = await home.store.get(deliveries.dossier(wanted.token, day))
        assert found is not None
        assert found.question is not None
        assert found.question.closes_at - found.question.opened_at == timedelta(hours=hours)


async def test_the_weekly_quiz_is_announced_in_the_post_of_its_day(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(daily(), home.clock())
    await home.store.transact(chat_settings.put(HERE, "quiz-weekly", "3 18"))
    await home.until(NINE + timedelta(days=1))
    await home.store.transact(chat_settings.put(HERE, "quiz-announce", "on"))
    await home.until(NINE + timedelta(days=9))
    announced = [f"{letter.at:%a %d}" for letter in telegram.letters if "Today at 18:00" in letter.text]
    assert announced == ["Thu 03"]
    assert await home.store.get(deliveries.posted(HERE, home.clock()))
    assert not await home.store.get(deliveries.posted(HERE, home.clock() + timedelta(days=1)))
    assert not await home.store.get(deliveries.posted(group(2), home.clock()))


async def test_a_removed_topic_does_not_silence_a_chat(home: Office, telegram: Box) -> None:
    await home.postman.subscribe(replace(daily(), topic="gone"), home.clock())
    await home.until(NINE)
    assert len(telegram.letters) == 1
