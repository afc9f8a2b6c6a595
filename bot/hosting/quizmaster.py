"""The only place that runs quizzes: what members do comes in here, and nothing goes on without the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.hosting.views import Plan
from bot.model import Chat, User, Vote
from bot.quiz.model import Phase, Reason

Refusal = Reason
"""Why nothing happened, to be told to the member."""


@dataclass(frozen=True, slots=True)
class Running:
    """What runs in a place.

    message_id: the lobby, or the question that is or was asked last here; None before either arrived.
    question: the id of the question that is open just now; empty when none is.
    """

    quiz: int
    chat: Chat
    opener: User
    phase: Phase
    message_id: int | None
    question: str
    title: str


class Quizmaster:
    """Quizzes, from the lobby to the podium. Everything it returns is committed."""

    async def open(self, chat: Chat, opener: User, plan: Plan, now: datetime) -> int | Running:
        """Begins a quiz in the chat (and thread): its number, or what runs there already.

        Raises ValueError for a plan without items.
        """
        raise NotImplementedError

    async def join(self, quiz: int, user: User, chat: Chat | None = None) -> Refusal | None:
        """The member takes part; None when they do, also when they did already.

        chat: where they are, needed only when several rooms play.
        """
        raise NotImplementedError

    async def start(self, quiz: int, user: User) -> Refusal | None:
        """The opener begins before the lobby's time is over."""
        raise NotImplementedError

    async def answer(
        self, quiz: int, number: int, option: int, user: User, at: datetime, *, chat: Chat | None = None
    ) -> Refusal | None:
        """An answer; None means counted and committed. The first of a member is final.

        option: its position as shown; at: when, by the platform's clock where it has one.
        """
        raise NotImplementedError

    async def go_on(self, quiz: int, user: User) -> Refusal | None:
        """Alone: the next question."""
        raise NotImplementedError

    async def resume(self, quiz: int, user: User) -> Refusal | None:
        """Wakes a paused quiz."""
        raise NotImplementedError

    async def stop(self, quiz: int, user: User, *, admin: bool) -> Refusal | None:
        """Ends it: for the opener and for admins."""
        raise NotImplementedError

    async def void(self, quiz: int, number: int) -> Refusal | None:
        """Takes an item out of the count, also after the end. Whoever calls has checked for an admin."""
        raise NotImplementedError

    async def voted(self, vote: Vote) -> None:
        """A choice in a native poll. Returns after it is committed; a poll nobody knows is ignored."""
        raise NotImplementedError

    async def timed_out(self, quiz: int) -> None:
        """What was due is due."""
        raise NotImplementedError

    async def wake(self) -> None:
        """Takes up, at start, every quiz where it was."""
        raise NotImplementedError

    async def settle(self) -> None:
        """Waits until nothing is on its way to a chat any more."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stops sending. What is not sent yet is sent after the next start."""
        raise NotImplementedError

    async def plan(self, quiz: int) -> Plan | None:
        """What a quiz, running or ended, was opened with; None when there is no such quiz."""
        raise NotImplementedError

    def running(self, chat: Chat) -> Running | None:
        """What runs in this chat (and thread), without asking the database."""
        raise NotImplementedError

    def find(self, quiz: int) -> Running | None:
        """A running quiz by its number, as seen from its first room."""
        raise NotImplementedError
