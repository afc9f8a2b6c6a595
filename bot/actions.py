"""What a button says when pressed: a short versioned text, the same on every platform.

`1` + verb, the arguments and the owner, joined by `_`. The alphabet is that of Telegram's deep links
(Bot API: start parameter, 1-64 of `A-Za-z0-9_-`), so every action can also be a link, and the whole is
at most 64 bytes (Bot API: callback_data; Discord allows 100). It carries no state and no secret.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

VERSION = "1"
MAX_BYTES = 64
_DIGITS = string.digits + string.ascii_letters
SHAPE = re.compile(r"1([a-z]{1,4})((?:_[a-z0-9-]*)*)_(-?[0-9A-Za-z]+|)")
_FIELD = re.compile(r"[a-z0-9-]*")


class BadAction(ValueError):
    """The text is no action of this version: an old button, or made up."""


@dataclass(frozen=True, slots=True)
class Action:
    """A verb with its arguments; `owner` is the id of the one whose message the press may edit."""

    verb: str
    args: tuple[str, ...] = ()
    owner: int | None = None

    def encode(self) -> str:
        """The text to put behind the button. Raises ValueError when it could not travel."""
        if not all(_FIELD.fullmatch(arg) for arg in self.args):
            raise ValueError(f"arguments of an action are a-z, 0-9 and hyphens: {self.args}")
        owner = "" if self.owner is None else _to_base62(self.owner)
        text = "_".join((VERSION + self.verb, *self.args, owner))
        if len(text) > MAX_BYTES:
            raise ValueError(f"an action has at most {MAX_BYTES} bytes, this one {len(text)}: {text}")
        return text


def decode(text: str) -> Action:
    """Reads an action back. Raises BadAction for anything else, of whatever length."""
    match = SHAPE.fullmatch(text) if len(text) <= MAX_BYTES else None
    if match is None:
        raise BadAction(text[:MAX_BYTES])
    verb, args, owner = match.groups()
    return Action(verb, tuple(args.split("_")[1:]), _from_base62(owner) if owner else None)


def _to_base62(number: int) -> str:
    if number < 0:  # one who writes as a chat, such as Telegram's anonymous admins, has the chat's id
        return "-" + _to_base62(-number)
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _DIGITS[rest] + digits
    return digits or "0"


def _from_base62(text: str) -> int:
    if text.startswith("-"):
        return -_from_base62(text[1:])
    number = 0
    for digit in text:
        number = number * 62 + _DIGITS.index(digit)
    return number
