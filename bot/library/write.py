"""Writes content files: skeletons for new entries, and lists of tips and questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.library.documents import read_yaml

NEW_TERM = """---
term: {name}
abbreviations: []
aliases: []
misspellings: []
kind: concept
level: common
one_liner: …
confused_with: {{}}
prerequisites: []
related: []
sources:
  - {{title: "…", url: "https://…"}}
as_of: {today}
---
## Standard
…

## Example
…
"""
NEW_ITEMS = {
    "question": """  - id: {id}
    tests: …
    level: easy
    stem: …?
    key: …
    distractors:
      - {{text: "…", why: "…"}}
      - {{text: "…", why: "…"}}
      - {{text: "…", why: "…"}}
    explanation: …
""",
    "tip": """  - id: {id}
    term: …
    title: …
    text: …
""",
    "comparison": """  - between: [{id}, …]
    rows:
      - question: …?
        answers: ["…", "…"]
      - question: …?
        answers: ["…", "…"]
      - question: …?
        answers: ["…", "…"]
      - question: …?
        answers: ["…", "…"]
    bottom_line: …
""",
}
"""What a new item looks like; `check` names every … that is left."""


def new_term(root: Path, topic: str, term_id: str, today: dt.date) -> Path:
    """Writes a skeleton for a term. Raises FileExistsError when there is one."""
    path = root / "terms" / topic / f"{term_id}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    name = term_id.replace("-", " ").capitalize()
    with path.open("x", encoding="utf-8") as file:
        file.write(NEW_TERM.format(name=name, today=today))
    return path


def new_item(root: Path, kind: str, topic: str, item_id: str, today: dt.date) -> Path:
    """Adds a skeleton of a question, tip or comparison to its topic's file, which is made when missing."""
    path = root / f"{kind}s" / f"{topic}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else f"as_of: {today}\n{kind}s:\n"
    path.write_text(text.rstrip("\n") + "\n" + NEW_ITEMS[kind].format(id=item_id), encoding="utf-8")
    return path


def items_text(name: str, items: Iterable[Mapping[str, Any]], before: str = "") -> str:
    """A list file: `before` (comments), the dates all items share, then the items."""
    items = [dict(item) for item in items]
    common = {}
    for field in ("as_of", "review_by"):
        values = {item.get(field) for item in items}
        if len(values) == 1 and None not in values:
            common[field] = values.pop()
            items = [{k: v for k, v in item.items() if k != field} for item in items]
    lines = [f"{field}: {value}" for field, value in common.items()]
    return before + "\n".join((*lines, f"{name}:", *(line for item in items for line in _item(item)))) + "\n"


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    sign = "-"
    for field, value in item.items():
        if value in (None, (), {}, ""):
            continue
        yield from _field(f"  {sign} {field}:", value)
        sign = " "


def _field(head: str, value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple):
        yield head
        yield from (f"      - {_flow(part)}" for part in value)
    elif isinstance(value, dict):
        yield f"{head} {_flow(value)}"
    else:
        yield f"{head} {scalar(str(value))}"


def _flow(value: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items()) + "}"


def scalar(text: str) -> str:
    """The text as a YAML value, in quotes where it would be misread without."""
    read = read_yaml(f"x: {text}\n")
    if "\n" not in text and not read.faults and read.value == {"x": text}:
        return text
    return json.dumps(text, ensure_ascii=False)
