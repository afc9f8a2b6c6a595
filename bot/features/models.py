"""`/models`: the X-to-Y catalogue. Which kind of model turns what into what, and who makes one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.actions import Action
from bot.commands import Choice, Command, Feature, Param, ParamKind, PressRequest, Request
from bot.features.definition import STANDARD, show, wrong
from bot.features.services import Services
from bot.library.normalise import fold, key
from bot.library.schema import Modality, Model, ModelKind, Status
from bot.markup import Markup, bold, escape
from bot.reply import Block, Bullets, Button, Buttons, Heading, Note, Paragraph, Reply, grid
from bot.texts import N_, Texts

KINDS, TOOL = "m", "mt"
"""The verbs of a list of models and of one model."""
PAGE = 5
ANY = ""

_CHOICES = tuple(Choice(m.value, m.value) for m in Modality)
_WORDS = {
    "picture": "image", "photo": "image", "art": "image", "drawing": "image",
    "film": "video", "movie": "video",
    "voice": "speech", "song": "music", "sound": "audio", "program": "code", "table": "data",
    "3-d": "3d", "mesh": "3d", "agent": "action", "words": "text", "prompt": "text",
}  # fmt: skip
"""What people say for a modality."""
_WORD = re.compile(r"[a-z0-9-]+")
_FILLER = re.compile(r"\b(?:to|into|from|and|2|models?|for|the|a)\b|->|→")


class Models:
    """The handlers of `/models` and its buttons."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def feature(self) -> Feature:
        """What this module adds."""
        command = Command(
            "models",
            N_("Which AI turns what into what"),
            self.models,
            params=(
                Param("input", ParamKind.CHOICE, N_("What goes in"), choices=_CHOICES),
                Param("output", ParamKind.CHOICE, N_("What comes out"), choices=_CHOICES),
            ),
            aliases=("model",),
            split=self.split,
            example="text image",
        )
        return Feature((command,), {KINDS: self.pressed, TOOL: self.tool})

    def split(self, text: str) -> Mapping[str, str]:
        """`text to image`, `image`, `text-to-image`, or the name of a model."""
        words = _WORD.findall(_FILLER.sub(" ", text.casefold().replace("-", " ")))
        found = [modality for modality in map(_modality, words) if modality]
        if not found or len(found) != len(words):
            return {"name": text} if text else {}
        return {"output": found[0]} if len(found) == 1 else {"input": found[0], "output": found[1]}

    async def models(self, request: Request) -> Reply:
        """A list, a kind, or one model by its name."""
        if name := request.value("name"):
            return self._named(name, request.texts, request.owner)
        return self._list(request.value("input"), request.value("output"), 0, request.texts, request.owner)

    async def pressed(self, press: PressRequest) -> Reply:
        """A press on a kind, or on *More*."""
        source, target, page = (*press.args, "", "", "")[:3]
        if not {source, target} <= {ANY, *Modality} or not (page or "0").isdecimal():
            return Reply(toast=press.texts.label("That list is gone. Try /models."))
        return self._list(source, target, int(page or 0), press.texts, press.owner, edit=True)

    async def tool(self, press: PressRequest) -> Reply:
        """A press on one model."""
        model = self._services.library.models.get(press.args[0] if press.args else "")
        if model is None:
            return Reply(toast=press.texts.label("That entry is gone. Try /models."))
        return self.one(model, press.texts, press.owner, edit=True)

    def _list(
        self, source: str, target: str, page: int, texts: Texts, owner: int | None, *, edit: bool = False
    ) -> Reply:
        kinds = self._kinds(source, target)
        if not source and not target:
            return self._overview(texts, owner, edit=edit)
        if not kinds:
            return self._none(source, target, texts, owner, edit=edit)
        if len(kinds) > 1:
            return _choose(kinds, source, target, texts, owner, edit=edit)
        return self.kind(kinds[0], page, texts, owner, edit=edit)

    def _kinds(self, source: str, target: str) -> list[ModelKind]:
        kinds = self._services.library.kinds.values()
        return [k for k in kinds if source in (ANY, k.input) and target in (ANY, k.output)]

    def _overview(self, texts: Texts, owner: int | None, *, edit: bool) -> Reply:
        outputs = dict.fromkeys(kind.output for kind in self._services.library.kinds.values())
        said = (
            Heading(texts.say("What do you want to make?")),
            Note(texts.say("Or say it in words: /models text image, /models midjourney")),
        )
        choices = [Button(o.value.capitalize(), Action(KINDS, (ANY, o.value), owner)) for o in outputs]
        return Reply(said, grid(choices, per_row=3), edit=edit)

    def _none(self, source: str, target: str, texts: Texts, owner: int | None, *, edit: bool) -> Reply:
        said = texts.say("I know no model that turns {source} into {target}.", source=source, target=target)
        return Reply((Paragraph(said),), self._overview(texts, owner, edit=False).buttons, edit=edit)

    def kind(
        self, kind: ModelKind, page: int, texts: Texts, owner: int | None, *, edit: bool = False
    ) -> Reply:
        """The models of a kind, a page at a time."""
        models = self._services.library.models_of(kind.input, kind.output)
        shown = models[page * PAGE : (page + 1) * PAGE]
        head: tuple[Block, ...] = (Heading(escape(kind.name)),)
        if page == 0:
            head = (*head, Paragraph(kind.line))
        dates = [model.as_of for model in shown]
        foot = (Note(texts.say("Checked {day}", day=min(dates))),) if dates else ()
        said = (*head, Bullets(tuple(_line(model, texts) for model in shown)), *foot)
        tools = [Button(m.name[:38], Action(TOOL, (m.id,), owner)) for m in shown]
        return Reply(
            said, (*grid(tools, 3)[:3], self._turn(kind, page, len(models), texts, owner)), edit=edit
        )

    def _turn(
        self, kind: ModelKind, page: int, total: int, texts: Texts, owner: int | None
    ) -> tuple[Button, ...]:
        """The last row: further pages, and the way back."""
        pair = (kind.input.value, kind.output.value)
        row = [Button(texts.label("All kinds"), Action(KINDS, (), owner))]
        if page > 0:
            row.append(Button(texts.label("Back"), Action(KINDS, (*pair, str(page - 1)), owner)))
        if (page + 1) * PAGE < total:
            row.append(Button(texts.label("More"), Action(KINDS, (*pair, str(page + 1)), owner)))
        return tuple(row)

    def _named(self, name: str, texts: Texts, owner: int | None) -> Reply:
        wanted = key(fold(name))
        models = self._services.library.models.values()
        exact = [m for m in models if wanted in {key(fold(n)) for n in (m.name, *m.aliases)}]
        near = exact or [m for m in models if len(wanted) > 2 and key(fold(m.name)).startswith(wanted)]
        if len(near) == 1:
            return self.one(near[0], texts, owner)
        if near:
            said = Paragraph(texts.say("Which one do you mean?"))
            return Reply((said,), grid([Button(m.name, Action(TOOL, (m.id,), owner)) for m in near[:10]]))
        said = Paragraph(texts.say("I know no model called “{name}”.", name=name[:60]))
        return Reply((said,), self._overview(texts, owner, edit=False).buttons)

    def one(self, model: Model, texts: Texts, owner: int | None, *, edit: bool = False) -> Reply:
        """A model by itself."""
        today = self._services.today()
        term = self._services.library.term(model.term) if model.term else None
        explain = (Button(texts.label("Explain"), show(term, STANDARD, owner)),) if term else ()
        first = Action(KINDS, (model.inputs[0].value, model.outputs[0].value), owner)
        alike = Button(texts.label("Others like it"), first)
        return Reply(
            card(model, texts, today), ((*explain, alike), (wrong("model", model.id, texts),)), edit=edit
        )


