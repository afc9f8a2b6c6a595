"""Which questions a quiz gets, how their options are arranged, and how long each stays open."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import lru_cache
from itertools import groupby

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.library.drafts import Form
from bot.library.generators import Generated, generated
from bot.library.schema import Difficulty, Distractor, Question
from bot.quiz.model import Item
from bot.quiz.pick import MADE, Draw, pick, reading_seconds
from tests.core import library

POOLS = st.integers(1, 40)
SEEDS = st.integers(0, 2**32)


def a_question(
    name: str, *, tests: str = "", stem: str = "", options: tuple[str, ...] = (), made: bool = False
) -> Question:
    """A question whose options are words that stand in no other question."""
    texts = options or tuple(f"{name} {word}" for word in ("key", "first", "second", "third"))
    distractors = tuple(Distractor(text=text, why="It is wrong.") for text in texts[1:])
    values = {
        "id": name,
        "topic": "training" if len(name) % 2 else "data",
        "tests": tests or f"term-{name}",
        "level": Difficulty.EASY,
        "stem": stem or f"What does the one called {name} do when it is asked?",
        "key": texts[0],
        "distractors": distractors,
        "explanation": "It is right because this is what the entry says about it.",
        "as_of": dt.date(2026, 11, 24),
    }
    return Generated(form=Form.NAMED, **values) if made else Question(**values)


def a_pool(count: int, *, made: int = 0) -> list[Question]:
    return [a_question(f"q{n}") for n in range(count)] + [a_question(f"m{n}", made=True) for n in range(made)]


def names(draw: Draw) -> list[str]:
    return [item.question for item in draw.items]


@lru_cache(maxsize=1)
def everything() -> tuple[Question, ...]:
    return (*library().questions.values(), *generated(library()))


class TestChoice:
    def test_a_quiz_has_as_many_questions_as_were_asked_for_and_a_few_spares(self) -> None:
        draw = pick(a_pool(20), {}, {}, 7, seed=1)
        assert (len(draw.items), len(draw.spares)) == (7, 3)
        assert len({i.question for i in (*draw.items, *draw.spares)}) == 10

    def test_a_small_pool_gives_a_shorter_quiz(self) -> None:
        draw = pick(a_pool(4), {}, {}, 7, seed=1)
        assert (len(draw.items), len(draw.spares)) == (4, 0)

    def test_the_seed_decides(self) -> None:
        pool = a_pool(20)
        assert pick(pool, {}, {}, 7, seed=1) == pick(list(reversed(pool)), {}, {}, 7, seed=1)
        assert pick(pool, {}, {}, 7, seed=1) != pick(pool, {}, {}, 7, seed=2)

    def test_topic_and_level_are_kept(self) -> None:
        pool = {q.id: q for q in everything()}
        draw = pick(pool.values(), {}, {}, 7, 5, topics=("safety",), level=Difficulty.EASY)
        found = [pool[name] for name in names(draw)]
        assert len(found) == 7
        assert {(q.topic, q.level) for q in found} == {("safety", Difficulty.EASY)}

    @given(size=POOLS, count=st.integers(3, 10), seed=SEEDS)
    def test_nothing_comes_again_before_the_pool_is_used_up(self, size: int, count: int, seed: int) -> None:
        pool, seen = a_pool(size), dict[str, float]()
        for quiz in range(size // count):
            draw = pick(pool, seen, {}, count, f"{seed}:{quiz}")
            assert not seen.keys() & set(names(draw))
            seen.update(dict.fromkeys(names(draw), float(quiz)))

    def test_then_comes_what_was_unseen_for_longest(self) -> None:
        seen = {f"q{n}": float(n) for n in range(9)}
        draw = pick(a_pool(10), seen, {}, 3, seed=4, spares=0)
        assert sorted(names(draw)) == ["q0", "q1", "q9"]

    def test_at_most_one_in_four_is_generated_while_written_ones_are_unseen(self) -> None:
        for seed in range(50):
            draw = pick(a_pool(20, made=60), {}, {}, 8, seed)
            assert sum(name.startswith("m") for name in names(draw)) <= 8 // MADE

    def test_generated_ones_come_before_anything_is_repeated(self) -> None:
        pool = a_pool(2, made=10)
        draw = pick(pool, {"q0": 1.0}, {}, 7, seed=1, spares=0)
        assert "q0" not in names(draw)

    def test_each_question_is_about_another_term(self) -> None:
        pool = [a_question(f"q{n}", tests=f"term-{n % 5}") for n in range(30)]
        for seed in range(20):
            draw = pick(pool, {}, {}, 5, seed, spares=0)
            assert len({int(name[1:]) % 5 for name in names(draw)}) == 5

    def test_no_stem_holds_the_answer_of_another_question(self) -> None:
        told = a_question("told", stem="What does softmax do to the scores of a network?")
        asked = a_question("asked", options=("Softmax", "Sigmoid", "Pooling", "Dropout"))
        for seed in range(20):
            draw = pick([told, asked], {}, {}, 2, seed)
            assert len(draw.items) == 1

    def test_what_the_group_misses_comes_more_often(self) -> None:
        pool = a_pool(40)
        missed = {f"term-q{n}": (1.0 if n < 10 else 0.0) for n in range(40)}
        counted = Counter(name for seed in range(400) for name in names(pick(pool, {}, missed, 4, seed)))
        often = sum(counted[f"q{n}"] for n in range(10)) / 10
        seldom = sum(counted[f"q{n}"] for n in range(10, 40)) / 30
        assert 2.5 < often / seldom < 4.5


class TestPlaces:
    @settings(deadline=None, max_examples=60)
    @example(count=3, seed=29074)
    @given(count=st.integers(3, 30), seed=SEEDS)
    def test_the_right_answer_never_stands_thrice_running_at_one_place(self, count: int, seed: int) -> None:
        draw = pick(everything(), {}, {}, count, seed)
        places = [item.key for item in (*draw.items, *draw.spares)]
        assert all(len(list(same)) <= 2 for _, same in groupby(places))

    @settings(deadline=None, max_examples=60)
    @given(seed=SEEDS)
    def test_each_place_has_its_share(self, seed: int) -> None:
        keys = Counter(item.key for item in pick(a_pool(40), {}, {}, 24, seed).items)
        assert set(keys) == {0, 1, 2, 3}
        assert max(keys.values()) - min(keys.values()) <= 2

    def test_no_place_is_known_beforehand(self) -> None:
        fourth = Counter[int]()
        for seed in range(400):
            places = [item.key for item in pick(a_pool(10), {}, {}, 4, seed).items]
            fourth[len(set(places))] += 1
        assert fourth[4] < 200, "the fourth place could be told from the first three"

    def test_every_order_holds_every_option_once(self) -> None:
        for item in pick(everything(), {}, {}, 30, 3).items:
            assert sorted(item.order) == list(range(len(item.order)))

    def test_numbers_stand_in_ascending_order(self) -> None:
        sized = a_question("size", options=("14 GB", "3.5 GB", "7 GB", "28 GB"))
        (item,) = pick([sized], {}, {}, 1, 9).items
        assert [sized.options[n] for n in item.order] == ["3.5 GB", "7 GB", "14 GB", "28 GB"]

    def test_scales_are_understood(self) -> None:
        sized = a_question("size", options=("2 billion", "900 thousand", "About 40 million", "1,500"))
        (item,) = pick([sized], {}, {}, 1, 9).items
        ordered = [sized.options[n] for n in item.order]
        assert ordered == ["1,500", "900 thousand", "About 40 million", "2 billion"]

    def test_phrases_that_begin_with_numbers_are_shuffled(self) -> None:
        odds = a_question("odds", options=("99 % dog, 1 % cat", "60 % dog, 40 % cat", "50 % dog, 50 % cat"))
        assert len({pick([odds], {}, {}, 1, seed).items[0].order for seed in range(30)}) > 3

    def test_a_place_fixed_by_numbers_makes_no_run_either(self) -> None:
        fixed = [a_question(f"n{n}", options=("1 kg", "2 kg", "3 kg", f"{n + 4} kg")) for n in range(4)]
        for seed in range(30):
            places = [item.key for item in pick([*fixed, *a_pool(6)], {}, {}, 10, seed).items]
            assert all(len(list(same)) <= 2 for _, same in groupby(places))


class TestTime:
    def test_twenty_seconds_and_the_time_to_read(self) -> None:
        stem = "word " * 17 + "?"
        asked = a_question("long", stem=stem, options=("one two", "three four", "five six", "seven eight"))
        assert reading_seconds(asked) == 20 + 11  # 26 words at 2.5 a second

    def test_the_given_time_is_held_within_reason(self) -> None:
        def item(seconds: int) -> Item:
            return pick(a_pool(1), {}, {}, 1, 1, seconds=seconds).items[0]

        assert [item(n).seconds for n in (1, 10, 45, 999)] == [10, 10, 45, 120]

    def test_somebody_alone_has_no_limit(self) -> None:
        assert pick(a_pool(1), {}, {}, 1, 1, seconds=0).items[0].seconds == 0

    def test_real_questions_get_between_half_a_minute_and_a_minute(self) -> None:
        times = sorted(map(reading_seconds, everything()))
        assert times[len(times) // 100] >= 25
        assert times[-1] <= 60
