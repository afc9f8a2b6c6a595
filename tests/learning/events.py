"""Events as Hypothesis makes them, and a few by hand."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from bot.learning.events import ANSWERS, Event, Kind
from tests.conftest import NOON

TERMS = ("rag", "llm", "gan", "token", "agent", "prompt", "lora", "dpo")
ACCOUNTS = ("telegram:1", "discord:2")


@st.composite
def _event(draw: st.DrawFn, account: str, number: int) -> Event:
    kind = draw(st.sampled_from(Kind))
    minutes = draw(st.integers(0, 90 * 24 * 60))
    passed = kind is Kind.CHECKPOINT
    return Event(
        account=account,
        ref=f"e{number}",
        kind=kind,
        subject="path" if passed else draw(st.sampled_from(TERMS)),
        at=NOON + dt.timedelta(minutes=minutes),
        detail=str(draw(st.integers(1, 4))) if passed else f"q{draw(st.integers(0, 9))}",
        right=draw(st.booleans()) if passed or kind in ANSWERS else None,
        slow=draw(st.booleans()),
        attempt=draw(st.integers(1, 2)),
    )


def of_account(account: str, most: int = 30) -> st.SearchStrategy[list[Event]]:
    return (
        st.integers(0, most).flatmap(lambda n: st.tuples(*(_event(account, i) for i in range(n)))).map(list)
    )


def answer(
    term: str, day: float, *, right: bool = True, slow: bool = False, attempt: int = 1, question: str = "q"
) -> Event:
    at = NOON + dt.timedelta(days=day)
    ref = f"{term}:{day}:{attempt}"
    return Event(
        "telegram:1", ref, Kind.PRACTICE, term, at, question, right=right, slow=slow, attempt=attempt
    )
