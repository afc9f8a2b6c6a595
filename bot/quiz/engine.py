"""The rules of a quiz, all of them, in one pure function.

    step(quiz, event, now) -> (quiz, effects)

An event that is stale, late, doubled or illegal changes nothing. Effects name what follows, never how it is
done. What is due stands in `quiz.due`: a `TimedOut` before then is stale, so a doubled timer does no harm.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.quiz.model import (
    Answered,
    Ask,
    Effect,
    Event,
    GiveUp,
    Item,
    Joined,
    LostSight,
    Pace,
    Pause,
    Phase,
    Podium,
    Quiz,
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

LOBBY = timedelta(seconds=30)
GAP = timedelta(seconds=5)
"""From a reveal to the next question: time to read why."""
LEAST_CYCLE = timedelta(seconds=15)
"""From question to question: at most four a minute in a room, within what a platform lets a bot send."""
NOT_BEFORE = timedelta(seconds=8)
"""However quick all are, a question stays open so long."""
SEND_WITHIN = timedelta(seconds=90)
"""A question that has not been confirmed by then never will be."""
ASLEEP = timedelta(hours=24)
"""A paused quiz, or one alone, that nobody touches for so long is over."""
LEAST_PLAYERS = 2
UNANSWERED_MOST = 2
"""Questions in a row without an answer before the quiz pauses."""
LOOK_BACK = 2
"""Early close waits for whoever joined or answered in so many questions."""

Step = tuple[Quiz, tuple[Effect, ...]]


def opened(quiz: Quiz, now: datetime) -> Step:
    """The beginning: a lobby for a group, the first question for somebody alone.

    Raises ValueError for a quiz without questions or rooms.
    """
    if not quiz.items or not quiz.rooms:
        raise ValueError("A quiz needs a question and a room: pick from a larger pool, or name the chat.")
    # Clocks and networks of two rooms differ, so speed cannot be compared between them.
    pace = quiz.pace if len(quiz.rooms) == 1 else Pace.CALM
    quiz = replace(quiz, active={quiz.opener: 0}, pace=pace)
    if quiz.alone:
        return _ask(quiz, 0, now)
    due = now + LOBBY
    return replace(quiz, phase=Phase.LOBBY, due=due), (ShowLobby(), Remind(due))


def step(quiz: Quiz, event: Event, now: datetime) -> Step:
    """What the event makes of the quiz, and what is to be done."""
    match event:
        case Answered():
            return _answered(quiz, event, now)
        case TimedOut():
            return _timed_out(quiz, now)
        case Sent() | SendFailed() | SendUnknown():
            return _delivered(quiz, event, now)
        case RoomLost(room):
            return _lost(quiz, room, now)
        case Voided(number):
            return _voided(quiz, number)
        case _:
            return _wished(quiz, event, now)


def _wished(
    quiz: Quiz, event: Joined | Started | WentOn | LostSight | Resumed | Stopped, now: datetime
) -> Step:
    """What a member wants."""
    match event:
        case Joined(participant):
            return _joined(quiz, participant, now)
        case Started(participant):
            return _started(quiz, participant, now)
        case WentOn(participant):
            return _went_on(quiz, participant, now)
        case LostSight(participant):
            return _lost_sight(quiz, participant, now)
        case Resumed(participant):
            return _resumed(quiz, participant, now)
        case Stopped(participant, allowed):
            return _stopped(quiz, participant, allowed=allowed)


def _delivered(quiz: Quiz, event: Sent | SendFailed | SendUnknown, now: datetime) -> Step:
    """What became of the sending of the item that is being asked."""
    if quiz.phase is not Phase.ASKING or event.number != quiz.number:
        return _nothing(quiz)
    match event:
        case Sent(room, _, at):
            return _sent(quiz, room, at, now)
        case SendFailed(room):
            return _lost(quiz, room, now)
        case SendUnknown():
            return _unplayable(quiz, now)


def waited_for(quiz: Quiz) -> frozenset[int]:
    """Whose answer an early close waits for."""
    return frozenset(p for p, at in quiz.active.items() if at >= quiz.number - LOOK_BACK)


def _nothing(quiz: Quiz) -> Step:
    return quiz, ()


def _refused(quiz: Quiz, participant: int, reason: Reason) -> Step:
    return quiz, (Refuse(participant, reason),)


def _joined(quiz: Quiz, participant: int, now: datetime) -> Step:
    if quiz.phase is Phase.ENDED:
        return _refused(quiz, participant, Reason.ENDED)
    if quiz.alone and participant != quiz.opener:
        return _refused(quiz, participant, Reason.NOT_YOURS)
    at = max(quiz.number, 0)
    if quiz.active.get(participant, -1) >= at:
        return _nothing(quiz)
    quiz = replace(quiz, active={**quiz.active, participant: at})
    return (quiz, (ShowLobby(),)) if quiz.phase is Phase.LOBBY else _unhurried(quiz, now)


def _unhurried(quiz: Quiz, now: datetime) -> Step:
    """Gives an open question its whole time back when one more is waited for."""
    whole = deadline(quiz)
    if whole is None or quiz.due == whole or now >= whole or waited_for(quiz) <= quiz.answered:
        return _nothing(quiz)
    return replace(quiz, due=whole), (Remind(whole),)


def deadline(quiz: Quiz) -> datetime | None:
    """When the time of the open question is over, however many have answered; None when none is open."""
    if quiz.phase is not Phase.OPEN or quiz.opened_at is None:
        return None
    return quiz.opened_at + (timedelta(seconds=quiz.item.seconds) if quiz.item.seconds else ASLEEP)


def _started(quiz: Quiz, participant: int, now: datetime) -> Step:
    if quiz.phase is not Phase.LOBBY:
        return _nothing(quiz)
    if participant != quiz.opener:
        return _refused(quiz, participant, Reason.NOT_YOURS)
    if len(quiz.active) < LEAST_PLAYERS:
        return _refused(quiz, participant, Reason.TOO_FEW)
    return _ask(quiz, 0, now)


def _ask(quiz: Quiz, number: int, now: datetime) -> Step:
    due = now + SEND_WITHIN
    asking = replace(
        quiz,
        phase=Phase.ASKING,
        number=number,
        sent=frozenset(),
        answered=frozenset(),
        asked_at=now,
        opened_at=None,
        due=due,
    )
    return asking, (Ask(number), Remind(due))


def _ask_next(quiz: Quiz, now: datetime) -> Step:
    """Asks the next question as soon as a room may get another one; somebody alone sets the pace."""
    if quiz.last:
        return _podium(quiz)
    earliest = (quiz.asked_at or now) + LEAST_CYCLE
    if quiz.alone or now >= earliest:
        return _ask(quiz, quiz.number + 1, now)
    return replace(quiz, phase=Phase.REVEALED, due=earliest), (Remind(earliest),)


def _sent(quiz: Quiz, room: int, at: datetime, now: datetime) -> Step:
    """The time begins when the last room has the question, so nobody has less than the others."""
    if room not in quiz.rooms or room in quiz.sent:
        return _nothing(quiz)
    latest = max(at, quiz.opened_at or at)
    quiz = replace(quiz, sent=quiz.sent | {room}, opened_at=latest)
    return _open(quiz, latest, now) if quiz.sent >= quiz.rooms else _nothing(quiz)


def _open(quiz: Quiz, at: datetime, now: datetime) -> Step:
    quiz = replace(quiz, phase=Phase.OPEN, opened_at=at)
    due = deadline(quiz)
    quiz = replace(quiz, due=due)
    # Answers can overtake the news that the question has arrived, so all may have answered by now.
    early, after = _early(quiz, now)
    return (early, after) if after or due is None else (quiz, (Remind(due),))


def _unplayable(quiz: Quiz, now: datetime) -> Step:
    """The item is void and a spare takes the next place, so that the quiz keeps its length."""
    shown = (Reveal(quiz.number),) if quiz.sent else ()
    items = _void(quiz, quiz.number)
    if quiz.spares:
        place = quiz.number + 1
        items = (*items[:place], quiz.spares[0], *items[place:])
        quiz = replace(quiz, spares=quiz.spares[1:])
    quiz, after = _ask_next(replace(quiz, items=items), now)
    return quiz, (*shown, *after)


def _answered(quiz: Quiz, event: Answered, now: datetime) -> Step:
    who = event.participant
    if quiz.phase is Phase.ENDED:
        return _refused(quiz, who, Reason.ENDED)
    # A question can be answered as soon as it is in one room, even if the other has it later.
    if quiz.phase not in (Phase.ASKING, Phase.OPEN) or event.number != quiz.number:
        return _refused(quiz, who, Reason.LATE)
    if quiz.alone and who != quiz.opener:
        return _refused(quiz, who, Reason.NOT_YOURS)
    if quiz.due is not None and quiz.phase is Phase.OPEN and event.at > quiz.due:
        return _refused(quiz, who, Reason.LATE)
    if not 0 <= event.option < len(quiz.item.order):
        return _nothing(quiz)
    if who in quiz.answered:
        return _refused(quiz, who, Reason.ANSWERED)
    quiz = replace(
        quiz, active={**quiz.active, who: quiz.number}, answered=quiz.answered | {who}, unanswered=0
    )
    kept = Record(who, event.number, event.option, event.at)
    quiz, after = _early(quiz, now)
    return quiz, (kept, *after)


def _early(quiz: Quiz, now: datetime) -> Step:
    """Closes the question when all who play have answered, though never in the first seconds."""
    if quiz.phase is not Phase.OPEN or quiz.opened_at is None or not quiz.answered:
        return _nothing(quiz)
    if not waited_for(quiz) <= quiz.answered:
        return _nothing(quiz)
    # Alone, nobody is waited for, not even when the platform's clock is ahead of ours.
    if quiz.alone:
        return _reveal(quiz, now)
    # Closing is an event of its own: of answers that came together, or waited while the bot was away, all
    # count, and not only those before the one that was waited for.
    at = max(quiz.opened_at + NOT_BEFORE, now)
    if quiz.due is not None and at >= quiz.due:
        return _nothing(quiz)
    return replace(quiz, due=at), (Remind(at),)


def _reveal(quiz: Quiz, now: datetime) -> Step:
    shown = Reveal(quiz.number)
    unanswered = 0 if quiz.answered else quiz.unanswered + 1
    quiz = replace(quiz, phase=Phase.REVEALED, unanswered=unanswered)
    if quiz.last:
        quiz, after = _podium(quiz)
        return quiz, (shown, *after)
    if unanswered >= UNANSWERED_MOST:
        quiz, after = _pause(quiz, now)
        return quiz, (shown, *after)
    due = now + ASLEEP if quiz.alone else _next_at(quiz, now)
    return replace(quiz, due=due), (shown, Remind(due))


def _next_at(quiz: Quiz, now: datetime) -> datetime:
    return max(now + GAP, (quiz.asked_at or now) + LEAST_CYCLE)


def _timed_out(quiz: Quiz, now: datetime) -> Step:
    if quiz.due is None or now < quiz.due:
        return _nothing(quiz)
    match quiz.phase:
        case Phase.LOBBY if len(quiz.active) < LEAST_PLAYERS:
            return replace(quiz, phase=Phase.ENDED, due=None), (GiveUp(),)
        case Phase.LOBBY:
            return _ask(quiz, 0, now)
        case Phase.ASKING:
            return _unplayable(quiz, now)
        case Phase.OPEN if not quiz.item.seconds:
            return _podium(quiz)
        case Phase.OPEN:
            return _reveal(quiz, now)
        case Phase.REVEALED if not quiz.alone:
            return _ask_next(quiz, now)
        case Phase.REVEALED | Phase.PAUSED:
            return _podium(quiz)
        case Phase.ENDED:
            return _nothing(quiz)


def _went_on(quiz: Quiz, participant: int, now: datetime) -> Step:
    if not quiz.alone or quiz.phase is not Phase.REVEALED:
        return _nothing(quiz)
    if participant != quiz.opener:
        return _refused(quiz, participant, Reason.NOT_YOURS)
    return _ask_next(quiz, now)


def _lost_sight(quiz: Quiz, participant: int, now: datetime) -> Step:
    """The same question again, with its whole time; the answer may also come to where it stood before."""
    if not quiz.alone or quiz.phase is not Phase.OPEN:
        return _nothing(quiz)
    if participant != quiz.opener:
        return _refused(quiz, participant, Reason.NOT_YOURS)
    return _ask(quiz, quiz.number, now)


def _pause(quiz: Quiz, now: datetime) -> Step:
    due = now + ASLEEP
    return replace(quiz, phase=Phase.PAUSED, due=due), (Pause(), Remind(due))


def _resumed(quiz: Quiz, participant: int, now: datetime) -> Step:
    if quiz.phase is not Phase.PAUSED:
        return _nothing(quiz)
    if quiz.alone and participant != quiz.opener:
        return _refused(quiz, participant, Reason.NOT_YOURS)
    active = {**quiz.active, participant: quiz.number}
    return _ask_next(replace(quiz, active=active, unanswered=0), now)


def _stopped(quiz: Quiz, participant: int, *, allowed: bool) -> Step:
    """An open question counts for nobody: some had no time for it."""
    if quiz.phase is Phase.ENDED:
        return _nothing(quiz)
    if not allowed and participant != quiz.opener:
        return _refused(quiz, participant, Reason.NOT_YOURS)
    if quiz.phase is Phase.LOBBY:
        return replace(quiz, phase=Phase.ENDED, due=None), (GiveUp(),)
    if quiz.phase not in (Phase.ASKING, Phase.OPEN):
        return _podium(quiz)
    shown = (Reveal(quiz.number),) if quiz.sent else ()
    quiz, after = _podium(replace(quiz, items=_void(quiz, quiz.number)))
    return quiz, (*shown, *after)


def _lost(quiz: Quiz, room: int, now: datetime) -> Step:
    if quiz.phase is Phase.ENDED or room not in quiz.rooms:
        return _nothing(quiz)
    quiz = replace(quiz, rooms=quiz.rooms - {room}, sent=quiz.sent - {room})
    if not quiz.rooms:
        return replace(quiz, phase=Phase.ENDED, due=None), ()
    # The other room has waited long enough.
    return _open(quiz, now, now) if quiz.phase is Phase.ASKING and quiz.sent >= quiz.rooms else _nothing(quiz)


def _voided(quiz: Quiz, number: int) -> Step:
    if not 0 <= number <= quiz.number or quiz.items[number].void:
        return _nothing(quiz)
    quiz = replace(quiz, items=_void(quiz, number))
    return quiz, (Podium(),) if quiz.phase is Phase.ENDED else ()


def _void(quiz: Quiz, number: int) -> tuple[Item, ...]:
    items = list(quiz.items)
    items[number] = replace(items[number], void=True)
    return tuple(items)


def _podium(quiz: Quiz) -> Step:
    return replace(quiz, phase=Phase.ENDED, due=None), (Podium(),)
