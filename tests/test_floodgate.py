"""One warning, then quiet, then welcome again."""

from __future__ import annotations

from bot.floodgate import CAPACITY, REFILL_SECONDS, Floodgate, Verdict
from tests.conftest import Clock

ANN, BOB = ("telegram", 1), ("telegram", 2)


def test_a_burst_passes_then_one_warning_then_quiet(clock: Clock) -> None:
    gate = Floodgate()
    verdicts = [gate.knock(ANN, clock()) for _ in range(CAPACITY + 3)]
    assert verdicts == [Verdict.LET] * CAPACITY + [Verdict.WARN] + [Verdict.QUIET] * 2
    assert gate.knock(BOB, clock()) is Verdict.LET, "others do not suffer for it"


def test_one_more_passes_after_a_while(clock: Clock) -> None:
    gate = Floodgate()
    for _ in range(CAPACITY + 1):
        gate.knock(ANN, clock())
    clock.pass_(seconds=REFILL_SECONDS)
    assert gate.knock(ANN, clock()) is Verdict.LET
    assert gate.knock(ANN, clock()) is Verdict.QUIET, "still the same flood"


def test_a_second_flood_is_warned_of_again(clock: Clock) -> None:
    gate = Floodgate()
    for _ in range(CAPACITY + 1):
        gate.knock(ANN, clock())
    clock.pass_(minutes=1)
    verdicts = [gate.knock(ANN, clock()) for _ in range(CAPACITY + 1)]
    assert verdicts[-1] is Verdict.WARN


def test_a_clock_that_goes_back_gives_nothing(clock: Clock) -> None:
    gate = Floodgate()
    for _ in range(CAPACITY):
        gate.knock(ANN, clock())
    clock.pass_(hours=-1)
    assert gate.knock(ANN, clock()) is Verdict.WARN
