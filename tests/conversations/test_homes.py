"""Where quizzes and posts live: groups with several rooms, on both platforms."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.conversations.quizzing import Table, bare
from tests.conversations.rooms import House, Person, Place, Room
from tests.conversations.surfaces import (
    DiscordSurface,
    DiscordVoice,
    Surface,
    TelegramSurface,
    Voice,
    surface,
)
from tests.conversations.test_daily import letter, question_in

QUIZ = "/quiz rag 3 60"


@pytest.fixture
def clock() -> Clock:
    """Noon of a day on which the platforms' own clocks are, so that a quiz begins with them."""
    return Clock(dt.datetime.now(dt.UTC).replace(hour=12, minute=0))


@pytest.fixture(params=["telegram", "discord"])
async def chat(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Surface]:
    async with surface(request.param, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def house(chat: Surface) -> House:
    return House(chat)


@pytest.fixture
def table(chat: Surface) -> Table:
    return Table(chat)


async def settled(house: House, ada: Person, place: Place) -> None:
    """Ada makes a room the home of quizzes."""
    await ada.at(place).says("/settings")
    await ada.at(place).presses("Quizzes: wherever they are asked for")
    assert "Quizzes: here" in (await ada.at(place).presses("Here")).buttons
    house.chat.clock.pass_(seconds=30)  # nobody presses that quickly


async def test_quizzes_go_home_wherever_they_are_asked_for(house: House) -> None:
    hall, den = house.hall, await house.room("quiz")
    ada, ben, cem = [await house.member(name, admin=name == "Ada") for name in ("Ada", "Ben", "Cem")]
    await settled(house, ada, den)

    told = await ben.at(hall).says(QUIZ)
    where = "#quiz" if house.chat.name == "discord" else "the chosen topic"
    assert f"🎯 Retrieval and RAG: the lobby is open in {where}." in bare(told.text)
    assert list(told.buttons) == ["Go there"]
    assert told.links[0].startswith(f"{den.link}/"), "it leads to the lobby itself"
    assert told.private is (house.chat.name == "discord"), "in place where that shows nobody else"
    assert "Join" in (await den.hears("🎯 Retrieval and RAG")).buttons
    assert not any("Playing" in said for said in hall.said)

    told = await cem.at(hall).says(QUIZ)
    assert f"A quiz is running in {where}: Retrieval and RAG." in bare(told.text)
    assert told.links[0].startswith(den.link)
    assert "A quiz is running: Retrieval and RAG." in bare((await cem.at(den).says(QUIZ)).text)
    assert "Only the one who started it" in await cem.at(hall).says("/stopquiz")
    assert f"The quiz in {where} has ended." in bare((await ben.at(hall).says("/stopquiz")).text)


async def test_the_settings_of_one_room_are_those_of_all(house: House) -> None:
    hall, den = house.hall, await house.room("quiz")
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    shown = await ada.at(den).says("/settings Europe/Vienna")
    assert "Settings of this group" in shown
    assert "It holds in every topic and channel" in shown
    await ada.at(den).presses("Quizzes: anybody starts them")
    await settled(house, ada, den)
    elsewhere = "Quizzes: in #quiz" if house.chat.name == "discord" else "Quizzes: in the chosen topic"
    expected = {"Time zone: Vienna", "Quizzes: admins start them", elsewhere}
    assert expected <= set((await ada.at(hall).says("/settings")).buttons)
    assert "Here only admins start quizzes" in await ben.at(hall).says(QUIZ)
    assert "(Vienna)" in bare((await ada.at(hall).says("/tips on 9")).text)


async def test_the_home_can_be_given_up(house: House) -> None:
    hall, den = house.hall, await house.room("quiz")
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    await settled(house, ada, den)
    await ada.at(den).presses("Quizzes: here")
    main = await ada.at(den).presses("Wherever they are asked for")
    assert "Quizzes: wherever they are asked for" in main.buttons
    assert "Join" in (await ben.at(hall).says(QUIZ)).buttons


async def test_members_choose_no_home(house: House) -> None:
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    await ada.at(house.hall).says("/settings")
    assert "Only an admin" in await ben.at(house.hall).presses("Quizzes: wherever they are asked for")


async def test_a_home_that_is_gone_is_given_up_and_its_admin_told(house: House) -> None:
    hall, den = house.hall, await house.room("quiz")
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    await settled(house, ada, den)
    await den.closes()
    asked = await ben.at(hall).says(QUIZ)
    assert "Join" in asked.buttons or "Join" in (await hall.hears("🎯 Retrieval and RAG")).buttons
    await ada.hears("so quizzes are where they are asked for again")
    main = await ada.at(hall).says("/settings")
    assert "Quizzes: wherever they are asked for" in main.buttons


async def test_the_weekly_quiz_and_its_announcement_go_home(house: House, table: Table) -> None:
    hall, den = house.hall, await house.room("quiz")
    ada = await house.member("Ada", admin=True)
    await ada.at(hall).says("/settings")
    today = house.chat.clock().strftime("%As")
    for label in ("Weekly quiz: none", today, "18:00", "A bit of everything"):
        main = await ada.at(hall).presses(label)
        house.chat.clock.pass_(seconds=30)
    assert f"Weekly quiz: {today} 18:00" in main.buttons
    await ada.at(hall).presses("Announced an hour before: no")
    await settled(house, ada, den)
    await table.passes(hours=5)
    await den.hears("In an hour: this week's quiz")
    await table.passes(hours=1)
    assert "Join" in (await den.hears("🎯 AI quiz")).buttons
    assert f"Weekly quiz: {today} 18:00" in (await ada.at(den).says("/settings")).buttons


async def test_the_daily_post_of_the_settings_goes_home_and_that_of_a_command_stays(
    house: House, table: Table
) -> None:
    hall, den, own = house.hall, await house.room("tips"), await house.room("agents")
    ada = await house.member("Ada", admin=True)
    await ada.at(own).says("/tips on 13:00 agents")
    house.chat.clock.pass_(seconds=30)
    await ada.at(hall).says("/settings")
    for label in ("Posts", "Daily post: none", "13:00"):
        page = await ada.at(hall).presses(label)
    assert "Daily post: 13:00 (UTC), every day" in page.buttons
    house.chat.clock.pass_(seconds=30)
    await ada.at(den).says("/settings")
    for label in ("Posts", "Posts: wherever they are set up", "Here"):
        page = await ada.at(den).presses(label)
    assert {"Posts: here", "Daily post: 13:00 (UTC), every day"} <= set(page.buttons), "it came along"
    await table.passes(hours=1)
    await den.hears("💡")
    await own.hears("💡")
    assert not any("💡" in said for said in hall.said)

    await ada.at(den).says("/tips status")
    await ada.at(den).presses("Questions only")
    house.chat.clock.pass_(seconds=30)
    await ada.at(den).says("/settings")
    for label in ("Posts", "Posts: here", "Wherever they are set up"):
        page = await ada.at(den).presses(label)
    assert "Daily post: none" in page.buttons, "it went back to where it was set up"
    await ada.at(hall).says("/settings")
    assert "It is: a question of the day" in (await ada.at(hall).presses("Posts")).buttons


async def test_a_post_whose_home_is_gone_comes_where_it_was_set_up(house: House, table: Table) -> None:
    hall, den = house.hall, await house.room("tips")
    ada = await house.member("Ada", admin=True)
    await ada.at(den).says("/settings")
    for label in ("Posts", "Posts: wherever they are set up", "Here"):
        await ada.at(den).presses(label)
    house.chat.clock.pass_(seconds=30)
    await ada.at(hall).says("/settings")
    for label in ("Posts", "Daily post: none", "13:00"):
        page = await ada.at(hall).presses(label)
    where = "#tips" if house.chat.name == "discord" else "the chosen topic"
    assert {f"Posts: in {where}", "Daily post: 13:00 (UTC), every day"} <= set(page.buttons)
    await den.closes()
    await table.passes(hours=1)
    await hall.hears("💡")
    await ada.hears("so the daily post comes in")
    await ada.at(hall).says("/settings")
    page = await ada.at(hall).presses("Posts")
    assert {"Posts: wherever they are set up", "Daily post: 13:00 (UTC), every day"} <= set(page.buttons)


async def test_posts_and_quizzes_may_live_apart(house: House, table: Table) -> None:
    """What is posted unasked, announcements too, is in the home of posts, and leads to the quiz."""
    hall, den, board = house.hall, await house.room("quiz"), await house.room("news")
    ada = await house.member("Ada", admin=True)
    await settled(house, ada, den)
    await ada.at(board).says("/settings")
    for label in ("Posts", "Posts: wherever they are set up", "Here", "Back"):
        await ada.at(board).presses(label)
    house.chat.clock.pass_(seconds=30)
    today = house.chat.clock().strftime("%As")
    for label in ("Weekly quiz: none", today, "18:00", "A bit of everything"):
        await ada.at(board).presses(label)
    house.chat.clock.pass_(seconds=30)
    await ada.at(board).presses("Announced an hour before: no")
    await table.passes(hours=5)
    assert "Go there" in (await board.hears("In an hour: this week's quiz")).buttons
    await table.passes(hours=1)
    await den.hears("🎯 AI quiz")
    assert not any("quiz" in said for said in hall.said if "Settings" not in said and "Hello" not in said)


async def test_a_topic_button_pressed_elsewhere_leads_home(house: House) -> None:
    hall, den = house.hall, await house.room("quiz")
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    await settled(house, ada, den)
    await ben.at(hall).says("/quiz football")
    told = await ben.at(hall).presses("Agents and tools")
    assert "the lobby is open in" in told
    assert told.private
    await den.hears("🎯 Agents and tools")


async def test_with_a_home_there_is_one_leaderboard(house: House, table: Table) -> None:
    hall, den = house.hall, await house.room("news")
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    await ada.at(den).says("/settings")
    for label in ("Posts", "Posts: wherever they are set up", "Here", "Daily post: none", "13:00"):
        await ada.at(den).presses(label)
    await ada.at(den).presses("It is: a tip")
    await table.passes(hours=1)
    post = await den.hears("❓ Question of the day")
    await ben.at(den).presses(letter(post, question_in(post), right=True))
    assert "🥇 Ben 10 · 1 right" in bare((await ben.at(hall).says("/leaderboard")).text)


# What only Discord has


@pytest.fixture
async def server(tmp_path: Path, clock: Clock) -> AsyncIterator[DiscordSurface]:
    async with surface("discord", tmp_path, clock) as opened:
        assert isinstance(opened, DiscordSurface)
        yield opened


def voice(somebody: Voice) -> DiscordVoice:
    assert isinstance(somebody, DiscordVoice)
    return somebody


async def test_the_channels_of_a_server_are_offered(server: DiscordSurface) -> None:
    """Those where the bot may write, as many as there is room for; 25 buttons are what a message takes."""
    secret = await server.guild.create("secret")
    secret.forbid("send_messages")
    await secret.change()
    for number in range(30):
        await server.guild.create(f"room-{number}")
    ada = await server.member("Ada", admin=True)
    await ada.says("/settings")
    page = await ada.presses("Quizzes: wherever they are asked for")
    offered = [label for label in page.buttons if label.startswith("#")]
    assert len(offered) == 20
    assert offered[0] == "#room-0"
    assert "#secret" not in offered
    assert "Quizzes: in #room-3" in (await ada.presses("#room-3")).buttons
    inside = voice(ada).at(secret)
    await inside.says("/settings")
    await inside.presses("Quizzes: in #room-3")
    assert "I may not write there" in await inside.presses("Here")


async def test_a_thread_can_be_a_home(server: DiscordSurface) -> None:
    house = House(server)
    thread = await server.channel.thread("Quiz night")
    ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
    await settled(house, ada, Room(thread))
    assert "the lobby is open in #Quiz night" in await ben.at(house.hall).says(QUIZ)
    await thread.heard("🎯 Retrieval and RAG")


async def test_quizzes_are_started_by_those_with_a_role(server: DiscordSurface) -> None:
    hosts, robots = await server.guild.role("Hosts"), await server.guild.role("Robots", managed=True)
    await server.guild.role("Guests")
    ada, ben, cem = [await server.member(name, admin=name == "Ada") for name in ("Ada", "Ben", "Cem")]
    assert robots.managed
    server.guild.give(voice(ben)._person, hosts)
    await ada.says("/settings")
    page = await ada.presses("Quizzes: anybody starts them")
    assert list(page.buttons) == ["Everybody", "Admins", "Guests", "Hosts", "Back"]
    main = await ada.presses("Hosts")
    assert "Quizzes: Hosts and admins start them" in main.buttons
    refused = await cem.says(QUIZ)
    assert "Here only admins and those with the role Hosts start quizzes" in bare(refused.text)
    assert refused.private
    assert "Join" in (await ben.says(QUIZ)).buttons


async def test_a_role_that_is_gone_leaves_the_admins(server: DiscordSurface) -> None:
    hosts = await server.guild.role("Hosts")
    await server.guild.role("Guests")
    ada, ben = await server.member("Ada", admin=True), await server.member("Ben")
    await ada.says("/settings")
    await ada.presses("Quizzes: anybody starts them")
    await ada.presses("Hosts")
    await server.guild.end(hosts)
    assert "Here only admins start quizzes" in await ben.says(QUIZ)
    assert "Quizzes: admins start them" in (await ada.says("/settings")).buttons


async def test_many_roles_fit(server: DiscordSurface) -> None:
    for number in range(30):
        await server.guild.role(f"Role {number}")
    ada = await server.member("Ada", admin=True)
    await ada.says("/settings")
    page = await ada.presses("Quizzes: anybody starts them")
    assert len([label for label in page.buttons if label.startswith("Role")]) == 20
    assert "Quizzes: Role 29 and admins start them" in (await ada.presses("Role 29")).buttons


# What only Telegram has


async def test_a_plain_group_has_no_homes(tmp_path: Path, clock: Clock) -> None:
    async with surface("telegram", tmp_path, clock) as chat:
        ada = await chat.member("Ada", admin=True)
        main = await ada.says("/settings")
        assert "Settings of this chat" in main
        assert not [label for label in main.buttons if "asked for" in label]
        await ada.presses("Posts")


async def test_the_general_topic_can_be_a_home(tmp_path: Path, clock: Clock) -> None:
    async with surface("telegram", tmp_path, clock) as chat:
        assert isinstance(chat, TelegramSurface)
        house = House(chat)
        other = await house.room("Off topic")
        ada, ben = await house.member("Ada", admin=True), await house.member("Ben")
        await ada.at(other).says("/settings")
        page = await ada.at(other).presses("Quizzes: wherever they are asked for")
        assert list(page.buttons) == ["Here", "Wherever they are asked for", "The General topic", "Back"]
        assert "For any other place, send /settings there" in page
        assert "Quizzes: in the General topic" in (await ada.at(other).presses("The General topic")).buttons
        told = await ben.at(other).says(QUIZ)
        assert "the lobby is open in the General topic" in told
        assert told.links[0].startswith(house.hall.link)
        await house.hall.hears("🎯 Retrieval and RAG")
