"""Folding: of passages that say the same, the best is kept, and the articles of the others are its copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed
from index.copies import figures, figures_differ

_RUN = 5
_SAME = 0.6
"""Share of the five-word runs of the shorter passage in the other from which they say the same."""


class _Kept(NamedTuple):
    """A passage that is kept, by its number, with its five-word runs and the articles folded into it."""

    number: int
    runs: frozenset[int]
    folded: list[str]


def fold(
    passages: Sequence[Analysed], scores: NDArray[np.float64], k: int, kin: Mapping[int, Sequence[tuple[int, str]]]
) -> list[tuple[int, tuple[str, ...]]]:
    """Return the numbers of the k best passages, best first, each with the ids of the articles that are its copies.

    A passage of another article is folded into the better one that has most of its words, unless it says a figure
    that the better one's article lacks. Where the articles are copies of one report (`kin`: the row and id of the
    copies of each article row), the better passages may have its words together: copies are not cut alike. Copies
    of a kept passage's article are named, found or not.
    """
    kept: list[_Kept] = []
    for number in np.argsort(-scores, kind="stable").tolist():
        passage, runs = passages[number], _runs(passages[number])
        copies = {row for row, _ in kin.get(passage.stored.article_row, ())}
        others = [other for other in kept if passages[other.number].article.id != passage.article.id]
        alike = [other for other in others if _share(runs, other.runs) >= _SAME]
        of_copies = [other for other in others if passages[other.number].stored.article_row in copies]
        if of_copies and _share(runs, frozenset().union(*(other.runs for other in of_copies))) >= _SAME:
            alike += of_copies
        alike.sort(key=lambda other: -len(runs & other.runs))
        into = next((other for other in alike if not _says_more(passage, passages[other.number])), None)
        if into is not None:
            if passage.article.id not in into.folded:
                into.folded.append(passage.article.id)
        elif len(kept) < k:
            kept.append(_Kept(number, runs, []))
    return [(number, _copies(passages[number], folded, kin)) for number, _, folded in kept]


def _copies(passage: Analysed, folded: Sequence[str], kin: Mapping[int, Sequence[tuple[int, str]]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*folded, *(copy for _, copy in kin.get(passage.stored.article_row, ()))]))


def _says_more(passage: Analysed, other: Analysed) -> bool:
    """Tell whether folding a passage into another would hide a figure; one outlet's update is never folded."""
    text, told = passage.stored.passage.text, other.stored.passage.text
    if not figures(text) <= figures(other.article.text):
        return True
    if passage.article.name == other.article.name and not figures(told) <= figures(passage.article.text):
        return True
    return figures_differ([s.text for s in passage.sentences], [s.text for s in other.sentences])


def _runs(passage: Analysed) -> frozenset[int]:
    stems = [word.stem for sentence in passage.sentences for word in sentence.words]
    return frozenset(hash(tuple(stems[i : i + _RUN])) for i in range(max(1, len(stems) - _RUN + 1)))


def _share(a: frozenset[int], b: frozenset[int]) -> float:
    """Return the share of the smaller set that is in the other."""
    return len(a & b) / min(len(a), len(b))
