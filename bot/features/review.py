"""*All answers* below a podium: what was right, for whoever wants to know; and an admin's way to void one."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands import Feature, PressRequest
from bot.features import quiz_actions as acts
from bot.features.bank import Bank
from bot.features.opening import Opening
from bot.features.scoreboard import LINE_BREAK, Tally, tally
from bot.features.services import Services
from bot.hosting.quizmaster import Quizmaster
from bot.markup import Markup, bold, escape
from bot.quiz import codec
from bot.quiz.codec import BadSnapshot
from bot.quiz.model import Item, Phase, Quiz
from bot.quiz.score import Given
from bot.reply import Button, Buttons, Heading, Paragraph, Reply, Visibility, grid
from bot.store import quizzes
from bot.store.quizzes import Saved
from bot.texts import Texts

PAGE = 10
"""Questions of one message."""
_OVER = (Phase.REVEALED, Phase.PAUSED, Phase.ENDED)


class Review:
    """The handlers."""

    def __init__(self, services: Services, bank: Bank, quizmaster: Quizmaster, opening: Opening) -> None:
        self._services = services
        self._bank = bank
        self._quizmaster = quizmaster
        self._opening = opening

    def feature(self) -> Feature:
        """What this module adds."""
        return Feature(presses={acts.REVIEW: self.pressed, acts.VOID: self.voided})

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on *All answers*, or on *More*: privately, and nothing of a question that is open."""
        quiz, first = acts.numbers(press.args, 2)
        saved = await self._services.store.get(quizzes.load(quiz))
        state = _state(saved)
        if saved is None or state is None:
            return Reply(toast=press.texts.label("I have forgotten that quiz."))
        closed = state.items[: state.number + (state.phase in _OVER)]
        page = range(max(first, 0), len(closed))[:PAGE]
        given = _given(saved)
        said = [self._line(closed[n], n, given, press.texts, alone=state.alone) for n in page]
        admin = await self._may_void(saved, press)
        buttons = _buttons(quiz, state, page, press.texts, admin=admin)
        more = (Button(press.texts.label("More"), acts.review(quiz, page.stop)),)
        return Reply(
            (Heading(press.texts.say("All answers")), *map(Paragraph, said)),
            (*buttons, more) if page.stop < len(closed) else buttons,
            visibility=Visibility.PRIVATE,
        )

    async def voided(self, press: PressRequest) -> Reply:
        """A press on *Void*: the standings are counted anew."""
        quiz, number = acts.numbers(press.args, 2)
        saved = await self._services.store.get(quizzes.load(quiz))
        if saved is None or not await self._may_void(saved, press):
            return Reply(toast=press.texts.label("Only an admin of that chat can do this."))
        await self._quizmaster.void(quiz, number)
        return Reply(toast=press.texts.label("Question {n} does not count any more.", n=number + 1))

    async def _may_void(self, saved: Saved, press: PressRequest) -> bool:
        """Asked of the chat where it was played, since this message may stand in a private one."""
        for room in saved.rooms.values():
            if room.private or not await self._opening.is_admin(room, press.user):
                return False
        return True

    def _line(self, item: Item, number: int, given: list[Given], texts: Texts, *, alone: bool) -> Markup:
        shown, count = self._bank.shown(item), tally(item, number, given)
        mark = "✅" if count.right or not alone else "❌"
        question = f"**{number + 1}\\.** {escape(shown.stem)}"
        answer = f"{mark} {bold(shown.options[shown.key])}{_how(item, count, texts, alone=alone)}"
        return Markup(f"{question}{LINE_BREAK}{answer}")


def _how(item: Item, count: Tally, texts: Texts, *, alone: bool) -> str:
    if item.void:
        return f" · {texts.say('does not count')}"
    if alone:
        return ""
    return f" · {texts.say('{right} of {answered}', right=count.right, answered=count.answered)}"


def _state(saved: Saved | None) -> Quiz | None:
    """The quiz as it was kept, if it was and can be read."""
    try:
        return codec.decode(saved.state) if saved is not None else None
    except BadSnapshot:
        return None


def _given(saved: Saved) -> list[Given]:
    return [Given(a.participant, a.number, a.option, 0.0) for a in saved.answers]


def _buttons(quiz: int, state: Quiz, page: range, texts: Texts, *, admin: bool) -> Buttons:
    return grid(list(_voids(quiz, state, page, texts)), per_row=5) if admin else ()


def _voids(quiz: int, state: Quiz, page: range, texts: Texts) -> Iterator[Button]:
    for number in page:
        if not state.items[number].void:
            yield Button(texts.label("Void {n}", n=number + 1), acts.void(quiz, number))
