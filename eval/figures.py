"""The figures of a run: what each means, which way is better, and how the cases' values become one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.abstention import area_under_risk_coverage, precision_recall, roc_auc
from eval.intervals import Figure, figure, mean
from eval.outcome import Outcome
from eval.records import KINDS


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that every case has a value of, or none: its name, the better way, and what it means.

    `total`: the values are counts, to be summed; else they are averaged, with an interval.
    """

    name: str
    better: Literal["higher", "lower"]
    about: str
    total: bool = False


MEASURES = (
    Measure("right", "higher", "cases in which nothing went wrong"),
    Measure("evidence hit@1", "higher", "the answer stands in the first passage (150 words count)"),
    Measure("evidence hit@5", "higher", "… in one of the first 5"),
    Measure("evidence hit@20", "higher", "… in one of the first 20"),
    Measure("evidence MRR", "higher", "one over the rank of the first passage that holds the answer"),
    Measure("article recall@20", "higher", "share of the articles to be cited that were found"),
    Measure("article nDCG@20", "higher", "… discounted by their rank"),
    Measure("answer hit", "higher", "the answer stands in a quote; an abstention is a miss"),
    Measure("first-sentence hit", "higher", "… in the first"),
    Measure("hit if answered", "higher", "the answer hit, had no question been abstained from"),
    Measure("exact match", "higher", "the short answer, else the first quote, is the answer (SQuAD)"),
    Measure("token F1", "higher", "… shares its words (SQuAD)"),
    Measure("wrongly abstained", "lower", "share of answerable questions not answered"),
    Measure("rightly abstained", "higher", "share of unanswerable questions not answered"),
    Measure("citation recall", "higher", "sentences that follow from all they cite (ALCE)"),
    Measure("citation precision", "higher", "citations that their sentence needs (ALCE)"),
    Measure("supported", "higher", "share of sentences that passed the support check"),
    Measure("unsupported", "lower", "sentences that did not", total=True),
    Measure("contradicted", "lower", "sentences that their sources contradict", total=True),
    Measure("exact quotes", "higher", "quotes that stand in their article at their place"),
    Measure("as-of leaks", "lower", "articles cited or found that were not out on the day", total=True),
    Measure("accounts shown", "higher", "share of the accounts to be shown that are quoted from who gives them"),
)
PERCENTILES = (50, 95)
_USAGE = {
    "prompt tokens an answer": "prompt_tokens",
    "completion tokens an answer": "completion_tokens",
    "US dollars an answer": "cost_usd",
}


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return every figure of these outcomes that any of them has a value of, with its interval."""
    scored = [outcome for outcome in outcomes if outcome.error is None]
    stories = [outcome.story for outcome in scored]
    found: dict[str, Figure] = {}
    for measure in MEASURES:
        values = [outcome.figures.get(measure.name, math.nan) for outcome in scored]
        one = mean(values, stories)
        if one.n:
            total = float(np.nansum(values))
            found[measure.name] = Figure(total, total, total, one.n) if measure.total else one
    both = {outcome.answerable for outcome in scored} == {True, False}
    for name, statistic in _OF_ABSTENTION.items():
        if both:
            found[name] = figure(scored, statistic, stories)
    return found


def figures_by_kind(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return the share of cases that came out right, of each kind that is among them."""
    found = {}
    for kind in KINDS:
        chosen = [outcome for outcome in outcomes if outcome.kind == kind and outcome.error is None]
        if chosen:
            found[kind] = mean([o.figures.get("right", math.nan) for o in chosen], [o.story for o in chosen])
    return found


def usage_of(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return the tokens and the cost of an answer by a language model; none where there was none.

    The cost of an answer whose model's price is not known is left out.
    """
    used = [(o.answer["usage"], o.story) for o in outcomes if o.answer and o.answer["usage"]["completion_tokens"]]
    stories = [story for _, story in used]
    found = {}
    for name, field in _USAGE.items():
        values = [math.nan if usage.get(field) is None else float(usage[field]) for usage, _ in used]
        if (one := mean(values, stories)).n:
            found[name] = one
    return found


def times_of(milliseconds: Sequence[float], stories: Sequence[str]) -> dict[str, Figure]:
    """Return the median and the 95th percentile of the times of questions, in milliseconds."""
    rows = list(milliseconds)
    if not rows:
        return {}
    return {
        f"p{percent} ms": figure(rows, lambda some, p=percent: float(np.percentile(some, p)), stories)  # type: ignore[misc]
        for percent in PERCENTILES
    }


def confidences(outcomes: Sequence[Outcome]) -> list[float]:
    """Return how sure each answer is; that of an abstention too."""
    return [float(outcome.answer["confidence"]) if outcome.answer else math.nan for outcome in outcomes]


def hits(outcomes: Sequence[Outcome]) -> list[bool]:
    """Return of each outcome whether its answer is right, or would have been; where there is none, it is not."""
    return [bool(outcome.figures.get("hit if answered", 0.0)) for outcome in outcomes]


def _auc(outcomes: Sequence[Outcome]) -> float:
    return roc_auc(confidences(outcomes), [outcome.answerable for outcome in outcomes])


def _area(outcomes: Sequence[Outcome]) -> float:
    return area_under_risk_coverage(confidences(outcomes), hits(outcomes))


def _precision(outcomes: Sequence[Outcome]) -> float:
    return precision_recall([o.abstained for o in outcomes], [not o.answerable for o in outcomes])[0]


def _recall(outcomes: Sequence[Outcome]) -> float:
    return precision_recall([o.abstained for o in outcomes], [not o.answerable for o in outcomes])[1]


_OF_ABSTENTION: dict[str, Callable[[Sequence[Outcome]], float]] = {
    "abstention precision": _precision,
    "abstention recall": _recall,
    "abstention ROC AUC": _auc,
    "area under risk–coverage": _area,
}
