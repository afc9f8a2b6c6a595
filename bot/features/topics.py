"""Topics by whatever people call them."""

from __future__ import annotations

from bot.library.library import Library
from bot.library.normalise import fold, key
from bot.library.schema import Topic


def find_topic(library: Library, wanted: str) -> Topic | None:
    """The topic of that id, name or alias, or whose name begins so."""
    word = key(fold(wanted))
    if not word:
        return None
    named = [(key(fold(name)), t) for t in library.topics.values() for name in (t.id, t.name, *t.aliases)]
    exact = (topic for name, topic in named if name == word)
    begins = (topic for name, topic in named if len(word) > 2 and name.startswith(word))
    return next(exact, None) or next(begins, None)
