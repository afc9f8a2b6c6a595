"""The terminal as a platform: lines in, replies out, several members by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime

from bot.adapters.asking import as_message
from bot.adapters.base import Asked, Capabilities, Front, Question
from bot.adapters.terminal.lines import ROOM, YOU, Line, private_chat, read_line
from bot.adapters.terminal.screen import Screen
from bot.model import Addressed, Chat, Message, Platform, Press, User
from bot.reply import Button, Reply, Visibility
from bot.texts import Texts

MOST_KEPT = 500
"""Messages whose buttons can still be pressed, and of which it is known what they said."""
MOST_NAMED = 20
"""Buttons that are named to whoever asks for one that is not there."""
WAIT = "!wait"
"""A line for scripts: goes on when the bot has said something by itself."""
WAIT_SECONDS = 150
"""Longer than any question of a quiz stays open."""


async def _at_once() -> None:
    """Nothing goes on beside the lines."""


class TerminalAdapter:
    """Serves until the lines end (see `bot.adapters.base.Adapter`).

    settled: waits until what a line has set going, such as a quiz, has been shown.
    """

    platform = Platform.TERMINAL
    capabilities = Capabilities(ephemeral=True, max_text=100_000)

    def __init__(
        self,
        front: Front,
        screen: Screen,
        lines: AsyncIterator[str],
        clock: Callable[[], datetime],
        texts: Texts,
        *,
        settled: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        self._settled = settled
        self._spoke = asyncio.Event()
        self._clock = clock
        self._texts = texts
        self._front = front
        self._screen = screen
        self._lines = lines
        self._shown: dict[tuple[int, int], Reply] = {}
        """By chat and message, what was shown last at the end."""
        self._last_chat: Chat | None = None
        self.chats: set[Chat] = set()
        # Messages of an earlier run may still have to be deleted: their numbers must not be given again.
        self._last_id = int(clock().timestamp())
        # What is written is seen, before the first line is read and after the last.
        self.ready = True

    async def run(self) -> None:
        """Takes each line to its end before the next."""
        async for text in self._lines:
            if text.strip() == WAIT:
                await self._wait()
            elif text.strip():
                await self._take(read_line(text, self._last_chat))
            await self._settled()
            self._screen.done()

    async def _wait(self) -> None:
        self._spoke.clear()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._spoke.wait()
        except TimeoutError:
            self._screen.trouble("Nothing has happened for a while.")

    async def send(self, chat: Chat, reply: Reply, *, key: str = "") -> int:  # noqa: ARG002
        """Shows the reply; `key` is not needed, since nothing is ever sent twice here."""
        return self._show("message", chat, reply)

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Shows the message as it is now."""
        self._put("edit", chat, message_id, reply)

    async def ask(self, chat: Chat, question: Question, *, key: str) -> Asked:
        """Shows the question with a button for each option."""
        now = self._clock()
        message_id = await self.send(chat, as_message(question, self._texts, now), key=key)
        return Asked(message_id, "", now)

    async def close_question(self, chat: Chat, asked: Asked, reveal: Reply) -> None:
        """Shows the answer in the question's place."""
        await self.edit(chat, asked.message_id, reveal)

    async def delete(self, chat: Chat, message_ids: Sequence[int], *, urgent: bool = False) -> None:  # noqa: ARG002
        """What was printed stays; it is said that it is gone, and its buttons are."""
        for message_id in message_ids:
            reply = self._shown.pop((chat.id, message_id), None)
            if reply is None:
                continue
            self._spoke.set()
            self._screen.show("deleted", ROOM if chat.id == ROOM.id else chat, reply, private=chat.private)

    async def private_chat(self, user: User) -> Chat:
        """The member's own screen."""
        return private_chat(user)

    async def is_admin(self, chat: Chat, user: User) -> bool:
        """Whoever sits at the keyboard administers everything; the members played with @ do not."""
        return chat.private or user.name == YOU

    async def close(self) -> None:
        """There is nothing to close."""

    async def _take(self, line: Line) -> None:
        self._last_chat = line.chat
        self.chats |= {line.chat, private_chat(line.user)}
        if line.press or self._is_letter(line):
            await self._press(line)
            return
        self._last_id += 1
        addressed = Addressed.COMMAND if line.text.startswith("/") else Addressed.MENTION
        if line.chat.private:
            addressed = Addressed.PRIVATE if addressed is Addressed.MENTION else addressed
        elif addressed is Addressed.MENTION:
            addressed = Addressed.REPLY
        message = Message(line.user, line.chat, self._last_id, line.text, addressed)
        reply = await self._front.respond(message)
        if reply is not None:
            await self._front.delivered(message, reply, [self._deliver(message, reply)])

    def _is_letter(self, line: Line) -> bool:
        """Whether the line is the letter of an option that can be pressed: in a quiz, `b` will do."""
        newest = {chat: reply for chat, _, reply in reversed(self._seen_by(line))}
        return len(line.text) == 1 and any(_button(reply, line.text) for reply in newest.values())

    async def _press(self, line: Line) -> None:
        """Presses a button of that label on the newest message that has one and that this member can see."""
        seen = self._seen_by(line)
        found = next(((c, m, b) for c, m, reply in seen if (b := _button(reply, line.text))), None)
        if found is None:
            labels = dict.fromkeys(b.label for *_, reply in seen for row in reply.buttons for b in row)
            shown = ", ".join([*labels][:MOST_NAMED]) or "none"
            self._screen.trouble(f"There is no button {line.text!r} here. Buttons: {shown}.")
            return
        chat, message_id, button = found
        if button.action is None:
            self._screen.trouble(f"That button opens {button.url}")
            return
        press = Press(line.user, chat, message_id, button.action.encode())
        await self._answer_press(press, await self._front.respond(press))

    async def _answer_press(self, press: Press, reply: Reply | None) -> None:
        if reply is None:
            return
        if reply.toast:
            self._screen.show("toast", press.chat, reply, private=True)
        if not reply.blocks:
            return
        if reply.edit:
            await self.edit(press.chat, press.message_id, reply)
            await self._front.delivered(press, reply, [press.message_id])
        else:
            await self._front.delivered(press, reply, [self._deliver(press, reply)])

    def _seen_by(self, line: Line) -> list[tuple[Chat, int, Reply]]:
        """The messages where the line was written and in private, the newest first."""
        places = {chat.id: chat for chat in (private_chat(line.user), line.chat)}
        kept = reversed(self._shown.items())
        return [(places[chat], message, reply) for (chat, message), reply in kept if chat in places]

    def _deliver(self, event: Message | Press, reply: Reply) -> int:
        """A private reply to a group is seen by that member alone, where only they can press."""
        hidden = reply.visibility is Visibility.PRIVATE and not event.chat.private
        return self._show("message", private_chat(event.user) if hidden else event.chat, reply)

    def _show(self, event: str, chat: Chat, reply: Reply) -> int:
        self._last_id += 1
        self._last_chat = chat
        self._put(event, chat, self._last_id, reply)
        return self._last_id

    def _put(self, event: str, chat: Chat, message_id: int, reply: Reply) -> None:
        self._shown.pop((chat.id, message_id), None)
        self._shown[chat.id, message_id] = reply
        if len(self._shown) > MOST_KEPT:
            del self._shown[next(iter(self._shown))]
        self._spoke.set()
        private = chat.private or reply.visibility is Visibility.PRIVATE
        self._screen.show(event, chat, reply, private=private)


def _button(reply: Reply, label: str) -> Button | None:
    """The button of that label, in whatever case; else the only one that begins so."""
    buttons = [button for row in reply.buttons for button in row]
    wanted = label.casefold()
    exact = [b for b in buttons if b.label.casefold() == wanted]
    begins = [b for b in buttons if wanted and b.label.casefold().startswith(wanted)]
    return exact[0] if exact else begins[0] if len(begins) == 1 else None
