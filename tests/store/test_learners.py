"""Records in the store: kept up to date from the events, whoever is joined with whom."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import AsyncIterator

import pytest

from bot.learners import Learners, account
from bot.learning.events import Event, Kind
from bot.learning.record import replay
from bot.learning.session import Part, Purpose, Session, answered
from bot.model import Platform, User
from bot.quiz.model import Item
from bot.store import learners, links, practice
from bot.store.links import Failure, Linked
from bot.store.members import seen
from bot.store.practice import Stepped
from bot.store.store import Store, open_store
from tests.conftest import NOON, Clock

ANN = User(Platform.TELEGRAM, 1, "Ann")
ANN_TOO = User(Platform.DISCORD, 2, "Ann B")
BEN = User(Platform.TELEGRAM, 3, "Ben")
CEM = User(Platform.TELEGRAM, 4, "Cem")


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_store(request: pytest.FixtureRequest, database_url: str, clock: Clock) -> AsyncIterator[Store]:
    url = database_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))
    async with open_store(url, clock) as opened:
        yield opened


def event(user: User, number: int, *, minutes: float, right: bool = True) -> Event:
    at = NOON + dt.timedelta(minutes=minutes)
    return Event(account(user), f"e{number}", Kind.GROUP, f"term-{number % 4}", at, "q", right=right)


async def test_a_record_kept_in_the_store_is_the_replay_of_its_events(any_store: Store) -> None:
    """In whatever order they come, however often somebody looks, and with a link and a zone in between."""
    chance = random.Random(4)
    book = Learners(any_store)
    events = [
        event(chance.choice((ANN, ANN_TOO)), n, minutes=chance.randrange(90_000), right=chance.random() < 0.7)
        for n in range(120)
    ]
    for number, one in enumerate(events):
        await book.keep(one)
        if number == 40:
            await any_store.transact(learners.join((ANN.platform, ANN.id), (ANN_TOO.platform, ANN_TOO.id)))
        if number == 80:
            await any_store.transact(learners.set_zone(ANN_TOO, "Asia/Tokyo", NOON))
        if chance.random() < 0.3:
            await book.record(chance.choice((ANN, ANN_TOO)))
    for user in (ANN, ANN_TOO):
        learner, record = await book.record(user)
        assert learner.accounts == ((Platform.DISCORD, 2), (Platform.TELEGRAM, 1))
        assert record == replay(events, "Asia/Tokyo")
    await any_store.transact(learners.part(ANN))
    for user in (ANN, ANN_TOO):
        _, alone = await book.record(user)
        assert alone.events == len([e for e in events if e.account == account(user)])


async def test_rebuilding_works_every_record_out_anew(store: Store) -> None:
    book = Learners(store)
    for number, user in enumerate((ANN, ANN, BEN)):
        await book.keep(event(user, number, minutes=number))
    before = (await book.record(ANN))[1]
    await store.transact(learners.keep_record((await book.record(BEN))[0].person, "broken"))
    assert await book.rebuild() == 2
    assert (await book.record(ANN))[1] == before
    assert (await book.record(BEN))[1].events == 1


async def test_looking_again_reads_only_what_is_new(store: Store) -> None:
    book = Learners(store)
    for number in range(5):
        await book.keep(event(ANN, number, minutes=number))
    _, first = await book.record(ANN)
    await book.keep(event(ANN, 9, minutes=9))
    _, second = await book.record(ANN)
    assert (first.events, second.events) == (5, 6)


async def test_an_event_is_kept_once(store: Store) -> None:
    book = Learners(store)
    assert [await book.keep(event(ANN, 1, minutes=1)) for _ in range(2)] == [True, False]
    for _ in range(3):
        book.read(ANN, "rag", NOON)
    _, record = await book.record(ANN)
    assert record.terms["rag"].reads == 1


async def test_a_code_joins_once_and_only_in_time(any_store: Store) -> None:
    await any_store.transact(seen(ANN, NOON))
    await any_store.transact(links.give("hash-1", ANN, NOON))
    assert await any_store.transact(links.redeem("hash-1", ANN, NOON)) is Failure.OWN
    late = NOON + links.VALID
    assert await any_store.transact(links.redeem("hash-1", ANN_TOO, late)) is Failure.UNKNOWN
    assert await any_store.transact(links.redeem("hash-1", ANN_TOO, NOON)) == Linked(ANN)
    assert await any_store.transact(links.redeem("hash-1", BEN, NOON)) is Failure.UNKNOWN
    await any_store.transact(links.give("hash-2", ANN_TOO, NOON))
    assert await any_store.transact(links.redeem("hash-2", ANN, NOON)) is Failure.JOINED


async def test_a_newer_code_ends_the_older(store: Store) -> None:
    await store.transact(links.give("hash-1", ANN, NOON))
    await store.transact(links.give("hash-2", ANN, NOON))
    assert await store.transact(links.redeem("hash-1", ANN_TOO, NOON)) is Failure.UNKNOWN


async def test_nobody_guesses_at_codes_for_long(store: Store) -> None:
    await store.transact(links.give("right", ANN, NOON))
    for guess in range(links.TRIES):
        assert await store.transact(links.redeem(f"guess-{guess}", BEN, NOON)) is Failure.UNKNOWN
    assert await store.transact(links.redeem("right", BEN, NOON)) is Failure.TOO_OFTEN
    later = NOON + links.TRIES_WITHIN + dt.timedelta(seconds=1)
    await store.transact(links.give("fresh", ANN, later))
    assert await store.transact(links.redeem("fresh", BEN, later)) == Linked(User(ANN.platform, ANN.id, ""))


async def test_three_accounts_can_be_one_person(store: Store) -> None:
    await store.transact(learners.join((Platform.TELEGRAM, 1), (Platform.DISCORD, 2)))
    await store.transact(learners.join((Platform.TELEGRAM, 3), (Platform.DISCORD, 2)))
    assert len((await store.get(learners.find(BEN))).accounts) == 3
    assert not await store.transact(learners.join((Platform.TELEGRAM, 3), (Platform.TELEGRAM, 1)))


def practice_session() -> Session:
    return Session(Purpose.PRACTICE, "", (Part("rag", Item("q", (0, 1, 2), 0), 30),) * 2, NOON)


async def test_an_answer_in_practice_is_kept_with_the_step_it_makes(any_store: Store) -> None:
    number = await any_store.transact(practice.begin(CEM, practice_session(), NOON))
    mine, other = ((CEM.platform, CEM.id),), ((BEN.platform, BEN.id),)

    def step(session: Session) -> tuple[Session, object, list[Event]]:
        after, outcome = answered(session, 0, 0, NOON)
        return after, outcome, [event(CEM, 1, minutes=0)] if outcome else []

    assert await any_store.transact(practice.answer(number, other, step, NOON)) is None
    first = await any_store.transact(practice.answer(number, mine, step, NOON))
    again = await any_store.transact(practice.answer(number, mine, step, NOON))
    assert isinstance(first, Stepped)
    assert first.outcome is not None
    assert again == Stepped(first.session, None)
    left = await any_store.get(practice.unfinished(mine))
    assert left is not None
    assert left.session.place == 1
    assert len(await any_store.get(learners.events_of(mine))) == 1


async def test_beginning_anew_ends_what_was_left(store: Store) -> None:
    first = await store.transact(practice.begin(ANN, practice_session(), NOON))
    second = await store.transact(practice.begin(ANN, practice_session(), NOON))
    left = await store.get(practice.unfinished(((ANN.platform, ANN.id),)))
    assert left is not None
    assert first != left.id == second
