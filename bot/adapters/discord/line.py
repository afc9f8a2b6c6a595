"""One interaction's line to Discord: acknowledged exactly once, answered as long as its token lives.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

import discord

from bot.adapters.discord.failures import ACKNOWLEDGED, NETWORK, UNKNOWN_MESSAGE
from bot.adapters.discord.render import Page

Interaction = discord.Interaction[Any]
_FIRST_RESPONSE_SECONDS = 3.0
"""After this Discord has given the interaction up, so there is no use in waiting for its answer."""


class State(Enum):
    """What Discord was told so far, which decides how the next thing is said."""

    SILENT = auto()
    THINKING = auto()  # a public spinner stands in the chat
    THINKING_PRIVATELY = auto()  # a spinner that only the person sees
    ACCEPTED = auto()  # a press was taken, its message stands as it was
    ANSWERED = auto()


def fields(page: Page, view: discord.ui.View | None) -> dict[str, Any]:
    """A page as discord.py wants it for an edit, which replaces all there was. It can be used once."""
    shown: dict[str, Any] = {"content": page.content or None, "embeds": list(page.embeds), "view": view}
    return shown | ({"attachments": attached(page)} if page.files else {})


def new_fields(page: Page, view: discord.ui.View | None) -> dict[str, Any]:
    """A page as discord.py wants it for a new message. It can be used once: files are read."""
    shown = {k: v for k, v in fields(page, view).items() if v is not None and k != "attachments"}
    return shown | ({"files": attached(page)} if page.files else {})


def attached(page: Page) -> list[discord.File]:
    """The page's files, to be read."""
    return [discord.File(io.BytesIO(file.content), filename=file.name) for file in page.files]


class Line:
    """Says things in answer to one interaction. What it raises is what discord.py raises."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self.state = State.SILENT

    @property
    def is_press(self) -> bool:
        """Whether there is a message with the button, which can be replaced."""
        return self._interaction.type is discord.InteractionType.component

    async def think(self, *, private: bool) -> None:
        """Puts a spinner where the answer to a command will be; this fixes who sees the answer."""
        response = self._interaction.response
        await self._first(lambda: response.defer(ephemeral=private, thinking=True))
        self.state = State.THINKING_PRIVATELY if private else State.THINKING

    async def accept(self) -> None:
        """Takes a press without changing anything."""
        await self._first(self._interaction.response.defer)
        self.state = State.ACCEPTED

    async def say(self, page: Page, view: discord.ui.View | None, *, private: bool) -> int | None:
        """A message to the chat, or to the person alone; its id, None if Discord kept it to itself."""
        match self.state:
            case State.SILENT:
                return await self._respond(page, view, private=private)
            case State.THINKING if private:
                await self.withdraw()
            case State.THINKING | State.THINKING_PRIVATELY:
                return await self._fill(page, view)
        return await self._follow_up(page, view, private=private)

    async def update(self, page: Page, view: discord.ui.View | None) -> int | None:
        """Replaces the message whose button was pressed."""
        response = self._interaction.response
        if self.state is not State.SILENT:
            return await self._fill(page, view)
        message_id = await self._first(lambda: response.edit_message(**fields(page, view)))
        self.state = State.ANSWERED
        return message_id

    async def withdraw(self) -> None:
        """Takes the spinner away."""
        try:
            await self._interaction.delete_original_response()
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
        self.state = State.ANSWERED

    async def _respond(self, page: Page, view: discord.ui.View | None, *, private: bool) -> int | None:
        response = self._interaction.response
        message_id = await self._first(
            lambda: response.send_message(ephemeral=private, **new_fields(page, view))
        )
        self.state = State.ANSWERED
        return message_id

    async def _fill(self, page: Page, view: discord.ui.View | None) -> int:
        """Edits what the token calls the original; doing that twice does no harm."""
        edit = self._interaction.edit_original_response
        try:
            message = await edit(**fields(page, view))
        except NETWORK:
            message = await edit(**fields(page, view))
        self.state = State.ANSWERED
        return message.id

    async def _follow_up(self, page: Page, view: discord.ui.View | None, *, private: bool) -> int:
        """A further message. It has no nonce, so one whose fate is unknown is not sent again."""
        kwargs = new_fields(page, view)
        message = await self._interaction.followup.send(ephemeral=private, wait=True, **kwargs)
        return int(message.id)

    async def _first(self, respond: Callable[[], Awaitable[Any]]) -> int | None:
        """The one response. If no answer came it is repeated: "already acknowledged" means it had arrived."""
        try:
            answer = await self._in_time(respond)
        except NETWORK:
            answer = await self._in_time(respond)
        return answer.message_id if answer is not None else await self._original_id()

    async def _in_time(self, respond: Callable[[], Awaitable[Any]]) -> Any:
        """Discord's answer, None if an earlier request was the one that counted."""
        try:
            async with asyncio.timeout(_FIRST_RESPONSE_SECONDS):
                return await respond()
        except discord.HTTPException as error:
            if error.code != ACKNOWLEDGED:
                raise
            return None

    async def _original_id(self) -> int | None:
        try:
            return (await self._interaction.original_response()).id
        except (discord.DiscordException, *NETWORK):
            return None
