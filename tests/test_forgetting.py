"""Whoever asks is forgotten: in every table, every byte of the file, new backups, and after a restore."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core import Core
from bot.keyring import Keyring, open_keyring
from bot.model import Addressed, Chat, ChatKind, Message, Platform, Press, User
from bot.quiz.model import Phase
from bot.reply import File, Reply, plain_text
from bot.store import personal, results
from bot.store.backup import KEPT, back_up, expire, restore
from bot.store.columns import CHAT, USER
from bot.store.schema import StoreError
from bot.store.store import Store, open_store
from bot.store.tables import metadata
from tests.conftest import Clock
from tests.core import core
from tests.hosting.house import Wall

ANN = User(Platform.TELEGRAM, 7_123_456_789_012, "Zebulon Quixote")
ANN_TOO = User(Platform.DISCORD, 1_234_567_890_123_456_789, "Zeb Discordian")
BEN = User(Platform.TELEGRAM, 6_000_000_000_077, "Benedikta Other")
GROUP = Chat(Platform.TELEGRAM, -1_009_876_543, ChatKind.GROUP, "Learners")


@dataclass
class Home:
    """The bot, and the people who talk to it."""

    core: Core
    store: Store
    clock: Clock
    wall: Wall

    async def says(self, user: User, text: str, chat: Chat | None = None) -> Reply:
        self.clock.pass_(seconds=5)  # nobody floods
        chat = chat or private(user)
        reply = await self.core.router.respond(Message(user, chat, 1, text, Addressed.COMMAND))
        await self.core.quizmaster.settle()
        return reply or Reply()

    async def presses(self, user: User, reply: Reply, label: str, chat: Chat | None = None) -> Reply:
        button = next(b for row in reply.buttons for b in row if b.label == label)
        assert button.action is not None
        self.clock.pass_(seconds=5)
        press = Press(user, chat or private(user), 1, button.action.encode())
        answer = await self.core.router.respond(press)
        await self.core.quizmaster.settle()
        return answer or Reply()

    async def lives(self, user: User) -> None:
        """Leaves a trace in everything a person can leave one in."""
        await self.says(user, "/whatis rag")
        await self.says(user, "/tip", GROUP)
        await self.says(user, "/report this is wrong")
        await self.says(user, "/whatis")
        await self.says(user, "/progress Vienna")
        await self.presses(user, await self.says(user, "/progress"), "Reminders: off")
        await self.practises(user)
        await self.says(user, "/link")
        await self.says(user, "/link WRONG-CODE")
        await self.says(user, "/quiz rag 3")
        await self.core.quizmaster.settle()

    async def practises(self, user: User) -> None:
        reply = await self.says(user, "/practice")
        for _ in range(3):
            reply = await self.presses(user, reply, "A")

    async def forgets(self, user: User) -> Reply:
        return await self.presses(user, await self.says(user, "/forgetme"), "Delete it all")


def private(user: User) -> Chat:
    """On Discord a private chat has an id of its own."""
    number = user.id if user.platform is Platform.TELEGRAM else user.id + 1
    return Chat(user.platform, number, ChatKind.PRIVATE, user.name)


class Walls(Wall):
    async def private_chat(self, user: User) -> Chat:
        return private(user)


@asynccontextmanager
async def home(folder: Path, clock: Clock, keyring: Keyring | None = None) -> AsyncIterator[Home]:
    async with core(folder, clock, keyring=keyring) as (built, platforms, store):
        wall = Walls(clock, Platform.TELEGRAM)
        platforms |= {Platform.TELEGRAM: wall, Platform.DISCORD: wall}
        await built.quizmaster.wake()
        try:
            yield Home(built, store, clock, wall)
        finally:
            await built.quizmaster.close()


def traces(user: User) -> list[bytes]:
    """The id as text and as SQLite's big-endian whole number (sqlite.org/fileformat2.html), and the name."""
    size = 6 if user.id < 2**47 else 8
    return [str(user.id).encode(), user.id.to_bytes(size, "big"), user.name.encode()]


