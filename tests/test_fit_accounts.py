"""What tells accounts apart is learned from questions put to several reports, and tried on stories left out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eval.fit_accounts import Read, fit, library, read, settled, write
from eval.records import Case
from eval.written import Compared, Report
from qa.differing import FEATURES, TURNS, foremost

DAY = date(2020, 5, 4)


def story(number: int) -> tuple[Report, ...]:
    return (
        Report("Alpha Post", DAY, f"Army takes hill {number}", (f"The army said 40 rebels had fled hill {number}.",)),
        Report("Beta News", DAY, "A deal", (f"A doctor said 90 rebels had fled hill {number}.", "It rained.")),
    )


def test_a_pair_is_right_where_its_sentences_are_on_different_sides(tmp_path: Path) -> None:
    reports = story(1)
    told = Compared(
        "How many rebels fled hill 1?", reports, (frozenset({(0, 0)}), frozenset({(1, 0)})), superseded=False
    )
    agreed = Compared("How many rebels fled hill 1?", reports, (frozenset({(0, 0), (1, 0)}),), superseded=False)
    with library(tmp_path / "library", [told, agreed], print) as index:
        differing, alike = read(index, [told, agreed])
    assert differing.differs
    assert not alike.differs
    assert differing.right.any()
    assert not alike.right.any()
    assert differing.rows.shape == (len(differing.right), len(FEATURES))
    assert np.array_equal(differing.rows, alike.rows)
    assert len(differing.turns) == differing.right.sum()
    assert len(alike.turns) == 0


def test_settled_questions_hold_the_bound_up_where_their_pairs_look_like_accounts() -> None:
    drawn = np.random.default_rng(1)
    found, stories = [], []
    for number in range(60):
        rows = drawn.normal(size=(4, len(FEATURES)))
        rows[:, -1] = 1
        right = np.array([number % 2 == 0, False, False, False])
        rows[right, 0] += 2
        turns = drawn.normal(size=(int(right.sum()), len(TURNS)))
        found.append(Read(rows, right, number % 2 == 0, turns, number % 4 == 0))
        stories.append(story(number))
    quiz = [drawn.normal(size=(12, len(FEATURES))) for _ in range(40)]
    for rows in quiz:
        rows[:, 0] += 1
        rows[:, -1] = 1
    before, after = fit(found, stories), fit(found, stories, quiz)
    assert np.isnan(before.shown["quoted"].settled)
    assert after.shown["quoted"].settled <= 0.15
    assert after.shown["quoted"].wrongly < before.shown["quoted"].wrongly
    assert after.shown["quoted"].shown < before.shown["quoted"].shown


def test_a_settled_question_gives_its_pairs_unless_it_asks_for_a_number(tmp_path: Path) -> None:
    reports = story(1)
    asked = Compared("How many rebels fled hill 1?", reports, (), superseded=False)
    with library(tmp_path / "library", [asked], print) as index:
        found = list(
            settled(
                index,
                [
                    Case("q1", "Who fled hill 1?", ("rebels",), as_of=DAY),
                    Case("q2", "Who fled hill 1?", ("rebels",), as_of=date(2019, 1, 1)),
                    Case("q3", "How many rebels fled hill 1?", ("40",), as_of=DAY),
                ],
            )
        )
    assert [rows.shape[1] for rows in found] == [len(FEATURES)] * 2
    assert len(found[0])
    assert not len(found[1])


def test_what_sets_right_pairs_apart_is_weighed_and_the_bound_keeps_wrong_ones_few(tmp_path: Path) -> None:
    drawn = np.random.default_rng(0)
    found, stories = [], []
    for number in range(60):
        for differs in (True, False):
            rows = drawn.normal(size=(4, len(FEATURES)))
            rows[:, -1] = 1
            right = np.array([differs, False, False, False])
            rows[right, 0] += 6
            turns = drawn.normal(size=(int(differs), len(TURNS)))
            superseded = number % 2 == 0
            turns[:, 0] += 6 * superseded - 3
            found.append(Read(rows, right, differs, turns, superseded))
            stories.append(story(number))
    fitted = fit(found, stories)
    assert fitted.weights[0] > 1
    quoted, said = fitted.shown["quoted"], fitted.shown["said"]
    assert quoted.shown > 0.9
    assert quoted.rightly > 0.9
    assert said.least > quoted.least, "to say that accounts differ takes more than to quote both"
    assert fitted.told > 0.9
    write(fitted, "made up", tmp_path / "weights.json")
    data = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert list(data["weights"]) == list(FEATURES)
    assert list(data["superseding"]) == list(TURNS)
    assert data["least"] == pytest.approx({"quoted": quoted.least, "said": said.least}, abs=1e-4)


def test_only_the_pairs_that_are_likeliest_by_all_else_are_worth_reading() -> None:
    rows = np.zeros((12, len(FEATURES)))
    rows[:, 0] = np.arange(12)[::-1]  # what was read counts for nothing here
    rows[:, FEATURES.index("most_about")] = np.arange(12)
    weights = np.ones(len(FEATURES))
    assert foremost(rows, weights) == [6, 7, 8, 9, 10, 11]
    assert foremost(rows[:3], weights) == [0, 1, 2]
