"""The authors' commands: check, lookup, new, export, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.library.load import content_root, load
from bot.library.problems import Problem, errors

Folder = Annotated[Path | None, typer.Argument(help="The content's folder; the shipped content without it.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the program's."""
    app.command()(check)


def check(folder: Folder = None) -> None:
    """Reads everything and names what is to be mended."""
    loaded = load(folder or content_root())
    for problem in loaded.problems:
        typer.echo(str(problem))
    typer.echo(summary(loaded.problems))
    raise typer.Exit(1 if errors(loaded.problems) else 0)


def summary(problems: tuple[Problem, ...]) -> str:
    """`2 errors, 1 warning`."""
    failed = len(errors(problems))
    warned = len(problems) - failed
    return f"{failed} error{'s' * (failed != 1)}, {warned} warning{'s' * (warned != 1)}"


def main() -> None:
    """Runs the authors' commands by themselves: `python -m bot.library.cli check`."""
    app = typer.Typer(no_args_is_help=True, add_completion=False)
    app.callback()(lambda: None)
    register(app)
    app()


if __name__ == "__main__":
    main()
