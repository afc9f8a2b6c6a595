"""`whatis-bot stats`, `backup`, `restore`, `forget-again` and `rebuild`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.store import Store

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(stats)
    app.command()(backup)
    app.command()(restore)
    app.command("forget-again")(forget_again)
    app.command()(rebuild)


def stats(
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Rows for a spreadsheet.")] = False,
) -> None:
    """How much the bot is used, what is asked and not found, which questions are hard. No names."""
    from bot.store.statistics import activity
    from bot.upkeep.report import as_csv, as_json, as_text

    found = _with_store(lambda store: store.get(activity(_now())))
    shown = as_json(found) if json else as_csv(found).rstrip("\n") if csv else as_text(found)
    typer.echo(shown)


def backup(
    folder: Annotated[Path | None, typer.Option(help="Where to; the data directory if not said.")] = None,
) -> None:
    """Back up the database, also while the bot runs. Backups older than 30 days are deleted."""
    from bot.store import backup as backups
    from bot.store.schema import StoreError

    settings = _settings()
    try:
        made = backups.back_up(settings.database, folder or settings.data_dir / backups.FOLDER, _now())
    except StoreError as error:
        _fail(str(error))
    typer.echo(f"Backed up to {made}")


def restore(file: Annotated[Path, typer.Argument(help="The backup.")]) -> None:
    """Put a backup in the database's place, while the bot is stopped. Who asked to be forgotten stays so."""
    from bot.keyring import open_keyring
    from bot.store import backup as backups
    from bot.store.schema import StoreError

    settings = _settings()
    try:
        forgot = asyncio.run(backups.restore(file, settings.database, open_keyring(settings.data_dir), _now))
    except StoreError as error:
        _fail(str(error))
    typer.echo(f"Restored from {file}. Accounts forgotten again: {forgot}.")


def forget_again() -> None:
    """Forget, in data that was restored by other means, those who asked for it since."""
    from bot.keyring import open_keyring
    from bot.store import backup as backups

    keyring = open_keyring(_settings().data_dir)
    forgot = _with_store(lambda store: backups.forget_again(store, keyring.noted(), keyring))
    typer.echo(f"Accounts forgotten again: {forgot}.")


def rebuild() -> None:
    """Work out every person's record anew from what happened, by the rules of this version."""
    from bot.learners import Learners

    people = _with_store(lambda store: Learners(store).rebuild())
    typer.echo(f"Records worked out anew: {people}.")


def _with_store(act: Callable[[Store], Awaitable[T]]) -> T:
    from bot.store.schema import StoreError
    from bot.store.store import open_store

    settings = _settings()

    async def acted() -> T:
        async with open_store(settings.database, _now) as store:
            return await act(store)

    try:
        return asyncio.run(acted())
    except StoreError as error:
        _fail(str(error))


def _settings() -> Settings:
    from bot.config import ConfigError, load_settings

    try:
        return load_settings()
    except ConfigError as error:
        _fail(str(error))


def _now() -> datetime:
    return datetime.now(UTC)


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
