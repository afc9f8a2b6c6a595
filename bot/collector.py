"""When Python looks for objects that only refer to each other, which takes a third of a start if unguided."""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
_MADE_BY_A_START = 1_000_000
"""Objects. A start makes fewer, so nothing is looked at; a command that makes more is still kept small."""


def starting() -> None:
    """What is imported and read from now on stays for good: hardly ever look."""
    gc.set_threshold(_MADE_BY_A_START)


def started() -> None:
    """From now on objects come and go: look as usual, but never again at what is there already."""
    gc.freeze()
    gc.set_threshold(*_USUAL)
