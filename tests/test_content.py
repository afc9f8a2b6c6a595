"""The shipped content, whole: sound, short enough for groups, and within both platforms' limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random

import pytest

from bot.actions import MAX_BYTES, decode
from bot.features.brief import GROUP_MAX
from bot.features.compare import Compare
from bot.features.definition import DEEP, EXAMPLE, SIMPLE, STANDARD, View, buttons, definition
from bot.features.models import Models
from bot.features.services import Services, Shelf
from bot.features.tips import Tips
from bot.features.uses import UsesFeature
from bot.library.load import content_root, load
from bot.library.problems import errors
from bot.recent import Recent
from bot.reply import Reply, plain_text
from bot.texts import load_catalogue
from tests.core import library, no_store
from tests.limits import fits_discord, fits_telegram

TEXTS = load_catalogue().default
LONG_AFTER = dt.date(2031, 1, 1)
"""When every review is overdue, and the mark for it makes an answer longest."""
OWNER = 2**63 - 1


def every_definition() -> Iterator[tuple[View, Reply]]:
    books = library()
    for term in books.terms.values():
        for depth in (SIMPLE, STANDARD, DEEP, EXAMPLE):
            for brief in (False, True):
                view = View(term, depth, brief, OWNER)
                blocks = definition(view, books, TEXTS, LONG_AFTER)
                yield view, Reply(blocks, buttons(view, books, TEXTS))


def every_other_reply() -> Iterator[Reply]:
    books = library()
    services = Services(Shelf(books), no_store(), Recent(), lambda: LONG_AFTER, Random(1))
    compare, models = Compare(services), Models(services)
    tips, uses = Tips(services), UsesFeature(services)
    for comparison in books.comparisons.values():
        a, b = (books.terms[i] for i in comparison.between)
        for brief in (False, True):
            yield compare.shown(a, b, TEXTS, OWNER, brief=brief)
    for model in books.models.values():
        yield models.one(model, TEXTS, OWNER)
    for kind in books.kinds.values():
        yield models.kind(kind, 0, TEXTS, OWNER)
    for tip in books.tips.values():
        yield tips.shown(tip, "", TEXTS, OWNER)
    for use in (*books.uses.values, *books.uses.sectors):
        yield uses.shown(use, TEXTS, OWNER)


def test_it_has_no_errors() -> None:
    assert [str(problem) for problem in errors(load(content_root()).problems)] == []


def test_every_definition_fits_both_platforms() -> None:
    for view, reply in every_definition():
        assert fits_telegram(reply), (view.term.id, view.depth)
        assert fits_discord(reply), (view.term.id, view.depth)


def test_everything_else_fits_both_platforms() -> None:
    for reply in every_other_reply():
        assert fits_telegram(reply), plain_text(reply)[:80]
        assert fits_discord(reply), plain_text(reply)[:80]


def test_in_a_group_every_first_answer_is_short() -> None:
    long = {
        view.term.id: len(plain_text(reply))
        for view, reply in every_definition()
        if view.brief and view.depth == STANDARD and len(plain_text(reply)) > GROUP_MAX
    }
    assert long == {}


def test_every_button_travels_and_leads_somewhere() -> None:
    for _, reply in every_definition():
        for row in reply.buttons:
            for button in row:
                assert button.action is not None
                assert len(button.action.encode()) <= MAX_BYTES
                assert decode(button.action.encode()) == button.action
                assert 0 < len(button.label) <= 40, button.label


def test_popular_terms_are_all_there() -> None:
    books = library()
    assert all(books.term(i) for i in books.index.popular)


@pytest.mark.parametrize(
    "said",
    [
        "generative ai", "traditional ai", "machine learning", "deep learning", "artificial intelligence",
        "gan", "vae", "transformer", "diffusion model", "virtual assistant", "recommender system",
        "spam filter",
        "self-driving car", "dall-e", "midjourney", "claude", "gemini", "musiclm", "codex", "chatgpt",
        "human in the loop", "data preprocessing", "neural network", "neuron",
    ],
)  # fmt: skip
def test_what_the_first_article_teaches_is_found(said: str) -> None:
    found = library().search.find(said)
    assert found.answer is not None, [m.term for m in found.alternatives]


def test_the_tools_of_the_first_article_stand_in_the_catalogue() -> None:
    names = " ".join(model.name for model in library().models.values())
    for name in ("DALL-E", "Midjourney", "Claude", "Gemini", "MusicLM", "Codex", "ChatGPT"):
        assert name in names
