"""Receiving by webhook: with the secret only, and thanked only after the claim."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest

from bot.adapters.telegram import TelegramAdapter, WebhookSettings
from bot.adapters.telegram.updates import ALLOWED
from bot.model import Vote
from tests.adapters.telegram.harness import MemoryInbox, ScriptedFront, new_adapter, running
from tests.fakes.telegram import Bot, FakeTelegram

SECRET = "a-secret_of_letters"
HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class GatedInbox(MemoryInbox):
    """Commits when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.open.set()

    async def claim(self, update_ids: Sequence[int]) -> set[int]:
        await self.open.wait()
        return await super().claim(update_ids)


@pytest.fixture
def inbox() -> GatedInbox:
    return GatedInbox()


@pytest.fixture
def hook() -> WebhookSettings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return WebhookSettings(f"http://127.0.0.1:{port}/telegram", SECRET, f"127.0.0.1:{port}")


@pytest.fixture
async def adapter(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, hook: WebhookSettings, inbox: GatedInbox
) -> AsyncIterator[TelegramAdapter]:
    new = new_adapter(telegram, bot, front, webhook=hook, inbox=inbox)
    async with running(new, telegram, bot) as served:
        yield served


async def test_updates_come_by_webhook(telegram: FakeTelegram, bot: Bot, adapter: TelegramAdapter) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    await ann.heard("rag")
    await telegram.taken(bot)
    assert adapter.ready
    assert bot.allowed == set(ALLOWED)
    assert telegram.made("getUpdates") == []


async def post(hook: WebhookSettings, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(hook.url, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


@pytest.mark.usefixtures("adapter")
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"update_id": 1}', {}, 401),
        (b'{"update_id": 1}', {"X-Telegram-Bot-Api-Secret-Token": "guessed"}, 401),
        (b'{"update_id": 1}', {"X-Telegram-Bot-Api-Secret-Token": "gu\u00e9ssed"}, 401),
        (b"nonsense", HEADER, 400),
        (b'{"no": "id"}', HEADER, 400),
        (b"[]", HEADER, 400),
        (b" " * (1 << 21), HEADER, 413),
        (b'{"update_id": 1}', HEADER, 200),
    ],
)
async def test_only_telegram_is_served(
    hook: WebhookSettings, inbox: GatedInbox, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert await post(hook, body, headers) == status
    assert inbox.claimed == ([1] if status == 200 else [])


@pytest.mark.usefixtures("adapter")
async def test_telegram_is_thanked_after_the_claim_was_committed(
    telegram: FakeTelegram, bot: Bot, inbox: GatedInbox
) -> None:
    inbox.open.clear()
    ann = telegram.private(bot, "Ann")
    bob = telegram.private(bot, "Bob")
    await ann.says("rag")
    await bob.says("vae")
    inbox.open.set()
    await ann.heard("rag")
    await bob.heard("vae")
    await telegram.taken(bot)


@pytest.mark.usefixtures("adapter")
async def test_an_update_delivered_again_is_answered_once(
    telegram: FakeTelegram, bot: Bot, hook: WebhookSettings, front: ScriptedFront
) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    update = bot.updates[-1]
    await ann.heard("rag")
    await telegram.taken(bot)
    telegram.hears_again(bot, update)
    await telegram.taken(bot)
    await ann.says("vae")
    await ann.heard("vae")
    assert len(ann.room.said) == 2


@pytest.mark.usefixtures("adapter")
async def test_telegram_is_thanked_for_a_vote_after_it_was_kept(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, inbox: GatedInbox
) -> None:
    kept = asyncio.Event()
    front.before = kept.wait
    ann = telegram.person("Ann")
    vote = {"poll_id": "1", "user": ann.json(), "option_ids": [2], "option_persistent_ids": ["1-2"]}
    telegram.hears_again(bot, {"update_id": 5, "poll_answer": vote})
    assert (await front.met(Vote))[0].option == 2
    assert bot.updates
    kept.set()
    await telegram.taken(bot)
    assert inbox.claimed == []


async def test_what_waited_is_counted(
    telegram: FakeTelegram, bot: Bot, front: ScriptedFront, hook: WebhookSettings
) -> None:
    ann = telegram.private(bot, "Ann")
    await ann.says("rag")
    await ann.says("vae")
    inbox = GatedInbox()
    inbox.open.clear()
    adapter = new_adapter(telegram, bot, front, webhook=hook, inbox=inbox)
    async with running(adapter, telegram, bot):
        assert not adapter.drained.is_set()
        inbox.open.set()
        await adapter.drained.wait()
        await telegram.taken(bot)
        assert len(inbox.claimed) == 2


async def test_nothing_waited(adapter: TelegramAdapter) -> None:
    assert adapter.drained.is_set()


def test_a_secret_that_telegram_would_refuse_is_refused_at_once() -> None:
    for secret in ("", "with space", "x" * 257):
        with pytest.raises(ValueError, match="secret"):
            WebhookSettings("https://example.org/hook", secret)
    with pytest.raises(ValueError, match="host:port"):
        WebhookSettings("https://example.org/hook", SECRET, "nowhere")
    assert SECRET not in repr(WebhookSettings("https://example.org/hook", SECRET))
