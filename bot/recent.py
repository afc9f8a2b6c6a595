"""What was answered a moment ago, so that a group is not told the same thing twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.model import Chat

REPEAT_AFTER = timedelta(minutes=10)
_LARGEST = 10_000
_Key = tuple[str, int, int | None, str]


class Recent:
    """The last answers by chat, thread and name. In memory: after a restart the bot just answers anew."""

    def __init__(self) -> None:
        self._sent: OrderedDict[_Key, tuple[int, datetime]] = OrderedDict()

    def add(self, chat: Chat, name: str, message_id: int, now: datetime) -> None:
        """Remembers that the message holds the answer called `name`."""
        key = (chat.platform, chat.id, chat.thread, name)
        self._sent[key] = (message_id, now)
        self._sent.move_to_end(key)
        while len(self._sent) > _LARGEST:
            self._sent.popitem(last=False)

    def find(self, chat: Chat, name: str, now: datetime) -> int | None:
        """The message with that answer, when it is at most ten minutes old."""
        found = self._sent.get((chat.platform, chat.id, chat.thread, name))
        if found is None or now - found[1] > REPEAT_AFTER:
            return None
        return found[0]

    def forget(self, chat: Chat, message_ids: Collection[int]) -> None:
        """Those messages are gone from the chat, whatever thread they stood in."""
        here = (chat.platform, chat.id)
        stale = [key for key, (sent, _) in self._sent.items() if key[:2] == here and sent in message_ids]
        for key in stale:
            del self._sent[key]
