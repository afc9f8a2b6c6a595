"""Any event at any time: random schedules through the engine, and what must hold after each of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.quiz.codec import decode, encode
from bot.quiz.engine import LEAST_CYCLE, NOT_BEFORE, opened, step, waited_for
from bot.quiz.model import (
    Answered,
    Effect,
    Event,
    Item,
    Joined,
    LostSight,
    Pace,
    Phase,
    Podium,
    Quiz,
    Refuse,
    Remind,
    Resumed,
    Reveal,
    RoomLost,
    SendFailed,
    SendUnknown,
    Sent,
    Started,
    Stopped,
    TimedOut,
    Voided,
    WentOn,
)
from bot.quiz.score import Given, standings
from tests.quiz.game import ANN, BEN, CEM, DEE, Game, a_quiz

PEOPLE = st.sampled_from((ANN, ANN, BEN, BEN, CEM, DEE))
ROOMS = st.integers(1, 3)
NEAR = st.sampled_from((0, 0, 0, 0, 0, -1, 1, -7, 7))
"""Which item an event is about, counted from the one that is being asked."""
FAR = st.sampled_from((3, 3, 3, 3, 3, 2, 1, 0))
"""How far the quiz has come before anything can happen: opened, joined, started, the first question open."""
RARELY = st.integers(0, 9).map(lambda n: n == 9)
SECONDS = st.sampled_from((0.1, 1, 3, 7.9, 8, 12, 30, 95))
OPTIONS = st.sampled_from((0, 1, 2, 3, 0, 1, 2, 3, -1, 4))
QUIZZES = st.builds(
    a_quiz,
    st.sampled_from((1, 3, 5, 9, 9)),
    spares=st.integers(0, 3),
    rooms=st.sets(ROOMS, min_size=1),
    alone=st.sampled_from((False, False, False, True)),
    seconds=st.sampled_from((0, 10, 30)),
    pace=st.sampled_from(Pace),
)


def stale(quiz: Quiz, event: Event, game: Game) -> str:
    """Why the event must change nothing, in words; empty when it may."""
    asking = quiz.phase is Phase.ASKING
    if quiz.phase is Phase.ENDED and not isinstance(event, Voided):
        return "the quiz has ended"
    match event:
        case TimedOut() if quiz.due is None or game.now < quiz.due:
            return "nothing is due yet"
        case Answered(who, number, option, _) if quiz.phase in (Phase.ASKING, Phase.OPEN):
            if number != quiz.number:
                return "the answer is to another question"
            if not 0 <= option < len(quiz.item.order):
                return "there is no such option"
            if any((r.participant, r.number) == (who, number) for r in game.rows):
                return "the first answer is final"
            if quiz.alone and who != quiz.opener:
                return "somebody else plays alone"
        case Answered():
            return "no question can be answered now"
        case Sent(_, number) | SendFailed(_, number) | SendUnknown(_, number) if number != quiz.number:
            return "the news is of another question"
        case Sent() | SendFailed() | SendUnknown() if not asking:
            return "no question is on its way"
        case Sent(room) if room not in quiz.rooms or room in quiz.sent:
            return "the room is not waiting for it"
        case RoomLost(room) | SendFailed(room) if room not in quiz.rooms:
            return "the room does not take part"
        case Joined(who) if quiz.alone and who != quiz.opener:
            return "somebody else plays alone"
        case Joined(who) if quiz.active.get(who) == max(quiz.number, 0):
            return "they have joined"
        case Started(who) if quiz.phase is not Phase.LOBBY or who != quiz.opener or len(quiz.active) < 2:
            return "it cannot be started now, by them"
        case WentOn(who) if not quiz.alone or quiz.phase is not Phase.REVEALED or who != quiz.opener:
            return "there is nothing to go on to, for them"
        case LostSight(who) if not quiz.alone or quiz.phase is not Phase.OPEN or who != quiz.opener:
            return "there is nothing to show again, to them"
        case Resumed(who) if quiz.phase is not Phase.PAUSED or (quiz.alone and who != quiz.opener):
            return "nothing sleeps that they could wake"
        case Stopped(who, allowed) if not allowed and who != quiz.opener:
            return "only the starter or an admin stops it"
        case Voided(number) if not 0 <= number <= quiz.number or quiz.items[number].void:
            return "the question was not asked, or is void already"
    return ""


WORTH = (10, 11, 12, 13, 14, *(15,) * 20)


def recount(items: tuple[Item, ...], given: list[Given], pace: Pace) -> list[tuple[int, int, int]]:
    """Participant, points and rank, by way of the runs of right answers written as a text."""
    counted = [(n, item) for n, item in enumerate(items) if not item.void]
    points: Counter[int] = Counter()
    for who in sorted({g.participant for g in given}):
        theirs = {g.number: g for g in reversed(given) if g.participant == who}
        marks = "".join("r" if n in theirs and theirs[n].option == i.key else "w" for n, i in counted)
        points[who] += sum(sum(WORTH[: len(run)]) for run in marks.split("w"))
        for n, item in counted:
            if pace is Pace.SPRINT and n in theirs and theirs[n].option == item.key and item.seconds:
                thirds = theirs[n].after * 3 / item.seconds
                points[who] += 3 if thirds <= 1 else 1 if thirds <= 2 else 0
    ordered = sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(who, has, 1 + sum(other > has for other in points.values())) for who, has in ordered]


OTHERS = st.sets(st.sampled_from((BEN, CEM, DEE)), min_size=1)


class QuizMachine(RuleBasedStateMachine):
    """A quiz to which anything can happen."""

    def __init__(self) -> None:
        super().__init__()
        self.points: dict[int, int] = {}
        self.again: list[int] = []
        """The questions that somebody alone had shown once more."""

    @initialize(quiz=QUIZZES, others=OTHERS, far=FAR)
    def begins(self, quiz: Quiz, others: set[int], far: int) -> None:
        self.points = {}
        self.again = []
        self.game = Game(quiz)
        self.game.begin()
        assert opened(quiz, self.game.now)[0] == self.game.quiz
        for who in sorted(others) * bool(far):
            self.happens(Joined(who))
        if far > 1:
            self.happens(Started(ANN))
        if far > 2:
            self.all_rooms_have_the_question()

    @precondition(lambda self: self.game.quiz.phase is Phase.ENDED)
    @rule(quiz=QUIZZES, others=OTHERS, far=FAR)
    def they_play_again(self, quiz: Quiz, others: set[int], far: int) -> None:
        self.ends()
        self.begins(quiz, others, far)

    def happens(self, event: Event) -> None:
        """The event, and everything that must be true of what it did."""
        game, before = self.game, self.game.quiz
        reason, rows, active = stale(before, event, game), len(game.rows), dict(before.active)
        effects = game.does(event)
        assert before.active == active, "the state that was handed in was written to"
        if reason:
            assert game.quiz == before, f"{event} changed something although {reason}"
            assert all(isinstance(e, Refuse) for e in effects), f"{event} had effects although {reason}"
        if len(game.rows) == rows + 1:
            assert isinstance(event, Answered)
        self._again(event)
        if game.quiz != before:
            self._reminded(before, effects)
            self._closed(before, event, effects)
            self._counted(before, effects)
            self._kept()

    def _again(self, event: Event) -> None:
        """A doubled event changes nothing."""
        again, effects = step(self.game.quiz, event, self.game.now)
        assert again == self.game.quiz, f"a second {event} changed something"
        assert all(isinstance(e, Refuse) for e in effects)

    def _reminded(self, before: Quiz, effects: tuple[Effect, ...]) -> None:
        """Whatever is due, somebody was told to come back for it."""
        due = self.game.quiz.due
        assert (due is None) == (self.game.quiz.phase is Phase.ENDED)
        if due is not None and due != before.due:
            assert Remind(due) in effects

    def _closed(self, before: Quiz, event: Event, effects: tuple[Effect, ...]) -> None:
        """Early only after eight seconds, and only when all who are waited for have answered."""
        after = self.game.quiz
        revealed = any(isinstance(e, Reveal) for e in effects)
        if not revealed or isinstance(event, Stopped | SendUnknown) or before.phase is not Phase.OPEN:
            return
        assert after.opened_at is not None
        open_for = self.game.now - after.opened_at
        whole = timedelta(seconds=after.item.seconds or 24 * 3600)
        if open_for < whole:
            assert waited_for(after) <= after.answered
            assert open_for >= NOT_BEFORE or after.alone

    def _counted(self, before: Quiz, effects: tuple[Effect, ...]) -> None:
        """The points, recounted in another way; they fall only when a question is void."""
        game = self.game
        if game.quiz.items == before.items and game.quiz.answered == before.answered:
            return
        found = [(s.participant, s.points, s.rank) for s in game.standings()]
        assert found == recount(game.quiz.items, game.given(), game.quiz.pace)
        if [i.void for i in before.items if i.void] == [i.void for i in game.quiz.items if i.void]:
            assert all(game.points[who] >= had for who, had in self.points.items())
        self.points = game.points
        table = standings(game.quiz.items, game.given(), Pace.CALM)
        assert all((a.points == b.points) == (a.rank == b.rank) for a in table for b in table)
        slower = [replace(g, after=g.after + 5 * n) for n, g in enumerate(game.given())]
        assert standings(game.quiz.items, slower, Pace.CALM) == table, "speed counted when calm"
        if Podium() in effects:
            assert game.quiz.phase is Phase.ENDED

    def _kept(self) -> None:
        """The quiz can be written down and read back, at any moment."""
        quiz = self.game.quiz
        assert decode(encode(quiz), quiz.answered) == quiz

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.game.passes(seconds)

    @rule()
    def a_reminder_comes_at_any_time(self) -> None:
        self.happens(TimedOut())

    @rule()
    def what_is_due_is_due(self) -> None:
        if self.game.quiz.due is not None:
            self.game.now = max(self.game.now, self.game.quiz.due)
        self.happens(TimedOut())

    @rule(who=PEOPLE)
    def somebody_joins(self, who: int) -> None:
        self.happens(Joined(who))

    @rule(who=PEOPLE)
    def somebody_starts_it(self, who: int) -> None:
        self.happens(Started(who))

    @rule()
    def all_rooms_have_the_question(self) -> None:
        for room in sorted(self.game.quiz.rooms):
            self.happens(Sent(room, self.game.quiz.number, self.game.now))

    @rule(room=ROOMS, near=NEAR, ago=st.sampled_from((-1, 0, 1, 60)))
    def news_of_an_arrival(self, room: int, near: int, ago: float) -> None:
        self.happens(Sent(room, self.game.quiz.number + near, self.game.now - timedelta(seconds=ago)))

    @rule(kind=st.sampled_from((SendFailed, SendUnknown)), room=ROOMS, near=st.sampled_from((0, 1, -1, -2)))
    def news_of_a_failure(self, kind: type[SendFailed] | type[SendUnknown], room: int, near: int) -> None:
        self.happens(kind(room, self.game.quiz.number + near))

    @rule(who=PEOPLE, near=NEAR, option=OPTIONS, ago=st.sampled_from((0, 0, 0, 1, 9, 60, -1)))
    def somebody_answers(self, who: int, near: int, option: int, ago: float) -> None:
        at = self.game.now - timedelta(seconds=ago)
        self.happens(Answered(who, self.game.quiz.number + near, option, at))

    @rule(right=st.booleans())
    def all_who_play_answer(self, right: bool) -> None:
        for who in sorted(self.game.quiz.active):
            if self.game.quiz.number >= 0:
                key = self.game.quiz.item.key
                option = key if right else (key + who) % 4
                self.happens(Answered(who, self.game.quiz.number, option, self.game.now))

    @rule(who=PEOPLE)
    def somebody_goes_on(self, who: int) -> None:
        self.happens(WentOn(who))

    @rule(who=PEOPLE)
    def somebody_lost_sight_of_it(self, who: int) -> None:
        before = self.game.quiz
        self.happens(LostSight(who))
        if self.game.quiz != before:
            self.again.append(before.number)

    @rule(who=PEOPLE)
    def somebody_wakes_it(self, who: int) -> None:
        self.happens(Resumed(who))

    @rule(who=st.sampled_from((BEN,) * 8 + (CEM, ANN)), allowed=RARELY)
    def somebody_stops_it(self, who: int, allowed: bool) -> None:
        before = self.game.quiz
        self.happens(Stopped(who, allowed))
        if before.phase in (Phase.ASKING, Phase.OPEN) and self.game.quiz.phase is Phase.ENDED:
            assert self.game.quiz.item.void, "an open question counted although the quiz was stopped"

    @rule(room=st.sampled_from((1, 2, 3, *(9,) * 12)))
    def a_room_is_lost(self, room: int) -> None:
        self.happens(RoomLost(room))

    @rule(marks=st.lists(st.booleans(), min_size=1, max_size=6), seconds=SECONDS)
    def questions_go_their_way(self, marks: list[bool], seconds: float) -> None:
        for right in marks:
            if self.game.quiz.phase is Phase.REVEALED:
                self.what_is_due_is_due()
            self.all_rooms_have_the_question()
            self.time_passes(seconds)
            self.all_who_play_answer(right)
            if self.game.quiz.phase is Phase.OPEN:
                self.what_is_due_is_due()

    @rule(near=st.sampled_from((0, -1, -2, 1)))
    def an_admin_voids_a_question(self, near: int) -> None:
        self.happens(Voided(self.game.quiz.number + near))

    @invariant()
    def one_answer_a_member_and_question(self) -> None:
        if hasattr(self, "game"):
            assert all(n == 1 for n in Counter((r.participant, r.number) for r in self.game.rows).values())

    @invariant()
    def four_questions_a_minute_at_most(self) -> None:
        if hasattr(self, "game") and not self.game.quiz.alone:
            asked = self.game.asked
            assert all(b - a >= LEAST_CYCLE for a, b in pairwise(asked))

    def teardown(self) -> None:
        if hasattr(self, "game"):
            self.ends()

    def ends(self) -> None:
        """Left to itself, every quiz ends."""
        game = self.game
        for _ in range(2 * (len(game.quiz.items) + len(game.quiz.spares)) + 2):
            if game.quiz.phase is Phase.ENDED:
                break
            game.rings()
        assert game.quiz.phase is Phase.ENDED
        assert game.asked == sorted(game.asked)
        asked = [e.number for e in game.effects if type(e).__name__ == "Ask"]
        once = range(len(asked) - len(self.again))
        assert asked == sorted([*once, *self.again]), "a question was asked twice unasked, or left out"


def drive(schedules: int, events: int) -> None:
    """Runs so many random schedules of so many events."""
    run_state_machine_as_test(
        QuizMachine,
        settings=settings(
            max_examples=schedules,
            stateful_step_count=events,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Stage.generate, Stage.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_hundred_random_schedules() -> None:
    drive(300, 30)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_random_schedules() -> None:
    drive(10_000, 30)
