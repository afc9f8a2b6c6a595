"""Quiz questions on Telegram: native polls, from the question to the last vote, whatever goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Action
from bot.adapters.base import Asked, Delayed, Moved, NotSent, OutcomeUnknown, Question, Unreachable
from bot.adapters.telegram import TelegramAdapter
from bot.adapters.telegram.polls import MAX_DESCRIPTION, parameters
from bot.model import Chat, ChatKind, Event, Platform, User, Vote
from bot.reply import Block, Button, Heading, Note, Paragraph, Reply, countdown
from bot.store.store import Store
from bot.store.tables import quiz_answers
from bot.texts import load_catalogue
from tests.adapters.telegram.harness import MemoryInbox, ScriptedFront, new_adapter, running, says
from tests.conftest import NOON
from tests.fakes.telegram import Bot, FakeTelegram, Fault, Group, Member, Refusal, Room, flood
from tests.fakes.telegram.markup import parse_html, units

GOLDEN = Path(__file__).parent / "golden"
REVEAL = Reply(
    (Paragraph("Retrieval, then generation."),), ((Button("About RAG", Action("w", ("rag", "std"))),),)
)


def question(*head: Block, seconds: int = 20, stem: str = "What does RAG do first?") -> Question:
    return Question(
        label="Question 2 of 7",
        head=head,
        stem=stem,
        options=("It searches", "It guesses", "It <b>cleans</b> & dries"),
        key=0,
        explanation="It looks things up,\nthen answers from what it found.",
        seconds=seconds,
        closes_at=NOON + timedelta(seconds=seconds) if seconds else None,
        buttons=(tuple(Button(letter, Action("qa", (letter,))) for letter in "abc"),),
    )


HEAD = (
    Paragraph("Last one: **a token** \\<b\\>. 3 of 5 knew it."),
    Heading("So far"),
    Paragraph("1. *Ann* & @everyone, [[rag|RAG]]"),
    Note("Question 1 was closed late, since I was away."),
)


def chat_of(room: Room | Member, thread: int | None = None) -> Chat:
    kind = ChatKind.GROUP if room.id < 0 else ChatKind.PRIVATE
    return Chat(Platform.TELEGRAM, room.id, kind, thread=thread)


@pytest.fixture
def group(telegram: FakeTelegram, bot: Bot) -> Group:
    return telegram.group("AI beginners", bot)


# --- asking


@pytest.mark.parametrize(
    ("name", "asked"),
    [("poll-group", question(*HEAD)), ("poll-first", question()), ("poll-alone", question(seconds=0))],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_question_travels_as_agreed(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group, name: str, asked: Question
) -> None:
    await adapter.ask(chat_of(group), asked, key="quiz:1:2:1")
    (call,) = await telegram.called("sendPoll")
    del call.params["chat_id"]
    assert (
        json.dumps(call.params, indent=1, ensure_ascii=False) + "\n" == (GOLDEN / f"{name}.json").read_text()
    )


async def test_it_is_one_silent_message_in_its_topic_with_an_id_for_its_votes(
    telegram: FakeTelegram, bot: Bot
) -> None:
    forum = telegram.group("AI forum", bot, forum=True)
    topic = forum.topic("Quizzes")
    dated = new_adapter(telegram, bot, ScriptedFront(), now=lambda: NOON)
    async with running(dated, telegram, bot) as adapter:
        asked = await adapter.ask(chat_of(forum, topic), question(*HEAD), key="quiz:1:2:1")
    message = forum.poll
    assert message.poll is not None
    assert asked == Asked(message.id, message.poll.id, NOON)
    assert (message.thread, message.silent, message.buttons) == (topic, True, [])
    assert len(forum.chat.messages) == 1
    assert "Last one: a token <b>. 3 of 5 knew it." in message.shown
    assert message.poll.hides_results


def test_what_is_too_long_is_cut_within_telegrams_limits() -> None:
    head = (Paragraph("First **things** first."), Paragraph("word " * 400), Paragraph("never seen"))
    told = parameters(question(*head, stem="😀" * 200), "whatis_bot")
    assert units(told["question"]) == 300
    assert told["question"].endswith("😀…")
    text, entities = parse_html(told["description"])
    assert text.startswith("First things first.")
    assert units(text) <= MAX_DESCRIPTION
    assert [entity["type"] for entity in entities] == ["bold"]


async def test_a_head_that_telegram_refuses_costs_no_question(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    telegram.server.faults.add("sendPoll", Refusal(400, "Bad Request: can't parse entities: <x>"))
    await adapter.ask(chat_of(group), question(*HEAD), key="quiz:1:2:1")
    assert group.poll.shown.startswith("Question 2 of 7: What does RAG do first?")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (flood(7), Delayed),
        (Fault.BAD_GATEWAY, NotSent),
        (Refusal(400, "Bad Request: not enough rights to send polls to the chat"), NotSent),
        (Fault.CUT_AFTER, OutcomeUnknown),
        (Fault.TRUNCATED, OutcomeUnknown),
        (Refusal(403, "Forbidden: bot was kicked from the supergroup chat"), Unreachable),
        (Refusal(400, "Bad Request: upgraded", {"migrate_to_chat_id": -1005}), Moved),
    ],
    ids=lambda value: getattr(value, "name", None) or getattr(value, "__name__", str(value)),
)
async def test_asking_says_exactly_how_it_went_and_tries_once(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    group: Group,
    fault: Fault | Refusal,
    error: type[Exception],
) -> None:
    telegram.server.faults.add("sendPoll", fault)
    with pytest.raises(error) as raised:
        await adapter.ask(chat_of(group), question(*HEAD), key="quiz:1:2:1")
    assert getattr(raised.value, "retry_after", 7) == 7
    assert len(telegram.made("sendPoll")) == 1


async def test_a_topic_that_is_gone_is_not_replaced_by_the_whole_chat(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter
) -> None:
    forum = telegram.group("AI forum", bot, forum=True)
    topic = forum.topic("Quizzes")
    del forum.chat.topics[topic]
    with pytest.raises(Unreachable):
        await adapter.ask(chat_of(forum, topic), question(), key="quiz:1:2:1")
    assert not forum.chat.messages


async def test_who_plays_alone_may_block_the_bot(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter
) -> None:
    ann = telegram.private(bot, "Ann")
    asked = await adapter.ask(chat_of(ann), question(seconds=0), key="quiz:1:2:1")
    ann.blocks(bot, quietly=True)
    with pytest.raises(Unreachable):
        await adapter.ask(chat_of(ann), question(seconds=0), key="quiz:1:3:1")
    with pytest.raises(Unreachable):
        await adapter.close_question(chat_of(ann), asked, REVEAL)


# --- closing


async def test_a_poll_is_stopped_and_then_leads_to_the_term(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    await adapter.close_question(chat_of(group), asked, REVEAL)
    assert group.poll.poll is not None
    assert group.poll.poll.closed
    assert group.poll.labels == ["About RAG"]
    await adapter.close_question(chat_of(group), asked, REVEAL)
    assert group.poll.labels == ["About RAG"]
    assert len(group.chat.messages) == 1


async def test_a_poll_that_closed_by_itself_leads_to_the_term_too(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    group.time_is_up()
    await adapter.close_question(chat_of(group), asked, REVEAL)
    assert group.poll.labels == ["About RAG"]
    assert [call.method for call in telegram.calls[-3:] if call.method != "getUpdates"] == [
        "sendPoll",
        "stopPoll",
        "editMessageReplyMarkup",
    ]


async def test_closing_without_buttons_is_one_call_however_often(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    await adapter.close_question(chat_of(group), asked, Reply())
    await adapter.close_question(chat_of(group), asked, Reply())
    assert len(telegram.made("stopPoll")) == 2
    assert telegram.made("editMessageReplyMarkup") == []


async def test_a_question_that_an_admin_deleted_is_closed(
    adapter: TelegramAdapter, telegram: FakeTelegram, group: Group
) -> None:
    asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    del group.chat.messages[asked.message_id]
    await adapter.close_question(chat_of(group), asked, REVEAL)
    assert [call.outcome for call in telegram.made("stopPoll")] == [
        "Bad Request: message with poll to stop not found"
    ]


@pytest.mark.parametrize(("fault", "error"), [(flood(3), Delayed), (Fault.CUT_AFTER, OutcomeUnknown)])
async def test_a_close_that_failed_may_be_repeated(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    group: Group,
    fault: Fault | Refusal,
    error: type[Exception],
) -> None:
    asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    telegram.server.faults.add("stopPoll", fault)
    with pytest.raises(error):
        await adapter.close_question(chat_of(group), asked, REVEAL)
    await adapter.close_question(chat_of(group), asked, REVEAL)
    assert group.poll.labels == ["About RAG"]


async def test_votes_still_count_when_the_group_has_moved_under_an_open_question(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, adapter: TelegramAdapter
) -> None:
    group = telegram.group("AI beginners", bot, kind="group")
    ann = group.member("Ann")
    asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    moved = group.migrate(ann)
    ann.votes("It searches")
    (vote,) = await front.met(Vote)
    assert vote.poll == asked.poll
    with pytest.raises(Moved) as raised:
        await adapter.close_question(chat_of(group), asked, REVEAL)
    assert raised.value.new_id == moved.id
    await adapter.close_question(chat_of(moved), asked, REVEAL)


# --- votes


async def test_votes_reach_the_core(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, group: Group
) -> None:
    async with running(new_adapter(telegram, bot, front, now=lambda: NOON), telegram, bot) as adapter:
        asked = await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
        ann, boss = group.member("Ann"), group.member("Boss", "administrator")
        ann.votes("It guesses")
        boss.votes("It searches", anonymous=True)
        by_ann, by_boss = await front.met(Vote, 2)
    assert by_ann == Vote(User(Platform.TELEGRAM, ann.id, "Ann"), asked.poll, 1, NOON, "en")
    assert by_boss.voter == User(Platform.TELEGRAM, group.id, "AI beginners")
    assert by_boss.option == 0


async def test_a_vote_taken_back_and_one_that_cannot_be_read_are_passed_over(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, adapter: TelegramAdapter, group: Group
) -> None:
    await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    ann = group.member("Ann")
    empty = {"poll_id": "1", "user": ann.account.json(), "option_ids": [], "option_persistent_ids": []}
    telegram.hears_again(bot, {"update_id": 10, "poll_answer": empty})
    telegram.hears_again(bot, {"update_id": 11, "poll_answer": {"poll_id": []}})
    telegram.hears_again(bot, {"update_id": 12, "poll_answer": "nonsense"})
    ann.votes(0)
    (vote,) = await front.met(Vote)
    assert vote.voter.id == ann.id
    await telegram.taken(bot)
    assert front.events == [vote]


class Gate:
    """Holds the core up until the test lets it go on."""

    def __init__(self, front: ScriptedFront) -> None:
        self.open = asyncio.Event()
        front.before = self.open.wait


async def test_telegram_forgets_votes_only_when_they_are_kept(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, adapter: TelegramAdapter, group: Group
) -> None:
    await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    gate = Gate(front)
    group.member("Ann").votes(0)
    await front.met(Vote)
    assert not bot.waits
    assert bot.updates
    gate.open.set()
    await telegram.taken(bot)


async def test_a_vote_that_was_not_kept_when_the_process_died_comes_again(
    telegram: FakeTelegram, bot: Bot, group: Group
) -> None:
    inbox, dying, next_life = MemoryInbox(), ScriptedFront(), ScriptedFront()
    async with running(new_adapter(telegram, bot, dying, inbox=inbox), telegram, bot) as adapter:
        await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
        Gate(dying)
        group.member("Ann").votes(0)
        await dying.met(Vote)
    async with running(new_adapter(telegram, bot, next_life, inbox=inbox), telegram, bot):
        await next_life.met(Vote)


async def test_votes_that_waited_are_in_before_it_says_so(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, group: Group
) -> None:
    async with running(new_adapter(telegram, bot, ScriptedFront()), telegram, bot) as adapter:
        await adapter.ask(chat_of(group), question(), key="quiz:1:2:1")
    for n in range(250):
        group.member(f"Member {n}").votes(n % 3)
    gate = Gate(front)
    adapter = new_adapter(telegram, bot, front)
    serving = asyncio.create_task(adapter.run())
    try:
        await front.met(Vote, 100)
        assert not adapter.drained.is_set()
        gate.open.set()
        await adapter.drained.wait()
        assert len(front.events) == 250
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await adapter.close()


async def test_nothing_waited_is_known_without_waiting_for_something(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    adapter = new_adapter(telegram, bot, front)
    assert not adapter.drained.is_set()
    async with running(adapter, telegram, bot):
        assert adapter.drained.is_set()
    first, *others = telegram.made("getUpdates")
    assert int(first.params["timeout"]) == 0
    assert all(int(call.params["timeout"]) > 0 for call in others)


class Keeper(ScriptedFront):
    """A core that keeps each vote in the store, durably."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.counted = 0

    async def respond(self, event: Event) -> Reply | None:
        assert isinstance(event, Vote)
        row = {"quiz_id": 1, "number": 1, "participant": event.voter.id, "option": event.option}
        kept = await self.store.writer.append(quiz_answers, row | {"at": event.at})
        self.counted += kept
        return None


