"""Dates: what outlets print is read strictly; what is ambiguous or impossible stays unknown."""

from __future__ import annotations

from datetime import date

import pytest

from index.dates import date_in_url, parse_date, require_date, say
from index.errors import InputError


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("28 March 2016", date(2016, 3, 28)),
        ("March 28, 2016", date(2016, 3, 28)),
        ("28th of March, 2016", date(2016, 3, 28)),
        ("Sept. 3, 2020", date(2020, 9, 3)),
        ("Monday, 28 March 2016", date(2016, 3, 28)),
        ("Mon, 28 Mar 2016 10:00:00 GMT", date(2016, 3, 28)),
        ("Updated 5:05 PM ET, Mon March 28, 2016", date(2016, 3, 28)),
        ("Published: 28 March 2016, 10:30 am", date(2016, 3, 28)),
        ("2016-03-28", date(2016, 3, 28)),
        ("2016-03-28T23:30:00-05:00", date(2016, 3, 28)),
        ("28/03/2016", date(2016, 3, 28)),
        ("03/28/2016", date(2016, 3, 28)),
        ("April 2016", date(2016, 4, 30)),
        ("2016", date(2016, 12, 31)),
        ("2016-03", date(2016, 3, 31)),
        ("2016-3-28", date(2016, 3, 28)),
        ("28-Mar-2016", date(2016, 3, 28)),
        ("2016-13", None),
        ("31-Feb-2016", None),
        ("03/04/2016", None),
        ("31 February 2016", None),
        ("2016-13-01", None),
        ("May", None),
        ("12 men", None),
        ("28 March 2016, a day to remember", None),
        ("", None),
    ],
)
def test_a_printed_date_is_its_calendar_day(text: str, day: date | None) -> None:
    parsed = parse_date(text)
    assert (parsed.day if parsed else None) == day


def test_the_declared_day_order_decides_an_ambiguous_date() -> None:
    first, second = parse_date("03/04/2016", "day first"), parse_date("03/04/2016", "month first")
    assert first is not None
    assert second is not None
    assert (first.day, second.day) == (date(2016, 4, 3), date(2016, 3, 4))


def test_the_instant_is_kept_beside_the_printed_day() -> None:
    parsed = parse_date("2022-02-23T08:30:00+13:00")
    assert parsed is not None
    assert parsed.instant is not None
    assert parsed.day == date(2022, 2, 23)
    assert parsed.instant.utctimetuple().tm_mday == 22


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2016/03/28/x", date(2016, 3, 28)),
        ("https://a.example/world/2016/mar/28/x", date(2016, 3, 28)),
        ("https://a.example/2016/13/28/x", None),
        ("https://a.example/x-2016", None),
    ],
)
def test_a_url_may_carry_the_day(url: str, day: date | None) -> None:
    assert date_in_url(url) == day


def test_a_date_that_is_none_is_refused_with_its_value_and_the_way_out() -> None:
    with pytest.raises(InputError, match=r"as_of 'soon' is not a date; write it like 2016-03-28"):
        require_date("soon", "as_of")


def test_a_day_is_said_as_a_reader_writes_it() -> None:
    assert say(date(2016, 3, 8)) == "8 March 2016"
