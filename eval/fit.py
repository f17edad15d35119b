"""Fit the weights of search, from dated questions over a library: `python -m eval fit`.

Passages and sentences that hold the gold answer are to be ranked above those that do not (softmax over the
candidates of a question, Cao et al. 2007); whether a sentence answers at all is a logistic regression over
the same questions, and over those asked of a day before the news broke or of related articles without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from eval.cases import Case
from eval.reword import Reworder
from eval.text import holds
from index.embed import StaticEmbedder
from index.features import FIRST_FEATURES, SENTENCE_FEATURES
from index.library import Index
from index.passages import passages_of
from index.ranking import ANSWER_FEATURES, CLOSE_FEATURES
from index.records import Article
from index.rerank import READ
from index.scope import Scope, scope_of
from index.search import Candidates, Looked, Searcher
from index.table import PassageTable
from index.terms import words
from qa.evidence import CONSIDERED

Matrix = NDArray[np.float64]

_BEFORE = timedelta(days=60)
"""How long before a question's day the library is asked what it cannot know yet."""
_FEW = 3
"""Articles without the answer that stand beside the one with it in a small library."""
_NOT_IN_ODDS = (
    "passage_days",
    "passage_this_week",
    "passage_this_month",
    "passage_best_sentence",
    "passage_next_sentence",
    "sentence_passage",
    "sentence_rank",
)
"""Features that say how recent a passage is, or how it compares with others: neither is evidence that it answers."""
_LEAST_SHARE = 0.0008
_REWORDED_FROM = 3
"""Every third article: from their words those are taken that stand in for others."""


