"""Questions that nobody wrote keep the rules that written ones keep, over all the real content."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from statistics import median

import pytest

from bot.library.drafts import Form, explained
from bot.library.generators import Generated, generated
from bot.library.kinship import Kinship, roots
from bot.library.library import Library
from bot.library.lint.bank import attacks
from bot.library.lint.finding import Context
from bot.library.lint.items import items as item_checks
from bot.library.load import content_root, load
from bot.library.normalise import fold, key
from bot.library.schema import Question, Term
from bot.library.shelves import Entry
from bot.library.term_drafts import shortened
from tests.core import library

SEEDS = (0, 1, 2, 3)


@lru_cache(maxsize=len(SEEDS))
def bank(seed: int = 0) -> tuple[Generated, ...]:
    return generated(library(), seed)


def everything() -> list[Generated]:
    """Thousands: the same questions with other distractors each time."""
    return [question for seed in SEEDS for question in bank(seed)]


def owners() -> dict[str, set[str]]:
    """Which terms go by a name."""
    found: dict[str, set[str]] = {}
    for term in library().terms.values():
        for name in term.names:
            found.setdefault(key(fold(name)), set()).add(term.id)
    return found


class TestWhole:
    def test_there_are_thousands_to_look_at_and_every_form_among_them(self) -> None:
        assert len(everything()) > 3000
        assert {q.form for q in bank()} == set(Form)

    def test_they_cover_most_of_what_the_terms_are(self) -> None:
        assert len({q.tests for q in bank()}) > len(library().terms) / 2

    def test_ids_are_short_unique_and_no_written_questions(self) -> None:
        ids = [q.id for q in bank()]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[a-z]+-[0-9a-f]{10}", i) and len(i) <= 24 for i in ids)
        assert not set(ids) & library().questions.keys()

    def test_the_same_content_and_seed_give_the_same_questions(self) -> None:
        assert generated(library(), 1) == bank(1)

    def test_so_does_another_process(self) -> None:
        program = (
            "from bot.library.generators import generated; from bot.library.load import content_root, load;"
            "from hashlib import sha256;"
            "print(sha256(repr(generated(load(content_root()).library)).encode()).hexdigest())"
        )
        runs = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(runs) == 1

    def test_another_seed_gives_other_distractors_under_the_same_ids(self) -> None:
        first, second = ({q.id: q for q in bank(seed)} for seed in (0, 1))
        shared = first.keys() & second.keys()
        assert len(shared) > 0.9 * len(first)
        assert all((first[i].stem, first[i].key) == (second[i].stem, second[i].key) for i in shared)
        assert sum(first[i].options != second[i].options for i in shared) > len(shared) / 2

    def test_an_id_outlives_a_change_of_the_text(self) -> None:
        term = library().terms["rag"]
        other = term.model_copy(update={"one_liner": "Looking things up in files before an answer is given."})
        changed = replace(library(), terms={**library().terms, "rag": other})
        named = [q.id for q in bank() if (q.form, q.tests) == (Form.NAMED, "rag")]
        assert named
        assert [q.id for q in generated(changed) if (q.form, q.tests) == (Form.NAMED, "rag")] == named

    def test_who_made_what_is_asked_sparingly(self) -> None:
        assert sum(q.form is Form.MAKER for q in bank()) <= len(bank()) / 20 + 1

    def test_an_empty_library_gives_none(self) -> None:
        assert generated(Library()) == ()


class TestSingle:
    def test_all_keep_the_limits_of_the_schema(self) -> None:
        for question in everything():
            Generated.model_validate(question.model_dump())
            assert len(question.options) == 4
            assert len(question.stem.split()) >= 5
            assert question.stem.endswith("?")

    def test_options_differ_and_none_stands_within_another(self) -> None:
        for question in everything():
            folded = [fold(option) for option in question.options]
            assert not any(a in b for a, b in permutations(folded, 2)), question

    def test_no_option_repeats_a_word_of_the_stem(self) -> None:
        for question in everything():
            asked = roots(question.stem)
            assert not any(roots(option) & asked for option in question.options), question

    def test_no_distractor_is_another_name_of_the_key(self) -> None:
        by_name = owners()
        for question in everything():
            meant = by_name.get(key(fold(question.key)), set())
            others = [by_name.get(key(fold(d.text)), set()) for d in question.distractors]
            assert not any(meant & other for other in others), question

    def test_no_key_stands_out_by_its_length(self) -> None:
        for question in everything():
            others = [len(d.text) for d in question.distractors]
            assert len(question.key) <= 1.5 * median(others)
            assert len(question.key) <= 1.3 * max(others)

    def test_every_check_of_written_questions_passes(self) -> None:
        """But two: the stem is the entry's own line by intent, and some products have strange names."""
        loaded = load(content_root())
        place = next(iter(loaded.shelves.questions.values())).place
        for seed in SEEDS[:2]:
            shelves = replace(loaded.shelves, questions={q.id: Entry(q, place) for q in bank(seed)})
            found = item_checks(Context(replace(loaded, shelves=shelves), dt.date(2026, 11, 24)))
            by_intent = {"copied", "joke", "alike"}
            assert [(f.entry.record.id, f.message) for f in found if f.check not in by_intent] == []


