"""Folding: of passages that say the same, the best is kept, and the articles of the others are its copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed
from index.copies import figures, figures_differ
from index.pool import Pool

_RUN = 5
_PRIME = 1_000_003
_SAME = 0.6
"""Share of the five-word runs of the shorter passage in the other from which they say the same."""


def fold(
    pool: Pool, scores: NDArray[np.float64], k: int, kin: Mapping[int, Sequence[tuple[int, str]]]
) -> list[tuple[int, tuple[str, ...]]]:
    """Return the numbers of the k best passages, best first, each with the ids of the articles that are its copies.

    A passage of another article is folded into the better one that has most of its words, unless it says a figure
    that the better one's article lacks. Where the articles are copies of one report (`kin`: the row and id of the
    copies of each article row), the better passages may have its words together: copies are not cut alike. Copies
    of a kept passage's article are named, found or not.
    """
    passages, runs = pool.passages, _runs(pool)
    sizes = runs.sum(axis=1)
    common = runs @ runs.T
    alike = common / np.minimum(sizes[:, None], sizes[None, :]) >= _SAME
    kept: dict[int, list[str]] = {}
    for number in np.argsort(-scores, kind="stable").tolist():
        passage = passages[number]
        copies = {row for row, _ in kin.get(passage.stored.article_row, ())}
        others = [other for other in kept if passages[other].article.id != passage.article.id]
        near = [other for other in others if alike[number, other]]
        of_copies = [other for other in others if passages[other].stored.article_row in copies]
        if of_copies:
            together = runs[of_copies].max(axis=0)
            if runs[number] @ together >= _SAME * min(sizes[number], together.sum()):
                near += of_copies
        near.sort(key=lambda other: -common[number, other])
        into = next((other for other in near if not _says_more(passage, passages[other])), None)
        if into is not None:
            if passage.article.id not in kept[into]:
                kept[into].append(passage.article.id)
        elif len(kept) < k:
            kept[number] = []
    return [(number, _copies(passages[number], folded, kin)) for number, folded in kept.items()]


def _copies(passage: Analysed, folded: Sequence[str], kin: Mapping[int, Sequence[tuple[int, str]]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*folded, *(copy for _, copy in kin.get(passage.stored.article_row, ()))]))


def _says_more(passage: Analysed, other: Analysed) -> bool:
    """Tell whether folding a passage into another would hide a figure; one outlet's update is never folded."""
    text, told = passage.stored.passage.text, other.stored.passage.text
    if not figures(text) <= figures(other.article.text):
        return True
    if passage.article.name == other.article.name and not figures(told) <= figures(passage.article.text):
        return True
    return figures_differ(passage.texts, other.texts)


def _runs(pool: Pool) -> NDArray[np.float32]:
    """Return which five-word runs stand in each passage, titles left out, shape (passages, runs): 1 or 0."""
    rows = []
    for passage in pool.passages:
        body = passage.words[passage.segments[1] :] if len(passage.segments) > 1 else passage.words
        stems = pool.vocabulary.stems[body[body > 0]].astype(np.int64)
        runs = np.zeros(max(1, len(stems) - _RUN + 1), np.int64)
        for step in range(min(_RUN, len(stems))):
            runs = runs * _PRIME + stems[step : step + len(runs)]
        rows.append(np.unique(runs))
    _, places = np.unique(np.concatenate(rows), return_inverse=True)
    held = np.zeros((len(rows), int(places.max()) + 1), np.float32)
    held[np.repeat(np.arange(len(rows)), [len(row) for row in rows]), places] = 1
    return held
