"""Fit the weights of search, from dated questions over a library: `python -m eval fit`.

Passages and sentences that hold the gold answer are to be ranked above those that do not (softmax over the
candidates of a question, Cao et al. 2007); whether a sentence answers at all is a logistic regression over
the same questions and over those asked of a day before the news broke.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.cases import Case
from eval.text import holds
from index.features import FIRST_FEATURES, SENTENCE_FEATURES
from index.library import Index, scope_of
from index.passages import passages_of
from index.ranking import ANSWER_FEATURES, CLOSE_FEATURES, WEIGHTS
from index.records import Article
from index.search import Candidates, Looked, best_two
from index.terms import words

Matrix = NDArray[np.float64]

_TOP_SENTENCES = 12
"""Sentences of a question, best first, from which the odds are learned."""
_BEFORE = timedelta(days=60)
"""How long before a question's day the library is asked what it cannot know yet."""
_LEAST_SHARE = 0.0008


@dataclass(slots=True)
class Group:
    """One question's candidates: a row each, and which of them hold the answer."""

    rows: Matrix
    right: NDArray[np.bool_]


def fit(index: Index, cases: Sequence[Case], about: str, progress: Callable[[str], None]) -> dict[str, object]:
    """Return fitted weights as they go into the file; `index.searcher` is given them as they come."""
    searcher = index.searcher
    found: list[tuple[Case, Candidates]] = []
    for number, case in enumerate(cases):
        found.append((case, searcher.candidates(case.question, scope_of(case.as_of, None, None))))
        if number % 100 == 0:
            progress(f"{number} of {len(cases)} questions searched")
    first = _listwise([
        Group(c.features[:, : len(FIRST_FEATURES)], _passages_right(case, c)) for case, c in found
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, first=first)
    rescored = [(case, replace(c, scores=c.features[:, : len(FIRST_FEATURES)] @ first)) for case, c in found]
    matrices = [
        [searcher.sentence_matrix(c, number, c.scores) for number in range(len(c.passages))] for _, c in rescored
    ]
    sentence = _listwise([
        Group(np.vstack(m), np.concatenate(_sentences_right(case, c)))
        for (case, c), m in zip(rescored, matrices, strict=True)
        if m
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, sentence=sentence)
    best = [np.array([best_two(rows @ sentence) for rows in m]).reshape(-1, 2) for m in matrices]
    close = _listwise([
        Group(np.hstack([c.features, b]), _passages_right(case, c))
        for (case, c), b in zip(rescored, best, strict=True)
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, close=close)
    answers = _odds(index, cases, progress)
    searcher.ranking = replace(searcher.ranking, answers=answers)
    return {
        "about": about,
        "title_weight": searcher.ranking.title_weight,
        "first": _named(first, FIRST_FEATURES),
        "close": _named(close, CLOSE_FEATURES),
        "sentence": _named(sentence, SENTENCE_FEATURES),
        "answers": _named(answers, ANSWER_FEATURES),
    }


def background(articles: Iterable[Article], about: str) -> dict[str, object]:
    """Return in which share of the passages of these articles each common stem stands."""
    counts: Counter[str] = Counter()
    passages = 0
    for article in articles:
        for passage in passages_of(article):
            counts.update({word.stem for word in words(passage.text) if word.text.isalpha()})
            passages += 1
    shares = {stem: round(count / passages, 5) for stem, count in counts.items() if count / passages > _LEAST_SHARE}
    return {"about": about, "shares": dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))}


def write(data: dict[str, object], path: Path = WEIGHTS) -> None:
    """Write weights as a readable file."""
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _passages_right(case: Case, candidates: Candidates) -> NDArray[np.bool_]:
    return np.array([holds(p.stored.passage.text, case.answers) for p in candidates.passages], np.bool_)


def _sentences_right(case: Case, candidates: Candidates) -> list[NDArray[np.bool_]]:
    return [
        np.array([holds(s.text, case.answers) for s in passage.sentences], np.bool_) for passage in candidates.passages
    ]


def _odds(index: Index, cases: Sequence[Case], progress: Callable[[str], None]) -> Matrix:
    """Return the weights of the log-odds that a sentence answers."""
    rows: list[Matrix] = []
    right: list[NDArray[np.bool_]] = []
    for case in cases:
        for day, known in ((case.as_of, True), (case.as_of - _BEFORE if case.as_of else None, False)):
            if day is None:
                continue
            candidates = index.searcher.candidates(case.question, scope_of(day, None, None))
            if not candidates.passages:
                continue
            looked = index.searcher.close_look(candidates)
            matrix, labels = _best_sentences(case, candidates, looked)
            if known or not labels.any():  # what was known before is not unanswerable
                rows.append(matrix)
                right.append(labels)
    progress("the odds that a sentence answers are being fitted")
    return _logistic(np.vstack(rows), np.concatenate(right))


def _best_sentences(case: Case, candidates: Candidates, looked: Looked) -> tuple[Matrix, NDArray[np.bool_]]:
    matrix = np.vstack([looked.answer_matrix(number) for number in range(len(candidates.passages))])
    labels = np.concatenate(_sentences_right(case, candidates))
    order = np.argsort(-np.concatenate(looked.sentence_scores), kind="stable")[:_TOP_SENTENCES]
    return matrix[order], labels[order]


def _listwise(groups: Sequence[Group], steps: int = 600, ridge: float = 0.003) -> Matrix:
    """Return weights that put the right rows of each group above the others (softmax loss, Adam)."""
    useful = [group for group in groups if group.right.any() and not group.right.all()]
    scale = np.vstack([group.rows for group in useful]).std(axis=0) + 1e-6

    def gradient(weights: Matrix) -> Matrix:
        total = np.zeros_like(weights)
        for group in useful:
            rows = group.rows / scale
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            wanted = np.where(group.right, shares, 0)
            total += rows.T @ (shares / shares.sum() - wanted / wanted.sum())
        slope: Matrix = total / len(useful) + ridge * weights
        return slope

    fitted: Matrix = _adam(gradient, len(scale), steps) / scale
    return fitted


def _logistic(rows: Matrix, right: NDArray[np.bool_], steps: int = 1500, ridge: float = 0.002) -> Matrix:
    """Return the weights of a logistic regression; the last column is the bias."""
    scale = rows.std(axis=0) + 1e-6
    scale[-1] = 1.0
    scaled = rows / scale

    def gradient(weights: Matrix) -> Matrix:
        slope: Matrix = scaled.T @ (1 / (1 + np.exp(-scaled @ weights)) - right) / len(right) + ridge * weights
        return slope

    fitted: Matrix = _adam(gradient, len(scale), steps) / scale
    return fitted


def _adam(gradient: Callable[[Matrix], Matrix], size: int, steps: int, rate: float = 0.05) -> Matrix:
    """Return where Adam (Kingma & Ba 2015) arrives from zero."""
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        slope = gradient(weights)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def _named(weights: Matrix, names: Sequence[str]) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
