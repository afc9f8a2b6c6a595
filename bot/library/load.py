"""Loads the content from its folder, and a community's own over it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import bot
from bot.library.library import NO_INDEX, NO_RESOURCES, NO_USES, Library
from bot.library.problems import Problem, in_order
from bot.library.references import Pruner, changed, check_references
from bot.library.schema import Path as LearningPath
from bot.library.shelves import Entry, Shelves, laid_over, read_shelves


@dataclass(frozen=True, slots=True)
class Loaded:
    """The content that is sound, everything that is wrong, and the records as they were written.

    The library holds no entry with an error in its own fields; a reference that leads nowhere is a problem
    too, and is left out of the library's copy of the entry.
    """

    library: Library
    problems: tuple[Problem, ...]
    shelves: Shelves


def content_root() -> Path:
    """The shipped content: in the package where it was installed, beside it in a checkout.

    Raises FileNotFoundError when it is in neither place.
    """
    package = Path(bot.__file__).parent
    for folder in (package / "content", package.parent / "content"):
        if (folder / "topics.yaml").is_file():
            return folder
    raise FileNotFoundError(f"There is no content beside {package}. Install whatis-bot again.")


def load(root: Path, overlay: Path | None = None) -> Loaded:
    """Reads all content; problems are listed, never raised.

    overlay: a folder of the same layout whose entries are added, replace those of the same id, or hide
    them (`hide` in its index.yaml); its resources.yaml replaces the shipped one.
    """
    with _collection_paused():
        shelves = _read(root, "")
        if overlay is not None:
            shelves = laid_over(shelves, _read(overlay, f"{overlay.name}/"))
        problems = in_order((*shelves.problems, *check_references(shelves)))
        return Loaded(library_of(shelves), problems, shelves)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Spares the collector 100,000 young objects that all stay, which would double the time of loading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(root: Path, prefix: str) -> Shelves:
    if root.is_dir():
        return read_shelves(root, prefix)
    remedy = "Check the path, or the setting WHATIS_CONTENT_DIR."
    return Shelves(problems=[Problem(str(root), 1, "", "There is no such folder.", remedy)])


def library_of(shelves: Shelves) -> Library:
    """What the bot uses of the shelves: what is not hidden, with every reference leading somewhere."""
    index = shelves.index.record if shelves.index else NO_INDEX
    hidden = frozenset(index.hide)
    terms = _shown(shelves.terms, hidden)
    prune = Pruner(terms, index.redirects)
    places = {topic: number for number, topic in enumerate(shelves.topics)}
    ordered = sorted(terms.values(), key=lambda t: (places.get(t.topic, len(places)), t.id))
    comparisons = (prune.comparison(e.record) for e in shelves.comparisons.values())
    models = _shown(shelves.models, hidden)
    return Library(
        terms=MappingProxyType({t.id: prune.term(t) for t in ordered}),
        models=MappingProxyType({i: _with_term(m, prune) for i, m in models.items()}),
        kinds=MappingProxyType(_shown(shelves.kinds, hidden)),
        tips=_present({i: prune.tip(t) for i, t in _shown(shelves.tips, hidden).items()}),
        questions=_present({i: prune.question(q) for i, q in _shown(shelves.questions, hidden).items()}),
        comparisons=MappingProxyType({frozenset(c.between): c for c in comparisons if c}),
        topics=MappingProxyType(_shown(shelves.topics, hidden)),
        paths=MappingProxyType({i: _sound_path(p, prune) for i, p in _shown(shelves.paths, hidden).items()}),
        uses=prune.uses(shelves.uses.record) if shelves.uses else NO_USES,
        resources=shelves.resources.record if shelves.resources else NO_RESOURCES,
        index=prune.index(index),
    )


def _shown(shelf: dict[str, Entry[Any]], hidden: frozenset[str]) -> dict[str, Any]:
    return {key: entry.record for key, entry in shelf.items() if key not in hidden}


def _present(found: dict[str, Any]) -> MappingProxyType[str, Any]:
    return MappingProxyType({key: record for key, record in found.items() if record is not None})


def _with_term(model: Any, prune: Pruner) -> Any:
    return changed(model, {"term": prune.target(model.term)}) if model.term else model


def _sound_path(path: LearningPath, prune: Pruner) -> LearningPath:
    return changed(path, {"steps": prune.targets(path.steps)})
