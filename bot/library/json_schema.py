"""JSON Schemas of the content's files, so that editors complete and check while one writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.library.documents import SECTIONS
from bot.library.schema import (
    Comparison,
    Index,
    Model,
    ModelKind,
    Question,
    Record,
    Resources,
    Term,
    Tip,
    Topic,
    Uses,
)
from bot.library.schema import Path as LearningPath

_LISTS: dict[str, type[Record]] = {
    "comparisons": Comparison, "tips": Tip, "questions": Question, "models": Model, "kinds": ModelKind,
    "paths": LearningPath,
}  # fmt: skip
_DATES = ("as_of", "review_by")


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file, by the schema's file name."""
    found = {"term.json": _without(Term, ("id", "topic", *SECTIONS))}
    found |= {f"{name}.json": _list(name, kind) for name, kind in _LISTS.items()}
    found["topics.json"] = {"type": "array", "items": {"$ref": "#/$defs/Topic"}, "$defs": _defs(Topic)}
    whole: dict[str, type[Record]] = {"uses": Uses, "resources": Resources, "index": Index}
    found |= {f"{name}.json": kind.model_json_schema() for name, kind in whole.items()}
    return {
        name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **s} for name, s in found.items()
    }


def write_schemas(folder: Path) -> None:
    """Writes every schema into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(text(schema), encoding="utf-8")


def text(schema: dict[str, Any]) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _without(kind: type[Record], fields: tuple[str, ...]) -> dict[str, Any]:
    """The schema of a record some of whose fields the file does not hold."""
    schema = kind.model_json_schema()
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k not in fields}
    schema["required"] = [k for k in schema["required"] if k not in fields]
    return schema


def _defs(kind: type[Record], inherited: tuple[str, ...] = ()) -> dict[str, Any]:
    schema = kind.model_json_schema()
    parts = schema.pop("$defs", {})
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k != "topic"}
    schema["required"] = [k for k in schema["required"] if k not in ("topic", *inherited)]
    return {**parts, kind.__name__: schema}


def _list(name: str, kind: type[Record]) -> dict[str, Any]:
    """A file with a list, whose dates hold for every item that has none."""
    dates = [field for field in _DATES if field in kind.model_fields]
    date = {"type": "string", "format": "date"}
    items = {"type": "array", "items": {"$ref": f"#/$defs/{kind.__name__}"}}
    return {
        "type": "object",
        "properties": {**dict.fromkeys(dates, date), name: items},
        "required": [name],
        "additionalProperties": False,
        "$defs": _defs(kind, _DATES),
    }
