"""Buttons that outlive the process: what they do stands in their custom id, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol, Self

import discord

from bot.actions import SHAPE
from bot.adapters.discord.markdown import length
from bot.reply import Button, Buttons

MAX_LABEL = 80
"""https://discord.com/developers/docs/components/reference#button"""


class Presses(Protocol):
    """Who takes the presses: the client, which every interaction knows."""

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Answers the press, whatever happens; never raises."""


class PressButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=SHAPE):
    """A button with an action. discord.py makes one anew from the custom id at each press."""

    def __init__(self, custom_id: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Reads nothing from the id: the core does that, and knows what to say of an old one."""
        return cls(match[0], getattr(item, "label", None) or "…")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hands the press on. What raised here would be swallowed, and the person left waiting."""
        client: Presses = interaction.client
        await client.pressed(interaction)


class ButtonRows(discord.ui.View):
    """Buttons that are only sent: the process need not remember them, since their class takes every press.

    The rows are drawn once for equal buttons, which answers to one question have.
    """

    def __init__(self, buttons: Buttons) -> None:
        super().__init__(timeout=None)
        self._rows = _rows(buttons)
        self.stop()  # so that discord.py keeps no record of it

    def to_components(self) -> list[dict[str, Any]]:
        """The rows as Discord takes them."""
        return list(self._rows)


def view(buttons: Buttons) -> discord.ui.View | None:
    """The buttons under a message; None when there are none."""
    return ButtonRows(buttons) if any(buttons) else None


@lru_cache(maxsize=512)
def _rows(buttons: Buttons) -> tuple[dict[str, Any], ...]:
    seen: set[str] = set()
    rows = [list(_items(row, seen)) for row in buttons]
    return tuple({"type": 1, "components": [item.to_component_dict() for item in row]} for row in rows if row)


def _items(row: tuple[Button, ...], seen: set[str]) -> Iterator[discord.ui.Item[Any]]:
    """A message holds each custom id once, so a second button for the same action is left out."""
    for button in row:
        if button.action is None:
            yield discord.ui.Button(label=_label(button.label), url=button.url)
        elif (custom_id := button.action.encode()) not in seen:
            seen.add(custom_id)
            yield PressButton(custom_id, _label(button.label))


def _label(label: str) -> str:
    label = label.strip() or "…"
    if length(label) <= MAX_LABEL:
        return label
    while length(label) > MAX_LABEL - 1:
        label = label[:-1]
    return label.rstrip() + "…"