def card(model: Model, texts: Texts, today: date) -> tuple[Block, ...]:
    """All that is known of one model."""
    made = texts.say(
        "{inputs} → {outputs} · {maker}, since {year}",
        inputs=", ".join(model.inputs),
        outputs=", ".join(model.outputs),
        maker=model.maker,
        year=model.released,
    )
    facts = [
        made,
        texts.say("{openness}, licence: {licence}", openness=model.openness, licence=model.licence),
    ]
    if status := _status(model, texts):
        facts.append(status)
    if model.note:
        facts.append(Markup(model.note))
    link = Markup(f"[{escape(model.source.title)}]({model.source.url})")
    checked = texts.say("Checked {day} · {source}", day=model.as_of, source=link)
    if model.review_by < today:
        checked = texts.say("⚠️ Checked {day}, due for review · {source}", day=model.as_of, source=link)
    return (Heading(escape(model.name)), Paragraph(model.line), Bullets(tuple(facts)), Note(checked))


def _line(model: Model, texts: Texts) -> Markup:
    year = str(model.released)[:4]
    said = Markup(f"{bold(model.name)} · {escape(model.maker)} · {year}")
    status = _status(model, texts)
    return Markup(f"{said} ({status})") if status else said


def _status(model: Model, texts: Texts) -> Markup:
    match model.status:
        case Status.RETIRED:
            said = texts.say("retired")
        case Status.SUPERSEDED:
            said = texts.say("superseded")
        case Status.RESEARCH:
            said = texts.say("research only")
        case _:
            return Markup("")
    if model.successor:
        return Markup(f"{said} → {escape(model.successor)}")
    return said


def _choose(
    kinds: Sequence[ModelKind], source: str, target: str, texts: Texts, owner: int | None, *, edit: bool
) -> Reply:
    asked = texts.say("From what?") if target else texts.say("Into what?")
    name = escape((target or source).capitalize())
    back = Button(texts.label("All kinds"), Action(KINDS, (), owner))
    choices: Buttons = grid(
        [Button(k.name[:38], Action(KINDS, (k.input.value, k.output.value), owner)) for k in kinds]
    )
    return Reply((Heading(name), Paragraph(asked)), (*choices[:4], (back,)), edit=edit)


def _modality(word: str) -> str:
    singular = word[:-1] if word.endswith("s") and word[:-1] in {*Modality, *_WORDS} else word
    return _WORDS.get(singular, singular if singular in set(Modality) else "")
