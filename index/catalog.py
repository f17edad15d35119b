"""The catalog: one SQLite file, the truth about articles, passages, spans, vectors and the full-text index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import clusters, schema, sources
from index.conversations import Conversations
from index.errors import InputError, LibraryError
from index.records import Article
from index.stored import (
    ARTICLE_FIELDS,
    COLUMNS,
    Prepared,
    StoredArticle,
    article_of,
    named,
    pack_spans,
    to_column,
)
from index.stored_passages import StoredPassages
from index.versions import VISIBLE_FROM, Version, in_order, windows

FILE = "catalog.sqlite"
"""The catalog's name in the library's folder."""

LEAST_OF_AN_ID = 6
"""Characters that an article may be named by instead of its whole id."""
_FILED = 2000
"""Article versions that are filed among near-copies in one transaction."""


class Catalog(StoredPassages):
    """Reads and writes one `catalog.sqlite`; a connection a thread; every write is one transaction."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        super().__init__(path)
        self.conversations = Conversations(self.database)
        self._outlets: tuple[int, dict[str, int]] | None = None
        try:
            with self._reading() as connection:
                if create and connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                    schema.create(connection)
                schema.migrate(connection, path)
        except LibraryError:
            self.close()
            raise

    @contextmanager
    def _writing(self, *, passages: bool = True) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction that also advances the generations; undone if the block raises.

        `passages` tells whether the set of passages changes, not only what is known about them.
        """
        counters = ("generation", "passage_generation") if passages else ("generation",)
        with self.database.writing() as connection:
            yield connection
            for counter in counters:
                connection.execute(
                    "INSERT INTO meta VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET value = value + 1",
                    (counter,),
                )

    def close(self) -> None:
        """Close the connections of all threads."""
        self.database.close()

    # --- facts about the library -------------------------------------------------------------------

    def counts(self) -> dict[str, int]:
        """Return how many articles, versions, passages, dated and undated articles and outlets there are."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE current), count(*), count(DISTINCT outlet) FILTER (WHERE current),"
                " count(*) FILTER (WHERE current AND published IS NULL),"
                " coalesce(sum(length(text)) FILTER (WHERE current), 0) FROM articles"
            ).fetchone()
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
        names = ("articles", "versions", "outlets", "undated", "characters")
        return dict(zip(names, row, strict=True)) | {"passages": passages}

    def date_range(self) -> tuple[date, date] | None:
        """Return the first and last day of publication among current articles, or None: none is dated."""
        with self._reading() as connection:
            first, last = connection.execute(
                "SELECT min(published), max(published) FROM articles WHERE current"
            ).fetchone()
        return (date.fromisoformat(first), date.fromisoformat(last)) if first else None

    def outlets(self) -> dict[str, int]:
        """Return each outlet with its number of current articles, most first."""
        generation = self.generation
        if self._outlets is None or self._outlets[0] != generation:
            with self._reading() as connection:
                rows = connection.execute(
                    "SELECT outlet, count(*) FROM articles WHERE current AND outlet IS NOT NULL"
                    " GROUP BY outlet ORDER BY count(*) DESC, outlet"
                ).fetchall()
            self._outlets = generation, {str(outlet): int(count) for outlet, count in rows}
        return dict(self._outlets[1])

    # --- articles ----------------------------------------------------------------------------------

    def arrived(self, article_id: str) -> list[Version]:
        """Return what the order of an article's versions goes by, in order of arrival; none: it is not here."""
        with self._reading() as connection:
            return _versions(connection, article_id)

    def store(self, batch: Sequence[Prepared]) -> list[StoredArticle]:
        """Store new articles and new versions in one transaction; return what each became, in order."""
        with self._writing() as connection:
            return [self._store_one(connection, prepared) for prepared in batch]

    def _store_one(self, connection: sqlite3.Connection, prepared: Prepared) -> StoredArticle:
        article = prepared.article
        (last,) = connection.execute("SELECT max(version) FROM articles WHERE id = ?", (article.id,)).fetchone()
        version = (last or 0) + 1
        values = {name: to_column(getattr(article, name)) for name in ARTICLE_FIELDS} | {
            "id": article.id,
            "version": version,
            "source_sha256": article.sha256,
            "text_sha256": sha256(article.text.encode()).hexdigest(),
            "visible_from": to_column(article.visible_from),
            "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        row = connection.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", values).lastrowid
        pids = _store_passages(connection, int(row or 0), prepared)
        _set_windows(connection, article.id)
        clusters.add(connection, int(row or 0), prepared.signature)
        sources.remember(connection, [article])
        return StoredArticle(article.id, version, pids, prepared.vectors)

    def remove(self, ids: Sequence[str]) -> list[int]:
        """Remove articles with all their versions in one transaction; return the ids of their passages.

        Raises:
            InputError: there is no such article; nothing is removed then.
        """
        with self._writing() as connection:
            gone = self._remove(connection, ids)
        self.cluster_all()
        return gone

    def _remove(self, connection: sqlite3.Connection, ids: Sequence[str]) -> list[int]:
        gone: list[int] = []
        for article_id in dict.fromkeys(ids):
            self._require(connection, article_id)
            gone += self._unindex(connection, article_id)
            rows = connection.execute("SELECT row FROM articles WHERE id = ?", (article_id,)).fetchall()
            clusters.take_out(connection, [row for (row,) in rows])
            connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
            connection.execute("DELETE FROM sources WHERE id = ?", (article_id,))
        return gone

    def remember_sources(self, articles: Sequence[Article]) -> None:
        """Remember from which files these articles, which are in the library, were read."""
        with self.database.writing() as connection:
            sources.remember(connection, articles)

    def prune(self, paths: Sequence[str | Path]) -> list[Article]:
        """Remove, in one transaction, the articles whose files in these folders are gone; return them.

        Raises:
            InputError: a path is missing, or is an empty folder; nothing is removed then.
        """
        with self._reading() as connection:
            gone = sources.gone_under(connection, paths)
            ids = sources.only_from(connection, gone)
        if not gone:
            return []
        with self._writing(passages=bool(ids)) as connection:
            pruned = [article_of(self._require(connection, article_id)) for article_id in ids]
            self._remove(connection, ids)
            sources.forget(connection, gone)
        self.cluster_all()
        return pruned

    def edit(self, article_id: str, **changes: Any) -> Article:
        """Change title, outlet, author or published (with its precision) of the current version in place; return it.

        Raises:
            InputError: there is no such article.
        """
        with self._writing(passages=False) as connection:
            row = self._require(connection, article_id)
            current = article_of(row)
            origins = {**current.origins, **dict.fromkeys(changes.keys() - {"published_precision"}, "edit")}
            pids = self._unindex(connection, article_id, version=current.version)
            assignments = ", ".join(f"{name} = :{name}" for name in changes)
            values = {name: to_column(value) for name, value in changes.items()}
            connection.execute(
                f"UPDATE articles SET {assignments}, origins = :origins WHERE row = :row",
                values | {"origins": json.dumps(origins), "row": row["row"]},
            )
            if "published" in changes:
                connection.execute("UPDATE articles SET published_at = NULL WHERE row = ?", (row["row"],))
            edited = article_of(self._require(connection, article_id))
            begins = to_column(edited.visible_from)
            connection.execute("UPDATE articles SET visible_from = ? WHERE row = ?", (begins, row["row"]))
            marks = ", ".join("?" * len(pids))
            connection.execute(
                "INSERT INTO passages_fts (rowid, title, text)"
                f" SELECT pid, title, text FROM passage_text WHERE pid IN ({marks})",
                pids,
            )
            _set_windows(connection, article_id)
            clusters.take_out(connection, [row["row"]])
        self.cluster_all()
        return edited

    def _unindex(self, connection: sqlite3.Connection, article_id: str, version: int | None = None) -> list[int]:
        """Take an article's passages (None: of all versions) out of the full-text index; return their ids."""
        rows = connection.execute(
            "SELECT t.pid, t.title, t.text FROM passage_text t JOIN passages p ON p.pid = t.pid"
            " JOIN articles a ON a.row = p.article WHERE a.id = ? AND ? IN (a.version, 0)",
            (article_id, version or 0),
        ).fetchall()
        connection.executemany(
            "INSERT INTO passages_fts (passages_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)", rows
        )
        return [int(row[0]) for row in rows]

    def get(self, article_id: str, version: int | None = None) -> Article:
        """Return one version of an article; None: the current one.

        Raises:
            InputError: there is no such article or version.
        """
        with self._reading() as connection:
            return article_of(self._require(connection, article_id, version))

    def versions(self, article_id: str) -> list[Article]:
        """Return all versions of an article as they followed one another, the current one last; none: no article."""
        with self._reading() as connection:
            cursor = connection.execute(f"SELECT {COLUMNS} FROM articles WHERE id = ? ORDER BY version", (article_id,))
            found = [article_of(named(cursor, row)) for row in cursor]
            return [found[place] for place in in_order(_versions(connection, article_id))]

    def full_id(self, beginning: str) -> str:
        """Return the id of the article that begins so; at least six characters, and only one may.

        Raises:
            InputError: there is none, or several do.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT id FROM articles"
                " WHERE id = ?1 OR (length(?1) >= ?2 AND substr(id, 1, length(?1)) = ?1) ORDER BY id LIMIT 4",
                (beginning.lower(), LEAST_OF_AN_ID),
            ).fetchall()
        if len(rows) > 1:
            ids = ", ".join(str(row[0]) for row in rows[:3]) + (" …" if len(rows) > 3 else "")
            raise InputError(f"several articles begin with {beginning!r} ({ids}); give more of the id")
        if not rows:
            short = f", or give at least {LEAST_OF_AN_ID} characters of one" if len(beginning) < LEAST_OF_AN_ID else ""
            raise InputError(f"no article {beginning!r} in this library; see the ids with: dateline list{short}")
        return str(rows[0][0])

    def _require(self, connection: sqlite3.Connection, article_id: str, version: int | None = None) -> dict[str, Any]:
        which = "current" if version is None else "version = :version"
        cursor = connection.execute(
            f"SELECT {COLUMNS} FROM articles WHERE id = :id AND {which}",
            {"id": article_id, "version": version},
        )
        found = cursor.fetchone()
        if found is None:
            what = f"article {article_id!r}" + (f" version {version}" if version is not None else "")
            raise InputError(f"no {what} in this library; see the ids with: dateline list")
        return named(cursor, found)

    def articles(self, *, with_text: bool = True) -> Iterator[Article]:
        """Yield the current version of every article, by date (undated last), then title."""
        columns = COLUMNS if with_text else COLUMNS.replace(", text,", ", '' AS text,")
        with self._reading() as connection:
            cursor = connection.execute(
                f"SELECT {columns} FROM articles WHERE current ORDER BY published IS NULL, published, title, id"
            )
            for row in cursor:
                yield article_of(named(cursor, row))

    def articles_by_row(self, rows: Sequence[int]) -> dict[int, Article]:
        """Return the article versions in these rows."""
        marks = ", ".join("?" * len(rows))
        with self._reading() as connection:
            cursor = connection.execute(f"SELECT {COLUMNS} FROM articles WHERE row IN ({marks})", list(rows))
            return {row[0]: article_of(named(cursor, row)) for row in cursor}

    def copies(self, rows: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
        """Return, for article versions that have near-copies, the row and id of each version of other articles."""
        with self._reading() as connection:
            return clusters.members(connection, rows)

    def copies_of(self, article: Article) -> list[Article]:
        """Return the current versions of other articles that print the same report as this version of one."""
        with self._reading() as connection:
            row = self._require(connection, article.id, article.version)["row"]
        others = [other for other, _ in self.copies([row]).get(row, [])]
        found = self.articles_by_row(others) if others else {}
        return [copy for _, copy in sorted(found.items()) if copy.version == self.get(copy.id).version]

    def cluster_all(self) -> None:
        """File the article versions that are in no cluster yet: new ones, and those left by a stopped writer.

        Many are filed in one transaction: the bands of each lie on as many pages.
        """
        while True:
            with self._reading() as connection:
                if not (rows := clusters.unfiled(connection, _FILED)):
                    return
            with self._writing(passages=False) as connection:
                for row in rows:
                    clusters.file(connection, row)

    # --- repair ------------------------------------------------------------------------------------

    def raw_article(self, row: int) -> dict[str, Any]:
        """Return the columns of the article version in a row as they are stored, unreadable text as far as it goes."""
        columns = ", ".join(f'CAST("{name}" AS BLOB) AS "{name}"' for name in ARTICLE_FIELDS)
        with self._reading() as connection:
            cursor = connection.execute(f"SELECT {columns}, id FROM articles WHERE row = ?", (row,))
            found = named(cursor, cursor.fetchone())
        return {
            name: value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            for name, value in found.items()
        }

    def replace_passages(self, row: int, prepared: Prepared) -> None:
        """Give the article version in a row new passages; `rebuild_derived` must follow."""
        with self._writing() as connection:
            connection.execute("DELETE FROM passages WHERE article = ?", (row,))
            _store_passages(connection, row, prepared)

    def remove_version(self, row: int) -> None:
        """Remove the article version in a row; `rebuild_derived` must follow."""
        with self._writing() as connection:
            connection.execute("DELETE FROM articles WHERE row = ?", (row,))

    def rebuild_derived(self) -> None:
        """Work out anew what follows from articles and passages: visibility, full-text index, near-copies."""
        with self._writing() as connection:
            connection.execute("DELETE FROM passages WHERE article NOT IN (SELECT row FROM articles)")
            connection.execute(f"UPDATE articles SET visible_from = {VISIBLE_FROM}")
            for (id_,) in connection.execute("SELECT DISTINCT id FROM articles").fetchall():
                _set_windows(connection, id_)
            connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')")
            clusters.reset(connection)
        self.cluster_all()

    def switch_embedder(self, made: Path, fingerprint: str) -> None:
        """Take the vectors of all passages from the table `vectors` of another SQLite file, in one transaction.

        From then on the library is one of the embedder with this fingerprint; `embedding` counts the switches.

        Raises:
            LibraryError: a passage is not in that file; nothing is changed then.
        """
        with self._reading() as connection:
            connection.execute("ATTACH ? AS made", (str(made),))
            try:
                with self._writing() as connection:
                    (missing,) = connection.execute(
                        "SELECT count(*) FROM passages WHERE pid NOT IN (SELECT pid FROM made.vectors)"
                    ).fetchone()
                    if missing:
                        raise LibraryError(f"{missing} passages came in meanwhile; run the same command again")
                    connection.execute(
                        "UPDATE passages SET vector = (SELECT vector FROM made.vectors m WHERE m.pid = passages.pid)"
                    )
                    connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (fingerprint,))
                    connection.execute(
                        "INSERT INTO meta VALUES ('embedding', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1"
                    )
            finally:
                connection.execute("DETACH made")


def _store_passages(connection: sqlite3.Connection, row: int, prepared: Prepared) -> NDArray[np.int64]:
    """Store the passages of the article version in a row; return their ids."""
    indexed: list[tuple[int, str, str]] = []
    for passage, vector in zip(prepared.passages, prepared.vectors, strict=True):
        cursor = connection.execute(
            'INSERT INTO passages (article, number, start, "end", sentences, boilerplate, vector)'
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row, passage.number, passage.start, passage.end, pack_spans(passage), passage.boilerplate,
             vector.astype("<f2").tobytes()),
        )  # fmt: skip
        indexed.append((int(cursor.lastrowid or 0), prepared.article.title or "", passage.text))
    connection.executemany("INSERT INTO passages_fts (rowid, title, text) VALUES (?, ?, ?)", indexed)
    return np.array([pid for pid, _, _ in indexed], np.int64)


def _versions(connection: sqlite3.Connection, article_id: str) -> list[Version]:
    rows = connection.execute(
        "SELECT source_sha256, modified, visible_from FROM articles WHERE id = ? ORDER BY version", (article_id,)
    ).fetchall()
    return [Version(*row) for row in rows]


def _set_windows(connection: sqlite3.Connection, article_id: str) -> None:
    """Set until when each version of an article is visible, and which one is current."""
    rows = connection.execute("SELECT row FROM articles WHERE id = ? ORDER BY version", (article_id,)).fetchall()
    arrived = _versions(connection, article_id)
    if not arrived:
        return
    current = in_order(arrived)[-1]
    connection.executemany(
        "UPDATE articles SET visible_until = ?, current = ? WHERE row = ?",
        [(until, place == current, rows[place][0]) for place, until in enumerate(windows(arrived))],
    )
