"""What a step of the engine means for the rows, and what the rows say is still owed after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from bot.hosting.game import Game
from bot.quiz import codec
from bot.quiz.engine import deadline
from bot.quiz.model import (
    Answered,
    Ask,
    Effect,
    Event,
    GiveUp,
    Pause,
    Phase,
    Podium,
    Quiz,
    Reason,
    Record,
    Refuse,
    Remind,
    Reveal,
    SendUnknown,
    ShowLobby,
)
from bot.store import quizzes, results, seen
from bot.store.database import Function

GRACE = timedelta(seconds=1)
"""A native poll closes by itself; the votes of its last second need a moment to arrive."""

Repeatable = Callable[[Game, int, datetime], bool]


def refusal(effects: Iterable[Effect]) -> Reason | None:
    """Why nothing happened, if nothing did."""
    return next((effect.reason for effect in effects if isinstance(effect, Refuse)), None)


def for_chats(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """The effects that show in a chat; the others are rows."""
    return tuple(effect for effect in effects if not isinstance(effect, Record | Remind | Refuse))


def worth_a_snapshot(event: Event, effects: Iterable[Effect]) -> bool:
    """An answer that changes nothing else is a row, and the row is enough."""
    return not (isinstance(event, Answered) and all(isinstance(effect, Record) for effect in effects))


def due_at(state: Quiz, *, polls: bool) -> datetime | None:
    """When `TimedOut` has to come, where questions are native polls or not."""
    if state.due is None:
        return None
    # Before its time is over nothing but the bot closes a poll, because nobody is waited for any more.
    return state.due + GRACE if polls and state.due == deadline(state) else state.due


def kept(
    game: Game, before: Quiz, effects: Iterable[Effect], at: datetime | None, now: datetime
) -> list[Function[None]]:
    """What has to be written when the game has stepped on from `before`; `at` is when it is due next."""
    state = game.state
    rows = [quizzes.advance(game.id, game.version, codec.encode(state)), quizzes.remind(game.id, at)]
    rows += [quizzes.leave(game.id, room, game.rooms[room], now) for room in before.rooms - state.rooms]
    for effect in effects:
        match effect:
            case Ask(number):
                rows.append(_seen(game, number, 0, 0, now))
            case Reveal(number) if not state.items[number].void:
                given = len(game.answers.get(number, ()))
                rows.append(_seen(game, number, given, game.wrong(number), now))
            case Podium():
                rows.append(results.keep(game.id, game.results(), now))
    if state.phase is Phase.ENDED:
        rows.append(quizzes.end(game.id, now))
    return rows


def _seen(game: Game, number: int, asked: int, wrong: int, now: datetime) -> Function[None]:
    chats = [game.rooms[room] for room in sorted(game.state.rooms)]
    return seen.add(chats, game.state.items[number].question, asked=asked, wrong=wrong, now=now)


def unknown(game: Game, repeatable: Repeatable) -> Iterator[Event]:
    """Questions that may or may not have been sent when the process died."""
    state = game.state
    if state.phase is not Phase.ASKING:
        return
    for room in sorted(state.rooms - state.sent):
        sending = game.sendings.get((state.number, room))
        if sending is not None and not repeatable(game, room, sending.attempted_at):
            yield SendUnknown(room, state.number)


def owed(game: Game) -> Iterator[Effect]:
    """What had been decided and was not, or not surely, shown when the process died."""
    state = game.state
    open_ones = sorted(
        {number for (number, _), s in game.sendings.items() if s.message_id and not s.closed_at}
    )
    yield from (Reveal(number) for number in open_ones if game.shown(number))
    match state.phase:
        case Phase.LOBBY:
            yield ShowLobby()
        case Phase.ASKING:
            yield Ask(state.number)
        case Phase.PAUSED:
            if not _arrived(game, f"pause:{state.number}"):
                yield Pause()
        case Phase.ENDED if state.number < 0:
            yield GiveUp()
        case Phase.ENDED:
            if not _arrived(game, "podium"):
                yield Podium()


def _arrived(game: Game, name: str) -> bool:
    posts = (game.posts.get((room, name)) for room in game.state.rooms)
    return all(post is not None and post.message_id is not None for post in posts)
