"""Two runs over the same cases: paired differences with their intervals, and the cases that flipped."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.figures import MEASURES
from eval.intervals import Figure, paired
from eval.outcome import Outcome
from eval.runner import Run
from index.errors import InputError


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences, after less before, of the figures that both runs have; `unpaired` cases are in one only."""

    differences: Mapping[str, Figure]
    won: tuple[Outcome, ...]
    lost: tuple[Outcome, ...]
    cases: int
    unpaired: int

    def lines(self) -> Iterator[str]:
        """Yield it as it is printed."""
        yield f"{self.cases} cases in both" + (f", {self.unpaired} in one only" if self.unpaired else "")
        better = {measure.name: measure.better for measure in MEASURES}
        for name, one in self.differences.items():
            good = one.value > 0 if better[name] == "higher" else one.value < 0
            sure = one.low > 0 or one.high < 0
            verdict = ("better" if good else "worse") if sure else "could be chance" if one.value else "same"
            yield f"{name:26}{one.value:+.3f}  ({one.low:+.3f} to {one.high:+.3f}, n = {one.n})  {verdict}"
        for title, outcomes in (("now right", self.won), ("now wrong", self.lost)):
            yield f"{title}: {len(outcomes)}"
            for outcome in outcomes:
                why = f" — {outcome.problems[0].step}: {outcome.problems[0].what}" if outcome.problems else ""
                yield f"  {outcome.case['id']} {outcome.case['question']}{why}"


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs, case by case; a case that one of them could not score is left out of its figures.

    Raises:
        InputError: they have no case in common.
    """
    old = {outcome.key: outcome for outcome in before.outcomes}
    new = {outcome.key: outcome for outcome in after.outcomes}
    pairs = [(old[key], new[key]) for key in old if key in new]
    if not pairs:
        raise InputError("the two runs have no case in common; compare runs over the same cases")
    differences = {}
    for measure in MEASURES:
        one = _difference(pairs, measure.name)
        if one.n:
            differences[measure.name] = one
    return Comparison(
        differences,
        won=tuple(b for a, b in pairs if b.right and a.problems),
        lost=tuple(b for a, b in pairs if a.right and b.problems),
        cases=len(pairs),
        unpaired=len(old.keys() ^ new.keys()),
    )


def _difference(pairs: Sequence[tuple[Outcome, Outcome]], name: str) -> Figure:
    values = [[outcome.figures.get(name, math.nan) for outcome in pair] for pair in pairs]
    return paired([a for a, _ in values], [b for _, b in values], [before.story for before, _ in pairs])
