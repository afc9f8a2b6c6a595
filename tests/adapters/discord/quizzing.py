"""A question, its reveal, and a core that counts answers, for the tests of quizzes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.actions import Action
from bot.adapters.base import Question
from bot.markup import Markup
from bot.model import Chat, ChatKind, Platform
from bot.reply import Button, Heading, Note, Paragraph, Reply
from tests.adapters.discord.conftest import ScriptedFront
from tests.fakes.discord.driver import Channel
from tests.fakes.discord.server import NOON

KEY = "quiz:17:3:0"
OPTIONS = ("It looks things up first", "It is trained on *your* files", "It has no memory", "<@1> ||all||")
QUESTION = Question(
    label="Question 3 of 7",
    head=(Paragraph(Markup("**Ann** leads with 20 points.")),),
    stem="What does retrieval-augmented generation do before it answers?",
    options=OPTIONS,
    key=0,
    explanation="It searches a collection of texts, and answers from what it found.",
    seconds=20,
    closes_at=NOON + timedelta(seconds=20),
    buttons=(tuple(Button(letter, Action("qa", ("17", "3", str(n)))) for n, letter in enumerate("ABCD")),),
)
REVEAL = Reply(
    (
        Heading("Question 3 of 7"),
        Paragraph("**A** It looks things up first"),
        Paragraph("It searches a collection of texts, and answers from what it found."),
        Note("2 of 3 were right"),
    ),
    ((Button("What is RAG?", Action("w", ("rag",))),),),
)


def chat(channel: Channel) -> Chat:
    return Chat(Platform.DISCORD, channel.id, ChatKind.GROUP)


def counting(front: ScriptedFront) -> dict[int, str]:
    """Lets the core count as the quizmaster does: the first press of each is final, and each is told."""
    counted: dict[int, str] = {}

    def answer(event: Any) -> Reply:
        if event.user.id in counted:
            return Reply(toast="You have answered already.")
        counted[event.user.id] = event.data
        return Reply(toast="Your answer is in.")

    front.answer = answer
    return counted
