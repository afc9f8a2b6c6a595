"""The rooms of a group or server, as short names that a setting keeps and a button carries.

`t5` is the topic 5 of a forum and `t0` all that is in none (its General topic); `c123` is the channel or
thread 123 of a server. A topic is named without its group, so that a group which moves needs no new name.
"""

from __future__ import annotations

import re

from bot.model import Chat, ChatKind

ANYWHERE = "any"
"""In place of a room: wherever somebody asks."""
_CODE = re.compile(r"([tc])(\d{1,19})")


def room_code(room: Chat) -> str:
    """The room's name, the same whatever it is called."""
    return f"t{room.thread or 0}" if room.whole == room.id else f"c{room.id}"


def room_of(code: str, near: Chat) -> Chat | None:
    """The room of that name in the group or server of a chat; None for what is no name.

    That it exists, and belongs there, is for its platform to say.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    number = int(match[2])
    if match[1] == "c":
        return Chat(near.platform, number, ChatKind.GROUP, space=near.whole)
    return Chat(near.platform, near.whole, ChatKind.GROUP, near.title, number or None, near.space)
