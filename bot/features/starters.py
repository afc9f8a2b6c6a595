"""Who may start quizzes: everybody, admins, or where there are roles those with one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.actions import Action
from bot.adapters.base import Adapter, HasRoles, Role
from bot.features.rules import ADMINS, EVERYBODY, STARTERS, Rules, kept_role
from bot.features.settings_parts import MAIN, SETTINGS, choice
from bot.model import Chat, Platform, User
from bot.reply import MAX_ROW_BUTTONS, Button, Reply, grid
from bot.texts import Texts

MOST_ROLES = 20
"""Buttons; with the other choices they fit into one message of any platform."""


class Starters:
    """Reads and shows who may."""

    def __init__(self, platforms: Mapping[Platform, Adapter]) -> None:
        self._platforms = platforms

    def roles(self, chat: Chat) -> Sequence[Role]:
        """The roles to choose from; none where the platform has none."""
        adapter = self._platforms.get(chat.platform)
        return adapter.roles(chat) if isinstance(adapter, HasRoles) else ()

    async def allowed(self, kept: Rules, chat: Chat, user: User) -> bool:
        """Whether the rule lets in somebody who is no admin."""
        if kept.role is None:
            return not kept.admins_only
        adapter = self._platforms.get(chat.platform)
        return isinstance(adapter, HasRoles) and await adapter.has_role(chat, user, kept.role)

    def refusal(self, kept: Rules, chat: Chat, texts: Texts) -> str:
        """Who may, for somebody who may not, as markup. A role that is gone leaves the admins."""
        role = self._role(kept, chat)
        if role is None:
            return texts.say("Here only admins start quizzes.")
        return texts.say("Here only admins and those with the role {role} start quizzes.", role=role.name)

    def row(self, kept: Rules, chat: Chat, texts: Texts) -> tuple[str, tuple[str, ...]]:
        """How things stand, and what a press does: it turns round where there are but two choices."""
        role = self._role(kept, chat)
        everybody = kept.role is None and not kept.admins_only
        if role is not None:
            label = texts.label("Quizzes: {role} and admins start them", role=role.name)
        elif everybody:
            label = texts.label("Quizzes: anybody starts them")
        else:
            label = texts.label("Quizzes: admins start them")
        if self.roles(chat):
            return label, (STARTERS,)
        return label, (STARTERS, ADMINS if everybody else EVERYBODY)

    def page(self, chat: Chat, texts: Texts, owner: int | None) -> Reply:
        """To choose from: everybody, admins, and the highest roles."""
        named = [(EVERYBODY, texts.label("Everybody")), (ADMINS, texts.label("Admins")), *self._named(chat)]
        buttons = [Button(label, Action(SETTINGS, (STARTERS, who), owner)) for who, label in named]
        said = texts.say("Who may start quizzes? Admins always may.")
        return choice(said, grid(buttons, MAX_ROW_BUTTONS), (MAIN,), texts, owner)

    def _named(self, chat: Chat) -> Iterator[tuple[str, str]]:
        return ((kept_role(role.id), role.name) for role in self.roles(chat)[:MOST_ROLES])

    def _role(self, kept: Rules, chat: Chat) -> Role | None:
        return next((role for role in self.roles(chat) if role.id == kept.role), None)
