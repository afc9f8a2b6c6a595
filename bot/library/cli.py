"""The authors' commands: check, lookup, new, export, import."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.library.problems import Problem, Severity, errors, in_order

if TYPE_CHECKING:
    from bot.library.load import Loaded
    from bot.library.search import Finding, Match

Folder = Annotated[Path | None, typer.Argument(help="A folder of content; without it, the shipped content.")]
Root = Annotated[Path | None, typer.Option("--content", help="A folder of content; without it, the shipped.")]
Overlay = Annotated[
    Path | None,
    typer.Option(envvar="WHATIS_CONTENT_DIR", help="A community's own entries, laid over the content."),
]


class New(StrEnum):
    """What `new` can start."""

    TERM = "term"
    QUESTION = "question"
    TIP = "tip"
    COMPARISON = "comparison"


class Table(StrEnum):
    """What goes to and comes from CSV."""

    QUESTIONS = "questions"
    TIPS = "tips"


def register(app: typer.Typer) -> None:
    """Adds the commands to the program's."""
    app.command()(check)
    app.command()(lookup)
    app.command()(new)
    app.command("export")(export_table)
    app.command("import")(import_table)
    app.command(hidden=True)(schema)


def check(
    folder: Folder = None,
    *,
    stats: Annotated[bool, typer.Option("--stats", help="Print what is covered, too.")] = False,
) -> None:
    """Reads all content and names what is to be mended, by file and line.

    A folder without a topics.yaml of its own is checked as a community's entries over the shipped content.
    """
    loaded, prefix = _loaded(folder)
    if stats:
        _print_stats(loaded)
    problems = checked(loaded, dt.datetime.now(tz=dt.UTC).date(), prefix)
    for problem in problems:
        typer.echo(shown(problem))
    counts = ", ".join(f"{number} {name}" for name, number in loaded.library.counts.items())
    typer.echo(f"{counts}: {summary(problems)}")
    raise typer.Exit(1 if errors(problems) else 0)


def checked(loaded: Loaded, today: dt.date, prefix: str = "") -> tuple[Problem, ...]:
    """Everything that is wrong in files whose path begins with `prefix`."""
    from bot.library.lint import lint

    found = (*loaded.problems, *lint(loaded, today))
    return in_order(problem for problem in found if problem.path.startswith(prefix))


def _loaded(folder: Path | None) -> tuple[Loaded, str]:
    from bot.library.load import content_root, load

    if folder is None or not folder.is_dir() or (folder / "topics.yaml").exists():
        return load(folder or content_root()), ""
    return load(content_root(), folder), f"{folder.name}/"


def shown(problem: Problem) -> str:
    """The problem on one line; a warning says so, and a check that can be excused is named."""
    mark = "warning: " if problem.severity is Severity.WARNING else ""
    name = f" [{problem.check}]" if problem.check not in ("schema", "references") else ""
    where = f"{problem.path}:{problem.line}: "
    return where + mark + str(problem).removeprefix(where) + name


def summary(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`."""
    problems = tuple(problems)
    failed = len(errors(problems))
    warned = len(problems) - failed
    return f"{failed} error{'s' * (failed != 1)}, {warned} warning{'s' * (warned != 1)}"


def _print_stats(loaded: Loaded) -> None:
    from bot.library import stats as figures

    for line in figures.table(figures.HEADINGS, figures.coverage(loaded.library)):
        typer.echo(line)
    typer.echo("\nFinding the key of a question without knowing anything:")
    for line in figures.bank(loaded.library):
        typer.echo(line)
    typer.echo("")


def lookup(
    queries: Annotated[
        list[str] | None, typer.Argument(help="What to look up; without it, a line each of input.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object for each query.")] = False,
    content: Root = None,
    overlay: Overlay = None,
) -> None:
    """Says which term a query finds."""
    from bot.library.load import content_root, load

    search = load(content or content_root(), overlay).library.search
    for query in queries or (line.rstrip("\n") for line in sys.stdin):
        finding = search.find(query)
        typer.echo(
            json.dumps(_as_json(query, finding), ensure_ascii=False) if as_json else _as_text(query, finding)
        )


def _as_json(query: str, finding: Finding) -> dict[str, object]:
    answer = _match(finding.answer) if finding.answer else None
    return {"query": query, "answer": answer, "alternatives": [_match(m) for m in finding.alternatives]}


def _match(match: Match) -> dict[str, object]:
    return {"id": match.id, "term": match.term, "score": match.score}


def _as_text(query: str, finding: Finding) -> str:
    if finding.answer:
        return f"{query}: {finding.answer.term} ({finding.answer.id})"
    if finding.alternatives:
        return f"{query}: did you mean {', '.join(m.term for m in finding.alternatives)}?"
    return f"{query}: nothing found"


def new(
    kind: Annotated[New, typer.Argument(help="What to start.")],
    name: Annotated[str, typer.Argument(help="Its id; of a comparison, the first term's.")] = "",
    topic: Annotated[str, typer.Option(help="The topic it belongs to.")] = "",
    content: Root = None,
) -> None:
    """Starts an entry, to be filled in; asks for what is not given."""
    from bot.library.load import content_root
    from bot.library.schema import ID_MAX, ID_PATTERN
    from bot.library.write import new_item, new_term

    root = content or content_root()
    name = name or typer.prompt("Its id (small letters, digits, hyphens)")
    topic = topic or typer.prompt("The topic it belongs to")
    if not re.match(ID_PATTERN, name) or len(name) > ID_MAX:
        _fail(f"{name} is not an id: small letters, digits and single hyphens, at most {ID_MAX} characters.")
    today = dt.datetime.now(tz=dt.UTC).date()
    try:
        written = (
            new_term(root, topic, name, today)
            if kind is New.TERM
            else new_item(root, kind, topic, name, today)
        )
    except FileExistsError as error:
        _fail(f"{error.filename} is there already. Choose another id, or edit it.")
    typer.echo(f"{written}: fill in every …, then run whatis-bot check.")


def export_table(
    kind: Annotated[Table, typer.Argument(help="What to export.")],
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    content: Root = None,
) -> None:
    """Writes tips or questions as CSV, for a spreadsheet."""
    from bot.library.load import content_root, load
    from bot.library.tables import exported

    shelves = load(content or content_root()).shelves
    file.write_text(exported(kind.value, shelves), encoding="utf-8")
    typer.echo(f"{file}: {len(shelves.shelf(kind.value))} {kind}")


def import_table(
    kind: Annotated[Table, typer.Argument(help="What to import.")],
    file: Annotated[Path, typer.Argument(help="The CSV file to read.", exists=True, dir_okay=False)],
    content: Root = None,
) -> None:
    """Takes tips or questions from CSV: rows replace items of their id, or are added."""
    from bot.library.load import content_root, load
    from bot.library.tables import imported

    root = content or content_root()
    shelves = load(root).shelves
    result = imported(kind.value, file.read_text(encoding="utf-8"), file.name, shelves, root)
    for problem in result.problems:
        typer.echo(shown(problem))
    if result.problems:
        _fail("Nothing was changed.")
    for path, text in result.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(f"{path}: written")
    if not result.files:
        typer.echo("Nothing is new.")


def schema(content: Root = None) -> None:
    """Writes the JSON Schemas of the content's files, for editors."""
    from bot.library.json_schema import write_schemas
    from bot.library.load import content_root

    write_schemas((content or content_root()) / "schema")


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def main() -> None:
    """Runs the authors' commands by themselves: `python -m bot.library.cli check`."""
    app = typer.Typer(no_args_is_help=True, add_completion=False)
    register(app)
    app()


if __name__ == "__main__":
    main()
