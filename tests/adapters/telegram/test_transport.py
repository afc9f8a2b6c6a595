"""The transport: what became of a request, told apart exactly, and the token nowhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator

import pytest
import telegram as telegram_library
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.base import CredentialsRefused, NetworkDown
from bot.adapters.telegram import TelegramAdapter
from bot.adapters.telegram.errors import AnswerLost, Flooded, NotConnected
from bot.adapters.telegram.transport import Transport
from tests.adapters.telegram.harness import ScriptedFront, new_adapter, running
from tests.fakes.telegram import Bot, FakeTelegram, Fault, Refusal, flood


@pytest.fixture
async def library(telegram: FakeTelegram, bot: Bot) -> AsyncIterator[telegram_library.Bot]:
    transport = Transport(telegram.url, answer_seconds=0.2)
    base = f"{telegram.url}/bot"
    client = telegram_library.Bot(bot.token, base, request=transport, get_updates_request=transport)
    async with client:
        yield client


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.CUT_BEFORE, AnswerLost),
        (Fault.CUT_AFTER, AnswerLost),
        (Fault.TRUNCATED, AnswerLost),
        (Refusal(504, "Gateway Timeout"), AnswerLost),
        (Fault.BAD_GATEWAY, NetworkError),
        (flood(9), Flooded),
        (Refusal(400, "Bad Request: chat not found"), BadRequest),
        (Refusal(400, "Bad Request: upgraded", {"migrate_to_chat_id": -5}), ChatMigrated),
        (Refusal(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (Refusal(401, "Unauthorized"), InvalidToken),
        (Refusal(409, "Conflict: other"), Conflict),
    ],
    ids=str,
)
async def test_failures_are_told_apart(
    telegram: FakeTelegram,
    bot: Bot,
    library: telegram_library.Bot,
    fault: Fault | Refusal,
    error: type[TelegramError],
) -> None:
    telegram.server.faults.add("getMe", fault)
    with pytest.raises(error) as raised:
        await library.get_me()
    assert type(raised.value) is error
    assert bot.token not in "".join(traceback.format_exception(raised.value))


async def test_no_answer_in_time_is_a_lost_answer(
    telegram: FakeTelegram, library: telegram_library.Bot
) -> None:
    telegram.server.faults.add("getMe", Fault.HANG)
    with pytest.raises(AnswerLost):
        await library.get_me(read_timeout=-9.8)


async def test_a_refused_connection_sent_nothing(telegram: FakeTelegram, bot: Bot) -> None:
    await telegram.server.unplug()
    async with Transport(telegram.url) as transport:
        with pytest.raises(NotConnected) as raised:
            await transport.post(f"{telegram.url}/bot{bot.token}/getMe")
    assert bot.token not in "".join(traceback.format_exception(raised.value))


async def test_a_closed_transport_sent_nothing(telegram: FakeTelegram) -> None:
    with pytest.raises(NotConnected):
        await Transport(telegram.url).post(f"{telegram.url}/bot1:x/getMe")


async def test_an_answer_in_another_form_is_lost(telegram: FakeTelegram) -> None:
    for payload in (b"", b"[]", b'{"ok": true}', b"\xff"):
        with pytest.raises(AnswerLost):
            Transport.parse_json_payload(payload)


async def test_files_travel_too(telegram: FakeTelegram, library: telegram_library.Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await library.send_document(5, b"content", filename="progress.txt", caption="yours")
    call = telegram.calls[-1]
    assert call.params["caption"] == "yours"
    assert call.params["document"] == b"content"


async def test_a_proxy_named_by_the_environment_is_used(
    telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", telegram.url)
    monkeypatch.setenv("no_proxy", "")
    transport = Transport("http://api.telegram.example")
    async with transport:
        with pytest.raises(InvalidToken):
            await transport.post("http://api.telegram.example/bot1:x/getMe")
    assert [call.method for call in telegram.calls] == ["getMe"]


async def test_the_token_is_in_no_log_and_no_error(
    telegram: FakeTelegram, front: ScriptedFront, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = Bot(1, "Stranger", "stranger_bot", is_bot=True, token="1:wrong-token")
    adapter = new_adapter(telegram, stranger, front)
    with pytest.raises(CredentialsRefused, match="@BotFather") as raised:
        await adapter.run()
    await adapter.close()
    assert stranger.token not in caplog.text + "".join(traceback.format_exception(raised.value))


async def test_no_network_at_login_says_so(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    await telegram.server.unplug()
    adapter = new_adapter(telegram, bot, front)
    with pytest.raises(NetworkDown, match="no connection"):
        await adapter.run()
    await adapter.close()
    assert not adapter.ready
    assert not adapter.served


async def test_a_withdrawn_token_ends_the_run(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    adapter: TelegramAdapter = new_adapter(telegram, bot, front)
    telegram.server.faults.add("getUpdates", Refusal(401, "Unauthorized"))
    with pytest.raises(CredentialsRefused):
        await adapter.run()
    await adapter.close()


async def test_it_serves_again_after_closing(telegram: FakeTelegram, bot: Bot, front: ScriptedFront) -> None:
    adapter = new_adapter(telegram, bot, front)
    ann = telegram.private(bot, "Ann")
    for word in ("rag", "vae"):
        async with running(adapter, telegram, bot):
            await ann.says(word)
            await ann.heard(word)
            assert adapter.ready
        assert not adapter.ready
        assert adapter.served
        bot.poll = None
