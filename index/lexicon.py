"""What words weigh and what they resemble: rarity from the library and from news at large, static word vectors."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import StaticEmbedder, default_embedder

BACKGROUND = Path(__file__).parent / "weights" / "background.json"
_BACKGROUND_PASSAGES = 3000
"""How many passages the background counts as, beside the library's own: enough to make idf sane in a library
of two articles, too little to matter in one of two thousand."""
_RARE = 0.0002
"""Share of passages of a word that the background does not list."""


@lru_cache(maxsize=1)
def background() -> Mapping[str, float]:
    """Return in which share of news passages each common stem stands."""
    shares: dict[str, float] = json.loads(BACKGROUND.read_text())["shares"]
    return shares


def idf(stem: str, count: int, passages: int) -> float:
    """Return BM25's inverse document frequency of a stem that stands in `count` of `passages` passages.

    The library's counts are blended with those of news at large. Robertson & Zaragoza 2009, with +1 inside
    the logarithm so that it is positive.
    """
    if stem.isupper():
        stem, count = stem.lower(), passages // 50  # a name in capitals, counted by no index
    share = background().get(stem, _RARE) if not stem.isdigit() else 0.002
    total = passages + _BACKGROUND_PASSAGES
    held = min(count + share * _BACKGROUND_PASSAGES, total)
    return math.log(1 + (total - held + 0.5) / (held + 0.5))


class WordVectors:
    """Unit vectors by the shipped model: of single words, kept once made, and of sentences."""

    _MOST = 200_000

    def __init__(self, embedder: StaticEmbedder | None = None) -> None:
        self._embedder = embedder or default_embedder()
        self._kept: dict[str, NDArray[np.float32]] = {}

    def of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of lower-cased words, shape (len(words), dimensions)."""
        self._learn(words or ["a"])  # one word tells the number of dimensions
        size = next(iter(self._kept.values())).shape[0]
        return np.stack([self._kept[word] for word in words]) if words else np.empty((0, size), np.float32)

    def sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (len(texts), dimensions)."""
        return self._embedder.embed(texts)

    def _learn(self, words: Iterable[str]) -> None:
        missing = [word for word in dict.fromkeys(words) if word not in self._kept]
        if len(self._kept) + len(missing) > self._MOST:
            self._kept.clear()
            missing = list(dict.fromkeys(words))
        if missing:
            self._kept.update(zip(missing, self._embedder.embed(missing), strict=True))
