"""Forgetting a person: in memory, in the database, beside it, and after a restore."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog

from bot.adapters.base import Adapter, AdapterError
from bot.hosting.quizmaster import Quizmaster
from bot.keyring import Keyring
from bot.model import Chat, ChatKind, Platform, User
from bot.prompts import Prompts
from bot.roster import Roster
from bot.store import learners, personal
from bot.store.backup import FORGET
from bot.store.learners import Account, name_of
from bot.store.personal import Place, Rows
from bot.store.store import Store

log = structlog.get_logger()


class Personal:
    """All that is kept of a person, to be handed out or deleted."""

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        quizmaster: Quizmaster,
        *,
        roster: Roster,
        prompts: Prompts,
        platforms: Mapping[Platform, Adapter],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._keyring = keyring
        self._quizmaster = quizmaster
        self._roster = roster
        self._prompts = prompts
        self._platforms = platforms
        self._clock = clock

    async def everything(self, user: User, here: Chat) -> tuple[Sequence[Account], dict[str, Rows]]:
        """The person's accounts, and every row about them, by table."""
        await self._store.settle()
        accounts = (await self._store.transact(learners.find(user))).accounts
        return accounts, await self._store.get(
            personal.everything(accounts, await self._chats(accounts, here))
        )

    async def forget(self, user: User, here: Chat) -> None:
        """Deletes all of it, on every platform of theirs; done when the disk holds nothing of it any more."""
        accounts = (await self._store.transact(learners.find(user))).accounts
        chats = await self._chats(accounts, here)
        for platform, chat_id in chats:
            running = self._quizmaster.running(Chat(platform, chat_id, ChatKind.PRIVATE))
            if running is not None:
                await self._quizmaster.stop(running.quiz, user, admin=True)
        at = self._clock()
        marks = {self._keyring.mark(FORGET, name_of(account)): at for account in accounts}
        await asyncio.to_thread(self._keyring.note_forgotten, marks, at)
        for platform, user_id in accounts:
            self._forget_in_memory(User(platform, user_id, ""))
        await self._store.transact(personal.forget(accounts, chats, marks))
        await self._store.scrub()
        log.info("a person was forgotten, as they asked", accounts=len(accounts))

    def _forget_in_memory(self, user: User) -> None:
        self._quizmaster.forget(user)
        self._roster.forget(user)
        self._prompts.forget(user)

    async def _chats(self, accounts: Sequence[Account], here: Chat) -> set[Place]:
        """Their private chats: this one, those that rows tell of, and those that the platforms name."""
        found = await self._store.get(personal.private_chats(accounts))
        if here.private:
            found.add((here.platform, here.id))
        for platform, user_id in accounts:
            if platform in self._platforms:
                try:
                    chat = await self._platforms[platform].private_chat(User(platform, user_id, ""))
                except AdapterError as error:
                    log.info("no private chat with a person", reason=str(error))
                else:
                    found.add((platform, chat.id))
        return found
