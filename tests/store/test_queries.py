"""What is kept, and what is not."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.learners import Learners
from bot.model import Chat, ChatKind, Migrated, Platform, User
from bot.prompts import WAIT, Prompts
from bot.store import chats, lookups, reports, updates
from bot.store.store import Store
from tests.conftest import NOON, Clock

ANN = User(Platform.TELEGRAM, 1, "Ann")
GROUP = Chat(Platform.TELEGRAM, -5, ChatKind.GROUP, "Learners")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Flux Capacitor", "flux capacitor"),
        ("ask @bob about xyz", "ask about xyz"),
        ("call 0171 555 now", "call now"),
        ("see https://a.example/x here", "see here"),
        ("www.private.example", ""),
        ("mail me ann@example.org", "mail me"),
        ("x" * 100, "x" * 60),
    ],
)
def test_of_what_was_not_found_nothing_personal_is_kept(typed: str, kept: str) -> None:
    assert lookups.presentable(typed) == kept


async def test_words_not_found_are_counted_and_shown_after_two_askings(store: Store) -> None:
    for text in ("quantum soup", "Quantum  soup", "once only"):
        store.missed(text)
    await store.settle()
    assert await store.get(lookups.most_missed(2, 10)) == [("quantum soup", 2)]
    await store.transact(lookups.forget_missed("quantum soup"))
    assert await store.get(lookups.most_missed(2, 10)) == []


async def test_terms_shown_are_counted_by_day(store: Store, clock: Clock) -> None:
    for term in ("rag", "llm", "rag"):
        store.shown(term)
    await store.settle()
    clock.pass_(days=1)
    store.shown("rag")
    await store.settle()
    assert await store.get(lookups.most_shown(NOON.date(), 5)) == [("rag", 3), ("llm", 1)]
    assert await store.get(lookups.most_shown(clock().date(), 5)) == [("rag", 1)]


async def test_a_report_said_twice_is_one_report(store: Store) -> None:
    for _ in range(2):
        await store.transact(reports.add(ANN, "term", "rag", reason="old", note="", now=NOON))
    (only,) = await store.get(reports.unresolved(10))
    assert (only.subject, only.subject_id, only.reason) == ("term", "rag", "old")
    assert await store.transact(reports.resolve(only.id, NOON))
    assert not await store.transact(reports.resolve(only.id, NOON))
    assert await store.get(reports.unresolved(10)) == []


async def test_whoever_found_an_error_is_thanked_once_it_is_mended(store: Store) -> None:
    for number, (subject, helped) in enumerate((("term", True), ("tip", False), ("other", True)), start=1):
        await store.transact(reports.add(ANN, subject, "rag", reason="old", note="", now=NOON))
        assert await store.transact(reports.resolve(number, NOON, helped=helped))
    _, record = await Learners(store).record(ANN)
    assert record.helped == 1


async def test_a_chat_is_welcomed_once_even_after_it_threw_the_bot_out(store: Store) -> None:
    assert await store.transact(chats.welcome(GROUP, NOON))
    await store.transact(chats.left(GROUP, "kicked", NOON))
    assert not await store.transact(chats.welcome(GROUP, NOON))


async def test_a_group_that_moves_takes_everything_along(store: Store, clock: Clock) -> None:
    prompts = Prompts(store, clock)
    await store.transact(chats.welcome(GROUP, NOON))
    await prompts.ask(GROUP, ANN, "whatis")
    new = Chat(Platform.TELEGRAM, -100, ChatKind.GROUP, "Learners")
    await store.transact(chats.move(Migrated(Platform.TELEGRAM, -5, -100)))
    assert not await store.transact(chats.welcome(new, NOON))
    await prompts.load()
    assert await prompts.take(new, ANN) == "whatis"


async def test_a_move_to_a_chat_already_seen_loses_nobody(store: Store) -> None:
    new = Chat(Platform.TELEGRAM, -100, ChatKind.GROUP, "Learners")
    await store.transact(chats.welcome(GROUP, NOON))
    await store.transact(chats.seen(new, NOON))
    await store.transact(chats.move(Migrated(Platform.TELEGRAM, -5, -100)))
    assert await store.transact(chats.welcome(GROUP, NOON)), "the old id is free again"


async def test_a_prompt_waits_across_a_restart_but_not_for_ever(store: Store, clock: Clock) -> None:
    await Prompts(store, clock).ask(GROUP, ANN, "whatis")
    after_restart = Prompts(store, clock)
    await after_restart.load()
    assert await after_restart.take(GROUP, ANN) == "whatis"
    assert await after_restart.take(GROUP, ANN) == ""
    await after_restart.ask(GROUP, ANN, "compare")
    clock.pass_(seconds=WAIT.total_seconds() + 1)
    assert await after_restart.take(GROUP, ANN) == ""


async def test_old_updates_are_forgotten_and_new_ones_are_not(store: Store, clock: Clock) -> None:
    await store.claim([1])
    clock.pass_(days=4)
    await store.claim([2])
    await store.tidy()
    assert await store.claim([1, 2]) == {1}


async def test_forgetting_looks_at_the_time(store: Store) -> None:
    await store.claim([1])
    await store.transact(updates.forget(NOON - dt.timedelta(days=1)))
    assert await store.claim([1]) == set()
