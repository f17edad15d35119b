"""Which cases are asked, and of which library: what the commands that measure have in common."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.cases import CASES, check_against, read_cases, read_texts
from eval.options import Half
from eval.records import Case, Text
from eval.runner import code_digest
from index.dates import require_date
from index.errors import InputError
from index.library import Index
from index.readers import read_paths
from index.records import Article
from qa.samples import FOLDER


def choose_cases(
    paths: Sequence[Path], *, half: Half = Half.ALL, limit: int | None = None, as_of: str | None = None
) -> list[Case]:
    """Return the cases of these files that can be scored, in order; without files, the shipped ones.

    `as_of`: all are asked as of this day. An id in two files: the second is told by its file.

    Raises:
        InputError: a file cannot be read, or nothing is left.
    """
    chosen = [case for path in paths or [CASES] for case in read_cases(path) if in_half(case.id, half)]
    chosen = [case for case in chosen if case.scored][:limit]
    if as_of:
        day = require_date(as_of, "--as-of")
        chosen = [replace(case, as_of=day) for case in chosen]
    if not chosen:
        raise InputError(f"no case is left of {', '.join(map(str, paths))}; give others, or another --half")
    return chosen


def choose_answerable(path: Path, half: Half = Half.ALL) -> list[Case]:
    """Return the cases of a file whose answer is known to be in the articles.

    Raises:
        InputError: the file cannot be read, or no case of it can be scored.
    """
    return [case for case in choose_cases([path], half=half) if case.answerable]


@contextmanager
def library_for(paths: Sequence[Path], library: Path | None) -> Iterator[Path]:
    """Yield the folder of the library to ask; without one, one is made for the while.

    It is made of the articles that the files of cases bring along (SQuAD, RAMDocs, LabelledRagDataset), or of
    the shipped samples, to which the shipped cases belong.

    Raises:
        InputError: none is given, and the files bring no articles.
    """
    if library is not None:
        Index.open(library).close()
        yield library
        return
    articles: list[Any] = [_article(text) for path in paths for text in read_texts(path)]
    if not articles:
        if paths and [path.resolve() for path in paths] != [CASES.resolve()]:
            raise InputError(f"{paths[0]} brings no articles along; name their library: --library DIR")
        articles = list(read_paths([FOLDER]))
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder:
        with Index.open(folder, create=True) as index:
            index.add(articles)
        yield Path(folder)


def articles_without(paths: Sequence[Path], without: Sequence[Path]) -> list[Article]:
    """Return the articles of some files but those that, by URL or text, are in others too."""
    left = [item for item in read_paths(without) if isinstance(item, Article)]
    keys, texts = {article.key for article in left}, {article.text for article in left}
    return [
        item
        for item in read_paths(paths)
        if isinstance(item, Article) and item.key not in keys and item.text not in texts
    ]


def check_cases(cases: Sequence[Case], library: Path) -> None:
    """Make sure that every case can be scored in this library, as `eval.cases.check_against`."""
    with Index.open(library) as index:
        check_against(cases, index)


def facts(paths: Sequence[Path], library: Path, **more: Any) -> dict[str, Any]:
    """Return what a run was made of: digests of cases and code, the library's size, the version."""
    with Index.open(library) as index:
        counts = index.catalog.counts()
    return {
        "dateline": version("dateline-qa"),
        "code": code_digest()[:16],
        "cases": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths or [CASES]},
        "library": {"articles": counts["articles"], "passages": counts["passages"]},
        **{name: value for name, value in more.items() if value is not None},
    }


def _article(text: Text) -> Article:
    day = require_date(text.published, text.id) if text.published else None
    return Article(
        key=text.id, text=text.text, title=text.title, outlet=text.outlet, published=day, file=text.id
    )  # fmt: skip


def in_half(id_: str, half: Half) -> bool:
    """Tell whether the last digit of an id is of this half; an id without one is of neither."""
    if half is Half.ALL:
        return True
    return id_[-1:].isdigit() and int(id_[-1]) % 2 == (half is Half.ODD)
