"""Whether a library is as it should be, and repair."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from index.catalog import FILE, Catalog
from index.checks import Problem, of_articles, of_versions, problems
from index.embed import Embedder, default_embedder
from index.embedders import embedder_of
from index.errors import CatalogError, no_library
from index.lock import write_lock
from index.nearest import Nearest
from index.prepare import prepare
from index.salvage import salvage


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
        found = problems(path, embedder, writable, notes)
        if not repair or not found:
            return replace(_counted(path), problems=tuple(p.text for p in found), notes=tuple(notes))
        notes, lost = _repair(path, found, embedder)
        left = tuple(problem.text for problem in [*lost, *problems(path, embedder, writable, notes)])
        repaired = tuple(problem.text for problem in found if problem.text not in left)
        return replace(_counted(path), problems=left, repaired=repaired, notes=tuple(notes))


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


def _repair(path: Path, found: list[Problem], embedder: Embedder | None) -> tuple[list[str], list[Problem]]:
    """Put right what was found; return what a person should know of it, and what is lost."""
    notes: list[str] = []
    lost: list[Problem] = []
    kinds = {problem.kind for problem in found}
    if "file" in kinds:
        kept, gone = salvage(path)
        notes.append(f"the damaged catalog is kept as {kept}")
        lost = [Problem("lost", f"articles of {place} could not be read; add it again") for place in gone]
    catalog = Catalog(path)
    nearest = Nearest(catalog, path.parent / "chroma")
    try:
        if "file" in kinds and not catalog.meta("embedder"):  # the page that said so was lost: tried out next
            catalog.set_meta(embedder=(embedder or default_embedder()).fingerprint)
        if "file" in kinds:  # what lies in the new one is checked from here on
            found = [*of_versions(catalog), *of_articles(catalog)]
        _set_aside(catalog, [problem.row for problem in found if problem.kind == "article"], notes)
        rows = [problem.row for problem in found if problem.kind == "passages"]
        if rows:
            embedder = embedder or embedder_of(catalog.meta("embedder"), path.parent)
            for row, article in catalog.articles_by_row(rows).items():
                catalog.replace_passages(row, prepare([article], embedder)[0])
        if kinds - {"chroma", "embedder"}:
            catalog.rebuild_derived()
            nearest.rebuild()
        elif "chroma" in kinds:
            nearest.rebuild()
        return notes, lost
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
