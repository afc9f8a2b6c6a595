"""The one secret of an installation: it turns codes and people into marks that nobody can turn back.

It lies beside the database, not in it, so that whoever finds a backup cannot find out who was forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

KEY_FILE, FORGOTTEN_FILE = "secret.key", "forgotten.txt"
_BYTES = 32


class Keyring:
    """Makes marks. With a folder, also remembers those of the forgotten, should the database be lost."""

    def __init__(self, key: bytes, folder: Path | None = None) -> None:
        self._key = key
        self._folder = folder

    def mark(self, purpose: str, text: str) -> str:
        """64 characters, always the same for the same purpose and text (HMAC-SHA-256)."""
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()

    def note_forgotten(self, marks: Iterable[str], at: datetime) -> None:
        """Adds marks to the list beside the database; returns when they are on the disk."""
        if self._folder is None:
            return
        with (self._folder / FORGOTTEN_FILE).open("a", encoding="ascii") as file:
            file.writelines(f"{mark} {at.isoformat()}\n" for mark in marks)
            file.flush()
            os.fsync(file.fileno())

    def noted(self) -> dict[str, datetime]:
        """The marks on that list, with when each was added last."""
        if self._folder is None or not (self._folder / FORGOTTEN_FILE).exists():
            return {}
        lines = (self._folder / FORGOTTEN_FILE).read_text("ascii").split("\n")
        found = (line.split(" ") for line in lines if line.count(" ") == 1)
        return {mark: datetime.fromisoformat(at) for mark, at in found}


def open_keyring(folder: Path) -> Keyring:
    """The keyring of a data directory; its key is made at the first use, readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEY_FILE
    if not path.exists():
        made = folder / f"{KEY_FILE}.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_bytes(secrets.token_bytes(_BYTES))
        try:
            os.link(made, path)  # of two that start at once, one is first and the other takes its key
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return Keyring(path.read_bytes(), folder)
