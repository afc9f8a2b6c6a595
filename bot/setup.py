"""The rules of `whatis-bot setup`: tokens are checked with their platform and written to `.env`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

TELEGRAM_API = "https://api.telegram.org"
DISCORD_API = "https://discord.com/api/v10"
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 38
"""View channels, send messages, embed links, attach files, read history, send in threads."""


class TokenRefusedError(Exception):
    """The platform does not know the token; the sentence says where to get one."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as its platform knows it: its name, and the link that adds it to a group."""

    name: str
    invite: str


async def check_telegram(token: str, api: str = TELEGRAM_API) -> Bot:
    """Who the token belongs to. Raises TokenRefusedError, or OSError when Telegram cannot be reached."""
    status, answer = await _get(f"{api}/bot{token}/getMe", {})
    if status != 200:
        raise TokenRefusedError(
            "Telegram does not know this token. Open @BotFather, send /mybots, choose the bot, "
            "press API Token."
        )
    name = answer["result"]["username"]
    return Bot(f"@{name}", f"https://t.me/{name}?startgroup=true")


async def check_discord(token: str, api: str = DISCORD_API) -> Bot:
    """Who the token belongs to. Raises TokenRefusedError, or OSError when Discord cannot be reached."""
    status, answer = await _get(f"{api}/applications/@me", {"Authorization": f"Bot {token}"})
    if status != 200:
        raise TokenRefusedError(
            "Discord does not know this token. Open discord.com/developers/applications, choose "
            "the application, then Bot, then Reset Token."
        )
    query = {"client_id": answer["id"], "scope": "bot applications.commands", "permissions": _PERMISSIONS}
    return Bot(answer["name"], f"https://discord.com/oauth2/authorize?{urlencode(query)}")


def with_values(env: str, values: Mapping[str, str]) -> str:
    """The text of a `.env` file with these variables set; every other line stays as it was."""
    missing = dict(values)
    lines = []
    for line in env.splitlines():
        name = line.partition("=")[0].strip()
        lines.append(f"{name}={missing.pop(name)}" if name in missing else line)
    return "\n".join([*lines, *(f"{name}={value}" for name, value in missing.items())]) + "\n"


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Sets the variables in the file, which only its owner may read."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(with_values(before, values), encoding="utf-8")


async def _get(url: str, headers: Mapping[str, str]) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as session,
        session.get(url, headers=headers) as response,
    ):
        return response.status, await response.json(content_type=None)
