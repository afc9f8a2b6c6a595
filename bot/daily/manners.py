"""How a chat wants to be treated by what it did not ask for, as its settings say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.daily.calendar import Quiet

QUIET, SOUND, POSTS_HOME = "quiet", "sound", "posts-home"
"""The keys of the settings."""
ON, OFF = "on", "off"
NEVER_QUIET = Quiet(0, 0)
USUAL = Quiet()
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Manners:
    """quiet: when nothing late or unplanned is posted; loud: whether posts may make a sound."""

    quiet: Quiet = USUAL
    loud: bool = False


def manners(kept: Mapping[str, str]) -> Manners:
    """Reads what is kept; a value that nobody can read (any more) counts as never set."""
    return Manners(_quiet(kept.get(QUIET, "")), kept.get(SOUND) == ON)


def kept_quiet(quiet: Quiet) -> str:
    """The text that is kept: `22-8`, or `off`."""
    return OFF if quiet.start == quiet.end else f"{quiet.start}-{quiet.end}"


def _quiet(text: str) -> Quiet:
    if text == OFF:
        return NEVER_QUIET
    match = _HOURS.fullmatch(text)
    hours = (int(match[1]), int(match[2])) if match else (24, 24)
    return Quiet(*hours) if max(hours) < 24 else USUAL
