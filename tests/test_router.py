"""The router's own rules: permissions, old buttons, the one error boundary, welcomes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import cast

import pytest
import structlog.testing

from bot.actions import Action
from bot.adapters.base import Adapter
from bot.cleanup import Cleaner
from bot.commands import Command, Feature, Param, ParamKind, PressRequest, Registry, Request, Where
from bot.floodgate import CAPACITY, Floodgate
from bot.metrics import Metrics
from bot.model import (
    Addressed,
    Chat,
    ChatKind,
    Invocation,
    Joined,
    Left,
    Message,
    Migrated,
    Platform,
    Press,
    User,
    Vote,
)
from bot.prompts import Prompts
from bot.recent import Recent
from bot.reply import Paragraph, Reply, Visibility, plain_text
from bot.roster import Roster
from bot.router import Router
from bot.schedule import Scheduler
from bot.store.store import Store
from bot.texts import Catalogue
from tests.conftest import Clock
from tests.core import core

ANN = User(Platform.TELEGRAM, 1, "Ann")
GROUP = Chat(Platform.TELEGRAM, -5, ChatKind.GROUP, "Learners")
PRIVATE = Chat(Platform.TELEGRAM, 1, ChatKind.PRIVATE, "Ann")


async def fine(request: Request) -> Reply:
    return Reply((Paragraph(f"fine {request.value('x')}".strip()),))


async def silent(_request: Request) -> None:
    """What it does shows itself elsewhere."""


async def broken(request: Request) -> Reply:
    raise RuntimeError(f"secret of {request.user.name}")


async def pressed(press: PressRequest) -> Reply:
    match press.args:
        case ("break",):
            raise RuntimeError("secret")
        case ("whisper",):
            return Reply(toast="A *word*.")
        case ("nothing",):
            return Reply()
    return Reply((Paragraph(f"own: {press.own}"),), edit=True)


COMMANDS = (
    Command("fine", "Fine", fine, (Param("x", ParamKind.TEXT, "Anything"),)),
    Command("asks", "Asks", fine, (Param("x", ParamKind.TEXT, "Anything", prompt="What?"),), example="this"),
    Command("broken", "Broken", broken),
    Command("silent", "Silent", silent, visibility=Visibility.PRIVATE),
    Command("start", "Hello", fine),
    Command("admins", "For admins", fine, admin=True),
    Command("groups", "In groups", fine, where=Where.GROUPS),
    Command("alone", "In private", fine, where=Where.PRIVATE),
    Command("secret", "Private", fine, visibility=Visibility.PRIVATE),
    Command("owners", "For owners", fine, owner=True),
)


class Admins:
    """A platform that knows one admin."""

    async def is_admin(self, chat: Chat, user: User) -> bool:
        return user.name == "Boss"


@pytest.fixture
def votes() -> list[Vote]:
    return []


@pytest.fixture
def router(store: Store, clock: Clock, votes: list[Vote]) -> Router:
    async def asked(request: Request) -> Reply | None:
        return Reply((Paragraph(f"asked {request.value('term')}"),))

    async def voted(vote: Vote) -> None:
        votes.append(vote)

    async def welcome(event: Joined, texts: object, now: object) -> Reply | None:
        return Reply((Paragraph("welcome"),))

    async def lost(event: Left) -> None:
        """Nothing else is kept of a chat here."""

    platforms = cast("Mapping[Platform, Adapter]", {Platform.TELEGRAM: Admins()})
    recent = Recent()
    return Router(
        Registry([Feature(COMMANDS, {"p": pressed})]),
        catalogue=Catalogue({}),
        clock=clock,
        prompts=Prompts(store, clock),
        recent=recent,
        cleaner=Cleaner(store, platforms, recent, Scheduler(store, clock), clock=clock),
        roster=Roster(store, clock),
        platforms=platforms,
        asked=asked,
        welcome=welcome,
        lost=lost,
        complete=lambda param, typed: (),
        voted=voted,
        owners=frozenset({(Platform.TELEGRAM, 1)}),
        floodgate=Floodgate(),
        metrics=Metrics(),
    )


def message(text: str, chat: Chat = GROUP, user: User = ANN, how: Addressed = Addressed.COMMAND) -> Message:
    return Message(user, chat, 7, text, how)


async def said(router: Router, event: object) -> str:
    reply = await router.respond(event)  # type: ignore[arg-type]
    return "" if reply is None else plain_text(reply) or reply.toast


async def test_a_broken_handler_gives_a_number_that_stands_in_the_log(router: Router) -> None:
    with structlog.testing.capture_logs() as log:
        heard = await said(router, message("/broken"))
    (entry,) = [line for line in log if line["event"] == "handler failed"]
    assert entry["reference"] in heard
    assert "secret" not in heard
    assert "Traceback" not in heard


async def test_a_press_whose_handler_breaks_is_still_acknowledged(router: Router) -> None:
    reply = await router.respond(Press(ANN, GROUP, 3, Action("p", ("break",), 1).encode()))
    assert reply is not None
    assert reply.toast.startswith("Something went wrong")


@pytest.mark.parametrize("data", ["", "v0|old", "1zzz_", "1p_\U0001f600_", "1p" + "x" * 80])
async def test_an_old_or_made_up_button_is_answered_politely(router: Router, data: str) -> None:
    assert "older version" in await said(router, Press(ANN, GROUP, 3, data))


async def test_only_the_owner_edits(router: Router) -> None:
    mine = Action("p", (), ANN.id).encode()
    bob = User(Platform.TELEGRAM, 2, "Bob")
    own = await router.respond(Press(ANN, GROUP, 3, mine))
    copy = await router.respond(Press(bob, GROUP, 3, mine))
    alone = await router.respond(Press(bob, PRIVATE, 3, Action("p").encode()))
    assert own is not None
    assert own.edit
    assert own.visibility is Visibility.PUBLIC
    assert copy is not None
    assert not copy.edit
    assert copy.visibility is Visibility.PRIVATE
    assert alone is not None
    assert alone.edit


async def test_admins_only(router: Router) -> None:
    boss = User(Platform.TELEGRAM, 9, "Boss")
    assert "Only an admin" in await said(router, message("/admins"))
    assert await said(router, message("/admins", user=boss)) == "fine"
    assert await said(router, message("/admins", PRIVATE)) == "fine", "alone one is one's own admin"


async def test_owners_only_and_in_no_menu(router: Router) -> None:
    bob = User(Platform.TELEGRAM, 2, "Bob")
    assert await said(router, message("/owners")) == "fine"
    assert "for the owners" in await said(router, message("/owners", user=bob))
    assert "owners" not in [command.name for command in router.registry]


async def test_a_command_in_the_wrong_place_says_where_it_works(router: Router) -> None:
    assert "works in a group" in await said(router, message("/groups", PRIVATE))
    assert "works in our private chat" in await said(router, message("/alone", GROUP))


async def test_a_private_commands_answer_is_private(router: Router) -> None:
    reply = await router.respond(Invocation(ANN, GROUP, "secret"))
    assert reply is not None
    assert reply.visibility is Visibility.PRIVATE


async def test_an_unknown_command_is_a_slip_in_private_and_somebody_elses_in_a_group(router: Router) -> None:
    assert "I don't know /foo" in await said(router, message("/foo bar", PRIVATE))
    assert await router.respond(message("/foo bar")) is None


async def test_a_mistyped_command_is_asked_back(router: Router) -> None:
    assert "Did you mean /secret?" in await said(router, message("/secrte", PRIVATE))
    assert "/help lists" in await said(router, message("/zzz", PRIVATE))


async def test_the_next_reply_completes_what_was_asked(router: Router) -> None:
    asked = await router.respond(message("/asks"))
    assert asked is not None
    assert asked.ask is not None
    assert asked.ask.placeholder == "this"
    assert await said(router, message("it", how=Addressed.MENTION)) == "asked it", (
        "not a reply to the question"
    )
    assert await said(router, message("it", how=Addressed.REPLY)) == "fine it"
    assert await said(router, message("it", how=Addressed.REPLY)) == "asked it", "once only"


async def test_a_beginner_types_no_slash(router: Router) -> None:
    assert await said(router, message("Fine", PRIVATE, how=Addressed.PRIVATE)) == "fine"
    assert await said(router, message("fine weather", PRIVATE, how=Addressed.PRIVATE)) == "asked fine weather"


async def test_another_command_ends_the_waiting(router: Router) -> None:
    await router.respond(message("/asks", PRIVATE))
    await router.respond(message("/fine", PRIVATE))
    assert await said(router, message("it", PRIVATE, how=Addressed.PRIVATE)) == "asked it"


async def test_a_flood_of_presses_is_acknowledged_in_silence(router: Router) -> None:
    data = Action("p").encode()
    heard = [await said(router, Press(ANN, PRIVATE, 3, data)) for _ in range(CAPACITY + 3)]
    assert heard[CAPACITY].startswith("That was a lot")
    assert heard[CAPACITY + 1 :] == ["", ""]


async def test_news_of_chats(router: Router) -> None:
    assert await said(router, Joined(GROUP, ANN)) == "welcome"
    assert await router.respond(Left(GROUP, "kicked")) is None
    assert await router.respond(Migrated(Platform.TELEGRAM, -5, -100)) is None


@pytest.fixture
async def whole(tmp_path: Path, clock: Clock) -> AsyncIterator[Router]:
    async with core(tmp_path, clock) as (built, _, _):
        yield built.router


async def test_a_group_is_welcomed_once_with_the_choice_of_privacy_mode(whole: Router) -> None:
    first = await said(whole, Joined(GROUP, ANN))
    assert "/whatis rag" in first
    assert "privacy mode" in first
    assert await whole.respond(Joined(GROUP, ANN)) is None
    discord = Chat(Platform.DISCORD, 5, ChatKind.GROUP, "general")
    assert "privacy mode" not in await said(whole, Joined(discord))


async def test_a_link_does_what_a_button_does(whole: Router) -> None:
    payload = Action("w", ("rag", "deep")).encode()
    linked = await whole.respond(message(f"/start {payload}", PRIVATE))
    assert linked is not None
    assert not linked.edit
    assert "Retrieval-augmented generation" in plain_text(linked)
    assert "Hello" in await said(whole, message("/start nonsense", PRIVATE))


async def test_a_link_says_aloud_what_a_press_whispers_and_is_silent_where_a_press_is(router: Router) -> None:
    async def linked(arg: str) -> str:
        return await said(router, message(f"/start {Action('p', (arg,)).encode()}", PRIVATE))

    assert await linked("whisper") == "A *word*."
    assert await linked("nothing") == ""
    assert await linked("else") == "own: True"
    unknown = Action("zz", ()).encode()
    assert await said(router, message(f"/start {unknown}", PRIVATE)) == "fine"


async def test_a_command_may_answer_with_silence(router: Router) -> None:
    assert await router.respond(message("/silent")) is None


async def test_a_vote_goes_to_whoever_counts_them(router: Router, votes: list[Vote], clock: Clock) -> None:
    vote = Vote(ANN, "poll", 2, clock())
    assert await router.respond(vote) is None
    assert votes == [vote]
