"""Search: the cutoff is hard, filters hold, copies are folded, and any text is a question."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from conftest import article

from index import Index, InputError
from index.query import parse
from index.records import Excluded
from index.scope import scope_of


def days(index: Index, question: str, **scope: object) -> set[date | None]:
    return {item.article.published for item in index.search(question, **scope)}  # type: ignore[arg-type]


def test_nothing_from_after_the_day_and_nothing_undated_is_found(dam: Index) -> None:
    assert days(dam, "dam", as_of="2020-03-05") == {date(2020, 3, 2), date(2020, 3, 5)}
    assert days(dam, "dam", as_of="2020-03-04") == {date(2020, 3, 2)}
    assert days(dam, "dam", as_of="2020-03-01") == set()
    assert len(dam.search("dam")) == 4


def test_since_is_inclusive_and_a_month_begins_with_its_first_day(dam: Index) -> None:
    assert days(dam, "dam", since="2020-03-05") == {date(2020, 3, 5), date(2021, 6, 1)}
    assert days(dam, "dam", since="March 2020", as_of="March 2020") == {date(2020, 3, 2), date(2020, 3, 5)}


def test_an_outlet_is_matched_by_part_whatever_the_case(dam: Index) -> None:
    found = dam.search("dam", outlets=["alpha"])
    assert {item.article.outlet for item in found} == {"Alpha Post"}
    assert dam.search("dam", outlets=["Delta"]) == []


def test_what_the_scope_leaves_out_is_counted(dam: Index) -> None:
    assert dam.excluded(scope_of("2020-03-04", None, None)) == Excluded(later=2, undated=1, outlet=0)
    assert dam.excluded(scope_of("2020-03-05", None, ["Beta"])) == Excluded(later=1, undated=1, outlet=1)
    assert dam.excluded(scope_of(None, None, None)) == Excluded()


def test_ranks_count_up_and_scores_fall(dam: Index) -> None:
    found = dam.search("How many bodies did rescuers find in Velm?")
    assert [item.rank for item in found] == [1, 2, 3, 4]
    assert sorted((item.score for item in found), reverse=True) == [item.score for item in found]
    assert "12 bodies" in found[0].sentences[0].text
    assert all(0 <= s.confidence <= 1 for item in found for s in item.sentences)


def test_a_near_copy_is_folded_into_the_better_one(index: Index) -> None:
    text = "The Karst dam burst on Monday. Rescuers searched the town of Velm through the night and found 12 bodies "
    index.add([
        article("a", text + "in the mud.", outlet="Alpha Post"),
        article("b", text + "in the mud, an agency said.", outlet="Beta News"),
        article("c", "A court fined the operator of the Karst dam.", outlet="Gamma Review"),
    ])  # fmt: skip
    found = index.search("How many bodies did rescuers find?")
    assert len(found) == 2
    assert len(found[0].copies) == 1
    assert {found[0].article.id, *found[0].copies} == {article("a", "").id, article("b", "").id}


def test_boilerplate_is_never_found(index: Index) -> None:
    index.add(
        [article("a", "The dam burst.\n\nNobody died.\n\nSubscribe to our newsletter now.\n\nCopyright 2020 Velm.")]
    )
    assert all("newsletter" not in item.passage.text for item in index.search("newsletter copyright"))


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "AND OR NOT NEAR",
        "dam*",
        "title:dam",
        "(dam",
        "'; DROP TABLE articles; --",
        "^dam",
        "دام",
        "🎃",
        "a" * 3000,
        "who is who",
    ],
)
def test_any_text_may_be_asked(dam: Index, question: str) -> None:
    assert len(dam.search(question)) <= 4
    assert dam.catalog.counts()["articles"] == 4


@pytest.mark.parametrize(("question", "k", "message"), [(" ", 5, "blank"), ("dam", 0, "at least one passage")])
def test_a_search_that_cannot_be_is_refused(dam: Index, question: str, k: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        dam.search(question, k=k)


def test_a_scope_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match=r"since \(2021-01-01\) is after as_of \(2020-01-01\)"):
        scope_of("2020-01-01", "2021-01-01", None)
    with pytest.raises(InputError, match="an outlet is blank"):
        scope_of(None, None, [" "])


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who retook Palmyra?", "person"),
        ("From whom was it taken?", "person"),
        ("When did it fall?", "date"),
        ("How many men were there?", "number"),
        ("How much money was paid?", "money"),
        ("In which small country did it happen?", "place"),
        ("Why did the dam burst?", "reason"),
        ("What did the ministry say?", "speech"),
        ("Did they fight, or did they leave?", "choice"),
        ("Did it burst?", "yes or no"),
        ("What caused it?", "reason"),
        ("Which airline pays passengers who were stranded?", "name"),
        ("What did the prime minister say?", "speech"),
        ("The bill was signed by who?", "person"),
        ("What was it called when it opened?", "thing"),
    ],
)
def test_what_kind_of_thing_is_asked_for(question: str, asked: str) -> None:
    assert parse(question).asked == asked


def test_a_name_in_capitals_that_looks_like_a_stop_word_is_kept() -> None:
    assert [term.text for term in parse("When did IS leave the US?").terms] == ["IS", "leave", "US"]


def asked_for(index: Index, question: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the words that the full text is searched for."""
    match, seen = index.catalog.match, []

    def keep(query: str, *rest: Any) -> list[tuple[int, float]]:
        seen.append(query)
        return match(query, *rest)

    monkeypatch.setattr(index.catalog, "match", keep)
    assert index.search(question)
    return {word.strip('"') for query in seen for word in query.split(" OR ")}


def test_in_a_small_library_no_word_is_left_out_of_the_full_text_search(
    dam: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"Karst", "dam", "court"} <= asked_for(dam, "Which court fined the Karst dam?", monkeypatch)


def test_in_a_large_library_frequent_words_are_left_out_but_never_all(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search._MANY_PASSAGES", 50)
    rare = ["quarry", "harbour", "spillway"]
    index.add(
        article(str(n), f"The dam of the valley number {n} burst, and the {rare[n] if n < 3 else 'road'} was flooded.")
        for n in range(60)
    )
    found = asked_for(index, "Were the quarry, the harbour and the spillway below the dam flooded?", monkeypatch)
    assert set(rare) <= found
    assert not {"dam", "flooded"} & found
    assert {"dam", "valley"} & asked_for(index, "Which dam in the valley burst?", monkeypatch)


def test_what_a_search_finds_can_be_kept_in_a_set(dam: Index) -> None:
    found = dam.search("dam")
    assert len({*found, *dam.search("dam")}) == len(found)
