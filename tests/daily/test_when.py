"""Every way of writing a time, a zone and days that people use."""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

import pytest

from bot.daily.when import EVERY_DAY, WEEKDAYS, WEEKENDS, read_days, read_time
from bot.daily.wish import Action, Kinds, Wish, read_wish
from bot.daily.zones import by_code, find_zones, zone_code, zone_info, zone_name


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("9", "09:00"), ("09", "09:00"), ("9:00", "09:00"), ("9.00", "09:00"), ("9:30", "09:30"),
        ("9:30pm", "21:30"), ("9:30 pm", "21:30"), ("9.30 p.m.", "21:30"), ("9:30 P.M.", "21:30"),
        ("21.30", "21:30"), ("21:30", "21:30"), ("21h30", "21:30"), ("21h", "21:00"), ("2130", "21:30"),
        ("0930", "09:30"), ("0930h", "09:30"), ("1800 hrs", "18:00"), ("9 o'clock", "09:00"),
        ("9 o’clock", "09:00"), ("9am", "09:00"), ("9 AM", "09:00"), ("12am", "00:00"), ("12pm", "12:00"),
        ("12", "12:00"), ("noon", "12:00"), ("Midday", "12:00"), ("midnight", "00:00"), ("24:00", "00:00"),
        ("0:00", "00:00"), ("00:15", "00:15"), ("half past nine", "09:30"), ("quarter to 10", "09:45"),
        ("quarter past 9 pm", "21:15"), ("nine", "09:00"), ("nine pm", "21:00"), ("18 uhr", "18:00"),
        ("5 in the morning", "05:00"), ("5 in the afternoon", "17:00"), ("9 in the evening", "21:00"),
        ("9 at night", "21:00"), ("2 at night", "02:00"), ("12 at night", "00:00"), ("06:30", "06:30"),
        ("6 am", "06:00"), ("13 pm", "13:00"), ("morning", "09:00"), ("evening", "19:00"),
    ],
)  # fmt: skip
def test_a_time(said: str, meant: str) -> None:
    assert read_time(said) == (time.fromisoformat(meant),)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("6", ("06:00", "18:00")),
        ("6:30", ("06:30", "18:30")),
        ("1", ("01:00", "13:00")),
        ("five", ("05:00", "17:00")),
    ],
)
def test_a_time_that_must_be_asked_about(said: str, meant: tuple[str, str]) -> None:
    assert read_time(said) == tuple(map(time.fromisoformat, meant))


@pytest.mark.parametrize(
    "said",
    ["", "25", "25:00", "9:75", "24:30", "13am", "9:3", "-9", "soon", "9 9", "99999", "9:30:15", "pm"],
)
def test_no_time(said: str) -> None:
    assert read_time(said) == ()


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("London", "Europe/London"), ("LONDON", "Europe/London"), ("New York", "America/New_York"),
        ("new_york", "America/New_York"), ("NYC", "America/New_York"), ("Boston", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"), ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"), ("Zürich", "Europe/Zurich"), ("Kyiv", "Europe/Kyiv"),
        ("Kiev", "Europe/Kyiv"), ("Bengaluru", "Asia/Kolkata"), ("Calcutta", "Asia/Kolkata"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"), ("Port-au-Prince", "America/Port-au-Prince"),
        ("St. Louis", "America/Chicago"), ("Washington D.C.", "America/New_York"),
        ("Europe/Vienna", "Europe/Vienna"), ("europe/vienna", "Europe/Vienna"),
        ("America/New York", "America/New_York"), ("US/Eastern", "US/Eastern"),
        ("Germany", "Europe/Berlin"), ("India", "Asia/Kolkata"), ("Japan", "Asia/Tokyo"),
        ("UK", "Europe/London"), ("UTC", "UTC"), ("Z", "UTC"), ("EST", "America/New_York"),
        ("edt", "America/New_York"), ("ET", "America/New_York"), ("PST", "America/Los_Angeles"),
        ("CET", "Europe/Berlin"), ("CEST", "Europe/Berlin"), ("JST", "Asia/Tokyo"),
        ("ART", "America/Argentina/Buenos_Aires"), ("UTC+5:30", "UTC+05:30"), ("utc +5.30", "UTC+05:30"),
        ("GMT+0530", "UTC+05:30"), ("+5:30", "UTC+05:30"),
        ("UTC-3", "UTC-03:00"), ("gmt−3", "UTC-03:00"), ("-11", "UTC-11:00"), ("UTC+14", "UTC+14:00"),
        ("UTC+0", "UTC"), ("UTC-12", "UTC-12:00"),
    ],
)  # fmt: skip
def test_a_zone(said: str, zone: str) -> None:
    assert find_zones(said) == (zone,)


