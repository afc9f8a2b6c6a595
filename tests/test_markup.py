"""Inline markup: what is read, what is not, and what nobody can smuggle in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.markup import Markup, Span, escape, plain, references, spans


def test_the_allow_list() -> None:
    assert spans("a **b** *c* `d` [e](https://e.example) [[rag|RAG]]") == (
        Span("a "),
        Span("b", bold=True),
        Span(" "),
        Span("c", italic=True),
        Span(" "),
        Span("d", code=True),
        Span(" "),
        Span("e", url="https://e.example"),
        Span(" "),
        Span("RAG", term="rag"),
    )


def test_html_and_unsafe_links_are_plain_text() -> None:
    text = "<b>x</b> [y](javascript:alert(1)) ![z](https://z.example)"
    assert not any(span.bold or span.url.startswith("javascript") for span in spans(text))


@given(st.text())
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = spans(escape(text))
    assert all(span == Span(span.text) for span in shown), "no style comes of it"
    assert plain(escape(text)).split() == text.replace("\x00", "\ufffd").split()


def test_what_is_markup_already_is_not_escaped_again() -> None:
    assert escape(escape("*")) == escape("*")
    assert isinstance(escape("*"), Markup)


def test_references_are_found() -> None:
    assert list(references("see [[rag]] and [[llm|models]], not [x](y)")) == ["rag", "llm"]
