"""A start is quick because it loads only what it uses. Each is looked at in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

PLATFORMS = "import bot.app, bot.adapters.telegram.adapter, bot.adapters.discord.adapter"


def told(code: str) -> str:
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


@pytest.mark.parametrize(
    ("imports", "unneeded"),
    [
        ("import bot.cli", ("aiohttp", "discord", "pydantic", "sqlalchemy", "telegram", "yaml")),
        (
            PLATFORMS,
            (
                "aiohttp.web", "alembic", "asyncpg", "babel", "bot.library.lint", "prompt_toolkit",
                "sqlalchemy.dialects.postgresql", "watchfiles",
            ),
        ),
        ("import bot.terminal", ("aiohttp.web", "discord", "prompt_toolkit", "telegram")),
    ],
    ids=["the command line", "run", "chat"],
)  # fmt: skip
def test_what_is_not_used_is_not_loaded(imports: str, unneeded: tuple[str, ...]) -> None:
    assert told(f"import sys; {imports}; print(*sorted(set({unneeded!r}) & sys.modules.keys()))") == ""


def test_once_started_the_collector_looks_as_usual_but_not_at_what_was_there() -> None:
    steps = (
        "import gc; usual = gc.get_threshold()",
        "from bot import collector",
        "collector.starting(); resting = gc.get_threshold()",
        "collector.started(); print(resting[0] > 100 * usual[0], gc.get_threshold() == usual)",
        "print(gc.get_freeze_count() > 1000, gc.isenabled())",
    )
    assert told("\n".join(steps)).split() == ["True"] * 4
