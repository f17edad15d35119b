"""Reads a library to choose among the answers of a quiz: what speaks for each, as numbers, and the fitted weights.

It is no part of the chain that answers: it searches by question and choice, where an assistant has no choices.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.files import write_json
from eval.postings import Places, Postings, Row, Window, plain_words, stems_or_all
from index.scope import Scope

WEIGHTS = Path(__file__).parent / "data" / "choices.json"
FEATURES = (
    "in sentence",  # share of the choice's idf in a sentence, averaged over the sentences by how well they fit
    "nearby",  # … in the sentence or a neighbour
    "in passage",
    "phrase",  # the choice stands there word for word
    "phrase nearby",
    "phrase in passage",
    "phrase lift",  # how much more often than in the other passages looked at, a logarithm
    "nearby lift",
    "best phrase",  # how well the best sentence with the phrase fits the question
    "best phrase nearby",
    "best phrase in passage",
    "best in sentence",  # the best sum of fit and share
    "best in passage",
    "frequency",  # in how many passages the rarest word of the choice stands, a logarithm
    "length",  # content words, up to eight
    "all of them",  # "all of the above"
)
"""Names of the columns of `Reader.features`."""

Matrix = NDArray[np.float64]

_BY_QUESTION, _BY_CHOICE = 150, 40
"""Passages looked at: those that fit the question best, and for each choice those that fit question and choice."""
_NEARBY, _SENTENCE, _PASSAGE, _AGE = 14.0, 4.0, 6.0, 6.0
"""How a sentence fits a question: shares of the question's idf in it and around it, less log2(1 + days) / 10.
Of three sets tried on the even half of RealTimeQA 2022; features of all three together did no better."""
_EVERYWHERE = 0.02
_ABOUT = re.compile(r"^ (?:the|a|an|about|nearly|more than|almost|approximately|around|over|less than) ")
_NEGATED = re.compile(
    r"\bexcept\W*$|\b(?:which|who)\b[^,?]{0,60}?\b(?:is|was|are|were|has|have|had|did|does|do)(?:n[’']t| not)\b"
    r"|\b(?:leave|left) out\b|\bis false\b",
    re.I,
)
_ALL = re.compile(r"(?:all|none|both)\b.*\b(?:above|these|them|those)\b|both\b|all of", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Reader:
    """Chooses among answers by what a library says up to a day."""

    def __init__(self, postings: Postings, weights: Mapping[str, float] | None = None) -> None:
        self._postings = postings
        self._weights = np.array([(weights or {}).get(name, 0.0) for name in FEATURES])

    def choose(self, question: str, choices: Sequence[str], as_of: date) -> int:
        """Return the number of the choice that the library supports best; the first of equals."""
        scores = self.features(question, choices, as_of) @ self._weights
        scores[[not choice.strip() for choice in choices]] = -np.inf
        return int(np.argmax(scores))

    def features(self, question: str, choices: Sequence[str], as_of: date) -> Matrix:
        """Return what speaks for each choice, shape (len(choices), len(FEATURES)), the mean of each column 0.

        Asked which is not so, what speaks for a choice speaks against it; "all of the above" has the least that
        any other has.
        """
        matrix = self._rows(question, choices, as_of)
        for_all = np.array([bool(_ALL.match(choice)) for choice in choices])
        if for_all.any() and not for_all.all():
            matrix[for_all, :-1] = matrix[~for_all, :-1].min(axis=0)
        matrix[:, -1] = for_all
        matrix -= matrix.mean(axis=0)
        return -matrix if is_negated(question) else matrix

    def _rows(self, question: str, choices: Sequence[str], as_of: date) -> Matrix:
        asked, offered = stems_or_all(question), [stems_or_all(choice) for choice in choices]
        age = np.log2(1 + np.maximum(0, as_of.toordinal() - self._postings.table.published)) / 10
        places = self._look(asked, offered, age, as_of)
        if not len(places):
            return np.zeros((len(choices), len(FEATURES)))
        window = Window(self._postings, places)
        fit = (
            _NEARBY * window.share(asked, nearby=True, titles=True)
            + _SENTENCE * window.share(asked)
            + _PASSAGE * window.spread(self._postings.share(asked))
            - _AGE * window.spread(age.astype(np.float32))
        )
        shared = set(offered[0]).intersection(*offered)
        rows = []
        for choice, stems in zip(choices, offered, strict=True):
            own = [stem for stem in stems if stem not in shared] or stems
            own = [stem for stem in own if stem not in asked] or own
            rows.append([*self._row(window, fit, _ABOUT.sub(" ", plain_words(choice)), own), 0.0])
        return np.array(rows)

    def _look(self, asked: Sequence[str], offered: Sequence[Sequence[str]], age: Matrix, as_of: date) -> Places:
        seen = np.flatnonzero(Scope(as_of=as_of).visible(self._postings.table))
        fit = 10 * self._postings.share(asked) - 3 * age
        chosen = set(_best(fit, seen, _BY_QUESTION))
        for stems in offered:
            chosen.update(_best(fit + 6 * self._postings.share(stems), seen, _BY_CHOICE))
        return np.array(sorted(chosen), np.int64)

    def _row(self, window: Window, fit: Row, phrase: str, stems: Sequence[str]) -> list[float]:
        weights = np.exp(fit - fit.max())
        weights /= weights.sum()
        sentence, nearby = window.share(stems), window.share(stems, nearby=True)
        passage = window.spread(self._postings.share(stems))
        there = window.holding(phrase)
        phrases = (there, window.near(there), window.whole(there))
        lifted = (phrases[2], nearby)
        return [
            *(float(weights @ row) for row in (sentence, nearby, passage, *phrases)),
            *(float(np.log((weights @ row + _EVERYWHERE) / (row.mean() + _EVERYWHERE))) for row in lifted),
            *(float(np.where(row > 0, fit, fit.min() - 1).max()) / 10 for row in phrases),
            float((fit + 6 * sentence).max()) / 10,
            float((fit + 10 * passage).max()) / 10,
            float(np.log1p(min((self._postings.count(stem) for stem in stems), default=0))) / 10,
            min(len(stems), 8) / 8,
        ]


def is_negated(question: str) -> bool:
    """Tell whether the last sentence asks which of the choices is not so.

    >>> is_negated("Apple showed all of these, except:"), is_negated("What is “not a drug”, he said?")
    (True, False)
    """
    return bool(_NEGATED.search(_SENTENCE_END.split(question.strip())[-1]))


def fit_weights(rows: Sequence[Matrix], right: Sequence[int], ridge: float = 0.1) -> dict[str, float]:
    """Return the weights under which the right choices are likeliest (conditional logit, McFadden 1974).

    `rows` are the features of the choices of each question, `right` the number of the right one. `ridge` is
    per question, on weights of features of unit variance. By Newton's method, which converges: the loss is convex.
    """
    scale = np.vstack(rows).std(axis=0) + 1e-6
    scaled = [matrix / scale for matrix in rows]
    weights = np.zeros(len(FEATURES))
    for _ in range(25):
        slope, bend = ridge * weights, ridge * np.eye(len(weights))
        for matrix, chosen in zip(scaled, right, strict=True):
            odds = np.exp(matrix @ weights - (matrix @ weights).max())
            odds /= odds.sum()
            expected = odds @ matrix
            slope += (expected - matrix[chosen]) / len(scaled)
            bend += ((matrix * odds[:, None]).T @ matrix - np.outer(expected, expected)) / len(scaled)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights / scale, strict=True)}


def read_weights(path: Path = WEIGHTS) -> dict[str, float]:
    """Return the shipped weights."""
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return found


def write_weights(weights: Mapping[str, float], about: str, path: Path = WEIGHTS) -> None:
    """Write weights as a readable file; `about` says what they were fitted on."""
    write_json(path, {"about": about, "weights": dict(weights)})


def _best(fit: Matrix, seen: Places, count: int) -> list[int]:
    """Return the places of the best of those that may be seen."""
    if len(seen) <= count:
        return [int(place) for place in seen]
    return [int(place) for place in seen[np.argpartition(-fit[seen], count)[:count]]]
