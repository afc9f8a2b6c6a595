"""Tips and questions as CSV, for authors who write in spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.library.documents import Document
from bot.library.problems import Problem
from bot.library.schema import Question, Record, Tip
from bot.library.shelves import Entry, Shelves
from bot.library.validate import Place, validate
from bot.library.write import items_text

Kind = Literal["questions", "tips"]
_OPTIONS = 4
"""Distractors a question may have."""
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "tips": ("topic", "id", "term", "title", "text", "as_of", "review_by", "excused"),
    "questions": (
        "topic", "id", "tests", "level", "stem", "key",
        *(f"{part}_{number}" for number in range(1, _OPTIONS + 1) for part in ("distractor", "why")),
        "explanation", "as_of", "review_by", "excused",
    ),
}  # fmt: skip
_RECORDS: dict[Kind, type[Record]] = {"tips": Tip, "questions": Question}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import would write: the text of each file that changes; or why it cannot."""

    files: Mapping[Path, str]
    problems: tuple[Problem, ...]


def exported(kind: Kind, shelves: Shelves) -> str:
    """The tips or questions as CSV; the byte order mark makes spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[kind], lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(entry.record) for entry in shelves.shelf(kind).values())
    return "\ufeff" + out.getvalue()


def _row(record: Any) -> dict[str, str]:
    value = record.model_dump(mode="json", exclude_none=True)
    for number, distractor in enumerate(value.pop("distractors", ()), 1):
        value[f"distractor_{number}"], value[f"why_{number}"] = distractor["text"], distractor["why"]
    excused = value.pop("excused")
    return {**value, "excused": json.dumps(excused, ensure_ascii=False) if excused else ""}


def imported(kind: Kind, text: str, name: str, shelves: Shelves, root: Path) -> Imported:
    """What the CSV changes: rows replace items of their id, or are added; items not in it stay.

    name: the CSV's own, for problems. Nothing is written; with any problem there are no files.
    """
    rows = list(_rows(text))
    if not rows or not {"id", "topic"} <= rows[0][1].keys():
        missing = Problem(
            name, 1, "", "The columns are missing.", f"The first line is {','.join(COLUMNS[kind])}."
        )
        return Imported({}, (missing,))
    records, problems = [], []
    for line, row in rows:
        read = validate(_RECORDS[kind], _value(row), Place(name, Document(None, None), (), row.get("id", "")))
        if isinstance(read, list):
            problems += [Problem(name, line, p.field, p.message, p.remedy) for p in read]
        else:
            records.append(read)
    if problems:
        return Imported({}, tuple(problems))
    return Imported(dict(_changed(kind, records, shelves, root)), ())


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    for row in reader:
        filled = {k: v.strip() for k, v in row.items() if k and v and v.strip()}
        if filled:
            yield reader.line_num, filled


def _value(row: Mapping[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = {k: v for k, v in row.items() if not k.startswith(("distractor_", "why_"))}
    numbers = [n for n in range(1, _OPTIONS + 1) if f"distractor_{n}" in row]
    if numbers:
        value["distractors"] = [
            {"text": row[f"distractor_{n}"], "why": row.get(f"why_{n}", "")} for n in numbers
        ]
    if "excused" in value:
        value["excused"] = json.loads(value["excused"])
    return value


def _changed(kind: Kind, records: Sequence[Any], shelves: Shelves, root: Path) -> Iterator[tuple[Path, str]]:
    shelf: dict[str, Entry[Any]] = shelves.shelf(kind)
    before = {item: entry.record for item, entry in shelf.items()}
    after = before | {record.id: record for record in records}
    topics = {r.topic for i, r in after.items() if before.get(i) != r}
    topics |= {before[i].topic for i, r in after.items() if i in before and before[i].topic != r.topic}
    for topic in sorted(topics):
        path = root / kind / f"{topic}.yaml"
        items = [_written(record) for record in after.values() if record.topic == topic]
        yield path, items_text(kind, items, _comments(path))


def _written(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True, exclude={"topic"})


def _comments(path: Path) -> str:
    """The comment lines at the head of a file, which are kept."""
    if not path.exists():
        return ""
    lines: Iterable[str] = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = []
    for line in lines:
        if not line.startswith("#"):
            break
        kept.append(line)
    return "".join(kept)
