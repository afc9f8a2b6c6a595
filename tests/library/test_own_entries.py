"""The example of a community's own entries, as the README points to it."""

from __future__ import annotations

from pathlib import Path

from bot.library.load import content_root, load

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "own-entries"


def test_the_example_is_laid_over_the_shipped_content() -> None:
    loaded = load(content_root(), EXAMPLE)
    books = loaded.library
    assert [str(p) for p in loaded.problems if "own-entries" in str(p)] == []
    assert books.search.find("prompt clinic").answer is not None
    assert "p-doom" not in books.terms
    assert [link.title for link in books.resources.community] == ["The club", "Winter meeting"]
    assert books.index.popular[0] == "prompt-clinic"
