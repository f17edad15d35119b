"""What is wrong with a library: what is stored, held against its hashes, spans, index and vectors."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.database import mapped
from index.embed import Embedder, StaticEmbedder
from index.embedders import embedder_of
from index.errors import CatalogError, EmbedderError
from index.nearest import Nearest
from index.prepare import embedded_text
from index.records import Article, article_id
from index.versions import VISIBLE_FROM

_SAMPLE = 8
"""Passages that are embedded again, to see whether the embedder still gives the same vectors."""
_AT_ONCE = 2000
"""Passages that are embedded at once where all are."""
_ALIKE = 0.98
"""Cosine from which two vectors of one text are of one embedder."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be; `row` is that of the article version it is about, 0: of none."""

    kind: Literal["file", "article", "passages", "orphans", "versions", "full text", "chroma", "embedder", "lost"]
    text: str
    row: int = 0


def problems(path: Path, embedder: Embedder | None, writable: bool, notes: list[str]) -> list[Problem]:
    try:
        catalog = Catalog(path)
    except CatalogError as exc:
        return [Problem("file", _short(exc))]
    nearest = Nearest(catalog, path.parent / "chroma")
    try:
        if found := list(_file(catalog)):
            return found
        found = [*of_versions(catalog), *of_articles(catalog)]
        if writable:
            found += _full_text(catalog)
        if found:
            return found
        complaint = nearest.complaint() if writable else ""
        embedder = embedder or embedder_of(catalog.meta("embedder"), path.parent)
        found = _embedder(catalog, embedder, notes)
        if complaint and not found:
            found = _wrong_vectors(catalog, embedder)
        return [*found, *([Problem("chroma", complaint)] if complaint and not found else [])]
    except CatalogError as exc:
        return [Problem("file", _short(exc))]
    finally:
        nearest.close()
        catalog.close()


def _file(catalog: Catalog) -> Iterator[Problem]:
    """Check the pages and indexes of the file."""
    with catalog.database.reading() as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check (3)")]
        if said != ["ok"]:
            yield Problem("file", f"{catalog.path} is damaged ({said[0].splitlines()[-1]})")


def of_versions(catalog: Catalog) -> Iterator[Problem]:
    """Check that passages belong to articles, and that each article has one current version."""
    with catalog.database.reading() as connection:
        (orphans,) = connection.execute(
            "SELECT count(*) FROM passages WHERE article NOT IN (SELECT row FROM articles)"
        ).fetchone()
        several = connection.execute(
            "SELECT id, min(row) FROM articles GROUP BY id HAVING sum(current) != 1 ORDER BY id"
        ).fetchall()
        begun = connection.execute(
            f"SELECT id, row FROM articles WHERE visible_from IS NOT {VISIBLE_FROM} ORDER BY row"
        ).fetchall()
    if orphans:
        yield Problem("orphans", f"{orphans} passages belong to no article")
    for id_, row in several:
        yield Problem("versions", f"article {id_} has not one current version", row)
    for id_, row in begun:
        yield Problem("versions", f"article {id_} is not visible from its own day on", row)


