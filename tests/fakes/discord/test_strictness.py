"""The fake refuses what Discord refuses, with its codes: asked without any library in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import TOKEN, Channel, FakeDiscord
from tests.fakes.discord.interactions import Exchange
from tests.fakes.discord.model import PERMISSIONS

Json = dict[str, Any]


class Raw:
    """A client that says anything."""

    def __init__(self, fake: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self.fake = fake
        self.session = session

    async def ask(self, method: str, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Json]:
        headers = {"Authorization": f"Bot {token}"}
        async with self.session.request(
            method, self.fake.api_url + path, json=body, headers=headers
        ) as answer:
            assert answer.headers.get("Content-Type") == "application/json" or answer.status == 204
            return answer.status, await answer.json() if answer.status != 204 else {}

    async def refused(self, method: str, path: str, body: Any = None) -> int:
        """The code of the refusal."""
        status, answer = await self.ask(method, path, body)
        assert status >= 400, answer
        return int(answer["code"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as running:
        yield running


@pytest.fixture
async def raw(fake: FakeDiscord) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(fake, session)


def button(**about: Any) -> Json:
    return {"type": 2, "style": 2, "label": "x", "custom_id": "a", **about}


def row(*buttons: Json) -> Json:
    return {"type": 1, "components": list(buttons)}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
        ({"embeds": [{"title": "x", "footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
        ({"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]}, "embeds.0.fields"),
        ({"embeds": [{"fields": [{"name": "x", "value": "y" * 1025}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        ({"embeds": [{}]}, "embeds.0.description"),
        ({"components": [row(button())] * 6}, "components"),
        ({"components": [row(*(button(custom_id=str(n)) for n in range(6)))]}, "components.0.components"),
        ({"components": [row(button(), button())]}, "components.0.components.1.custom_id"),
        ({"components": [row(button(custom_id="x" * 101))]}, "components.0.components.0.custom_id"),
        ({"components": [row(button(custom_id=""))]}, "components.0.components.0.custom_id"),
        ({"components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
        (
            {"components": [row({"type": 2, "style": 5, "label": "x", "url": "no"})]},
            "components.0.components.0.url",
        ),
    ],
)
async def test_a_message_beyond_the_limits(fake: FakeDiscord, raw: Raw, body: Json, path: str) -> None:
    general = fake.guild().channel("general")
    status, answer = await raw.ask("POST", f"/channels/{general.id}/messages", body)
    assert (status, answer["code"]) == (400, 50035)
    found = answer["errors"]
    for part in path.split("."):
        found = found[part]
    assert found["_errors"]


async def test_a_message_within_the_limits(fake: FakeDiscord, raw: Raw) -> None:
    general = fake.guild().channel("general")
    rows = [row(*(button(custom_id=f"{n}{m}", label="x" * 80) for m in range(5))) for n in range(5)]
    body = {"content": "x" * 2000, "embeds": [{"description": "x" * 3000}] * 2, "components": rows}
    assert (await raw.ask("POST", f"/channels/{general.id}/messages", body))[0] == 200


async def test_who_may_not(fake: FakeDiscord, raw: Raw) -> None:
    guild = fake.guild()
    general, rules, hidden = guild.channel("general"), guild.channel("rules"), guild.channel("hidden")
    rules.forbid("send_messages")
    hidden.forbid("view_channel")
    ann = general.member("Ann")
    theirs = await ann.says("mine")
    hello = {"content": "x"}
    assert await raw.refused("POST", "/channels/1/messages", hello) == 10003
    assert await raw.refused("POST", f"/channels/{rules.id}/messages", hello) == 50013
    assert await raw.refused("POST", f"/channels/{hidden.id}/messages", hello) == 50001
    assert await raw.refused("POST", f"/channels/{general.id}/messages", {"content": ""}) == 50006
    assert await raw.refused("PATCH", f"/channels/{general.id}/messages/1", hello) == 10008
    assert await raw.refused("PATCH", f"/channels/{general.id}/messages/{theirs.id}", hello) == 50005
    shy = fake.person("Shy", takes_dms=False).dm()
    assert await raw.refused("POST", f"/channels/{shy.channel.id}/messages", hello) == 50007
    assert (await raw.ask("GET", "/users/@me", token="wrong"))[0] == 401
    reply = {"content": "x", "message_reference": {"message_id": "1"}}
    assert await raw.refused("POST", f"/channels/{general.id}/messages", reply) == 50035
    reply["message_reference"]["fail_if_not_exists"] = False  # type: ignore[index]
    assert (await raw.ask("POST", f"/channels/{general.id}/messages", reply))[0] == 200


async def test_a_nonce_counts_when_it_is_enforced_and_for_two_minutes(fake: FakeDiscord, raw: Raw) -> None:
    general = fake.guild().channel("general")
    body = {"content": "x", "nonce": "1", "enforce_nonce": True}

    async def sent(message: Json) -> str:
        return str((await raw.ask("POST", f"/channels/{general.id}/messages", message))[1]["id"])

    first = await sent(body)
    assert await sent(body) == first
    assert await sent({"content": "x", "nonce": "1"}) != first
    fake.advance(121)
    assert await sent(body) != first


async def test_an_interaction_is_acknowledged_once_and_in_time(fake: FakeDiscord, raw: Raw) -> None:
    general = fake.guild().channel("general")
    hello = {"type": 4, "data": {"content": "x"}}
    late, done = exchange(fake, general), exchange(fake, general)
    assert (await raw.ask("POST", callback(done), hello))[0] == 204
    assert await raw.refused("POST", callback(done), hello) == 40060
    fake.advance(3.1)
    assert await raw.refused("POST", callback(late), hello) == 10062
    assert await raw.refused("POST", f"/webhooks/1/{late.token}", {"content": "x"}) == 10015
    assert (await raw.ask("POST", f"/webhooks/1/{done.token}", {"content": "x"}))[0] == 200
    fake.advance(15 * 60)
    assert await raw.refused("POST", f"/webhooks/1/{done.token}", {"content": "x"}) == 10015
    assert await raw.refused("POST", callback(exchange(fake, general)), {"type": 7, "data": {}}) == 50035


async def test_the_first_word_after_a_deferral_has_its_visibility(fake: FakeDiscord, raw: Raw) -> None:
    general = fake.guild().channel("general")
    asked = exchange(fake, general)
    await raw.ask("POST", callback(asked), {"type": 5})
    await raw.ask("POST", f"/webhooks/1/{asked.token}", {"content": "secret?", "flags": 64})
    assert not asked.message.ephemeral
    await raw.ask("POST", f"/webhooks/1/{asked.token}", {"content": "secret!", "flags": 64})
    assert [message.ephemeral for message in asked.messages] == [False, True]
    ephemeral = asked.messages[1].id
    assert (
        await raw.refused("PATCH", f"/channels/{general.id}/messages/{ephemeral}", {"content": "x"}) == 10008
    )


COMMAND: Json = {"name": "tip", "description": "A tip"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Tip"},
        {"name": "a b"},
        {"name": "x" * 33},
        {"description": ""},
        {"description": "x" * 101},
        {"options": [COMMAND] * 26},
        {"options": [{**COMMAND, "choices": [{"name": "x", "value": "y"}] * 26}]},
        {"options": [{**COMMAND, "choices": [{"name": "x", "value": "y" * 101}]}]},
        {"options": [{**COMMAND, "choices": [{"name": "x", "value": "y"}], "autocomplete": True}]},
        {"options": [COMMAND, {**COMMAND, "name": "b", "required": True}]},
        {"contexts": [7]},
        {"integration_types": []},
        {
            "options": [
                {**COMMAND, "name": f"o{n}", "choices": [{"name": "n" * 100, "value": "v" * 100}] * 25}
                for n in range(2)
            ]
        },
    ],
)
async def test_commands_beyond_the_limits(fake: FakeDiscord, raw: Raw, wrong: Json) -> None:
    path = f"/applications/{fake.bot.id}/commands"
    assert await raw.refused("PUT", path, [{**COMMAND, **wrong}]) == 50035
    assert await raw.refused("PUT", path, [COMMAND, COMMAND]) == 50035
    assert fake.commands == []
    assert (await raw.ask("PUT", path, [COMMAND]))[0] == 200


async def test_a_rate_limit_says_how_long_to_wait(fake: FakeDiscord, raw: Raw) -> None:
    general, other = fake.guild("a").channel("general"), fake.guild("b").channel("other")
    fake.limit("POST", "/channels/*/messages", most=1, per=5)
    hello = {"content": "x"}
    assert (await raw.ask("POST", f"/channels/{general.id}/messages", hello))[0] == 200
    status, answer = await raw.ask("POST", f"/channels/{general.id}/messages", hello)
    assert status == 429
    assert 0 < answer["retry_after"] <= 5
    assert (await raw.ask("POST", f"/channels/{other.id}/messages", hello))[0] == 200


async def test_a_hanging_request_hangs_until_it_is_let_go(fake: FakeDiscord, raw: Raw) -> None:
    hanging = fake.fail("POST", "/users/@me/channels", -1)
    asking = asyncio.ensure_future(raw.ask("POST", "/users/@me/channels", {}))
    await fake.until(lambda: hanging.met, "the request")
    assert not asking.done()
    hanging.release.set()
    with pytest.raises(aiohttp.ClientError):
        await asking


async def test_text_is_for_those_it_is_addressed_to(fake: FakeDiscord, raw: Raw) -> None:
    general = fake.guild().channel("general")
    ann = general.member("Ann")
    async with raw.session.ws_connect(fake.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": TOKEN, "intents": 1 | 1 << 9 | 1 << 12}})
        assert (await socket.receive_json())["t"] == "READY"
        assert (await socket.receive_json())["t"] == "GUILD_CREATE"
        await ann.says("hello all")
        assert (await socket.receive_json())["d"]["content"] == ""
        await ann.says("@bot hello")
        assert (await socket.receive_json())["d"]["content"].endswith("hello")
        await ann.dm().says("psst")
        assert (await socket.receive_json())["d"]["content"] == "psst"


@pytest.mark.parametrize(
    ("identify", "code"),
    [({"token": "wrong", "intents": 1}, 4004), ({"token": TOKEN, "intents": 1 << 15}, 4014)],
)
async def test_a_login_the_gateway_refuses(fake: FakeDiscord, raw: Raw, identify: Json, code: int) -> None:
    async with raw.session.ws_connect(fake.gateway_url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": identify})
        closing = await socket.receive()
        assert closing.data == code


def exchange(fake: FakeDiscord, channel: Channel) -> Exchange:
    made = Exchange(fake.new_id(), 2, channel.state, fake.new_user("Ann"), fake.clock)
    fake.interactions.exchanges[made.token] = made
    return made


def callback(asked: Exchange) -> str:
    return f"/interactions/{asked.id}/{asked.token}/callback"


async def test_the_limit_of_all_requests_leaves_out_interactions(fake: FakeDiscord, raw: Raw) -> None:
    general = fake.guild().channel("general")
    ann = general.member("Ann")
    fake.limit_all(most=2, per=60)
    path = f"/channels/{general.id}/messages"
    statuses = [(await raw.ask("POST", path, {"content": "x"}))[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    exchange = await ann.send(2, {"name": "x"})
    body = {"type": 4, "data": {"content": "still heard"}}
    status, _ = await raw.ask("POST", f"/interactions/{exchange.id}/{exchange.token}/callback", body)
    assert status == 204
    assert exchange.message.text == "still heard"


async def test_ids_carry_the_time_they_were_made(fake: FakeDiscord) -> None:
    first, second = fake.new_id(), fake.new_id()
    fake.advance(1.5)
    third = fake.new_id()
    assert first < second < third
    assert (third >> 22) - (first >> 22) == 1500


async def test_deletions(fake: FakeDiscord, raw: Raw) -> None:
    guild = fake.guild()
    general = guild.channel("general")
    path = f"/channels/{general.id}/messages"
    ids = [str((await raw.ask("POST", path, {"content": str(n)}))[1]["id"]) for n in range(4)]
    theirs = str((await general.member("Ann").says("mine")).id)
    assert await raw.refused("DELETE", f"{path}/{theirs}") == 50013
    assert await raw.refused("DELETE", f"{path}/4711") == 10008
    assert await raw.refused("POST", f"{path}/bulk-delete", {"messages": ids[:2]}) == 50013
    guild.state.roles[guild.state.id].permissions |= PERMISSIONS["manage_messages"]
    for wrong in (ids[:1], [ids[0], ids[0]], [str(n) for n in range(101)]):
        assert await raw.refused("POST", f"{path}/bulk-delete", {"messages": wrong}) == 50035
    assert (await raw.ask("POST", f"{path}/bulk-delete", {"messages": [*ids[:2], theirs]}))[0] == 204
    assert [str(message.id) for message in general.messages] == ids[2:]
    fake.advance(14 * 24 * 3600 + 1)
    assert await raw.refused("POST", f"{path}/bulk-delete", {"messages": ids[2:]}) == 50034
    assert (await raw.ask("DELETE", f"{path}/{ids[2]}"))[0] == 204
