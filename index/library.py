"""A library: one folder with its catalog, its vectors and its lock, behind one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.catalog import FILE, Catalog
from index.closing import Closing
from index.dates import require_date, require_printed
from index.embed import Embedder, default_embedder
from index.embedders import another, as_embedder, embedder_of, for_questions
from index.errors import (
    DatelineError,
    EmbedderError,
    InputError,
    LibraryError,
    no_library,
)
from index.files import expanded
from index.intake import Added, Intake
from index.lock import write_lock
from index.nearest import Nearest
from index.records import Article, Evidence, Excluded
from index.reembed import reembed
from index.scope import Day, Scope, scope_of
from index.search import Searcher
from index.verify import Report, verify

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from index.retriever import PassageRetriever


class Index(Closing):
    """Articles in, ranked passages out; any number of readers, one writer at a time.

    Open one with `Index.open`; close it, or use it as a context manager.
    """

    def __init__(self, folder: Path, catalog: Catalog, embedder: Embedder) -> None:
        self.folder = folder
        self.catalog = catalog
        self._embedder = embedder
        self._nearest = Nearest(catalog, folder / "chroma")
        self._searcher = Searcher(catalog, self._nearest, for_questions(embedder))

    @classmethod
    def open(
        cls, folder: str | Path, *, create: bool = False, embedder: Embedder | BaseEmbedding | str | None = None
    ) -> Index:
        """Open the library in a folder; `create` makes it where there is none.

        `embedder` is one, the name of one (default, openai:MODEL, ollama:MODEL, huggingface:MODEL), or an
        embedding of LlamaIndex; None: the one that the library remembers, for a new library the shipped one.

        Raises:
            NoLibraryError: there is none.
            LibraryError: it cannot be read, or is of a newer Dateline.
            EmbedderError: it was embedded with another than the one given.
        """
        folder = expanded(folder)
        path = folder / FILE
        given = None if embedder is None else as_embedder(embedder)
        if not path.exists():
            if not create:
                raise no_library(folder)
            _make(folder)
        catalog = Catalog(path, create=create)
        try:
            return cls(folder, catalog, _embedder(catalog, given, create=create))
        except EmbedderError:
            catalog.close()
            raise

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
        with self._writing():
            intake = Intake(self.folder, self.catalog, self._nearest, self._embedder)
            with closing(intake.prepared(intake.fresh(articles), jobs)) as batches:
                for batch in batches:
                    intake.store(batch)
                    if progress is not None:
                        progress(intake.added)
            self.catalog.cluster_all()
        return intake.added

    def prune(self, paths: Sequence[str | Path]) -> list[Article]:
        """Remove the articles whose files in these folders are gone, unless another file holds them; return them.

        Raises:
            InputError: a path is missing, or is a folder without files, as an unmounted disk is; nothing is removed.
        """
        with self._writing():
            return self.catalog.prune(paths)

    def remove(self, ids: Sequence[str]) -> int:
        """Remove articles, all versions, everywhere; return how many passages went.

        Raises:
            InputError: one of them is not in the library; nothing is removed then.
        """
        with self._writing():
            return len(self.catalog.remove(ids))

    def edit(
        self,
        article_id: str,
        *,
        published: Day = None,
        outlet: str | None = None,
        title: str | None = None,
        author: str | None = None,
    ) -> Article:
        """Correct what is known about the current version of an article; return it.

        Raises:
            InputError: no such article, nothing to change, or a date that is none.
        """
        changes: dict[str, Any] = {}
        if published is not None:
            printed = require_printed(published, "published")
            changes |= {"published": printed.day, "published_precision": printed.precision}
        for name, value in (("outlet", outlet), ("title", title), ("author", author)):
            if value is not None:
                if not value.strip():
                    raise InputError(f"the new {name} is blank; give one or leave it as it is")
                changes[name] = " ".join(value.split())
        if not changes:
            raise InputError("nothing to change; give --published, --outlet, --title or --author")
        with self._writing():
            return self.catalog.edit(article_id, **changes)

    def search(
        self,
        question: str,
        *,
        as_of: Day = None,
        since: Day = None,
        outlets: Sequence[str] | None = None,
        until: Day = None,
        k: int = 20,
    ) -> list[Evidence]:
        """Return the k best passages for a question, best first, each at most 150 words.

        `as_of` shows each article as it was on that day; `until` only leaves out what was published later.

        Raises:
            InputError: the question is blank, k is below 1, or a date is none.
        """
        if not question.strip():
            raise InputError("the question is blank; ask one")
        _check(k)
        scope = replace(scope_of(as_of, since, outlets), until=require_date(until, "until") if until else None)
        while True:
            self._follow_embedder()
            used = self._embedder.fingerprint
            try:
                found = self._searcher.search(question, scope, k)
            except EmbedderError:
                if self.catalog.meta("embedder") == used:
                    raise
                continue
            if self.catalog.meta("embedder") == used:  # not switched over in the middle of it
                return found

    @property
    def passages(self) -> int:
        """Return how many passages there are, all versions counted."""
        return len(self._searcher.table().pids)

    def excluded(self, scope: Scope) -> Excluded:
        """Return how many articles a scope leaves out, and why."""
        return scope.excluded(self._searcher.table())

    def newest(self, scope: Scope) -> date | None:
        """Return the day of the newest article in a scope, or None: none there is dated."""
        return scope.newest(self._searcher.table())

    def get(self, article_id: str, version: int | None = None, *, as_of: date | None = None) -> Article:
        """Return one version of an article; None: the current one, or the one that was to be read on `as_of`.

        Raises:
            InputError: there is no such article or version.
        """
        if version is None and as_of is not None:
            begun = [one for one in self.versions(article_id) if one.visible_from and one.visible_from <= as_of]
            if not begun:
                raise InputError(f"no version of the article {article_id} was to be read on {as_of}; give a later day")
            version = begun[-1].version
        return self.catalog.get(article_id, version)

    def versions(self, article_id: str) -> list[Article]:
        """Return all versions of an article as they followed one another, the current one last; none: no article."""
        return self.catalog.versions(article_id)

    def copies(self, article: Article) -> list[Article]:
        """Return the current versions of other articles that print the same report as this version of one."""
        return self.catalog.copies_of(article)

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

    def as_retriever(
        self, *, k: int = 20, as_of: Day = None, since: Day = None, outlets: Sequence[str] | None = None
    ) -> PassageRetriever:
        """Return the search as a retriever of LlamaIndex; each node is a passage with its facts and its score.

        Raises:
            InputError: k is below 1, or the scope is not one.
        """
        from index.retriever import PassageRetriever  # a second: only for those who use LlamaIndex

        _check(k)
        scope_of(as_of, since, outlets)
        return PassageRetriever(lambda question: self.search(question, as_of=as_of, since=since, outlets=outlets, k=k))

    def reembed(
        self, embedder: Embedder | BaseEmbedding | str, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Embed all passages with another embedder, then switch over; return how many were embedded.

        A run that was stopped goes on where it was. Readers find by the old vectors until the switch, by the
        new ones after it. `progress` is told the passages done so far, and all of them.

        Raises:
            LibraryBusyError: another process is writing.
            EmbedderError: the embedder fails; what it made is kept for the next run.
        """
        with self._writing(follow=False):
            new = as_embedder(embedder)

            def settle() -> None:
                self._use(new)
                self._nearest.rebuild()

            return reembed(self.catalog, new, settle, progress)

    def verify(self, *, repair: bool = False) -> Report:
        """Check what is stored against its hashes, spans, full-text index and vectors; `repair` puts it right.

        No other thread may use this object during a repair.

        Raises:
            LibraryBusyError: another process is writing.
        """
        self._nearest.close()
        if repair:
            self.catalog.close()  # another file may take its place
        return verify(self.folder, repair=repair, embedder=self._embedder)

    def close(self) -> None:
        """Let go of all files."""
        self._nearest.close()
        self.catalog.close()

    def __repr__(self) -> str:
        """Name the folder and count what is in it."""
        counts = self.catalog.counts()
        return f"Index({str(self.folder)!r}, {counts['articles']} articles, {counts['passages']} passages)"

    @contextmanager
    def _writing(self, *, follow: bool = True) -> Iterator[None]:
        """Hold the write lock; bring Chroma in step at the end, or let go of it if the block raises."""
        with write_lock(self.folder):
            try:
                if follow:
                    self._follow_embedder()
                yield
                if not self._nearest.in_step:
                    self._nearest.settle()
            except BaseException:
                self._nearest.close()
                raise

    def _follow_embedder(self) -> None:
        """Take up the embedder that the library has now, if another process has re-embedded it."""
        if self.catalog.meta("embedder") != self._embedder.fingerprint:
            self._use(_embedder(self.catalog, None, create=False))

    def _use(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._searcher = Searcher(self.catalog, self._nearest, for_questions(embedder), self._searcher.ranking)


def _check(k: int) -> None:
    if k < 1:
        raise InputError(f"k is {k}; ask for at least one passage")


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


def _embedder(catalog: Catalog, given: Embedder | None, *, create: bool) -> Embedder:
    """Return the embedder to use: the one given, else the one that the library remembers.

    Raises:
        EmbedderError: the library was embedded with another than the one given.
    """
    held = catalog.meta("embedder")
    if create and (not held or (given is not None and not catalog.dimensions)):  # nothing is embedded yet
        given = given or default_embedder()
        catalog.set_meta(embedder=given.fingerprint)
        return given
    if given is None:
        return embedder_of(held, catalog.path.parent)
    if given.fingerprint != held:
        raise another(held, given.fingerprint, catalog.path.parent)
    return given
