"""The rows of what the bot posted where its posts do not stay, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.model import Chat, ChatKind, Migrated, Platform, User
from bot.staying import CHOICES, LONGEST, gone_at, kept_stay, read_stay
from bot.store import channels, chat_settings, chats, due, own_messages, personal, quizzes
from bot.store.own_messages import DUE, EVERY, MOST_ATTEMPTS, Batch, Sent
from bot.store.quizzes import Post, Sending
from bot.store.store import Store, open_store
from bot.store.tables import own_messages as rows
from tests.conftest import NOON, Clock

GROUP = Chat(Platform.TELEGRAM, -78001, ChatKind.GROUP, "Learners")
TOPIC = replace(GROUP, thread=7)
ANN, BEN = User(Platform.TELEGRAM, 78011, "Ann"), User(Platform.TELEGRAM, 78012, "Ben")
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(request: pytest.FixtureRequest, database_url: str, clock: Clock) -> AsyncIterator[Store]:
    url = database_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))
    async with open_store(url, clock) as opened:
        # The server stays from test to test.
        await opened.transact(_emptied)
        yield opened


async def _emptied(connection: object) -> None:
    await connection.execute(rows.delete())  # type: ignore[attr-defined]
    await due.cancel(DUE, Platform.TELEGRAM)(connection)  # type: ignore[arg-type]


def sent(*ids: int, at: datetime = NOON) -> list[Sent]:
    return [Sent(message_id, at) for message_id in ids]


async def overdue(store: Store, at: datetime, *, each: int = 100) -> list[tuple[int, tuple[int, ...]]]:
    found = await store.get(own_messages.overdue(Platform.TELEGRAM, at, chats=10, each=each))
    return [(batch.chat.id, batch.message_ids) for batch in found]


async def look(store: Store) -> datetime | None:
    return await store.get(due.when(DUE, Platform.TELEGRAM))


async def count(store: Store) -> int:
    return int(await store.get(lambda connection: connection.scalar(select(func.count()).select_from(rows))))


@pytest.mark.parametrize("text", ["", "for-ever", "7", "-5", "x", "99999999999"])
def test_a_length_nobody_knows_is_for_ever(text: str) -> None:
    assert read_stay(text) is None


def test_every_choice_is_read_as_it_was_kept_and_ends_before_a_bot_may_delete_no_more() -> None:
    assert [read_stay(kept_stay(stay)) for stay in (None, *CHOICES)] == [None, *CHOICES]
    assert max(CHOICES) <= LONGEST < timedelta(hours=48)
    late = NOON + timedelta(hours=40)
    assert gone_at(NOON, late, max(CHOICES)) == NOON + LONGEST


async def test_nothing_is_noted_where_posts_stay(either: Store) -> None:
    await either.transact(own_messages.posted(GROUP, sent(1), NOON))
    private = Chat(Platform.TELEGRAM, ANN.id, ChatKind.PRIVATE)
    await either.transact(chat_settings.put(private, "stay", "5"))
    await either.transact(own_messages.posted(private, sent(1), NOON))
    assert await count(either) == 0
    assert await look(either) is None


async def test_the_length_holds_in_all_rooms_of_a_group(either: Store) -> None:
    server = [Chat(Platform.TELEGRAM, -78100 - n, ChatKind.GROUP, space=-78100) for n in (1, 2)]
    for here, there in ((TOPIC, GROUP), server):
        await either.transact(chats.seen(here, NOON))
        await either.transact(chats.seen(there, NOON))
        await either.transact(own_messages.choose(here, HALF))
        await either.transact(own_messages.posted(here, sent(1, 2), NOON))
        await either.transact(own_messages.posted(there, sent(3), NOON))
        assert await count(either) == 3
        assert await look(either) == NOON + HALF
        await either.transact(own_messages.choose(there, None))
        assert await count(either) == 0


async def test_a_change_counts_anew_and_never_makes_it_shorter(either: Store) -> None:
    await either.transact(own_messages.choose(GROUP, HALF))
    await either.transact(own_messages.posted(GROUP, sent(1), NOON))
    await either.transact(own_messages.posted(GROUP, sent(2), NOON + HOUR))  # a question that is open so long
    for message_id in (1, 2, 3):
        await either.transact(own_messages.changed(GROUP, message_id, NOON + timedelta(minutes=10)))
    assert await overdue(either, NOON + timedelta(minutes=39)) == []
    assert await overdue(either, NOON + timedelta(minutes=40)) == [(GROUP.id, (1,))]
    assert await overdue(either, NOON + HOUR + HALF) == [(GROUP.id, (1, 2))]


async def test_another_length_is_reckoned_from_when_it_was_over(either: Store) -> None:
    await either.transact(own_messages.choose(GROUP, max(CHOICES)))
    await either.transact(own_messages.posted(GROUP, sent(1), NOON + timedelta(hours=24)))
    assert await look(either) == NOON + LONGEST
    await either.transact(own_messages.choose(GROUP, HALF))
    assert await look(either) == NOON + timedelta(hours=24) + HALF


async def test_the_next_look_is_a_minute_away_unless_there_is_more(either: Store) -> None:
    await either.transact(own_messages.choose(GROUP, HALF))
    at = NOON + HALF
    await either.transact(own_messages.posted(GROUP, sent(1, 2, 3), NOON))
    await either.transact(own_messages.posted(GROUP, sent(4), NOON + EVERY / 2))
    assert await overdue(either, at, each=2) == [(GROUP.id, (1, 2))]
    await either.transact(own_messages.gone(Batch(GROUP, (1, 2), 0)))
    await either.transact(own_messages.look_again(Platform.TELEGRAM, at, at + EVERY))
    assert (await look(either) or NOON) <= at
    await either.transact(own_messages.gone(Batch(GROUP, (3,), 0)))
    await either.transact(own_messages.look_again(Platform.TELEGRAM, at, at + EVERY))
    assert await look(either) == at + EVERY
    await either.transact(own_messages.gone(Batch(GROUP, (4,), 0)))
    await either.transact(own_messages.look_again(Platform.TELEGRAM, at, at + EVERY))
    assert await look(either) is None


async def test_what_cannot_be_deleted_is_given_up_in_the_end(either: Store) -> None:
    await either.transact(own_messages.choose(GROUP, HALF))
    await either.transact(own_messages.posted(GROUP, sent(1), NOON))
    for attempt in range(MOST_ATTEMPTS):
        assert await count(either) == 1, attempt
        await either.transact(own_messages.put_off(Batch(GROUP, (1,), attempt), NOON + HOUR))
    assert await count(either) == 0


async def test_a_chat_that_moves_keeps_its_choice_and_drops_the_numbers(either: Store) -> None:
    """The new chat has numbers of its own: by the old ones, what members wrote there would go."""
    await either.transact(own_messages.choose(GROUP, HALF))
    await either.transact(own_messages.posted(GROUP, sent(1, 2), NOON))
    new = replace(GROUP, id=-78002)
    await either.transact(chats.move(Migrated(Platform.TELEGRAM, GROUP.id, new.id)))
    assert await count(either) == 0
    await either.transact(own_messages.posted(new, sent(1), NOON))
    assert await overdue(either, NOON + HALF) == [(new.id, (1,))]


async def quiz_in(store: Store, chat: Chat) -> int:
    """A quiz with a lobby, two questions of which one never arrived, and an offer in private."""
    opened = quizzes.create(ANN, {1: chat}, state="{}", settings="{}", alone=False, due_at=None, now=NOON)
    quiz = await store.transact(opened)
    await store.transact(quizzes.keep_post(quiz, Post(1, "lobby", NOON, 10)))
    await store.transact(quizzes.keep_post(quiz, Post(1, "offer", NOON, 99)))
    await store.transact(quizzes.keep_sending(quiz, Sending(0, 1, NOON, 11, asked_at=NOON)))
    await store.transact(quizzes.keep_sending(quiz, Sending(1, 1, NOON)))
    return quiz


async def test_a_quiz_goes_whole_but_what_was_said_in_private(either: Store) -> None:
    here = replace(GROUP, id=-78003)
    await either.transact(own_messages.choose(here, HALF))
    quiz = await quiz_in(either, here)
    await either.transact(own_messages.quiz_over(quiz, NOON + HOUR))
    assert await overdue(either, NOON + HOUR + HALF) == [(here.id, (10, 11))]
    await either.transact(quizzes.end(quiz, NOON))


async def test_a_quiz_whose_group_moved_meanwhile_stays(either: Store) -> None:
    here, there = replace(GROUP, id=-78004), replace(GROUP, id=-78005)
    await either.transact(own_messages.choose(here, HALF))
    quiz = await quiz_in(either, here)
    await either.transact(chats.move(Migrated(Platform.TELEGRAM, here.id, there.id)))
    await either.transact(own_messages.quiz_over(quiz, NOON + HOUR))
    assert await count(either) == 0
    following = await _after(either, quiz, there)
    await either.transact(own_messages.quiz_over(following, NOON + HOUR))
    assert await overdue(either, NOON + HOUR + HALF) == [(there.id, (10, 11))]
    await either.transact(quizzes.end(following, NOON))


async def _after(store: Store, quiz: int, chat: Chat) -> int:
    await store.transact(quizzes.end(quiz, NOON))
    return await quiz_in(store, chat)


async def test_looks_that_are_missing_are_set(either: Store) -> None:
    await either.transact(own_messages.choose(GROUP, HALF))
    await either.transact(own_messages.posted(GROUP, sent(1), NOON))
    await either.transact(due.cancel(DUE, Platform.TELEGRAM))
    assert await either.get(own_messages.platforms()) == [Platform.TELEGRAM]
    await either.transact(own_messages.look_by())
    assert await look(either) == NOON + HALF


async def test_channels_are_known_until_they_are_lost_and_ones_own_come_first(either: Store) -> None:
    one, two, three = (Chat(Platform.TELEGRAM, -78100 - n, ChatKind.CHANNEL, f"News {n}") for n in (1, 2, 3))
    for n, (channel, by) in enumerate(((one, ANN), (two, BEN), (three, BEN))):
        await either.transact(channels.keep(channel, by, datetime(2026, 11, 1 + n, tzinfo=UTC)))
    assert await either.get(channels.known(ANN, 9)) == [one, three, two]
    assert await either.get(channels.known(BEN, 2)) == [three, two]
    assert await either.get(channels.known(User(Platform.DISCORD, ANN.id, "Ann"), 9)) == []
    await either.transact(chats.left(one, "kicked", NOON))
    assert await either.get(channels.known(ANN, 9)) == [three, two]


async def test_forgetting_somebody_leaves_the_chats_as_they_are(either: Store) -> None:
    """What is posted in groups is nobody's; a channel stays known, but not by whose doing."""
    cem = User(Platform.TELEGRAM, 78013, "Cem")
    club = Chat(Platform.TELEGRAM, -78200, ChatKind.CHANNEL, "Club")
    await either.transact(channels.keep(club, cem, NOON))
    await either.transact(own_messages.choose(GROUP, HALF))
    await either.transact(own_messages.posted(GROUP, sent(1), NOON))
    account, private = (Platform.TELEGRAM, cem.id), (Platform.TELEGRAM, cem.id)
    told = await either.get(personal.everything([account], {private}))
    assert [row["chat_id"] for row in told["channels"]] == [club.id]
    await either.transact(personal.forget([account], {private}, {}))
    assert "channels" not in await either.get(personal.everything([account], {private}))
    assert club in await either.get(channels.known(cem, 9))
    assert await count(either) == 1
    await either.transact(chats.left(club, "the end", NOON))
