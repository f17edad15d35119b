"""What words weigh: their rarity in the library, blended with that in news at large."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

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
