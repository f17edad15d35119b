"""Fit the weights of the support check: a logistic regression over which rules a claim breaks, and how badly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.traps import Trap
from qa.verify.support import WEIGHTS, findings, strengths

_RIDGE = 0.02
_ROUNDS, _RATE = 4000, 0.5


class Fit(NamedTuple):
    """The weights: `bias` are the odds of support of a claim that breaks no rule; a rule's weight is never negative."""

    bias: float
    rules: dict[str, float]


def fit(traps: Sequence[Trap]) -> Fit:
    """Return the weights that tell true claims from traps best; both kinds count the same."""
    broken = [strengths(findings(trap.claim, trap.sources)) for trap in traps]
    return fit_strengths(broken, [trap.supported for trap in traps])


def fit_strengths(broken: Sequence[dict[str, float]], supported: Sequence[bool]) -> Fit:
    """Return the weights for claims given as the rules that they break."""
    rules = sorted({rule for each in broken for rule in each})
    table: NDArray[np.float64] = np.array([[each.get(rule, 0.0) for rule in rules] for each in broken])
    labels = np.asarray(supported, float)
    share = labels.mean()
    weights = np.where(labels > 0, 0.5 / share, 0.5 / (1 - share))
    theta, bias = np.full(len(rules), 2.0), 1.0
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-(bias - table @ theta)))
        error = (likely - labels) * weights / len(labels)
        theta = np.maximum(0.0, theta - _RATE * (-(table.T @ error) + _RIDGE / len(rules) * (theta - 2.0)))
        bias -= _RATE * float(error.sum())
    return Fit(bias, dict(zip(rules, theta.tolist(), strict=True)))


def write(fitted: Fit, about: str, path: Path = WEIGHTS) -> None:
    """Write the weights, with what they were fitted on."""
    data = {
        "about": about,
        "bias": round(fitted.bias, 3),
        "rules": {rule: round(weight, 3) for rule, weight in sorted(fitted.rules.items())},
    }
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def folds(traps: Sequence[Trap], count: int = 5) -> Iterable[tuple[list[Trap], list[Trap]]]:
    """Yield claims to fit on and claims to try, cut by source text, so that no passage is on both sides."""
    texts = sorted({trap.sources[0].text for trap in traps})
    for k in range(count):
        held = {text for number, text in enumerate(texts) if number % count == k}
        yield (
            [trap for trap in traps if trap.sources[0].text not in held],
            [trap for trap in traps if trap.sources[0].text in held],
        )
