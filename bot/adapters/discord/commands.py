"""Slash commands out of the core's records, registered with Discord only when they changed."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from bot.adapters.base import Notebook
from bot.commands import Choice, Command, Param, ParamKind, Registry, Where
from bot.texts import Catalogue

Interaction = discord.Interaction[Any]
Invoke = Callable[[Interaction, Command, Mapping[str, str]], Awaitable[None]]
Complete = Callable[[str, Param, str], Sequence[Choice]]

_COMPLETED = {ParamKind.TERM, ParamKind.TOPIC}
_MAX_CHOICE = 100
_MAX_CHOICES = 25
"""https://discord.com/developers/docs/interactions/application-commands#application-command-object"""
_NOTE = "discord.commands"

# Every field is written out: one that is unset does not restrict, whatever decorator leaves it so.
_CONTEXTS = {
    Where.EVERYWHERE: app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    Where.GROUPS: app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    Where.PRIVATE: app_commands.AppCommandContext(guild=False, dm_channel=True, private_channel=False),
}
_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)


class CatalogueTranslator(app_commands.Translator):
    """Descriptions in the languages of the catalogue; names are the same everywhere."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002
    ) -> str | None:
        """The text in that language; None when it is the same as the original."""
        translated = self._catalogue.texts(str(locale)).label(string.message)
        return translated if translated != string.message else None


def add_commands(
    tree: app_commands.CommandTree[Any], registry: Registry, invoke: Invoke, complete: Complete
) -> None:
    """Gives the tree one application command a record."""
    for command in registry:
        tree.add_command(_application_command(command, invoke, complete))


async def sync_if_changed(tree: app_commands.CommandTree[Any], notebook: Notebook) -> bool:
    """Registers the commands if they are not what was registered last; whether it did.

    Registering costs a request and counts against a daily limit, so a restart does not.
    """
    digest = await _digest(tree)
    if await notebook.read(_NOTE) == digest:
        return False
    await tree.sync()
    await notebook.write(_NOTE, digest)
    return True


async def _digest(tree: app_commands.CommandTree[Any]) -> str:
    """What stands for the commands in all languages, and for the application they belong to."""
    translator = tree.translator
    if translator is None:
        payload = [command.to_dict(tree) for command in tree.get_commands()]
    else:
        payload = [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
    text = json.dumps([tree.client.application_id, payload], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _application_command(
    command: Command, invoke: Invoke, complete: Complete
) -> app_commands.Command[Any, ..., None]:
    callback = _callback(command, invoke)
    for decorate in _decorators(command, complete):
        callback = decorate(callback)
    return app_commands.Command(
        name=command.name,
        description=app_commands.locale_str(command.description),
        callback=callback,
        allowed_contexts=_CONTEXTS[command.where],
        allowed_installs=_INSTALLS,
        auto_locale_strings=False,
    )


def _callback(command: Command, invoke: Invoke) -> Any:
    """A callback with the signature discord.py reads types and requirements from.

    Its parameters are numbered, since an option's name (`from`) need not be a name in Python.
    """
    names = {f"p{n}": param.name for n, param in enumerate(command.params)}

    async def callback(interaction: Interaction, **given: str | None) -> None:
        values = {names[name]: value for name, value in given.items() if value}
        await invoke(interaction, command, values)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    callback.__signature__ = inspect.Signature([first, *_signature(command)])  # type: ignore[attr-defined]
    return callback


def _signature(command: Command) -> Iterator[inspect.Parameter]:
    for n, param in enumerate(command.params):
        default = inspect.Parameter.empty if param.required else None
        annotation = str if param.required else str | None
        yield inspect.Parameter(
            f"p{n}", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )


def _decorators(command: Command, complete: Complete) -> Iterator[Callable[[Any], Any]]:
    params = {f"p{n}": param for n, param in enumerate(command.params)}
    if command.admin:
        yield app_commands.default_permissions(manage_guild=True)
    if not params:
        return
    yield app_commands.describe(**{n: app_commands.locale_str(p.description) for n, p in params.items()})
    yield app_commands.rename(**{n: p.name for n, p in params.items()})
    yield app_commands.choices(**{n: _choices(p.choices) for n, p in params.items() if p.choices})
    completed = {n: p for n, p in params.items() if p.kind in _COMPLETED and not p.choices}
    yield app_commands.autocomplete(**{n: _completer(command, p, complete) for n, p in completed.items()})


def _completer(command: Command, param: Param, complete: Complete) -> Any:
    async def completer(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _choices(complete(command.name, param, typed))

    return completer


def _choices(choices: Sequence[Choice]) -> list[app_commands.Choice[str]]:
    """As many as Discord shows. A value that is too long could not be sent back, so it is not offered."""
    fitting = [choice for choice in choices if 0 < len(choice.value) <= _MAX_CHOICE]
    return [
        app_commands.Choice(name=(choice.label or choice.value)[:_MAX_CHOICE], value=choice.value)
        for choice in fitting[:_MAX_CHOICES]
    ]
