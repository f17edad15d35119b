"""The time in a question: a cutoff, days that are preferred, the latest; over the samples, through the whole chain."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import article

from index import Index
from index.errors import InputError
from index.periods import Period
from qa import Assistant
from qa.timing import fit
from qa.when import When, when

NEWEST = date(2016, 5, 3)
MARCH = Period(date(2016, 3, 1), date(2016, 3, 31))


@pytest.mark.parametrize(
    ("question", "day", "about"),
    [
        ("As of 3 May 2016, who runs the port of Velm?", NEWEST, "who runs the port of Velm?"),
        ("Who ran the port of Velm as of April 2016?", date(2016, 4, 30), "Who ran the port of Velm?"),
        ("On what was known on 2 March 2016, who ran the port?", date(2016, 3, 2), "who ran the port?"),
        ("What was known about the toll on 2 March 2016?", date(2016, 3, 2), "What was known about the toll?"),
        ("Who ran the port as of 1 May?", date(2016, 5, 1), "Who ran the port?"),
        ("Who ran the port on 2 March 2016?", None, "Who ran the port?"),
        ("What was known before 2 March 2016 about the port?", date(2016, 3, 1), "What was known about the port?"),
    ],
)
def test_as_of_a_day_is_a_cutoff(question: str, day: date | None, about: str) -> None:
    asked = when(question, NEWEST)
    assert (asked.as_of, asked.about) == (day, about)


@pytest.mark.parametrize(
    ("question", "windows", "about"),
    [
        ("Who retook the town in March 2016?", (MARCH,), "Who retook the town?"),
        ("What happened in March 2016?", (MARCH,), "What happened in March 2016?"),
        ("Who won the race last week?", (Period(date(2016, 4, 25), date(2016, 5, 1)),), "Who won the race?"),
        ("Who ran the port before the election?", (), "Who ran the port before the election?"),
        ("Who scored at Euro 2020?", (), "Who scored at Euro 2020?"),
        ("What do shops sell on Black Friday?", (), "What do shops sell on Black Friday?"),
        ("Who may march to the port?", (), "Who may march to the port?"),
    ],
)
def test_days_in_a_question_are_preferred(question: str, windows: tuple[Period, ...], about: str) -> None:
    asked = when(question, NEWEST)
    assert (asked.windows, asked.about) == (windows, about)


@pytest.mark.parametrize(
    ("question", "latest"),
    [
        ("What is the latest toll?", True),
        ("Who runs the port now?", True),
        ("How many died in the end?", True),
        ("Is the port still closed?", True),
        ("Was the port still closed on the Friday?", False),
        ("Is the port still closed in May 2016?", False),
        ("Who will run it by Friday at the latest?", False),
        ("How did the finalist know?", False),
    ],
)
def test_the_latest_is_asked_for(question: str, latest: bool) -> None:
    assert when(question, NEWEST).latest is latest


@pytest.mark.parametrize("day", ["31 February 2016", "03/04/2016", "2016-02-31", "3.5.2016"])
def test_a_cutoff_that_is_no_day_is_refused_not_passed_over(day: str) -> None:
    """Answered all the same, it would tell what came later."""
    with pytest.raises(InputError, match=f"as of '{day}' is not a date; write it like"):
        when(f"As of {day}, who ran the port?", NEWEST)


@pytest.mark.parametrize("question", ["What changed as of Windows 11?", "Who was hurt as at Pier 39?"])
def test_a_name_with_a_number_is_no_cutoff(question: str) -> None:
    assert when(question, NEWEST).as_of is None


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("What happened at Port Velm yesterday?", True),
        ("Who spoke yesterday in Velm?", True),
        ("What happened tomorrow?", True),
        ("What does USA Today say of it?", False),
        ("What do today’s youth want?", False),
    ],
)
def test_yesterday_is_a_day_wherever_it_stands(question: str, understood: bool) -> None:
    assert bool(when(question, NEWEST).windows) == understood


def test_relative_days_need_a_day_to_count_from() -> None:
    assert not when("Who won the race last week?", None)


def test_what_a_sentence_dates_counts_before_the_day_of_its_article() -> None:
    asked = When((MARCH,))
    of_march = fit("The town was retaken in March 2016.", date(2018, 1, 1), asked)
    then = fit("The town was retaken.", date(2016, 3, 28), asked)
    soon_after = fit("The town was retaken.", date(2016, 4, 20), asked)
    of_another_year = fit("The town was retaken in May 2015.", date(2016, 3, 28), asked)
    long_after = fit("The town was retaken.", date(2018, 1, 1), asked)
    before = fit("The town was retaken.", date(2016, 2, 1), asked)
    assert of_march == then == 1.0
    assert then > soon_after > of_another_year > long_after >= before == 0.0


@pytest.mark.parametrize(
    ("question", "file", "words"),
    [
        ("Who held Palmyra in April 2016?", "palmyra-2016-monuments.html", "held by the Syrian army"),
        ("Who retook Palmyra in March 2017?", "palmyra-2017-retaken.json", "retaken by the Syrian army"),
        ("Who overran Palmyra in December 2016?", "palmyra-2016-recapture.md", "Islamic State overran the city"),
        ("Who was in control of Palmyra on 21 May 2015?", "palmyra-2015-capture.md", "in full control of Palmyra"),
        ("What is the latest death toll in Genoa?", "genoa-bridge-funeral.txt", "has risen to 43"),
        ("Who controls Palmyra now?", "palmyra-2017-retaken.json", "retaken by the Syrian army"),
    ],
)
def test_an_answer_is_about_the_time_asked_for(samples: Assistant, question: str, file: str, words: str) -> None:
    answer = samples.ask(question)
    quotes = [(citation.file.replace("\\", "/").rsplit("/", 1)[-1], citation.quote) for citation in answer.citations]
    assert any(name == file and words in quote for name, quote in quotes)
    assert quotes[0][0] == file


def test_as_of_in_the_question_is_told_and_holds(samples: Assistant) -> None:
    answer = samples.ask("As of 3 May 2016, who is in Palmyra?")
    assert answer.as_of == date(2016, 5, 3)
    assert answer.scope.startswith("As of 3 May 2016; ")
    assert answer.excluded.later > 0
    days = [item.article.published for item in answer.evidence] + [c.published for c in answer.citations]
    assert days
    assert all(day is not None and day <= date(2016, 5, 3) for day in days)


def test_what_was_reported_in_a_month_is_sought_in_the_reports_of_that_month(samples: Assistant) -> None:
    answer = samples.ask("What was reported about Palmyra in March 2016?")
    assert (answer.since, answer.as_of) == (date(2016, 3, 1), date(2016, 3, 31))
    assert answer.status == "answered"
    known = samples.ask("Based on what was known in March 2016, who held Palmyra?")
    assert (known.since, known.as_of) == (None, date(2016, 3, 31))
    early = samples.ask("What was reported about Palmyra in March 2016?", as_of="2016-02-01")
    assert (early.since, early.as_of) == (None, date(2016, 2, 1))


def test_the_earlier_of_two_cutoffs_holds(samples: Assistant) -> None:
    question = "As of 3 May 2016, who is in Palmyra?"
    assert samples.ask(question, as_of="2016-03-31").as_of == date(2016, 3, 31)
    assert samples.ask(question, as_of="2020-03-31").as_of == date(2016, 5, 3)


def test_a_year_is_counted_from_the_cutoff_else_from_the_newest_article(samples: Assistant) -> None:
    assert samples.ask("Who held Palmyra as of 1 June?", as_of="2016-12-31").as_of == date(2016, 6, 1)
    assert samples.ask("Who held Palmyra as of 1 June?").as_of == date(2022, 6, 1)


def test_what_lies_deep_in_a_large_library_is_found_by_its_day(index: Index) -> None:
    for n in range(120):
        text = f"The mayor M{n} opened the fair of the town of Velm. " + " ".join(f"w{n}x{i}" for i in range(20))
        index.add([article(f"a{n}", text, published=date(2010 + n // 12, n % 12 + 1, 20))])
    answer = Assistant(index).ask("Who opened the fair of the town of Velm in March 2014?")
    assert answer.citations[0].published == date(2014, 3, 20)
