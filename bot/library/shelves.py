"""Reads a folder of content into records that remember where they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from bot.library.documents import Document, Fault, read_term, read_text, read_yaml
from bot.library.problems import Problem, Severity
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
from bot.library.validate import Place, validate

R = TypeVar("R", bound=Record)
NOT_READ = frozenset({"README.md", "schema"})
"""What lies in the content's folder for people and editors."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """A record and where it was written."""

    record: R
    place: Place


@dataclass(slots=True)
class Shelves:
    """All records of one folder as they were written, by id, and what is wrong with them.

    unsound: ids of terms and topics that are there, but cannot be used before they are mended.
    """

    terms: dict[str, Entry[Term]] = field(default_factory=dict)
    comparisons: dict[str, Entry[Comparison]] = field(default_factory=dict)
    tips: dict[str, Entry[Tip]] = field(default_factory=dict)
    questions: dict[str, Entry[Question]] = field(default_factory=dict)
    models: dict[str, Entry[Model]] = field(default_factory=dict)
    kinds: dict[str, Entry[ModelKind]] = field(default_factory=dict)
    topics: dict[str, Entry[Topic]] = field(default_factory=dict)
    paths: dict[str, Entry[LearningPath]] = field(default_factory=dict)
    uses: Entry[Uses] | None = None
    resources: Entry[Resources] | None = None
    index: Entry[Index] | None = None
    unsound: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def shelf(self, name: str) -> dict[str, Entry[Any]]:
        """The shelf of that name: `terms`, `tips`, …"""
        return cast("dict[str, Entry[Any]]", getattr(self, name))


SHELVES = ("terms", "comparisons", "tips", "questions", "models", "kinds", "topics", "paths")
_FOLDERS: dict[str, type[Record]] = {
    "comparisons": Comparison,
    "tips": Tip,
    "questions": Question,
    "models": Model,
}
_LISTS: dict[str, tuple[str, type[Record]]] = {
    "model-kinds.yaml": ("kinds", ModelKind),
    "topics.yaml": ("topics", Topic),
    "paths.yaml": ("paths", LearningPath),
}
_WHOLE: dict[str, type[Record]] = {"uses.yaml": Uses, "resources.yaml": Resources, "index.yaml": Index}


def read_shelves(root: Path, prefix: str = "") -> Shelves:
    """Everything under `root`; `prefix` stands before the paths of problems."""
    return _Reader(root, prefix).read()


def pair_key(one: str, other: str) -> str:
    """The key of the comparison of two ids, in whichever order they come."""
    return "/".join(sorted((one, other)))


