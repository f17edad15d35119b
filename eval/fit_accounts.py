"""Fit what tells that two sentences give different accounts: `python -m eval fit-accounts`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.files import write_json
from eval.fit import logistic, named
from eval.records import Case
from eval.written import Compared, Report
from index.errors import InputError
from index.library import Index
from index.scope import Scope, scope_of
from qa.asked import Asked, asked
from qa.differing import FEATURES, TURNS, WEIGHTS, foremost, matrix, turns
from qa.question import understand
from qa.reading import Looked, look, readings
from qa.retrieve import retrieve
from qa.rivals import Pair, proposed

_FOLDS = 5
_SETTLED = 3
"""Pairs of each settled question that are learned from, those most about it: with all, fewer accounts are found of
reports that differ."""
_WRONGLY = {"quoted": 0.15, "said": 0.12}
"""Share of the questions on which nothing differs of which accounts may be quoted, and said to differ, of each kind of
them."""


@dataclass(frozen=True, slots=True)
class Read:
    """A question's pairs: a row of `FEATURES` each, which of them give different accounts, and whether any should.

    `turns` are those that do, a row of `TURNS` each; `superseded` whether the later takes the place of the earlier.
    """

    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    differs: bool
    turns: NDArray[np.float64]
    superseded: bool


class Shown(NamedTuple):
    """The least probability of accounts, and how questions fared whose stories were left out of the fit.

    `shown` of the questions on which sentences differ had accounts, `rightly` of them of two sides; `wrongly` of the
    others had accounts, too, and `settled` of those of a quiz.
    """

    least: float
    shown: float
    rightly: float
    wrongly: float
    settled: float


class Fit(NamedTuple):
    """The weights; which accounts are `quoted` and which `said` to differ.

    `told` of the pairs of accounts were rightly taken for updates or disputes, the mean of both.
    """

    weights: NDArray[np.float64]
    superseding: NDArray[np.float64]
    shown: Mapping[str, Shown]
    told: float


def read(index: Index, compared: Sequence[Compared]) -> Iterator[Read]:
    """Yield the pairs of each question, asked of a library that holds its reports."""
    outlets = tuple(index.catalog.outlets())
    for item in compared:
        rows, right, turned = np.empty((0, len(FEATURES))), np.empty(0, np.bool_), np.empty((0, len(TURNS)))
        if found := _proposed(index, item.question, Scope(), outlets):
            wanted, looked, pairs = found
            sides = [_sides(item, reading.text) for reading in looked.read]
            rows = matrix(wanted, looked, pairs)
            right = np.array([_differ(sides[pair.i], sides[pair.j], pair.i == pair.j) for pair in pairs], np.bool_)
            turned = turns(wanted, looked, [pair for pair, good in zip(pairs, right, strict=True) if good])
        yield Read(rows, right, len(item.sides) > 1, turned, item.superseded)


def settled(index: Index, cases: Iterable[Case]) -> Iterator[NDArray[np.float64]]:
    """Yield the pairs of each question of a quiz, asked as of its day: what it asks for is settled, so none differs.

    But for those that ask for a number: it may have been another the day before.
    """
    outlets = tuple(index.catalog.outlets())
    for case in cases:
        if asked(case.question).numeric:
            continue
        found = _proposed(index, case.question, scope_of(case.as_of, None, None), outlets)
        yield matrix(*found) if found else np.empty((0, len(FEATURES)))


def _proposed(
    index: Index, text: str, scope: Scope, outlets: tuple[str, ...]
) -> tuple[Asked, Looked, list[Pair]] | None:
    """Return the pairs that an answer would look at, and what they are held against; None: nothing is to be read."""
    question = understand(text, as_of=scope.as_of, newest=index.newest, known=outlets)
    found = readings(retrieve(index, question, scope))
    wanted = asked(question.standalone)
    if len(found) < 2 or not wanted.weights:
        return None
    looked = look(wanted, found)
    return wanted, looked, proposed(wanted, looked)


def _sides(item: Compared, text: str) -> frozenset[int]:
    """Return the numbers of the sides that a sentence is on."""
    return frozenset(
        number
        for number, side in enumerate(item.sides)
        if any(item.reports[report].sentences[place] == text for report, place in side)
    )


def _differ(one: frozenset[int], other: frozenset[int], same: bool) -> bool:
    return len(one) > 1 if same else any(a != b for a in one for b in other)


def fit(found: Sequence[Read], stories: Sequence[tuple[Report, ...]], quiz: Sequence[NDArray[np.float64]] = ()) -> Fit:
    """Return the weights for questions and the reports that each was put to, and the pairs of settled questions.

    Raises:
        InputError: too few of the questions on which nothing differs have any pair.
    """
    names = {reports: number for number, reports in enumerate(dict.fromkeys(stories))}
    folds = np.array([names[reports] % _FOLDS for reports in stories])
    best = [(0.0, False)] * len(found)
    quizzed = np.zeros(len(quiz))
    judged: list[tuple[bool, bool]] = []
    for fold in range(_FOLDS):
        others = [item for item, own in zip(found, folds, strict=True) if own != fold]
        weights = _weights(others, [rows for number, rows in enumerate(quiz) if number % _FOLDS != fold])
        superseding = _superseding(others)
        for number in range(fold, len(quiz), _FOLDS):
            if len(quiz[number]):
                quizzed[number] = max(_shares(quiz[number], weights).values())
        for number in np.flatnonzero(folds == fold).tolist():
            if len(found[number].rows):
                told = _shares(found[number].rows, weights)
                top = max(told, key=lambda pair: told[pair])
                best[number] = (told[top], bool(found[number].right[top]))
            update = found[number].turns @ superseding >= 0
            judged += [(found[number].superseded, bool(item)) for item in update]
    differs = np.array([item.differs for item in found])
    shares, right = np.array([share for share, _ in best]), np.array([good for _, good in best])
    if differs.all() or not np.quantile(shares[~differs], 1 - max(_WRONGLY.values())):
        raise InputError("no pair of sentences was found for most of the questions; give stories of more reports")
    shown = {name: _shown(shares, right, differs, quizzed, most) for name, most in _WRONGLY.items()}
    kinds = [np.mean([was == said for was, said in judged if was is kind]) for kind in (True, False)]
    return Fit(_weights(found, quiz), _superseding(found), shown, float(np.mean(kinds)))


def _shown(
    shares: NDArray[np.float64],
    right: NDArray[np.bool_],
    differs: NDArray[np.bool_],
    quizzed: NDArray[np.float64],
    most: float,
) -> Shown:
    """Return the least probability at which no more than `most` of those on which nothing differs have accounts."""
    none_differ = [shares[~differs], quizzed] if len(quizzed) else [shares[~differs]]
    least = max(float(np.quantile(own, 1 - most)) for own in none_differ)
    shown = shares >= least
    return Shown(
        least, float(shown[differs].mean()), float((shown & right)[differs].mean()), float(shown[~differs].mean()),
        float((quizzed >= least).mean()) if len(quizzed) else float("nan"),
    )  # fmt: skip


def _weights(found: Sequence[Read], quiz: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    rows, settled = np.vstack([item.rows for item in found]), [rows[:_SETTLED] for rows in quiz]
    right = np.concatenate([item.right for item in found])
    return logistic(np.vstack([rows, *settled]), np.concatenate([right, np.zeros(sum(map(len, settled)), np.bool_)]))


def _shares(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> dict[int, float]:
    """Return the probability of each pair that an answer would read, by its number."""
    kept = foremost(rows, weights)
    shares: list[float] = (1 / (1 + np.exp(-rows[kept] @ weights))).tolist()
    return dict(zip(kept, shares, strict=True))


def _superseding(found: Sequence[Read]) -> NDArray[np.float64]:
    labels = np.concatenate([np.full(len(item.turns), item.superseded) for item in found])
    return logistic(np.vstack([item.turns for item in found]), labels)


def library(folder: Path, compared: Sequence[Compared], progress: Callable[[str], None]) -> Index:
    """Return a new library that holds the reports of the questions."""
    reports = dict.fromkeys(report for item in compared for report in item.reports)
    index = Index.open(folder, create=True)
    index.add([report.article(f"report-{number}") for number, report in enumerate(reports)])
    progress(f"{len(reports)} reports, {len(compared)} questions")
    return index


def write(fitted: Fit, about: str, path: Path = WEIGHTS) -> None:
    """Write the weights, with what they were fitted on."""
    weights, superseding = named(fitted.weights, FEATURES), named(fitted.superseding, TURNS)
    least = {name: round(shown.least, 4) for name, shown in fitted.shown.items()}
    write_json(path, {"about": about, "least": least, "weights": weights, "superseding": superseding})
