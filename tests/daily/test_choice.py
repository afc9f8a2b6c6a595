"""Which tip comes next: each once before any comes again, topics in turn, and changes disturb nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daily.choice import choose

DAY = date(2026, 1, 1)
POOL = {f"{topic}{n}": topic for topic, count in (("a", 30), ("b", 20), ("c", 10)) for n in range(count)}


def shown(pool: dict[str, str], days: int, seed: str = "s", seen: dict[str, date] | None = None) -> list[str]:
    """What a subscription gets on so many days."""
    seen = dict(seen or {})
    start = max(seen.values(), default=DAY) + timedelta(days=1)
    order = []
    for n in range(days):
        name = choose(pool, seen, seed)
        assert name is not None
        seen[name] = start + timedelta(days=n)
        order.append(name)
    return order


def test_each_once_before_any_comes_again_and_then_the_same_order() -> None:
    order = shown(POOL, 150)
    assert set(order[:60]) == set(POOL)
    assert order[60:120] == order[:60]


def test_topics_take_turns_as_long_as_they_have_something_new() -> None:
    order = shown(POOL, 60)
    assert Counter(POOL[name] for name in order[:30]) == {"a": 10, "b": 10, "c": 10}
    for first in range(0, 30, 3):
        assert {POOL[name] for name in order[first : first + 3]} == {"a", "b", "c"}


def test_subscriptions_get_different_tips_on_one_day() -> None:
    first = Counter(shown(POOL, 1, f"{seed}")[0] for seed in range(300))
    assert len(first) > 50
    assert max(first.values()) < 20
    assert 70 < sum(count for name, count in first.items() if POOL[name] == "c") < 130


def test_an_empty_pool_has_nothing() -> None:
    assert choose({}, {"a1": DAY}, "s") is None


names = st.sampled_from(sorted(POOL))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.sets(names, max_size=50), st.sets(names, max_size=50))
def test_content_may_change_at_any_time(days: int, before: set[str], after: set[str]) -> None:
    """After a change still none comes again before all that are there now were seen since."""
    old = {name: topic for name, topic in POOL.items() if name not in before}
    new = {name: topic for name, topic in POOL.items() if name not in after}
    order = shown(old, days)
    seen = {name: DAY + timedelta(days=n) for n, name in enumerate(order)}
    order += shown(new, 70, seen=seen)
    for place in range(days, len(order)):
        name = order[place]
        earlier = [n for n in range(place) if order[n] == name]
        if earlier:
            assert set(new) - {name} <= set(order[earlier[-1] + 1 : place])


@settings(max_examples=60, deadline=None)
@given(names, st.integers(0, 59))
def test_one_that_is_taken_out_moves_nothing_else_in_its_topic(gone: str, days: int) -> None:
    whole, less = shown(POOL, days), shown({n: t for n, t in POOL.items() if n != gone}, days)
    for topic in "abc":
        kept = [name for name in whole if POOL[name] == topic and name != gone]
        left = [name for name in less if POOL[name] == topic]
        assert kept[: len(left)] == left[: len(kept)]
