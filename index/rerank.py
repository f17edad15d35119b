"""The best sentences read once more, each together with the question, by the cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.cross import CrossEncoder, beside, default_cross_encoder
from index.pool import Pool
from index.recent import Recent

READ = 16
"""Sentences of all passages that are read: those with the best scores so far. With 8 a question took 30 ms less, and
two in a hundred of the shipped cases more went wrong."""
UNREAD = -5.0
"""Log-odds of a sentence that is not read: among the lowest that are told."""
CLIPPED = 6.0
"""Log-odds beyond which one sentence answers no better than another."""
_KEPT = 4096
"""Odds that are remembered: a question is often asked of two scopes."""


class Reranker:
    """Reads sentences with a question and remembers what it read; safe to share between threads."""

    def __init__(self, encoder: CrossEncoder | None = None) -> None:
        self._encoder = encoder or default_cross_encoder()
        self._known: Recent[tuple[str, str], float] = Recent(_KEPT)

    def odds(self, question: str, pool: Pool, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each sentence of the pool the log-odds that it answers; `UNREAD` for those not read."""
        found = np.full(len(scores), UNREAD)
        best = np.argsort(-scores, kind="stable")[:READ].tolist()
        texts = [text for passage in pool.passages for text in passage.texts]
        titles = [pool.passages[int(pool.sentence_passages[number])].article.title for number in best]
        pairs = [(question, beside(title, texts[number])) for title, number in zip(titles, best, strict=True)]
        found[best] = np.clip(self._read(pairs), -CLIPPED, CLIPPED)
        return found

    def _read(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        known = {pair: odds for pair in pairs if (odds := self._known.get(pair)) is not None}
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        for pair, odds in zip(new, self._encoder.odds("answer", new).tolist(), strict=True):
            known[pair] = odds
            self._known.keep(pair, odds)
        return np.array([known[pair] for pair in pairs], np.float64)
