"""What a person typed stays what it is, in whatever sentence it stands."""

from __future__ import annotations

from bot.markup import Markup, Span, bold, spans
from bot.texts import load_catalogue

TEXTS = load_catalogue().default
WICKED = "**Ann** [[rag]] <@1> [x](https://example.org)"


def test_a_value_is_shown_as_it_was_typed() -> None:
    assert spans(TEXTS.say("Hello, {name}", name=WICKED)) == (Span(f"Hello, {WICKED}"),)


def test_a_value_in_a_plural_too() -> None:
    assert spans(TEXTS.plural("{n} by {name}", "{n} by {name}", 2, name=WICKED)) == (Span(f"2 by {WICKED}"),)


def test_a_value_that_is_markup_is_read_as_such() -> None:
    said = TEXTS.say("Hello, {name}", name=bold("Ann"))
    assert isinstance(said, Markup)
    assert spans(said) == (Span("Hello, "), Span("Ann", bold=True))


def test_a_label_is_no_markup_and_escapes_nothing() -> None:
    assert TEXTS.label("Hello, {name}", name="*Ann*") == "Hello, *Ann*"
