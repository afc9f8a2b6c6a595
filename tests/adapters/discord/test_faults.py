"""What goes wrong between Discord and the bot: nobody gets an answer twice or none."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from bot.adapters.base import (
    CredentialsRefused,
    Delayed,
    NetworkDown,
    NotSent,
    OutcomeUnknown,
    Unreachable,
)
from bot.adapters.discord.adapter import DiscordAdapter
from bot.model import Chat, ChatKind, Platform, User
from bot.reply import Paragraph, Reply, Visibility
from tests.adapters.discord.conftest import ANSWER, ScriptedFront, Serve
from tests.fakes.discord import TOKEN, FakeDiscord

MESSAGES = "/channels/*/messages"
CALLBACK = "/interactions/*"


def chat(channel_id: int) -> Chat:
    return Chat(Platform.DISCORD, channel_id, ChatKind.GROUP)


async def test_a_dropped_gateway_is_resumed_and_nothing_is_lost(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve() as bot:
        await discord_.until(lambda: bot.ready, "the bot to be ready", within=3)
        await discord_.gateway.drop(4000)
        await ann.says("@bot while you were away")
        await discord_.until(lambda: discord_.gateway.resumed, "a resumption")
        await general.heard("Retrieval")
        assert (await ann.slash("whatis", term="rag")).answered
        assert len(discord_.gateway.identified) == 1
    assert len(general.from_bot) == 2


@pytest.mark.slow  # discord.py waits five seconds before it identifies again
async def test_an_invalid_session_is_begun_anew(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    async with serve():
        await discord_.gateway.invalidate()
        await discord_.until(lambda: discord_.gateway.live, "a new session")
        assert (await ann.slash("whatis", term="rag")).answered
    assert len(front.events) == 2, "the welcome of the start, and the command"


async def test_a_busy_channel_is_waited_for(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    discord_.limit("POST", MESSAGES, most=2, per=0.2)
    async with serve():
        for n in range(5):
            await ann.says(f"@bot {n}")
        await discord_.until(lambda: len(general.from_bot) == 5, "five answers")


async def test_a_429_on_an_answer_is_obeyed(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    fault = discord_.fail("POST", MESSAGES, 429, retry_after=0.05)
    async with serve():
        await general.member("Ann").says("@bot rag")
        await general.heard("Retrieval")
    assert fault.met == 1
    assert len(general.from_bot) == 1


@pytest.mark.parametrize("status", [502, 503, 0])
async def test_a_message_that_arrived_although_discord_failed_is_one_message(
    discord_: FakeDiscord, serve: Serve, status: int
) -> None:
    general = discord_.guild().channel("general")
    fault = discord_.fail("POST", MESSAGES, status, accepted=True)
    async with serve():
        await general.member("Ann").says("@bot rag")
        await discord_.until(lambda: len(discord_.sent("POST", "/channels")) == 2, "a second attempt")
        first, second = discord_.sent("POST", "/channels")
        await discord_.until(lambda: second.status == 200, "its answer")
    assert fault.met == 1
    assert first.body["nonce"] == second.body["nonce"]
    assert len(general.from_bot) == 1


@pytest.mark.parametrize("status", [502, 503, 0])
async def test_a_message_that_did_not_arrive_is_sent_again(
    discord_: FakeDiscord, serve: Serve, status: int
) -> None:
    general = discord_.guild().channel("general")
    discord_.fail("POST", MESSAGES, status)
    async with serve():
        await general.member("Ann").says("@bot rag")
        await general.heard("Retrieval")
    assert len(general.from_bot) == 1


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_request_that_hangs_is_given_up_and_repeated(
    discord_: FakeDiscord, serve: Serve, accepted: bool
) -> None:
    general = discord_.guild().channel("general")
    discord_.fail("POST", MESSAGES, -1, accepted=accepted)
    async with serve(patience=0.1):
        await general.member("Ann").says("@bot rag")
        await discord_.until(lambda: len(discord_.sent("POST", "/channels")) == 2, "a second attempt")
        await general.heard("Retrieval")
    assert len(general.from_bot) == 1


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("status", [502, 0])
async def test_a_command_whose_acknowledgement_was_cut_is_answered_once(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, status: int, accepted: bool
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    discord_.fail("POST", CALLBACK, status, accepted=accepted)
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        await discord_.until(lambda: front.delivered_ids == [asked.message.id], "word of the delivery")
    assert asked.refusals == ([40060] if accepted else [])
    assert len(general.from_bot) == 1


async def test_a_public_answer_too_late_for_its_token_goes_to_the_channel(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: late(discord_, 4)
    async with serve():
        await ann.send(2, {"id": "1", "name": "models", "type": 1, "options": []})
        await general.heard("Retrieval")
    assert len(general.from_bot) == 1


async def test_a_deferred_answer_after_a_quarter_of_an_hour_goes_to_the_channel(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    ready = asyncio.Event()
    front.answer = lambda event: late(discord_, 0, ready)
    async with serve(defer_after=0.01):
        asked = await ann.slash("models")
        discord_.advance(16 * 60)
        ready.set()
        said = await general.heard("Retrieval")
        assert said is not asked.message


async def test_a_secret_too_late_for_its_token_is_told_to_nobody(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    secret = Reply((Paragraph("Level 3"),), visibility=Visibility.PRIVATE)
    front.answer = lambda event: late(discord_, 4, reply=secret)
    async with serve():
        await ann.send(2, {"id": "1", "name": "progress", "type": 1, "options": []})
        await discord_.until(lambda: "no place for it" in caplog.text, "the log to say so")
        front.answer = lambda event: ANSWER
        await ann.slash("models")
    assert len(general.from_bot) == 1


async def test_where_the_bot_may_not_write_a_late_answer_is_given_up(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    general = discord_.guild().channel("general")
    general.forbid("send_messages")
    ann = general.member("Ann")
    front.answer = lambda event: late(discord_, 4)
    async with serve():
        await ann.send(2, {"id": "1", "name": "models", "type": 1, "options": []})
        await discord_.until(lambda: "no place for it" in caplog.text, "the log to say so")
    assert discord_.sent("POST", "/channels") == []


async def test_silence_that_comes_too_late_is_one_line_in_the_log(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord_.guild().channel("general").member("Ann")

    async def flooded() -> None:
        discord_.advance(4)

    front.answer = lambda event: flooded()
    async with serve():
        with caplog.at_level("INFO", "bot.adapters.discord"):
            await ann.send(2, {"id": "1", "name": "models", "type": 1, "options": []})
            await discord_.until(lambda: "too late to end the spinner" in caplog.text, "the log to say so")
    assert not any(record.exc_info for record in caplog.records)


async def late(
    fake: FakeDiscord, by: float, ready: asyncio.Event | None = None, reply: Reply = ANSWER
) -> Reply:
    fake.advance(by)
    if ready is not None:
        await ready.wait()
    return reply


async def test_a_refused_token_says_where_to_get_one(discord_: FakeDiscord, serve: Serve) -> None:
    with pytest.raises(CredentialsRefused, match=r"discord\.com/developers"):
        async with serve(token="wrong"):
            pass


async def test_a_token_that_only_the_gateway_refuses_is_refused_too(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, notes: dict[str, str]
) -> None:
    discord_.gateway.refuse_with = 4004
    bot = DiscordAdapter(TOKEN, front, notes, api_url=discord_.api_url, gateway_url=discord_.gateway_url)  # type: ignore[arg-type]
    with pytest.raises(CredentialsRefused):
        await bot.run()


async def test_nobody_is_warned_of_a_voice_the_bot_has_no_use_for(
    front: ScriptedFront,
    notes: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(discord.VoiceClient, "warn_nacl", True)
    monkeypatch.setattr(discord.VoiceClient, "warn_dave", True)
    DiscordAdapter(TOKEN, front, notes)  # type: ignore[arg-type]
    assert caplog.records == []


async def test_without_a_network_the_adapter_says_so_and_can_run_again(
    front: ScriptedFront, notes: dict[str, str], unused_tcp_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/api/v10"
    bot = DiscordAdapter(TOKEN, front, notes, api_url=nowhere)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(NetworkDown):
            await bot.run()
        assert not bot.ready


async def test_it_ends_when_it_is_cancelled_in_the_midst_of_a_reconnection(
    discord_: FakeDiscord, serve: Serve
) -> None:
    async with serve() as bot:
        discord_.gateway.refuse_with = 4000
        await discord_.gateway.invalidate()
        await discord_.until(lambda: not discord_.gateway.live, "the connection to end")
        await bot.close()


SAID = Reply((Paragraph("A tip"),))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, 10003, Unreachable),
        (403, 50001, Unreachable),
        (403, 50013, Unreachable),
        (403, 50007, Unreachable),
        (400, 50035, NotSent),
        (400, 50083, Unreachable),
    ],
)
async def test_what_a_refusal_means_to_the_core(
    discord_: FakeDiscord, serve: Serve, status: int, code: int, error: type[Exception]
) -> None:
    general = discord_.guild().channel("general")
    fault = discord_.fail("POST", MESSAGES, status, code=code, times=9)
    async with serve() as bot:
        with pytest.raises(error):
            await bot.send(chat(general.id), SAID)
    assert fault.met == 1, "what was refused is not asked again"


async def test_what_failures_mean_to_the_core(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        fault = discord_.fail("POST", MESSAGES, 503, times=3)
        with pytest.raises(NotSent):
            await bot.send(chat(general.id), SAID)
        assert fault.met == 3
        discord_.fail("POST", MESSAGES, 0, times=3)
        with pytest.raises(OutcomeUnknown):
            await bot.send(chat(general.id), SAID)
        discord_.fail("POST", MESSAGES, 429, retry_after=40)
        with pytest.raises(Delayed) as delayed:
            await bot.send(chat(general.id), SAID)
        assert delayed.value.retry_after == 40
        discord_.fail("POST", MESSAGES, 429, retry_after=7, via=False)
        with pytest.raises(Delayed) as delayed:
            await bot.send(chat(general.id), SAID)
        assert delayed.value.retry_after == 7
        assert await bot.send(chat(general.id), SAID) == general.from_bot[-1].id


async def test_without_a_connection_nothing_was_sent(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        refused = aiohttp.ClientConnectorError(_key(), OSError(111, "refused"))

        async def fail(*_: object, **__: object) -> None:
            raise refused

        bot.client.http.send_message = fail  # type: ignore[method-assign, assignment]
        with pytest.raises(NotSent):
            await bot.send(chat(general.id), SAID)


def _key() -> aiohttp.client_reqrep.ConnectionKey:
    return aiohttp.client_reqrep.ConnectionKey("discord.test", 443, True, True, None, None, None)


async def test_a_repeat_with_the_same_key_is_dropped_by_discord(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        first = await bot.send(chat(general.id), SAID, key="tip-2026-11-24-" + "x" * 99)
        assert await bot.send(chat(general.id), SAID, key="tip-2026-11-24-" + "x" * 99) == first
        assert await bot.send(chat(general.id), SAID, key="tip-2026-11-25") != first
        assert await bot.send(chat(general.id), SAID) != await bot.send(chat(general.id), SAID)


async def test_editing_a_message_that_is_gone_is_no_error(discord_: FakeDiscord, serve: Serve) -> None:
    general = discord_.guild().channel("general")
    async with serve() as bot:
        sent = await bot.send(chat(general.id), SAID)
        await bot.edit(chat(general.id), sent, Reply((Paragraph("Another tip"),)))
        assert general.from_bot[-1].text == "Another tip"
        await bot.edit(chat(general.id), 4711, SAID)
        general.state.archived = True
        with pytest.raises(Unreachable):
            await bot.edit(chat(general.id), sent, SAID)
        del discord_.channels[general.id]
        with pytest.raises(Unreachable):
            await bot.edit(chat(general.id), sent, SAID)


async def test_one_broken_answer_does_not_stop_the_next(
    discord_: FakeDiscord, front: ScriptedFront, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    general = discord_.guild().channel("general")
    ann = general.member("Ann")
    front.answer = lambda event: 1 / 0  # type: ignore[return-value]
    async with serve():
        asked = await ann.slash("whatis", term="rag")
        assert asked.message.text.startswith("Something went wrong")
        await ann.says("@bot rag")
        front.answer = lambda event: ANSWER
        await ann.says("@bot rag")
        await general.heard("Retrieval")
    assert "ZeroDivisionError" in caplog.text


async def test_admins_are_known_by_what_they_did_or_asked_for(discord_: FakeDiscord, serve: Serve) -> None:
    guild = discord_.guild()
    general = guild.channel("general")
    ann, bob = general.member("Ann", admin=True), general.member("Bob")
    async with serve() as bot:

        async def may(person: int) -> bool:
            return await bot.is_admin(chat(general.id), User(Platform.DISCORD, person, ""))

        assert (await may(ann.id), await may(bob.id), await may(guild.owner.id)) == (True, False, True)
        asked = len(discord_.sent("GET", "/members/"))
        assert (await may(ann.id), await may(bob.id), await may(guild.owner.id)) == (True, False, True)
        assert len(discord_.sent("GET", "/members/")) == asked == 3
        await bob.slash("models")
        await ann.slash("settings")
        guild.state.members[bob.id], guild.state.members[ann.id] = guild.state.members[ann.id], []
        await bob.slash("settings")
        assert await may(bob.id)
        await ann.slash("models")
        assert not await may(ann.id)
        assert not await may(4711)
        assert not await bot.is_admin(chat(4711), User(Platform.DISCORD, ann.id, ""))
        private = Chat(Platform.DISCORD, 1, ChatKind.PRIVATE)
        assert await bot.is_admin(private, User(Platform.DISCORD, bob.id, ""))
