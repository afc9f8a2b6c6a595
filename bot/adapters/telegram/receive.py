"""Taking updates: each is claimed, durably and once, before it is served and before Telegram drops it.

Answers in a quiz are not claimed but kept before Telegram drops them: one that was claimed would be lost
if the process died just then, and to keep one twice changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.adapters.base import CredentialsRefused, Inbox
from bot.adapters.clock import Clock, sleep
from bot.adapters.telegram.errors import Flooded
from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.transport import Transport
from bot.adapters.telegram.updates import ALLOWED, is_vote, lane

POLL_SECONDS = 30
"""How long Telegram may hold an empty answer; it allows up to 50."""
_SLACK = 10.0
CYCLE = 0.02
"""Seconds from one question to the next at least. A server nearby answers at once, and one update at a time
would cost a commit each; Telegram itself is further away than that."""
BATCH = 100
"""Updates in one answer at most (Bot API: getUpdates, limit)."""
ENOUGH = 16
"""Updates that are worth a commit of their own: after so many nothing need gather."""
CONFLICT_WAIT = 5.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
REFUSED = (
    "Telegram refuses the token. Copy it again from @BotFather (/mybots, API Token) into "
    "WHATIS_TELEGRAM_TOKEN."
)
_log = structlog.get_logger(__name__)

Raw = Mapping[str, Any]


class Intake:
    """Hands each update that is new to its lane, and answers in quizzes on at once."""

    def __init__(self, inbox: Inbox, lanes: Lanes, handle: Callable[[Raw], Awaitable[None]]) -> None:
        self._inbox = inbox
        self._lanes = lanes
        self._handle = handle

    async def take(self, updates: Sequence[Raw]) -> None:
        """Returns when all are claimed and queued, or kept, so that Telegram may forget them."""
        votes = [update for update in updates if is_vote(update)]
        others = [update for update in updates if not is_vote(update)]
        await asyncio.gather(self._queue(others), *map(self._handle, votes))

    async def _queue(self, updates: Sequence[Raw]) -> None:
        if not updates:
            return
        new = await self._inbox.claim([update["update_id"] for update in updates])
        for update in updates:
            if update["update_id"] in new:
                new.discard(update["update_id"])
                await self._lanes.put(lane(update), partial(self._handle, update))


def is_update(raw: object) -> bool:
    """Whether it can be claimed; what else it holds is read later, by itself."""
    return isinstance(raw, dict) and isinstance(raw.get("update_id"), int)


class Poller:
    """Asks for updates for ever. The library's loop would ask again and again for a batch it cannot read.

    drained: set when what had waited is taken; until then no answer is waited for.
    """

    def __init__(
        self, transport: Transport, base_url: str, intake: Intake, clock: Clock, drained: asyncio.Event
    ) -> None:
        self._transport = transport
        self._url = f"{base_url}/getUpdates"
        self._intake = intake
        self._clock = clock
        self._drained = drained
        self._offset = 0
        self._wait = FIRST_WAIT
        self.healthy = True

    async def run(self) -> None:
        """Returns only by cancellation. Raises CredentialsRefused when the token is withdrawn."""
        while True:
            asked = self._clock.time()
            try:
                updates = await self._poll()
            except InvalidToken:
                raise CredentialsRefused(REFUSED) from None
            except TelegramError as error:
                await self._rest(error)
                continue
            self.healthy, self._wait = True, FIRST_WAIT
            if updates:
                await self._intake.take(updates)
                self._offset = updates[-1]["update_id"] + 1
            if len(updates) < BATCH:
                self._drained.set()
            if 0 < len(updates) < ENOUGH:
                await self._breathe(asked)

    async def _breathe(self, asked: float) -> None:
        """Lets a few updates gather while many come in."""
        rest = asked + CYCLE - self._clock.time()
        if rest > 0:
            await sleep(self._clock, rest)

    async def _poll(self) -> list[Raw]:
        """The next updates as they came, unread, so that a broken one spoils no other."""
        asked = {
            "offset": self._offset,
            "limit": BATCH,
            "timeout": POLL_SECONDS if self._drained.is_set() else 0,
            "allowed_updates": json.dumps(ALLOWED),
        }
        found = await self._transport.post(
            f"{self._url}?{urlencode(asked)}", read_timeout=POLL_SECONDS + _SLACK
        )
        return [raw for raw in found if is_update(raw)] if isinstance(found, list) else []

    async def _rest(self, error: TelegramError) -> None:
        """Waits as long as the trouble suggests."""
        self.healthy = False
        match error:
            case Conflict():
                seconds = CONFLICT_WAIT
                reason = (
                    "another process receives with this token; stop it, or give this one a token of its own"
                )
            case Flooded():
                seconds, reason = error.seconds, error.message
            case _:
                seconds, reason = self._wait, error.message
                self._wait = min(2 * self._wait, LONGEST_WAIT)
        _log.warning("no updates from Telegram", reason=reason, retry_in=seconds)
        await sleep(self._clock, seconds)
