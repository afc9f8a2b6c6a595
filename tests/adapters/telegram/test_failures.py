"""What goes wrong on the way: nobody gets an answer twice or none, and the next message is served."""

from __future__ import annotations

import asyncio

import pytest
import telegram as telegram_library
from structlog.testing import capture_logs

from bot.adapters.base import Delayed, Moved, NotSent, OutcomeUnknown, Unreachable
from bot.adapters.telegram import TelegramAdapter
from bot.model import Chat, ChatKind, Event, Left, Message, Migrated, Platform
from bot.reply import Button, Reply
from tests.adapters.telegram.harness import ScriptedFront, says
from tests.fakes.telegram import Bot, FakeTelegram, Fault, Group, Refusal, flood

pytestmark = pytest.mark.usefixtures("adapter")


async def test_a_poison_update_is_skipped_and_the_next_is_served(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.private(bot, "Ann")
    telegram.hears_again(bot, {"update_id": 10, "message": {"message_id": "?", "chat": 5}})
    telegram.hears_again(bot, {"update_id": 11, "message": "nonsense"})
    telegram.hears_again(bot, {"update_id": 12, "callback_query": {"id": 7, "message": []}})
    telegram.hears_again(bot, {"update_id": 13, "unheard_of": {}})
    await ann.says("rag")
    await ann.heard("rag")
    await telegram.taken(bot)


async def test_an_update_delivered_twice_is_answered_once(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    update = bot.updates[-1]
    await ann.heard("rag")
    telegram.hears_again(bot, update)
    await ann.says("diffusion")
    await ann.heard("diffusion")
    assert len(ann.room.said) == 2


@pytest.mark.parametrize("fault", [Fault.BAD_GATEWAY, flood(3)], ids=["502", "429"])
async def test_what_was_definitely_not_sent_is_sent_again(
    telegram: FakeTelegram, bot: Bot, fault: Fault | Refusal
) -> None:
    ann = telegram.private(bot, "Ann")
    telegram.server.faults.add("sendMessage", fault, times=2)
    await ann.says("rag")
    await ann.heard("rag")
    assert len(ann.room.said) == 1
    assert len(telegram.made("sendMessage")) == 3


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.TRUNCATED], ids=["cut", "truncated"])
async def test_what_may_have_been_sent_is_not_sent_again(
    telegram: FakeTelegram, bot: Bot, fault: Fault
) -> None:
    ann = telegram.private(bot, "Ann")
    telegram.server.faults.add("sendMessage", fault)
    await ann.says("rag")
    await ann.heard("rag")
    await ann.says("diffusion")
    await ann.heard("diffusion")
    assert len(ann.room.said) == 2


async def test_a_flood_in_one_chat_does_not_hold_the_others(telegram: FakeTelegram, bot: Bot) -> None:
    ann, bob = telegram.private(bot, "Ann"), telegram.private(bot, "Bob")
    telegram.server.faults.add("sendMessage", flood(60))
    await ann.says("rag")
    await telegram.called("sendMessage")
    await bob.says("rag")
    await bob.heard("rag")
    assert ann.room.said == []
    await ann.heard("rag")


