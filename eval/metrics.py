"""Metrics: plain values in, a number out; each with its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


def hit_at(ranked: Sequence[bool], k: int) -> bool:
    """Tell whether a right one is among the first k (success@k, Craswell 2009).

    >>> hit_at([False, True], 1), hit_at([False, True], 5)
    (False, True)
    """
    return any(ranked[:k])


def share(values: Sequence[bool | float]) -> float:
    """Return the mean; nan where there is nothing to score.

    >>> share([True, False])
    0.5
    """
    return float(np.mean(values)) if len(values) else float("nan")


def roc_auc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the chance that a right one scores above a wrong one, ties half (Hanley & McNeil 1982).

    nan where either kind is missing.

    >>> roc_auc([0.9, 0.1], [True, False])
    1.0
    """
    values, labels = np.asarray(scores, float), np.asarray(right, bool)
    positive, negative = values[labels], values[~labels]
    if not len(positive) or not len(negative):
        return float("nan")
    wins = (positive[:, None] > negative[None, :]).mean() + (positive[:, None] == negative[None, :]).mean() / 2
    return float(wins)


def interval(
    values: Sequence[float],
    statistic: Callable[[Sequence[float]], float] = share,
    rounds: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a statistic (Efron 1979); (nan, nan): nothing to score."""
    if not len(values):
        return float("nan"), float("nan")
    array = np.asarray(values, float)
    generator = np.random.default_rng(seed)
    drawn = [statistic(array[generator.integers(0, len(array), len(array))].tolist()) for _ in range(rounds)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)
