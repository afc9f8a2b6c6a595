"""Questions made of the catalogue of models: what kind of model, what it gives, who made it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.library.drafts import WHY_MOST, Draft, Form, Wrong, quoted
from bot.library.kinship import proper, roots
from bot.library.library import Library
from bot.library.schema import Modality, Model, ModelKind, Term
from bot.markup import plain

_GIVEN = {
    Modality.TEXT: "Text", Modality.IMAGE: "Pictures", Modality.AUDIO: "Sound effects",
    Modality.SPEECH: "Spoken words", Modality.MUSIC: "Music", Modality.VIDEO: "Film clips",
    Modality.THREE_D: "3D objects", Modality.CODE: "Program code", Modality.DATA: "Data",
    Modality.ACTION: "Actions",
}  # fmt: skip
_OVERLAPPING = (
    frozenset((Modality.AUDIO, Modality.SPEECH, Modality.MUSIC)),
    frozenset((Modality.TEXT, Modality.CODE, Modality.DATA, Modality.ACTION)),
    frozenset((Modality.IMAGE, Modality.VIDEO)),
)
"""Music is sound, a film is pictures, code and tables are written."""
_FAMILIES = (
    frozenset(("google", "deepmind", "alphabet")),
    frozenset(("microsoft", "github")),
    frozenset(("meta", "facebook", "fair")),
)
"""Makers that are one house."""

_JOINT = re.compile(r",|\band\b|\blater\b|\(|\bwith\b")


class ModelDrafts:
    """What can be asked about the models of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._kind_terms = dict(_kind_terms(library))

    def kinds(self) -> Iterator[Draft]:
        """Which kind of model does something."""
        for kind in self._library.kinds.values():
            term = self._kind_terms.get((kind.input, kind.output))
            if term is None:
                continue
            wrong = tuple(_other_kinds(kind, self._library.kinds.values()))
            explanation = f"{kind.name}: {plain(kind.line)}"
            for name, text in (("line", kind.line), ("example", kind.example)):
                stem = f"Which kind of model does this: {quoted(plain(text).rstrip('.'))}?"
                of = f"{kind.id}:{name}"
                yield Draft(Form.KIND, of, term, stem, kind.name, explanation, wrong, patterned=True)

    def gives(self) -> Iterator[Draft]:
        """What comes out of a model."""
        for model in self._library.models.values():
            term = self._term_of(model)
            if term is None or len(model.outputs) != 1 or _in_name(model):
                continue
            gives = model.outputs[0]
            others = (m for m in Modality if not _overlap(m, gives) and m not in model.inputs)
            why = f"{model.name} gives {_GIVEN[gives].lower()}."
            wrong = tuple(Wrong(_GIVEN[m], why, m) for m in others)
            stem = f"What comes out when {model.name} is put to work?"
            explanation = f"{model.name} ({model.maker}): {plain(model.line)}"
            yield Draft(Form.GIVES, model.id, term, stem, _GIVEN[gives], explanation, wrong)

    def makers(self) -> Iterator[Draft]:
        """Who made what; trivia, for a question now and then."""
        for model in self._library.models.values():
            term = self._term_of(model)
            if term is None or _JOINT.search(model.maker) or roots(model.maker) & roots(model.name):
                continue
            wrong = tuple(_other_makers(model, self._library.models.values()))
            explanation = f"{model.name} is by {model.maker}, {model.released[:4]}: {plain(model.line)}"
            stem = f"Who is the maker of {model.name}?"
            yield Draft(Form.MAKER, model.id, term, stem, model.maker, explanation, wrong, patterned=True)

    def _term_of(self, model: Model) -> Term | None:
        if model.term:
            return self._library.term(model.term)
        return self._kind_terms.get((model.inputs[0], model.outputs[0]))


def _overlap(one: Modality, other: Modality) -> bool:
    return one == other or any(one in group and other in group for group in _OVERLAPPING)


def _other_kinds(kind: ModelKind, kinds: Iterable[ModelKind]) -> Iterator[Wrong]:
    """Kinds whose input or output is something else altogether; those that share the other end first."""
    others = [k for k in kinds if not (_overlap(k.input, kind.input) and _overlap(k.output, kind.output))]
    for other in sorted(others, key=lambda k: k.input != kind.input and k.output != kind.output):
        line = plain(other.line)
        yield Wrong(other.name, line if len(line) <= WHY_MOST else f"That gives {other.output}.", other.id)


def _other_makers(model: Model, models: Iterable[Model]) -> Iterator[Wrong]:
    """Makers of models that give the like, none of the same house."""
    house, seen = _house(model.maker), set[str]()
    for other in models:
        fits = set(other.outputs) & set(model.outputs) and not _JOINT.search(other.maker)
        if fits and other.maker not in seen and not house & _house(other.maker):
            seen.add(other.maker)
            yield Wrong(other.maker, f"{other.maker} is the maker of {other.name}.", other.maker)


def _house(maker: str) -> frozenset[str]:
    words = frozenset(maker.lower().split())
    return words.union(*(family for family in _FAMILIES if family & words))


def _in_name(model: Model) -> bool:
    """Whether the name tells what the model gives, as "MusicGen" does."""
    name = model.name.lower()
    return any(part in name for m in Modality for part in (m.value, _GIVEN[m].lower()[:4]))


def _kind_terms(library: Library) -> Iterator[tuple[tuple[Modality, Modality], Term]]:
    """The entry about a kind of model, where there is one."""
    by_name = {_words(name): t for t in library.terms.values() for name in proper(t)}
    for kind in library.kinds.values():
        term = library.terms.get(kind.id) or by_name.get(_words(kind.name))
        if term:
            yield (kind.input, kind.output), term


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, however it joins them."""
    return tuple(re.findall(r"[a-z0-9]+", name.lower()))
