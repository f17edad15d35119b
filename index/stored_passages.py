"""What is read of a catalog's passages: texts, vectors, full-text matches, and the columns that filters need."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.database import Database, damaged
from index.records import Passage
from index.stored import Stored, unpack_spans
from index.table import PassageTable, table_of


class StoredPassages:
    """The passages in one `catalog.sqlite`, and the facts that it keeps about itself; a connection a thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = Database(path)

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return self.database.reading()

    def meta(self, key: str, default: str = "") -> str:
        """Return a fact about the library, e.g. `generation`, `embedder`, `vectors`."""
        with self._reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def set_meta(self, **values: str) -> None:
        """Store facts about the library, without advancing the generation."""
        with self._reading() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    @property
    def generation(self) -> int:
        """Return the number of writes so far: what tells a reader that something changed."""
        return int(self.meta("generation", "0"))

    @property
    def passage_generation(self) -> int:
        """Return the number of writes that changed the set of passages: what Chroma must be in step with."""
        return int(self.meta("passage_generation", "0"))

    def passages(self, pids: Sequence[int]) -> dict[int, Stored]:
        """Return the passages with these ids; an id that is gone is left out."""
        marks = ", ".join("?" * len(pids))
        with self._reading() as connection:
            rows = connection.execute(
                'SELECT p.pid, p.article, a.id, a.version, p.number, p.start, p."end",'
                ' substr(a.text, p.start + 1, p."end" - p.start), p.sentences, p.boilerplate'
                f" FROM passages p JOIN articles a ON a.row = p.article WHERE p.pid IN ({marks})",
                list(pids),
            ).fetchall()
        return {
            pid: Stored(pid, row, Passage(id_, version, n, start, end, text, unpack_spans(spans, start), bool(bp)))
            for pid, row, id_, version, n, start, end, text, spans, bp in rows
        }

    def pids(self) -> NDArray[np.int64]:
        """Return the ids of all passages, ascending."""
        with self._reading() as connection:
            rows = connection.execute("SELECT pid FROM passages ORDER BY pid").fetchall()
        return np.array([row[0] for row in rows], np.int64)

    @property
    def dimensions(self) -> int:
        """Return how many numbers the vector of a passage has; 0: there is no passage yet."""
        with self._reading() as connection:
            row = connection.execute("SELECT length(vector) / 2 FROM passages LIMIT 1").fetchone()
        return int(row[0]) if row else 0

    def vectors(self, pids: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return ids, ascending, and their vectors, shape (len(ids), dimensions); None: of all passages."""
        query = "SELECT pid, vector FROM passages"
        if pids is not None:
            query += f" WHERE pid IN ({', '.join(str(int(pid)) for pid in pids)})"
        with self._reading() as connection:
            rows = connection.execute(query + " ORDER BY pid").fetchall()
        if not rows:
            return np.empty(0, np.int64), np.empty((0, 0), np.float16)
        if len({len(row[1]) for row in rows}) != 1:
            raise damaged(self.path, "its vectors are not of one length")
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(len(rows), -1)
        return np.array([row[0] for row in rows], np.int64), vectors

    def match(self, query: str, limit: int, title_weight: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the ids and BM25 scores (higher is better) of the best passages for an FTS5 query, best first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT rowid, -bm25(passages_fts, ?, 1.0) AS score FROM passages_fts"
                " WHERE passages_fts MATCH ? ORDER BY score DESC LIMIT ?",
                (title_weight, query, limit),
            ).fetchall()
        pids, scores = zip(*rows, strict=True) if rows else ((), ())
        return np.array(pids, np.int64), np.array(scores, np.float64)

    def document_frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many passages (text or title) each stem stands; a stem that is nowhere is left out."""
        marks = ", ".join("?" * len(stems))
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT term, doc FROM passages_vocab WHERE term IN ({marks})", list(stems)
            ).fetchall()
        return {str(term): int(count) for term, count in rows}

    def passage_table(self) -> PassageTable:
        """Return the columns that filters need, over all passages."""
        with self._reading() as connection:
            connection.execute("BEGIN")
            try:
                generation = self.generation
                articles = connection.execute(
                    "SELECT row, id, published, visible_from, visible_until, current, outlet FROM articles"
                ).fetchall()
                passages = connection.execute(
                    "SELECT pid, article, number, boilerplate FROM passages ORDER BY pid"
                ).fetchall()
            finally:
                connection.execute("COMMIT")
        return table_of(generation, articles, passages)
