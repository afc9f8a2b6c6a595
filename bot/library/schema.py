"""What an author may write: the records of the content, validated by pydantic.

A term's id is its file's name and its topic is its folder, so neither is written twice.
The JSON Schemas under `content/schema/` are made from these classes.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ID_MAX = 24
"""An id travels in buttons, two of them in one action of 64 bytes (Bot API: callback_data)."""


def _as_text(value: Any) -> Any:
    """Dates may be written whole or in part; YAML turns `2017` and `2017-06-12` into other types."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | dt.date):
        return str(value)
    return value


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=ID_MAX)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PartialDate = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
]
Url = Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=300)]


class Record(BaseModel):
    """A piece of content: unknown fields are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(StrEnum):
    """What sort of thing a term names; distractors are drawn from the same kind."""

    CONCEPT = "concept"
    TECHNIQUE = "technique"
    ARCHITECTURE = "architecture"
    METRIC = "metric"
    DATASET = "dataset"
    BENCHMARK = "benchmark"
    MODEL = "model"
    PRODUCT = "product"
    COMPANY = "company"
    TOOL = "tool"
    PROTOCOL = "protocol"
    LAW = "law"
    PERSON = "person"


class Level(StrEnum):
    """How early a learner meets it."""

    CORE = "core"
    COMMON = "common"
    ADVANCED = "advanced"


class Difficulty(StrEnum):
    """How hard a question is."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Status(StrEnum):
    """Whether the thing named can still be met today."""

    ACTIVE = "active"
    RESEARCH = "research"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Openness(StrEnum):
    """What of a model or tool the public may have."""

    CLOSED = "closed"
    OPEN_WEIGHTS = "open-weights"
    OPEN_SOURCE = "open-source"


class Modality(StrEnum):
    """What goes into a model, or comes out of it."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    SPEECH = "speech"
    MUSIC = "music"
    VIDEO = "video"
    THREE_D = "3d"
    CODE = "code"
    DATA = "data"
    ACTION = "action"


class Source(Record):
    """Where a reader can check an entry."""

    title: Annotated[Line, Field(max_length=120)]
    url: Url


class Misconception(Record):
    """A common wrong belief, and what is so instead."""

    wrong: Annotated[Line, Field(max_length=160)]
    right: Annotated[Line, Field(max_length=300)]


class Facets(Record):
    """Short answers that let any two terms be set side by side."""

    used_for: Annotated[Line, Field(max_length=120)]
    strength: Annotated[Line, Field(max_length=120)]
    limit: Annotated[Line, Field(max_length=120)]


class Term(Record):
    """One entry of the glossary: `content/terms/<topic>/<id>.md`."""

    id: Id
    topic: Id
    term: Annotated[Line, Field(max_length=60)]
    abbreviations: tuple[Line, ...] = ()
    aliases: tuple[Line, ...] = ()
    misspellings: tuple[Line, ...] = ()
    kind: Kind
    level: Level
    one_liner: Annotated[Line, Field(max_length=160)]
    simple: Annotated[Line, Field(max_length=500)] | None = None
    standard: Annotated[Line, Field(max_length=1200)]
    deep: Annotated[Line, Field(max_length=2500)] | None = None
    example: Annotated[Line, Field(max_length=600)]
    confused_with: dict[Id, Annotated[Line, Field(max_length=200)]] = Field(default_factory=dict)
    prerequisites: tuple[Id, ...] = ()
    related: tuple[Id, ...] = ()
    facets: Facets | None = None
    misconception: Misconception | None = None
    maker: Annotated[Line, Field(max_length=80)] | None = None
    released: PartialDate | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    as_of: dt.date
    review_by: dt.date | None = None
    status: Status = Status.ACTIVE
    successor: Id | None = None
    excused: dict[str, Line] = Field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every depth is written."""
        return self.simple is not None and self.deep is not None

    @property
    def names(self) -> tuple[str, ...]:
        """Everything a person may call it, the proper name first."""
        return (self.term, *self.abbreviations, *self.aliases, *self.misspellings)


class ComparisonRow(Record):
    """One question that matters for choosing, answered for both sides."""

    question: Annotated[Line, Field(max_length=80)]
    answers: tuple[Annotated[Line, Field(max_length=220)], Annotated[Line, Field(max_length=220)]]


class Comparison(Record):
    """Two terms side by side: an item of `content/comparisons/<topic>.yaml`."""

    between: tuple[Id, Id]
    rows: tuple[ComparisonRow, ...] = Field(min_length=4, max_length=7)
    bottom_line: Annotated[Line, Field(max_length=280)]
    as_of: dt.date
    excused: dict[str, Line] = Field(default_factory=dict)


