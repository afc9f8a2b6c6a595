"""How a session of questions looks: the last answer above the next question, and how it went at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.actions import Action
from bot.adapters.asking import LETTERS
from bot.features.bank import Bank, Shown
from bot.features.definition import short_name, wrong
from bot.learning.mastery import passed
from bot.learning.session import Outcome, Part, Purpose, Session
from bot.markup import Markup, bold, escape
from bot.reply import Block, Bullets, Button, Buttons, Heading, Note, Paragraph, Reply, Visibility
from bot.texts import Texts

ANSWER, GO_ON, AGAIN = "pa", "pc", "pn"
"""The verbs: an option of a question; take up the session that was left; a new one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A session as one person sees it; `owner` may press where others see it too."""

    id: int
    session: Session
    texts: Texts
    owner: int | None


class PracticeViews:
    """The views; `bank` knows the questions."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def question(self, desk: Desk, before: Outcome | None = None) -> tuple[tuple[Block, ...], Buttons]:
        """The question that waits, below what became of the one before."""
        session, texts = desk.session, desk.texts
        part = session.parts[session.place]
        shown = self._bank.shown(part.item)
        head = tuple(self.result(before, texts)) if before is not None else ()
        options = (
            Markup(f"**{letter}** {escape(option)}")
            for letter, option in zip(LETTERS, shown.options, strict=False)
        )
        asked = (
            Heading(_label(session, part, texts)),
            Paragraph(bold(shown.stem)),
            Bullets(tuple(options)),
        )
        letters = tuple(
            Button(letter, Action(ANSWER, (str(desk.id), str(session.place), str(n)), desk.owner))
            for n, letter in enumerate(LETTERS[: len(shown.options)])
        )
        return (*head, *asked), (letters, (wrong("question", part.item.question, texts),))

    def result(self, outcome: Outcome, texts: Texts) -> Iterator[Block]:
        """Whether it was right, why, and why the chosen one was not."""
        shown = self._bank.shown(outcome.part.item)
        right = escape(shown.options[shown.key])
        if outcome.right:
            yield Paragraph(Markup(f"✅ {texts.say('Right: {option}.', option=right)} {_why(shown)}"))
            return
        yield Paragraph(Markup(f"❌ {texts.say('It is {option}.', option=bold(right))} {_why(shown)}"))
        if shown.whys[outcome.option]:
            chosen, why = shown.options[outcome.option], shown.whys[outcome.option]
            yield Paragraph(texts.say("Not “{option}”: {why}", option=chosen, why=why))

    def missed(self, session: Session) -> list[str]:
        """The names of what was not known at the first try."""
        terms = [self._bank.shown(part.item).term for part in session.parts if part.attempt > 1]
        return [short_name(term) for term in terms if term is not None]


def private(blocks: tuple[Block, ...], buttons: Buttons, *, edit: bool) -> Reply:
    """For the eyes of one person, wherever it was asked."""
    return Reply(blocks, buttons, Visibility.PRIVATE, edit=edit)


def score(session: Session, texts: Texts) -> Markup:
    """`4 of 5 right.`"""
    return texts.say("{right} of {asked} right.", right=session.right, asked=session.asked)


def verdict(session: Session, texts: Texts) -> Markup:
    """What the end of a session means."""
    match session.purpose:
        case Purpose.CHECKPOINT if passed(session.right, session.asked):
            return texts.say("🏁 Checkpoint passed.")
        case Purpose.CHECKPOINT:
            return texts.say(
                "Not yet: four in five must be right. Look at the steps again, and try once more."
            )
        case Purpose.STEP:
            return texts.say("👣 Step done.")
    return texts.say("💪 Practised.")


def again_in(due: datetime | None, now: datetime, texts: Texts) -> Block | None:
    """When something is due next, if anything is."""
    if due is None:
        return None
    days = max(0, (due.date() - now.date()).days)
    if due <= now:
        return Note(texts.say("More is due right now."))
    if days == 0:
        return Note(texts.say("The next review is due later today."))
    return Note(
        texts.plural("The next review is due in {n} day.", "The next review is due in {n} days.", days)
    )


def _label(session: Session, part: Part, texts: Texts) -> Markup:
    if part.attempt > 1:
        return texts.say("Once more")
    return texts.say("Question {n} of {total}", n=session.place + 1, total=session.asked)


def _why(shown: Shown) -> Markup:
    return escape(shown.explanation)
