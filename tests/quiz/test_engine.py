"""Each rule of a quiz, by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.quiz.engine import opened, waited_for
from bot.quiz.model import (
    Answered,
    Ask,
    Event,
    GiveUp,
    Joined,
    LostSight,
    Pace,
    Pause,
    Phase,
    Podium,
    Reason,
    Record,
    Refuse,
    Remind,
    Resumed,
    Reveal,
    RoomLost,
    SendFailed,
    SendUnknown,
    Sent,
    ShowLobby,
    Started,
    Stopped,
    TimedOut,
    Voided,
    WentOn,
)
from tests.conftest import NOON
from tests.quiz.game import ANN, BEN, CEM, DEE, OTHER_ROOM, ROOM, Game, a_quiz, running


def after(seconds: float) -> Remind:
    return Remind(NOON + timedelta(seconds=seconds))


class TestLobby:
    def test_a_quiz_begins_with_a_lobby_of_half_a_minute(self) -> None:
        game = Game(a_quiz())
        assert game.begin() == (ShowLobby(), after(30))
        assert game.quiz.phase is Phase.LOBBY

    def test_the_one_who_opened_it_takes_part_and_the_others_join(self) -> None:
        game = Game(a_quiz())
        game.begin()
        assert game.does(Joined(BEN)) == (ShowLobby(),)
        assert set(game.quiz.active) == {ANN, BEN}

    def test_joining_twice_is_joining_once(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        assert game.does(Joined(BEN)) == ()

    def test_it_starts_when_the_time_is_over(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        assert game.rings()[0] == Ask(0)

    def test_with_one_alone_it_is_given_up(self) -> None:
        game = Game(a_quiz())
        game.begin()
        assert game.rings() == (GiveUp(),)
        assert game.quiz.phase is Phase.ENDED

    def test_the_one_who_opened_it_can_start_it_now(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        assert game.does(Started(ANN))[0] == Ask(0)

    def test_nobody_else_can(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        assert game.does(Started(BEN)) == (Refuse(BEN, Reason.NOT_YOURS),)
        assert game.quiz.phase is Phase.LOBBY

    def test_one_alone_cannot_start_it(self) -> None:
        game = Game(a_quiz())
        game.begin()
        assert game.does(Started(ANN)) == (Refuse(ANN, Reason.TOO_FEW),)

    def test_a_stopped_lobby_goes_away(self) -> None:
        game = Game(a_quiz())
        game.begin()
        assert game.does(Stopped(ANN, allowed=False)) == (GiveUp(),)

    def test_a_quiz_without_questions_is_refused_in_words(self) -> None:
        with pytest.raises(ValueError, match="needs a question and a room"):
            opened(a_quiz(0), NOON)


class TestTime:
    def test_it_begins_when_the_platform_says_the_question_arrived(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.passes(4)
        arrived = game.now - timedelta(seconds=1)
        assert game.does(Sent(ROOM, 0, arrived)) == (Remind(arrived + timedelta(seconds=30)),)
        assert game.quiz.opened_at == arrived

    def test_in_two_rooms_it_begins_when_the_later_one_has_it(self) -> None:
        game = running(a_quiz(rooms=(ROOM, OTHER_ROOM)))
        game = Game(replace(game.quiz, phase=Phase.ASKING, sent=frozenset(), opened_at=None))
        later = game.now + timedelta(seconds=3)
        assert game.does(Sent(ROOM, 0, later)) == ()
        game.does(Sent(OTHER_ROOM, 0, game.now))
        assert game.quiz.opened_at == later

    def test_a_doubled_arrival_in_one_room_does_not_move_it(self) -> None:
        game = Game(replace(a_quiz(rooms=(ROOM, OTHER_ROOM)), phase=Phase.ASKING, number=0))
        game.does(Sent(ROOM, 0, NOON))
        assert game.does(Sent(ROOM, 0, NOON + timedelta(seconds=9))) == ()
        game.does(Sent(OTHER_ROOM, 0, NOON))
        assert game.quiz.opened_at == NOON

    def test_when_it_is_over_the_answer_is_shown(self) -> None:
        game = running()
        assert game.rings()[0] == Reveal(0)
        assert game.now == NOON + timedelta(seconds=30)

    def test_a_reminder_before_the_time_is_over_does_nothing(self) -> None:
        game = running()
        game.passes(29)
        assert game.does(TimedOut()) == ()

    def test_a_doubled_reminder_does_nothing(self) -> None:
        game = running()
        game.rings()
        assert game.does(TimedOut()) == ()

    def test_the_next_question_follows_when_there_was_time_to_read_why(self) -> None:
        game = running()
        game.rings()
        assert game.quiz.due == game.now + timedelta(seconds=5)
        assert game.rings()[0] == Ask(1)

    def test_after_a_quick_one_the_next_waits_until_a_quarter_minute_is_over(self) -> None:
        game = running()
        game.passes(8)
        game.answers(ANN)
        game.answers(BEN)
        game.rings()
        assert game.quiz.phase is Phase.REVEALED
        assert game.quiz.due == NOON + timedelta(seconds=15)


class TestEarlyClose:
    def test_when_all_have_answered_nobody_waits(self) -> None:
        game = running()
        game.passes(12)
        game.answers(ANN)
        assert game.answers(BEN)[1:] == (after(12),)
        assert game.does(TimedOut())[0] == Reveal(0)

    def test_who_was_not_waited_for_counts_too_when_answers_come_together(self) -> None:
        game = running()
        game.passes(12)
        game.answers(ANN)
        game.answers(BEN)
        assert isinstance(game.answers(CEM)[0], Record)

    def test_never_before_eight_seconds(self) -> None:
        game = running()
        game.answers(ANN)
        assert game.answers(BEN)[1:] == (after(8),)
        assert game.rings()[0] == Reveal(0)

    def test_whoever_joins_meanwhile_gets_the_whole_time(self) -> None:
        game = running()
        game.answers(ANN)
        game.answers(BEN)
        assert game.does(Joined(CEM)) == (after(30),)
        game.passes(9)
        assert game.does(TimedOut()) == ()
        assert game.answers(CEM)[1:] == (after(9),)

    def test_whoever_was_silent_for_two_questions_is_not_waited_for(self) -> None:
        game = running(a_quiz(5), BEN, CEM)
        for _ in range(3):
            game.answers(ANN)
            game.answers(BEN)
            assert CEM in waited_for(game.quiz)
            game.rings()
            game.rings()
            game.arrives()
        assert waited_for(game.quiz) == {ANN, BEN}

    def test_who_answers_without_having_joined_takes_part(self) -> None:
        game = running()
        game.answers(DEE)
        assert DEE in waited_for(game.quiz)

    def test_answers_that_overtook_the_news_of_the_arrival_count_for_it(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.answers(ANN)
        game.answers(BEN)
        assert game.arrives() == (after(8),)

    def test_when_nobody_is_waited_for_any_more_the_question_keeps_its_time(self) -> None:
        quiz = replace(a_quiz(5), phase=Phase.ASKING, number=4, active={ANN: 0, BEN: 1})
        assert not waited_for(quiz)
        assert Game(quiz).arrives() == (after(30),)


class TestAnswers:
    def test_the_first_is_kept(self) -> None:
        game = running()
        assert game.answers(ANN)[0] == Record(ANN, 0, game.quiz.item.key, game.now)

    def test_the_first_is_final(self) -> None:
        game = running()
        game.answers(ANN, right=False)
        assert game.answers(ANN) == (Refuse(ANN, Reason.ANSWERED),)
        assert game.points == {ANN: 0}

    def test_a_late_one_is_told_so(self) -> None:
        game = running()
        game.rings()
        assert game.does(Answered(BEN, 0, 0, game.now)) == (Refuse(BEN, Reason.LATE),)

    def test_one_of_an_earlier_question_is_late(self) -> None:
        game = running()
        game.rings()
        game.rings()
        game.arrives()
        assert game.does(Answered(BEN, 0, 0, game.now)) == (Refuse(BEN, Reason.LATE),)

    def test_its_own_time_decides_not_that_of_its_arrival(self) -> None:
        game = running()
        game.passes(31)  # the bot was away and has not closed the question yet
        in_time = NOON + timedelta(seconds=29)
        assert game.does(Answered(BEN, 0, 0, in_time))[0] == Record(BEN, 0, 0, in_time)
        assert game.does(Answered(CEM, 0, 0, game.now)) == (Refuse(CEM, Reason.LATE),)

    def test_an_option_that_does_not_exist_is_no_answer(self) -> None:
        game = running()
        assert game.does(Answered(ANN, 0, 4, game.now)) == ()
        assert game.does(Answered(ANN, 0, -1, game.now)) == ()
        assert ANN not in game.quiz.answered

    def test_after_the_end_it_is_told_so(self) -> None:
        game = running()
        game.does(Stopped(ANN, allowed=False))
        assert game.does(Answered(BEN, 0, 0, game.now)) == (Refuse(BEN, Reason.ENDED),)


class TestSending:
    def test_a_question_whose_sending_is_unknown_is_void_and_a_spare_takes_its_place(self) -> None:
        game = Game(a_quiz(2))
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.does(SendUnknown(ROOM, 0))
        assert [i.void for i in game.quiz.items] == [True, False, False]
        assert [i.question for i in game.quiz.items] == ["question-0", "spare-0", "question-1"]

    def test_the_spare_waits_so_that_a_room_gets_four_questions_a_minute_at_most(self) -> None:
        game = Game(a_quiz(2))
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        assert game.does(SendUnknown(ROOM, 0)) == (after(15),)
        assert game.rings()[0] == Ask(1)

    def test_where_it_did_arrive_it_is_closed(self) -> None:
        game = Game(a_quiz(rooms=(ROOM, OTHER_ROOM)))
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.arrives(ROOM)
        assert game.does(SendUnknown(OTHER_ROOM, 0))[0] == Reveal(0)

    def test_one_never_confirmed_is_void_after_a_minute_and_a_half(self) -> None:
        game = Game(a_quiz())
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.passes(90)
        assert game.does(TimedOut())[0] == Ask(1)
        assert game.quiz.items[0].void

    def test_without_spares_the_quiz_is_shorter(self) -> None:
        game = Game(a_quiz(1, spares=0))
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        assert game.does(SendUnknown(ROOM, 0)) == (Podium(),)

    def test_a_room_that_cannot_be_sent_to_drops_out_and_the_other_plays_on(self) -> None:
        game = Game(a_quiz(rooms=(ROOM, OTHER_ROOM)))
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.arrives(ROOM)
        assert game.does(SendFailed(OTHER_ROOM, 0)) == (after(30),)
        assert game.quiz.phase is Phase.OPEN

    def test_without_rooms_it_is_over(self) -> None:
        game = running()
        assert game.does(RoomLost(ROOM)) == ()
        assert game.quiz.phase is Phase.ENDED

    def test_news_of_another_question_changes_nothing(self) -> None:
        game = running()
        game.rings()
        game.rings()
        assert game.quiz.phase is Phase.ASKING
        for event in (Sent(ROOM, 0, game.now), SendFailed(ROOM, 2), SendUnknown(ROOM, -1)):
            before = game.quiz
            assert game.does(event) == ()
            assert game.quiz == before


class TestPause:
    def test_after_two_questions_without_an_answer_it_sleeps(self) -> None:
        game = running(a_quiz(5))
        game.rings()
        game.rings()
        game.arrives()
        effects = game.rings()
        assert effects[:2] == (Reveal(1), Pause())
        assert game.quiz.phase is Phase.PAUSED

    def test_anybody_wakes_it(self) -> None:
        game = self.asleep()
        assert game.does(Resumed(CEM))[0] == Ask(2)
        assert CEM in waited_for(game.quiz)

    def test_woken_at_once_it_still_sends_four_questions_a_minute_at_most(self) -> None:
        game = self.asleep(seconds=10)
        asked = game.quiz.asked_at
        assert asked is not None
        assert game.does(Resumed(CEM)) == (Remind(asked + timedelta(seconds=15)),)

    def test_after_a_day_it_is_over(self) -> None:
        game = self.asleep()
        assert game.rings() == (Podium(),)

    @staticmethod
    def asleep(seconds: int = 30) -> Game:
        game = running(a_quiz(5, seconds=seconds))
        game.rings()
        game.rings()
        game.arrives()
        game.rings()
        return game


class TestEnd:
    def test_after_the_last_question_comes_the_podium(self) -> None:
        game = running(a_quiz(1))
        assert game.rings() == (Reveal(0), Podium())
        assert game.quiz.due is None

    def test_stopping_makes_the_open_question_count_for_nobody(self) -> None:
        game = running()
        game.answers(ANN)
        assert game.does(Stopped(ANN, allowed=False)) == (Reveal(0), Podium())
        assert game.points == {ANN: 0}

    def test_between_two_questions_all_that_were_asked_count(self) -> None:
        game = running()
        game.answers(ANN)
        game.rings()
        assert game.does(Stopped(ANN, allowed=False)) == (Podium(),)
        assert game.points == {ANN: 10}

    def test_a_question_on_its_way_to_one_room_and_in_the_other_is_closed_there(self) -> None:
        game = Game(a_quiz(rooms=(ROOM, OTHER_ROOM)))
        game.begin()
        game.does(Joined(BEN))
        game.does(Started(ANN))
        game.arrives(ROOM)
        assert game.does(Stopped(BEN, allowed=True)) == (Reveal(0), Podium())

    def test_only_the_starter_or_an_admin_stops_it(self) -> None:
        game = running()
        assert game.does(Stopped(BEN, allowed=False)) == (Refuse(BEN, Reason.NOT_YOURS),)
        assert Podium() in game.does(Stopped(BEN, allowed=True))

    def test_stopping_twice_is_stopping_once(self) -> None:
        game = running()
        game.does(Stopped(ANN, allowed=False))
        assert game.does(Stopped(ANN, allowed=False)) == ()


class TestVoid:
    def test_a_void_question_counts_for_nobody_and_breaks_no_streak(self) -> None:
        game = self.ended()
        assert game.points == {ANN: 10 + 0 + 10, BEN: 10 + 11 + 12}
        assert game.does(Voided(1)) == (Podium(),)
        assert game.points == {ANN: 10 + 11, BEN: 10 + 11}

    def test_while_the_quiz_goes_on_there_is_no_podium_yet(self) -> None:
        game = running()
        game.rings()
        assert game.does(Voided(0)) == ()

    def test_voiding_twice_or_what_was_not_asked_changes_nothing(self) -> None:
        game = self.ended()
        game.does(Voided(1))
        before = game.quiz
        for number in (1, 3, -1):
            assert game.does(Voided(number)) == ()
        assert game.quiz == before

    @staticmethod
    def ended() -> Game:
        game = running()
        for number in range(3):
            game.answers(ANN, right=number != 1)
            game.answers(BEN)
            game.rings()
            if number < 2:
                game.rings()
                game.arrives()
        return game


class TestAlone:
    def test_there_is_no_lobby(self) -> None:
        assert Game(a_quiz(alone=True)).begin()[0] == Ask(0)

    def test_the_answer_is_shown_at_once_and_the_member_goes_on(self) -> None:
        game = running(a_quiz(alone=True, seconds=0))
        assert Reveal(0) in game.answers(ANN)
        assert game.does(WentOn(ANN))[0] == Ask(1)

    def test_without_a_limit_there_is_a_day_to_answer(self) -> None:
        game = running(a_quiz(alone=True, seconds=0))
        game.passes(23 * 3600)
        assert Reveal(0) in game.answers(ANN)

    def test_after_a_day_of_silence_it_is_over(self) -> None:
        game = running(a_quiz(alone=True, seconds=0))
        assert game.rings() == (Podium(),)

    def test_with_a_limit_the_answer_is_shown_when_it_is_over(self) -> None:
        game = running(a_quiz(alone=True, seconds=30))
        assert game.rings()[0] == Reveal(0)
        assert game.quiz.phase is Phase.REVEALED

    @pytest.mark.parametrize("event", [Joined(BEN), Stopped(BEN, allowed=False), Answered(BEN, 0, 0, NOON)])
    def test_nobody_else_takes_part(self, event: Event) -> None:
        game = running(a_quiz(alone=True, seconds=0))
        assert game.does(event) == (Refuse(BEN, Reason.NOT_YOURS),)
        assert Reveal(0) in game.answers(ANN)

    def test_nobody_else_goes_on_or_wakes_it(self) -> None:
        game = running(a_quiz(5, alone=True, seconds=10))
        game.rings()
        assert game.does(WentOn(BEN)) == (Refuse(BEN, Reason.NOT_YOURS),)
        game.does(WentOn(ANN))
        game.arrives()
        game.rings()
        assert game.quiz.phase is Phase.PAUSED
        assert game.does(Resumed(BEN)) == (Refuse(BEN, Reason.NOT_YOURS),)

    def test_whoever_lost_sight_of_the_question_gets_it_again(self) -> None:
        game = running(a_quiz(alone=True, seconds=30))
        game.passes(20)
        assert game.does(LostSight(BEN)) == (Refuse(BEN, Reason.NOT_YOURS),)
        assert game.does(LostSight(ANN))[0] == Ask(0)
        assert game.arrives() == (after(50),)
        assert Reveal(0) in game.answers(ANN)
        assert game.does(LostSight(ANN)) == ()

    def test_in_a_group_the_question_is_there_to_be_seen(self) -> None:
        assert running().does(LostSight(ANN)) == ()

    def test_in_a_group_nobody_goes_on_by_a_button(self) -> None:
        game = running()
        game.rings()
        assert game.does(WentOn(ANN)) == ()


def test_speed_never_counts_between_two_rooms() -> None:
    quiz, _ = opened(a_quiz(rooms=(ROOM, OTHER_ROOM), pace=Pace.SPRINT), NOON)
    assert quiz.pace is Pace.CALM
