"""Metrics of not answering: precision and recall, ROC AUC, the risk–coverage curve, reliability, a threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold: the share answered at it, the share of those answers that are wrong, and the threshold."""

    coverage: float
    risk: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of like confidence: their number, their mean confidence, and the share of them that was right."""

    n: int
    confidence: float
    right: float


def precision_recall(abstained: Sequence[bool], unanswerable: Sequence[bool]) -> tuple[float, float]:
    """Return how many abstentions were right, and how many that were due were made; nan where there is none.

    >>> precision_recall([True, True, False], [True, False, False])
    (0.5, 1.0)
    """
    both = sum(a and u for a, u in zip(abstained, unanswerable, strict=True))
    made, due = sum(abstained), sum(unanswerable)
    return (both / made if made else math.nan), (both / due if due else math.nan)


def roc_auc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the chance that a right one scores above a wrong one, ties half (Hanley & McNeil 1982).

    nan where either kind is missing.

    >>> roc_auc([0.9, 0.1], [True, False])
    1.0
    """
    values, labels = np.asarray(scores, float), np.asarray(right, bool)
    positive, negative = values[labels], np.sort(values[~labels])
    if not len(positive) or not len(negative):
        return math.nan
    below, up_to = np.searchsorted(negative, positive, "left"), np.searchsorted(negative, positive, "right")
    return float((below + up_to).mean() / 2 / len(negative))


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> list[Point]:
    """Return the whole risk–coverage curve, from the surest case on (El-Yaniv & Wiener 2010).

    A point a distinct score: all cases at or above it are answered.

    >>> [(p.coverage, p.risk) for p in risk_coverage([0.9, 0.1], [True, False])]
    [(0.5, 0.0), (1.0, 0.5)]
    """
    if not len(scores):
        return []
    values, labels = np.asarray(scores, float), np.asarray(right, bool)
    order = np.argsort(-values, kind="stable")
    values, wrong = values[order], np.cumsum(~labels[order])
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], True))
    return [Point(float((end + 1) / len(values)), float(wrong[end] / (end + 1)), float(values[end])) for end in ends]


def area_under_risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean risk over all coverages, ties answered together (AURC, Geifman et al. 2019); nan without cases.

    >>> area_under_risk_coverage([0.9, 0.1], [True, False])
    0.25
    """
    if not len(scores):
        return math.nan
    total, last = 0.0, 0.0
    for point in risk_coverage(scores, right):
        total += (point.coverage - last) * point.risk
        last = point.coverage
    return total


def reliability(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Return the cases in bins of equal number, by confidence (Nguyen & O'Connor 2015)."""
    order = np.argsort(np.asarray(scores, float), kind="stable")
    values, labels = np.asarray(scores, float)[order], np.asarray(right, float)[order]
    parts = np.array_split(np.arange(len(values)), min(bins, len(values)) or 1)
    return [Bin(len(part), float(values[part].mean()), float(labels[part].mean())) for part in parts if len(part)]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean distance of confidence and truth over the bins, weighted (ECE, Naeini et al. 2015)."""
    total = sum(one.n for one in bins)
    return sum(one.n * abs(one.confidence - one.right) for one in bins) / total if total else math.nan


def scaling(scores: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return a and b for which 1 / (1 + exp(-a * log-odds - b)) of a confidence is the share that is right.

    Platt 1999, on log-odds, by Newton's method; with a ridge of one case in a thousand, so that it ends.
    """
    values = np.clip(np.asarray(scores, float), 1e-6, 1 - 1e-6)
    rows = np.column_stack([np.log(values / (1 - values)), np.ones(len(values))])
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        odds = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (odds - np.asarray(right, float)) / max(1, len(rows)) + 0.001 * (weights - [1.0, 0.0])
        bend = (rows * (odds * (1 - odds))[:, None]).T @ rows / max(1, len(rows)) + 0.001 * np.eye(2)
        weights -= np.linalg.solve(bend, slope)
    return float(weights[0]), float(weights[1])


def scaled(score: float, by: tuple[float, float]) -> float:
    """Return a confidence as `scaling` puts it right.

    >>> scaled(0.5, (2.0, 0.0))
    0.5
    """
    value = min(max(score, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-by[0] * math.log(value / (1 - value)) - by[1]))


def threshold_for(scores: Sequence[float], most_lost: float) -> float:
    """Return the highest score below which at most this share of the scores lie; 0 without scores.

    >>> threshold_for([0.1, 0.2, 0.3, 0.4], 0.25)
    0.2
    """
    if not len(scores):
        return 0.0
    ordered = sorted(scores)
    return float(ordered[min(int(most_lost * len(ordered) + 1e-9), len(ordered) - 1)])
