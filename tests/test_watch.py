"""Content is reloaded when it is valid, and kept when it is not."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.features.services import Shelf
from bot.library.load import content_root, load
from bot.library.problems import Problem
from bot.watch import watch


class Told:
    """What the watcher says, one change at a time."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[Problem, ...]] = asyncio.Queue()

    def __call__(self, wrong: tuple[Problem, ...]) -> None:
        self._queue.put_nowait(wrong)

    async def next(self) -> tuple[Problem, ...]:
        async with asyncio.timeout(20):
            return await self._queue.get()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small library: one topic of the shipped one."""
    folder = tmp_path / "content"
    (folder / "terms" / "foundations").mkdir(parents=True)
    shutil.copy(content_root() / "topics.yaml", folder)
    return folder


@pytest.fixture
async def watched(root: Path) -> AsyncIterator[tuple[Shelf, Told]]:
    shelf, told = Shelf(load(root).library), Told()
    ready = asyncio.Event()
    following = asyncio.create_task(watch(shelf, root, None, told, ready))
    await ready.wait()
    yield shelf, told
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


ENTRY = """---
term: Test term
kind: concept
level: core
one_liner: {line}
sources:
  - {{title: A source, url: "https://example.org/x"}}
as_of: 2026-11-24
---
## Standard
What it is, in a few plain words that say enough.

## Example
One case, with real values.
"""


async def test_a_valid_change_is_taken_and_a_broken_one_is_not(
    root: Path, watched: tuple[Shelf, Told]
) -> None:
    shelf, told = watched
    entry = root / "terms" / "foundations" / "test-term.md"
    entry.write_text(ENTRY.format(line="A whole thought about one thing."))
    assert await told.next() == ()
    assert shelf.library.terms["test-term"].one_liner == "A whole thought about one thing."
    entry.write_text(ENTRY.format(line="x" * 200))
    (problem,) = await told.next()
    assert "at most 160" in str(problem)
    assert shelf.library.terms["test-term"].one_liner == "A whole thought about one thing."
