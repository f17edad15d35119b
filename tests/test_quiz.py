"""The quiz: a choice is made by what the library says up to the day, and by nothing else."""

from __future__ import annotations

import doctest
import json
import math
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, article

import eval.postings
import eval.reader
from eval.postings import Postings
from eval.quiz import Sitting, read_quiz
from eval.reader import FEATURES, Reader, fit_weights, is_negated, read_weights
from eval.records import Case
from index import Index, InputError

DAY = date(2020, 3, 10)


@pytest.fixture
def reader(dam: Index) -> Reader:
    dam.add([
        article("fifth", "The Orsa ferry will be painted green, the mayor of Velm said on Friday.",
                title="Ferry", outlet="Alpha Post", published=date(2020, 3, 6)),
        article("sixth", "The Orsa ferry will be painted violet after all, the mayor of Velm said.",
                title="Ferry", outlet="Alpha Post", published=date(2020, 3, 20)),
    ])  # fmt: skip
    return Reader(Postings(dam), read_weights())


@pytest.mark.parametrize("module", [eval.postings, eval.reader], ids=lambda module: module.__name__)
def test_the_worked_examples_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    ("question", "choices", "right"),
    [
        ("How many bodies did rescuers find in Velm?", ("9", "twelve", "15", "48"), "twelve"),
        ("To what did the toll of the Karst dam disaster rise?", ("12", "48", "31", "26"), "48"),
        ("What colour will the Orsa ferry be painted?", ("Red", "Green", "Violet", "Blue"), "Green"),
        ("Who spoke of the Orsa ferry?", ("", "The mayor of Velm", "A court"), "The mayor of Velm"),
        ("Which of these was not found in Velm: bodies or gold?", ("12 bodies", "Gold bars"), "Gold bars"),
    ],
)
def test_the_choice_that_the_articles_of_the_time_support_is_taken(
    reader: Reader, question: str, choices: tuple[str, ...], right: str
) -> None:
    assert choices[reader.choose(question, choices, DAY)] == right


def test_what_was_published_later_is_not_read(reader: Reader) -> None:
    question, choices = "What colour will the Orsa ferry be painted?", ("Green", "Violet")
    assert choices[reader.choose(question, choices, date(2020, 3, 25))] == "Violet"
    assert not reader.features(question, choices, date(2020, 3, 1)).any()


@pytest.mark.parametrize(
    ("question", "negated"),
    [
        ("She starred in all of these films, except:", True),
        ("Which of the following is NOT open in winter?", True),
        ("Two candidates went through. Who didn’t?", True),
        ("The dam did not hold. Which town was flooded?", False),
        ("Which charity said it is “not ruling out” a strike?", False),
    ],
)
def test_questions_for_what_is_not_so_are_told(question: str, negated: bool) -> None:
    assert is_negated(question) is negated


def test_fitted_weights_find_the_feature_that_tells_the_right_choice() -> None:
    chance = np.random.default_rng(0)
    rows = [chance.normal(size=(4, len(FEATURES))) for _ in range(200)]
    right = [int(np.argmax(matrix[:, 3])) for matrix in rows]
    weights = fit_weights(rows, right)
    assert max(weights, key=lambda name: weights[name]) == FEATURES[3]
    assert weights[FEATURES[3]] > 5 * max(abs(weights[name]) for name in FEATURES if name != FEATURES[3])


def test_a_question_whose_answer_is_not_offered_is_not_scored() -> None:
    one = Case("1", "Who?", ("A",), DAY, choices=("A", "B"))
    sitting = Sitting((one, replace(one, id="2"), replace(one, id="3", answers=("C",))), ("A", "B", "A"))
    assert sitting.right[:2] == (1.0, 0.0)
    assert math.isnan(sitting.right[2])
    assert (sitting.share().value, sitting.share().n) == (0.5, 2)


def test_the_command_sits_a_quiz(dam: Index, tmp_path: Path) -> None:
    row = {"id": "q1", "date": "2020-03-03", "question": "How many bodies did rescuers find in Velm?",
           "choices": ["9", "12"], "answer": "12", "answerable": True}  # fmt: skip
    path = tmp_path / "quiz.jsonl"
    path.write_text(json.dumps(row) + "\n")
    command = [sys.executable, "-m", "eval", "choose", "--library", str(dam.folder), "--cases", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "1.000  (1.000 to 1.000, n = 1)" in done.stdout.splitlines()[0]
    path.write_text('{"question": "Who?", "answers": ["A"]}\n')
    with pytest.raises(InputError, match="no quiz questions in"):
        read_quiz([path])
