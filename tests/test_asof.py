"""As of a day: each article as it stood then, relative dates resolved beside the quote, corrections told."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import article

from index import Index
from index.scope import scope_of
from qa import Assistant
from qa.answer import Resolved
from qa.citations import resolved

QUEUE = "How many barges were waiting at the lock of Orm?"
FIRST = "The lock of Orm reopened on Monday. At that moment 41 barges were waiting at the lock of Orm."
SECOND = FIRST.replace("41", "57") + " Correction: the first version had another number."


@pytest.fixture
def lock(index: Index) -> Index:
    """Return a library of one article in two versions, a later article, an undated one and one of before."""
    facts = {"title": "Lock reopens", "outlet": "Alpha Post", "published": date(2021, 3, 29)}
    index.add([article("a", FIRST, **facts)])
    index.add([article("a", SECOND, **facts, modified=date(2021, 4, 2))])
    index.add([
        article("b", "The lock of Orm was shut again in June.", outlet="Beta News", published=date(2021, 6, 9)),
        article("c", "The lock of Orm has four gates of oak.", outlet="Beta News"),
        article("d", "The lock of Orm was built in 1881.", outlet="Beta News", published=date(2020, 1, 1)),
    ])  # fmt: skip
    return index


@pytest.mark.parametrize(
    ("as_of", "version", "number"),
    [
        ("2021-03-29", 1, "41 barges"),
        ("2021-04-01", 1, "41 barges"),
        ("2021-04-02", 2, "57 barges"),
        ("2022-01-01", 2, "57 barges"),
        (None, 2, "57 barges"),
    ],
)
def test_each_version_is_seen_until_the_next_one_is(lock: Index, as_of: str | None, version: int, number: str) -> None:
    found = lock.search(QUEUE, as_of=as_of)
    texts = [item for item in found if item.article.title == "Lock reopens"]
    assert {item.article.version for item in texts} == {version}
    assert any(number in item.passage.text for item in texts)
    (citation, *_) = Assistant(lock).ask(QUEUE, as_of=as_of).citations
    assert (citation.version, number in citation.quote) == (version, True)
    assert lock.get(citation.article_id, version).text[citation.start : citation.end] == citation.quote


def test_a_version_that_came_later_than_it_is_dated_takes_its_place(index: Index) -> None:
    facts = {"outlet": "Alpha Post", "published": date(2021, 3, 29)}
    index.add([article("a", SECOND, **facts, modified=date(2021, 4, 2))])
    index.add([article("a", FIRST, **facts)])  # the older text, added after the newer one
    assert index.search(QUEUE, as_of="2021-03-30")[0].passage.text == FIRST
    assert index.search(QUEUE, as_of="2021-04-02")[0].passage.text == SECOND
    assert index.search(QUEUE)[0].passage.text == SECOND


def test_before_its_first_version_an_article_is_not_there(lock: Index) -> None:
    assert {item.article.published for item in lock.search(QUEUE, as_of="2021-03-28")} == {date(2020, 1, 1)}
    assert lock.search(QUEUE, as_of="2019-12-31") == []


def test_what_is_left_out_is_counted_and_said(lock: Index) -> None:
    answer = Assistant(lock).ask(QUEUE, as_of="2021-03-30")
    assert (answer.excluded.later, answer.excluded.undated) == (1, 1)
    assert answer.scope == "As of 30 March 2021; 1 later article, 1 undated article left out"
    assert answer.to_markdown().splitlines()[2] == f"*{answer.scope}*"


def test_the_newest_day_in_a_scope_is_known(lock: Index) -> None:
    assert lock.newest(scope_of(None, None, None)) == date(2021, 6, 9)
    assert lock.newest(scope_of("2021-04-05", None, None)) == date(2021, 3, 29)
    assert lock.newest(scope_of(None, None, ["Gamma"])) is None


def test_until_leaves_out_what_was_published_later_but_shows_articles_as_they_are_now(lock: Index) -> None:
    found = lock.search(QUEUE, until="2021-04-01")
    assert {(item.article.published, item.article.version) for item in found} == {
        (date(2021, 3, 29), 2),
        (date(2020, 1, 1), 1),
    }


@pytest.mark.parametrize(
    ("quote", "dates"),
    [
        ("It burst on Sunday, he said yesterday.", {"on Sunday": "2020-03-01", "yesterday": "2020-03-03"}),
        ("It was lost last month and found on 1 March.", {"last month": "2020-02", "on 1 March": "2020-03-01"}),
        ("It closed over the\nweekend.", {"over the weekend": "2020-02-29/2020-03-01"}),
        ("It began early in March.", {"early in March": "2020-03"}),
        ("Last year it earned more than in 2016.", {"Last year": "2019"}),
        ("They said that it would reopen by Saturday.", {}),
        ("It opened on 3 May 2016.", {}),
        ("They asked for the January 6 log and sold Christmas trees.", {}),
        ("It was closed on January 6 and at Christmas.", {"on January 6": "2020-01-06", "at Christmas": "2019-12-25"}),
    ],
)
def test_relative_dates_in_a_quote_are_resolved_by_the_day_of_the_article(quote: str, dates: dict[str, str]) -> None:
    found = resolved(quote, date(2020, 3, 4))
    assert {item.text: item.date for item in found} == dates
    assert resolved(quote, None) == ()


def test_resolved_dates_stand_beside_the_quote_and_never_in_it(samples: Assistant) -> None:
    answer = samples.ask("When did government troops reach the centre of Palmyra?", as_of="2016-03-31")
    shown = [citation for citation in answer.citations if citation.resolved]
    assert shown
    for citation in shown:
        source = samples.index.get(citation.article_id, citation.version)
        assert source.text[citation.start : citation.end] == citation.quote
        assert all(item.text in " ".join(citation.quote.split()) for item in citation.resolved)
    assert Resolved("on Sunday", "2016-03-27") in [item for citation in shown for item in citation.resolved]
    assert "*(on Sunday: 27 March 2016" in answer.to_markdown()
    assert "27 March 2016)" not in answer.text
