"""Replies as Discord's messages: how each block looks, and that no text of anybody's breaks a limit."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.markdown import escape, inline, length
from bot.adapters.discord.render import Page, pages
from bot.markup import escape as escape_markup
from bot.markup import plain
from bot.reply import Block, Bullets, Code, Countdown, Heading, Note, Paragraph, Quote, Row, Table
from tests.fakes.discord.limits import check_message
from tests.fakes.discord.model import shown

GOLDEN = Path(__file__).parent / "golden"

CASES: dict[str, list[Block]] = {
    "definition": [
        Heading("Retrieval-augmented generation (RAG)"),
        Paragraph("The model *first* looks things up, **then** answers. See [[llm|language models]]."),
        Quote("Open book, not memory."),
        Note("Source: [the paper](https://arxiv.org/abs/2005.11401), checked in November 2026"),
    ],
    "comparison": [
        Heading("Generative and traditional AI"),
        Table(
            ("Generative", "Traditional"),
            (
                Row("What it does", ("makes new things", "decides")),
                Row("Example", ("`GPT`", "a *spam* filter")),
            ),
        ),
    ],
    "list_and_code": [
        Paragraph("Try this:"),
        Bullets(("one", "**two** `three`", "see [four](https://example.org/a_(b))")),
        Code("print('``` <@1>')", "python"),
        Heading("A second heading"),
    ],
    "plain": [Paragraph("I do not know that word."), Paragraph("Did you mean *one of these*?")],
    "nasty": [
        Heading("@everyone # <@1>"),
        Paragraph(escape_markup("- 1. ||x|| <t:1:R> https://e.org [a](b)")),
    ],
    "empty": [],
}


def as_json(page: Page) -> dict[str, Any]:
    return {"content": page.content, "embeds": [embed.to_dict() for embed in page.embeds]}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("embeds", [True, False])
def test_it_looks_as_it_did(name: str, embeds: bool) -> None:
    """Golden files. One that is missing is written, and the test fails until it was looked at."""
    rendered = [as_json(page) for page in pages(CASES[name], embeds=embeds)]
    file = GOLDEN / f"{name}{'' if embeds else '.text'}.json"
    if not file.exists():
        file.write_text(json.dumps(rendered, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{file.name} is new: look at it, then run again")
    assert rendered == json.loads(file.read_text())


words = st.text(max_size=60)
markup = st.lists(
    st.one_of(
        words,
        words.map(lambda t: f"**{t}**"),
        words.map(lambda t: f"*{t}*"),
        words.map(lambda t: f"`{t}`"),
        words.map(lambda t: f"[{t}](https://example.org/{t})"),
        st.sampled_from(
            ["@everyone", "<@123>", "<@&5>", "<#7>", "<t:1:R>", "- x", "# y", "||z||", "\\", "\n"]
        ),
        st.integers(1, 9000).map(lambda n: "ab c😀_*" * (n // 8)),
        st.integers(1, 5000).map(lambda n: "**" + "w" * n + "**"),
    ),
    max_size=4,
).map(" ".join)
rows = st.tuples(markup, st.tuples(markup, markup)).map(lambda pair: Row(*pair))
block = st.one_of(
    markup.map(Heading),
    markup.map(Paragraph),
    st.lists(markup, max_size=5).map(lambda items: Bullets(tuple(items))),
    st.lists(rows, max_size=4).map(lambda found: Table(("one", "*two*"), tuple(found))),
    st.tuples(markup, words).map(lambda pair: Code(*pair)),
    markup.map(Quote),
    markup.map(Note),
)

# What a client or Discord itself would act upon, outside of code.
LIVE = re.compile(
    r"(?<!\\)<(?:@|#|t:|a?:|/|id:)"  # mentions, channels, timestamps, emoji, commands
    r"|@(?:everyone|here|[!&]?\d)"
    r"|(?<!\\)\|\|"
)
CODE = re.compile(r"```.*?```|(?<!\\)`[^`\n]+`", re.DOTALL)


@settings(deadline=None, max_examples=200)
@given(st.lists(block, max_size=5), st.booleans())
def test_any_reply_keeps_within_the_limits_and_calls_nobody(blocks: list[Block], embeds: bool) -> None:
    for page in pages(blocks, embeds=embeds):
        data = as_json(page)
        check_message(data)
        texts = [
            data["content"],
            *(t for e in data["embeds"] for t in (e.get("title"), e.get("description"))),
        ]
        assert sum(length(text or "") for text in texts) <= 6000
        for text in texts:
            assert not LIVE.search(CODE.sub("", text or "")), text


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\u200b")))
def test_what_is_escaped_is_shown_as_it_was(text: str) -> None:
    assert shown(escape(text)) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\u200b"), max_size=200))
def test_a_name_within_markup_is_shown_as_it_was(name: str) -> None:
    safe = escape_markup(name)
    assert shown(inline(f"x{safe}y")) == plain(f"x{safe}y")


def test_a_long_reply_is_split_between_blocks() -> None:
    paragraphs = [Paragraph(f"{n} " + "word " * 300) for n in range(9)]
    rendered = pages([Heading("Long"), *paragraphs])
    texts = [embed.description or "" for page in rendered for embed in page.embeds]
    assert len(rendered) > 1
    assert "\n\n".join(texts).split("\n\n") == [inline(p.text).strip() for p in paragraphs]


def test_a_block_too_long_for_a_message_is_split_between_words_with_its_markup_closed() -> None:
    (first, *_) = rendered = pages([Paragraph("**" + "word " * 2000 + "**"), Note("end")])
    texts = [embed.description or "" for page in rendered for embed in page.embeds]
    assert first.embeds
    assert all(text.count("**") % 2 == 0 for text in texts)
    assert "".join(texts).count("word") == 2000
    assert "wo**" not in "".join(texts)


def test_a_long_fence_is_closed_and_opened_again() -> None:
    rendered = pages([Code("\n".join(f"line {n}" for n in range(900)), "python")])
    texts = [embed.description or "" for page in rendered for embed in page.embeds]
    assert len(texts) > 1
    assert all(t.startswith("```python\n") and t.endswith("\n```") for t in texts)


def test_a_countdown_is_left_to_the_reader_s_client() -> None:
    at = datetime(2026, 11, 24, 12, 0, 20, tzinfo=UTC)
    (page,) = pages([Countdown("*Ends* <t:1:R>", at, "now")])
    assert page.embeds[0].description == r"*Ends* \<t:1:R> <t:1795521620:R>"
    long = pages([Countdown("word " * 900, at, "now")])[-1].embeds[-1].description or ""
    assert long.endswith("<t:1795521620:R>")


def test_neighbouring_emphases_do_not_run_together() -> None:
    assert inline("**a**_b_") == "**a**\u200b*b*"


def test_an_address_cannot_end_its_link_early() -> None:
    assert inline("[x](<https://e.org/a)b>)") == "[x](<https://e.org/a%29b>)"
    assert inline("[x](https://e.org/" + "y" * 2000 + ")") == "x"


def test_emoji_count_twice_as_clients_do() -> None:
    assert (length("a"), length("é"), length("😀")) == (1, 1, 2)
    assert isinstance(pages([Heading("x")])[0].embeds[0], discord.Embed)
