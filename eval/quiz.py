"""A news quiz sat by the reader: the share of questions of which it chose the right answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import read_cases
from eval.intervals import Figure, mean
from eval.postings import Postings
from eval.reader import Reader, fit_weights, read_weights
from eval.records import Case
from index.errors import InputError
from index.library import Index


@dataclass(frozen=True, slots=True)
class Sitting:
    """The questions of a quiz with the choice that was made of each."""

    questions: tuple[Case, ...]
    chosen: tuple[str, ...]

    @property
    def right(self) -> tuple[float, ...]:
        """Return 1 for each question that was answered right; nan where the right answer is not among the choices."""
        return tuple(
            float(made in case.answers) if set(case.answers) & set(case.choices) else math.nan
            for case, made in zip(self.questions, self.chosen, strict=True)
        )

    def share(self, which: Callable[[Case], bool] = lambda case: True) -> Figure:
        """Return the share answered right, with its interval, quizzes drawn whole."""
        kept = [(right, case.story) for case, right in zip(self.questions, self.right, strict=True) if which(case)]
        return mean([right for right, _ in kept], [story for _, story in kept])

    def lines(self, *, misses: bool = False) -> Iterator[str]:
        """Yield it as it is printed."""
        yield f"{'all questions':34}{self.share()}"
        yield f"{'whose articles hold the answer':34}{self.share(lambda case: case.scored)}"
        yield f"{'others':34}{self.share(lambda case: not case.scored)}"
        for case, made, right in zip(self.questions, self.chosen, self.right, strict=True):
            if misses and not right:
                yield f"\n{case.id} {case.question}\n{made} instead of {' or '.join(case.answers)}"


def read_quiz(paths: Sequence[Path]) -> list[Case]:
    """Return the questions of files that have choices and a day.

    Raises:
        InputError: a file cannot be read, or has none.
    """
    found = [case for path in paths for case in read_cases(path) if case.choices and case.as_of]
    if not found:
        raise InputError(f"no quiz questions in {', '.join(map(str, paths))}; give some with choices and a date")
    return found


def sit(questions: Sequence[Case], index: Index, progress: Callable[[], None] = lambda: None) -> Sitting:
    """Choose the answer of each question by what the library says up to its day."""
    reader = Reader(Postings(index), read_weights())
    chosen = []
    for case in questions:
        assert case.as_of is not None
        chosen.append(case.choices[reader.choose(case.question, case.choices, case.as_of)])
        progress()
    return Sitting(tuple(questions), tuple(chosen))


def fit(questions: Sequence[Case], index: Index, progress: Callable[[], None] = lambda: None) -> dict[str, float]:
    """Return the weights that choose best in this quiz."""
    reader = Reader(Postings(index))
    rows, right = [], []
    for case in questions:
        if case.as_of is not None and case.answers and case.answers[0] in case.choices:
            rows.append(reader.features(case.question, case.choices, case.as_of))
            right.append(case.choices.index(case.answers[0]))
        progress()
    return fit_weights(rows, right)
