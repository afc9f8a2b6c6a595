"""Interactions: one acknowledgement within three seconds, a token that lives fifteen minutes.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.discord.errors import Form, already_acknowledged, unknown
from tests.fakes.discord.limits import EPHEMERAL, LOADING, Json, check_message, choices_of
from tests.fakes.discord.model import ChannelState, Message, User

if TYPE_CHECKING:
    from tests.fakes.discord.server import FakeDiscord

COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES = 4, 5, 6, 7, 8
_ALLOWED = {COMMAND: {REPLY, DEFER}, COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE}, AUTOCOMPLETE: {CHOICES}}
DEADLINE = 3.0
LIFETIME = 15 * 60.0


@dataclass(eq=False)
class Exchange:
    """One interaction and all that was said to it."""

    id: int
    kind: int
    channel: ChannelState
    user: User
    born: float
    source: Message | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    acknowledged: int = 0
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def answered(self) -> bool:
        """Whether the person sees more than a spinner."""
        if self.followups or self.acknowledged == CHOICES:
            return True
        return self.acknowledged == UPDATE or (
            self.acknowledged in (REPLY, DEFER) and self.original is not None and not self.original.loading
        )

    @property
    def messages(self) -> list[Message]:
        """What was said to it, in order: the original reply (none for a deferred update), then follow-ups."""
        first = [self.original] if self.original and self.original is not self.source else []
        return first + self.followups

    @property
    def message(self) -> Message:
        """The only message it got."""
        (message,) = self.messages
        return message


class Interactions:
    """The callback and webhook endpoints."""

    def __init__(self, fake: FakeDiscord) -> None:
        self._fake = fake
        self.exchanges: dict[str, Exchange] = {}

    async def callback(self, interaction_id: int, token: str, body: Json) -> Json:
        """The first response; `resource` as with `with_response=1`."""
        exchange = self.exchanges.get(token)
        if exchange is None or exchange.id != interaction_id or self._age(exchange) > DEADLINE:
            raise unknown("interaction")
        if exchange.acknowledged:
            exchange.refusals.append(40060)
            raise already_acknowledged()
        if body.get("type") not in _ALLOWED[exchange.kind]:
            form = Form()
            form.wrong("type", "BASE_TYPE_CHOICES", f"Value must be one of {_ALLOWED[exchange.kind]}.")
            form.refuse()
        data = body.get("data") or {}
        if body["type"] == CHOICES:
            exchange.choices = choices_of(body)
        elif body["type"] in (REPLY, UPDATE):
            check_message(data)
        await self._act(exchange, body["type"], data)
        return self._resource(exchange)

    async def follow_up(self, token: str, body: Json) -> Message:
        """A further message; the first after a deferral takes the place (and visibility) of the spinner."""
        exchange = self._alive(token)
        check_message(body)
        if exchange.acknowledged == DEFER and exchange.original is not None and exchange.original.loading:
            return await self._fill(exchange.original, body)
        message = self._composed(exchange, body, body.get("flags", 0))
        exchange.followups.append(message)
        await self._fake.publish(message)
        return message

    async def edit(self, token: str, which: str, body: Json) -> Message:
        message = self._message(self._alive(token), which)
        check_message(body, edit=True)
        return await self._fill(message, body)

    async def delete(self, token: str, which: str) -> None:
        exchange = self._alive(token)
        message = self._message(exchange, which)
        if message is exchange.original:
            exchange.original = None
        else:
            exchange.followups.remove(message)
        await self._fake.remove(message)

    def get(self, token: str, which: str) -> Message:
        return self._message(self._alive(token), which)

    def _age(self, exchange: Exchange) -> float:
        return self._fake.clock - exchange.born

    def _alive(self, token: str) -> Exchange:
        exchange = self.exchanges.get(token)
        if exchange is None or not exchange.acknowledged or self._age(exchange) > LIFETIME:
            raise unknown("Webhook")
        return exchange

    def _message(self, exchange: Exchange, which: str) -> Message:
        if which == "@original":
            found = exchange.original
        else:
            found = next((m for m in exchange.messages if str(m.id) == which), None)
        if found is None:
            raise unknown("Message")
        return found

    async def _act(self, exchange: Exchange, kind: int, data: Json) -> None:
        """Whoever looks sees the acknowledgement and what came with it at once."""
        exchange.acknowledged = kind
        match kind:
            case 4:
                exchange.original = self._composed(exchange, data, data.get("flags", 0))
                await self._fake.publish(exchange.original)
            case 5:
                flags = LOADING | data.get("flags", 0)
                exchange.original = self._composed(exchange, {"content": ""}, flags)
                await self._fake.publish(exchange.original)
            case 6:
                exchange.original = exchange.source
            case 7:
                assert exchange.source is not None
                exchange.original = exchange.source
                await self._fill(exchange.source, data)
        exchange.over.set()
        self._fake.pulse()

    def _composed(self, exchange: Exchange, body: Json, flags: int) -> Message:
        message = self._fake.compose(exchange.channel, self._fake.bot, body)
        message.webhook = True
        message.flags = flags
        if flags & EPHEMERAL:
            message.viewer = exchange.user
        return message

    async def _fill(self, message: Message, body: Json) -> Message:
        message.flags &= ~LOADING
        return await self._fake.change(message, body)

    def _resource(self, exchange: Exchange) -> Json:
        about: Json = {"id": str(exchange.id), "type": exchange.kind}
        answer: Json = {"interaction": about}
        if exchange.acknowledged == CHOICES or exchange.original is None:
            return answer
        about |= {
            "response_message_id": str(exchange.original.id),
            "response_message_loading": exchange.original.loading,
            "response_message_ephemeral": exchange.original.ephemeral,
        }
        if exchange.acknowledged in (REPLY, UPDATE):
            answer["resource"] = {"type": exchange.acknowledged, "message": exchange.original.json()}
        return answer