class Tip(Record):
    """One idea and one action: an item of `content/tips/<topic>.yaml`."""

    id: Id
    topic: Id
    term: Id
    title: Annotated[Line, Field(max_length=60)]
    text: Annotated[Line, Field(max_length=280)]
    as_of: dt.date
    review_by: dt.date | None = None
    excused: dict[str, Line] = Field(default_factory=dict)


class Distractor(Record):
    """A wrong option, and why it is wrong."""

    text: Annotated[Line, Field(max_length=55)]
    why: Annotated[Line, Field(max_length=160)]


class Question(Record):
    """A multiple-choice item: an item of `content/questions/<topic>.yaml`.

    The limits serve both platforms (Bot API: a poll's question 1-300, explanation 0-200 with at
    most two line feeds; Discord's button label 80).
    """

    id: Id
    topic: Id
    tests: Id
    level: Difficulty
    stem: Annotated[Line, Field(max_length=250)]
    key: Annotated[Line, Field(max_length=55)]
    distractors: tuple[Distractor, ...] = Field(min_length=2, max_length=4)
    explanation: Annotated[Line, Field(min_length=40, max_length=200)]
    as_of: dt.date
    review_by: dt.date | None = None
    excused: dict[str, Line] = Field(default_factory=dict)

    @property
    def options(self) -> tuple[str, ...]:
        """The key first, then the distractors; whoever shows them shuffles."""
        return (self.key, *(d.text for d in self.distractors))


class ModelKind(Record):
    """An X-to-Y category: an item of `content/model-kinds.yaml`."""

    id: Id
    input: Modality
    output: Modality
    name: Annotated[Line, Field(max_length=60)]
    line: Annotated[Line, Field(max_length=200)]
    example: Annotated[Line, Field(max_length=200)]


class Model(Record):
    """A model or tool of the catalogue: an item of `content/models/<anything>.yaml`."""

    id: Id
    name: Annotated[Line, Field(max_length=60)]
    maker: Annotated[Line, Field(max_length=80)]
    aliases: tuple[Line, ...] = ()
    inputs: tuple[Modality, ...] = Field(min_length=1)
    outputs: tuple[Modality, ...] = Field(min_length=1)
    line: Annotated[Line, Field(max_length=160)]
    released: PartialDate
    openness: Openness
    licence: Annotated[Line, Field(max_length=80)]
    status: Status = Status.ACTIVE
    successor: Annotated[Line, Field(max_length=80)] | None = None
    note: Annotated[Line, Field(max_length=240)] | None = None
    term: Id | None = None
    source: Source
    as_of: dt.date
    review_by: dt.date
    excused: dict[str, Line] = Field(default_factory=dict)


class Use(Record):
    """A kind of value, or a sector: an item of `content/uses.yaml`."""

    id: Id
    name: Annotated[Line, Field(max_length=60)]
    line: Annotated[Line, Field(max_length=240)]
    examples: tuple[Annotated[Line, Field(max_length=160)], ...] = Field(min_length=1, max_length=5)
    watch_out: Annotated[Line, Field(max_length=200)] | None = None
    terms: tuple[Id, ...] = ()


class Uses(Record):
    """`content/uses.yaml`: where generative AI fits."""

    as_of: dt.date
    values: tuple[Use, ...]
    sectors: tuple[Use, ...]


class Link(Record):
    """A link shown in `/about`; one with `until` vanishes the day after."""

    title: Annotated[Line, Field(max_length=80)]
    url: Url
    about: Annotated[Line, Field(max_length=160)] | None = None
    until: dt.date | None = None


class Resources(Record):
    """`content/resources.yaml`: further reading and the community's own links."""

    as_of: dt.date
    resources: tuple[Link, ...] = ()
    community: tuple[Link, ...] = ()


class Topic(Record):
    """A shelf of the library: an item of `content/topics.yaml`, in the order of learning."""

    id: Id
    name: Annotated[Line, Field(max_length=40)]
    about: Annotated[Line, Field(max_length=160)]
    aliases: tuple[Line, ...] = ()


class Path(Record):
    """A learning path: an item of `content/paths.yaml`."""

    id: Id
    name: Annotated[Line, Field(max_length=60)]
    audience: Annotated[Line, Field(max_length=160)]
    steps: tuple[Id, ...] = Field(min_length=8, max_length=20)


class Index(Record):
    """`content/index.yaml`: what belongs to no single entry."""

    popular: tuple[Id, ...] = ()
    ambiguous: dict[str, tuple[Id, ...]] = Field(default_factory=dict)
    redirects: dict[Id, Id] = Field(default_factory=dict)
    hide: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _two_meanings(self) -> Index:
        for word, ids in self.ambiguous.items():
            if len(ids) < 2:
                raise ValueError(f"ambiguous word {word!r} needs two meanings or more")
        return self
