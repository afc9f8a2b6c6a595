"""What features work with: handed over once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from bot.learners import Learners
from bot.library.library import Library
from bot.model import Chat
from bot.recent import Recent
from bot.store.store import Store


class Shelf:
    """Where the library stands; whoever writes content may put a newer one there while the bot runs."""

    def __init__(self, library: Library) -> None:
        self.library = library


@dataclass(frozen=True, slots=True)
class Services:
    """The tools of every feature. `today` is for review dates, `chance` for choosing tips and questions.

    tested: the id of the term that a quiz question open in a chat is about, empty when none is.
    """

    shelf: Shelf
    store: Store
    recent: Recent
    today: Callable[[], date]
    chance: Random
    tested: Callable[[Chat], str] = lambda _: ""

    @property
    def learners(self) -> Learners:
        """What people learn is noted here."""
        return Learners(self.store)

    @property
    def library(self) -> Library:
        """The library as it is now."""
        return self.shelf.library
