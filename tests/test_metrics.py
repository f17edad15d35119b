"""Metrics: by hand, by their worked examples, and against what must hold of them."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval.abstention
import eval.intervals
import eval.metrics
import eval.text
from eval.abstention import (
    area_under_risk_coverage,
    calibration_error,
    precision_recall,
    reliability,
    risk_coverage,
    roc_auc,
    scaled,
    scaling,
    threshold_for,
)
from eval.intervals import mean, paired, share
from eval.metrics import citation_precision, citation_recall, hit_at, ndcg_at, token_f1

SCORES = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=20)


@pytest.mark.parametrize("module", [eval.metrics, eval.abstention, eval.intervals, eval.text], ids=lambda m: m.__name__)
def test_the_worked_examples_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed


def test_metrics_by_hand() -> None:
    assert [hit_at([False, True, False], k) for k in (1, 2, 5)] == [False, True, True]
    assert share([True, False, False, False]) == 0.25
    assert math.isnan(share([]))
    assert math.isnan(roc_auc([0.5], [True]))
    assert ndcg_at(["a", "a"], ["a"], 10) == 1.0  # the same one twice gains nothing
    assert token_f1("", ["anything"]) == 0.0
    assert math.isnan(precision_recall([False], [True])[0])
    assert threshold_for([], 0.05) == 0.0


@given(SCORES)
def test_roc_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[float, bool]]) -> None:
    right = [score for score, label in rows if label]
    wrong = [score for score, label in rows if not label]
    found = roc_auc([score for score, _ in rows], [label for _, label in rows])
    if not right or not wrong:
        assert math.isnan(found)
        return
    pairs = [(a > b) + (a == b) / 2 for a in right for b in wrong]
    assert found == pytest.approx(sum(pairs) / len(pairs))


@given(SCORES)
def test_the_risk_coverage_curve_ends_at_all_answered_and_its_area_is_between_its_ends(
    rows: list[tuple[float, bool]],
) -> None:
    scores, labels = [score for score, _ in rows], [label for _, label in rows]
    curve = risk_coverage(scores, labels)
    assert curve[-1].coverage == 1.0
    assert curve[-1].risk == pytest.approx(1 - sum(labels) / len(labels))
    risks = [point.risk for point in curve]
    assert min(risks) - 1e-9 <= area_under_risk_coverage(scores, labels) <= max(risks) + 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.floats(0, 0.5))
def test_at_the_threshold_no_more_are_lost_than_was_allowed(scores: list[float], most: float) -> None:
    assert sum(score < threshold_for(scores, most) for score in scores) <= most * len(scores) + 1e-6


def test_reliability_of_what_is_as_sure_as_it_is_right() -> None:
    bins = reliability([0.2] * 10 + [0.8] * 10, [True] * 2 + [False] * 8 + [True] * 8 + [False] * 2, bins=2)
    assert [(one.n, one.right) for one in bins] == [(10, 0.2), (10, 0.8)]
    assert calibration_error(bins) == pytest.approx(0)


def test_scaling_finds_what_was_done_to_the_odds() -> None:
    chance = np.random.default_rng(0)
    true = chance.uniform(0.05, 0.95, 4000)
    right = chance.uniform(size=4000) < true
    odds = np.log(true / (1 - true))
    found = scaling(list(1 / (1 + np.exp(-(odds - 1.5) / 2))), list(right))
    assert found == pytest.approx((2.0, 1.5), abs=0.15)
    assert scaled(0.5, (1.0, 0.0)) == pytest.approx(0.5)
    assert all(math.isfinite(value) for value in scaling([0.9, 0.8, 0.1], [True, True, False]))


def test_citations_as_alce_defines_them() -> None:
    def supports(claim: str, sources: object) -> bool:
        return set(claim) <= set("".join(sources))  # type: ignore[call-overload]

    assert not citation_recall("ab", [], supports)
    assert citation_recall("ab", ["a", "b"], supports)
    assert citation_precision("ab", ["a", "b", "c"], supports) == (True, True, False)
    assert citation_precision("ab", ["ab", "b"], supports) == (True, False)
    assert citation_precision("ab", ["a"], supports) == (False,)


def test_the_interval_of_clusters_is_wider_than_that_of_single_cases() -> None:
    values = ([1.0] * 5 + [0.0] * 5) * 5
    alone, together = mean(values), mean(values, [number // 5 for number in range(50)])
    assert alone.value == together.value == 0.5
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    assert 0.35 < alone.low < 0.5 < alone.high < 0.65


def test_what_was_not_scored_is_left_out_of_the_mean() -> None:
    found = mean([1.0, math.nan, 0.0], ["a", "b", "c"])
    assert (found.value, found.n) == (0.5, 2)
    assert math.isnan(mean([math.nan]).value)


def test_a_paired_difference_is_surer_than_two_means() -> None:
    before = [0.0, 1.0] * 20
    after = [*([0.0, 1.0] * 15), *([1.0, 1.0] * 5)]
    found = paired(before, after, list(range(40)))
    assert found.value == pytest.approx(0.125)
    assert found.low > 0
