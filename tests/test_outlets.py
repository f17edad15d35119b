"""Outlets named in a question or in a scope: which are meant, which are not, and what is said of unknown ones."""

from __future__ import annotations

import pytest

from index import InputError
from qa import Assistant
from qa.outlets import given, missing, named

KNOWN = ("The Harbour Ledger (sample)", "Alpha Post", "Beta News", "Northern Post", "Free Press of Velm Online")
LEDGER, ALPHA, BETA, NORTHERN, VELM = KNOWN


@pytest.mark.parametrize(
    ("question", "outlets", "about"),
    [
        ("According to the Harbour Ledger, who won?", (LEDGER,), "who won?"),
        ("Who won, according to Alpha Post?", (ALPHA,), "Who won?"),
        ("What did the Harbour Ledger say about the dam?", (LEDGER,), "What did say about the dam?"),
        ("What is the Ledger's account of the flood?", (LEDGER,), "What is account of the flood?"),
        ("How many died, as Beta News reported it?", (BETA,), "How many died, as reported it?"),
        ("How many died according to the Post?", (ALPHA, NORTHERN), "How many died?"),
        ("How many died according to Free Press of Velm?", (VELM,), "How many died?"),
        ("How do the Alpha Post's and the Beta News's figures differ?", (BETA,), None),
        ("Alpha Post wrote of 12 dead. How many were there?", (), None),
        ("Which outlet other than Alpha Post reported 12 dead?", (), "12 dead?"),
        ("Besides the Alpha Post, does another paper know of a flood in Velm?", (), "a flood in Velm?"),
        ("Is the flood of Velm told of by anyone except Beta News?", (), "Is the flood of Velm told of by anyone?"),
        ("Does any other source confirm it?", (), "Does any other source confirm it?"),
        ("How many died, against the first report in Alpha Post?", (), None),
        ("Who owns the Harbour Ledger?", (), None),
        ("Who was promoted to a new post by the mayor?", (), None),
        ("According to the ministry, who won?", (), None),
        ("How many people were hurt by the storm in Beta?", (), None),
        ("What did Beta say about the storm?", (), None),
        ("According to Beta, how many people were hurt?", (BETA,), "how many people were hurt?"),
        ("Which report of the Ledge says so?", (), None),
    ],
)
def test_a_question_names_its_source(question: str, outlets: tuple[str, ...], about: str | None) -> None:
    found, rest = named(question, KNOWN)
    assert found == outlets
    if about is not None:
        assert rest == about


@pytest.mark.parametrize(
    ("scope", "outlets"),
    [
        (["alpha"], ("alpha",)),
        (["The Alpha Post"], (ALPHA,)),
        ("harbour ledger", ("harbour ledger",)),
        (["the northern post", "beta"], (NORTHERN, "beta")),
        (None, ()),
    ],
)
def test_an_outlet_of_a_scope_is_matched_without_its_article(scope: object, outlets: tuple[str, ...]) -> None:
    assert given(scope, KNOWN) == outlets  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outlet", "message"),
    [
        ("Alfa Post", "no outlet here is called 'Alfa Post'; the nearest: Alpha Post"),
        ("Velm Gazette", "no outlet here is called 'Velm Gazette'; the nearest: .*Free Press of Velm Online"),
        ("Qx", "no outlet here is called 'Qx'; see them with: dateline stats"),
    ],
)
def test_an_unknown_outlet_is_named_with_the_nearest(outlet: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        given([outlet], KNOWN)


def test_the_source_named_in_the_question_is_a_filter_that_is_shown(samples: Assistant) -> None:
    answer = samples.ask("According to the Northbank Courier, how many ships were waiting at the Suez Canal?")
    assert answer.outlets == ("Northbank Courier (sample)",)
    assert {citation.outlet for citation in answer.citations} == {"Northbank Courier (sample)"}
    assert answer.scope.startswith("Only Northbank Courier (sample); ")
    assert answer.scope.endswith(" articles of other outlets left out")


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("According to the New York Times, who runs the port?", ["New York Times"]),
        ("What did Reuters report about the port?", ["Reuters"]),
        ("According to the United Nations, who runs the port?", []),
        ("Who owns the New York Times?", []),
        ("What did the Harbor Sun say?", []),
    ],
)
def test_a_paper_that_the_library_lacks_is_known_when_it_is_asked_for(question: str, absent: list[str]) -> None:
    assert missing(question, ["Harbor Sun"]) == absent


def test_an_answer_from_others_than_the_paper_asked_for_says_so(samples: Assistant) -> None:
    answer = samples.ask("According to the New York Times, how many people died in the bridge collapse in Genoa?")
    assert "the library has nothing of New York Times; others are quoted" in answer.notes


def test_an_unknown_outlet_is_bad_input(samples: Assistant) -> None:
    with pytest.raises(InputError, match=r"called 'Northbank Currier'; the nearest: Northbank Courier \(sample\)"):
        samples.ask("How many ships were waiting?", outlets=["Northbank Currier"])
