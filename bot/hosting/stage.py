"""Carries out in the chats what the engine asks for: each attempt is on record before it is made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.adapters.base import Adapter, AdapterError, Asked, NotSent, OutcomeUnknown, Unreachable
from bot.hosting.game import Game, Shown, TellLost
from bot.hosting.sending import Carrier, NotWantedAnyMoreError, Sleep
from bot.hosting.views import Scene, Views
from bot.model import Chat
from bot.quiz.model import (
    Ask,
    Event,
    GiveUp,
    Pause,
    Phase,
    Podium,
    Reveal,
    RoomLost,
    SendFailed,
    SendUnknown,
    Sent,
    ShowLobby,
)
from bot.reply import Reply
from bot.store import quizzes
from bot.store.database import Function
from bot.store.quizzes import Post, Sending
from bot.store.store import Clock, Store
from bot.texts import Texts

log = structlog.get_logger()

LOBBY_EVERY = 3.0
"""Seconds between two changes of a lobby, however many join: a platform allows a chat few calls a minute."""

Happens = Callable[[Game, Event, tuple[Function[None], ...]], Awaitable[None]]
"""Tells the quizmaster what became of a sending, with what has to be kept of it in the same commit."""
Arrived = Callable[[Game, int, Asked], None]
"""Tells the quizmaster of a question that can be answered from now on."""


class Stage:
    """All that is sent for quizzes."""

    def __init__(
        self,
        store: Store,
        views: Views,
        carrier: Carrier,
        texts: Texts,
        clock: Clock,
        *,
        happens: Happens,
        arrived: Arrived,
        sleep: Sleep,
    ) -> None:
        self._store = store
        self._views = views
        self.carrier = carrier
        self._texts = texts
        self._clock = clock
        self._happens = happens
        self._arrived = arrived
        self._sleep = sleep

    async def perform(self, game: Game, effect: Shown) -> None:
        """Does what the effect asks for, in every room at the same time."""
        match effect:
            case ShowLobby():
                await self._lobby(game)
            case Ask(number):
                await self._ask(game, number)
            case Reveal(number):
                await self._everywhere(game, lambda room: self._close(game, number, room))
            case Pause():
                name = f"pause:{game.state.number}"
                await self._everywhere(game, lambda room: self._show(game, room, name, self._views.paused))
            case Podium():
                await self._everywhere(
                    game, lambda room: self._show(game, room, "podium", self._views.podium)
                )
                game.late = False
            case GiveUp():
                await self._give_up(game)
            case TellLost():
                await self._everywhere(game, lambda room: self._show(game, room, "lost", self._views.lost))

    async def keep_lobby(self, game: Game) -> None:
        """Shows who joins, as long as the lobby is open."""
        while True:
            await game.lobby_changed.wait()
            game.lobby_changed.clear()
            if game.state.phase is not Phase.LOBBY:
                return
            await self._everywhere(game, lambda room: self._edit_lobby(game, room))
            await self._sleep(LOBBY_EVERY)

    def repeatable(self, game: Game, room: int, attempted_at: datetime) -> bool:
        """Whether a sending of unknown outcome may be repeated under its key."""
        within = timedelta(seconds=self.carrier.repeat_within(game.rooms[room]))
        return self._clock() - attempted_at < within

    async def _everywhere(self, game: Game, act: Callable[[int], Awaitable[None]]) -> None:
        await asyncio.gather(*(act(room) for room in sorted(game.state.rooms)))

    async def _ask(self, game: Game, number: int) -> None:
        rooms = sorted(game.state.rooms - game.state.sent)
        # With the first question the lobby shows that its time is over.
        lobbies = [self._edit_lobby(game, room) for room in rooms] if number == 0 else []
        await asyncio.gather(*lobbies, *(self._ask_in(game, number, room) for room in rooms))
        game.late = False

    async def _ask_in(self, game: Game, number: int, room: int) -> None:
        before = game.sendings.get((number, room))
        old = before.message_id if before is not None else None
        # Under the key of a question that stands there already the platform would show nothing new.
        key = f"quiz:{game.id}:{number}:{room}" + (f":{old}" if old is not None else "")

        def wanted() -> bool:
            return game.state.phase is Phase.ASKING and game.state.number == number

        async def ask(adapter: Adapter, chat: Chat) -> Asked:
            if game.sendings.get((number, room)) is before and (before is None or old is not None):
                await self._keep(game, _attempt(before, number, room, self._clock()))
            return await adapter.ask(chat, self._views.question(self.scene(game, room), number), key=key)

        try:
            asked = await self.carrier.insist(game, room, ask, wanted=wanted)
        except NotWantedAnyMoreError:
            return
        except (Unreachable, OutcomeUnknown, NotSent) as error:
            log.warning("question not asked", quiz=game.id, number=number, room=room, reason=str(error))
            await self._happens(game, _failure(error, room, number), ())
            return
        await self._asked(game, game.sendings[number, room], asked, wanted=wanted())
        if old not in (None, asked.message_id):
            await self._take_back(game, room, old)

    async def _asked(self, game: Game, sending: Sending, asked: Asked, *, wanted: bool) -> None:
        if not wanted:
            # It took so long that the quiz went on without it.
            await self._take_back(game, sending.room, asked.message_id)
            return
        here = replace(sending, message_id=asked.message_id, poll=asked.poll, asked_at=asked.at)
        game.sendings[sending.number, sending.room] = here
        game.openings[sending.number] = max(asked.at, game.openings.get(sending.number, asked.at))
        self._arrived(game, sending.number, asked)
        kept = quizzes.keep_sending(game.id, here)
        await self._happens(game, Sent(sending.room, sending.number, asked.at), (kept,))

    async def _close(self, game: Game, number: int, room: int) -> None:
        sending = game.sendings.get((number, room))
        if sending is None or sending.message_id is None or sending.asked_at is None or sending.closed_at:
            return
        asked = Asked(sending.message_id, sending.poll, sending.asked_at)
        reveal = self._views.reveal(self.scene(game, room), number)
        await self._quietly(game, room, lambda adapter, chat: adapter.close_question(chat, asked, reveal))
        await self._keep(game, replace(sending, closed_at=self._clock()))

    async def _keep(self, game: Game, sending: Sending) -> None:
        game.sendings[sending.number, sending.room] = sending
        await self._store.transact(quizzes.keep_sending(game.id, sending))

    async def _show(self, game: Game, room: int, name: str, view: Callable[[Scene], Reply]) -> None:
        """Sends a message of that name once; if it stands there already, it is shown as it is now."""
        post = game.posts.get((room, name))
        reply = view(self.scene(game, room))
        if post is not None and post.message_id is not None:
            message_id = post.message_id
            await self._quietly(game, room, lambda adapter, chat: adapter.edit(chat, message_id, reply))
        elif post is None or self.repeatable(game, room, post.attempted_at):
            await self._post(game, room, name, reply)

    async def _post(self, game: Game, room: int, name: str, reply: Reply) -> None:
        key = f"quiz:{game.id}:{name}:{room}"

        async def send(adapter: Adapter, chat: Chat) -> int:
            if (room, name) not in game.posts:
                await self._keep_post(game, Post(room, name, self._clock()))
            return await adapter.send(chat, reply, key=key)

        try:
            message_id = await self.carrier.insist(game, room, send)
        except Unreachable:
            await self._happens(game, RoomLost(room), ())
        except AdapterError as error:
            log.warning("message not sent", quiz=game.id, name=name, room=room, reason=str(error))
        else:
            await self._keep_post(game, replace(game.posts[room, name], message_id=message_id))

    async def _keep_post(self, game: Game, post: Post) -> None:
        game.posts[post.room, post.name] = post
        await self._store.transact(quizzes.keep_post(game.id, post))

    async def _lobby(self, game: Game) -> None:
        async def show(room: int) -> None:
            if (room, "lobby") not in game.posts:
                reply = self._views.lobby(self.scene(game, room))
                await self._post(game, room, "lobby", replace(reply, loud=True))
            else:
                game.lobby_changed.set()

        await self._everywhere(game, show)

    async def _edit_lobby(self, game: Game, room: int) -> None:
        post = game.posts.get((room, "lobby"))
        if post is not None and post.message_id is not None:
            message_id, reply = post.message_id, self._views.lobby(self.scene(game, room))
            await self._quietly(game, room, lambda adapter, chat: adapter.edit(chat, message_id, reply))

    async def _give_up(self, game: Game) -> None:
        for room in sorted(game.rooms):
            post = game.posts.get((room, "lobby"))
            if post is not None and post.message_id is not None:
                await self._take_back(game, room, post.message_id)
        room = game.people[game.state.opener].room
        if game.offer and (room, "offer") not in game.posts:
            await self._offer(game, room)

    async def _offer(self, game: Game, room: int) -> None:
        """To the opener alone, who may never have written to the bot in private: then it stays unsaid."""
        reply = self._views.nobody(self.scene(game, room))
        await self._keep_post(game, Post(room, "offer", self._clock()))
        try:
            adapter = self.carrier.adapter(game.rooms[room])
            chat = await adapter.private_chat(game.opener)
            await adapter.send(chat, reply, key=f"quiz:{game.id}:offer")
        except AdapterError as error:
            log.info("the opener cannot be told in private", quiz=game.id, reason=str(error))

    async def _take_back(self, game: Game, room: int, message_id: int) -> None:
        await self._quietly(game, room, lambda adapter, chat: adapter.delete(chat, [message_id], urgent=True))

    async def _quietly(self, game: Game, room: int, act: Callable[..., Awaitable[None]]) -> None:
        """What may be repeated without harm, and left out without much."""
        try:
            await self.carrier.insist(game, room, act, harmless=True)
        except Unreachable:
            await self._happens(game, RoomLost(room), ())
        except AdapterError as error:
            log.warning("not done", quiz=game.id, room=room, reason=str(error))

    def scene(self, game: Game, room: int) -> Scene:
        """The quiz as it is now, for the eyes of one room."""
        chat: Chat = game.rooms[room]
        return Scene(
            quiz=game.id,
            state=game.state,
            plan=game.plan,
            names={number: person.user.name for number, person in game.people.items()},
            given=game.given(),
            standings=game.standings(),
            polls=self.carrier.polls(chat),
            late=game.late,
            texts=self._texts,
            now=self._clock(),
        )


def _attempt(before: Sending | None, number: int, room: int, now: datetime) -> Sending:
    """What is on record before a question is sent, for the first time or again."""
    return Sending(number, room, now) if before is None else replace(before, attempted_at=now)


def _failure(error: AdapterError, room: int, number: int) -> Event:
    match error:
        case Unreachable():
            return RoomLost(room)
        case OutcomeUnknown():
            return SendUnknown(room, number)
        case _:
            return SendFailed(room, number)
