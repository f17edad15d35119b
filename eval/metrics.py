"""Metrics of retrieval, answers and citations: plain values in, a number out; each with its source."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

S = TypeVar("S")
"""Whatever stands for a source."""
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’–—…")


def hit_at(ranked: Sequence[bool], k: int) -> bool:
    """Tell whether a right one is among the first k (success@k, Craswell 2009).

    >>> hit_at([False, True], 1), hit_at([False, True], 5)
    (False, True)
    """
    return any(ranked[:k])


def recall_at(ranked: Sequence[str], wanted: Sequence[str], k: int) -> float:
    """Return the share of what is wanted that is among the first k (Manning et al. 2008, 8.3); nan: none wanted.

    >>> recall_at(["a", "b", "c"], ["a", "c"], 2)
    0.5
    """
    return len(set(wanted) & set(ranked[:k])) / len(set(wanted)) if wanted else math.nan


def reciprocal_rank(ranked: Sequence[bool]) -> float:
    """Return one over the rank of the first right one, 0 without any (Voorhees 1999).

    >>> reciprocal_rank([False, True, True])
    0.5
    """
    return next((1 / rank for rank, right in enumerate(ranked, start=1) if right), 0.0)


def ndcg_at(ranked: Sequence[str], wanted: Sequence[str], k: int) -> float:
    """Return the normalised discounted gain of the first k, each wanted one counted once (Järvelin & Kekäläinen 2002).

    nan: none wanted.

    >>> ndcg_at(["a", "b"], ["a"], 10), round(ndcg_at(["b", "a"], ["a"], 10), 3)
    (1.0, 0.631)
    """
    left, gain = set(wanted), 0.0
    for place, name in enumerate(ranked[:k]):
        if name in left:
            left.remove(name)
            gain += 1 / math.log2(place + 2)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(set(wanted)), k)))
    return gain / ideal if ideal else math.nan


def exact_match(said: str, answers: Sequence[str]) -> bool:
    """Tell whether the text is one of the answers, without case, punctuation and articles (SQuAD, Rajpurkar 2016).

    >>> exact_match("The Orsa river.", ["Orsa River"])
    True
    """
    return any(_squad(said) == _squad(answer) for answer in answers)


def token_f1(said: str, answers: Sequence[str]) -> float:
    """Return the best harmonic mean of the precision and recall of words (SQuAD, Rajpurkar 2016).

    >>> token_f1("twelve bodies", ["twelve people"])
    0.5
    """
    return max((_f1(_squad(said).split(), _squad(answer).split()) for answer in answers), default=0.0)


def citation_recall(claim: str, sources: Sequence[S], supports: Callable[[str, Sequence[S]], bool]) -> bool:
    """Tell whether a claim follows from all that it cites together (ALCE, Gao et al. 2023, arXiv 2305.14627).

    A claim without a source does not follow.
    """
    return bool(sources) and supports(claim, sources)


def citation_precision(
    claim: str, sources: Sequence[S], supports: Callable[[str, Sequence[S]], bool]
) -> tuple[bool, ...]:
    """Tell of each cited source whether it is to the point (ALCE, Gao et al. 2023, arXiv 2305.14627).

    It is where all sources together support the claim, and it alone does, or the others alone do not.
    """
    if not citation_recall(claim, sources, supports):
        return (False,) * len(sources)
    if len(sources) == 1:
        return (True,)
    return tuple(
        supports(claim, [source]) or not supports(claim, [*sources[:number], *sources[number + 1 :]])
        for number, source in enumerate(sources)
    )


def _squad(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _f1(said: Sequence[str], answer: Sequence[str]) -> float:
    if not said or not answer:
        return float(said == answer)
    same = sum((Counter(said) & Counter(answer)).values())
    return 2 * same / (len(said) + len(answer))
