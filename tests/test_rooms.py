"""Rooms have short names, which lead back to them from any other room of their group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Chat, ChatKind, Platform
from bot.rooms import room_code, room_of

FORUM = Chat(Platform.TELEGRAM, -1001, ChatKind.GROUP, "Learners", 7, space=-1001)
CHANNEL = Chat(Platform.DISCORD, 55, ChatKind.GROUP, "general", space=9)


@pytest.mark.parametrize(
    ("room", "code"),
    [
        (FORUM, "t7"),
        (replace(FORUM, thread=None), "t0"),
        (Chat(Platform.TELEGRAM, -5, ChatKind.GROUP, "Plain"), "t0"),
        (CHANNEL, "c55"),
        (replace(CHANNEL, id=2**63 - 1), "c9223372036854775807"),
    ],
)
def test_a_room_is_found_again_by_its_name(room: Chat, code: str) -> None:
    assert room_code(room) == code
    found = room_of(code, room)
    assert found is not None
    assert (found.id, found.thread, found.space) == (room.id, room.thread, room.space)


def test_a_topic_goes_along_with_a_group_that_moves() -> None:
    found = room_of("t7", replace(FORUM, id=-2002, space=-2002, thread=None))
    assert found == replace(FORUM, id=-2002, space=-2002)


@pytest.mark.parametrize("code", ["", "any", "t", "x5", "t-5", "c1_2", "c" + "9" * 20, "t5 "])
def test_what_is_no_name_leads_nowhere(code: str) -> None:
    assert room_of(code, FORUM) is None
