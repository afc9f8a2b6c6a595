"""Actions: small, versioned, and refused when made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import MAX_BYTES, Action, BadAction, decode

ids = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?", fullmatch=True)
owners = st.none() | st.integers(-(2**63), 2**63 - 1)


@given(st.from_regex(r"[a-z]{1,2}", fullmatch=True), st.lists(ids, max_size=1), owners)
def test_what_is_encoded_is_read_back(verb: str, args: list[str], owner: int | None) -> None:
    action = Action(verb, tuple(args), owner)
    assert decode(action.encode()) == action
    assert len(action.encode().encode()) <= MAX_BYTES


def test_two_ids_and_an_owner_just_fit() -> None:
    assert len(Action("c", ("a" * 24, "b" * 24), 2**64 - 1).encode()) == MAX_BYTES


@given(st.text())
def test_anything_else_is_refused_or_harmless(text: str) -> None:
    try:
        action = decode(text)
    except BadAction:
        return
    assert action.encode() == text or action.owner is not None


@pytest.mark.parametrize("old", ["", "0w_rag_", "w|rag", "1w_rag_std_" + "x" * 60, "1W_rag_"])
def test_an_old_button_is_refused(old: str) -> None:
    with pytest.raises(BadAction):
        decode(old)


@pytest.mark.parametrize("action", [Action("w", ("a b",)), Action("c", ("a" * 24, "b" * 24, "c" * 24))])
def test_what_could_not_travel_is_refused_when_made(action: Action) -> None:
    with pytest.raises(ValueError, match="action"):
        action.encode()
