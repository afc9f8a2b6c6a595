"""The whole core with the real content, a real store, and a clock and chance of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import cast

from bot.adapters.base import Adapter
from bot.adapters.terminal.lines import YOU, member
from bot.commands import Registry
from bot.core import Core, build_core
from bot.features.bank import Bank
from bot.features.services import Shelf
from bot.keyring import Keyring
from bot.library.library import Library
from bot.library.load import content_root, load
from bot.model import Platform
from bot.store.store import Store, open_store
from bot.texts import load_catalogue
from tests.conftest import Clock


@lru_cache(maxsize=1)
def library() -> Library:
    """The shipped content; loaded once, since nothing can change it."""
    return load(content_root()).library


@lru_cache(maxsize=1)
def bank() -> Bank:
    """All questions; those made of the entries are made once."""
    return Bank(Shelf(library()))


def no_store() -> Store:
    """For what never asks a store."""
    return cast("Store", _Counter())


class _Counter:
    def shown(self, term: str) -> None:
        """Nobody looks at these counts."""


def registry() -> Registry:
    """All commands. Declaring them asks nothing of a store, so there is none."""
    built = build_core(
        Shelf(library()), no_store(), load_catalogue(), clock=Clock(), chance=Random(7), platforms={}
    )
    return built.router.registry


@asynccontextmanager
async def core(
    folder: Path, clock: Clock, *, keyring: Keyring | None = None
) -> AsyncIterator[tuple[Core, dict[Platform, Adapter], Store]]:
    """The core and the (empty) table of its platforms, to be filled by the test."""
    platforms: dict[Platform, Adapter] = {}
    async with open_store(f"sqlite:///{folder / 'core.db'}", clock) as store:
        built = build_core(
            Shelf(library()),
            store,
            load_catalogue(),
            clock=clock,
            chance=Random(7),
            platforms=platforms,
            bank=bank(),
            owners=((Platform.TERMINAL, member(YOU).id),),
            keyring=keyring or Keyring(b"of the tests"),
        )
        await built.prompts.load()
        yield built, platforms, store
