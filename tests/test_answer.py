"""Answers: quotes that are exact, abstentions that say why, and the JSON that others rely on."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import article

from index import Index, InputError
from index.records import Evidence, Passage, Sentence
from qa import Answer, Assistant, Done, Searching, Statement, ask
from qa.accounts import MOST_CLAIMS
from qa.answer import escape
from qa.citations import check_quote, cite
from qa.evidence import MOST_SENTENCES, MOST_WORDS, Quote, choose, past_opening

QUESTIONS = (
    "Who retook Palmyra in March 2016?",
    "How long was the Ever Given stuck in the Suez Canal?",
    "How many people died in the collapse of the bridge in Genoa?",
    "Why did Philae bounce off the comet?",
    "When was the internet cable to Tonga repaired?",
    "By how much did the European Central Bank raise rates in July 2022?",
)
KEYS = {
    "schema", "question", "standalone_question", "asked_at", "as_of", "since", "outlets", "status", "reason",
    "confidence", "text", "short", "statements", "citations", "accounts", "excluded", "evidence", "notes", "model",
    "prompt", "usage", "elapsed_ms",
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_sentence_is_a_verbatim_dated_attributed_quote(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert answer.status == "answered"
    assert 1 <= len(answer.statements) <= (MOST_CLAIMS if answer.accounts else MOST_SENTENCES)
    assert sum(len(citation.quote.split()) for citation in answer.citations) <= MOST_WORDS
    for statement, citation in zip(answer.statements, answer.citations, strict=True):
        source = samples.index.get(citation.article_id, citation.version)
        assert source.text[citation.start : citation.end] == citation.quote
        cut = citation.quote[-1] not in ".!?" and source.text[citation.end] not in "\n”"
        quoted = f"“{' '.join(citation.quote.split())}”{' […]' if cut else ''}"
        assert statement.text == f"{citation.source}: {quoted}"
        assert statement.citations == (citation.n,)
        assert statement.support.verdict == "supported"


def test_a_quote_that_was_shifted_is_unsupported() -> None:
    source = article("a", "The dam burst on Monday. Nobody died.")
    citation = cite(1, Quote(source, 0, 24, 1.0), lambda id_: source)
    assert check_quote(citation, source).verdict == "supported"
    changed = article("a", "A dam burst on Monday. Nobody died.")
    assert check_quote(citation, changed).verdict == "unsupported"


def test_an_answer_as_of_a_day_stands_on_nothing_later(samples: Assistant) -> None:
    day = date(2016, 4, 30)
    answer = samples.ask("Who holds Palmyra?", as_of=day)
    assert answer.excluded.later > 0
    assert answer.excluded.undated == 1
    assert "As of 30 April 2016" in answer.scope
    for item in answer.evidence:
        assert item.article.published is not None
        assert item.article.published <= day


def test_the_json_keeps_the_contract(samples: Assistant) -> None:
    data = samples.ask(QUESTIONS[0], as_of="2016-04-30").to_dict()
    assert data.keys() == KEYS
    assert json.loads(json.dumps(data)) == data
    assert (data["schema"], data["as_of"], data["status"]) == (1, "2016-04-30", "answered")
    citation = data["citations"][0]
    assert citation["quote"] in samples.index.get(citation["article_id"]).text
    assert {"n", "article_id", "version", "file", "title", "outlet", "author", "published", "published_origin",
            "published_precision", "url", "quote", "start", "end", "article_sha256", "resolved", "copies",
            } == citation.keys()  # fmt: skip
    assert data["text"].count("[1]") == 1
    assert data["evidence"][0]["rank"] == 1


def test_an_empty_library_abstains(index: Index) -> None:
    answer = Assistant(index).ask("Who retook Palmyra?")
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "empty library", ())
    assert answer.text == "The articles do not say: the library is empty; add some with: dateline add ARTICLES."


@pytest.mark.parametrize(
    ("question", "scope", "reason"),
    [
        ("What is the boiling point of tungsten carbide?", {}, {"nothing on this", "evidence too weak"}),
        ("Which composer wrote the anthem of Uruguay?", {}, {"nothing on this", "evidence too weak"}),
        ("How much did a court fine the operator?", {"as_of": "2020-03-05"}, {"only after the date"}),
        ("How much did a court fine the operator?", {"outlets": ["Beta"]}, {"only other outlets"}),
        ("What did engineers warn about the rusted gates?", {"as_of": "2022-01-01"}, {"only undated articles"}),
        ("???", {}, {"question not understood"}),
    ],
)
def test_an_abstention_says_why_and_cites_nothing(dam: Index, question: str, scope: dict, reason: set[str]) -> None:
    answer = Assistant(dam).ask(question, **scope)
    assert answer.status == "abstained"
    assert answer.reason in reason
    assert answer.citations == ()
    assert answer.text.startswith("The articles do not say: ")


def test_the_events_of_a_stream_end_with_the_whole_answer(samples: Assistant) -> None:
    events = list(samples.stream(QUESTIONS[0]))
    assert isinstance(events[0], Searching)
    done = events[-1]
    assert isinstance(done, Done)
    assert tuple(event for event in events if isinstance(event, Statement)) == done.answer.statements


def test_a_follow_up_carries_the_question_before_it(samples: Assistant) -> None:
    first = samples.ask("Who retook Palmyra in March 2016?")
    second = samples.ask("And in March 2017?", history=[first])
    assert second.standalone_question == "Who retook Palmyra in March 2017?"
    assert any("Palmyra" in (citation.title or "") for citation in second.citations)
    alone = samples.ask("How long was the Ever Given stuck in the Suez Canal?", history=[{"question": first.question}])
    assert alone.standalone_question == alone.question


def test_the_door_opens_the_library_and_closes_it(sample_library: Path) -> None:
    answer = ask(QUESTIONS[1], library=sample_library)
    assert isinstance(answer, Answer)
    assert answer.status == "answered"


@pytest.mark.parametrize(
    ("question", "message"), [("", "the question is blank"), ("x" * 4001, "has 4001 characters, the most is 4000")]
)
def test_a_question_that_is_none_is_refused(samples: Assistant, question: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        samples.ask(question)


def test_a_sentence_longer_than_an_answer_is_cut_inside_the_article(index: Index) -> None:
    text = "The dam above Velm burst because " + ", ".join(["the old gate of the spillway was rusted"] * 16) + "."
    index.add([article("a", text)])
    answer = Assistant(index).ask("Why did the dam above Velm burst?")
    (citation,) = answer.citations
    assert answer.statements[0].text.endswith("” […]"), "it is said that the sentence goes on"
    assert 20 < len(citation.quote.split()) <= MOST_WORDS
    assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "opening",
    ["Velm (CNN) ", "VELM, 3 March (AFP) — ", "VELM, Marovia (AP) - ", "KARST – ", "Ann Bee/AFP/Getty Images ", ""],
)
def test_a_quote_begins_after_a_dateline_or_the_credit_of_a_picture(index: Index, opening: str) -> None:
    said = "The dam above Velm burst and killed twelve people."
    index.add([article("a", f"{opening}{said}\n\nIt rained in the valley.")])
    (citation, *_) = Assistant(index).ask("How many people did the dam above Velm kill?").citations
    assert citation.quote == said


@pytest.mark.parametrize(
    "said", ["An AP/NORC poll found", "The EPA/Army Corps rule", "OPEC – the cartel – cut", "The dam (Karst) burst"]
)
def test_what_only_looks_like_a_dateline_stays(said: str) -> None:
    assert past_opening(said) == 0


def test_markdown_shows_article_text_as_it_stands(index: Index) -> None:
    hostile = "The dam burst <script>alert(1)</script> and ![x](http://track.example/p.png) killed *12* people in Velm."
    index.add([article("a", hostile, title="[click](javascript:alert(1))")])
    text = Assistant(index).ask("How many people did the dam kill in Velm?").to_markdown()
    assert "<script>" not in text
    assert "![x]" not in text
    assert "](" not in text
    assert escape("<b>*a*</b>") == r"&lt;b&gt;\*a\*&lt;/b&gt;"


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ({"as_of": 5}, "as_of 5 is not a date; write it like 2016-03-28"),
        ({"since": b"2016"}, "since b'2016' is not a date"),
        ({"outlets": [None]}, "the outlet None is not a name; give it as text"),
        ({"history": ["x"]}, "'x' in the history is no turn; give answers, or mappings with a question"),
    ],
)
def test_a_value_of_a_wrong_type_is_refused_in_one_sentence(
    samples: Assistant, scope: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        samples.ask("Who retook Palmyra?", **scope)


def evidence_of(*told: tuple[str, float]) -> list[Evidence]:
    """Return an article of one sentence for each text, with the confidence given, the best first."""
    found = []
    for rank, (text, share) in enumerate(told, start=1):
        source = article(str(rank), text)
        sentence = Sentence(0, len(text), text, -rank, share)
        found.append(Evidence(Passage(source.id, 1, 0, 0, len(text), text), source, 1.0, rank, (sentence,)))
    return found


def test_a_sentence_far_weaker_than_the_best_is_not_added() -> None:
    texts = ["Rescuers found 12 bodies in Velm.", "The mayor resigned.", "Engineers had warned of rust."]
    evidence = evidence_of(*zip(texts, (0.9, 0.6, 0.1), strict=True))
    assert [quote.text for quote in choose(evidence)] == texts[:2]


def test_what_has_no_name_of_the_question_is_not_added_from_another_article() -> None:
    texts = ["Rescuers found 12 bodies in Velm.", "The mayor of Lindau resigned.", "Velm had been warned of rust."]
    evidence = evidence_of(*((text, 0.9) for text in texts))
    asked = "How many bodies were found in Velm?"
    assert [quote.text for quote in choose(evidence, asked)] == [texts[0], texts[2]]
    assert [quote.text for quote in choose(evidence, "How many bodies were found?")] == texts


def test_a_citation_can_be_kept_in_a_set(samples: Assistant) -> None:
    answer = samples.ask("When did government troops reach the centre of Palmyra?", as_of="2016-03-31")
    assert len(set(answer.citations)) == len(answer.citations)
