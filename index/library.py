"""A library: one folder with its catalog, its vectors and its lock, behind one object."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from index.catalog import Catalog, Prepared
from index.dates import parse_date, require_date
from index.embed import Embedder, default_embedder
from index.errors import (
    DatelineError,
    EmbedderError,
    InputError,
    LibraryError,
    NoLibraryError,
    VectorStoreError,
    WorkerError,
)
from index.lock import write_lock
from index.nearest import Nearest
from index.prepare import prepare
from index.records import Article, Evidence, Excluded
from index.scope import Scope
from index.search import Searcher
from index.workers import Pool

Day = str | date | datetime | None
"""A day as callers may give it: a date, a datetime, "2016-03-28", "28 March 2016", "March 2016"."""

_BATCH = 24
"""Articles in one task of a worker and in one transaction."""
_BATCH_SECONDS = 120.0
_CATALOG = "catalog.sqlite"


@dataclass(slots=True)
class Added:
    """What came of an `add`, in articles; `skipped` holds the errors of those that could not be added."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    passages: int = 0
    skipped: list[DatelineError] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Return how many articles were dealt with, skipped ones not counted."""
        return self.new + self.updated + self.unchanged


class Index:
    """Articles in, ranked passages out; any number of readers, one writer at a time.

    Open one with `Index.open`; close it, or use it as a context manager.
    """

    def __init__(self, folder: Path, catalog: Catalog, embedder: Embedder) -> None:
        self.folder = folder
        self.catalog = catalog
        self._embedder = embedder
        self._nearest = Nearest(catalog, folder / "chroma")
        self._searcher = Searcher(catalog, self._nearest, embedder)

    @classmethod
    def open(cls, folder: str | Path, *, create: bool = False, embedder: Embedder | None = None) -> Index:
        """Open the library in a folder; `create` makes it where there is none.

        Raises:
            NoLibraryError: there is none.
            LibraryError: it cannot be read, or is of a newer Dateline.
            EmbedderError: it was embedded with another model.
        """
        folder = Path(folder).expanduser()
        path = folder / _CATALOG
        if not path.exists():
            if not create:
                raise NoLibraryError(f"no library at {folder}; make one with: dateline add ARTICLES --library {folder}")
            _make(folder)
        embedder = embedder or default_embedder()
        catalog = Catalog(path, create=create)
        _check_embedder(catalog, embedder, create=create)
        return cls(folder, catalog, embedder)

    def add(
        self,
        articles: Iterable[Article | DatelineError],
        jobs: int = 1,
        progress: Callable[[Added], None] | None = None,
    ) -> Added:
        """Add articles and new versions of them; those that were added before, unchanged, are no work.

        What the iterable yields as an error is counted as skipped. `progress` is called after each batch is
        safely stored, with the counts so far. `jobs` above 1 splits and embeds in that many processes.

        Raises:
            LibraryBusyError: another process is writing.
        """
        added = Added()
        with write_lock(self.folder):
            self.catalog.sign_all()
            for stored in self._prepared(self._fresh(articles, added), jobs, added):
                self._store(stored, added)
                if progress is not None:
                    progress(added)
            if not self._nearest.in_step:
                self._nearest.settle()
        return added

    def prune(self, paths: Sequence[str | Path]) -> list[Article]:
        """Remove the articles whose files in these folders are gone, unless another file holds them; return them.

        Raises:
            InputError: a path is missing, or is an empty folder, as an unmounted disk is; nothing is removed then.
        """
        folders = [prunable(path) for path in paths]
        with write_lock(self.folder):
            known = (path for folder in folders for path in self.catalog.sources_under(str(folder)))
            gone = [path for path in dict.fromkeys(known) if _is_gone(path)]
            pruned = [self.catalog.get(article_id) for article_id in self.catalog.only_from(gone)]
            if pruned:
                self.catalog.remove([article.id for article in pruned])
                self._nearest.settle()
            self.catalog.forget_sources(gone)  # last: stopped before, the next one does the same
        return pruned

    def remove(self, ids: Sequence[str]) -> int:
        """Remove articles, all versions, everywhere; return how many passages went.

        Raises:
            InputError: one of them is not in the library; nothing is removed then.
        """
        with write_lock(self.folder):
            gone = self.catalog.remove(ids)
            self._nearest.settle()
        return len(gone)

    def edit(
        self, article_id: str, *, published: Day = None, outlet: str | None = None, title: str | None = None
    ) -> Article:
        """Correct what is known about the current version of an article; return it.

        Raises:
            InputError: no such article, nothing to change, or a date that is none.
        """
        changes: dict[str, Any] = {}
        if published is not None:
            changes["published"] = require_date(published, "published")
        for name, value in (("outlet", outlet), ("title", title)):
            if value is not None:
                if not value.strip():
                    raise InputError(f"the new {name} is blank; give one or leave it as it is")
                changes[name] = " ".join(value.split())
        if not changes:
            raise InputError("nothing to change; give --published, --outlet or --title")
        with write_lock(self.folder):
            return self.catalog.edit(article_id, **changes)

    def search(
        self,
        question: str,
        *,
        as_of: Day = None,
        since: Day = None,
        outlets: Sequence[str] | None = None,
        k: int = 20,
    ) -> list[Evidence]:
        """Return the k best passages for a question, best first, each at most 150 words.

        Raises:
            InputError: the question is blank, k is below 1, or a date is none.
        """
        if not question.strip():
            raise InputError("the question is blank; ask one")
        if k < 1:
            raise InputError(f"k is {k}; ask for at least one passage")
        return self._searcher.search(question, scope_of(as_of, since, outlets), k)

    def excluded(self, scope: Scope) -> Excluded:
        """Return how many articles a scope leaves out, and why."""
        return scope.excluded(self._searcher.table())

    def get(self, article_id: str, version: int | None = None) -> Article:
        """Return one version of an article; None: the current one.

        Raises:
            InputError: there is no such article or version.
        """
        return self.catalog.get(article_id, version)

    def articles(self, *, with_text: bool = True) -> Iterator[Article]:
        """Yield the current version of each article, by date, undated last; without text on demand."""
        return self.catalog.articles(with_text=with_text)

    @property
    def searcher(self) -> Searcher:
        """Return what searches, for measuring and fitting."""
        return self._searcher

    @property
    def nearest(self) -> Nearest:
        """Return what finds the nearest vectors, for measuring and repair."""
        return self._nearest

    def close(self) -> None:
        """Let go of all files."""
        self._nearest.close()
        self.catalog.close()

    def __enter__(self) -> Index:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def __repr__(self) -> str:
        """Name the folder and count what is in it."""
        counts = self.catalog.counts()
        return f"Index({str(self.folder)!r}, {counts['articles']} articles, {counts['passages']} passages)"

    def _fresh(self, articles: Iterable[Article | DatelineError], added: Added) -> Iterator[list[Article]]:
        """Yield batches of what is new, each article at most once with the same content."""
        batch: list[Article] = []
        unchanged: list[Article] = []
        seen: set[tuple[str, str]] = set()
        for article in articles:
            if isinstance(article, DatelineError):
                added.skipped.append(article)
            elif (mark := (article.id, article.sha256)) in seen or self.catalog.has(article):
                added.unchanged += 1
                unchanged.append(replace(article, text=""))
            else:
                seen.add(mark)
                batch.append(replace(article, version=1))
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch
        self.catalog.add_sources(unchanged)  # last: one that comes twice is in the library only now

    def _prepared(self, batches: Iterator[list[Article]], jobs: int, added: Added) -> Iterator[list[Prepared]]:
        if jobs > 1 and self._embedder is default_embedder():
            with Pool(jobs) as pool:
                for result in pool.map("index.prepare:prepare", batches, _BATCH_SECONDS):
                    if isinstance(result, WorkerError):
                        added.skipped.append(result)
                    elif isinstance(result, DatelineError):
                        raise result
                    else:
                        yield result
        else:
            for batch in batches:
                yield prepare(batch, self._embedder)

    def _store(self, batch: list[Prepared], added: Added) -> None:
        stored = self.catalog.store(batch)
        for item in stored:
            added.new += item.version == 1
            added.updated += item.version > 1
            added.passages += len(item.pids)
            added.ids.append(item.id)
        try:
            self._nearest.add(
                np.concatenate([item.pids for item in stored]), np.vstack([item.vectors for item in stored])
            )
        except VectorStoreError as exc:
            raise VectorStoreError(f"{exc} (the articles themselves are safely in the catalog)") from exc


def prunable(path: str | Path) -> Path:
    """Return the resolved path under which files that are gone may be pruned.

    Raises:
        InputError: it is missing, or an empty folder.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; nothing was pruned: check the path, or that it is mounted")
    if path.is_dir() and not any(path.iterdir()):
        raise InputError(
            f"{path}: the folder is empty; nothing was pruned: check that it is mounted, or use: dateline remove"
        )
    return path.resolve()


