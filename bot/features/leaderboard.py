"""`/leaderboard`: who did best in the quizzes of this chat, from the bot's own rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.actions import Action
from bot.commands import Choice, Command, Feature, Param, ParamKind, PressRequest, Request, Where
from bot.features.rules import rules
from bot.features.scoreboard import LINE_BREAK, medal, shown_name
from bot.features.services import Services
from bot.markup import Markup, bold
from bot.model import Chat
from bot.reply import Button, Heading, Note, Paragraph, Reply
from bot.store import chat_settings, results
from bot.store.results import Leader
from bot.texts import N_, Texts

PERIOD, LISTED = "lp", "lh"
"""The verbs: another period; on or off the lists."""
WEEK, MONTH, ALL = "week", "month", "all"
SHOWN = 10
_SPANS = MappingProxyType({WEEK: timedelta(days=7), MONTH: timedelta(days=30), ALL: None})
_TITLES = MappingProxyType(
    {WEEK: N_("🏅 Best of the week"), MONTH: N_("🏅 Best of the month"), ALL: N_("🏅 Best of all time")}
)
_LABELS = MappingProxyType({WEEK: N_("Week"), MONTH: N_("Month"), ALL: N_("All time")})


class Leaderboard:
    """The handlers of `/leaderboard` and its buttons."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        choices = tuple(Choice(period, N_(period)) for period in _SPANS)
        command = Command(
            "leaderboard",
            N_("The best in this chat's quizzes"),
            self.leaderboard,
            params=(Param("period", ParamKind.CHOICE, N_("week, month or all"), choices=choices),),
            aliases=("leaders", "ranking"),
            where=Where.GROUPS,
            example="month",
        )
        return Feature((command,), {PERIOD: self.pressed, LISTED: self.listed})

    async def leaderboard(self, request: Request) -> Reply:
        """The board for a period: the week when none was named."""
        period = request.value("period").casefold()
        return await self._board(period, request.chat, request.texts, request.now, request.owner)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on another period."""
        period = press.args[0] if press.args else WEEK
        return await self._board(period, press.chat, press.texts, press.now, press.owner, edit=True)

    async def listed(self, press: PressRequest) -> Reply:
        """A press on *Hide or show me*: takes the presser off every leaderboard, or back on."""
        store, texts = self._services.store, press.texts
        if await store.get(results.hidden(press.user)):
            await store.transact(results.show(press.user))
            return Reply(toast=texts.label("You are on leaderboards again."))
        await store.transact(results.hide(press.user))
        return Reply(toast=texts.label("You are on no leaderboard any more. Press again to come back."))

    async def _board(
        self, period: str, chat: Chat, texts: Texts, now: datetime, owner: int | None, *, edit: bool = False
    ) -> Reply:
        period = period if period in _SPANS else WEEK
        span = _SPANS[period]
        since = now - span if span else None
        kept = rules(await self._services.store.get(chat_settings.of_chat(chat)))
        # With a home its quizzes are the whole group's, wherever somebody asks.
        whole = chat.space is not None and bool(kept.quiz_home or kept.posts_home)
        leaders = await self._services.store.get(results.leaders(chat, since, SHOWN, whole=whole))
        title = Heading(texts.say(_TITLES[period]))
        board = Markup(LINE_BREAK.join(_lines(leaders, texts)))
        nobody = texts.say("No quiz was finished here in that time. /quiz starts one.")
        note = (Note(texts.say(_POINTS)),) if leaders else ()
        said = (title, Paragraph(board or nobody), *note)
        others = (
            Button(texts.label(label), Action(PERIOD, (other,), owner))
            for other, label in _LABELS.items()
            if other != period
        )
        hide = Button(texts.label("Hide or show me"), Action(LISTED))
        return Reply(said, ((*others, hide),), edit=edit)


_POINTS = N_("10 points for a right answer, and up to 5 more for a streak.")


def _lines(leaders: list[Leader], texts: Texts) -> Iterator[Markup]:
    for leader in leaders:
        values = {
            "rank": medal(leader.rank, leader.points),
            "name": bold(shown_name(leader.user.name, texts)),
            "points": leader.points,
        }
        if leader.quizzes:
            yield texts.plural(
                "{rank} {name} {points} · {n} quiz",
                "{rank} {name} {points} · {n} quizzes",
                leader.quizzes,
                **values,
            )
        else:  # only questions of the day
            yield texts.say("{rank} {name} {points} · {n} right", n=leader.right, **values)
