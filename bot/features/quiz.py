"""`/quiz`, `/stopquiz`, and every button of a quiz."""

from __future__ import annotations

from bot.adapters.asking import LETTERS
from bot.commands import Choice, Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features import quiz_actions as acts
from bot.features.homes import room_name
from bot.features.opening import Opening
from bot.features.planning import SHORT, Planner, about
from bot.features.quiz_wish import (
    LEAST_QUESTIONS,
    LEAST_SECONDS,
    MOST_QUESTIONS,
    MOST_SECONDS,
    Wish,
    held,
    split,
    wish,
)
from bot.features.services import Services
from bot.hosting.quizmaster import Quizmaster
from bot.library.schema import Difficulty
from bot.quiz.model import Reason
from bot.reply import Paragraph, Reply, Visibility, plain_block
from bot.rooms import room_code
from bot.texts import N_, Texts

_QUESTIONS = (LEAST_QUESTIONS, 5, 7, 10, 15, 20, MOST_QUESTIONS)
_SECONDS = (10, 15, 20, 30, 45, 60, 90, 120)
_LEVELS = (
    Choice(Difficulty.EASY, N_("easy")),
    Choice(Difficulty.MEDIUM, N_("medium")),
    Choice(Difficulty.HARD, N_("hard")),
)
REASONS = {
    Reason.LATE: N_("Too late: that question is closed."),
    Reason.ANSWERED: N_("You have answered already. The first answer counts."),
    Reason.NOT_YOURS: N_("That is for whoever started it. /quiz starts one of your own."),
    Reason.ENDED: N_("That quiz is over."),
    Reason.TOO_FEW: N_("It takes two. Wait for somebody to join, or play quietly."),
}


