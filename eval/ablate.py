"""What each piece of search is worth: evidence and first sentence with the weights of one kind of feature set to 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.metrics import hit_at
from eval.records import Case
from eval.scores import DEPTHS, told_in
from eval.text import holds
from index.features import FIRST_FEATURES, SENTENCE_FEATURES
from index.library import Index
from index.ranking import CLOSE_FEATURES, Ranking
from index.records import Evidence
from index.scope import scope_of

PIECES: Mapping[str, frozenset[str]] = {
    "words": frozenset(("bm25", "bm25_rank", "article", "cover", "best_cover", "worst")),
    "vectors": frozenset(("cosine", "cosine_rank")),
    "similar words": frozenset(("soft", "plain")),
    "title": frozenset(("title",)),
    "names": frozenset(("names", "article_names", "names_near", "full_name", "new_names")),
    "numbers": frozenset(("numbers", "new_numbers", "counted")),
    "phrases": frozenset(("pairs",)),
    "nearness in time": frozenset(("days", "this_week", "this_month")),
    "position in the article": frozenset(("first", "depth")),
    "kind of thing asked for": frozenset(("kind", "head", "head_name", "near")),
    "what passages agree on": frozenset(("votes",)),
    "sentences around": frozenset(("context", "after", "replies")),
    "best sentences": frozenset(("best_sentence", "next_sentence")),
}
"""The features of each piece, wherever they occur; reading by the cross-encoder is one more."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The shares of questions answered without a piece: in the first 1, 5 and 20 passages, in the best sentence."""

    piece: str
    hits: tuple[float, ...]
    first: float


def ablate(
    index: Index, cases: Sequence[Case], progress: Callable[[str], None] = lambda piece: None
) -> Iterator[Worth]:
    """Yield what is found with everything, then without each piece; nothing is fitted anew."""
    searcher, whole = index.searcher, index.searcher.ranking
    try:
        for piece, ranking in _rankings(whole):
            progress(piece)
            searcher.ranking = ranking
            found = [searcher.search(case.question, scope_of(case.as_of, None, None), max(DEPTHS)) for case in cases]
            held = [
                [holds(text, case.answers) for text in told_in(own)] for own, case in zip(found, cases, strict=True)
            ]
            first = [_first(own, case) for own, case in zip(found, cases, strict=True)]
            hits = tuple(float(np.mean([hit_at(row, depth) for row in held])) for depth in DEPTHS)
            yield Worth(piece, hits, float(np.mean(first)))
    finally:
        searcher.ranking = whole


def _rankings(whole: Ranking) -> Iterator[tuple[str, Ranking]]:
    yield "everything", whole
    for piece, names in PIECES.items():
        yield (
            piece,
            replace(
                whole,
                first=_without(whole.first, FIRST_FEATURES, names),
                close=_without(whole.close, CLOSE_FEATURES, names),
                sentence=_without(whole.sentence, SENTENCE_FEATURES, names),
            ),
        )
    yield "reading", replace(whole, read=0.0)


def _without(weights: NDArray[np.float64], features: Sequence[str], names: frozenset[str]) -> NDArray[np.float64]:
    kept: NDArray[np.float64] = np.where([name in names for name in features], 0.0, weights)
    return kept


def _first(found: Sequence[Evidence], case: Case) -> bool:
    """Tell whether the best sentence holds the answer."""
    best = max((sentence for item in found for sentence in item.sentences), key=lambda s: s.score, default=None)
    return best is not None and holds(best.text, case.answers)
