"""The rows of the daily post, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.daily.calendar import Times, next_post
from bot.daily.delivery import Outcome, Record
from bot.daily.when import EVERY_DAY
from bot.daily.wish import Kinds
from bot.model import Chat, ChatKind, Migrated, Platform, User
from bot.store import chats, daily_questions, deliveries, due, posts, results, subscriptions, votes
from bot.store.daily_questions import DailyQuestion, Tally
from bot.store.store import Store, open_store
from bot.store.subscriptions import Subscription
from bot.store.votes import Votes
from tests.conftest import NOON, Clock

GROUP = Chat(Platform.TELEGRAM, -77001, ChatKind.GROUP, "Learners")
ANN, BEN = User(Platform.TELEGRAM, 77011, "Ann"), User(Platform.TELEGRAM, 77012, "Ben")
DAILY = Subscription("00000000000770aa", GROUP, Times(time(9), "UTC", EVERY_DAY), Kinds.BOTH, "", ANN)
NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(request: pytest.FixtureRequest, database_url: str, clock: Clock) -> AsyncIterator[Store]:
    url = database_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))
    async with open_store(url, clock) as opened:
        yield opened


async def test_the_life_of_a_daily_post(either: Store) -> None:
    store = either
    subscribed = await store.transact(posts.subscribe(DAILY, NOON))
    assert subscribed.next.at == NINE
    kind = posts.kind_of(Platform.TELEGRAM)
    assert await store.get(due.when(kind, DAILY.token)) == NINE

    question = DailyQuestion(
        DAILY.token, DAY, replace(GROUP, title=""), "q-one", (1, 0, 2), NINE, NINE + timedelta(days=1)
    )
    await store.transact(deliveries.attempt(DAILY.token, subscribed.next, "tip-one", question, NINE))
    tried = await store.get(deliveries.dossier(DAILY.token, DAY))
    assert tried is not None
    assert (tried.record, tried.tip, tried.question) == (Record(Outcome.OPEN, 1, NINE), "tip-one", question)
    assert (tried.seen_tips, tried.seen_questions, tried.last) == ({}, {}, None)

    ended = posts.settle(DAILY.token, subscribed.next, Outcome.SENT, NINE, message_id=5)
    following = await store.transact(ended)
    assert following is not None
    assert following.at == NINE + timedelta(days=1)
    after = await store.get(deliveries.dossier(DAILY.token, following.day))
    assert after is not None
    assert (after.seen_tips, after.seen_questions, after.last) == ({"tip-one": DAY}, {"q-one": DAY}, question)


async def test_answers_count_once_and_make_a_leaderboard(either: Store) -> None:
    store, moved = either, Migrated(Platform.TELEGRAM, GROUP.id, -77002)
    question = DailyQuestion(
        DAILY.token, DAY, replace(GROUP, title=""), "q-one", (1, 0, 2), NINE, NINE + timedelta(days=1)
    )
    await store.transact(daily_questions.put(question))
    assert await daily_questions.answer(store.writer, question, ANN, 1, NINE)
    assert not await daily_questions.answer(store.writer, question, ANN, 0, NINE)
    assert await daily_questions.answer(store.writer, question, BEN, 2, NINE)
    assert await store.get(daily_questions.tally(question)) == Tally(answered=2, right=1)
    await store.transact(chats.move(moved))
    there = Chat(Platform.TELEGRAM, -77002, ChatKind.GROUP)
    board = await store.get(results.leaders(there, NINE, 9))
    assert [(one.user.id, one.points, one.right, one.answered, one.rank) for one in board] == [
        (ANN.id, 10, 1, 1, 1),
        (BEN.id, 0, 0, 1, 2),
    ]
    assert not await store.get(results.leaders(there, NINE + timedelta(days=1), 9))
    assert not await store.get(results.leaders(GROUP, None, 9))


async def test_a_chat_that_moves_onto_one_with_a_post_keeps_only_that(either: Store) -> None:
    store = either
    there = Subscription(
        "00000000000770bb", Chat(Platform.TELEGRAM, -77004, ChatKind.GROUP), DAILY.times, Kinds.TIP, "", BEN
    )
    here = Subscription(
        "00000000000770cc", Chat(Platform.TELEGRAM, -77003, ChatKind.GROUP), DAILY.times, Kinds.TIP, "", ANN
    )
    for wanted in (here, there):
        await store.transact(posts.subscribe(wanted, NOON))
    await store.transact(chats.move(Migrated(Platform.TELEGRAM, -77003, -77004)))
    assert await store.get(subscriptions.by_token(here.token)) is None
    kept = await store.get(subscriptions.of_chat(there.chat))
    assert kept is not None
    assert kept.token == there.token


async def test_a_vote_can_be_changed_and_the_least_helpful_come_first(either: Store) -> None:
    store = either
    for tip, user, helpful in (("a", ANN, True), ("b", ANN, False), ("b", BEN, True), ("b", BEN, False)):
        await store.transact(votes.put(tip, user, NOON, helpful=helpful))
    assert await store.get(votes.counts(9)) == [Votes("b", 0, 2), Votes("a", 1, 0)]


async def test_a_post_goes_to_a_home_and_back_with_all_that_was_sent(either: Store) -> None:
    store = either
    hall, home, own = (
        Chat(Platform.DISCORD, 77100 + n, ChatKind.GROUP, f"r{n}", space=77109) for n in range(3)
    )
    for room in (hall, home, own):
        await store.transact(chats.seen(room, NOON))
    set_up = replace(DAILY, token="00000000000771aa", chat=hall, asked="c77100")
    stays = replace(DAILY, token="00000000000771bb", chat=own)
    for wanted in (set_up, stays):
        await store.transact(posts.subscribe(wanted, NOON))
    (found,) = await store.get(subscriptions.set_up_in(home))
    assert (found.token, found.chat) == (set_up.token, hall)

    assert await store.transact(posts.go_home(found, home))
    moved = await store.get(subscriptions.of_chat(home))
    assert moved == replace(found, chat=home)
    assert await store.get(subscriptions.of_chat(hall)) is None
    assert not await store.transact(posts.go_home(stays, home)), "that has one already"

    back = await store.transact(posts.leave_home(home))
    assert back == found
    assert await store.transact(posts.leave_home(hall)) is None, "it is where it was set up"
    assert await store.transact(posts.leave_home(own)) is None, "asked for by command, it stays"


async def test_a_post_stays_lost_when_its_old_room_has_its_own_by_now(either: Store) -> None:
    store = either
    hall, home = (Chat(Platform.DISCORD, 77200 + n, ChatKind.GROUP, f"r{n}", space=77209) for n in range(2))
    set_up = replace(DAILY, token="00000000000772aa", chat=home, asked="c77200")
    for wanted in (set_up, replace(DAILY, token="00000000000772bb", chat=hall)):
        await store.transact(posts.subscribe(wanted, NOON))
    planned = next_post(set_up.times, NOON, None)
    assert await store.transact(posts.go_back(set_up, planned, NOON, "gone")) == posts.Retreat(None, None)
