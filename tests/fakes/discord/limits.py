"""The limits of messages, components and commands, as Discord documents them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.discord.errors import Form, Refused, empty_message

Json = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15

_NAME = re.compile(r"[-_'\w]{1,32}")
_LINK = re.compile(r"(https?|discord)://\S+")


def check_message(body: Json, *, edit: bool = False) -> None:
    """Raises Refused for a body that Discord would not take."""
    form = Form()
    if body.get("flags", 0) & COMPONENTS_V2:
        raise NotImplementedError("this fake knows only the older components")
    if body.get("content") is not None:
        form.length("content", body["content"], 2000)
    if body.get("nonce") is not None:
        form.length("nonce", str(body["nonce"]), 25)
    _check_embeds(form, body.get("embeds") or [])
    _check_rows(form, body.get("components") or [])
    form.refuse()
    if not edit and not (body.get("content") or body.get("embeds") or body.get("components")):
        raise empty_message()


_EMBED_TEXTS = {"title": 256, "description": 4096}


def _check_embeds(form: Form, embeds: list[Json]) -> None:
    form.count("embeds", embeds, 10)
    total = 0
    for n, embed in enumerate(embeds):
        for name, text, most in _embed_texts(embed):
            total += len(text)
            form.length(f"embeds.{n}.{name}", text, most, 1 if name.startswith("fields") else 0)
        form.count(f"embeds.{n}.fields", embed.get("fields", []), 25)
        if not any(
            embed.get(name) for name in ("title", "description", "fields", "image", "footer", "author")
        ):
            form.wrong(f"embeds.{n}.description", "BASE_TYPE_REQUIRED", "This field is required")
    if total > 6000:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _embed_texts(embed: Json) -> Iterator[tuple[str, str, int]]:
    for name, most in _EMBED_TEXTS.items():
        yield name, embed.get(name) or "", most
    yield "footer.text", embed.get("footer", {}).get("text", ""), 2048
    yield "author.name", embed.get("author", {}).get("name", ""), 256
    for n, field in enumerate(embed.get("fields", [])):
        yield f"fields.{n}.name", field.get("name", ""), 256
        yield f"fields.{n}.value", field.get("value", ""), 1024


def _check_rows(form: Form, rows: list[Json]) -> None:
    form.count("components", rows, 5)
    seen: set[str] = set()
    for n, row in enumerate(rows):
        if row.get("type") != 1:
            form.wrong(f"components.{n}.type", "BASE_TYPE_CHOICES", "Value must be one of {1}.")
            continue
        form.count(f"components.{n}.components", row.get("components", []), 5, 1)
        for m, button in enumerate(row.get("components", [])):
            _check_button(form, f"components.{n}.components.{m}", button, seen)


def _check_button(form: Form, path: str, button: Json, seen: set[str]) -> None:
    if button.get("type") != 2:
        form.wrong(f"{path}.type", "BASE_TYPE_CHOICES", "Value must be one of {2}.")
        return
    form.length(f"{path}.label", button.get("label") or "", 80)
    if not button.get("label") and not button.get("emoji"):
        form.wrong(path, "BUTTON_COMPONENT_INVALID", "A button needs a label or an emoji.")
    if button.get("style") == 5:
        if not _LINK.fullmatch(button.get("url", "")):
            form.wrong(f"{path}.url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    custom_id = button.get("custom_id")
    form.length(f"{path}.custom_id", custom_id, 100, 1)
    if custom_id in seen:
        form.wrong(
            f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        )
    seen.add(str(custom_id))


def check_commands(commands: list[Json]) -> None:
    """Raises Refused for global commands that could not be registered."""
    form = Form()
    form.count("", commands, 100)
    names = [command.get("name") for command in commands]
    for n, command in enumerate(commands):
        _check_command(form, str(n), command)
        if names.count(command.get("name")) > 1:
            form.wrong(f"{n}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique")
    form.refuse()


def _check_command(form: Form, path: str, command: Json) -> None:
    _check_name(form, f"{path}.name", command.get("name"))
    form.length(f"{path}.description", command.get("description"), 100, 1)
    contexts = command.get("contexts")
    if contexts is not None and (not contexts or not set(contexts) <= {0, 1, 2}):
        form.wrong(f"{path}.contexts", "BASE_TYPE_CHOICES", "Value must be one of {0, 1, 2}.")
    installs = command.get("integration_types")
    if installs is not None and (not installs or not set(installs) <= {0, 1}):
        form.wrong(f"{path}.integration_types", "BASE_TYPE_CHOICES", "Value must be one of {0, 1}.")
    _check_options(form, path, command.get("options") or [])
    if sum(map(len, _texts(command))) > 8000:
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _check_options(form: Form, path: str, options: list[Json]) -> None:
    form.count(f"{path}.options", options, 25)
    optional = False
    for n, option in enumerate(options):
        here = f"{path}.options.{n}"
        _check_name(form, f"{here}.name", option.get("name"))
        form.length(f"{here}.description", option.get("description"), 100, 1)
        if option.get("required") and optional:
            form.wrong(
                here,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional = optional or not option.get("required")
        if option.get("autocomplete") and option.get("choices"):
            form.wrong(here, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", "Choices and autocomplete")
        check_choices(form, here, option.get("choices") or [])


def check_choices(form: Form, path: str, choices: list[Json]) -> None:
    form.count(f"{path}.choices", choices, 25)
    for n, choice in enumerate(choices):
        form.length(f"{path}.choices.{n}.name", choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            form.length(f"{path}.choices.{n}.value", choice["value"], 100)


def _check_name(form: Form, path: str, name: Any) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _texts(command: Json) -> Iterator[str]:
    """Everything that counts towards the 8000 characters of a command; the longest translation counts."""
    for name in ("name", "description"):
        versions = [command.get(name, ""), *(command.get(f"{name}_localizations") or {}).values()]
        yield max(versions, key=len)
    yield str(command.get("value", "")) if isinstance(command.get("value"), str) else ""
    for part in (*(command.get("options") or []), *(command.get("choices") or [])):
        yield from _texts(part)


def choices_of(body: Json) -> list[Json]:
    """The choices of an autocomplete answer, checked."""
    form = Form()
    choices = body.get("data", {}).get("choices", [])
    check_choices(form, "data", choices)
    form.refuse()
    return list(choices)


__all__ = ["EPHEMERAL", "LOADING", "Json", "Refused", "check_commands", "check_message", "choices_of"]
