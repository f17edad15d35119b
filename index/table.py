"""The columns of all passages that filters need, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NEVER = date.max.toordinal()


@dataclass(frozen=True)
class PassageTable:
    """Columns over all passages, ascending by pid: what filters need, without touching the disk again.

    `numbers` are the passages' places in their articles. `article_ids` numbers the articles: versions of one
    share a number. `published`, `visible_from` and `visible_until` are ordinal days, the last day there is
    where unknown or, for the last, still current. `usable` is False for boilerplate, `outlets` numbers
    `outlet_names`, -1: none.
    """

    generation: int
    pids: NDArray[np.int64]
    article_rows: NDArray[np.int64]
    numbers: NDArray[np.int64]
    article_ids: NDArray[np.int64]
    published: NDArray[np.int64]
    visible_from: NDArray[np.int64]
    visible_until: NDArray[np.int64]
    dated: NDArray[np.bool_]
    current: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    outlets: NDArray[np.int64]
    outlet_names: tuple[str, ...]

    @cached_property
    def firsts(self) -> NDArray[np.int64]:
        """Return the place of the first passage of each article."""
        return np.unique(self.article_ids, return_index=True)[1]


def table_of(generation: int, articles: Sequence[tuple[Any, ...]], passages: Sequence[tuple[Any, ...]]) -> PassageTable:
    """Return the table of the passages (pid, article row, number, boilerplate), ascending, and their articles.

    Of an article: row, id, published, visible from, visible until, current, outlet.
    """
    names = sorted({row[6] for row in articles if row[6] is not None})
    outlets = {name: number for number, name in enumerate(names)}
    ids = {name: number for number, name in enumerate(sorted({row[1] for row in articles}))}
    by_row = {
        row: (ids[id_], _ordinal(published), _ordinal(start), _ordinal(until), start is not None, current,
              outlets.get(outlet, -1))
        for row, id_, published, start, until, current, outlet in articles
    }  # fmt: skip
    facts = np.array([by_row[row] for _, row, _, _ in passages], np.int64).reshape(-1, 7)
    columns = np.array(passages, np.int64).reshape(-1, 4)
    return PassageTable(
        generation, columns[:, 0], columns[:, 1], columns[:, 2], facts[:, 0], facts[:, 1], facts[:, 2],
        facts[:, 3], facts[:, 4] == 1, facts[:, 5] == 1, columns[:, 3] == 0, facts[:, 6], tuple(names),
    )  # fmt: skip


def _ordinal(day: str | None) -> int:
    return date.fromisoformat(day).toordinal() if day else _NEVER