@dataclass(slots=True)
class Group:
    """One question's candidates: a row each, and which of them hold the answer."""

    rows: Matrix
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Few(Scope):
    """The scope of a small library: only these article rows, without a day."""

    rows: frozenset[int] = frozenset()

    def visible(self, table: PassageTable) -> NDArray[np.bool_]:
        """Return which passages may be seen."""
        found: NDArray[np.bool_] = table.usable & np.isin(table.article_rows, sorted(self.rows))
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A case asked of some scope: its candidates, and whether the answer is there to be found."""

    case: Case
    candidates: Candidates
    known: bool


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
    reading a sentence is worth, and when it answers, but for those that the cross-encoder has `learned`, by their ids.
    """
    searcher = index.searcher
    asked: list[Asked] = []
    reworded = Reworder(list(index.articles())[::_REWORDED_FROM], static)
    for number, case in enumerate(cases):
        asked += _ask(index, case) + _ask(index, replace(case, question=reworded(case.question)))
        if number % 50 == 0:
            progress(f"{number} of {len(cases)} questions searched")
    known = [item for item in asked if item.known]
    firsts = len(FIRST_FEATURES)
    first = _listwise([Group(a.candidates.features[:, :firsts], _passages_right(a)) for a in known])
    searcher.ranking = replace(searcher.ranking, first=first)
    known, asked = _rescored(known, first), _rescored(asked, first)
    matrices = [a.candidates.sentence_matrix(a.candidates.scores) for a in known]
    progress("the order of sentences is being fitted")
    sentence = _listwise([
        Group(rows, _sentences_right(a)) for a, rows in zip(known, matrices, strict=True)
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, sentence=sentence, read=0.0)
    known, asked = [a for a in known if a.case.id not in learned], [a for a in asked if a.case.id not in learned]
    progress("the weight of reading is being fitted")
    stories[0].searcher.ranking = searcher.ranking
    told = [item for case in stories[1] if (item := _told(stories[0], case)).candidates.passages]
    read = _reading([*known, *(a for a in told if a.known)], searcher)
    searcher.ranking = replace(searcher.ranking, read=read)
    best = [searcher.close_look(a.candidates).features[:, -2:] for a in known]
    close = _listwise([
        Group(np.hstack([a.candidates.features, b]), _passages_right(a)) for a, b in zip(known, best, strict=True)
    ])  # fmt: skip
    searcher.ranking = replace(searcher.ranking, close=close)
    progress("the odds that a sentence answers are being fitted")
    rows, right = zip(*(_best_sentences(a, searcher.close_look(a.candidates)) for a in [*asked, *told]), strict=True)
    answers = logistic(np.vstack(rows), np.concatenate(right))
    return {
        "about": about,
        "title_weight": searcher.ranking.title_weight,
        "first": named(first, FIRST_FEATURES),
        "close": named(close, CLOSE_FEATURES),
        "sentence": named(sentence, SENTENCE_FEATURES),
        "read": round(read, 4),
        "answers": named(answers, ANSWER_FEATURES),
    }


def _ask(index: Index, case: Case) -> list[Asked]:
    """Ask a case of four scopes: on its day, too early, of a few articles, of a few that do not hold the answer."""
    searcher = index.searcher
    whole = searcher.candidates(case.question, scope_of(case.as_of, None, None))
    found = [Asked(case, whole, True)]
    holding, others = _articles(index, case, whole)
    if holding:
        few = Few(rows=frozenset([holding[0], *others[:_FEW]]))
        found.append(Asked(case, searcher.candidates(case.question, few), True))
    scopes: list[Scope] = [Few(rows=frozenset(others[: _FEW + 1]))]
    if case.as_of:
        scopes.append(scope_of(case.as_of - _BEFORE, None, None))
    found += [Asked(case, searcher.candidates(case.question, scope), False) for scope in scopes]
    return [
        item
        for item in found
        if item.candidates.passages and (item.known or not _passages_right(item).any())  # known before: no news
    ]


def _articles(index: Index, case: Case, candidates: Candidates) -> tuple[list[int], list[int]]:
    """Return the rows of the articles that came up, best first: those that hold the answer, and the others."""
    rows = list(dict.fromkeys(passage.stored.article_row for passage in candidates.passages))
    texts = index.catalog.articles_by_row(rows)
    holding = [row for row in rows if holds(texts[row].text, case.answers)]
    return holding, [row for row in rows if row not in holding]


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


def _passages_right(asked: Asked) -> NDArray[np.bool_]:
    texts = [passage.stored.passage.text for passage in asked.candidates.passages]
    return np.array([holds(text, asked.case.answers) for text in texts], np.bool_)


def _sentences_right(asked: Asked) -> NDArray[np.bool_]:
    texts = [text for passage in asked.candidates.passages for text in passage.texts]
    return np.array([holds(text, asked.case.answers) for text in texts], np.bool_)


def _told(index: Index, case: Case) -> Asked:
    return Asked(case, index.searcher.candidates(case.question, scope_of(None, None, None)), bool(case.answers))


def _reading(known: Sequence[Asked], searcher: Searcher) -> float:
    """Return what the odds of a sentence that was read count beside its score."""
    groups = []
    for a in known:
        look = searcher.close_look(a.candidates)
        best = np.argsort(-look.sentence_scores, kind="stable")[:READ]
        groups.append(Group(np.column_stack([look.sentence_scores, look.read])[best], _sentences_right(a)[best]))
    score, read = _listwise(groups)
    return float(read / score)


def _best_sentences(asked: Asked, looked: Looked) -> tuple[Matrix, NDArray[np.bool_]]:
    assert asked.candidates.pool is not None  # nothing found is not asked
    matrix = looked.answer_matrix(asked.candidates.pool.sentence_passages)
    order = np.argsort(-looked.sentence_scores, kind="stable")[:CONSIDERED]
    matrix[:, [ANSWER_FEATURES.index(name) for name in _NOT_IN_ODDS]] = 0
    return matrix[order], _sentences_right(asked)[order]


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


def logistic(rows: Matrix, right: NDArray[np.bool_], steps: int = 1500, ridge: float = 0.002) -> Matrix:
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


def named(weights: Matrix, names: Sequence[str]) -> dict[str, float]:
    """Return weights by name, rounded as they are written."""
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