def found(folder: Path, user: User) -> set[tuple[str, bytes]]:
    """Which traces are in which file of the database, its log and its backups."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {(path.name, trace) for path in files for trace in traces(user) if trace in path.read_bytes()}


def address(folder: Path) -> str:
    return f"sqlite:///{folder / 'core.db'}"


async def test_nothing_is_left_of_whoever_asks(tmp_path: Path, clock: Clock) -> None:
    async with home(tmp_path, clock, open_keyring(tmp_path)) as bot:
        for user in (ANN, BEN):
            await bot.lives(user)
        assert {trace for _, trace in found(tmp_path, ANN)} == set(traces(ANN)), (
            "the search finds nothing at all"
        )
        done = await bot.forgets(ANN)
        assert "I know nothing about you any more" in plain_text(done)
        backup = back_up(address(tmp_path), tmp_path / "backups", clock())
        assert found(tmp_path, ANN) == set()
        assert {trace for name, trace in found(tmp_path, BEN) if name == backup.name} == set(traces(BEN))
    assert found(tmp_path, ANN) == set()


async def test_both_accounts_of_a_linked_person_are_forgotten(tmp_path: Path, clock: Clock) -> None:
    async with home(tmp_path, clock) as bot:
        await linked(bot)
        await bot.lives(ANN_TOO)
        await bot.forgets(ANN)
        assert found(tmp_path, ANN) == found(tmp_path, ANN_TOO) == set()


async def linked(bot: Home) -> None:
    code = re.search(r"/link \S+", plain_text(await bot.says(ANN, "/link")))
    assert code is not None
    assert "Joined with" in plain_text(await bot.says(ANN_TOO, code[0]))


async def test_somebody_who_comes_back_is_new(tmp_path: Path, clock: Clock) -> None:
    async with home(tmp_path, clock) as bot:
        await bot.lives(ANN)
        await bot.forgets(ANN)
        await bot.says(ANN, "/whatis rag")
        assert "Level 1" in plain_text(await bot.says(ANN, "/progress"))
        data = await mine(bot, ANN)
        assert len(data["learning_events"]) == 1
        assert data["members"][0]["name"] == ANN.name


async def test_a_restored_backup_forgets_them_again(tmp_path: Path, clock: Clock) -> None:
    keyring = open_keyring(tmp_path)
    async with home(tmp_path, clock, keyring) as bot:
        for user in (ANN, BEN):
            await bot.lives(user)
    backup = back_up(address(tmp_path), tmp_path / "elsewhere", clock())
    clock.pass_(days=3)
    async with home(tmp_path, clock, keyring) as bot:
        await bot.forgets(ANN)
    assert await restore(backup, address(tmp_path), keyring, clock) == 1
    backup.unlink()
    assert found(tmp_path, ANN) == set()
    async with home(tmp_path, clock, keyring) as bot:
        assert len((await mine(bot, BEN))["learning_events"]) > 3


async def test_also_when_the_database_that_knew_of_it_is_lost(tmp_path: Path, clock: Clock) -> None:
    keyring = open_keyring(tmp_path)
    async with home(tmp_path, clock, keyring) as bot:
        await bot.lives(ANN)
    backup = back_up(address(tmp_path), tmp_path / "elsewhere", clock())
    async with home(tmp_path, clock, keyring) as bot:
        await bot.forgets(ANN)
    lose(tmp_path)
    assert await restore(backup, address(tmp_path), open_keyring(tmp_path), clock) == 1


def lose(folder: Path) -> None:
    for path in folder.glob("core.db*"):
        path.unlink()


async def test_whoever_came_back_before_the_backup_stays(tmp_path: Path, clock: Clock) -> None:
    keyring = open_keyring(tmp_path)
    async with home(tmp_path, clock, keyring) as bot:
        await bot.lives(ANN)
        await bot.forgets(ANN)
        clock.pass_(days=1)
        await bot.says(ANN, "/whatis rag")
    backup = back_up(address(tmp_path), tmp_path / "elsewhere", clock())
    assert await restore(backup, address(tmp_path), keyring, clock) == 0
    async with home(tmp_path, clock, keyring) as bot:
        assert len((await mine(bot, ANN))["learning_events"]) == 1


async def test_a_running_quiz_goes_on_without_a_name(tmp_path: Path, clock: Clock) -> None:
    async with home(tmp_path, clock) as bot:
        await bot.says(BEN, "/quiz rag 3", GROUP)
        (quiz,) = [running.quiz for running in [bot.core.quizmaster.running(GROUP)] if running]
        await bot.core.quizmaster.join(quiz, ANN, GROUP)
        await bot.core.quizmaster.start(quiz, BEN)
        await bot.core.quizmaster.settle()
        for user in (ANN, BEN):
            assert await bot.core.quizmaster.answer(quiz, 0, 0, user, clock()) is None
        await bot.forgets(ANN)
        assert found(tmp_path, ANN) == set()
        while (running := bot.core.quizmaster.find(quiz)) is not None:
            clock.pass_(minutes=2)
            if running.phase is Phase.OPEN:
                await bot.core.quizmaster.answer(quiz, running.number, 0, BEN, clock())
            await bot.core.quizmaster.timed_out(quiz)
            await bot.core.quizmaster.settle()
        assert found(tmp_path, ANN) == set()
        leaders = await bot.store.get(results.leaders(GROUP, None, 10))
        assert [leader.user.id for leader in leaders] == [BEN.id]
        assert any("Somebody" in said for said in bot.wall.said.values())
    async with home(tmp_path, clock) as bot:  # the rows, too, still make a quiz
        assert await bot.core.quizmaster.plan(quiz) is not None


async def mine(bot: Home, user: User) -> dict[str, list[dict[str, object]]]:
    reply = await bot.says(user, "/mydata")
    (file,) = (block for block in reply.blocks if isinstance(block, File))
    data: dict[str, list[dict[str, object]]] = json.loads(file.content)
    return data


async def test_my_data_is_all_of_mine_on_both_platforms_and_nobody_elses(
    tmp_path: Path, clock: Clock
) -> None:
    async with home(tmp_path, clock) as bot:
        await linked(bot)
        for user in (ANN, ANN_TOO, BEN):
            await bot.lives(user)
        data = await mine(bot, ANN)
        events = [(row["platform"], row["user_id"]) for row in data["learning_events"]]
        assert set(events) == {(ANN.platform, ANN.id), (ANN_TOO.platform, ANN_TOO.id)}
        assert data["record"]["events"] == len(events)  # type: ignore[call-overload]
        told = json.dumps(data, ensure_ascii=False)
        assert ANN.name in told
        assert ANN_TOO.name in told
        assert BEN.name not in told
        assert str(BEN.id) not in told
        assert {"members", "reports", "people", "practice_sessions", "quizzes"} <= set(data)


async def test_asking_first_deletes_nothing(tmp_path: Path, clock: Clock) -> None:
    async with home(tmp_path, clock) as bot:
        await bot.says(ANN, "/whatis rag")
        kept = await bot.presses(ANN, await bot.says(ANN, "/forgetme"), "Keep it")
        assert "Nothing was deleted" in plain_text(kept)
        assert len((await mine(bot, ANN))["learning_events"]) == 1


def test_every_column_that_could_name_somebody_is_marked() -> None:
    """Or it would be neither shown to them nor deleted."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if re.search(r"user|member|(opener|by|owner)_id", column.name):
                assert column.info.get(USER) or column.name.endswith("_name"), f"{table.name}.{column.name}"
                assert "platform" in table.c, table.name
            if re.search(r"chat_id", column.name):
                assert column.info.get(CHAT), f"{table.name}.{column.name}"


