"""Reloads content while it is written: what is valid is taken, else the old stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.features.services import Shelf
from bot.library.load import Loaded, load
from bot.library.problems import Problem, errors

Told = Callable[[tuple[Problem, ...]], None]


async def watch(
    shelf: Shelf, root: Path, overlay: Path | None, told: Told, ready: asyncio.Event | None = None
) -> None:
    """Follows the files for ever; `told` gets the errors after each change, none when all is well.

    ready: set when every later change will be seen.
    """
    # Most bots never watch.
    from watchfiles import awatch  # noqa: PLC0415

    folders = [root] if overlay is None else [root, overlay]
    changes = awatch(*folders, yield_on_timeout=True, rust_timeout=200)
    async for changed in changes:
        if ready is not None:
            ready.set()
        if not changed:
            continue
        loaded = await asyncio.to_thread(_loaded, root, overlay)
        wrong = errors(loaded.problems)
        if not wrong:
            shelf.library = loaded.library
        told(wrong)


def _loaded(root: Path, overlay: Path | None) -> Loaded:
    """The content with its index built, so that nobody's question waits for it."""
    loaded = load(root, overlay)
    _ = loaded.library.search
    return loaded
