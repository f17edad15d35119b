"""A run summed up: what `summary.json` holds, and how it is printed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.figures import MEASURES, figures_by_kind, figures_of, times_of, usage_of
from eval.intervals import Figure
from eval.runner import Run

SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run, each with its interval; `steps` counts the cases by where they went wrong first."""

    cases: int
    unscored: int
    figures: Mapping[str, Figure]
    kinds: Mapping[str, Figure]
    steps: Mapping[str, int]
    usage: dict[str, Figure]
    times: dict[str, Figure]
    about: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values; what could not be told is None."""
        return {
            "about": dict(self.about),
            "cases": self.cases,
            "unscored": self.unscored,
            "figures": {name: one.to_dict() for name, one in self.figures.items()},
            "right by kind": {name: one.to_dict() for name, one in self.kinds.items()},
            "wrong first at": dict(self.steps),
            "usage": {name: one.to_dict() for name, one in self.usage.items()},
            "times": {name: one.to_dict() for name, one in self.times.items()},
        }

    def lines(self) -> Iterator[str]:
        """Yield it as it is printed."""
        yield f"{self.cases} cases" + (f", {self.unscored} of them could not be scored" if self.unscored else "")
        totals = {measure.name for measure in MEASURES if measure.total}
        for name, one in self.figures.items():
            yield f"{name:28}{f'{one.value:.0f}' if name in totals else one}"
        for name, one in self.kinds.items() if len(self.kinds) > 1 else ():
            yield f"  right, {name:19}{one}"
        if self.steps:
            yield "wrong first at: " + ", ".join(f"{step} {count}" for step, count in self.steps.items())
        for name, one in (self.usage | self.times).items():
            yield f"{name:28}{one.value:.4g}  ({one.low:.4g} to {one.high:.4g})"


def sum_up(run: Run, about: Mapping[str, Any]) -> Summary:
    """Return the summary of a run; `about` says of which cases, library and code."""
    outcomes = run.outcomes
    steps = Counter(outcome.problems[0].step for outcome in outcomes if outcome.problems)
    return Summary(
        cases=len(outcomes),
        unscored=sum(outcome.error is not None for outcome in outcomes),
        figures=figures_of(outcomes),
        kinds=figures_by_kind(outcomes),
        steps=dict(steps.most_common()),
        usage=usage_of(outcomes),
        times=times_of(run.milliseconds, [outcome.story for outcome in outcomes] if run.milliseconds else []),
        about=about,
    )


def write(summary: Summary, out: Path) -> None:
    """Write `summary.json` into a folder."""
    text = json.dumps(summary.to_dict(), indent=2, ensure_ascii=False) + "\n"
    (out / SUMMARY).write_text(text, encoding="utf-8")


def read_about(out: Path) -> dict[str, Any]:
    """Return what an earlier summary in a folder says of its run; nothing where there is none that can be read."""
    try:
        about: dict[str, Any] = json.loads((out / SUMMARY).read_text(encoding="utf-8"))["about"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return about
