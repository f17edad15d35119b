"""Sentences and passages: exact spans that advance, cover everything, and stay within the limits."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.headers import read_headers, without_site
from index.passages import MAX_TOKENS, MAX_WORDS, passages_of
from index.records import Article
from index.sentences import sentence_spans
from index.tokens import counter

NEWS = st.lists(
    st.sampled_from(
        ["The dam burst.", "“No,” she said.", "Mr. Lind paid $1.5m", "\n\n", "\n", " ", "U.S. troops left.", "a" * 400,
         "Who knows?", "word " * 170, "漢字。", "- item", "# Head", "No. 7 won!", "…", "\u00a0", "He said: “Go.”", "é",
         "All rights reserved.", "\t"]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    return NEWS | st.text(max_size=300)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def without_blanks(text: str) -> str:
    return "".join(text.split())


@given(texts())
@settings(max_examples=300, deadline=None)
def test_sentences_advance_and_cover_all_that_is_not_blank(text: str) -> None:
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join(without_blanks(text[start:end]) for start, end in spans) == without_blanks(text)


@given(texts())
@settings(max_examples=150, deadline=None)
def test_passages_advance_cover_and_slice_back(text: str) -> None:
    passages = passages_of(Article(key="x", text=text))
    assert [p.number for p in passages] == list(range(len(passages)))
    assert all(a.end <= b.start for a, b in pairwise(passages))
    assert "".join(without_blanks(p.text) for p in passages) == without_blanks(text)
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert len(passage.text.split()) <= MAX_WORDS
        assert counter()(passage.text) <= MAX_TOKENS + len(passage.sentences)
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam burst. Nobody died.", ["The dam burst.", "Nobody died."]),
        ("Mr. Lind met Gen. Ode. They spoke.", ["Mr. Lind met Gen. Ode.", "They spoke."]),
        ("He left the U.S. The trip took days.", ["He left the U.S.", "The trip took days."]),
        ("He left the U.S. Army.", ["He left the U.S. Army."]),
        ("“Is it safe?” Lind asked. “No.”", ["“Is it safe?” Lind asked.", "“No.”"]),
        ("“Is it safe?” she asked.", ["“Is it safe?” she asked."]),
        ("It cost $1.5 million. J. R. Ode paid.", ["It cost $1.5 million.", "J. R. Ode paid."]),
        ("We have\n\nbases there. More.", ["We have\n\nbases there.", "More."]),
        ("A heading\n\nThe text.", ["A heading", "The text."]),
        ("- one\n- two", ["- one", "- two"]),
        ("今日は。明日も。", ["今日は。", "明日も。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentence_boundaries(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_text_without_punctuation_is_cut_at_white_space() -> None:
    passages = passages_of(Article(key="x", text="word " * 400))
    assert [len(p.text.split()) for p in passages] == [150, 150, 100]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    text = ", ".join(["the river rose over the wall of the old mill"] * 20) + "."
    passages = passages_of(Article(key="x", text=text))
    assert len(passages) == 2
    assert passages[0].text.endswith("mill,")


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "." * 100_000 + "a",
        "The dam" + " " * 100_000 + "burst",
        "---\n" * 30_000 + "a",
        "漢字" * 40_000,
        "a" * 100_000,
        "\n" * 50_000 + "?!" * 50_000 + "x",
    ],
    ids=["words", "dots", "spaces", "rules", "no spaces", "one word", "marks"],
)
def test_odd_text_is_read_and_cut_in_time_that_grows_with_its_length(text: str) -> None:
    began = time.monotonic()
    read_headers(text)
    without_site(text)
    passages_of(Article(key="a", text=text))
    assert time.monotonic() - began < 5  # seconds; tenths of one as it is, minutes where it grows with the square


def test_a_contact_footer_is_covered_but_marked() -> None:
    text = (
        "The dam burst. Nobody died in the town.\n\nTo contact the newsroom:\n\n[news.example](http://news.example)\n"
    )
    passages = passages_of(Article(key="x", text=text))
    assert [(p.boilerplate, p.text.split()[0]) for p in passages] == [(False, "The"), (True, "To")]


def test_an_article_that_mentions_a_subscription_in_the_middle_has_no_footer() -> None:
    text = "Readers subscribe now, the paper said.\n\nIts owner sold it to a rival in May for 3 million crowns."
    assert not any(p.boilerplate for p in passages_of(Article(key="x", text=text)))


@pytest.mark.parametrize(
    "last",
    [
        "Officials urged residents of the valley to sign up for text message alerts.",
        "To be safe, the mayor asked everybody to sign up for alerts.",
        "The copyright 1987 album sold 2 million copies.",
        "Terms of the deal were not disclosed.",
        "Viewers who subscribe to the service pay 5 crowns.",
        "The newsletter lost half of its subscribers.",
        "To contact the families, police went from door to door.",
    ],
)
def test_news_that_ends_an_article_is_not_its_footer(last: str) -> None:
    text = f"The dam burst on Monday. Rescuers found 12 bodies.\n\n{last}"
    assert not any(passage.boilerplate for passage in passages_of(Article(key="a", text=text)))


@pytest.mark.parametrize(
    "last",
    [
        "Copyright 2020 Alpha Post. All rights reserved.",
        "Support our work: Subscribe to the Alpha Post today.",
        "For more odd stories, sign up to the weekly letter.",
        "To read more, go to the front page or sign up for the daily newsletter.",
        "Terms of use",
    ],
)
def test_what_a_footer_says_to_its_reader_is_marked(last: str) -> None:
    text = f"The dam burst on Monday. Rescuers found 12 bodies.\n\n{last}"
    assert [passage.boilerplate for passage in passages_of(Article(key="a", text=text))] == [False, True]
