"""Readers: files → articles. One row a format; what cannot be read is skipped with a sentence that says why."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, NamedTuple

from index import docx, html, pdf
from index.catalog import FILE
from index.document import Document
from index.errors import ReadError, WorkerError
from index.fields import ALIASES, article_from_fields, clean, dated
from index.files import MAX_BYTES, bounded, bytes_of, decode, place_of, storable
from index.headers import Headers, read_headers, split_front_matter
from index.records import Article
from index.rows import parse_json, read_csv, read_json, read_json_lines
from index.workers import Worker

log = logging.getLogger(__name__)

STANDARD_INPUT = "standard input"
"""What an article that came without a file is called."""
_MOST_ERRORS = 1000
"""Errors that are told of one file; the others are counted."""
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|h1|p)\b", re.I | re.S
)


class Reader(NamedTuple):
    """A format: the endings of its file names and what turns such a file into articles."""

    suffixes: tuple[str, ...]
    read: Callable[[Path, Worker], Iterator[Article | ReadError]]


class Extractor(NamedTuple):
    """A format that a worker process takes apart: the function that does, what to call it, and its limits."""

    task: str
    noun: str
    max_bytes: int
    seconds: float

    def article(self, data: bytes, where: str, key: str, file: str, worker: Worker) -> Article:
        """Return the article in the data, its header lines read.

        Raises:
            ReadError: there is none, or it took too long.
        """
        if not data.strip():
            raise ReadError(f"{where}: the file is empty; save the {self.noun} again")
        try:
            found: Document = worker.call(self.task, data, where, seconds=self.seconds)
        except WorkerError as exc:
            raise ReadError(f"{where}: the {self.noun} could not be read: {exc}; save the article as text") from exc
        return _article_of(found, where, key, file)

    def read(self, path: Path, worker: Worker) -> Iterator[Article | ReadError]:
        """Yield the article in the file."""
        yield self.article(bytes_of(path, self.max_bytes), str(path), place_of(path), storable(path.name), worker)


_HTML = Extractor("index.html:extract", "page", html.MAX_BYTES, html.SECONDS)
_PDF = Extractor("index.pdf:extract", "PDF", pdf.MAX_BYTES, pdf.SECONDS)
_DOCX = Extractor("index.docx:extract", "document", docx.MAX_BYTES, docx.SECONDS)


def read_paths(paths: Iterable[str | Path]) -> Iterator[Article | ReadError]:
    """Yield the articles under `paths` (files and folders, in name order), and an error for each one skipped."""
    worker = Worker()
    try:
        for path in paths:
            yield from _read_path(path, worker)
    finally:
        worker.close()


def suffixes() -> tuple[str, ...]:
    """Return the endings that can be read, in the order of the table."""
    return tuple(suffix for reader in READERS for suffix in reader.suffixes)


def _read_path(path: str | Path, worker: Worker) -> Iterator[Article | ReadError]:
    if "://" in str(path):
        yield ReadError(f"{path}: a URL cannot be added; save the page as .html and add the file")
        return
    path = Path(path)
    if path.is_dir():
        yield from _read_folder(path, worker)
    elif not path.exists():
        yield ReadError(f"{path}: no such file or folder; check the path")
    elif reader := _reader_of(path):
        yield from _read_file(path, reader, worker)
    else:
        ending = f"{path.suffix} files" if path.suffix else "a file without an ending"
        yield ReadError(f"{path}: cannot read {ending}; give one of {', '.join(suffixes())}")


def _read_folder(folder: Path, worker: Worker) -> Iterator[Article | ReadError]:
    """Read every file of a known format below the folder.

    Hidden ones, links that lead out, and the files of a library are left alone.
    """
    root = place_of(folder)
    found = 0
    for parent, folders, names in os.walk(folder):
        if FILE in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            reader = _reader_of(path)
            if name.startswith(".") or reader is None or not Path(place_of(path)).is_relative_to(root):
                continue
            found += 1
            yield from _read_file(path, reader, worker)
    if not found:
        yield ReadError(f"{folder}: nothing readable in this folder; put in files ending in {', '.join(suffixes())}")


def _read_file(path: Path, reader: Reader, worker: Worker) -> Iterator[Article | ReadError]:
    """Yield what is in a file; whatever is wrong with it is an error of its own, the first of many and a count."""
    place = place_of(path)
    source = place if os.path.lexists(place) else ""  # a name that is not UTF-8: not to be pruned for not being found
    wrong = 0
    for item in _read_safely(path, reader, worker):
        if isinstance(item, Article):
            yield replace(item, path=source)
            continue
        wrong += 1
        if wrong <= _MOST_ERRORS:
            yield item
    if wrong > _MOST_ERRORS:
        yield ReadError(f"{path}: {wrong - _MOST_ERRORS:,} more like these; mend them and add the file again")


def _read_safely(path: Path, reader: Reader, worker: Worker) -> Iterator[Article | ReadError]:
    if path.exists() and not path.is_file():
        yield ReadError(f"{path}: a pipe or a device, not a file; give its content on standard input: dateline add -")
        return
    try:
        yield from reader.read(path, worker)
    except ReadError as exc:
        yield exc
    except OSError as exc:
        yield ReadError(f"{path}: cannot be opened ({exc.strerror or exc}); check its permissions")
    except Exception as exc:  # of one file among many: the others are still to be read
        log.debug("%s", path, exc_info=True)
        yield ReadError(f"{path}: cannot be read ({type(exc).__name__}: {exc}); save the article as plain text")


def _reader_of(path: Path) -> Reader | None:
    name = path.name.lower()
    return next((reader for reader in READERS if name.endswith(reader.suffixes)), None)


def read_stream(stream: IO[bytes]) -> Article:
    """Return the one article in a stream: PDF, .docx, HTML, JSON, Markdown or text, told by what it holds.

    Its identity is its URL, else its text.

    Raises:
        ReadError: it cannot be read, or holds several.
    """
    where = STANDARD_INPUT
    data = bounded(stream, max(MAX_BYTES, pdf.MAX_BYTES), where)
    worker = Worker()
    try:
        article = _recognised(data, where, worker)
    finally:
        worker.close()
    if article.key != where:
        return article
    return replace(article, key=f"text:{hashlib.sha256(article.text.encode()).hexdigest()}")


def _recognised(data: bytes, where: str, worker: Worker) -> Article:
    for start, extractor in ((b"%PDF-", _PDF), (b"PK\x03\x04", _DOCX)):
        if data.startswith(start):
            return extractor.article(data, where, where, where, worker)
    if _PAGE.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        if len(data) > html.MAX_BYTES:
            raise ReadError(f"{where}: a page larger than {html.MAX_BYTES // 1_000_000} MB; save the article alone")
        return _HTML.article(data, where, where, where, worker)
    if len(data) > MAX_BYTES:
        raise ReadError(f"{where}: larger than {MAX_BYTES // 1_000_000} MB; split the article")
    text = decode(data, where)
    if not text.lstrip().startswith(("{", "[{")):
        return _text_article(text, where, where, where)
    rows = parse_json(text, where)
    if isinstance(rows, list) and len(rows) != 1:
        raise ReadError(f"{where}: {len(rows)} articles; give one, or save them as a .json file and add that")
    row = rows[0] if isinstance(rows, list) else rows
    if not isinstance(row, dict):
        raise ReadError(f"{where}: not a JSON object; give fields such as title, published, text")
    return article_from_fields(row, where, key=where, file=where)


def _read_text(path: Path, _worker: Worker) -> Iterator[Article | ReadError]:
    text = decode(bytes_of(path, MAX_BYTES), str(path))
    yield _text_article(text, str(path), place_of(path), storable(path.name))


def _text_article(text: str, where: str, key: str, file: str) -> Article:
    text = clean(text)
    fields, start = split_front_matter(text, where)
    title = next((str(fields[name]) for name in ALIASES["title"] if fields.get(name)), None)
    headers = read_headers(text, start, title=title)
    article = article_from_fields(
        {"text": headers.text_of(text) or " "} | {k: v for k, v in fields.items() if k not in ALIASES["text"]},
        where, key=key, file=file, origin="front matter",
    )  # fmt: skip
    return _with_headers(article, headers)


def _article_of(document: Document, where: str, key: str, file: str) -> Article:
    """Return the article that a document describes, the header lines that its text opens with taken off."""
    fields = document.fields
    headers = read_headers(document.text, title=fields.get("title"), author=fields.get("author"))
    article = article_from_fields(fields | {"text": headers.text_of(document.text)}, where, key=key, file=file)
    article = _with_headers(replace(article, origins={**article.origins, **document.origins}), headers)
    missing = {name: value for name, value in document.properties.items() if getattr(article, name) is None}
    return replace(article, **missing, origins={**article.origins, **dict.fromkeys(missing, "meta")})  # type: ignore[arg-type]  # names of text fields only


def _with_headers(article: Article, headers: Headers) -> Article:
    """Fill what the article's own fields did not say from the header lines.

    Where these only say when it was updated, that is the day on which this version was published.
    """
    found = {name: value for name, value in headers.fields.items() if getattr(article, name) is None}
    origins = {**article.origins, **{name: headers.origins[name] for name in found}}
    article = replace(article, **found)  # type: ignore[arg-type]  # names of text fields only
    published = headers.published or headers.modified
    if published and origins.get("published") in (None, "URL"):
        article = dated(article, published)
        origins["published"] = headers.origins.get("published", "byline")
    if article.modified is None and headers.modified:
        article = replace(article, modified=headers.modified.day)
        origins["modified"] = "byline"
    return replace(article, origins=origins)


READERS: tuple[Reader, ...] = (
    Reader((".txt", ".text"), _read_text),
    Reader((".md", ".markdown"), _read_text),
    Reader((".html", ".htm"), _HTML.read),
    Reader((".pdf",), _PDF.read),
    Reader((".docx",), _DOCX.read),
    Reader((".csv", ".tsv"), lambda path, _: read_csv(path)),
    Reader((".jsonl", ".jsonl.gz", ".ndjson"), lambda path, _: read_json_lines(path)),
    Reader((".json",), lambda path, _: read_json(path)),
)
