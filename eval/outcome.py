"""What became of one case: a line of `results.jsonl`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.records import Case
from eval.scores import WORDS, Problem, Scores, Step
from eval.text import holds
from qa.answer import Answer

_SHOWN = 5
"""Passages of the evidence whose text is kept."""
_CLOCK = ("asked_at", "elapsed_ms")
"""Fields of an answer that differ from run to run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case asked and scored. `answer` is `Answer.to_dict()` without its clock; None: it failed, as `error` says."""

    key: str
    case: Mapping[str, Any]
    story: str
    answer: Mapping[str, Any] | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    error: str | None = None

    @property
    def kind(self) -> str:
        """Return the kind of case."""
        return str(self.case["kind"])

    @property
    def answerable(self) -> bool:
        """Tell whether an answer is expected."""
        return bool(self.case["answers"])

    @property
    def abstained(self) -> bool:
        """Tell whether it was not answered."""
        return self.answer is not None and self.answer["status"] == "abstained"

    @property
    def right(self) -> bool:
        """Tell whether it was scored, and nothing went wrong."""
        return self.error is None and not self.problems

    def to_line(self) -> str:
        """Return it as a line of JSON; a figure that could not be told is null."""
        row = {
            "key": self.key,
            "case": self.case,
            "story": self.story,
            "answer": self.answer,
            "figures": {name: None if math.isnan(value) else value for name, value in self.figures.items()},
            "problems": [{"step": problem.step, "what": problem.what} for problem in self.problems],
            "error": self.error,
        }
        return json.dumps(row, ensure_ascii=False) + "\n"


def outcome_of(case: Case, answer: Answer, scores: Scores) -> Outcome:
    """Return the outcome of a scored answer; passages beyond the first few are kept without their text."""
    kept = {name: value for name, value in answer.to_dict().items() if name not in _CLOCK}
    for item, row in zip(answer.evidence, kept["evidence"], strict=True):
        row["file"] = item.article.file
        row["hit"] = case.answerable and holds(" ".join(item.passage.text.split()[:WORDS]), case.answers)
        if item.rank > _SHOWN:
            del row["text"]
    return Outcome(case.key, case.to_dict(), case.story, kept, dict(scores.figures), scores.problems)


def failed(case: Case, error: str) -> Outcome:
    """Return the outcome of a case that could not be asked or scored."""
    return Outcome(case.key, case.to_dict(), case.story, error=error)


def from_row(row: Mapping[str, Any]) -> Outcome:
    """Return the outcome that a line of `results.jsonl` holds.

    Raises:
        KeyError: it is not such a line.
    """
    steps: list[tuple[Step, str]] = [(item["step"], item["what"]) for item in row["problems"]]
    figures = {name: math.nan if value is None else float(value) for name, value in row["figures"].items()}
    problems = tuple(Problem(step, what) for step, what in steps)
    return Outcome(row["key"], row["case"], row["story"], row["answer"], figures, problems, row["error"])
