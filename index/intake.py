"""Articles on their way into a library: what is new, cut and embedded, batch by batch into catalog and Chroma."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index.catalog import Catalog
from index.embed import Embedder, default_embedder
from index.embedders import changed
from index.errors import DatelineError, InputError, VectorStoreError, WorkerError
from index.fields import checked
from index.nearest import Nearest
from index.prepare import prepare
from index.records import Article
from index.stored import Prepared
from index.versions import Version, is_new, returns, version_of
from index.workers import Pool

_BATCH = 24
"""Articles in one task of a worker and in one transaction."""
_BATCH_SECONDS = 120.0
"""Time for one batch; when it is up, each of its articles is tried alone."""
_ARTICLE_SECONDS = 20.0
_PREPARE = "index.prepare:prepare"
_BY_HAND = ("outlet", "author", "published")
"""What holds from one version of a file to the next where its reader gave it by hand; a title may be corrected."""


@dataclass(slots=True)
class Added:
    """What came of an `add`, in articles; `undated` are those of the new and updated ones.

    `skipped` holds the errors of those that could not be added.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    passages: int = 0
    skipped: list[DatelineError] = field(default_factory=list)
    undated: int = 0
    ids: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Return how many articles were dealt with, skipped ones not counted."""
        return self.new + self.updated + self.unchanged


class Intake:
    """One `add`: takes articles in and counts what came of them."""

    def __init__(self, folder: Path, catalog: Catalog, nearest: Nearest, embedder: Embedder) -> None:
        self.added = Added()
        self._folder = folder
        self._catalog = catalog
        self._nearest = nearest
        self._embedder = embedder

    def fresh(self, articles: Iterable[Article | DatelineError]) -> Iterator[list[Article]]:
        """Yield batches of what is new; at last what is back: a version that was there before, and is current again."""
        batch: list[Article] = []
        coming: dict[str, list[Version]] = {}
        back: dict[str, Article] = {}
        unchanged: list[Article] = []
        for given in articles:
            article = _usable(given)
            if isinstance(article, DatelineError):
                self.added.skipped.append(article)
                continue
            version = version_of(article)
            arrived = self._catalog.arrived(article.id) + coming.get(article.id, [])
            back.pop(article.id, None)
            if arrived and is_new(arrived, version):
                article = self._with_what_was_given(article, arrived)
                version = version_of(article)
            if is_new(arrived, version):
                coming.setdefault(article.id, []).append(version)
                batch.append(replace(article, version=1))
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
            else:
                self.added.unchanged += 1
                unchanged.append(replace(article, text=""))
                if returns(arrived, version):  # unless another version follows, as in a file that holds both
                    back[article.id] = article
        self.added.unchanged -= len(back)
        batch += (replace(article, version=1) for article in back.values())
        for start in range(0, len(batch), _BATCH):
            yield batch[start : start + _BATCH]
        if unchanged:
            self._catalog.remember_sources(unchanged)  # last: one that comes twice is in the library only now

    def _with_what_was_given(self, article: Article, arrived: Sequence[Version]) -> Article:
        """Return a new version with what its reader gave by hand of the one before, for its file does not say it.

        What was given as a flag holds where the new version lacks it, what was put right with `edit` always; without
        the latter, it may be the version that the edit was made of.
        """
        try:
            before = self._catalog.get(article.id)
        except InputError:  # only coming yet
            return article
        given, now = before.origins, article.origins
        lacking = [name for name in _BY_HAND if given.get(name) == "flag" and getattr(article, name) is None]
        flagged = _taken(article, before, lacking)
        if not is_new(arrived, version_of(flagged)):
            return flagged
        edits = [name for name in _BY_HAND if given.get(name) == "edit" and now.get(name) != "flag"]
        return _taken(flagged, before, edits)

    def prepared(self, batches: Iterator[list[Article]], jobs: int) -> Generator[list[Prepared], None, None]:
        """Yield each batch cut into passages and embedded, in `jobs` processes."""
        if jobs > 1 and self._embedder is default_embedder():
            with Pool(jobs) as pool:
                for batch, result in pool.map(_PREPARE, batches, _BATCH_SECONDS):
                    if isinstance(result, WorkerError):
                        yield from _one_by_one(pool, batch, self.added)
                    elif isinstance(result, DatelineError):
                        raise result
                    else:
                        yield result
        else:
            for batch in batches:
                yield prepare(batch, self._embedder)

    def store(self, batch: list[Prepared]) -> None:
        """Put a batch into the catalog, in one transaction, and into Chroma."""
        vectors = np.vstack([item.vectors for item in batch])
        if len(vectors) and (held := self._catalog.dimensions) not in (0, vectors.shape[1]):
            raise changed(self._embedder.fingerprint, held, vectors.shape[1], self._folder)
        stored = self._catalog.store(batch)
        self.added.undated += sum(item.article.published is None for item in batch)
        for item in stored:
            self.added.new += item.version == 1
            self.added.updated += item.version > 1
            self.added.passages += len(item.pids)
            self.added.ids.append(item.id)
        try:
            self._nearest.add(np.concatenate([item.pids for item in stored]), vectors)
        except VectorStoreError as exc:
            raise VectorStoreError(f"{exc} (the articles themselves are safely in the catalog)") from exc


def _one_by_one(pool: Pool, batch: Sequence[Article], added: Added) -> Iterator[list[Prepared]]:
    """Yield the articles of a batch that failed as a whole, each alone; the one that fails again is skipped."""
    for (article,), result in pool.map(_PREPARE, ([article] for article in batch), _ARTICLE_SECONDS):
        if isinstance(result, WorkerError):
            where = article.file or article.key
            added.skipped.append(WorkerError(f"{where}: cannot be cut into passages: {result}; split the article"))
        elif isinstance(result, DatelineError):
            raise result
        else:
            yield result


def _usable(item: Article | DatelineError) -> Article | DatelineError:
    try:
        return item if isinstance(item, DatelineError) else checked(item)
    except InputError as exc:
        return exc


def _taken(article: Article, before: Article, names: Sequence[str]) -> Article:
    """Return an article with these fields, and where they came from, taken from the version before."""
    values = {name: getattr(before, name) for name in names}
    if "published" in values:
        values |= {"published_precision": before.published_precision, "published_at": None}
    return replace(article, **values, origins={**article.origins, **{name: before.origins[name] for name in names}})