class Quizzes:
    """The handlers."""

    def __init__(
        self, services: Services, planner: Planner, quizmaster: Quizmaster, opening: Opening
    ) -> None:
        self._services = services
        self._planner = planner
        self._quizmaster = quizmaster
        self._opening = opening

    def feature(self) -> Feature:
        """What this module adds."""
        quiz = Command(
            "quiz",
            N_("Play a quiz: together in a group, alone in private"),
            self.quiz,
            params=(
                Param("topic", ParamKind.TOPIC, N_("A topic or a term; anything if left out")),
                Param("questions", ParamKind.CHOICE, N_("How many: 3 to 30"), choices=_numbers(_QUESTIONS)),
                Param("seconds", ParamKind.CHOICE, N_("For each question"), choices=_numbers(_SECONDS)),
                Param("level", ParamKind.CHOICE, N_("easy, medium or hard"), choices=_LEVELS),
            ),
            aliases=("trivia",),
            split=split,
            menu=True,
            example="rag 5 30",
        )
        stop = Command("stopquiz", N_("End the quiz that runs here"), self.stopquiz, aliases=("endquiz",))
        presses = {
            acts.JOIN: self.joined,
            acts.START: self.started,
            acts.ANSWER: self.answered,
            acts.NEXT: self.went_on,
            acts.CONTINUE: self.continued,
            acts.RESUME: self.resumed,
            acts.STOP: self.stopped,
            acts.QUIETLY: self.quietly,
            acts.AGAIN: self.again,
            acts.OPEN: self.chosen,
            acts.QUIZ_ME: self.quiz_me,
        }
        return Feature((quiz, stop), presses)

    async def quiz(self, request: Request) -> Reply | None:
        """A quiz as wished for."""
        wanted = wish(request.values, self._services.library)
        return await self._opening.wished(wanted, request.chat, request.user, request.texts, request.now)

    async def stopquiz(self, request: Request) -> Reply | None:
        """Ends what runs here; the podium is the answer."""
        texts, found = request.texts, await self._opening.lobby.running(request.chat)
        if found is None or found.running is None:
            return _private(texts.say("No quiz is running here. /quiz starts one."))
        admin = await self._opening.is_admin(request.chat, request.user)
        refusal = await self._quizmaster.stop(found.running.quiz, request.user, admin=admin)
        if refusal is not None:
            return _private(texts.say("Only the one who started it, or an admin, can end it."))
        if room_code(found.room) == room_code(request.chat):
            return None
        said = texts.say("The quiz in {room} has ended.", room=room_name(found.room, texts))
        return self._opening.told(said, request.chat)

    async def joined(self, press: PressRequest) -> Reply:
        """A press on *Join*."""
        refusal = await self._quizmaster.join(_quiz(press), press.user, press.chat)
        return _told(refusal, press.texts, press.texts.label("You're in."))

    async def started(self, press: PressRequest) -> Reply:
        """A press on *Start now*."""
        return _told(await self._quizmaster.start(_quiz(press), press.user), press.texts)

    async def answered(self, press: PressRequest) -> Reply:
        """A press on an option. The member is told only after the answer is safe."""
        quiz, number, option = acts.numbers(press.args, 3)
        at = press.at or press.now
        refusal = await self._quizmaster.answer(quiz, number, option, press.user, at, chat=press.chat)
        if press.chat.private or not 0 <= option < len(LETTERS):
            return _told(refusal, press.texts)
        return _told(refusal, press.texts, press.texts.label("{letter} it is.", letter=LETTERS[option]))

    async def went_on(self, press: PressRequest) -> Reply:
        """A press on *Next*."""
        return _told(await self._quizmaster.go_on(_quiz(press), press.user), press.texts)

    async def continued(self, press: PressRequest) -> Reply:
        """A press on *Continue*, where somebody alone asked for a quiz while theirs was under way."""
        return _told(await self._quizmaster.show_again(_quiz(press), press.user), press.texts)

    async def resumed(self, press: PressRequest) -> Reply:
        """A press on *Go on*."""
        return _told(await self._quizmaster.resume(_quiz(press), press.user), press.texts)

    async def stopped(self, press: PressRequest) -> Reply:
        """A press on *Stop*."""
        quiz, running = _quiz(press), self._quizmaster.running(press.chat)
        # A button's action can be typed as a link anywhere, and an admin is one of a certain chat.
        here = running is not None and running.quiz == quiz
        admin = here and await self._opening.is_admin(press.chat, press.user)
        return _told(await self._quizmaster.stop(quiz, press.user, admin=admin), press.texts)

    async def quietly(self, press: PressRequest) -> Reply:
        """A press on *Play quietly*: the same questions, alone."""
        plan = await self._quizmaster.plan(_quiz(press))
        if plan is None:
            return _told(Reason.ENDED, press.texts)
        return await self._opening.alone(plan, press.chat, press.user, press.texts, press.now)

    async def again(self, press: PressRequest) -> Reply:
        """A press on *Play again*: other questions of the same sort, here."""
        plan = await self._quizmaster.plan(_quiz(press))
        if plan is None:
            return _told(Reason.ENDED, press.texts)
        return await self._wished(self._planner.wish(plan), press)

    async def chosen(self, press: PressRequest) -> Reply:
        """A press on a topic."""
        topic, _, _, level = (*press.args, "", "", "", "")[:4]
        _, questions, seconds = acts.numbers(press.args, 3)
        wanted = Wish(
            about=about(topic, self._services.library),
            questions=held(questions, LEAST_QUESTIONS, MOST_QUESTIONS),
            seconds=held(seconds, LEAST_SECONDS, MOST_SECONDS) if seconds > 0 else None,
            level=Difficulty(level) if level in set(Difficulty) else None,
        )
        return await self._wished(wanted, press)

    async def quiz_me(self, press: PressRequest) -> Reply:
        """A press on *Quiz me*: a few questions on the term and its neighbours, alone."""
        term = self._services.library.term(press.args[0]) if press.args else None
        if term is None:
            return Reply(toast=press.texts.label("That entry is gone. Ask for it with /whatis."))
        wanted = Wish(about=term, questions=SHORT)
        return await self._opening.about(wanted, press.chat, press.user, press.texts, press.now)

    async def _wished(self, wanted: Wish, press: PressRequest) -> Reply:
        reply = await self._opening.wished(wanted, press.chat, press.user, press.texts, press.now)
        if reply is None:
            return Reply()
        # What is for the presser alone and short needs no message of its own. Where nobody can be told
        # something alone in the chat, the message would open the private chat, and begin a quiz there.
        short = reply.visibility is Visibility.PRIVATE and not reply.buttons
        if short or not self._opening.whispers(press.chat):
            return Reply(toast=plain_block(reply.blocks[0]))
        return reply


def _numbers(numbers: tuple[int, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(str(n), str(n)) for n in numbers)


def _quiz(press: PressRequest) -> int:
    return acts.numbers(press.args, 1)[0]


def _told(refusal: Reason | None, texts: Texts, counted: str = "") -> Reply:
    """A word to the presser alone: why not, or that it counts."""
    return Reply(toast=texts.label(REASONS[refusal]) if refusal else counted)


def _private(said: str) -> Reply:
    return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
