"""The fitted weights: a readable file, and the linear scores that it gives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.features import FIRST_FEATURES, PASSAGE_FEATURES, SENTENCE_FEATURES

WEIGHTS = Path(__file__).parent / "weights" / "ranking.json"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of the scores, aligned with the feature names; `title_weight` is that of FTS5's bm25().

    `first` ranks candidates cheaply, `close` ranks those looked at closely with the score of their best
    sentence as one column more, `sentence` ranks sentences, `read` is what the cross-encoder's odds count beside
    it. A sentence is taken to answer as far as its passage is about the question, by the log-odds that `topic` gives,
    and it reads as an answer, by those of `answers`: what is about something else does not answer however it reads.
    """

    title_weight: float
    first: NDArray[np.float64]
    close: NDArray[np.float64]
    sentence: NDArray[np.float64]
    read: float
    topic: NDArray[np.float64]
    answers: NDArray[np.float64]


CLOSE_FEATURES = (*PASSAGE_FEATURES, "best_sentence", "next_sentence")
"""Names of the columns of the close look: the passage's, and the scores of its two best sentences."""

_NO_EVIDENCE = frozenset((
    "days", "this_week", "this_month", "best_sentence", "next_sentence", "passage", "rank", "cosine", "cosine_rank",
    "long",
))  # fmt: skip
"""Features that say how recent a passage is, how it compares with others, how the embedder sees it or how far a
sentence runs on: none tells that it answers, in whatever library and by whatever embedder."""
OF_PASSAGE = tuple(number for number, name in enumerate(CLOSE_FEATURES) if name not in _NO_EVIDENCE)
OF_SENTENCE = tuple(number for number, name in enumerate(SENTENCE_FEATURES) if name not in _NO_EVIDENCE)
"""The columns of both that are evidence."""
TOPIC_FEATURES = ("score", *(CLOSE_FEATURES[number] for number in OF_PASSAGE), "bias")
"""Names of the columns from which the odds are told that what stands there is about the question: the sentence's
score, and the features of its passage."""
ANSWER_FEATURES = ("read", *(SENTENCE_FEATURES[number] for number in OF_SENTENCE), "bias")
"""Names of the columns from which the odds are told that a sentence reads as an answer."""


def read(path: Path = WEIGHTS) -> Ranking:
    """Return the weights in a file; a feature that it does not name weighs nothing."""
    data = json.loads(path.read_text())
    return Ranking(
        float(data["title_weight"]),
        _aligned(data["first"], FIRST_FEATURES),
        _aligned(data["close"], CLOSE_FEATURES),
        _aligned(data["sentence"], SENTENCE_FEATURES),
        float(data["read"]),
        _aligned(data["topic"], TOPIC_FEATURES),
        _aligned(data["answers"], ANSWER_FEATURES),
    )


@lru_cache(maxsize=1)
def default() -> Ranking:
    """Return the shipped weights, read once."""
    return read()


def _aligned(weights: dict[str, float], names: tuple[str, ...]) -> NDArray[np.float64]:
    unknown = weights.keys() - set(names)
    if unknown:
        raise ValueError(f"weights of unknown features: {', '.join(sorted(unknown))}")
    return np.array([weights.get(name, 0.0) for name in names])