async def test_receiving_goes_on_after_every_fault(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.private(bot, "Ann")
    for fault in (Fault.BAD_GATEWAY, Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.TRUNCATED, flood(2)):
        telegram.server.faults.add("getUpdates", fault)
    await ann.says("rag")
    await ann.says("diffusion")
    await ann.heard("rag")
    await ann.heard("diffusion")
    await ann.says("vae")
    await ann.heard("vae")
    assert len(ann.room.said) == 3


async def test_the_server_may_vanish_for_a_while(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter
) -> None:
    ann = telegram.private(bot, "Ann")
    await telegram.server.unplug()
    await ann.says("rag")
    await telegram.server.plug_in()
    await ann.heard("rag")
    assert adapter.ready


async def test_an_answer_waits_for_the_connection(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = telegram.private(bot, "Ann")
    cut = asyncio.Event()

    async def cut_off() -> None:
        await telegram.server.unplug()
        cut.set()

    front.before = cut_off
    await ann.says("rag")
    await cut.wait()
    await telegram.server.plug_in()
    await ann.heard("Ann said: rag")
    assert len(ann.room.said) == 1


async def test_a_second_process_with_the_token_is_waited_for(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.private(bot, "Ann")
    with capture_logs() as logs:
        async with telegram_library.Bot(bot.token, base_url=f"{telegram.url}/bot") as rival:
            await rival.get_updates(timeout=0)
            await ann.says("rag")
            await ann.heard("rag")
    assert any("another process receives with this token" in entry.get("reason", "") for entry in logs)


async def test_a_group_that_moved_is_followed(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    group = telegram.group("AI beginners", bot, kind="group")
    ann = group.member("Ann")
    moved: list[Group] = []

    def moving(event: Event) -> Reply | None:
        if isinstance(event, Message):
            moved.append(group.migrate(ann))
            return says("Found you")
        return None

    front.script = moving
    await ann.says("/whatis@whatis_bot rag")
    told = await front.met(Migrated, 3)
    await moved[0].heard("Found you")
    assert {(move.old_id, move.new_id) for move in told} == {(group.id, moved[0].id)}


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_that_kicked_the_bot_is_reported(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, kind: str
) -> None:
    group = telegram.group("AI beginners", bot, kind=kind)
    await group.member("Ann").says("/whatis@whatis_bot rag")
    group.remove(bot, quietly=True)
    (left,) = await front.met(Left)
    assert left.chat.id == group.id
    assert left.reason.endswith(f"bot was kicked from the {kind} chat")


async def test_a_blocked_private_answer_is_reported(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    ann.blocks(bot, quietly=True)
    (left,) = await front.met(Left)
    assert (left.chat.id, left.chat.private) == (ann.id, True)


async def test_markup_that_telegram_refuses_is_sent_as_plain_text(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("**Bold** & clear")
    broken = Refusal(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0')
    telegram.server.faults.add("sendMessage", broken)
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    answer = await ann.heard("Bold & clear")
    assert answer.entities == []


async def test_buttons_that_telegram_refuses_are_left_away(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    front.script = lambda event: says("RAG", buttons=((Button("Source", url="nonsense"),),))
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    assert (await ann.heard("RAG")).labels == []


async def test_a_group_where_it_may_not_write_is_tried_once(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    group = telegram.group("AI beginners", bot)
    group.chat.muted = True
    await group.member("Ann").says("/whatis@whatis_bot rag")
    ann = telegram.private(bot, "Ann")
    await telegram.called("sendMessage")
    await ann.says("rag")
    await ann.heard("rag")
    assert len(telegram.made("sendMessage")) == 2
    assert not any(isinstance(event, Left) for event in front.events)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (flood(7), Delayed),
        (Fault.BAD_GATEWAY, NotSent),
        (Fault.CUT_BEFORE, OutcomeUnknown),
        (Fault.CUT_AFTER, OutcomeUnknown),
        (Fault.TRUNCATED, OutcomeUnknown),
        (Refusal(504, "Gateway Timeout"), OutcomeUnknown),
        (Refusal(403, "Forbidden: user is deactivated"), Unreachable),
        (Refusal(400, "Bad Request: chat not found"), Unreachable),
        (Refusal(400, "Bad Request: upgraded", {"migrate_to_chat_id": -1005}), Moved),
    ],
    ids=lambda value: getattr(value, "name", None) or getattr(value, "__name__", str(value)),
)
async def test_sending_unasked_says_exactly_how_it_went(
    telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter, fault: Fault | Refusal, error: type[Exception]
) -> None:
    ann = telegram.private(bot, "Ann")
    telegram.server.faults.add("sendMessage", fault)
    with pytest.raises(error) as raised:
        await adapter.send(Chat(Platform.TELEGRAM, ann.id, ChatKind.PRIVATE), says("A tip"))
    assert getattr(raised.value, "retry_after", 7) == 7
    assert getattr(raised.value, "new_id", -1005) == -1005
    assert len(telegram.made("sendMessage")) == 1


async def test_order_is_kept_in_each_chat_and_chats_do_not_wait_for_each_other(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann, bob = telegram.private(bot, "Ann"), telegram.private(bot, "Bob")
    release = asyncio.Event()
    front.before = release.wait
    await ann.says("first")
    await front.met(Message)
    front.before = None
    await ann.says("second")
    await ann.says("third")
    await bob.says("meanwhile")
    await bob.heard("meanwhile")
    assert ann.room.said == []
    release.set()
    await ann.heard("third")
    assert [text.split()[-1] for text in ann.room.said] == ["first", "second", "third"]
