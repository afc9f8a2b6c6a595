"""The content as it was last read, in one file, so that a start need not read 700 files nobody has changed.

It holds the records as their authors wrote them, in JSON, and they come back through the schema: so the file
can hold nothing that the content could not. Above them stand a mark of all they were made of and one of the
records themselves. Whatever does not fit is as good as no file, and is written anew.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.library.documents import Document
from bot.library.library import Library
from bot.library.load import library_of, load
from bot.library.problems import Problem, errors
from bot.library.schema import (
    Comparison,
    Index,
    Model,
    ModelKind,
    Question,
    Resources,
    Term,
    Tip,
    Topic,
    Uses,
)
from bot.library.schema import Path as LearningPath
from bot.library.shelves import SHELVES, Entry, Shelves
from bot.library.validate import Place

FILE = "content.snapshot"
_WHOLE = ("uses", "resources", "index")
_CODE = Path(__file__).parent
_NOWHERE = Place("", Document(None, None))


class Snapshot(BaseModel):
    """All records by shelf and id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: dict[str, Term]
    comparisons: dict[str, Comparison]
    tips: dict[str, Tip]
    questions: dict[str, Question]
    models: dict[str, Model]
    kinds: dict[str, ModelKind]
    topics: dict[str, Topic]
    paths: dict[str, LearningPath]
    uses: Uses | None
    resources: Resources | None
    index: Index | None


def library_at(root: Path, overlay: Path | None, file: Path) -> tuple[Library, tuple[Problem, ...]]:
    """The library that `load` makes of the folders, and its errors; from the snapshot in `file`, if it fits.

    Content with an error is read each time, so that each start can name the error. Where no file can be
    written, it is done without.
    """
    mark = _mark_of(root, overlay)
    kept = _read(file, mark)
    if kept is not None:
        return library_of(_shelves(kept)), ()
    loaded = load(root, overlay)
    wrong = errors(loaded.problems)
    if not wrong:
        with contextlib.suppress(OSError):
            _write(file, mark, _snapshot(loaded.shelves))
    return loaded.library, wrong


def _mark_of(root: Path, overlay: Path | None) -> str:
    """Made of every byte of the content, and of the code that reads it.

    Times and sizes of files would be quicker by ten milliseconds, and wrong after some copies.
    """
    digest = blake2b(digest_size=16)
    for folder in (f for f in (root, overlay, _CODE) if f is not None and f.is_dir()):
        for path in sorted(_files(folder)):
            content = Path(path).read_bytes()
            digest.update(f"{path.removeprefix(str(folder))} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _files(folder: str | Path) -> Iterator[str]:
    """The path of each file under a folder that is not hidden."""
    with os.scandir(folder) as found:
        for item in found:
            if item.name.startswith(".") or item.name == "__pycache__":
                continue
            if item.is_dir():
                yield from _files(item.path)
            elif item.is_file():
                yield item.path


def _read(file: Path, mark: str) -> Snapshot | None:
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        return Snapshot.model_validate_json(body) if head == _head(mark, body) else None
    except (OSError, ValidationError):
        return None


def _write(file: Path, mark: str, snapshot: Snapshot) -> None:
    """In one step, so that another process finds the old file or the new one. Raises OSError."""
    body = snapshot.model_dump_json(exclude_defaults=True).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        fresh.write_bytes(_head(mark, body) + b"\n" + body)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _head(mark: str, body: bytes) -> bytes:
    return f"{mark} {blake2b(body, digest_size=16).hexdigest()}".encode()


def _snapshot(shelves: Shelves) -> Snapshot:
    records: dict[str, Any] = {}
    for name in SHELVES:
        records[name] = {key: entry.record for key, entry in shelves.shelf(name).items()}
    for name in _WHOLE:
        entry = getattr(shelves, name)
        records[name] = entry.record if entry is not None else None
    return Snapshot.model_construct(None, **records)


def _shelves(snapshot: Snapshot) -> Shelves:
    shelves = Shelves()
    for name in SHELVES:
        shelf = shelves.shelf(name)
        shelf.update((key, Entry(record, _NOWHERE)) for key, record in getattr(snapshot, name).items())
    for name in _WHOLE:
        record = getattr(snapshot, name)
        setattr(shelves, name, Entry(record, _NOWHERE) if record is not None else None)
    return shelves
