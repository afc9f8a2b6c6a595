"""Where the terminal's lines come from when a person sits at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.adapters.base import Front

ENDINGS = frozenset({"exit", "quit", "/exit", "/quit"})


async def typed(front: Front, history: Path) -> AsyncIterator[str]:
    """The lines a person types, with completion and history, until Ctrl-D, `exit` or `quit`."""
    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), completer=CommandCompleter(front), complete_while_typing=False
    )
    with patch_stdout(raw=True):
        while True:
            try:
                line = await session.prompt_async("› ")
            except (EOFError, KeyboardInterrupt):
                return
            if line.strip().casefold() in ENDINGS:
                return
            yield line


class CommandCompleter(Completer):
    """Completes commands after `/`, and their parameters as Discord would."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 - the name is prompt_toolkit's
    ) -> Iterable[Completion]:
        """What may follow what stands before the cursor."""
        text = document.text_before_cursor.lstrip()
        word, space, rest = text.partition(" ")
        if not text.startswith("/"):
            return
        if not space:
            for command in self._front.registry:
                if f"/{command.name}".startswith(word):
                    yield Completion(f"/{command.name} ", start_position=-len(word))
            return
        named = self._front.registry.find(word[1:])
        for param in named.params[:1] if named else ():
            for choice in self._front.complete(word[1:], param, rest):
                yield Completion(choice.value, start_position=-len(rest), display=choice.label)
