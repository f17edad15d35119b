"""Evidence of a time: what was published in it comes first, and what is older only where that does not answer."""

from __future__ import annotations

from datetime import date

from conftest import article

from index import Index
from index.scope import Scope
from qa.question import understand
from qa.retrieve import retrieve

DAY = date(2019, 5, 10)


def found(index: Index, question: str) -> list[str]:
    """Return the titles of the articles that are evidence, that with the best sentence first."""
    asked = understand(question, as_of=DAY, newest=index.newest)
    evidence = sorted(retrieve(index, asked, Scope(as_of=DAY)), key=lambda item: -item.sentences[0].score)
    return list(dict.fromkeys(item.article.title or "" for item in evidence))


def add(index: Index) -> None:
    """Add two articles alike of two years, and an older one of something else."""
    index.add([
        article("new", "Ada Brandt won the Velm regatta on Wednesday, ahead of forty other boats.",
                title="Brandt wins the Velm regatta", published=date(2019, 5, 9)),
        article("old", "Nils Orme won the Velm regatta on Wednesday, ahead of thirty other boats.",
                title="Orme wins the Velm regatta", published=date(2018, 5, 10)),
        article("dam", "The Orlow dam was closed for repairs by the river board, which blamed cracks in its wall.",
                title="Orlow dam closed for repairs", published=date(2019, 3, 1)),
    ])  # fmt: skip


def test_what_was_published_in_the_time_asked_about_is_enough_where_it_answers(index: Index) -> None:
    add(index)
    assert found(index, "Who won the Velm regatta this week?") == ["Brandt wins the Velm regatta"]


def test_older_articles_are_looked_at_where_those_of_the_time_do_not_answer(index: Index) -> None:
    add(index)
    assert found(index, "Who closed the Orlow dam this week?")[0] == "Orlow dam closed for repairs"


def test_what_came_after_a_time_in_the_past_is_looked_at_too(index: Index) -> None:
    add(index)
    titles = found(index, "Who won the Velm regatta in May 2018?")
    assert titles[0] == "Orme wins the Velm regatta"
    assert "Brandt wins the Velm regatta" in titles
