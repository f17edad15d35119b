"""The gate: what every change must hold, measured in less than a minute: `dateline-eval gate`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import index
from eval.cases import CASES, read_cases
from eval.chosen import library_for
from eval.drafter import gauges, put_through
from eval.figures import figures_by_kind, figures_of
from eval.floors import Gauge
from eval.outcome import Outcome
from eval.runner import run
from eval.traps import TRAPS, Trap, read_traps
from eval.traps import run as judge
from index.library import Index
from qa.differing import WEIGHTS as DIFFERING
from qa.samples import FOLDER
from qa.verify.support import WEIGHTS

_HELD = ("right", "evidence hit@5", "evidence hit@20", "answer hit", "first-sentence hit", "accounts shown",
         "supported", "rightly abstained", "abstention ROC AUC")  # fmt: skip
"""Figures of the shipped cases with a floor, a case of slack below what was measured."""
DRAFTED = ("fact", "attribution", "as-of")
"""Kinds of case that the bad drafter is put through."""
_WHOLE = ("exact quotes",)
_NONE = ("as-of leaks", "unsupported", "contradicted")


def measure(jobs: int = 1, progress: Callable[[Outcome], None] = lambda outcome: None) -> list[Gauge]:
    """Return every gauge, measured now: the shipped cases over the samples, a bad drafter, and the traps."""
    cases = read_cases(CASES)
    with library_for([], None) as folder:
        outcomes = run(cases, folder, jobs=jobs, progress=progress).outcomes
        with Index.open(folder) as library:
            shown = put_through([case for case in cases if case.kind in DRAFTED], library)
    return [*of_cases(outcomes), *gauges(shown), *of_traps(read_traps(TRAPS))]


def of_cases(outcomes: Sequence[Outcome]) -> Iterator[Gauge]:
    """Yield the gauges of asked cases."""
    figures = figures_of(outcomes)
    for name in _HELD:
        if name in figures:
            yield Gauge(f"cases: {name}", figures[name].value, slack=1 / figures[name].n)
    for kind, figure in figures_by_kind(outcomes).items():
        yield Gauge(f"cases: right, {kind}", figure.value, slack=1 / figure.n)
    for name in _WHOLE:
        if name in figures:
            yield Gauge(f"cases: {name}", figures[name].value)
    for name in _NONE:
        if name in figures:
            yield Gauge(f"cases: {name}", figures[name].value, "lower")
    yield Gauge("cases: wrongly abstained", figures["wrongly abstained"].value, "lower", 1 / len(outcomes))
    yield Gauge("cases: not scored", float(sum(outcome.error is not None for outcome in outcomes)), "lower")


def of_traps(traps: Sequence[Trap]) -> Iterator[Gauge]:
    """Yield the gauges of the support check over claims that follow from their sources, and claims that do not."""
    judged = judge(traps)
    supported = sum(trap.supported for trap in traps)
    yield Gauge("traps: caught", judged.caught, slack=1 / (len(traps) - supported))
    yield Gauge("traps: wrongly rejected", judged.rejected, "lower", 1 / supported)
    yield Gauge("traps: ROC AUC", judged.auc, slack=0.005)


def digests() -> Mapping[str, str]:
    """Return the digests of what the floors were measured with: cases, traps, samples, weights of search and checks."""
    fitted = [*(Path(str(index.__file__)).parent / "weights").rglob("*"), WEIGHTS, DIFFERING]
    return {
        "cases": _digest([CASES]),
        "traps": _digest([TRAPS]),
        "samples": _digest(FOLDER.iterdir()),
        "weights": _digest(fitted),
    }


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        total.update(path.name.encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
