"""The daily post, as groups and people by themselves have it, on every platform."""

from __future__ import annotations

import pytest

from bot.library.schema import Question, Tip
from tests.conversations.quizzing import OPTION, Table, bare
from tests.conversations.surfaces import Heard, Surface, TelegramSurface
from tests.core import library


@pytest.fixture
def table(chat: Surface) -> Table:
    return Table(chat)


async def test_an_admin_starts_it_and_it_comes_each_day(chat: Surface, table: Table) -> None:
    admin = await chat.member("Ada", admin=True)
    said = await admin.says("/tips on 13:00")
    assert "a tip at 13:00 (UTC), every day" in bare(said.text)
    assert "Next: today" in said
    assert "name a city" in said
    assert list(said.buttons) == ["Questions only", "Tip and question", "Stop it"]

    await table.passes(hours=1)
    post = await table.hears("💡")
    assert {"Tell me more", "Quiz me", "👍 Helpful", "👎 Not helpful"} == set(post.buttons)
    await admin.says("/tips on both")
    await table.passes(hours=24)
    following = await table.hears("❓ Question of the day")
    assert tip_in(following) is not tip_in(post)


async def test_a_tip_leads_on_and_takes_one_vote_of_each(chat: Surface, table: Table) -> None:
    admin, ben = await chat.member("Ada", admin=True), await chat.member("Ben")
    await admin.says("/tips on 13:00")
    await table.passes(hours=1)
    tip = tip_in(await table.hears("💡"))
    more = await ben.presses("Tell me more")
    assert more.private
    assert library().terms[tip.term].term in bare(more.text)
    assert "Glad it helped" in await ben.presses("👍 Helpful")
    assert "the authors will see it" in await ben.presses("👎 Not helpful")


async def test_a_question_of_the_day_and_its_answer_in_the_next_post(chat: Surface, table: Table) -> None:
    admin, ben = await chat.member("Ada", admin=True), await chat.member("Ben")
    await admin.says("/tips on 13:00 UTC question")
    await table.passes(hours=1)
    post = await table.hears("❓ Question of the day")
    question = question_in(post)
    right, wrong = letter(post, question, right=True), letter(post, question, right=False)

    assert "is right! The next post says why" in await admin.presses(right)
    assert "that's not it" in await ben.presses(wrong)
    assert "The first answer counts" in await ben.presses(right)
    await table.passes(hours=24)
    following = await table.hears("Last question:")
    assert f"Last question: {question.key}. 1 of 2 were right." in bare(following.text)
    assert question.explanation in bare(following.text)
    assert question_in(following) is not question


async def test_who_is_asked_back(chat: Surface) -> None:
    admin = await chat.member("Ada", admin=True)
    asked = await admin.says("/tips on 6 IST")
    assert "Which do you mean?" in asked
    assert list(asked.buttons) == [
        *("06:00 Kolkata", "06:00 Dublin", "06:00 Jerusalem"),
        *("18:00 Kolkata", "18:00 Dublin", "18:00 Jerusalem"),
    ]
    chosen = await admin.presses("18:00 Dublin")
    assert "a tip at 18:00 (Dublin), every day" in bare(chosen.text)
    shown = await admin.says("/tips status")
    assert "a tip at 18:00 (Dublin), every day" in bare(shown.text)


async def test_members_look_and_admins_decide(chat: Surface) -> None:
    admin, ben = await chat.member("Ada", admin=True), await chat.member("Ben")
    assert "/tips on 9:30 London weekdays" in await ben.says("/tips")
    assert "Only an admin" in await ben.says("/tips on 9")
    await admin.says("/tips on 9:30pm New York mon-fri prompting both")
    shown = await ben.says("/tips status")
    expected = "a tip and a question of the day on Prompting at 21:30 (New York), on weekdays"
    assert expected in bare(shown.text)
    assert "Only an admin" in await ben.presses("Stop it")
    assert "The daily post is off" in await admin.presses("Stop it")
    assert "There is no daily post here" in await ben.says("/tips status")
    await admin.says("/tips on")
    await admin.presses("Stop it")
    assert expected in bare((await admin.presses("On again")).text)
    assert "The daily post is off" in await admin.says("/tips off")


async def test_what_is_said_later_changes_only_what_it_says(chat: Surface) -> None:
    admin = await chat.member("Ada", admin=True)
    await admin.says("/tips on 9:30 Paris weekends safety")
    assert "a tip on Safety" in bare((await admin.says("/tips on")).text)
    assert "a tip at 09:30 (Paris), at weekends" in bare((await admin.says("/tips on everything")).text)
    assert "a tip at 10:00 (Paris), at weekends" in bare((await admin.says("/tips on 10")).text)
    assert "a question of the day at 10:00 (Paris)" in bare((await admin.presses("Questions only")).text)


async def test_nonsense_gets_an_example(chat: Surface) -> None:
    admin = await chat.member("Ada", admin=True)
    said = await admin.says("/tips on flurb 25:00")
    assert "I don't understand “flurb 25:00”. Write it like /tips on 9:30 London weekdays" in bare(said.text)


