"""Presses: each is acknowledged exactly once, whatever else happens."""

from __future__ import annotations

import pytest

from bot.actions import Action
from bot.model import Event, Left, Message, Press
from bot.reply import Ask, Button, Reply, Visibility
from tests.adapters.telegram.harness import ScriptedFront, says
from tests.fakes.telegram import Bot, FakeTelegram, Fault, Member, Refusal, flood

pytestmark = pytest.mark.usefixtures("adapter")
DEEPER = Action("w", ("rag", "deep"), 7)
BUTTONS = ((Button("Deeper", DEEPER), Button("Source", url="https://example.org/a?b=1&c=2")),)


class Core:
    """Answers a message with buttons, and a press with `reply`."""

    def __init__(self, reply: Reply | None) -> None:
        self.reply = reply

    def __call__(self, event: Event) -> Reply | None:
        return (
            says("RAG looks things up first", buttons=BUTTONS) if isinstance(event, Message) else self.reply
        )


async def asked(telegram: FakeTelegram, bot: Bot, front: ScriptedFront, reply: Reply | None) -> Member:
    """Ann in a group, with an answer that has buttons."""
    front.script = Core(reply)
    group = telegram.group("AI beginners", bot)
    ann = group.member("Ann")
    await ann.says("/whatis@whatis_bot rag")
    await group.heard("RAG")
    return ann


