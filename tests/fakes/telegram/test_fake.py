"""The fake refuses what Telegram refuses, in its words, to the unmodified library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import telegram as library
from aiogram.types import Update
from telegram import BotCommand, BotCommandScopeAllGroupChats, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from tests.fakes.telegram import Bot, FakeTelegram, Group, Member


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def bot(telegram: FakeTelegram) -> Bot:
    return telegram.bot("whatis_bot")


@pytest.fixture
async def client(telegram: FakeTelegram, bot: Bot) -> AsyncIterator[library.Bot]:
    async with library.Bot(bot.token, f"{telegram.url}/bot") as client:
        yield client


@pytest.fixture
def ann(telegram: FakeTelegram, bot: Bot) -> Member:
    return telegram.private(bot, "Ann")


@pytest.fixture
def group(telegram: FakeTelegram, bot: Bot) -> Group:
    return telegram.group("AI beginners", bot)


def keys(**button: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Press", **button)]])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>bold</b></i>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("é </b>", "Unexpected end tag at byte offset 3"),
        ("<x>y</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("a < b", 'Unsupported start tag ""|Unclosed start tag at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<span>y</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_bad_html(client: library.Bot, ann: Member, text: str, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await client.send_message(ann.id, text, parse_mode="HTML")


async def test_good_html_becomes_entities(client: library.Bot, ann: Member) -> None:
    html = (
        '  <b>B</b> <i>😀<u>u</u></i> <a href="https://a.b">l</a> '
        '<pre><code class="language-python">x</code></pre>'
    )
    message = await client.send_message(ann.id, html, parse_mode="HTML")
    assert message.text == "B 😀u l x"
    assert [(e.type, e.offset, e.length) for e in message.entities] == [
        ("bold", 0, 1),
        ("italic", 2, 3),
        ("underline", 4, 1),
        ("text_link", 6, 1),
        ("pre", 8, 1),
    ]
    assert message.entities[-1].language == "python"


@pytest.mark.parametrize(
    ("text", "words"), [(" \n ", "text is empty"), ("x" * 4097, "too long"), ("😀" * 2049, "too long")]
)
async def test_lengths_after_parsing(client: library.Bot, ann: Member, text: str, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await client.send_message(ann.id, text)
    await client.send_message(ann.id, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")


async def test_keyboards(client: library.Bot, ann: Member) -> None:
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await client.send_message(ann.id, "x", reply_markup=keys(callback_data="é" * 33))
    with pytest.raises(BadRequest, match="Button_url_invalid"):
        await client.send_message(ann.id, "x", reply_markup=keys(url="nonsense"))
    row = [InlineKeyboardButton(str(n), callback_data="x") for n in range(9)]
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await client.send_message(ann.id, "x", reply_markup=InlineKeyboardMarkup([row]))


async def test_edits(client: library.Bot, ann: Member) -> None:
    message = await client.send_message(ann.id, "<b>x</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await message.edit_text("<b>x</b>", parse_mode="HTML")
    await message.edit_text("<i>x</i>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="is not modified"):
        await message.edit_reply_markup(None)
    await message.edit_reply_markup(keys(callback_data="a"))
    theirs = await ann.says("mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await client.edit_message_text("x", ann.id, theirs.id)
    await message.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await message.edit_text("gone")
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await message.delete()


async def test_deletions(client: library.Bot, telegram: FakeTelegram, bot: Bot) -> None:
    group = telegram.group("Learners", bot)
    ids = [(await client.send_message(group.id, str(n))).message_id for n in range(4)]
    theirs = await group.member("Ann").says("mine")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.delete_message(group.id, theirs.id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.delete_messages(group.id, [ids[0], theirs.id])
    assert ids[0] in group.chat.messages, "all or none"
    with pytest.raises(BadRequest, match="Too many message identifiers"):
        await client.delete_messages(group.id, range(1, 102))
    assert await client.delete_messages(group.id, [ids[0], 4711])
    group.chat.messages[ids[1]].date -= 48 * 3600
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.delete_message(group.id, ids[1])
    group.add(bot, status="administrator", quietly=True, can_delete_messages=True)
    assert await client.delete_messages(group.id, [ids[2], theirs.id])
    group.remove(bot, quietly=True)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await client.delete_message(group.id, ids[3])


async def test_presses(client: library.Bot, ann: Member) -> None:
    await client.send_message(ann.id, "x", reply_markup=keys(callback_data="a"))
    press = await ann.presses("Press")
    (update,) = await client.get_updates()
    query = update.callback_query
    assert query is not None
    with pytest.raises(BadRequest, match="Message_too_long"):
        await query.answer("x" * 201)
    with pytest.raises(BadRequest, match="Url_invalid"):
        await query.answer(url="https://t.me/another_bot?start=x")
    await query.answer("Done", show_alert=True)
    assert await press.acknowledged() == {"text": "Done", "url": "", "alert": True}
    for number in (query.id, "made-up"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id"):
            await client.answer_callback_query(number)


async def test_chats_that_are_closed(
    telegram: FakeTelegram, client: library.Bot, bot: Bot, ann: Member, group: Group
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await client.send_message(424242, "x")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await client.send_message(telegram.person("Stranger").id, "x")
    ann.blocks(bot)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await client.send_message(ann.id, "x")
    await client.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await client.send_message(group.id, "x")
    group.remove(bot)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await client.send_message(group.id, "x")


async def test_threads_and_replies(client: library.Bot, group: Group) -> None:
    with pytest.raises(BadRequest, match="Message thread not found"):
        await client.send_message(group.id, "x", message_thread_id=77)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await client.send_message(group.id, "x", reply_to_message_id=77)
    message = await client.send_message(group.id, "x", message_thread_id=group.topic("Questions"))
    assert message.is_topic_message


async def test_migration(telegram: FakeTelegram, client: library.Bot, bot: Bot) -> None:
    old = telegram.group("AI beginners", bot, kind="group")
    new = old.migrate(old.member("Ann"))
    with pytest.raises(ChatMigrated) as raised:
        await client.send_message(old.id, "x")
    assert raised.value.new_chat_id == new.id
    to, from_ = await client.get_updates()
    assert to.message is not None
    assert from_.message is not None
    assert (to.message.migrate_to_chat_id, from_.message.migrate_from_chat_id) == (new.id, old.id)


async def test_rates(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    now = [0.0]
    async with FakeTelegram(now=lambda: now[0]) as telegram:
        me = telegram.bot("whatis_bot")
        group, people = telegram.group("A", me), [telegram.private(me, str(n)) for n in range(31)]
        telegram.server.rates.enabled = True
        async with library.Bot(me.token, f"{telegram.url}/bot") as client:
            for n in range(20):
                now[0] = n * 1.0
                await client.send_message(group.id, "x")
            now[0] = 25.0
            with pytest.raises(RetryAfter, match="35"):
                await client.send_message(group.id, "the 21st within a minute")
            now[0] = 60.0
            await client.send_message(group.id, "x")
            now[0] = 100.0
            for _ in range(5):
                await client.send_message(people[0].id, "burst")
            with pytest.raises(RetryAfter, match="0:00:01"):
                await client.send_message(people[0].id, "x")
            now[0] = 200.0
            for person in people[:30]:
                await client.send_message(person.id, "x")
            with pytest.raises(RetryAfter):
                await client.send_message(people[30].id, "the 31st within a second")


async def test_two_pollers(telegram: FakeTelegram, client: library.Bot, bot: Bot, ann: Member) -> None:
    async with library.Bot(bot.token, f"{telegram.url}/bot") as rival:
        first = asyncio.create_task(client.get_updates(timeout=10))
        await telegram.world.changed.until(lambda: bot.poll, lambda: "nobody polls")
        second = asyncio.create_task(rival.get_updates(timeout=10))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await ann.says("hello")
        assert len(await second) == 1


async def test_webhook_and_polling_exclude_each_other(client: library.Bot) -> None:
    await client.set_webhook("http://127.0.0.1:1/hook", secret_token="secret")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await client.get_updates()
    await client.delete_webhook()
    assert await client.get_updates() == ()


async def test_updates_are_kept_until_confirmed_and_only_those_asked_for(
    client: library.Bot, bot: Bot, ann: Member
) -> None:
    await ann.says("one")
    await ann.says("two")
    first, second = await client.get_updates(allowed_updates=["callback_query"])
    assert [u.update_id for u in await client.get_updates(offset=second.update_id)] == [second.update_id]
    await ann.says("not asked for")
    assert await client.get_updates(offset=second.update_id + 1) == ()
    assert first.update_id < second.update_id


async def test_what_is_shown_of_a_bot(client: library.Bot) -> None:
    scope = BotCommandScopeAllGroupChats()
    await client.set_my_commands([BotCommand("whatis", "Explain")], scope=scope)
    assert (await client.get_my_commands(scope=scope))[0].command == "whatis"
    assert await client.get_my_commands() == ()
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await client.set_my_commands([BotCommand("What", "Explain")])
    await client.set_my_description("long")
    await client.set_my_short_description("short")
    assert (await client.get_my_description()).description == "long"
    assert (await client.get_my_short_description()).short_description == "short"
    with pytest.raises(BadRequest):
        await client.set_my_short_description("x" * 121)


async def test_members(telegram: FakeTelegram, client: library.Bot, bot: Bot, group: Group) -> None:
    boss, ann = group.member("Boss", "creator"), group.member("Ann")
    assert (await client.get_chat(group.id)).title == "AI beginners"
    assert [m.user.id for m in await client.get_chat_administrators(group.id)] == [boss.id]
    assert (await client.get_chat_member(group.id, ann.id)).status == "member"
    with pytest.raises(BadRequest, match="User not found"):
        await client.get_chat_member(group.id, 5)


async def test_quiz_polls(client: library.Bot, bot: Bot, group: Group, telegram: FakeTelegram) -> None:
    message = await client.send_poll(
        group.id,
        "What is RAG?",
        ["Search first", "A cloth"],
        type="quiz",
        correct_option_ids=[0],
        is_anonymous=False,
    )
    assert message.poll is not None
    poll = telegram.world.polls[message.poll.id]
    ann = group.member("Ann")
    telegram.world.vote(ann.account, poll, [1])
    (update,) = await client.get_updates()
    assert update.poll_answer is not None
    assert (update.poll_answer.poll_id, update.poll_answer.option_ids) == (poll.id, (1,))
    closed = await client.stop_poll(group.id, message.message_id)
    assert (closed.is_closed, closed.options[1].voter_count) == (True, 1)
    with pytest.raises(BadRequest, match="Poll has already been closed"):
        await client.stop_poll(group.id, message.message_id)
    with pytest.raises(AssertionError):
        telegram.world.vote(ann.account, poll, [0])


async def test_parameters_that_the_method_does_not_know(client: library.Bot, ann: Member) -> None:
    with pytest.raises(BadRequest, match="knows no parameter colour"):
        await client.send_message(ann.id, "x", api_kwargs={"colour": "red"})
    with pytest.raises(BadRequest, match="text"):
        await client.send_message(ann.id, None)  # type: ignore[arg-type]


async def test_unknown_tokens_and_methods(telegram: FakeTelegram, client: library.Bot) -> None:
    with pytest.raises(InvalidToken):
        async with library.Bot("1:wrong", f"{telegram.url}/bot"):
            pass
    with pytest.raises(library.error.EndPointNotFound):
        await client.do_api_request("makeCoffee")


async def test_all_it_sends_is_valid(telegram: FakeTelegram, client: library.Bot, bot: Bot) -> None:
    """Checked by a library that nobody here wrote."""
    forum = telegram.group("AI forum", bot, forum=True, quietly=False)
    ann = forum.member("Ann")
    topic = forum.topic("Questions")
    message = await client.send_message(forum.id, "x", reply_markup=keys(callback_data="a"))
    await ann.presses("Press")
    await ann.presses("Press", accessible=False)
    await ann.replies(forum.chat.messages[message.message_id], "thanks")
    await ann.says("/whatis@whatis_bot", thread=topic)
    await ann.says("/whatis@whatis_bot", anonymous=True)
    await ann.names(bot, "hi ", "!")
    forum.remove(bot)
    assert len(bot.updates) == 7
    for update in bot.updates:
        Update.model_validate(update)


async def test_polls_refuse_what_telegram_refuses(client: library.Bot, ann: Member) -> None:
    options: dict[str, Any] = {"type": "quiz", "correct_option_ids": [0], "is_anonymous": False}
    for wrong, words in (
        ({"open_period": 4}, "Poll_open_period_invalid"),
        ({"description": "x" * 1025}, "Poll description is too long"),
        ({"description": "<b>x", "description_parse_mode": "HTML"}, "(?i)can't find end tag"),
        ({"explanation": "a\nb\nc\nd"}, "Quiz_explanation_invalid"),
        ({"correct_option_ids": [2]}, "Quiz_correct_answer_invalid"),
    ):
        with pytest.raises(BadRequest, match=words):
            await client.send_poll(ann.id, "Which?", ["a", "b"], **{**options, **wrong})
    plain = await client.send_message(ann.id, "no poll")
    with pytest.raises(BadRequest, match="Message is not a poll"):
        await client.stop_poll(ann.id, plain.message_id)
    with pytest.raises(BadRequest, match="Message with poll to stop not found"):
        await client.stop_poll(ann.id, 999)


async def test_votes(telegram: FakeTelegram, client: library.Bot, bot: Bot, group: Group) -> None:
    quiz: dict[str, Any] = {"type": "quiz", "correct_option_ids": [0], "is_anonymous": False}
    await client.send_poll(
        group.id, "Which?", ["a", "b"], description="<b>So far</b>", open_period=20, **quiz
    )
    assert (await group.heard("Which?")).shown == "<b>So far</b>\nWhich?\na\nb"
    ann, boss = group.member("Ann"), group.member("Boss", "administrator")
    ann.votes("b")
    boss.votes(0, anonymous=True)
    for update in bot.updates:
        Update.model_validate(update)
    first, second = [update.poll_answer for update in await client.get_updates()]
    assert first is not None
    assert first.user is not None
    assert (first.user.id, first.option_ids, first.voter_chat) == (ann.id, (1,), None)
    assert second is not None
    assert second.voter_chat is not None
    assert second.voter_chat.id == group.id
    group.time_is_up()
    with pytest.raises(AssertionError, match="no way to vote"):
        group.member("Bob").votes(0)
