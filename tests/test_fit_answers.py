"""What tells when a sentence answers: learned from questions, of which only that they are answered is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from conftest import article

from eval.cases import Case
from eval.fit_answers import Told, fitted, likelihood
from eval.scoped import Few, ask, ask_of
from eval.written import read_stories
from index import Index
from index.ranking import ANSWER_FEATURES, TOPIC_FEATURES, default


def told(on_topic: float, reads: float, *, answered: bool, others: int = 3) -> Told:
    """Return a question with one sentence of some worth, and others that are worth less in both ways."""
    rows = [(on_topic, reads), *[(-2.0, -2.0)] * others]
    return Told(np.array([[topic, 1.0] for topic, _ in rows]), np.array([[read, 1.0] for _, read in rows]), answered)


def test_a_sentence_answers_only_if_it_is_on_the_topic_and_reads_as_an_answer() -> None:
    quiz = [told(2, 2, answered=True), told(-2, 2, answered=False)] * 20
    stories = [told(2, 2, answered=True, others=5), told(2, -2, answered=False)] * 20
    topic, answers = fitted(quiz, stories)
    both = likelihood(told(2, 2, answered=True), topic, answers)
    one = [likelihood(told(*worth, answered=False), topic, answers) for worth in ((2.0, -2.0), (-2.0, 2.0))]
    assert both > 0.7
    assert max(one) < 0.3


def test_a_case_is_asked_where_its_answer_is_and_where_it_is_not(index: Index) -> None:
    for number in range(6):
        index.add([article(f"a{number}", f"The dam at Velm held in year {number}. Rain fell on Velm that day.")])
    index.add([article("b", "The dam at Velm burst after rain, and 12 people died. Rain fell on Velm that day.")])
    asked = ask(index, Case("1", "How many people died when the dam at Velm burst?", ("12 people",)))
    assert [item.known for item in asked] == [True, True, False]
    assert [bool(item.sentences_right.any()) for item in asked] == [True, True, False]
    assert [bool(item.passages_right.any()) for item in asked] == [True, True, False]


def test_a_few_articles_are_seen_alone(index: Index) -> None:
    index.add([article("a", "The dam at Velm burst."), article("b", "The dam at Orlo held.")])
    row = int(index.searcher.table().article_rows[0])
    found = ask_of(index, Case("1", "Which dam burst?", ("x",)), Few(rows=frozenset([row])))
    assert [passage.stored.article_row for passage in found.candidates.passages] == [row]
    assert found.known


def test_each_question_of_a_story_knows_its_text(tmp_path: Path) -> None:
    texts = (
        "T A, 1 May 2019 | One\n1 It rained.\nQ 1 | Did it rain?\nQ 0 | Why?",
        "T A | Two\n1 It snowed.\nQ 1 | Did it snow?",
    )
    text = "".join(f"===\n{one}\n" for one in texts)
    (tmp_path / "stories.txt").write_text(text, encoding="utf-8")
    articles, cases, places = read_stories([tmp_path / "stories.txt"])
    assert [article.title for article in articles] == ["One", "Two"]
    assert [(case.question, case.answers, place) for case, place in zip(cases, places, strict=True)] == [
        ("Did it rain?", ("It rained.",), 0), ("Why?", (), 0), ("Did it snow?", ("It snowed.",), 1),
    ]  # fmt: skip


def test_the_confidence_rests_on_nothing_that_depends_on_the_embedder_or_the_day() -> None:
    assert not {name for name in (*TOPIC_FEATURES, *ANSWER_FEATURES) if "cosine" in name or name.startswith("this_")}
    assert len(default().topic) == len(TOPIC_FEATURES)
    assert default().answers[ANSWER_FEATURES.index("read")] > 0