def of_articles(catalog: Catalog) -> Iterator[Problem]:
    """Check each version's text and facts against their hashes, and its passages against its text."""
    with catalog.database.reading() as connection:
        rows = connection.execute("SELECT row, id, version, file FROM articles ORDER BY row").fetchall()
        usual = connection.execute(
            "SELECT length(vector) FROM passages GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
    for row, id_, version, file in rows:
        name = f"article {id_} version {version} ({file})"
        article = _sound(catalog, row, id_)
        if article is None:
            yield Problem("article", f"{name} is not what was added: its hash differs", row)
        elif fault := _passages_fault(catalog, row, article.text, usual[0] if usual else 0):
            yield Problem("passages", f"{name} {fault}", row)


def _sound(catalog: Catalog, row: int, id_: str) -> Article | None:
    """Return the article version in this row, None if it is not what was added."""
    with catalog.database.reading() as connection:
        text, text_hash, source_hash = connection.execute(
            "SELECT CAST(text AS BLOB), text_sha256, source_sha256 FROM articles WHERE row = ?", (row,)
        ).fetchone()
    try:
        text.decode()
        article = catalog.articles_by_row([row])[row]
        edited = "edit" in article.origins.values()
    except (CatalogError, ValueError, AttributeError, TypeError):
        return None
    sound = sha256(text).hexdigest() == text_hash and article_id(article.key) == id_
    return article if sound and (edited or article.sha256 == source_hash) else None


def _passages_fault(catalog: Catalog, row: int, text: str, size: int) -> str:
    """Return what is wrong with the passages of an article version, nothing if nothing is."""
    with catalog.database.reading() as connection:
        passages = connection.execute(
            'SELECT number, start, "end", CAST(sentences AS BLOB), CAST(vector AS BLOB) FROM passages'
            " WHERE article = ? ORDER BY number",
            (row,),
        ).fetchall()
    if [number for number, *_ in passages] != list(range(len(passages))):
        return "lacks passages"
    last = 0
    for _, start, end, sentences, vector in passages:
        if not last <= start < end <= len(text) or text[last:start].strip():
            return "has passages that are not spans of its text"
        if not _inside(sentences, end - start):
            return "has sentences that are not spans of its passages"
        row_ = np.frombuffer(vector, "<f2").astype(np.float32) if len(vector) == size else np.array([np.nan])
        length = float(np.linalg.norm(row_))
        if not (length == 0 or abs(length - 1) < 0.02):
            return "has vectors that are none"
        last = end
    return "lacks passages" if text[last:].strip() else ""


def _inside(packed: bytes, length: int) -> bool:
    """Tell whether the spans of sentences advance, and lie inside a passage of this length."""
    if len(packed) % 8:
        return False
    flat = struct.unpack(f"<{len(packed) // 4}I", packed)
    starts, ends = flat[::2], flat[1::2]
    return all(map(int.__lt__, starts, ends)) and all(map(int.__le__, ends, (*starts[1:], length)))


def _full_text(catalog: Catalog) -> list[Problem]:
    """Check the full-text index against the passages."""
    with catalog.database.writing() as connection:
        (count,) = connection.execute("SELECT count(*) FROM passages").fetchone()
        try:
            connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
            (indexed,) = connection.execute("SELECT count(*) FROM passages_fts_docsize").fetchone()
        except sqlite3.DatabaseError as exc:
            if not isinstance(fault := mapped(exc, catalog.path), CatalogError):
                raise fault from exc  # a full disk: it could not be checked
            return [Problem("full text", "the full-text index is not that of the passages")]
    if indexed != count:
        return [Problem("full text", f"the full-text index holds {indexed} passages of {count}")]
    return []


def _embedder(catalog: Catalog, embedder: Embedder, notes: list[str]) -> list[Problem]:
    """Check that the embedder gives a few passages the vectors that they have."""
    pids = catalog.pids()
    if not len(pids):
        return []
    few = pids[np.unique(np.linspace(0, len(pids) - 1, _SAMPLE).astype(int))]
    try:
        if not _others(catalog, embedder, few):
            return []
    except EmbedderError as exc:
        notes.append(f"the vectors were not compared with their embedder: {exc}")
        return []
    name = embedder.fingerprint
    spec = "default" if name.startswith("static:") else name
    return [Problem("embedder", f"{name} gives other vectors than it gave; re-embed with: dateline reembed {spec}")]


def _wrong_vectors(catalog: Catalog, embedder: Embedder) -> list[Problem]:
    """Find the passages of which Chroma is right and the catalog wrong: only embedding them all again can tell."""
    if not isinstance(embedder, StaticEmbedder):
        return []  # it may cost money
    pids = catalog.pids()
    parts = (pids[start : start + _AT_ONCE] for start in range(0, len(pids), _AT_ONCE))
    rows = dict.fromkeys(row for part in parts for row in _others(catalog, embedder, part))
    return [Problem("passages", f"article {row} has vectors that its embedder does not give", row) for row in rows]


def _others(catalog: Catalog, embedder: Embedder, pids: NDArray[np.int64]) -> list[int]:
    """Return the rows of the articles of those passages that the embedder gives another vector.

    Raises:
        EmbedderError: it fails.
    """
    pids, vectors = catalog.vectors(pids)
    stored = catalog.passages(pids.tolist())
    articles = catalog.articles_by_row(sorted({item.article_row for item in stored.values()}))
    asked = [n for n, pid in enumerate(pids.tolist()) if not _retitled(articles[stored[pid].article_row])]
    rows = [stored[pid].article_row for pid in pids[asked].tolist()]
    if not rows:
        return []
    texts = [embedded_text(articles[stored[pid].article_row], stored[pid].passage) for pid in pids[asked].tolist()]
    again, held = embedder.embed(texts), vectors[asked].astype(np.float32)
    if again.shape != held.shape:
        return rows
    alike = (again * held).sum(axis=1) >= _ALIKE * (again * again).sum(axis=1)
    return [row for row, same in zip(rows, alike.tolist(), strict=True) if not same]


def _retitled(article: Article) -> bool:
    return article.origins.get("title") == "edit"


def _short(exc: CatalogError) -> str:
    return str(exc).partition(";")[0]
