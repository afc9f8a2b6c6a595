"""From nothing to serving both platforms, in seconds and memory: `python benchmarks/start.py`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.fakes.discord import FakeDiscord
from tests.fakes.telegram.driver import FakeTelegram

RUNS = 5


def resident(pid: int) -> float:
    """Megabytes of a process, on Linux."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


async def once(folder: Path) -> tuple[float, float]:
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        env = os.environ | {
            "WHATIS_DATA_DIR": str(folder),
            "WHATIS_TELEGRAM_TOKEN": telegram.bot("whatis_bot").token,
            "WHATIS_TELEGRAM_API_URL": telegram.url,
            "WHATIS_DISCORD_TOKEN": discord.token,
            "WHATIS_DISCORD_API_URL": discord.api_url,
            "WHATIS_DISCORD_GATEWAY_URL": discord.gateway_url,
            "WHATIS_LOG_LEVEL": "error",
        }
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed bot is compiled once, not at each start
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=env)
        try:
            await discord.connected()
            await telegram.called("deleteWebhook")
            return time.perf_counter() - began, resident(process.pid)
        finally:
            process.terminate()
            await process.wait()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs = [await once(Path(folder)) for _ in range(RUNS)]
    first, rest = runs[0], sorted(runs[1:])
    print(f"first start, with migrations: {first[0]:.2f} s")
    median, most = rest[len(rest) // 2][0], max(megabytes for _, megabytes in runs)
    print(f"start to ready: median {median:.2f} s; resident {most:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main())
