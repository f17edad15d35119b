"""Fit the weights of search, from dated questions over a library: `python -m eval fit`.

Passages and sentences that hold the gold answer are to be ranked above those that do not (softmax over the
candidates of a question, Cao et al. 2007). Whether a sentence answers at all is learned after it: `fit_answers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.cases import Case
from eval.reword import Reworder
from eval.scoped import Asked, ask_known, ask_of
from index.embed import StaticEmbedder
from index.features import FIRST_FEATURES, SENTENCE_FEATURES
from index.library import Index
from index.passages import passages_of
from index.ranking import CLOSE_FEATURES
from index.records import Article
from index.rerank import READ
from index.search import Searcher
from index.terms import words

Matrix = NDArray[np.float64]

_LEAST_SHARE = 0.0008
_REWORDED_FROM = 3
"""Every third article: from their words those are taken that stand in for others."""


@dataclass(slots=True)
class Group:
    """One question's candidates: a row each, and which of them hold the answer."""

    rows: Matrix
    right: NDArray[np.bool_]


def fit(
    index: Index,
    static: StaticEmbedder,
    cases: Sequence[Case],
    learned: Set[str],
    stories: tuple[Index, Sequence[Case]],
    about: str,
    progress: Callable[[str], None],
) -> dict[str, object]:
    """Return fitted weights as they go into the file; `index.searcher` is given them as they come.

    `static` is the embedder of the index; by it the questions are asked once more in other words. `stories` are
    questions over another library, half of which it nearly answers: from them and the others it is learned what
    reading a sentence is worth, but for those that the cross-encoder has `learned`, by their ids.
    """
    searcher = index.searcher
    known: list[Asked] = []
    reworded = Reworder(list(index.articles())[::_REWORDED_FROM], static)
    for number, case in enumerate(cases):
        known += ask_known(index, case) + ask_known(index, replace(case, question=reworded(case.question)))
        if number % 50 == 0:
            progress(f"{number} of {len(cases)} questions searched")
    firsts = len(FIRST_FEATURES)
    first = _listwise([Group(a.candidates.features[:, :firsts], a.passages_right) for a in known])
    searcher.ranking = replace(searcher.ranking, first=first)
    known = _rescored(known, first)
    matrices = [a.candidates.sentence_matrix(a.candidates.scores) for a in known]
    progress("the order of sentences is being fitted")
    sentence = _listwise([
        Group(rows, a.sentences_right) for a, rows in zip(known, matrices, strict=True)
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, sentence=sentence, read=0.0)
    known = [a for a in known if a.case.id not in learned]
    progress("the weight of reading is being fitted")
    stories[0].searcher.ranking = searcher.ranking
    told = [ask_of(stories[0], case) for case in stories[1] if case.answers]
    read = _reading([*known, *(item for item in told if item.candidates.passages)], searcher)
    searcher.ranking = replace(searcher.ranking, read=read)
    best = [searcher.close_look(a.candidates).features[:, -2:] for a in known]
    close = _listwise([
        Group(np.hstack([a.candidates.features, b]), a.passages_right) for a, b in zip(known, best, strict=True)
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, close=close)
    return {
        "about": about,
        "title_weight": searcher.ranking.title_weight,
        "first": named(first, FIRST_FEATURES),
        "close": named(close, CLOSE_FEATURES),
        "sentence": named(sentence, SENTENCE_FEATURES),
        "read": round(read, 4),
    }


def _rescored(asked: list[Asked], first: Matrix) -> list[Asked]:
    return [
        replace(a, candidates=replace(a.candidates, scores=a.candidates.features[:, : len(first)] @ first))
        for a in asked
    ]


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


def _reading(known: Sequence[Asked], searcher: Searcher) -> float:
    """Return what the odds of a sentence that was read count beside its score."""
    groups = []
    for a in known:
        look = searcher.close_look(a.candidates)
        best = np.argsort(-look.sentence_scores, kind="stable")[:READ]
        groups.append(Group(np.column_stack([look.sentence_scores, look.read])[best], a.sentences_right[best]))
    score, read = _listwise(groups)
    return float(read / score)


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

    fitted: Matrix = adam(gradient, np.zeros(len(scale)), steps) / scale
    return fitted


def logistic(rows: Matrix, right: NDArray[np.bool_], steps: int = 1500, ridge: float = 0.002) -> Matrix:
    """Return the weights of a logistic regression; the last column is the bias."""
    scale = rows.std(axis=0) + 1e-6
    scale[-1] = 1.0
    scaled = rows / scale

    def gradient(weights: Matrix) -> Matrix:
        slope: Matrix = scaled.T @ (1 / (1 + np.exp(-scaled @ weights)) - right) / len(right) + ridge * weights
        return slope

    fitted: Matrix = adam(gradient, np.zeros(len(scale)), steps) / scale
    return fitted


def adam(gradient: Callable[[Matrix], Matrix], start: Matrix, steps: int, rate: float = 0.05) -> Matrix:
    """Return where Adam (Kingma & Ba 2015) arrives from a start."""
    weights, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, steps + 1):
        slope = gradient(weights)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def named(weights: Matrix, names: Sequence[str]) -> dict[str, float]:
    """Return weights by name, rounded as they are written."""
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
