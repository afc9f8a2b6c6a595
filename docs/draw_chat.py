"""Draws `docs/chat.svg` from the bot itself: `python docs/draw_chat.py`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.adapters.terminal.adapter import TerminalAdapter
from bot.adapters.terminal.screen import RichScreen
from bot.app import opened, utc_now
from bot.config import Settings

PICTURE = Path(__file__).parent / "chat.svg"
SCRIPT = ("@Ann what is a trasnformer?", "@Ann !press Simpler", "@Bob /compare rag vs fine tuning", "xai")


async def said(console: Console) -> AsyncIterator[str]:
    """The lines of the script, each shown as it would be typed."""
    for line in SCRIPT:
        console.print(Text(f"› {line}", style="bold"))
        yield line


async def draw() -> None:
    """Plays the script and keeps what the terminal showed."""
    console = Console(record=True, width=84, file=Path("/dev/null").open("w"))  # noqa: SIM115, ASYNC230
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        async with opened(settings, f"sqlite:///{folder}/chat.db", exclusive=False) as rooms:
            await TerminalAdapter(
                rooms.core.router, RichScreen(console), said(console), utc_now, rooms.catalogue.default
            ).run()
    svg = console.export_svg(title="whatis-bot chat")
    # The picture must not fetch anything: whoever looks at it has a monospaced font.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw())