def scope_of(as_of: Day, since: Day, outlets: Sequence[str] | None) -> Scope:
    """Return the scope that callers' values describe.

    Raises:
        InputError: a date is none, since is after as_of, or an outlet is blank.
    """
    end = require_date(as_of, "as_of") if as_of is not None else None
    start = _first_day(since)
    if start and end and start > end:
        raise InputError(f"since ({start}) is after as_of ({end}); swap them or leave one out")
    named = (outlets,) if isinstance(outlets, str) else tuple(outlets or ())
    if any(not outlet.strip() for outlet in named):
        raise InputError("an outlet is blank; name it or leave it out")
    return Scope(end, start, tuple(outlet.strip() for outlet in named))


def _first_day(since: Day) -> date | None:
    """Return the day that `since` begins with: of a month or a year, its first."""
    if since is None:
        return None
    day = require_date(since, "since")
    printed = parse_date(since) if isinstance(since, str) else None
    if printed is None or printed.precision == "day":
        return day
    return day.replace(day=1) if printed.precision == "month" else day.replace(month=1, day=1)


def _is_gone(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # it cannot be told: a folder without permission
    return False


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise LibraryError(f"{folder} cannot be made ({exc.strerror}); give another --library folder") from exc
    strangers = [path.name for path in folder.iterdir() if path.name not in ("chroma", "write.lock", "writer.json")]
    if strangers:
        raise LibraryError(
            f"{folder} is not empty and not a library (it holds {sorted(strangers)[0]}); give a new folder"
        )


def _check_embedder(catalog: Catalog, embedder: Embedder, *, create: bool) -> None:
    held = catalog.meta("embedder")
    if not held and create:
        catalog.set_meta(embedder=embedder.fingerprint)
    elif held != embedder.fingerprint:
        catalog.close()
        raise EmbedderError(
            f"{catalog.path.parent} was embedded with {held or 'another model'}, not {embedder.fingerprint}; "
            "add the articles to a new library, or use the Dateline that made this one"
        )
