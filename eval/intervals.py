"""How sure a figure is: bootstrap intervals, whole clusters drawn where cases hang together."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
_LEVEL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval and the number of values behind it; all nan where there was none."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values; nan as None, as JSON has no such number."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        """Return it as it is printed."""
        return f"{self.value:.3f}  ({self.low:.3f} to {self.high:.3f}, n = {self.n})" if self.n else "none (n = 0)"


def share(values: Sequence[bool | float]) -> float:
    """Return the mean; nan where there is nothing to score.

    >>> share([True, False])
    0.5
    """
    return float(np.mean(values)) if len(values) else math.nan


def mean(values: Sequence[float | bool], clusters: Sequence[Hashable] | None = None) -> Figure:
    """Return the mean with its interval, a percentile bootstrap over clusters (Field & Welsh 2007).

    `clusters` names the article or story of each value; None: each stands alone. Values that are nan were
    not scored: they are left out, and `n` counts the rest.
    """
    kept = np.array([not math.isnan(float(value)) for value in values], bool)
    array = np.asarray(values, float)[kept] if len(values) else np.empty(0)
    if not len(array):
        return Figure(math.nan, math.nan, math.nan, 0)
    rows = _numbered([clusters[int(place)] for place in np.flatnonzero(kept)] if clusters else range(len(array)))
    sums, sizes = np.bincount(rows, array), np.bincount(rows)
    drawn = _draws(len(sums))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, _LEVEL)
    return Figure(float(array.mean()), float(low), float(high), len(array))


def figure(
    rows: Sequence[Any], statistic: Callable[[Sequence[Any]], float], clusters: Sequence[Hashable] | None = None
) -> Figure:
    """Return any statistic of rows with its interval, as `mean` does; draws that cannot be scored are left out."""
    value = statistic(rows) if len(rows) else math.nan
    if math.isnan(value):
        return Figure(math.nan, math.nan, math.nan, 0)
    numbers = _numbered(clusters if clusters is not None else range(len(rows)))
    members = [np.flatnonzero(numbers == number) for number in range(int(numbers.max()) + 1)]
    drawn = [
        statistic([rows[number] for cluster in draw for number in members[cluster]])
        for draw in _draws(len(members), ROUNDS // 4)
    ]
    found = [one for one in drawn if not math.isnan(one)]
    low, high = np.percentile(found, _LEVEL) if found else (math.nan, math.nan)
    return Figure(float(value), float(low), float(high), len(rows))


def paired(before: Sequence[float], after: Sequence[float], clusters: Sequence[Hashable]) -> Figure:
    """Return the mean difference of pairs, after less before, with its interval (Koehn 2004, over clusters)."""
    return mean([b - a for a, b in zip(before, after, strict=True)], clusters)


def _numbered(names: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _draws(clusters: int, rounds: int = ROUNDS, seed: int = 0) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, clusters, (rounds, clusters))


def _plain(value: float | int) -> float | int | None:
    return None if isinstance(value, float) and math.isnan(value) else value
