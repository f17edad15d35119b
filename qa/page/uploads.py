"""What a reader hands in, as articles: uploaded files and pasted text, bounded, named by what they hold."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.dates import require_printed
from index.errors import DatelineError, InputError
from index.fields import Given
from index.readers import read_paths, read_stream
from index.records import Article

MOST_FILES = 100
"""Files of one upload."""
MOST_BYTES = 20_000_000
"""Bytes of one file."""
MOST_PASTED = 500_000
"""Characters of pasted text."""
PASTED = "pasted text"
SWEPT = (600, 3600)
"""Every so many seconds, uploads that nobody has added for so many seconds are deleted."""


def given(outlet: str, published: str) -> Given:
    """Return what the reader says of all that is handed in; blank: nothing.

    Raises:
        InputError: the date is none.
    """
    printed = require_printed(published.strip(), "the date") if published.strip() else None
    return Given(" ".join(outlet.split()) or None, printed)


def check_files(paths: list[str], folder: Path) -> list[Path]:
    """Return the uploaded files, each inside the folder for uploads.

    Raises:
        InputError: there are too many, or one lies elsewhere or has been deleted meanwhile.
    """
    if len(paths) > MOST_FILES:
        raise InputError(f"{len(paths)} files at once, the most is {MOST_FILES}; add them in parts")
    files = [Path(path).resolve() for path in paths]
    for file in files:
        if not file.is_relative_to(folder.resolve()):
            raise InputError(f"{file.name} was not uploaded here; choose it again")
        if not file.is_file():
            raise InputError(f"{file.name} was deleted after an hour of waiting; choose it again")
    return files


def articles_of(file: Path) -> Iterator[Article | DatelineError]:
    """Yield the articles of an uploaded file, whose identity is its name with what it holds, and its errors."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    for item in read_paths([file]):
        if isinstance(item, DatelineError):
            yield type(item)(str(item).replace(str(file), file.name))
        else:
            yield replace(item, key=item.key.replace(str(file), f"upload:{digest}/{file.name}"), path="")


def pasted(text: str, title: str) -> Article:
    """Return pasted text as an article; its identity is its URL, else its text.

    Raises:
        InputError: it is blank or too long, or cannot be read.
    """
    if not text.strip():
        raise InputError("the text is blank; paste an article")
    if len(text) > MOST_PASTED:
        raise InputError(f"the text has {len(text)} characters, the most is {MOST_PASTED}; add it as a file")
    article = read_stream(io.BytesIO(text.encode("utf-8", "replace")))
    article = replace(article, file=PASTED, path="")
    if title.strip():
        origins = {**article.origins, "title": "flag"}
        article = replace(article, title=" ".join(title.split()), origins=origins)
    return article
