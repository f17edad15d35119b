"""Another embedder for a library: its vectors are made beside the old ones, and take over in one step.

A run that is stopped, killed too, goes on where it was: what is made lies in a file of its own, batch by batch.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.database import Database
from index.embed import Embedder
from index.errors import CatalogError
from index.prepare import embedded_text

_FILE = "reembed.sqlite"
_BATCH = 256


def reembed(
    catalog: Catalog,
    embedder: Embedder,
    settle: Callable[[], None],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Embed all passages with another embedder and switch over; return how many were embedded in this run.

    The write lock must be held. Readers find by the old vectors until the switch; `settle`, called after it, brings
    Chroma in step. What was made is kept until then: a run that is stopped there need not make it again. `progress`
    is told the passages made so far and all of them, after each batch.

    Raises:
        EmbedderError: the embedder fails; what it made so far is kept for the next run.
    """
    ids = catalog.pids()
    with contextlib.closing(_Made(catalog.path.with_name(_FILE), embedder.fingerprint)) as made:
        missing = np.setdiff1d(ids, made.ids())
        for start in range(0, len(missing), _BATCH):
            part = missing[start : start + _BATCH]
            made.keep(part, embedder.embed(_texts(catalog, part)).astype(np.float16))
            if progress is not None:
                progress(len(ids) - len(missing) + start + len(part), len(ids))
    catalog.switch_embedder(made.path, embedder.fingerprint)
    settle()
    made.path.unlink()
    return len(missing)


def _texts(catalog: Catalog, pids: NDArray[np.int64]) -> list[str]:
    stored = catalog.passages(pids.tolist())
    articles = catalog.articles_by_row(sorted({item.article_row for item in stored.values()}))
    return [embedded_text(articles[stored[pid].article_row], stored[pid].passage) for pid in pids.tolist()]


class _Made:
    """The vectors that one embedder has made so far; those of another are thrown away."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self._database = Database(path)
        try:
            self._begin(fingerprint)
        except CatalogError:  # it is damaged, and holds nothing that cannot be made again
            self._database.close()
            path.unlink()
            self._begin(fingerprint)

    def _begin(self, fingerprint: str) -> None:
        with self._database.writing() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS embedder (fingerprint TEXT PRIMARY KEY)")
            connection.execute("CREATE TABLE IF NOT EXISTS vectors (pid INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
            if connection.execute("SELECT fingerprint FROM embedder").fetchall() != [(fingerprint,)]:
                connection.execute("DELETE FROM vectors")
                connection.execute("DELETE FROM embedder")
                connection.execute("INSERT INTO embedder VALUES (?)", (fingerprint,))

    def ids(self) -> NDArray[np.int64]:
        """Return the ids of the passages that are done."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT pid FROM vectors").fetchall()
        return np.array([row[0] for row in rows], np.int64)

    def keep(self, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> None:
        """Keep the vectors of some passages, for good."""
        rows = [(int(pid), vector.astype("<f2").tobytes()) for pid, vector in zip(ids, vectors, strict=True)]
        with self._database.writing() as connection:
            connection.executemany("INSERT INTO vectors VALUES (?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        self._database.close()
