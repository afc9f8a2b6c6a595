"""The command line: each command says what it does and hands over. No rules live here.

A command imports what it needs when it is called, so that none waits for what only the others need.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.library import cli as authors
from bot.upkeep import cli as upkeep

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.setup import Bot

app = typer.Typer(
    help="Learn AI in the chat you already use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
authors.register(app)
upkeep.register(app)

Watch = Annotated[bool, typer.Option("--watch", help="Reload the content whenever a file is saved.")]


@app.command()
def run(watching: Watch = False) -> None:
    """Serve Telegram and Discord, each if its token is set, until told to stop."""
    from bot import app as composition
    from bot.logs import configure

    settings = _settings()
    configure(settings.log_format, settings.log_level)
    with _explained():
        raise typer.Exit(asyncio.run(composition.run(settings, watching=watching)))


@app.command()
def chat(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")] = False,
    watching: Watch = False,
) -> None:
    """Talk to the bot here, with no token.

    `@name text` speaks as that member, `!press LABEL` presses the newest button of that label (in a quiz the
    letter alone will do), and `!wait` waits for what the bot says by itself, as it does in a quiz.
    """
    from bot.logs import configure
    from bot.terminal import talk

    configure("console", "warning")
    with _explained(), contextlib.suppress(KeyboardInterrupt):
        asyncio.run(talk(_settings(), json=json, watching=watching))


@app.command()
def setup(
    env: Annotated[Path, typer.Option(help="The file to write.")] = Path(".env"),
) -> None:
    """Ask for the tokens, check them, write .env, and print the links that add the bot to a group."""
    from bot import setup as wizard

    checks = (
        ("Telegram", "WHATIS_TELEGRAM_TOKEN", "@BotFather, /newbot", wizard.check_telegram),
        ("Discord", "WHATIS_DISCORD_TOKEN", "discord.com/developers/applications, Bot", wizard.check_discord),
    )
    found = {name: _token(platform, where, check) for platform, name, where, check in checks}
    given = {name: token for name, token in found.items() if token}
    if not given:
        _fail("No token given, nothing written. Run `whatis-bot setup` again when you have one.")
    wizard.write_env(env, given)
    typer.echo(f"Written to {env}. Start the bot: whatis-bot run")


@app.command()
def report(
    resolve: Annotated[int | None, typer.Option(help="Mark the report of this number as dealt with.")] = None,
    dismiss: Annotated[int | None, typer.Option(help="The same, when nothing was wrong after all.")] = None,
) -> None:
    """What readers say is wrong, and the words they asked for and did not find."""
    with _explained():
        asyncio.run(_report(_settings(), resolve or dismiss, helped=dismiss is None))


@app.command()
def health(
    url: Annotated[str, typer.Argument(help="Where the bot serves.")] = "http://127.0.0.1:8080",
) -> None:
    """Exit with 0 when the bot at WHATIS_HTTP_LISTEN is serving, for health checks of containers."""
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - the address is the admin's own
            typer.echo(answer.read().decode())
    except URLError as error:
        _fail(f"Not serving: {error.reason}", code=1)


def main() -> None:
    """The entry point of `whatis-bot`."""
    app()


async def _report(settings: Settings, resolve: int | None, *, helped: bool) -> None:
    from bot.reports import missed_lines, report_lines, vote_lines
    from bot.store import reports
    from bot.store.store import open_store

    now = datetime.now(UTC)
    async with open_store(settings.database, lambda: now) as store:
        if resolve is not None:
            done = await store.transact(reports.resolve(resolve, now, helped=helped))
            typer.echo(f"Report {resolve} is resolved." if done else f"There is no open report {resolve}.")
            return
        for line in (*await report_lines(store), *await missed_lines(store), *await vote_lines(store)):
            typer.echo(line)


def _token(platform: str, where: str, check: Callable[[str], Coroutine[None, None, Bot]]) -> str:
    """A checked token, or an empty text when the person skips the platform."""
    from bot.setup import TokenRefusedError

    while True:
        typer.echo(f"{platform}: paste the bot's token ({where}), or press Enter to skip.")
        token = str(typer.prompt("Token", default="", hide_input=True, show_default=False)).strip()
        if not token:
            return ""
        try:
            bot = asyncio.run(check(token))
        except (TokenRefusedError, OSError, TimeoutError) as error:
            typer.echo(f"That did not work. {error}")
            continue
        typer.echo(f"That is {bot.name}. Add it to a group: {bot.invite}")
        return token


def _settings() -> Settings:
    from bot.config import ConfigError, load_settings

    try:
        return load_settings()
    except ConfigError as error:
        _fail(str(error))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """What an admin can mend ends the program with a sentence and code 2, not with a stack trace."""
    from bot.config import ConfigError
    from bot.store.schema import StoreError

    try:
        yield
    except (ConfigError, StoreError) as error:
        _fail(str(error))


def _fail(sentence: str, code: int = 2) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
