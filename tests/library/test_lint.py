from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.library.lint import CHECKS, NAMES, lint
from bot.library.lint.alike import RUN, digest, seed_hashes
from bot.library.lint.bank import ATTACKS, attacks, classified, success
from bot.library.lint.finding import Context
from bot.library.lint.prose import grade, likeness, plain, runs, sentences, syllables, words
from bot.library.load import content_root, load
from bot.library.schema import Question

Content = Callable[..., Path]
TODAY = dt.date(2026, 11, 24)
FINE_TUNING = "terms/foundations/fine-tuning.md"


def changed(content: Content, path: str, old: str, new: str) -> list[str]:
    root = content()
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))
    return [str(problem) for problem in lint(load(root), TODAY)]


def test_an_excuse_silences_its_check_for_its_entry(content: Content) -> None:
    spoilt = "until the behavior you want"
    assert changed(content, FINE_TUNING, "until the form you want", spoilt)
    root = content(name="excused")
    text = (root / FINE_TUNING).read_text().replace("until the form you want", spoilt)
    (root / FINE_TUNING).write_text(text.replace("as_of:", "excused: {spelling: A quotation}\nas_of:"))
    assert lint(load(root), TODAY) == ()


def test_a_shared_name_listed_as_ambiguous_is_no_collision(content: Content) -> None:
    root = content()
    text = (root / FINE_TUNING).read_text().replace("[finetune]", "[finetune, RAG]")
    (root / FINE_TUNING).write_text(text)
    (root / "index.yaml").write_text("ambiguous: {rag: [rag, fine-tuning]}\n")
    assert lint(load(root), TODAY) == ()


def test_code_and_names_keep_their_spelling(content: Content) -> None:
    assert changed(content, FINE_TUNING, "until the form", "with `color=1` until the form") == []
    assert changed_name(content) == []


def changed_name(content: Content) -> list[str]:
    root = content(name="named")
    text = (root / FINE_TUNING).read_text().replace("[finetune]", "[finetune, tokenizer]")
    (root / FINE_TUNING).write_text(text.replace("until the form", "until what you tokenize and the form"))
    return [str(problem) for problem in lint(load(root), TODAY)]


def test_a_dated_sentence_does_not_age(content: Content) -> None:
    old = "A hospital trains"
    assert (
        changed(content, FINE_TUNING, old, "In 2024 the most popular models did it. A hospital trains") == []
    )


def test_words_of_the_seed_article_are_recognised_by_their_hashes(content: Content) -> None:
    copied = words("Training on 2,000 letters written by its doctors. New drafts then follow the house style")
    seed = frozenset(digest(run) for run in runs(copied, RUN))
    loaded = load(content())
    found = [f.check for check in CHECKS for f in check(Context(loaded, TODAY, seed))]
    assert found == ["seed"]
    assert len(seed_hashes()) > 1000


def question(
    number: int, key: str, *others: str, stem: str = "What happens then in the machine?"
) -> Question:
    return Question.model_validate({
        "id": f"q{number}", "topic": "foundations", "tests": "rag", "level": "easy", "stem": stem, "key": key,
        "distractors": [{"text": other, "why": "So."} for other in others],
        "explanation": "It is so because of what the machine does with the numbers.", "as_of": TODAY,
    })  # fmt: skip


def test_an_attack_succeeds_on_a_bank_that_gives_itself_away() -> None:
    bank = [question(n, "a long key indeed", "short", "brief", "tiny") for n in range(20)]
    assert success(bank, ATTACKS["the longest option"]) == 1.0
    assert success(bank, ATTACKS["the shortest option"]) == 0.0
    assert success(bank, ATTACKS["the most hedged option"]) == 0.25


def test_the_classifier_finds_a_word_that_marks_keys_and_nothing_in_noise() -> None:
    rng = random.Random(1)
    nouns = [a + b for a in "bdfgklmnprst" for b in ("alo", "eru", "ino", "ovi", "uma")]
    noise = [question(n, *(" ".join(rng.sample(nouns, 3)) for _ in range(4))) for n in range(400)]
    marked = [
        question(n, f"vectors {rng.choice(nouns)}", *(" ".join(rng.sample(nouns, 2)) for _ in range(3)))
        for n in range(100)
    ]
    assert classified(marked) > 0.9
    assert abs(classified(noise) - 0.25) < 0.08
    assert {round(a.chance, 2) for a in attacks(noise)} == {0.25}


def test_a_bank_of_long_keys_fails_the_check(content: Content) -> None:
    item = """  - id: q{n}
    tests: rag
    level: easy
    stem: What does number {n} of the {w} do when it is asked?
    key: It {w}s passages that fit {n} times
    distractors:
      - {{text: It waits for {n} {w}s, why: "No."}}
      - {{text: It drops the {w} {n}, why: "No."}}
      - {{text: It {w}s number {n}, why: "No."}}
    explanation: Number {n} does what a {w} does, and then it hands over the outcome.
"""
    rng = random.Random(2)
    names = ["".join(rng.choices("bcdfghklmnprstv", k=6)) for _ in range(60)]
    text = "as_of: 2026-11-24\nquestions:\n" + "".join(item.format(n=n, w=w) for n, w in enumerate(names))
    found = lint(load(content({"questions/agents.yaml": text})), TODAY)
    assert any("the longest option is right" in p.message and p.check == "leakage" for p in found)


def test_every_check_can_be_excused_by_its_name() -> None:
    loaded = load(content_root())
    found = {f.check for check in CHECKS for f in check(Context(loaded, TODAY, seed_hashes()))}
    assert found <= NAMES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Bold** and `code` of [[rag|RAG]]", "Bold and   of RAG"),
        ("[words](https://example.org)", "words"),
        ("- one\n- two", "one\ntwo"),
    ],
)
def test_prose_is_read_without_its_marks(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_sentences_words_and_syllables() -> None:
    assert sentences("It took 2.5 hours. Then it stopped!") == ["It took 2.5 hours.", "Then it stopped!"]
    assert words("Don't over-think it: 8x7B.") == ("don't", "over-think", "it", "8x7b")
    assert [syllables(w) for w in ("cat", "make", "model", "generation", "table")] == [1, 1, 2, 4, 2]
    assert likeness("abc", "bcd") == 0.5


def test_the_grade_rises_with_long_words_and_sentences() -> None:
    easy = "The cat sat on the mat. It saw a bird. The bird flew off."
    hard = (
        "Notwithstanding computational limitations, probabilistic approximations demonstrate applicability."
    )
    assert grade(easy) < 3 < 12 < grade(hard)