class TestOneRightAnswer:
    @staticmethod
    def terms(question: Question) -> tuple[Term, list[Term]]:
        """The term that is the key, and those that are distractors."""
        by_name = {term.term: term for term in library().terms.values()}
        return by_name[question.key], [by_name[d.text] for d in question.distractors]

    @pytest.mark.parametrize("form", [Form.NAMED, Form.GAP])
    def test_no_distractor_is_broader_or_narrower_or_related(self, form: Form) -> None:
        kin = Kinship(library())
        for question in (q for q in everything() if q.form is form):
            meant, others = self.terms(question)
            assert meant.id == question.tests
            for other in others:
                assert other.kind is meant.kind
                assert other.id not in meant.prerequisites
                assert meant.id not in other.prerequisites
                assert kin.contrasted(meant, other) or not kin.linked(meant, other), question

    def test_a_confused_term_is_a_distractor_only_where_the_difference_is_stated(self) -> None:
        near = 0
        for question in (q for q in everything() if q.form is Form.NAMED):
            meant, others = self.terms(question)
            apart = library().differences(meant.id)
            near += sum(other.id in apart for other in others)
            assert all(other.id in apart or other.id not in meant.related for other in others)
        assert near > 100

    def test_a_gap_names_the_other_side_and_not_its_own(self) -> None:
        for question in (q for q in bank() if q.form is Form.GAP):
            meant, others = self.terms(question)
            assert "____" in question.stem
            assert not (len(meant.term) > 4 and fold(meant.term) in fold(question.stem)), question
            apart = library().differences(meant.id)
            assert any(roots(library().terms[other].term) & roots(question.stem) for other in apart)
            assert not {other.id for other in others} & apart.keys()

    def test_a_kind_of_model_has_no_distractor_with_like_ends(self) -> None:
        kinds = {kind.name: kind for kind in library().kinds.values()}
        writing = {"text", "code", "data", "action"}
        for question in (q for q in everything() if q.form is Form.KIND):
            meant = kinds[question.key]
            for other in (kinds[d.text] for d in question.distractors):
                assert (meant.input, meant.output) != (other.input, other.output)
                assert not ({meant.output, other.output} <= writing and meant.input == other.input)

    def test_a_side_always_stands_against_the_other(self) -> None:
        answers = {
            (row.question, answer, comparison.between[1 - side], row.answers[1 - side])
            for comparison in library().comparisons.values()
            for row in comparison.rows
            for side, answer in enumerate(row.answers)
        }
        for question in (q for q in bank() if q.form is Form.SIDE):
            asked = question.stem.split(": ", 1)[1].casefold()
            against = {a for q, key_, _, a in answers if q.casefold() == asked and key_ == question.key}
            assert against & {d.text for d in question.distractors}, question


class TestAttacks:
    @pytest.mark.parametrize("seed", SEEDS[:3])
    def test_who_knows_nothing_is_right_by_chance(self, seed: int) -> None:
        for attack in attacks(bank(seed)):
            assert attack.success < attack.chance + 0.05, attack

    def test_lengths_tell_nothing_in_any_form(self) -> None:
        for form in Form:
            questions = [q for q in everything() if q.form is form]
            for attack in attacks(questions)[:3]:
                assert attack.success < attack.chance + 0.10, (form, attack)

    def test_the_longest_is_the_key_about_as_often_as_not(self) -> None:
        assert 0.17 < rank_share(bank(), longest=True) < 0.33
        assert 0.17 < rank_share(bank(), longest=False) < 0.33

    def test_no_term_is_always_wrong(self) -> None:
        """A term that is seen among the options often must be right now and then, if it ever is a key."""
        questions = [q for q in bank() if q.form is Form.NAMED]
        shown = Counter(d.text for q in questions for d in q.distractors)
        assert max(shown.values()) <= 20


def rank_share(questions: Sequence[Question], *, longest: bool) -> float:
    """How often the key is the longest (or shortest), equal lengths shared."""
    total = 0.0
    for question in questions:
        sizes = [len(option) for option in question.options]
        extreme = max(sizes) if longest else min(sizes)
        total += (sizes[0] == extreme) / sizes.count(extreme)
    return total / len(questions)


class TestTexts:
    @pytest.mark.parametrize(
        ("line", "short"),
        [
            ("An ordered list of numbers.", "An ordered list of numbers"),
            (
                "The shape of a picture, as width to height, such as 16:9.",
                "The shape of a picture, as width to height",
            ),
            (
                "Hides later tokens from earlier ones, so a model cannot peek at the answer in training.",
                "Hides later tokens from earlier ones",
            ),
            ("Instead of writing the rule, you show a program many cases and let it find one.", None),
            ("A model that (among many other things, which nobody counts) writes.", None),
            ("Too long to be an option and without any place where it could end before it does.", None),
            ("A thing, such as this.", None),
        ],
    )
    def test_a_definition_ends_early_only_where_it_stays_true(self, line: str, short: str | None) -> None:
        assert shortened(line) == short

    def test_an_explanation_says_more_than_the_stem_where_the_entry_does(self) -> None:
        term = library().terms["rag"]
        assert 40 <= len(explained(term)) <= 200
        assert explained(term) != term.one_liner

    def test_every_distractor_has_its_reason(self) -> None:
        for question in everything():
            assert all(10 <= len(d.why) <= 160 for d in question.distractors), question