def test_backups_expire(tmp_path: Path, clock: Clock, store: Store) -> None:
    folder = tmp_path / "backups"
    first = back_up(f"sqlite:///{tmp_path / 'whatis.db'}", folder, clock())
    (folder / "whatis-mine.db").touch()
    clock.pass_(days=KEPT.days - 1)
    assert expire(folder, clock()) == []
    clock.pass_(days=2)
    assert expire(folder, clock()) == [first]
    assert [path.name for path in folder.iterdir()] == ["whatis-mine.db"]


async def test_a_restore_says_what_it_cannot_use(tmp_path: Path, clock: Clock) -> None:
    keyring = Keyring(b"key")
    with pytest.raises(StoreError, match="There is no file"):
        await restore(tmp_path / "none.db", address(tmp_path), keyring, clock)
    (tmp_path / "junk.db").write_bytes(b"nothing like a database" * 100)
    with pytest.raises(StoreError, match=r"is no backup of whatis-bot"):
        await restore(tmp_path / "junk.db", address(tmp_path), keyring, clock)
    async with open_store(address(tmp_path), clock, exclusive=True):
        backup = back_up(address(tmp_path), tmp_path / "backups", clock())
        with pytest.raises(StoreError, match="Another whatis-bot runs"):
            await restore(backup, address(tmp_path), keyring, clock)
    with pytest.raises(StoreError, match="Only a SQLite database"):
        await restore(backup, "postgresql://host/name", keyring, clock)


async def test_what_was_there_before_a_restore_is_kept_among_the_backups(
    tmp_path: Path, clock: Clock
) -> None:
    keyring = Keyring(b"key")
    async with open_store(address(tmp_path), clock):
        pass
    backup = back_up(address(tmp_path), tmp_path / "elsewhere", clock())
    clock.pass_(days=1)
    await restore(backup, address(tmp_path), keyring, clock)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["whatis-20261125-120000.db"]
    async with open_store(address(tmp_path), clock) as store:
        assert await store.get(personal.forgotten_marks()) == {}


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    one, other = open_keyring(tmp_path / "data"), open_keyring(tmp_path / "data")
    assert one.mark("a", "b") == other.mark("a", "b") != one.mark("b", "b")
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    at = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    one.note_forgotten(["m1", "m2"], at)
    assert other.noted() == {"m1": at, "m2": at}
