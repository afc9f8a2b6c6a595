"""Buttons that outlive the process: what they do stands in their custom id, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

    def __init__(self, custom_id: str, label: str, row: int | None = None) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, row=row))

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,  # noqa: ARG003
    ) -> Self:
        """Reads nothing from the id: the core does that, and knows what to say of an old one."""
        return cls(match[0], getattr(item, "label", None) or "…")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hands the press on. What raised here would be swallowed, and the person left waiting."""
        client: Presses = interaction.client
        await client.pressed(interaction)


def view(buttons: Buttons) -> discord.ui.View | None:
    """The buttons under a message; None when there are none."""
    made = discord.ui.View(timeout=None)
    seen: set[str] = set()
    for number, row in enumerate(buttons):
        for item in _items(row, number, seen):
            made.add_item(item)
    return made if made.children else None


def _items(row: tuple[Button, ...], number: int, seen: set[str]) -> Iterator[discord.ui.Item[Any]]:
    """A message holds each custom id once, so a second button for the same action is left out."""
    for button in row:
        if button.action is None:
            yield discord.ui.Button(label=_label(button.label), url=button.url, row=number)
        elif (custom_id := button.action.encode()) not in seen:
            seen.add(custom_id)
            yield PressButton(custom_id, _label(button.label), number)


def _label(label: str) -> str:
    label = label.strip() or "…"
    if length(label) <= MAX_LABEL:
        return label
    while length(label) > MAX_LABEL - 1:
        label = label[:-1]
    return label.rstrip() + "…"
