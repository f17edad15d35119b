"""Whether a library is as it should be: what is stored against its hashes, spans, index and vectors; and repair."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np

from index.catalog import FILE, Catalog
from index.embed import Embedder
from index.embedders import embedder_of
from index.errors import CatalogError, EmbedderError, no_library
from index.lock import write_lock
from index.nearest import Nearest
from index.prepare import embedded_text, prepare
from index.records import Article, article_id
from index.salvage import salvage

_SAMPLE = 8
"""Passages that are embedded again, to see whether the embedder still gives the same vectors."""
_ALIKE = 0.98
"""Cosine from which two vectors of one text are of one embedder."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be; `row` is that of the article version it is about, 0: of none."""

    kind: Literal["file", "article", "passages", "orphans", "versions", "full text", "chroma", "embedder"]
    text: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found: how much it checked, what is wrong, what was repaired, and what else to know."""

    articles: int = 0
    versions: int = 0
    passages: int = 0
    problems: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong, or nothing any more."""
        return not self.problems


def verify(folder: Path, *, repair: bool = False, embedder: Embedder | None = None) -> Report:
    """Check the library in a folder; `repair` puts right what can be, without losing anything.

    What cannot be trusted any more is set aside in a file beside the catalog. `embedder` is the library's;
    None: the one that it remembers.

    Raises:
        NoLibraryError: there is none.
        LibraryBusyError: another process is writing.
        LibraryError: nothing of the catalog can be read, or it is to be repaired and is read-only.
    """
    path = folder / FILE
    if not path.exists():
        raise no_library(folder)
    writable = os.access(folder, os.W_OK)
    with write_lock(folder) if writable or repair else nullcontext():
        notes = [] if writable else ["the folder is read-only: full-text index and Chroma were not checked"]
        problems = _problems(path, embedder, writable, notes)
        if not repair or not problems:
            return replace(_counted(path), problems=tuple(p.text for p in problems), notes=tuple(notes))
        notes = _repair(path, problems, embedder)
        left = tuple(problem.text for problem in _problems(path, embedder, writable, notes))
        repaired = tuple(problem.text for problem in problems if problem.text not in left)
        return replace(_counted(path), problems=left, repaired=repaired, notes=tuple(notes))


# --- checks ----------------------------------------------------------------------------------------


def _problems(path: Path, embedder: Embedder | None, writable: bool, notes: list[str]) -> list[Problem]:
    try:
        catalog = Catalog(path)
    except CatalogError as exc:
        return [Problem("file", _short(exc))]
    nearest = Nearest(catalog, path.parent / "chroma")
    try:
        if found := list(_file(catalog)):
            return found
        found = [*_versions(catalog), *_articles(catalog)]
        if writable:
            found += _full_text(catalog)
        if writable and not found and (complaint := nearest.complaint()):
            found.append(Problem("chroma", complaint))
        if not found:
            found = _embedder(catalog, embedder or embedder_of(catalog.meta("embedder"), path.parent), notes)
        return found
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


def _versions(catalog: Catalog) -> Iterator[Problem]:
    """Check that passages belong to articles, and that each article has one current version."""
    with catalog.database.reading() as connection:
        (orphans,) = connection.execute(
            "SELECT count(*) FROM passages WHERE article NOT IN (SELECT row FROM articles)"
        ).fetchone()
        several = connection.execute(
            "SELECT id, min(row) FROM articles GROUP BY id HAVING sum(current) != 1 ORDER BY id"
        ).fetchall()
    if orphans:
        yield Problem("orphans", f"{orphans} passages belong to no article")
    for id_, row in several:
        yield Problem("versions", f"article {id_} has not one current version", row)


def _articles(catalog: Catalog) -> Iterator[Problem]:
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
        except sqlite3.DatabaseError:
            return [Problem("full text", "the full-text index is not that of the passages")]
    if indexed != count:
        return [Problem("full text", f"the full-text index holds {indexed} passages of {count}")]
    return []


def _embedder(catalog: Catalog, embedder: Embedder, notes: list[str]) -> list[Problem]:
    """Check that the embedder gives a few passages the vectors that they have."""
    pids = catalog.pids()
    if not len(pids):
        return []
    pids, vectors = catalog.vectors(pids[np.unique(np.linspace(0, len(pids) - 1, _SAMPLE).astype(int))])
    stored = catalog.passages(pids.tolist())
    articles = catalog.articles_by_row(sorted({item.article_row for item in stored.values()}))
    asked = [n for n, pid in enumerate(pids.tolist()) if not _retitled(articles[stored[pid].article_row])]
    texts = [embedded_text(articles[stored[pid].article_row], stored[pid].passage) for pid in pids[asked].tolist()]
    try:
        again = embedder.embed(texts)
    except EmbedderError as exc:
        notes.append(f"the vectors were not compared with their embedder: {exc}")
        return []
    held = vectors[asked].astype(np.float32)
    alike = again.shape == held.shape and bool(
        ((again * held).sum(axis=1) >= _ALIKE * (again * again).sum(axis=1)).all()
    )
    if alike or not asked:
        return []
    name = embedder.fingerprint
    spec = "default" if name.startswith("static:") else name
    return [Problem("embedder", f"{name} gives other vectors than it gave; re-embed with: dateline reembed {spec}")]


def _retitled(article: Article) -> bool:
    return article.origins.get("title") == "edit"


def _counted(path: Path) -> Report:
    try:
        catalog = Catalog(path)
    except CatalogError:
        return Report()
    try:
        counts = catalog.counts()
        return Report(counts["articles"], counts["versions"], counts["passages"])
    except CatalogError:
        return Report()
    finally:
        catalog.close()


def _short(exc: CatalogError) -> str:
    return str(exc).partition(";")[0]


# --- repair ----------------------------------------------------------------------------------------


def _repair(path: Path, problems: list[Problem], embedder: Embedder | None) -> list[str]:
    """Put right what was found; return what a person should know of it."""
    notes: list[str] = []
    kinds = {problem.kind for problem in problems}
    if "file" in kinds:
        kept, lost = salvage(path)
        notes.append(f"the damaged catalog is kept as {kept}; {lost or 'none'} of its rows could not be read")
    catalog = Catalog(path)
    nearest = Nearest(catalog, path.parent / "chroma")
    try:
        if "file" in kinds:  # what lies in the new one is checked from here on
            problems = [*_versions(catalog), *_articles(catalog)]
        _set_aside(catalog, [problem.row for problem in problems if problem.kind == "article"], notes)
        rows = [problem.row for problem in problems if problem.kind == "passages"]
        if rows:
            embedder = embedder or embedder_of(catalog.meta("embedder"), path.parent)
            for row, article in catalog.articles_by_row(rows).items():
                catalog.replace_passages(row, prepare([article], embedder)[0])
        if kinds - {"chroma", "embedder"}:
            catalog.rebuild_derived()
            nearest.rebuild()
        elif "chroma" in kinds:
            nearest.rebuild()
        return notes
    finally:
        nearest.close()
        catalog.close()


def _set_aside(catalog: Catalog, rows: Sequence[int], notes: list[str]) -> None:
    """Move article versions that are not what was added into files, as far as they can be read."""
    for row in rows:
        record = catalog.raw_article(row)
        target = catalog.path.parent / "set-aside" / f"{record['id']}-{record['version']}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(record, ensure_ascii=False, indent=2), encoding="utf-8")
        catalog.remove_version(row)
        notes.append(f"{record['file']} was set aside as {target}; add the article again from its own file")
