"""What the buttons of a quiz say when pressed. Anybody may press them; who may do what is decided then."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import Action

JOIN, START, QUIETLY, ANSWER = "qj", "qs", "qq", "qa"
NEXT, CONTINUE, RESUME, STOP, AGAIN, REVIEW, VOID = "qn", "qc", "qr", "qx", "qg", "qv", "qd"
OPEN, QUIZ_ME = "qo", "qm"
LONGEST = 18
"""Digits that a database still takes as a whole number."""


def join(quiz: int) -> Action:
    """*Join*."""
    return Action(JOIN, (str(quiz),))


def start(quiz: int) -> Action:
    """*Start now*."""
    return Action(START, (str(quiz),))


def quietly(quiz: int) -> Action:
    """*Play quietly*: the same questions, alone."""
    return Action(QUIETLY, (str(quiz),))


def answer(quiz: int, number: int, option: int) -> Action:
    """An option as shown. It says nothing of whether it is right."""
    return Action(ANSWER, (str(quiz), str(number), str(option)))


def go_on(quiz: int) -> Action:
    """*Next*."""
    return Action(NEXT, (str(quiz),))


def show_again(quiz: int) -> Action:
    """*Continue*, alone: the question that is open, wherever it has gone."""
    return Action(CONTINUE, (str(quiz),))


def resume(quiz: int) -> Action:
    """*Go on* with a paused quiz."""
    return Action(RESUME, (str(quiz),))


def stop(quiz: int) -> Action:
    """*Stop*."""
    return Action(STOP, (str(quiz),))


def again(quiz: int) -> Action:
    """*Play again*: other questions of the same sort."""
    return Action(AGAIN, (str(quiz),))


def review(quiz: int, page: int) -> Action:
    """*All answers*, from a page on."""
    return Action(REVIEW, (str(quiz), str(page)))


def void(quiz: int, number: int) -> Action:
    """An admin takes a question out of the count."""
    return Action(VOID, (str(quiz), str(number)))


def open_one(topic: str, questions: int, seconds: int, level: str) -> Action:
    """Opens a quiz; empty or 0 for what is left open."""
    return Action(OPEN, (topic, str(questions), str(seconds), level))


def quiz_me(term_id: str) -> Action:
    """*Quiz me* on a term."""
    return Action(QUIZ_ME, (term_id,))


def numbers(args: Sequence[str], count: int) -> tuple[int, ...]:
    """The first arguments as numbers; -1, which nothing has, for what is missing or none."""
    given = (*args, *("",) * count)[:count]
    return tuple(int(text) if text.isdecimal() and len(text) <= LONGEST else -1 for text in given)
