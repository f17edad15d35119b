"""Expressions of time: what they mean from a given day, and when they are left alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from index.periods import Period
from index.timewords import read

WEDNESDAY = date(2020, 3, 4)


def meanings(text: str, anchor: date | None = WEDNESDAY, *, loose: bool = False) -> list[tuple[str, str]]:
    return [(mention.text, mention.period.iso) for mention in read(text, anchor, loose=loose)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # printed in full
        ("It opened on 3 May 2016.", [("on 3 May 2016", "2016-05-03")]),
        ("It opened on May 3, 2016, in rain.", [("on May 3, 2016", "2016-05-03")]),
        ("It opened in March 2016.", [("in March 2016", "2016-03")]),
        ("It has stood since 1980.", [("since 1980", "1980")]),
        ("They came from 24 to 26 April 2016.", [("from 24 to 26 April 2016", "2016-04-24/2016-04-26")]),
        ("It ran between May and July 2016.", [("between May and July 2016", "2016-05-01/2016-07-31")]),
        ("It closed in late March 2016.", [("in late March 2016", "2016-03-21/2016-03-31")]),
        ("It fell in the second quarter of 2016.", [("in the second quarter of 2016", "2016-04-01/2016-06-30")]),
        ("They were built in the 1990s.", [("in the 1990s", "1990-01-01/1999-12-31")]),
        ("It fell on 31 February 2016.", [("February 2016", "2016-02")]),
        # without a year, or relative: counted from Wednesday, 4 March 2020
        ("It burst on Sunday.", [("on Sunday", "2020-03-01")]),
        ("It burst on Wednesday.", [("on Wednesday", "2020-03-04")]),
        ("It burst last Wednesday.", [("last Wednesday", "2020-02-26")]),
        ("The gates will close on Friday.", [("on Friday", "2020-03-06")]),
        ("The gates are due to close by Friday, the owner said on Monday.",
         [("by Friday", "2020-03-06"), ("on Monday", "2020-03-02")]),
        ("It was cleared over the weekend.", [("over the weekend", "2020-02-29/2020-03-01")]),
        ("It burst on 30 December.", [("on 30 December", "2019-12-30")]),
        ("It burst on Sunday, 30 December.", [("on Sunday, 30 December", "2018-12-30")]),
        ("They meet again on Sunday, 8 March.", [("on Sunday, 8 March", "2020-03-08")]),
        ("It won on Sunday, 8 March, in a text that was brought up to date.", [("on Sunday, 8 March", "2020-03-08")]),
        ("It won, beating them Sunday in what will be remembered.", [("Sunday", "2020-03-01")]),
        ("From 9 March the toll will be zero.", [("From 9 March", "2020-03-09")]),
        ("It rained in December.", [("in December", "2019-12")]),
        ("They will vote in December.", [("in December", "2020-12")]),
        ("It burst yesterday.", [("yesterday", "2020-03-03")]),
        ("Trade fell last month.", [("last month", "2020-02")]),
        ("Trade fell earlier this month.", [("earlier this month", "2020-03-01/2020-03-04")]),
        ("It was used by ships last year.", [("last year", "2019")]),
        ("They met last week.", [("last week", "2020-02-24/2020-03-01")]),
        ("It fell in May 2015 and rose in December of that year.",
         [("in May 2015", "2015-05"), ("in December of that year", "2015-12")]),
        ("They left two days ago.", [("two days ago", "2020-03-02")]),
        # nothing of the kind
        ("It may march in May's footsteps.", []),
        ("The sun was seen by 2000 people.", []),
        ("It cost 2,016 crowns, or 3.12 each.", []),
        ("The mayor said no.", []),
        ("", []),
    ],
)  # fmt: skip
def test_an_expression_means_days(text: str, found: list[tuple[str, str]]) -> None:
    assert meanings(text) == found


def test_without_a_day_to_count_from_only_what_is_printed_in_full_is_read() -> None:
    text = "It burst on Sunday, last month, in March, and on 3 May 2016."
    assert meanings(text, None) == [("on 3 May 2016", "2016-05-03")]


@pytest.mark.parametrize(
    "text",
    [
        "The owner hoped that the ship would float by Saturday.",
        "They vote next Thursday.",
        "The bridge opened in 1967 and needed repairs in May.",
        "They were told to leave by Friday.",
    ],
)
def test_what_may_be_read_two_ways_is_not_certain(text: str) -> None:
    assert not any(mention.certain for mention in read(text, WEDNESDAY) if not mention.dated)


@pytest.mark.parametrize(
    ("question", "window"),
    [
        ("who held it before 2017", Period(None, date(2016, 12, 31))),
        ("what has changed since june", Period(date(2019, 6, 1), None)),
        ("what came after 3 may 2016", Period(date(2016, 5, 4), None)),
        ("how many were dead by the end of April 2016", Period(None, date(2016, 4, 30))),
        ("palmyra april 2016", Period(date(2016, 4, 1), date(2016, 4, 30))),
    ],
)
def test_a_preposition_makes_a_window(question: str, window: Period) -> None:
    (mention,) = read(question, WEDNESDAY, loose=True)
    assert mention.window == window


def test_periods_know_how_far_apart_they_are_and_say_themselves() -> None:
    march = Period(date(2016, 3, 1), date(2016, 3, 31))
    may = Period(date(2016, 5, 1), None)
    assert (march.gap(may), may.gap(march), march.gap(Period(None, date(2016, 3, 5)))) == (31, 31, 0)
    assert (str(march), str(may), march.iso, may.iso) == ("March 2016", "since 1 May 2016", "2016-03", "2016-05-01/..")


def test_every_mention_stands_where_it_says() -> None:
    text = "On Sunday, 27 March, it fell; by 3 May 2016 and in June of that year it rose, last week it sank. " * 3
    found = read(text, WEDNESDAY)
    assert len(found) == 12
    for mention, after in pairwise(found):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start <= mention.core < mention.end <= after.start
