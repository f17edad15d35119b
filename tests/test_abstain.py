"""Abstentions: the reason that is given is true, and names what would help."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import article

from index import Index
from index.records import Evidence, Passage, Sentence
from qa import Assistant
from qa.abstain import SURE_FROM, Abstention, decide, doubts
from qa.question import understand

GENOA = "How many people died when the bridge in Genoa collapsed?"

SUNK = (
    "The ferry Selkie sank off the port of Orm. Its captain was Ada Brandt.",
    "Ferry sinks",
    "Alpha Post",
    date(2019, 5, 7),
)
COURT = (
    "The court sentenced the owner of the ferry Selkie to four years.",
    "Owner jailed",
    "Beta News",
    date(2021, 2, 3),
)
LETTER = ("Readers ask what became of the ferry Selkie.", "A letter", "Alpha Post", None)


def evidence(facts: tuple[str, str, str, date | None], confidence: float) -> Evidence:
    text, title, outlet, day = facts
    source = article(title, text, title=title, outlet=outlet, published=day)
    passage = Passage(source.id, 1, 0, 0, len(text), text, ((0, len(text)),))
    return Evidence(passage, source, 1.0, 1, (Sentence(0, len(text), text, 1.0, confidence),))


def why(question: str, inside: list[Evidence], outside: list[Evidence], **scope: object) -> Abstention | None:
    asked = understand(question, **scope)  # type: ignore[arg-type]
    return decide(asked, inside, 3, lambda: outside)


CAPTAIN = "Who was the captain of the ferry Selkie?"


@pytest.mark.parametrize(
    ("outside", "scope", "reason", "text"),
    [
        (SUNK, {"outlets": ["Beta News"]}, "only other outlets",
         "Beta News says nothing of it, but other outlets do: Alpha Post"),
        (COURT, {"as_of": "2020-01-01"}, "only after the date", "published after 1 January 2020"),
        (COURT, {"as_of": "2020-01-01", "outlets": ["Alpha"]}, "only after the date", "published after 1 January 2020"),
        (SUNK, {"since": "2020-01-01"}, "nothing on this", "published before 1 January 2020"),
        (LETTER, {"as_of": "2020-01-01"}, "only undated articles", "only undated articles say something of it"),
    ],
)  # fmt: skip
def test_what_the_scope_leaves_out_is_said(outside: tuple, scope: dict, reason: str, text: str) -> None:
    found = why(CAPTAIN, [], [evidence(outside, 0.6)], **scope)
    assert found is not None
    assert found.reason == reason
    assert text in found.text


def test_what_one_limit_leaves_out_is_said_before_what_several_do() -> None:
    """However sure the others are: what only the outlet keeps away is what a reader can go and read."""
    outside = [evidence(COURT, 0.9), evidence(LETTER, 0.8), evidence(SUNK, 0.3)]
    found = why(CAPTAIN, [], outside, as_of="2020-01-01", outlets=["Gamma"])
    assert found is not None
    assert found.text.endswith("Gamma says nothing of it, but other outlets do: Alpha Post.")
    found = why(CAPTAIN, [], [evidence(LETTER, 0.9), evidence(COURT, 0.3)], as_of="2020-01-01")
    assert found is not None
    assert found.reason == "only after the date"


def test_a_scope_is_not_blamed_where_nothing_outside_it_answers() -> None:
    found = why(CAPTAIN, [evidence(COURT, 0.01)], [evidence(SUNK, 0.01)], outlets=["Beta News"])
    assert found == Abstention(
        "evidence too weak",
        "The articles do not say: the nearest to it, “Owner jailed” (Beta News, 3 February 2021), does not answer the"
        " question.",
    )


@pytest.mark.parametrize(
    ("question", "reason", "text"),
    [
        ("Which composer wrote the anthem of Uruguay?", "nothing on this", "no passage found mentions Uruguay"),
        ("Which song do bakers like?", "nothing on this", "none of them is about this"),
        ("Which prize did the ferry Selkie win in March 1987?", "evidence too weak",
         "tells of that time (March 1987); the nearest is “Ferry sinks” (Alpha Post, 7 May 2019)"),
        ("Which prize did the ferry Selkie win in May 2019?", "evidence too weak", "the nearest to it, “Ferry sinks”"),
        ("who", "question not understood", "there is no word in the question to look for"),
    ],
)  # fmt: skip
def test_articles_about_it_are_not_denied(question: str, reason: str, text: str) -> None:
    found = why(question, [evidence(SUNK, 0.01)], [])
    assert found is not None
    assert found.reason == reason
    assert text in found.text


def test_what_happened_after_the_newest_article_is_not_answered() -> None:
    def ask(question: str) -> Abstention | None:
        asked = understand(question, newest=lambda scope: date(2021, 2, 3))
        return decide(asked, [evidence(COURT, 0.6)], 3, list)

    late = ask("How many years did the court give the owner of the ferry Selkie in May 2022?")
    assert late is not None
    assert "the newest of them is of 3 February 2021, and the question is about May 2022" in late.text
    assert ask("How many years did the court give the owner of the ferry Selkie in February 2021?") is None
    assert ask("When in May 2022 will the owner of the ferry Selkie be set free?") is None


def test_what_answers_is_not_abstained_from() -> None:
    assert why(CAPTAIN, [evidence(SUNK, 0.6)], []) is None


def test_how_a_relative_day_is_taken_is_said_even_without_an_answer(dam: Index) -> None:
    answer = Assistant(dam).ask("Which composer wrote the anthem of Uruguay last week?")
    assert answer.status == "abstained"
    assert answer.notes[1:] == ("“last week” is taken as 24 May 2021 to 30 May 2021",)


@pytest.mark.parametrize(
    ("question", "mentions"),
    [
        ("What happened to the Ever Given?", "no passage found mentions Ever Given"),
        ("Did Nils Orme drown?", "no passage found mentions Nils Orme"),
        ("Was Velm reached by the ferry Harrow?", "no passage found mentions Velm or Harrow"),
        ("Who was Ada Brandt?", ""),
        ("Did Captain Brandt drown?", ""),
        ("What did the owner of the ferry pay?", ""),
        ("Was Velm reached by the ferry Selkie?", ""),
        ("What did the KFA's ruling say?", ""),
        ("What did the KBA's ruling say?", "no passage found mentions KBA's"),
    ],
)
def test_a_question_none_of_whose_names_is_in_the_evidence_is_not_answered(question: str, mentions: str) -> None:
    text = (
        "The ferry Selkie sank, the first to have ever given its name to a case.\n"
        "Ever since, Ada Brandt has rested.\nThe Karst Ferry Authority ruled on it."
    )
    found = why(question, [evidence((text, "Ferry Sinks", "Alpha Post", date(2019, 5, 7)), 0.9)], [])
    assert (found.text if found else "") == (f"The articles do not say: {mentions}." if mentions else "")


def test_an_answer_that_may_be_none_says_so(samples: Assistant) -> None:
    (note,) = doubts(0.284)
    assert note == "These sentences may not answer the question: the confidence is 0.28."
    assert doubts(SURE_FROM) == ()
    sure = samples.ask(GENOA)
    assert sure.confidence >= SURE_FROM
    assert not any("confidence" in note for note in sure.notes)
