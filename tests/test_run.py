"""`whatis-bot run` as an admin starts it: the real process, the real clients, both platforms on loopback."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram.driver import FakeTelegram

Process = asyncio.subprocess.Process
STOP_WITHIN = 5.0


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WHATIS_")}
    given = {f"WHATIS_{name.upper()}": value for name, value in settings.items()}
    return kept | {"WHATIS_DATA_DIR": str(folder)} | given


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Process]:
    """The bot's process; killed at the end if it still lives. Its log goes to `log` in the folder."""
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env=environment(folder, **settings), stderr=log
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def stop(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(STOP_WITHIN):
        return await process.wait()


def logged(folder: Path) -> str:
    return (folder / "log").read_text("utf-8")


def tg(telegram: FakeTelegram, token: str) -> dict[str, str]:
    return {"telegram_token": token, "telegram_api_url": telegram.url}


def dc(discord: FakeDiscord, token: str = "") -> dict[str, str]:
    return {
        "discord_token": token or discord.token,
        "discord_api_url": discord.api_url,
        "discord_gateway_url": discord.gateway_url,
    }


async def test_both_platforms_are_served_at_once_and_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        bot = telegram.bot("whatis_bot")
        ann = telegram.private(bot, "Ann")
        channel = discord.guild("Club").channel("general")
        async with running(tmp_path, **tg(telegram, bot.token), **dc(discord)) as process:
            await discord.connected()
            await ann.says("/whatis rag")
            await channel.member("Bob").slash("whatis", term="gan")
            await ann.heard("Retrieval-augmented generation")
            await channel.heard("Two neural networks trained against each other")
            assert await stop(process) == 0
    assert bot.token not in logged(tmp_path)
    assert discord.token not in logged(tmp_path)


async def test_a_platform_that_refuses_the_login_does_not_stop_the_other(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        bot = telegram.bot("whatis_bot")
        ann = telegram.private(bot, "Ann")
        wrong = dc(discord, "MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong0.wrong-wrong-wrong-wrong-wrong")
        async with running(tmp_path, **tg(telegram, bot.token), **wrong) as process:
            await ann.says("/whatis rag")
            await ann.heard("Retrieval-augmented generation")
            assert await stop(process) == 0
    assert "login refused" in logged(tmp_path)
    assert "discord.com/developers/applications" in logged(tmp_path)


async def test_when_every_platform_refuses_the_process_ends_with_2(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, running(tmp_path, **tg(telegram, "1234567:wrong")) as process:
        assert await process.wait() == 2
    assert "BotFather" in logged(tmp_path)


async def test_without_a_network_at_start_it_comes_up_when_it_can(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        bot = telegram.bot("whatis_bot")
        ann = telegram.private(bot, "Ann")
        channel = discord.guild("Club").channel("general")
        await telegram.server.unplug()
        async with running(tmp_path, **tg(telegram, bot.token), **dc(discord)) as process:
            await discord.connected()
            await channel.member("Bob").slash("whatis", term="gan")
            await channel.heard("Two neural networks trained against each other")
            await telegram.server.plug_in()
            await ann.says("/whatis rag")
            await ann.heard("Retrieval-augmented generation")
            assert await stop(process) == 0


async def test_killed_and_started_again_it_asks_on_where_it_was(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        bot = telegram.bot("whatis_bot")
        ann = telegram.private(bot, "Ann")
        async with running(tmp_path, **tg(telegram, bot.token)):
            await ann.says("/whatis")
            await ann.heard("Which word shall I explain?")
        async with running(tmp_path, **tg(telegram, bot.token)):
            await ann.says("rag")
            await ann.heard("Retrieval-augmented generation")


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *arguments]
    env = environment(folder, **settings)
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    ended = run(tmp_path, "run")
    assert ended.returncode == 2
    assert "@BotFather" in ended.stderr
    assert "whatis-bot chat" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"owners": "ann"}, "WHATIS_OWNERS"),
        ({"database_url": "mysql://x/y", "telegram_token": "1:x"}, "Write sqlite:///path/to/file.db"),
    ],
)
def test_a_setting_that_is_wrong_is_named(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    ended = run(tmp_path, "run", **settings)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_two_bots_on_one_database_are_refused(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram:
        bot = telegram.bot("whatis_bot")
        async with running(tmp_path, **tg(telegram, bot.token)):
            await telegram.called("getMe")
            ended = await asyncio.to_thread(run, tmp_path, "run", **tg(telegram, bot.token))
    assert ended.returncode == 2
    assert "Another whatis-bot runs on" in ended.stderr


def chat(folder: Path, *lines: str, **settings: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json"],
        cwd=folder, env=environment(folder, **settings), input="\n".join(lines) + "\n",
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout


def test_a_script_talks_to_the_bot_line_by_line(tmp_path: Path) -> None:
    import json  # noqa: PLC0415

    lines = ("/whatis genai", "/compare genai traditional ai", "/models text image", "@ann thanks")
    events = [json.loads(line) for line in chat(tmp_path, *lines).splitlines()]
    assert [event["event"] for event in events] == ["message", "done"] * 3 + ["done"]
    assert set(events[0]) == {"event", "chat", "text", "buttons", "picture", "private"}
    assert "Generative AI" in events[0]["text"]
    assert "Where is it applied?" in events[2]["text"]
    assert "Text to image" in events[4]["text"]


def test_an_entry_of_ones_own_that_changed_since_the_last_start_is_the_new_one(tmp_path: Path) -> None:
    own = shutil.copytree(Path(__file__).parent.parent / "docs" / "own-entries", tmp_path / "own")
    (entry,) = own.rglob("prompt-clinic.md")
    before = entry.read_text("utf-8")
    line = re.search(r"^one_liner: (.*)$", before, re.MULTILINE)
    assert line is not None
    for words in (line[1].strip('"'), "A room where prompts get well."):
        entry.write_text(before.replace(line[0], f"one_liner: {words}"), "utf-8")
        for _ in range(2):
            assert words in chat(tmp_path, "/whatis prompt clinic", content_dir=str(own))


def test_reports_are_read_and_resolved_from_the_command_line(tmp_path: Path) -> None:
    chat(tmp_path, "/report the RAG entry has a dead link", "flux capacitor", "flux capacitor")
    (tmp_path / "chat.db").rename(tmp_path / "whatis.db")
    listed = run(tmp_path, "report").stdout
    assert "the RAG entry has a dead link" in listed
    assert "2 × flux capacitor" in listed
    assert "Report 1 is resolved." in run(tmp_path, "report", "--resolve", "1").stdout
    assert "No open reports." in run(tmp_path, "report").stdout
