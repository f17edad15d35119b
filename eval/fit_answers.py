"""Fit the weights that tell when a sentence answers: `python -m eval fit-answers`.

A sentence answers with the probability that its passage is about the question times that it reads as an answer, each
a logistic function of features of its own, fitted together. What is known of a question is whether the library answers
it, not by which sentence: that of the sentence most likely to counts (multiple-instance learning, Maron & Lozano-Pérez
1998), and the sum of the log-losses of all questions is made small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.abstention import roc_auc
from eval.cases import Case
from eval.fit import adam, named
from eval.scoped import Asked, Few, ask, ask_of
from index.library import Index
from index.ranking import ANSWER_FEATURES, TOPIC_FEATURES
from index.search import Searcher, share
from qa.evidence import CONSIDERED

Matrix = NDArray[np.float64]

_QUIZ = 1.5
"""What the questions of the quiz count, all together, beside those of the stories."""
_BESIDE = 2
"""Texts before and after that of a question, mostly of its own story, in the small library that it is asked of too."""
_BLOCK = 12
"""Texts in a row that are left out together."""
_RIDGE = 0.01
_STEPS = 1500


@dataclass(frozen=True, slots=True)
class Told:
    """A question's sentences, a row each of both kinds of features, and whether one of them is to answer."""

    topic: Matrix
    answers: Matrix
    answered: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """The weights of both kinds of features, and the ROC AUC over the stories by weights that had not seen them.

    `n` is the number of questions that this was measured on.
    """

    topic: Matrix
    answers: Matrix
    auc: float
    n: int


def fit(
    news: Index,
    cases: Sequence[Case],
    stories: Index,
    asked: Sequence[tuple[Case, int]],
    progress: Callable[[str], None],
) -> Fit:
    """Return the weights, fitted on all, and measured over every third block of the stories without it.

    `cases` are put to the news, `asked` to the stories, each with the place of the text that it was written to in the
    order in which they were added.
    """
    quiz = []
    for number, case in enumerate(cases):
        quiz += [told(news.searcher, item) for item in ask(news, case)]
        if number % 50 == 0:
            progress(f"{number} of {len(cases)} questions of the quiz")
    table = stories.searcher.table()
    rows = np.sort(table.article_rows[table.firsts]).tolist()
    written: list[Told] = []
    left_out: list[bool] = []
    for number, (case, place) in enumerate(asked):
        near = Few(rows=frozenset(rows[max(0, place - _BESIDE) : place + _BESIDE + 1]))
        both = [ask_of(stories, case), ask_of(stories, case, near)]
        some = [told(stories.searcher, item) for item in both if item.candidates.passages]
        written += some
        left_out += [place // _BLOCK % 3 == 0] * len(some)
        if number % 500 == 0:
            progress(f"{number} of {len(asked)} questions of the stories")
    out = [item for item, left in zip(written, left_out, strict=True) if left]
    seen = [item for item, left in zip(written, left_out, strict=True) if not left]
    by_others = fitted(quiz, seen)
    auc = roc_auc([likelihood(item, *by_others) for item in out], [item.answered for item in out])
    return Fit(*fitted(quiz, written), auc, len(out))


def told(searcher: Searcher, asked: Asked) -> Told:
    """Return what a question's best sentences look like."""
    assert asked.candidates.pool is not None  # nothing found is not asked
    looked = searcher.close_look(asked.candidates)
    best = np.argsort(-looked.sentence_scores, kind="stable")[:CONSIDERED]
    return Told(looked.topic(asked.candidates.pool.sentence_passages)[best], looked.answers()[best], asked.known)


def likelihood(item: Told, topic: Matrix, answers: Matrix) -> float:
    """Return the probability that the likeliest sentence of a question answers it."""
    return float((share(item.topic @ topic) * share(item.answers @ answers)).max())


def fitted(quiz: Sequence[Told], stories: Sequence[Told]) -> tuple[Matrix, Matrix]:
    """Return the weights by which the likeliest sentence of each question tells best whether it is answered."""
    found = [*quiz, *stories]
    weights = np.concatenate([np.full(len(quiz), _QUIZ / len(quiz)), np.full(len(stories), 1 / len(stories))])
    topic, topic_scale = _padded([item.topic for item in found])
    answers, answers_scale = _padded([item.answers for item in found])
    answered = np.array([item.answered for item in found], np.float64)
    split, rows = topic.shape[2], np.arange(len(found))
    weights = weights / weights.sum()

    def gradient(both: Matrix) -> Matrix:
        on_it, reading = share(topic @ both[:split]), share(answers @ both[split:])
        likely = on_it * reading
        best = likely.argmax(axis=1)
        chance = np.clip(likely[rows, best], 1e-6, 1 - 1e-6)
        slope = weights * ((1 - answered) * chance / (1 - chance) - answered)
        return np.concatenate([
            topic[rows, best].T @ (slope * (1 - on_it[rows, best])),
            answers[rows, best].T @ (slope * (1 - reading[rows, best])),
        ]) + _RIDGE * both  # fmt: skip

    start = np.zeros(split + answers.shape[2])
    start[[split - 1, -1]] = 1.0
    both = adam(gradient, start, _STEPS, rate=0.03)
    return both[:split] / topic_scale, both[split:] / answers_scale


def _padded(matrices: Sequence[Matrix]) -> tuple[NDArray[np.float64], Matrix]:
    """Return matrices of as many rows, the last repeated, each column scaled but the last; and the scale."""
    scale = np.vstack(matrices).std(axis=0) + 1e-6
    scale[-1] = 1.0
    rows = [np.vstack([matrix, np.repeat(matrix[-1:], CONSIDERED - len(matrix), axis=0)]) for matrix in matrices]
    return np.stack(rows) / scale, scale


def as_written(found: Fit) -> dict[str, object]:
    """Return the weights as they go into the file."""
    return {
        "topic": named(found.topic, TOPIC_FEATURES),
        "answers": named(found.answers, ANSWER_FEATURES),
    }
