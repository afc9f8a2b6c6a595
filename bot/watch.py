"""Reloads content while it is written: what is valid is taken, else the old stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from watchfiles import awatch

from bot.features.services import Shelf
from bot.library.load import load
from bot.library.problems import Problem, errors

Told = Callable[[tuple[Problem, ...]], None]


async def watch(shelf: Shelf, root: Path, overlay: Path | None, told: Told) -> None:
    """Follows the files for ever; `told` gets the errors after each change, none when all is well."""
    folders = [root] if overlay is None else [root, overlay]
    async for _changes in awatch(*folders):
        loaded = await asyncio.to_thread(load, root, overlay)
        wrong = errors(loaded.problems)
        if not wrong:
            shelf.library = loaded.library
        told(wrong)
