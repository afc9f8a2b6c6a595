from __future__ import annotations

import random
import time
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.library.library import Library
from bot.library.load import content_root, load
from bot.library.search import Entry, Search

QUERIES = yaml.safe_load((Path(__file__).parent / "queries.yaml").read_text())


@cache
def library() -> Library:
    return load(content_root()).library


ENTRIES = (
    Entry("rag", "Retrieval-augmented generation", ("Retrieval-augmented generation", "RAG")),
    Entry("gan", "Generative adversarial network", ("Generative adversarial network", "GAN")),
    Entry("fine-tuning", "Fine-tuning", ("Fine-tuning", "finetune")),
    Entry("labelling", "Data labelling", ("Data labelling",)),
    Entry("moe", "Mixture of experts", ("Mixture of experts", "MoE")),
    Entry("token", "Token", ("Token",)),
    Entry("quantization", "Quantization", ("Quantization",)),
    Entry("explainable", "Explainable AI", ("Explainable AI", "XAI")),
    Entry("xai", "xAI", ("xAI",)),
    Entry("transformer", "Transformer", ("Transformer",)),
    Entry("transfer-learning", "Transfer learning", ("Transfer learning",)),
    Entry("gpt", "GPT", ("GPT", "GPT-4o")),
    Entry("supervised", "Supervised learning", ("Supervised learning",)),
    Entry("unsupervised", "Unsupervised learning", ("Unsupervised learning",)),
    Entry("llm", "Large language model", ("Large language model", "LLM")),
)
SMALL = Search(ENTRIES, {"tuning": ("fine-tuning", "gpt")})


def answer(query: str, search: Search = SMALL) -> str | None:
    found = search.find(query).answer
    return found.id if found else None


# The whole content and the queries written before tuning


def test_recall_and_precision_on_what_members_type() -> None:
    search, asked = library().search, QUERIES["answered"]
    findings = [(q["id"], search.find(q["query"])) for q in asked]
    first = [expected for expected, f in findings if f.answer and f.answer.id == expected]
    three = [e for e, f in findings if e in [m.id for m in (f.answer, *f.alternatives) if m][:3]]
    wrong = [(e, f.answer.id) for e, f in findings if f.answer and f.answer.id != e]
    assert len(first) / len(asked) >= 0.95, [e for e, f in findings if not f.answer]
    assert len(three) / len(asked) >= 0.98
    assert len(wrong) <= 0.01 * (len(asked) + len(QUERIES["unanswered"])), wrong


@pytest.mark.parametrize("query", QUERIES["unanswered"])
def test_nothing_is_answered_to_other_matters(query: str) -> None:
    assert library().search.find(query).answer is None


@pytest.mark.parametrize("query", QUERIES["ambiguous"], ids=lambda q: q["query"])
def test_a_word_of_two_meanings_shows_both(query: dict[str, object]) -> None:
    finding = library().search.find(str(query["query"]))
    assert finding.answer is None
    assert finding.ambiguous
    assert [m.id for m in finding.alternatives] == query["ids"]


def test_the_words_that_must_not_be_answered_are_many() -> None:
    assert len(QUERIES["unanswered"]) >= 70
    assert sum(map(len, QUERIES.values())) >= 220


def test_every_entry_is_found_by_each_of_its_names() -> None:
    search = library().search
    for term in library().terms.values():
        for name in term.names:
            finding = search.find(name)
            found = [m.id for m in (finding.answer, *finding.alternatives) if m]
            assert term.id in found, name


def slipped(text: str, rng: random.Random) -> str:
    """The text with one slip of a thumb: a letter missing, doubled, or swapped with its neighbour."""
    at = rng.randrange(1, len(text) - 1)
    before, letter, after = text[:at], text[at], text[at + 1 :]
    swapped = after[0] + letter + after[1:]
    return before + rng.choice((after, letter + letter + after, swapped))


def test_one_slip_in_a_heading_seldom_hides_it_and_hardly_ever_misleads() -> None:
    rng, search = random.Random(11), library().search
    headings = {t.id: t.term for t in library().terms.values() if len(t.term) >= 7}
    found = [(i, search.find(slipped(name.lower(), rng))) for i, name in headings.items()]
    assert sum(f.answer is not None and f.answer.id == i for i, f in found) / len(found) > 0.93
    assert sum(f.answer is not None and f.answer.id != i for i, f in found) / len(found) < 0.01


# Rules one by one


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("RAG", "rag"), ("r.a.g.", "rag"), ("ＲＡＧ", "rag"), ("rágs", "rag"), ("🤖 rag 🤖", "rag"),
        ("“RAG”", "rag"),
        ("fine tuning", "fine-tuning"), ("finetuning", "fine-tuning"), ("Fine–Tuning", "fine-tuning"),
        ("data labeling", "labelling"), ("data-labelling", "labelling"), ("quantisation", "quantization"),
        ("mixtures of experts", "moe"), ("LLM's", "llm"),
    ],
)  # fmt: skip
def test_ways_to_write_a_name_are_one(query: str, expected: str) -> None:
    finding = SMALL.find(query)
    assert finding.answer is not None
    assert (finding.answer.id, finding.answer.score) == (expected, 1.0)


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("whats RAG?", "rag"),
        ("explain RAG please", "rag"),
        ("what's the meaning of rag", "rag"),
        ("can you tell me what RAG is?", "rag"),
        ("hey, so what does rag stand for", "rag"),
        ("i don't understand rag", "rag"),
        ("explian rag", "rag"),
    ],
)
def test_questions_are_stripped_to_their_subject(query: str, subject: str) -> None:
    finding = SMALL.find(query)
    assert finding.asks
    assert finding.subject == subject
    assert finding.answer is not None


