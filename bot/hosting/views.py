"""What a quiz shows, asked of somebody else: the host knows when and where, the views know how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.adapters.base import Question
from bot.quiz.model import Item, Pace, Quiz
from bot.quiz.score import Given, Standing
from bot.reply import Reply
from bot.texts import Texts

Names = Mapping[int, str]
"""Participants' names as last seen: anything a person may type, so they must be escaped where shown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played, and how it was asked for (so that it can be asked for again).

    title: what the quiz is about, plain text; topic, level, seconds and seed: as given to the pick,
    empty or 0 when not said.
    """

    items: tuple[Item, ...]
    spares: tuple[Item, ...] = ()
    pace: Pace = Pace.CALM
    alone: bool = False
    title: str = ""
    topic: str = ""
    level: str = ""
    seconds: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a view may know of a quiz in one of its rooms.

    given: every answer so far, in order of number; standings: who leads, from the answers to items that
    have been revealed. polls: the platform closes a question in silence, so the last result must ride on
    what is shown next (`question`, `paused`, `podium`); elsewhere the question itself became its reveal.
    late: the item before was closed late because the bot was away; say so in one line.
    """

    quiz: int
    state: Quiz
    plan: Plan
    names: Names
    given: Sequence[Given]
    standings: Sequence[Standing]
    polls: bool
    late: bool
    texts: Texts
    now: datetime


def lost_reference(quiz: int) -> str:
    """What stands in the log for a quiz that was lost, and is told to the chat."""
    return f"quiz-{quiz}"


class Views(Protocol):
    """How a quiz looks. Nothing here may raise, and nothing may give the right answer away too early."""

    def lobby(self, scene: Scene) -> Reply:
        """Who plays, when it begins, and that answers are seen by all afterwards. The host makes it loud.

        Shown anew as people join, and once more, in another phase, when the first question is asked.
        """

    def question(self, scene: Scene, number: int) -> Question:
        """The item of that number, to be answered with `Quizmaster.answer(quiz, number, option, …)`."""

    def reveal(self, scene: Scene, number: int) -> Reply:
        """What was right and why, and how the group did; replaces the question where there is no poll.

        A poll that is stopped keeps the buttons of this reply and nothing else of it.
        """

    def paused(self, scene: Scene) -> Reply:
        """That the quiz sleeps, and a button that wakes it."""

    def podium(self, scene: Scene) -> Reply:
        """The final standings, and a way to play again. Also shown anew when an item is voided later."""

    def lost(self, scene: Scene) -> Reply:
        """That the quiz cannot go on, because what was kept of it is damaged; with `lost_reference`."""

    def nobody(self, scene: Scene) -> Reply:
        """For the opener in private: too few came; the same questions alone?"""
