"""What the confidence of an answer is worth, and from where on to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from eval.abstention import (
    Bin,
    Point,
    calibration_error,
    reliability,
    risk_coverage,
    roc_auc,
    scaled,
    scaling,
    threshold_for,
)
from eval.chosen import in_half
from eval.figures import confidences, hits
from eval.intervals import Figure, figure, mean
from eval.options import Half
from eval.outcome import Outcome
from eval.records import Case
from eval.runner import run
from eval.text import holds
from index.errors import InputError
from index.library import Index
from qa.evidence import ANSWERS_FROM

MOST_LOST = 0.05
"""Share of the answerable questions that the threshold may turn away."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The threshold chosen on the even half, and what it and the default are worth on the odd half.

    `bins` and `error` are the reliability of the confidence on the even half. `scale` is what its log-odds are
    to be multiplied by, and what to add, to put that right; `scaled_error` is the error on the odd half then.
    `curve` is the risk–coverage curve of the odd half and the questions without an answer, together.
    """

    day: date
    threshold: float
    figures: Mapping[str, Figure]
    bins: Sequence[Bin]
    error: float
    scale: tuple[float, float]
    scaled_error: float
    curve: Sequence[Point]

    def lines(self) -> Iterator[str]:
        """Yield it as it is printed."""
        yield f"all asked as of {self.day}, the library's last day"
        yield f"threshold that at most {MOST_LOST:.0%} of the even half is below: {self.threshold:.4f}"
        yield f"default threshold: {ANSWERS_FROM}"
        for name, figure_ in self.figures.items():
            yield f"{name:58}{figure_}"
        yield f"reliability on the even half, expected calibration error {self.error:.3f}:"
        for one in self.bins:
            yield f"  confidence {one.confidence:.3f}  right {one.right:.3f}  n = {one.n}"
        yield f"log-odds times {self.scale[0]:.3f} plus {self.scale[1]:.3f} would put it right:"
        yield f"  expected calibration error on the odd half then {self.scaled_error:.3f}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, the whole curve with it."""
        return {
            "as_of": self.day.isoformat(),
            "threshold": self.threshold,
            "default": ANSWERS_FROM,
            "figures": {name: one.to_dict() for name, one in self.figures.items()},
            "reliability": [asdict(one) for one in self.bins],
            "expected calibration error": self.error,
            "scale": list(self.scale),
            "error on the odd half once scaled": self.scaled_error,
            "risk-coverage": [asdict(point) for point in self.curve],
        }


def questions(index: Index, known: Sequence[Case], unknown: Sequence[Case]) -> tuple[list[Case], list[Case], date]:
    """Return the questions to ask, all as of the library's last day: those with an answer, and those without.

    Of the unknown, those whose own article is in the library, and holds the answer, are left out, and the even half:
    the cross-encoder may have learned from it (`fit-cross`).

    Raises:
        InputError: the library has no dated article, or one of the two is empty.
    """
    days = index.catalog.date_range()
    if days is None:
        raise InputError(f"no article in {index.folder} has a date; there is no day to ask as of")
    texts = {article.url: article.text for article in index.articles() if article.url}
    last = days[1]
    with_answer = [replace(case, as_of=last) for case in known if case.scored and case.answerable]
    without = [
        replace(case, as_of=last, answers=(), kind="unanswerable", scored=True)
        for case in unknown
        if in_half(case.id, Half.ODD) and not any(url in texts and holds(texts[url], case.answers) for url in case.urls)
    ]
    if not with_answer or not without:
        raise InputError("questions with an answer and questions without one are needed; give both")
    return with_answer, without, last


def calibrate(
    library: Path,
    known: Sequence[Case],
    unknown: Sequence[Case],
    *,
    jobs: int = 1,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> Calibration:
    """Ask questions that the library answers, and questions that it does not, and return what is learned.

    Raises:
        InputError: as `questions`.
    """
    with Index.open(library) as index:
        with_answer, without, last = questions(index, known, unknown)
    asked = run([*with_answer, *without], library, jobs=jobs, progress=progress).outcomes
    answered = [outcome for outcome in asked if outcome.error is None]
    even = [o for o in answered if o.answerable and in_half(str(o.case["id"]), Half.EVEN)]
    odd = [o for o in answered if o.answerable and in_half(str(o.case["id"]), Half.ODD)]
    none = [o for o in answered if not o.answerable]
    threshold = threshold_for(confidences(even), MOST_LOST)
    both = [*odd, *none]
    figures = {
        "abstention ROC AUC, odd half and without an answer": figure(both, _auc, [o.story for o in both]),
        "even half below the threshold (wrong abstentions)": _below(even, threshold),
        "odd half below the threshold (wrong abstentions)": _below(odd, threshold),
        "without an answer below the threshold (right abstentions)": _below(none, threshold),
        "odd half below the default": _below(odd, ANSWERS_FROM),
        "without an answer below the default": _below(none, ANSWERS_FROM),
        "right if answered, odd half": mean(hits(odd), [o.story for o in odd]),
    }
    bins = reliability(confidences(even), hits(even))
    scale = scaling(confidences(even), hits(even))
    after = reliability([scaled(value, scale) for value in confidences(odd)], hits(odd))
    return Calibration(
        day=last,
        threshold=threshold,
        figures=figures,
        bins=bins,
        error=calibration_error(bins),
        scale=scale,
        scaled_error=calibration_error(after),
        curve=risk_coverage(confidences(both), hits(both)),
    )


def _below(outcomes: Sequence[Outcome], threshold: float) -> Figure:
    return mean([value < threshold for value in confidences(outcomes)], [outcome.story for outcome in outcomes])


def _auc(outcomes: Sequence[Outcome]) -> float:
    return roc_auc(confidences(outcomes), [outcome.answerable for outcome in outcomes])
