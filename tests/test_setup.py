"""`whatis-bot setup`: tokens are checked where they belong and written where only the owner reads them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.setup import TokenRefusedError, check_discord, check_telegram, with_values, write_env
from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram.driver import FakeTelegram


async def test_a_good_telegram_token_gives_the_link_to_a_group() -> None:
    async with FakeTelegram() as telegram:
        bot = telegram.bot("whatis_bot")
        found = await check_telegram(bot.token, telegram.url)
        assert found.name == "@whatis_bot"
        assert found.invite == "https://t.me/whatis_bot?startgroup=true"
        with pytest.raises(TokenRefusedError, match="@BotFather"):
            await check_telegram("1234567:wrong", telegram.url)


async def test_a_good_discord_token_gives_the_link_to_a_server() -> None:
    async with FakeDiscord() as discord:
        found = await check_discord(discord.token, discord.api_url)
        assert found.invite.startswith("https://discord.com/oauth2/authorize?client_id=")
        assert "applications.commands" in found.invite
        with pytest.raises(TokenRefusedError, match="Reset Token"):
            await check_discord("wrong", discord.api_url)


def test_other_lines_of_the_file_stay(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("# mine\nWHATIS_OWNERS=telegram:1\nWHATIS_TELEGRAM_TOKEN=\n")
    write_env(env, {"WHATIS_TELEGRAM_TOKEN": "1:a", "WHATIS_DISCORD_TOKEN": "b"})
    assert env.read_text().splitlines() == [
        "# mine",
        "WHATIS_OWNERS=telegram:1",
        "WHATIS_TELEGRAM_TOKEN=1:a",
        "WHATIS_DISCORD_TOKEN=b",
    ]
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_an_empty_file_begins_with_the_first_variable() -> None:
    assert with_values("", {"A": "1", "B": r"\1"}) == "A=1\nB=\\1\n"
