"""`/privacy`, `/mydata` and `/forgetme`: what is kept and why, all of it as a file, and an end to it."""

from __future__ import annotations

import json
from datetime import date, datetime

from bot.actions import Action
from bot.commands import Command, Feature, PressRequest, Request
from bot.features.practice import owner_of
from bot.features.practice_views import private
from bot.features.services import Services
from bot.forgetting import Personal
from bot.learning import codec
from bot.markup import Markup
from bot.reply import Bullets, Button, File, Heading, Note, Paragraph, Reply, Visibility
from bot.store.backup import KEPT
from bot.store.learners import name_of
from bot.texts import N_, Texts

DATA, ASK, FORGET, KEEP = "md", "fa", "fm", "fk"
"""The verbs: my data; forget me; yes, delete it; no, keep it."""
FILE = "whatis-bot-data.json"
_EXPLAINED = (
    "Everything whatis-bot keeps about you. Each list is a table of its database; times are in UTC. "
    "`record` is what is worked out from `learning_events`: points, mastery, streak."
)


class Privacy:
    """The handlers of the three commands and their buttons."""

    def __init__(self, services: Services, kept: Personal) -> None:
        self._services = services
        self._kept = kept

    def feature(self) -> Feature:
        """What this module adds."""
        hidden = Visibility.PRIVATE
        commands = (
            Command("privacy", N_("What I keep about you, and why"), self.privacy, visibility=hidden),
            Command("mydata", N_("All I keep about you, as a file"), self.mydata, visibility=hidden),
            Command("forgetme", N_("Delete all I keep about you"), self.forgetme, visibility=hidden),
        )
        presses = {DATA: self.data, ASK: self.ask, FORGET: self.forget, KEEP: self.keep}
        return Feature(commands, presses)

    async def privacy(self, request: Request) -> Reply:
        """In plain words."""
        texts, owner = request.texts, owner_of(request)
        data = Button(texts.label("My data"), Action(DATA, (), owner))
        forget = Button(texts.label("Forget me"), Action(ASK, (), owner))
        said = (Heading(texts.say("🔒 What I keep, and why")), Bullets(_kept_lines(texts)), *_rest(texts))
        return private(said, ((data, forget),), edit=False)

    async def mydata(self, request: Request) -> Reply:
        """All of it, as a file."""
        return await self._data(request)

    async def data(self, press: PressRequest) -> Reply:
        """A press on *My data*."""
        return await self._data(press)

    async def forgetme(self, request: Request) -> Reply:
        """Asks once."""
        return await self._sure(request, edit=False)

    async def ask(self, press: PressRequest) -> Reply:
        """A press on *Forget me*: asks once."""
        return await self._sure(press, edit=False)

    async def forget(self, press: PressRequest) -> Reply:
        """A press on *Delete it all*."""
        await self._kept.forget(press.user, press.chat)
        texts = press.texts
        done = Paragraph(
            texts.say("Done. I know nothing about you any more. Thank you for learning with me.")
        )
        return private((done, _backups(texts)), (), edit=True)

    async def keep(self, press: PressRequest) -> Reply:
        """A press on *Keep it*."""
        return private((Paragraph(press.texts.say("Nothing was deleted.")),), (), edit=True)

    async def _data(self, asked: Request | PressRequest) -> Reply:
        texts = asked.texts
        _, record = await self._services.learners.record(asked.user)
        accounts, rows = await self._kept.everything(asked.user, asked.chat)
        rows.pop("records", None)
        found = {
            "about": _EXPLAINED,
            "made_at": asked.now,
            "accounts": [name_of(account) for account in accounts],
            "record": json.loads(codec.encode(record)),
            **rows,
        }
        content = json.dumps(found, ensure_ascii=False, indent=1, default=_plain).encode()
        said = Paragraph(texts.say("All I keep about you, as JSON. Any text editor opens it."))
        return private((said, File(FILE, content)), (), edit=False)

    async def _sure(self, asked: Request | PressRequest, *, edit: bool) -> Reply:
        texts, owner = asked.texts, owner_of(asked)
        learner, _ = await self._services.learners.record(asked.user)
        said = [
            Paragraph(
                texts.say(
                    "This deletes your progress, answers, results, reports and settings, for good. Quizzes "
                    "that run go on; your answers in them stay without your name."
                )
            )
        ]
        if len(learner.accounts) > 1:
            said.append(
                Paragraph(texts.say("You have linked accounts: it deletes all of this on each of them."))
            )
        sure = Button(texts.label("Delete it all"), Action(FORGET, (), owner))
        keep = Button(texts.label("Keep it"), Action(KEEP, (), owner))
        return private(tuple(said), ((sure, keep),), edit=edit)


def _kept_lines(texts: Texts) -> tuple[Markup, ...]:
    return (
        texts.say("**Your id and name on this platform**: to name you in quizzes, and know you again."),
        texts.say("**Terms you looked up, questions you answered, steps you took**, each with its time: to "
                  "know what you have learnt, and what to ask you next."),
        texts.say("**Results of quizzes**: for the leaderboard of the chat you played in. One press takes "
                  "you off it."),
        texts.say("**What you chose**: time zone, reminders, linked accounts, daily tips, channels you let "
                  "me into, what you set for a group."),
        texts.say("**Reports and suggestions you sent**: so that the authors can mend things."),
    )  # fmt: skip


def _rest(texts: Texts) -> tuple[Paragraph | Note, ...]:
    never = texts.say(
        "**Never**: what people write in chats, who is in a group, or anything for advertising. A word I did "
        "not know is noted without who asked, or where. Nothing is handed on to anybody."
    )
    return Paragraph(never), _backups(texts)


def _backups(texts: Texts) -> Note:
    return Note(
        texts.say(
            "Backups are kept {n} days, then deleted. Should one be restored, those who asked to be "
            "forgotten are forgotten again; for that I keep a mark from which nobody can read who they were.",
            n=KEPT.days,
        )
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON")
