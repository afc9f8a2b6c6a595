"""A strict Discord on loopback: what the real one refuses, it refuses, with the same codes and shapes.

Unmodified discord.py logs in to it. `FakeDiscord` is the server; guilds, channels and members drive it.
"""

from tests.fakes.discord.driver import Channel, Guild, Person
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.interactions import Exchange
from tests.fakes.discord.model import Message
from tests.fakes.discord.server import TOKEN, FakeDiscord

__all__ = ["TOKEN", "Channel", "Exchange", "FakeDiscord", "Fault", "Guild", "Message", "Person"]