async def test_two_hundred_members_answer_at_once(
    telegram: FakeTelegram, bot: Bot, group: Group, store: Store
) -> None:
    telegram.server.rates.enabled = True
    front = Keeper(store)
    async with running(
        new_adapter(telegram, bot, front, inbox=store, limited=True), telegram, bot
    ) as adapter:
        asked = await adapter.ask(chat_of(group), question(*HEAD), key="quiz:1:1:1")
        for n in range(200):
            group.member(f"Member {n}").votes(n % 3)
        await telegram.taken(bot)
        await adapter.close_question(chat_of(group), asked, REVEAL)
    assert front.counted == 200
    assert group.poll.poll is not None
    assert len(group.poll.poll.votes) == 200
    calls = [call for call in telegram.calls if "chat_id" in call.params]
    assert [(call.method, call.outcome) for call in calls] == [("sendPoll", "ok"), ("stopPoll", "ok")]
    assert len(group.chat.messages) == 1


# --- what else a quiz says


async def test_a_lobby_may_make_a_sound_and_be_taken_back(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    lobby = await adapter.send(
        chat_of(group), says("A quiz! " * 400, "And more. " * 200, loud=True), key="quiz:1:lobby:1"
    )
    first, second = list(group.chat.messages.values())
    assert [first.silent, second.silent] == [False, True]
    await adapter.delete(chat_of(group), [lobby], urgent=True)
    await adapter.delete(chat_of(group), [lobby], urgent=True)
    assert list(group.chat.messages) == [second.id]


async def test_a_message_too_old_to_delete_stays(
    telegram: FakeTelegram, adapter: TelegramAdapter, group: Group
) -> None:
    lobby = await adapter.send(chat_of(group), says("A quiz!"))
    telegram.server.faults.add(
        "deleteMessage", Refusal(400, "Bad Request: message can't be deleted for everyone")
    )
    await adapter.delete(chat_of(group), [lobby], urgent=True)
    telegram.server.faults.add("deleteMessage", flood(5))
    with pytest.raises(Delayed):
        await adapter.delete(chat_of(group), [lobby], urgent=True)


async def test_a_countdown_names_the_seconds(adapter: TelegramAdapter, group: Group) -> None:
    begins = countdown("It begins", NOON + timedelta(seconds=30), NOON, load_catalogue().default)
    await adapter.send(chat_of(group), Reply((begins,)))
    assert group.last.text == "It begins in 30 seconds"


@pytest.mark.parametrize(
    "act",
    [
        lambda adapter, chat: adapter.ask(chat, question(), key="quiz:1:1:1"),
        lambda adapter, chat: adapter.close_question(chat, Asked(1, "1", NOON), REVEAL),
        lambda adapter, chat: adapter.delete(chat, [1]),
    ],
    ids=["ask", "close", "delete"],
)
async def test_before_the_login_nothing_is_sent(
    telegram: FakeTelegram,
    bot: Bot,
    group: Group,
    act: Callable[[TelegramAdapter, Chat], asyncio.Future[None]],
) -> None:
    with pytest.raises(NotSent):
        await act(new_adapter(telegram, bot, ScriptedFront()), chat_of(group))
