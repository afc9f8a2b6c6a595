"""The nouns of a quiz. People are participant numbers and chats are room numbers: names live elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a quiz stands."""

    LOBBY = "lobby"
    ASKING = "asking"
    """A question is on its way; its time has not begun."""
    OPEN = "open"
    """A question can be answered."""
    REVEALED = "revealed"
    """Between two questions, or (alone) until the member goes on."""
    PAUSED = "paused"
    ENDED = "ended"


class Pace(StrEnum):
    """Whether speed counts. It does so only where an admin asked for it, and never between two rooms."""

    CALM = "calm"
    SPRINT = "sprint"


class Reason(StrEnum):
    """Why an event was refused; the member is told in words of their language."""

    LATE = "late"
    ANSWERED = "answered"
    NOT_YOURS = "not-yours"
    ENDED = "ended"
    TOO_FEW = "too-few"


@dataclass(frozen=True, slots=True)
class Item:
    """A question as it is asked here.

    order: the positions of the question's options (0 is the key) as shown.
    seconds: how long it stays open; 0 for as long as the member likes.
    void: it counts for nobody.
    """

    question: str
    order: tuple[int, ...]
    seconds: int
    void: bool = False

    @property
    def key(self) -> int:
        """The position of the right answer as shown."""
        return self.order.index(0)


@dataclass(frozen=True, slots=True)
class Quiz:
    """The state: a versioned snapshot. Answers are rows elsewhere; `answered` is who has, just now.

    items: what is asked, in order; spares: what takes the place of a void one.
    number: the item that is or was open, -1 before the first.
    rooms: the rooms that still take part; sent: those where the open item has arrived.
    active: for each participant, the last item they joined at or answered.
    asked_at: when the item was given out to be sent; opened_at: when it arrived, in the last room so far.
    unanswered: items in a row that nobody answered.
    due: when the next `TimedOut` is expected.
    """

    opener: int
    rooms: frozenset[int]
    items: tuple[Item, ...]
    spares: tuple[Item, ...] = ()
    pace: Pace = Pace.CALM
    alone: bool = False
    phase: Phase = Phase.LOBBY
    number: int = -1
    sent: frozenset[int] = frozenset()
    asked_at: datetime | None = None
    opened_at: datetime | None = None
    due: datetime | None = None
    active: dict[int, int] = field(default_factory=dict)
    answered: frozenset[int] = frozenset()
    unanswered: int = 0

    @property
    def item(self) -> Item:
        """The item that is or was open."""
        return self.items[self.number]

    @property
    def last(self) -> bool:
        """Whether no item follows."""
        return self.number + 1 >= len(self.items)


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody takes part."""

    participant: int


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody wants it to begin now."""

    participant: int


@dataclass(frozen=True, slots=True)
class Sent:
    """An item has arrived in a room, at the platform's time."""

    room: int
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SendFailed:
    """An item was definitely not sent, and trying again is no use."""

    room: int
    number: int


@dataclass(frozen=True, slots=True)
class SendUnknown:
    """An item may or may not have been sent: it cannot be played."""

    room: int
    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody chose an option of an item; `at` is when, by the platform's clock where it has one."""

    participant: int
    number: int
    option: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TimedOut:
    """What was due is due: the lobby, the item's time, the pause between two items, a long silence."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """Alone: the next question, please."""

    participant: int


@dataclass(frozen=True, slots=True)
class LostSight:
    """Alone: the open question once more, please."""

    participant: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Somebody wakes a paused quiz."""

    participant: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody ends it; `allowed` says whether an admin did."""

    participant: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class RoomLost:
    """A room cannot be reached any more."""

    room: int


@dataclass(frozen=True, slots=True)
class Voided:
    """An admin takes an item out of the count."""

    number: int


Event = (
    Joined
    | Started
    | Sent
    | SendFailed
    | SendUnknown
    | Answered
    | TimedOut
    | WentOn
    | LostSight
    | Resumed
    | Stopped
    | RoomLost
    | Voided
)


@dataclass(frozen=True, slots=True)
class ShowLobby:
    """Show the lobby, or who has joined it."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Too few came: take the lobby away and offer the quiz to the opener alone."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Send an item to the rooms."""

    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """Keep an answer: the first of a participant to an item."""

    participant: int
    number: int
    option: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reveal:
    """Close an item, show the answer and why."""

    number: int


@dataclass(frozen=True, slots=True)
class Remind:
    """Come back with `TimedOut` then."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """Say that the quiz sleeps, and how it is woken."""


@dataclass(frozen=True, slots=True)
class Podium:
    """Show the final standings."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Tell a participant why nothing happened."""

    participant: int
    reason: Reason


Effect = ShowLobby | GiveUp | Ask | Record | Reveal | Remind | Pause | Podium | Refuse
