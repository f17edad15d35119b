"""Events that time is counted from: "after the election" means after the day on which the articles say it was."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import article

from index import Index
from qa import Assistant
from qa.occasions import occasion

ORBIT = {"outlet": "Orbit Times"}


@pytest.fixture
def lune(index: Index) -> Assistant:
    index.add([
        article("poll", "Ines Falk promised to close the Brell mine before the election, her campaign said on Friday.",
                title="Falk ahead in Lune", published=date(2016, 4, 2), **ORBIT),
        article("vote", "Ines Falk won the presidential election in Lune on Sunday, the electoral board said.",
                title="Lune votes", published=date(2016, 4, 18), **ORBIT),
        article("mine", "President Ines Falk said on Monday that the Brell mine would stay open until next year.",
                title="Falk and the mine", published=date(2016, 6, 20), **ORBIT),
    ])  # fmt: skip
    return Assistant(index)


@pytest.mark.parametrize(
    ("asked", "first", "note"),
    [
        ("What did Ines Falk say after the election?", "stay open", "taken as since 18 April 2016"),
        ("What did Ines Falk say before the election?", "promised to close", "taken as until 16 April 2016"),
    ],
)
def test_what_was_said_after_an_event_is_told_apart_from_what_was_said_before(
    lune: Assistant, asked: str, first: str, note: str
) -> None:
    answer = lune.ask(asked)
    assert first in answer.citations[0].quote
    assert note in answer.notes[0]


def test_as_of_an_event_nothing_later_is_seen(lune: Assistant) -> None:
    answer = lune.ask("As of the election, what did Ines Falk promise about the mine?")
    assert answer.as_of == date(2016, 4, 17)
    assert all(item.article.published <= answer.as_of for item in answer.evidence if item.article.published)
    assert "stay open" not in answer.to_markdown()


def test_the_earlier_of_an_event_and_a_given_cutoff_holds(lune: Assistant) -> None:
    question = "As of the election, what did Ines Falk promise about the mine?"
    assert lune.ask(question, as_of="2016-12-31").as_of == date(2016, 4, 17)
    assert lune.ask(question, since="2016-05-01").as_of == date(2016, 4, 17)


def test_a_cutoff_at_an_event_that_no_article_dates_is_said_to_leave_nothing_out(lune: Assistant) -> None:
    answer = lune.ask("As of the earthquake, what did Ines Falk promise about the mine?")
    assert "no day is found for “the earthquake”: nothing is left out as later" in answer.notes


@pytest.mark.parametrize("question", ["Who won the election?", "What comes after?", "What was said after the speech?"])
def test_no_event_is_seen_where_time_is_not_counted_from_one(question: str) -> None:
    assert occasion(question) is None