@pytest.mark.parametrize("text", ["thanks", "RAG", "good bot", "hello", "lol that was fun", "the end"])
def test_statements_do_not_ask(text: str) -> None:
    assert not SMALL.find(text).asks


def test_a_question_without_an_answer_still_asks() -> None:
    finding = SMALL.find("what is the weather tomorrow")
    assert finding.asks
    assert finding.answer is None
    assert finding.alternatives == ()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("the GAN model", "gan"),
        ("token in LLMs", "token"),
        ("AI tokens", "token"),
        ("trasnformer architecture", "transformer"),
        ("gpt 4", "gpt"),
        ("rag doll", None),
        ("token in football", None),
        ("gan and rag", None),
    ],
)
def test_only_words_that_add_nothing_may_stand_beside_a_name(query: str, expected: str | None) -> None:
    assert answer(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("trasnformer", "transformer"), ("transfrmer", "transformer"), ("transfornmer", "transformer"),
        ("transfer larning", "transfer-learning"), ("retreival augmanted genaration", "rag"),
        ("unsupervied learning", "unsupervised"), ("supervied learning", "supervised"),
        ("quantizing", "quantization"),
        ("gang", None), ("fan", None), ("rags to riches", None), ("taken", None), ("transport", None),
        ("gpt-5o", None), ("transform", None),
    ],
)  # fmt: skip
def test_misspellings_are_forgiven_and_everyday_words_are_none(query: str, expected: str | None) -> None:
    assert answer(query) == expected


def test_nearly_sure_is_offered_as_a_choice() -> None:
    assert [m.id for m in SMALL.find("ransfer earning").alternatives] == ["transfer-learning"]
    assert [m.id for m in SMALL.find("what about gan and rag").alternatives] == ["gan", "rag"]
    assert [m.id for m in SMALL.find("difference between rag and gan").alternatives] == ["rag", "gan"]


def test_a_name_two_entries_claim_shows_both() -> None:
    finding = SMALL.find("XAI")
    assert finding.ambiguous
    assert [m.id for m in finding.alternatives] == ["explainable", "xai"]
    assert [m.id for m in SMALL.find("tuning?").alternatives] == ["fine-tuning", "gpt"]


@pytest.mark.parametrize(
    "query", ["", " ", "?", "\n", "\x00", "👍", "…", "\u200b", "ﷺ", "%s%n", "a" * 1_000_000]
)
def test_what_holds_no_name_finds_nothing(query: str) -> None:
    assert answer(query) is None


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_text_is_survived(text: str) -> None:
    finding = SMALL.find(text)
    assert len(finding.alternatives) <= 5
    SMALL.complete(text)
    SMALL.split_pair(text)


def test_completion_prefers_beginnings_then_words_then_typos() -> None:
    assert [m.id for m in SMALL.complete("trans")] == ["transfer-learning", "transformer"]
    assert [m.id for m in SMALL.complete("learn")] == ["transfer-learning", "supervised", "unsupervised"]
    assert [m.id for m in SMALL.complete("data lab")] == ["labelling"]
    assert [m.id for m in SMALL.complete("trasnf")] == []
    assert [m.id for m in SMALL.complete("trasnformer")] == ["transformer"]
    assert SMALL.complete("") == []
    assert len(library().search.complete("a", limit=25)) == 25


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("rag vs fine-tuning", ("rag", "fine-tuning")),
        ("RAG VS. fine tuning?", ("RAG", "fine tuning")),
        ("rag and gan", ("rag", "gan")),
        ("rag or gan", ("rag", "gan")),
        ("rag, gan", ("rag", "gan")),
        ("rag/gan", ("rag", "gan")),
        ("rag gan", ("rag", "gan")),
        ("difference between rag and fine tuning", ("rag", "fine tuning")),
        ("what's the difference between a transformer and an llm?", ("a transformer", "an llm")),
        ("compare mixture of experts with llm", ("mixture of experts", "llm")),
        ("transfer learning fine tuning", ("transfer learning", "fine tuning")),
        ("how is rag different from fine-tuning?", ("rag", "fine-tuning")),
        ("apples and pears", ("apples", "pears")),
        ("mixture of experts", None),
        ("rag", None),
        ("", None),
        ("vs", None),
    ],
)
def test_a_pair_is_split_where_both_sides_make_sense(text: str, pair: tuple[str, str] | None) -> None:
    assert SMALL.split_pair(text) == pair


def test_ten_thousand_terms_are_searched_in_under_a_millisecond() -> None:
    rng = random.Random(3)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "en", "or")]
    names = ["".join(rng.choices(syllables, k=rng.randint(3, 6))) for _ in range(10_000)]
    search = Search([Entry(f"t{n}", name, (name,)) for n, name in enumerate(names)], {})
    queries = [slipped(rng.choice(names), rng) for _ in range(500)] + ["x" * 5000, "what is " * 500]
    # The best of three for each: what else the machine does is not the search's time.
    times = sorted(min(timed(search, query) for _ in range(3)) for query in queries)
    assert times[int(len(times) * 0.99)] < 0.001


def timed(search: Search, query: str) -> float:
    start = time.perf_counter()
    search.find(query)
    return time.perf_counter() - start