class _Reader:
    def __init__(self, root: Path, prefix: str) -> None:
        self._root = root
        self._prefix = prefix
        self._shelves = Shelves()

    def read(self) -> Shelves:
        for path in sorted(self._root.iterdir()):
            if not path.name.startswith(".") and path.name not in NOT_READ:
                self._read_top(path)
        return self._shelves

    def _read_top(self, path: Path) -> None:
        if path.is_dir() and path.name == "terms":
            self._read_terms(path)
        elif path.is_dir() and path.name in _FOLDERS:
            for file in self._files(path, ".yaml"):
                self._read_list(file, path.name, _FOLDERS[path.name])
        elif path.name in _LISTS:
            self._read_list(path, *_LISTS[path.name])
        elif path.name in _WHOLE:
            self._read_whole(path, _WHOLE[path.name])
        else:
            known = ", ".join(("terms", *_FOLDERS, *_LISTS, *_WHOLE))
            self._warn(path, "The bot does not read this.", f"It reads {known}.")

    def _read_terms(self, folder: Path) -> None:
        for topic in sorted(folder.iterdir()):
            if topic.is_dir():
                for file in self._files(topic, ".md"):
                    self._read_term(file)
            elif not topic.name.startswith("."):
                self._warn(topic, "A term lies outside the topics.", "Move it into the folder of its topic.")

    def _files(self, folder: Path, suffix: str) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_file() and path.suffix == suffix:
                yield path
            else:
                self._warn(path, "The bot does not read this.", f"Files here end in {suffix}.")

    def _read_term(self, path: Path) -> None:
        document = self._document(path)
        if not isinstance(document.value, dict):
            self._shelves.unsound.add(path.stem)
            return
        place = Place(self._shown(path), document)
        named = {"id": path.stem, "topic": path.parent.name, **document.value}
        for name in ("id", "topic"):
            if name in document.value:
                self._say(place, (name,), "It is the file's or the folder's name.", "Remove this line.")
        self._put("terms", Term, named, place)

    def _read_list(self, path: Path, name: str, kind: type[Record]) -> None:
        document = self._document(path)
        items, common, before = _items(document.value, name)
        if items is None:
            if document.value is not None or not document.faults:
                remedy = f"Begin with {name}: and a line starting with - for each."
                self._say(Place(self._shown(path), document), (), f"There is no list of {name}.", remedy)
            return
        inherited = {k: v for k, v in common.items() if k in kind.model_fields}
        for unknown in common.keys() - inherited.keys():
            self._say(Place(self._shown(path), document), (unknown,), "There is no such field.", "Remove it.")
        if "topic" in kind.model_fields:
            inherited["topic"] = path.stem
        for number, item in enumerate(items):
            self._read_item(
                Place(self._shown(path), document, (*before, number)), name, kind, item, inherited
            )

    def _read_item(
        self, place: Place, name: str, kind: type[Record], item: Any, inherited: dict[str, Any]
    ) -> None:
        if not isinstance(item, dict):
            self._say(place, (), "Fields must stand here.", "Write - id: …, and the other fields below it.")
            return
        label = str(item.get("id") or "/".join(map(str, item.get("between") or ())))
        self._put(name, kind, inherited | item, Place(place.path, place.document, place.keys, label))

    def _read_whole(self, path: Path, kind: type[Record]) -> None:
        document = self._document(path)
        place = Place(self._shown(path), document)
        if document.faults and document.value is None:
            return
        read = validate(kind, document.value or {}, place)
        if isinstance(read, list):
            self._shelves.problems += read
        else:
            setattr(self._shelves, path.stem, Entry(read, place))

    def _put(self, name: str, kind: type[Record], value: dict[str, Any], place: Place) -> None:
        read = validate(kind, value, place)
        if isinstance(read, list):
            self._shelves.problems += read
            if name in ("terms", "topics"):
                self._shelves.unsound.add(str(value.get("id")))
            return
        shelf = self._shelves.shelf(name)
        key = pair_key(*read.between) if isinstance(read, Comparison) else str(read.id)  # type: ignore[attr-defined]
        if key in shelf:
            other = shelf[key].place
            where = f"{key} is in {other.path}:{other.line()} already."
            self._say(place, (), where, "Rename one, or remove it.")
            return
        shelf[key] = Entry(read, place)

    def _document(self, path: Path) -> Document:
        text = read_text(path)
        if isinstance(text, Fault):
            document = Document(None, None, 0, (text,))
        else:
            document = read_term(text) if path.suffix == ".md" else read_yaml(text)
        shown = self._shown(path)
        self._shelves.problems += (
            Problem(shown, f.line, f.field, f.message, f.remedy) for f in document.faults
        )
        return document

    def _shown(self, path: Path) -> str:
        return self._prefix + path.relative_to(self._root).as_posix()

    def _say(self, place: Place, keys: tuple[str, ...], message: str, remedy: str) -> None:
        self._shelves.problems.append(place.problem(keys, message, remedy))

    def _warn(self, path: Path, message: str, remedy: str) -> None:
        shown = self._shown(path)
        self._shelves.problems.append(Problem(shown, 1, "", message, remedy, Severity.WARNING, "layout"))


def _items(value: Any, name: str) -> tuple[list[Any] | None, dict[str, Any], tuple[str, ...]]:
    """A file's list, the fields its items inherit, and the keys that lead to the list."""
    if isinstance(value, list):
        return value, {}, ()
    if isinstance(value, dict) and isinstance(value.get(name), list):
        return value[name], {k: v for k, v in value.items() if k != name}, (name,)
    return None, {}, ()


def laid_over(base: Shelves, overlay: Shelves) -> Shelves:
    """The base with a community's own entries: added, replaced by id; its links replace all links."""
    merged = Shelves(problems=[*base.problems, *overlay.problems], unsound=base.unsound | overlay.unsound)
    for name in SHELVES:
        setattr(merged, name, base.shelf(name) | overlay.shelf(name))
    merged.resources = overlay.resources or base.resources
    merged.uses = _uses_over(base.uses, overlay.uses)
    merged.index = _index_over(base.index, overlay.index)
    return merged


def _uses_over(base: Entry[Uses] | None, overlay: Entry[Uses] | None) -> Entry[Uses] | None:
    if base is None or overlay is None:
        return overlay or base
    values = {u.id: u for u in (*base.record.values, *overlay.record.values)}
    sectors = {u.id: u for u in (*base.record.sectors, *overlay.record.sectors)}
    as_of = max(base.record.as_of, overlay.record.as_of)
    return Entry(
        Uses(as_of=as_of, values=tuple(values.values()), sectors=tuple(sectors.values())), overlay.place
    )


def _index_over(base: Entry[Index] | None, overlay: Entry[Index] | None) -> Entry[Index] | None:
    if base is None or overlay is None:
        return overlay or base
    below, above = base.record, overlay.record
    index = Index(
        popular=above.popular or below.popular,
        ambiguous=below.ambiguous | above.ambiguous,
        redirects=below.redirects | above.redirects,
        hide=(*below.hide, *above.hide),
    )
    return Entry(index, overlay.place)
