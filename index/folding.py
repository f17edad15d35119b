"""Folding: of passages that say the same, the best is kept, and the articles of the others are its copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed
from index.copies import differ, figures
from index.pool import Pool

_RUN = 5
_PRIME = 1_000_003
_SAME = 0.6
"""Share of the five-word runs of the shorter passage in the other from which they say the same."""

Kin = Mapping[int, Sequence[tuple[int, str]]]
"""The row and id of the copies of each article version, by its row."""


def fold(pool: Pool, scores: NDArray[np.float64], k: int, kin: Kin) -> list[tuple[int, tuple[str, ...]]]:
    """Return the numbers of the k best passages, best first, each with the ids of the articles that are its copies.

    A passage of another article is folded into the better one that has most of its five-word runs, unless it says a
    figure that the better one's article lacks, or gives a sentence another name. Where the articles are copies of one
    report, the better passages may have them together: copies are not cut alike. Copies of a kept passage's article
    are named, found or not.
    """
    passages = pool.passages
    common = _common(pool)
    same = _same(passages, common)
    kept: dict[int, list[str]] = {}
    for number in np.argsort(-scores, kind="stable").tolist():
        alike = [other for other in kept if same[number][other]]
        alike += _say_the_same_together(passages, common, number, kept, kin)
        alike.sort(key=lambda other: -common[number, other])
        into = next((other for other in alike if not _says_more(passages[number], passages[other])), None)
        if into is not None:
            kept[into].append(passages[number].article.id)
        elif len(kept) < k:
            kept[number] = []
    return [(number, _copies(passages[number], folded, kin)) for number, folded in kept.items()]


def _common(pool: Pool) -> NDArray[np.float32]:
    """Return how many five-word runs each two passages share, and on the diagonal how many each has.

    The runs of a passage go over the ends of its sentences; its title is left out. One of fewer words is a run.
    """
    segment = np.repeat(np.arange(len(pool.starts)), np.diff(np.append(pool.starts, len(pool.words))))
    body = (pool.words > 0) & ~pool.is_title[segment]
    passage = pool.passage_of[segment[body]]
    begins = np.searchsorted(passage, np.arange(len(pool.passages)))
    lengths = np.diff(np.append(begins, len(passage)))
    left = lengths[passage] - (np.arange(len(passage)) - begins[passage])  # words from here to the end of the passage
    stems = np.append(pool.stems[body].astype(np.int64), np.zeros(_RUN, np.int64))
    runs = np.zeros(len(passage), np.int64)
    for step in range(_RUN):
        runs = runs * _PRIME + np.where(left > step, stems[step : step + len(passage)], 0)
    whole = (left >= _RUN) | (left == lengths[passage])
    _, places = np.unique(runs[whole], return_inverse=True)
    held = np.zeros((len(pool.passages), int(places.max(initial=-1)) + 1), np.float32)
    held[passage[whole], places] = 1
    shared: NDArray[np.float32] = held @ held.T
    return shared


def _same(passages: Sequence[Analysed], common: NDArray[np.float32]) -> list[list[bool]]:
    """Return for each two passages whether they are of two articles and say the same."""
    sizes = np.diagonal(common)
    _, articles = np.unique([passage.article.id for passage in passages], return_inverse=True)
    same = common >= _SAME * np.minimum(sizes[:, None], sizes)
    found: list[list[bool]] = (same & (articles[:, None] != articles)).tolist()
    return found


def _say_the_same_together(
    passages: Sequence[Analysed], common: NDArray[np.float32], number: int, kept: Mapping[int, object], kin: Kin
) -> list[int]:
    """Return the kept passages of copies of a passage's article that have most of its runs together."""
    rows = {row for row, _ in kin.get(passages[number].stored.article_row, ())}
    others = [other for other in kept if passages[other].stored.article_row in rows] if rows else []
    return others if others and common[number, others].sum() >= _SAME * common[number, number] else []


def _says_more(passage: Analysed, other: Analysed) -> bool:
    """Tell whether folding a passage into another would hide a figure or a name; an outlet's update is never folded."""
    text, told = passage.stored.passage.text, other.stored.passage.text
    if not figures(text) <= figures(other.article.text):
        return True
    if passage.article.name == other.article.name and not figures(told) <= figures(passage.article.text):
        return True
    return differ(passage.texts, other.texts)


def _copies(passage: Analysed, folded: Sequence[str], kin: Kin) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*folded, *(copy for _, copy in kin.get(passage.stored.article_row, ()))]))
