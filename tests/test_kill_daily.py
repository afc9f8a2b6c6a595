"""The real process, killed around the moment posts are due, fifty times, on both platforms.

Some kills come when a post stands in the chat and the bot has not heard so, the others at random.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.daily.calendar import Planned, Times
from bot.daily.delivery import Outcome
from bot.daily.when import EVERY_DAY
from bot.daily.wish import Kinds
from bot.model import Chat, ChatKind, Platform, User
from bot.store import deliveries, posts, subscriptions
from bot.store.store import Store, open_store
from bot.store.subscriptions import Subscription
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord import Message as DiscordMessage
from tests.fakes.discord.driver import Channel
from tests.fakes.telegram import Message
from tests.fakes.telegram.driver import FakeTelegram, Group
from tests.test_run import Process, dc, running, tg

KILLS, BETWEEN = 50, 7.0
"""Kills, and the seconds from one to the next, in which the bot starts and connects."""
EACH = 2
"""Chats of each platform for each kill."""
AT_A_POST = {Platform.TELEGRAM: range(0, KILLS, 10), Platform.DISCORD: range(5, KILLS, 10)}
"""Which kills come when the platform has taken a post and the bot has not heard so."""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat whose one post is due at a kill."""

    wanted: Subscription
    planned: Planned
    room: Group | Channel

    def got(self) -> int:
        """How many posts stand there."""
        if isinstance(self.room, Group):
            return sum("💡" in text for text in self.room.said)
        return sum("💡" in message.text for message in self.room.from_bot)


class Club:
    """Kills the bot at the moment a post stands in a chat.

    unheard: the groups with a post that the bot did not hear of; repeated: the kills at one in a channel.
    """

    def __init__(self, telegram: FakeTelegram, discord: FakeDiscord) -> None:
        self._telegram, self._discord = telegram, discord
        self.unheard: list[int] = []
        self.repeated = 0

    async def kills_at_a_post(self, process: Process, kill: int) -> None:
        """Returns when the process is dead."""

        def in_a_group(said: Message) -> None:
            process.kill()
            self._telegram.world.heard = None
            self.unheard.append(said.chat.id)

        def in_a_channel(_: DiscordMessage) -> None:
            process.kill()
            self._discord.heard = None
            self.repeated += 1

        if kill in AT_A_POST[Platform.TELEGRAM]:
            self._telegram.world.heard = in_a_group
        else:
            self._discord.heard = in_a_channel
        await asyncio.wait_for(process.wait(), 60)


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'whatis.db'}"


async def subscribe(
    store: Store, platform: Platform, room: Group | Channel, number: int, at: datetime
) -> Place:
    """A chat that is due then, and after that not for half a day."""
    times = Times((now() + timedelta(hours=12)).time().replace(second=0, microsecond=0), "UTC", EVERY_DAY)
    chat = Chat(platform, room.id, ChatKind.GROUP, f"Group {number}")
    wanted = Subscription(
        f"{room.id & (1 << 60) - 1:016x}", chat, times, Kinds.TIP, "", User(platform, 1, "Ann")
    )
    planned = Planned(at.date(), at)
    await store.transact(subscriptions.keep(wanted, now()))
    await store.transact(posts.put(wanted, planned, at))
    return Place(wanted, planned, room)


async def settled(store: Store, places: list[Place]) -> list[Outcome]:
    """Waits until every post has its end on record."""
    ended: list[Outcome] = []
    async with asyncio.timeout(120):
        while len(ended) < len(places):
            dossier = await store.get(
                deliveries.dossier(places[len(ended)].wanted.token, places[len(ended)].planned.day)
            )
            record = dossier.record if dossier is not None else None
            if record is None or record.outcome is Outcome.OPEN:
                await asyncio.sleep(0.2)  # another process writes it
            else:
                ended.append(record.outcome)
    return ended


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_killed_around_the_due_moment(tmp_path: Path) -> None:
    chance = Random(4)
    async with FakeTelegram() as telegram, FakeDiscord() as discord:
        bot, guild = telegram.bot("whatis_bot"), discord.guild("Learners")
        rooms = [
            (telegram.group(f"Group {n}", bot), guild.channel(f"channel-{n}")) for n in range(KILLS * EACH)
        ]
        first = now() + timedelta(seconds=BETWEEN + 5)
        due = [first + timedelta(seconds=BETWEEN * kill) for kill in range(KILLS)]
        places: list[Place] = []
        async with open_store(database(tmp_path), now) as store:
            for n, (group, channel) in enumerate(rooms):
                places.append(await subscribe(store, Platform.TELEGRAM, group, n, due[n // EACH]))
                places.append(await subscribe(store, Platform.DISCORD, channel, n, due[n // EACH]))
        settings = {**tg(telegram, bot.token), **dc(discord)}
        club = Club(telegram, discord)
        for kill, moment in enumerate(due):
            logins = len(telegram.made("getMe"))
            async with running(tmp_path, **settings) as process:
                await telegram.called("getMe", logins + 1, within=60)
                if any(kill in kills for kills in AT_A_POST.values()):
                    await club.kills_at_a_post(process, kill)
                else:
                    await asyncio.sleep((moment - now()).total_seconds() + chance.uniform(-0.1, 0.4))
        async with running(tmp_path, **settings), open_store(database(tmp_path), now) as store:
            ended = await settled(store, places)
    outcomes = {place.room.id: outcome for place, outcome in zip(places, ended, strict=True)}
    assert len(club.unheard) == len(AT_A_POST[Platform.TELEGRAM])
    assert all(outcomes[room] is Outcome.UNKNOWN for room in club.unheard), "what nobody knows to be sent"
    assert club.repeated == len(AT_A_POST[Platform.DISCORD])
    missed = 0
    for place, outcome in zip(places, ended, strict=True):
        if isinstance(place.room, Channel):
            assert place.got() == 1, f"{place.room.state.name}: {place.got()}, {outcome}"
        else:
            assert place.got() <= 1, f"{place.room.chat.title}: {place.got()}, {outcome}"
            assert place.got() == 1 or outcome is Outcome.UNKNOWN, f"{place.room.chat.title}: {outcome}"
            missed += place.got() == 0
    assert missed <= KILLS, "no more than what was in flight"
