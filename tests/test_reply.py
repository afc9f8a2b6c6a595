"""Blocks from Markdown, and replies as bare text."""

from __future__ import annotations

import pytest

from bot.reply import (
    Bullets,
    Button,
    Code,
    Heading,
    Note,
    Paragraph,
    Quote,
    Reply,
    Row,
    Table,
    blocks,
    folded,
    grid,
    plain_text,
)


def test_an_authors_markdown_becomes_blocks() -> None:
    text = "One **line**.\n\n- a\n- b\n\n1. x\n2. y\n\n```python\nprint(1)\n```\n\n> said"
    assert blocks(text) == (
        Paragraph("One **line**."),
        Bullets(("a", "b")),
        Bullets(("x", "y")),
        Code("print(1)", "python"),
        Quote("said"),
    )


def test_bare_text_keeps_the_words_and_drops_the_marks() -> None:
    table = Table(("GAN", "VAE"), (Row("Trains?", ("*two* nets", "one")),))
    reply = Reply((Heading("**GAN**"), Bullets(("a", "b")), table, Note("[src](https://a.example)")))
    assert plain_text(reply) == "GAN\n\n• a\n• b\n\nTrains?\n  GAN: two nets\n  VAE: one\n\nsrc"


def test_a_message_has_at_most_five_rows_of_five() -> None:
    row = tuple(Button(str(n), url="https://a.example") for n in range(6))
    with pytest.raises(ValueError, match="five rows of five"):
        Reply(buttons=(row,))
    assert [len(r) for r in grid(row, per_row=4)] == [4, 2]


def test_rows_that_are_too_many_share_one_where_the_labels_are_shortest() -> None:
    rows = [
        (Button(label, url="x"),) for label in ("a long label", "another long one", "b", "c", "longer", "d")
    ]
    assert [[b.label for b in row] for row in folded(rows)] == [
        ["a long label"], ["another long one"], ["b", "c"], ["longer"], ["d"],
    ]  # fmt: skip
    assert folded(rows[:5]) == tuple(rows[:5])


def test_rows_are_folded_to_what_a_message_takes_and_no_button_is_lost() -> None:
    rows = [tuple(Button(f"{n}", url="x") for n in range(count)) for count in (5, 1, 5, 2, 3, 4, 1)]
    found = folded(rows)
    assert len(found) <= 5
    assert max(map(len, found)) <= 5
    assert [b for row in found for b in row] == [b for row in rows for b in row]
