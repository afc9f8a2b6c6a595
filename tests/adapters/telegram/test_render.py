"""Rendering: each kind of block, what is cut where, and that any reply is valid within the limits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.pieces import MAX_ENTITIES, MAX_UNITS, piece
from bot.adapters.telegram.render import Part, render
from bot.reply import Block, Bullets, Code, Countdown, Heading, Note, Paragraph, Quote, Row, Table
from tests.conftest import NOON
from tests.fakes.telegram.markup import found_entities, nesting_faults, parse_html, units

GOLDEN = Path(__file__).parent / "golden"
ME = "whatis_bot"
SAMPLES: dict[str, tuple[Block, ...]] = {
    "heading": (Heading("Retrieval-augmented generation (**RAG**) & `code`"),),
    "paragraph": (
        Paragraph("*Plain* **words**, `x < y`, [a link](https://example.org/?a=1&b=2), [[llm|LLM]]."),
    ),
    "bullets": (Bullets(("First *of* all", "Then `this`", "And [[rag]]")),),
    "table": (
        Table(
            ("Generative AI", "Traditional AI"),
            (
                Row("Goal", ("makes something new", "decides or predicts")),
                Row("Output", ("text, pictures, sound", "a label or a **number**")),
            ),
        ),
    ),
    "code": (Code("if a < b and c > d:\n    print('&')", "python"), Code("no language"), Code("x", 'b">ad')),
    "quote": (Quote("Two models play *against* each other."),),
    "note": (Note("Source: [the paper](https://arxiv.org/abs/2005.11401), checked *May* `2026`."),),
    "member": (Paragraph("\\<b\\>@everyone\\</b\\> and a@b.example ask @whatis\\_bot, /help@whatis\\_bot"),),
    "countdown": (Countdown("**Join**, it begins", NOON + timedelta(seconds=30), "in 30 seconds"),),
    "whole": (
        Heading("RAG"),
        Paragraph("Looks things up before it answers."),
        Quote("Like an open-book exam."),
        Bullets(("search", "read", "answer")),
        Note("Checked 2026-11-01"),
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_kind_of_block_looks_as_agreed(name: str) -> None:
    (part,) = render(SAMPLES[name], ME)
    assert part.html + "\n" == (GOLDEN / f"{name}.html").read_text()
    assert_valid(part)


def assert_valid(part: Part) -> None:
    """What Telegram would take, and show as meant."""
    text, entities = parse_html(part.html)
    assert 1 <= units(text) <= MAX_UNITS
    assert len(entities) <= MAX_ENTITIES
    assert nesting_faults(entities) == []
    mentions = [e for e in found_entities(text, entities) if e["type"] == "mention"]
    assert all(_words(text, e).lower() == f"@{ME}" for e in mentions)


def _words(text: str, entity: dict[str, int]) -> str:
    start = 2 * entity["offset"]
    return text.encode("utf-16-le")[start : start + 2 * entity["length"]].decode("utf-16-le")


def shown(parts: tuple[Part, ...]) -> str:
    return "".join(parse_html(part.html)[0] for part in parts)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_nothing_to_say_is_no_message() -> None:
    assert render((), ME) == ()
    assert render((Paragraph(""), Paragraph("  "), Bullets(()), Code("\n")), ME) == ()


def test_messages_are_split_between_blocks() -> None:
    blocks = tuple(Paragraph(f"{name} " + "word " * 300) for name in ("one", "two", "three", "four"))
    first, second = render(blocks, ME)
    assert first.html.startswith("one ")
    assert second.html.startswith("three ")


def test_a_block_that_is_too_long_is_split_between_sentences_and_stays_styled() -> None:
    sentence = "This sentence is about *attention* and nothing else at all. "
    parts = render((Quote(sentence * 120),), ME)
    assert len(parts) > 1
    for part in parts:
        assert_valid(part)
        assert part.html.startswith("<blockquote>This sentence")
        assert part.html.rstrip().endswith("</blockquote>")
        assert parse_html(part.html)[0].endswith("at all.")


def test_long_code_is_split_between_lines() -> None:
    code = "\n".join(f"line_{n} = '<{n}>'" for n in range(500))
    parts = render((Code(code, "python"),), ME)
    assert len(parts) > 1
    for part in parts:
        assert_valid(part)
        assert part.html.startswith('<pre><code class="language-python">line_')
    assert "\n".join(parse_html(part.html)[0] for part in parts) == code


@pytest.mark.parametrize("char", ["x", "漢", "😀"])
def test_a_text_without_any_break_is_split_all_the_same(char: str) -> None:
    parts = render((Paragraph(char * 9000),), ME)
    for part in parts:
        assert_valid(part)
    assert shown(parts) == char * 9000


def test_no_message_has_more_than_a_hundred_styled_stretches() -> None:
    parts = render((Paragraph(" ".join(f"**b{n}** *i{n}*" for n in range(150))),), ME)
    assert len(parts) == 3
    for part in parts:
        assert_valid(part)


def test_a_reference_that_is_no_id_stays_plain_words() -> None:
    (part,) = render((Paragraph("[words](term:NO_ID)"),), ME)
    assert part.html == "words"


def test_the_same_reply_is_rendered_once() -> None:
    blocks = (Paragraph("the same"),)
    assert render(blocks, ME) is render(blocks, ME)


def test_unshowable_characters_are_replaced() -> None:
    assert piece(Code("a\x00b\ud800c"), ME).text == "a\ufffdb\ufffdc"


WORDS = st.text(max_size=60) | st.sampled_from(
    [
        "**bold**",
        "*it*",
        "`co<de`",
        "[[rag|RAG]]",
        "[x](https://a.b/?c&d)",
        "@everyone",
        "<b>",
        "&lt;",
        "😀",
        "\n",
    ]
)
MARKUP = st.lists(WORDS, max_size=12).map(" ".join) | st.builds(
    lambda word, n: (word + " ") * n, WORDS, st.integers(1, 150)
)
TABLES = st.integers(0, 3).flatmap(
    lambda n: st.builds(
        Table,
        st.tuples(*[MARKUP] * n),
        st.lists(st.builds(Row, MARKUP, st.tuples(*[MARKUP] * n)), max_size=4).map(tuple),
    )
)
BLOCKS = st.one_of(
    st.builds(Heading, MARKUP),
    st.builds(Paragraph, MARKUP),
    st.builds(Quote, MARKUP),
    st.builds(Note, MARKUP),
    st.builds(Code, MARKUP, st.text(max_size=10)),
    st.builds(Code, st.text(max_size=6).map(lambda text: text * 2000)),
    st.builds(Bullets, st.lists(MARKUP, max_size=6).map(tuple)),
    TABLES,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(BLOCKS, max_size=5).map(tuple))
def test_any_reply_is_valid_and_whole(blocks: tuple[Block, ...]) -> None:
    parts = render(blocks, ME)
    for part in parts:
        assert_valid(part)
    meant = "".join(piece(block, ME).text for block in blocks)
    assert squeezed(shown(parts)) == squeezed(meant)
    assert squeezed("".join(part.text for part in parts)) == squeezed(meant)
