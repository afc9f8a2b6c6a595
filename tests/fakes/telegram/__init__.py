"""A strict fake of Telegram's Bot API on loopback, for the unmodified library to talk to.

It holds what this project believes about Telegram; `docs/smoke-test.md` lists what a person checks once on
the real one.
"""

from tests.fakes.telegram.driver import FakeTelegram, Group, Member, Press, Room
from tests.fakes.telegram.errors import Refusal, flood
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.state import Bot, Message

__all__ = ["Bot", "FakeTelegram", "Fault", "Group", "Member", "Message", "Press", "Refusal", "Room", "flood"]