@pytest.mark.parametrize(
    ("said", "zones"),
    [
        ("IST", ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem")),
        ("ist", ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem")),
        ("CST", ("America/Chicago", "Asia/Shanghai", "America/Havana")),
        ("BST", ("Europe/London", "Asia/Dhaka")),
        ("GMT", ("UTC", "Europe/London")),
        ("Springfield", ("America/Chicago", "America/New_York")),
        ("Portland", ("America/Los_Angeles", "America/New_York")),
        ("Hyderabad", ("Asia/Kolkata", "Asia/Karachi")),
        ("USA", ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")),
    ],
)
def test_a_zone_that_must_be_asked_about(said: str, zones: tuple[str, ...]) -> None:
    assert find_zones(said) == zones


@pytest.mark.parametrize(
    "said", ["", "flurb", "UTC+15", "UTC-13", "+99", "art", "cat", "eat", "us", "central", "/", "Etc"]
)
def test_no_zone(said: str) -> None:
    assert find_zones(said) == ()


def test_every_zone_of_the_database_can_be_named_shown_and_carried_by_a_button() -> None:
    for zone in available_timezones():
        assert find_zones(zone) == (zone,) or "/" not in zone  # EST, Cuba and the like mean the place
        assert zone_info(zone)
        assert by_code(zone_code(zone)) == zone
        assert len(zone_code(zone)) <= 8
        assert zone_name(zone)


@pytest.mark.parametrize("offset", ["UTC+05:30", "UTC-03:00", "UTC+14:00", "UTC-12:00"])
def test_an_offset_can_be_carried_by_a_button(offset: str) -> None:
    assert by_code(zone_code(offset)) == offset


def test_what_no_button_ever_carried_is_no_zone() -> None:
    assert [by_code(code) for code in ("", "e9900", "00000000", "w130")] == [None] * 4
    with pytest.raises(ValueError, match="no time zone is called Mars/Crater"):
        zone_info("Mars/Crater")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("daily", EVERY_DAY), ("every day", EVERY_DAY), ("weekdays", WEEKDAYS), ("every weekday", WEEKDAYS),
        ("weekends", WEEKENDS), ("mon-fri", WEEKDAYS), ("Monday to Friday", WEEKDAYS),
        ("Mon – Fri", WEEKDAYS),
        ("fri-mon", 0b1110001), ("mon, wed, fri", 0b0010101), ("mon wed fri", 0b0010101),
        ("Saturdays and Sundays", WEEKENDS), ("every monday", 0b1), ("tues thurs", 0b1010),
        ("mon-wed and sat", 0b0100111), ("sundays", 0b1000000),
    ],
)  # fmt: skip
def test_days(said: str, days: int) -> None:
    assert read_days(said) == days


@pytest.mark.parametrize("said", ["", "mo", "someday", "mon flurb", "and", "-", "9", "month"])
def test_no_days(said: str) -> None:
    assert read_days(said) is None


NINE, HALF_PAST_NINE = (time(9),), (time(21, 30),)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("", Wish()),
        ("on", Wish(Action.ON)),
        ("off", Wish(Action.OFF)),
        ("STATUS", Wish(Action.STATUS)),
        ("on 9", Wish(Action.ON, NINE)),
        ("9", Wish(None, NINE)),
        ("on 9:30 pm London", Wish(Action.ON, HALF_PAST_NINE, ("Europe/London",))),
        ("on London 9:30pm", Wish(Action.ON, HALF_PAST_NINE, ("Europe/London",))),
        ("on at 21.30 in London on weekdays", Wish(Action.ON, HALF_PAST_NINE, ("Europe/London",), WEEKDAYS)),
        ("on 9 New York", Wish(Action.ON, NINE, ("America/New_York",))),
        ("on 9 UTC+5:30 prompting", Wish(Action.ON, NINE, ("UTC+05:30",), rest="prompting")),
        ("on mon, wed and fri 9:00 questions", Wish(Action.ON, NINE, (), 0b10101, Kinds.QUESTION)),
        ("on tips and questions about retrieval", Wish(Action.ON, kinds=Kinds.BOTH, rest="retrieval")),
        ("on 9 both weekends", Wish(Action.ON, NINE, (), WEEKENDS, Kinds.BOTH)),
        ("on @our_news 9:00", Wish(Action.ON, NINE, target="@our_news")),
        ("on https://t.me/our_news 9:00", Wish(Action.ON, NINE, target="@our_news")),
        ("on every day at 9", Wish(Action.ON, NINE, (), EVERY_DAY)),
        ("on 9 safety, ethics and law", Wish(Action.ON, NINE, rest="safety ethics and law")),
        ("on flurb 25:00", Wish(Action.ON, rest="flurb 25:00")),
        ("on 6 BST", Wish(Action.ON, (time(6), time(18)), ("Europe/London", "Asia/Dhaka"))),
        ("prompting", Wish(rest="prompting")),
    ],
)  # fmt: skip
def test_a_wish(said: str, wish: Wish) -> None:
    assert read_wish(said) == wish