async def test_a_topic_alone_is_one_tip_now(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "💡" in await ann.says("/tips prompting")


async def test_alone_the_reasons_come_at_once(chat: Surface, table: Table) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/tips on 13:00 UTC question")
    await table.passes(hours=1)
    post = await ann.sees_buttons("Question of the day")
    question = question_in(post)
    told = await ann.presses(letter(post, question, right=True))
    assert f"✅ Right: {question.key}." in bare(told.text)
    assert question.explanation in bare(told.text)


async def test_a_channel_is_subscribed_from_a_private_chat(chat: Surface, table: Table) -> None:
    ann = await chat.alone("Ann")
    if not isinstance(chat, TelegramSurface):
        assert "our_news for you. Make me an admin" in await ann.says("/tips on @our_news 13:00")
        return
    channel = chat.telegram.group("Our news", chat.bot, kind="channel")
    channel.chat.username = "our_news"
    channel.add(chat.bot, quietly=True, status="administrator")
    assert "our_news for you. Make me an admin" in await ann.says("/tips on @our_news 13:00 UTC")
    channel.member(ann._here.account, status="administrator")
    chat.clock.pass_(minutes=2)
    said = await ann.says("/tips on @our_news 13:00 UTC")
    assert "In Our news." in said
    assert not channel.said
    changed = await ann.presses("Tip and question")
    assert "In Our news." in changed
    await table.passes(hours=1)
    await channel.heard("❓ Question of the day")
    assert "The daily post is off" in await ann.says("/tips off @our_news")


def tip_in(heard: Heard) -> Tip:
    """The tip that a post is about."""
    return next(tip for tip in library().tips.values() if f"💡 {tip.title}" in bare(heard.text))


def question_in(heard: Heard) -> Question:
    """The question that a post asks."""
    return next(q for q in library().questions.values() if q.stem in bare(heard.text))


def letter(heard: Heard, question: Question, *, right: bool) -> str:
    """The letter of the right option, or of a wrong one."""
    wanted = question.key if right else question.distractors[0].text
    return next(letter for letter, text in OPTION.findall(bare(heard.text)) if text == wanted)


async def test_settings_hold_what_is_posted(chat: Surface, table: Table) -> None:
    admin, ben = await chat.member("Ada", admin=True), await chat.member("Ben")
    await admin.says("/settings")
    page = await admin.presses("Posts")
    homes = ["Posts: wherever they are set up"] if chat.name == "discord" else []
    assert list(page.buttons) == [
        *homes,
        "Daily post: none",
        "Quiet hours: 22–8",
        "Posts make a sound: no",
        "Back",
    ]
    assert "Only an admin" in await ben.presses("Daily post: none")
    await admin.presses("Daily post: none")
    page = await admin.presses("13:00")
    assert "Daily post: 13:00 (UTC), every day" in page.buttons
    assert "It is: a question of the day" in (await admin.presses("It is: a tip")).buttons
    chat.clock.pass_(seconds=30)  # nobody presses that quickly
    await admin.presses("Quiet hours: 22–8")
    assert "Quiet hours: none" in (await admin.presses("Quiet hours: none")).buttons
    assert "Posts make a sound: yes" in (await admin.presses("Posts make a sound: no")).buttons
    assert "Time zone: UTC" in (await admin.presses("Back")).buttons
    await table.passes(hours=1)
    await table.hears("❓ Question of the day")


async def test_questions_of_the_day_count_on_the_leaderboard(chat: Surface, table: Table) -> None:
    admin, ben = await chat.member("Ada", admin=True), await chat.member("Ben")
    await admin.says("/tips on 13:00 UTC question")
    await table.passes(hours=1)
    post = await table.hears("❓ Question of the day")
    question = question_in(post)
    await ben.presses(letter(post, question, right=True))
    assert "🥇 Ben 10 · 1 right" in bare((await ben.says("/leaderboard")).text)


async def test_alone_the_zone_is_ones_own(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/progress Vienna")
    said = await ann.says("/tips on 9")
    assert "a tip at 09:00 (Vienna), every day" in bare(said.text)
    assert "That is your own time zone, Vienna. For another, name a city" in said
    said = await ann.says("/tips on 9 Tokyo")
    assert "a tip at 09:00 (Tokyo), every day" in bare(said.text)
    assert "From now on" not in said, "a post may have a zone of its own"
    assert "Days by the clocks of Vienna" in await ann.says("/progress")


async def test_a_zone_named_alone_becomes_ones_own_when_there_is_none(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    assert "That is UTC" in await ann.says("/tips on 9")
    said = await ann.says("/tips on 9 Vienna")
    assert "From now on your days are those of Vienna. Another: /progress and your city." in said
    assert "Days by the clocks of Vienna" in await ann.says("/progress")


async def test_a_zone_chosen_among_several_becomes_ones_own_too(chat: Surface) -> None:
    ann = await chat.alone("Ann")
    await ann.says("/tips on 9:00 IST")
    said = await ann.presses("Dublin")
    assert "From now on your days are those of Dublin" in said
    assert "Days by the clocks of Dublin" in await ann.says("/progress")


async def test_the_zone_of_a_group_is_nobodys_own(chat: Surface) -> None:
    admin = await chat.member("Ada", admin=True)
    assert "From now on" not in await admin.says("/tips on 9 Vienna")