async def test_a_press_edits_the_message_and_shows_a_toast(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper still", buttons=BUTTONS, edit=True, toast="Here"))
    press = await ann.presses("Deeper")
    assert (await press.acknowledged())["text"] == "Here"
    assert await ann.heard("Deeper still") is press.query.message
    (event,) = await front.met(Press)
    assert (event.data, event.message_id, event.user.id) == (DEEPER.encode(), press.query.message.id, ann.id)


async def test_a_press_may_answer_with_a_new_message(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper still"))
    press = await ann.presses("Deeper")
    assert (await ann.heard("Deeper still")).answers is press.query.message
    assert (await press.acknowledged())["text"] == ""


@pytest.mark.parametrize("reply", [None, Reply(), Reply(toast="x" * 300)], ids=["silence", "nothing", "long"])
async def test_it_is_acknowledged_once_when_there_is_little_to_say(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, reply: Reply | None
) -> None:
    ann = await asked(telegram, bot, front, reply)
    await (await ann.presses("Deeper")).acknowledged()
    await (await ann.presses("Deeper")).acknowledged()
    assert [call.outcome for call in await telegram.called("answerCallbackQuery", 2)] == ["ok", "ok"]


async def test_it_is_acknowledged_when_the_core_breaks(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, None)

    def broken(event: Event) -> Reply:
        raise RuntimeError("a bug")

    front.script = broken
    await (await ann.presses("Deeper")).acknowledged()
    assert len(telegram.made("answerCallbackQuery")) == 1


async def test_it_is_acknowledged_when_the_update_cannot_be_read(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    press = ann.presses_data(await ann.heard("rag"), "1w_rag_std_")
    bot.updates[-1]["callback_query"]["from"] = "nobody"
    await press.acknowledged()


async def test_it_is_acknowledged_when_the_edit_fails(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper still", edit=True))
    telegram.server.faults.add("editMessageText", Refusal(400, "Bad Request: not enough rights"))
    await (await ann.presses("Deeper")).acknowledged()
    await telegram.called("editMessageText")
    assert len(telegram.made("answerCallbackQuery")) == 1


async def test_a_query_that_is_too_old_harms_nothing(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper still", edit=True))
    press = await ann.presses("Deeper")
    press.query.old = True
    await ann.heard("Deeper still")
    assert len(await telegram.called("answerCallbackQuery")) == 1


@pytest.mark.parametrize("fault", [Fault.BAD_GATEWAY, flood(1)], ids=["502", "429"])
async def test_a_failed_acknowledgement_is_tried_again(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, fault: Fault | Refusal
) -> None:
    ann = await asked(telegram, bot, front, Reply(toast="Here"))
    telegram.server.faults.add("answerCallbackQuery", fault)
    assert (await (await ann.presses("Deeper")).acknowledged())["text"] == "Here"


async def test_an_acknowledgement_that_may_have_arrived_is_not_repeated(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper still", edit=True))
    telegram.server.faults.add("answerCallbackQuery", Fault.CUT_AFTER)
    await (await ann.presses("Deeper")).acknowledged()
    await ann.heard("Deeper still")
    await ann.says("/whatis@whatis_bot once more")
    await ann.heard("RAG")
    assert len(telegram.made("answerCallbackQuery")) == 1


async def test_a_message_no_longer_accessible_is_answered_anew(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper still", edit=True))
    message = ann.room.last
    del ann.room.chat.messages[message.id]
    await (await ann.presses("Deeper", message, accessible=False)).acknowledged()
    assert (await ann.heard("Deeper still")).id != message.id


async def test_an_unchanged_message_is_success(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("RAG looks things up first", buttons=BUTTONS, edit=True))
    await (await ann.presses("Deeper")).acknowledged()
    (call,) = await telegram.called("editMessageText")
    assert "is not modified" in call.outcome
    assert len(ann.room.said) == 1


async def test_a_long_edit_continues_in_new_messages(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    long = says("First. " + "word " * 700, "Second. " + "word " * 700, buttons=BUTTONS, edit=True)
    ann = await asked(telegram, bot, front, long)
    press = await ann.presses("Deeper")
    assert await ann.heard("First.") is press.query.message
    assert (await ann.heard("Second.")).labels == ["Deeper", "Source"]


async def test_a_private_copy_goes_to_the_private_chat(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    copy = says("Deeper, for you", visibility=Visibility.PRIVATE, toast="Sent")
    ann = await asked(telegram, bot, front, copy)
    private = telegram.private(bot, ann.account)
    press = await ann.presses("Deeper")
    await private.heard("Deeper, for you")
    assert await press.acknowledged() == {"text": "Sent", "url": "", "alert": False}


async def test_a_private_copy_that_fails_at_first_is_sent_after_the_acknowledgement(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper, for you", visibility=Visibility.PRIVATE))
    private = telegram.private(bot, ann.account)
    telegram.server.faults.add("sendMessage", Fault.BAD_GATEWAY)
    await (await ann.presses("Deeper")).acknowledged()
    await private.heard("Deeper, for you")
    assert len(telegram.made("answerCallbackQuery")) == 1


async def test_a_private_copy_that_may_have_arrived_is_not_sent_again(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper, for you", visibility=Visibility.PRIVATE))
    private = telegram.private(bot, ann.account)
    telegram.server.faults.add("sendMessage", Fault.CUT_AFTER)
    await (await ann.presses("Deeper")).acknowledged()
    assert len(private.room.said) == 1


async def test_who_blocked_the_bot_gets_a_link_and_the_core_is_told(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper, for you", visibility=Visibility.PRIVATE))
    telegram.private(bot, ann.account).blocks(bot, quietly=True)
    answer = await (await ann.presses("Deeper")).acknowledged()
    assert answer["url"].endswith(DEEPER.encode())
    (left,) = await front.met(Left)
    assert (left.chat.id, left.chat.private) == (ann.id, True)


async def test_a_press_opens_the_private_chat_that_is_not_open_yet(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("Deeper, for you", visibility=Visibility.PRIVATE))
    answer = await (await ann.presses("Deeper")).acknowledged()
    assert answer["url"] == f"https://t.me/whatis_bot?start={DEEPER.encode()}"
    assert len(ann.room.said) == 1


async def test_a_press_with_made_up_data_still_gets_a_link(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    ann = await asked(telegram, bot, front, says("For you", visibility=Visibility.PRIVATE))
    answer = await ann.presses_data(ann.room.last, "made up: ünïcode").acknowledged()
    assert answer["url"] == "https://t.me/whatis_bot?start=hello"


async def test_a_press_that_asks_names_the_presser_so_that_only_they_are_asked(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    reply = says("What is wrong?", ask=Ask("report", "What is wrong?", "A word or two"), edit=True)
    ann = await asked(telegram, bot, front, reply)
    await ann.presses("Deeper")
    question = await ann.heard("Ann: What is wrong?")
    assert question.forces_reply
    (named,) = question.entities
    assert (named["type"], named["user_id"]) == ("text_mention", ann.id)


async def test_a_bad_button_is_left_out_and_the_rest_is_sent(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront
) -> None:
    long = Button("Too long", Action("w", ("x" * 70,)))
    front.script = lambda event: says("RAG", buttons=((long, Button("Fine", Action("w", ("rag",)))), (long,)))
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    assert (await ann.heard("RAG")).labels == ["Fine"]
