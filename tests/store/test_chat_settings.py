"""What holds for a whole group or server, and what a chat has alone; on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

import bot.store
from bot.features.rules import OF_THE_WEEK
from bot.model import Chat, ChatKind, Migrated, Platform, User
from bot.store import chat_settings, chats, results
from bot.store.results import Result
from bot.store.store import Store, open_store
from tests.conftest import NOON, Clock

ANN = User(Platform.DISCORD, 88011, "Ann")
GENERAL = Chat(Platform.DISCORD, 88001, ChatKind.GROUP, "general", space=88000)
QUIZ = Chat(Platform.DISCORD, 88002, ChatKind.GROUP, "quiz", space=88000)
ELSEWHERE = Chat(Platform.DISCORD, 88003, ChatKind.GROUP, "general", space=88009)
NOT_SAID = Chat(Platform.DISCORD, QUIZ.id, ChatKind.GROUP, "quiz")
"""The room, spoken of by somebody who does not know its server."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, database_url: str) -> str:
    return database_url if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@pytest.fixture
async def either(url: str, clock: Clock) -> AsyncIterator[Store]:
    async with open_store(url, clock) as opened:
        yield opened


async def test_what_is_set_in_one_room_holds_in_all_of_the_server(either: Store) -> None:
    store = either
    await store.transact(chat_settings.put(GENERAL, "zone", "Asia/Tokyo", ANN))
    assert await store.get(chat_settings.of_chat(QUIZ)) == {"zone": "Asia/Tokyo"}
    assert await store.get(chat_settings.of_chat(ELSEWHERE)) == {}
    assert await store.get(chat_settings.of_chat(NOT_SAID)) == {}, "nobody has seen it there yet"
    await store.transact(chats.seen(QUIZ, NOON))
    await store.transact(chats.seen(NOT_SAID, NOON))
    assert await store.get(chat_settings.of_chat(NOT_SAID)) == {"zone": "Asia/Tokyo"}
    assert await store.transact(chat_settings.drop(QUIZ, "zone", "UTC")) is None
    by = await store.transact(chat_settings.drop(QUIZ, "zone", "Asia/Tokyo"))
    assert by == User(Platform.DISCORD, ANN.id, "")
    assert await store.get(chat_settings.of_chat(GENERAL)) == {}


async def test_what_a_room_has_alone_stands_above_until_it_is_set_there(either: Store) -> None:
    store, room = either, Chat(Platform.DISCORD, 88011, ChatKind.GROUP, "own", space=88010)
    other = Chat(Platform.DISCORD, 88012, ChatKind.GROUP, "other", space=88010)
    await store.transact(chat_settings.put_alone(room, "quiet", "off"))
    await store.transact(chat_settings.put(other, "quiet", "22-7"))
    assert await store.get(chat_settings.of_chat(room)) == {"quiet": "off"}
    assert await store.get(chat_settings.alone(room)) == {"quiet": "off"}
    assert await store.get(chat_settings.of_chat(other)) == {"quiet": "22-7"}
    await store.transact(chat_settings.put(room, "quiet", "0-6"))
    assert await store.get(chat_settings.of_chat(room)) == {"quiet": "0-6"}
    assert await store.get(chat_settings.of_chat(other)) == {"quiet": "0-6"}
    assert await store.get(chat_settings.alone(room)) == {}


async def test_a_group_that_moves_takes_its_settings_along(either: Store) -> None:
    store = either
    old = Chat(Platform.TELEGRAM, -88020, ChatKind.GROUP, "Learners")
    new = Chat(Platform.TELEGRAM, -100088020, ChatKind.GROUP, "Learners", space=-100088020)
    await store.transact(chat_settings.put(old, "quiz-home", "t0"))
    await store.transact(chats.move(Migrated(Platform.TELEGRAM, old.id, new.id)))
    assert await store.get(chat_settings.of_chat(new)) == {"quiz-home": "t0"}
    assert await store.get(chat_settings.of_chat(old)) == {}


async def test_a_setting_is_found_by_its_value(either: Store) -> None:
    store = either
    await store.transact(chats.seen(QUIZ, NOON))
    await store.transact(chat_settings.put_alone(NOT_SAID, "quiz-weekly-id", "aa88"))
    await store.transact(chat_settings.put(GENERAL, "quiz-weekly-id", "bb88"))
    await store.transact(chat_settings.put(GENERAL, "quiz-weekly-at", "c88001"))
    mine = await store.get(chat_settings.holder("quiz-weekly-id", "aa88"))
    assert mine is not None
    assert (mine.chat.id, mine.chat.space) == (QUIZ.id, QUIZ.space)
    assert mine.settings == {"quiz-weekly-id": "aa88"}
    whole = await store.get(chat_settings.holder("quiz-weekly-id", "bb88"))
    assert whole is not None
    assert whole.chat.id == GENERAL.space
    assert whole.settings == {"quiz-weekly-id": "bb88", "quiz-weekly-at": "c88001"}
    assert await store.get(chat_settings.holder("quiz-weekly-id", "cc88")) is None


async def test_a_leaderboard_of_all_rooms(either: Store) -> None:
    store, ben = either, User(Platform.DISCORD, 88031, "Ben")
    rooms = [Chat(Platform.DISCORD, 88030 + n, ChatKind.GROUP, f"r{n}", space=88039) for n in (1, 2)]
    for number, room in enumerate(rooms):
        await store.transact(chats.seen(room, NOON))
        await store.transact(results.keep(8800 + number, [Result(ben, room, 10, 1, 1, 1)], NOON))
    (here,) = await store.get(results.leaders(rooms[0], None, 5))
    (everywhere,) = await store.get(results.leaders(rooms[0], None, 5, whole=True))
    assert (here.points, everywhere.points, everywhere.quizzes) == (10, 20, 2)


def at_version(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.store.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


async def test_what_was_set_before_there_were_servers_keeps_its_meaning(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    rows = [
        ("discord", 1, "quiz-weekly", "2 18"), ("discord", 1, "quiz-weekly-id", "aa"),
        ("discord", 2, "quiz-weekly", "off"), ("discord", 2, "quiz-weekly-id", "bb"),
        ("discord", 2, "quiz-announce", "on"), ("discord", 2, "zone", "Asia/Tokyo"),
        ("discord", 3, "quiz-weekly-id", "cc"), ("discord", 3, "quiz-starters", "admins"),
    ]  # fmt: skip
    old_database(url, rows)
    async with open_store(url, clock) as store:
        rooms = [Chat(Platform.DISCORD, n, ChatKind.GROUP, f"r{n}", space=9) for n in (1, 2, 3)]
        weekly = {"quiz-weekly": "2 18", "quiz-weekly-id": "aa", "quiz-announce": "off", "quiz-weekly-at": ""}
        assert [await store.get(chat_settings.of_chat(room)) for room in rooms] == [
            weekly,
            {"zone": "Asia/Tokyo"},
            {"quiz-starters": "admins"},
        ]
        assert set(weekly) == OF_THE_WEEK


def old_database(url: str, rows: list[tuple[str, int, str, str]]) -> None:
    """A database as the version before left it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        at_version(connection, "0004")
        insert = text("INSERT INTO chat_settings VALUES (:p, :c, 0, :k, :v)")
        for platform, chat, key, value in rows:
            connection.execute(insert, {"p": platform, "c": chat, "k": key, "v": value})
    engine.dispose()
