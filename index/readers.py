"""Readers: files → articles. One row a format; what cannot be read is skipped with a sentence that says why."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, NamedTuple

from index import html
from index.errors import ReadError, WorkerError
from index.fields import ALIASES, article_from_fields, clean
from index.headers import Headers, read_headers, split_front_matter
from index.records import Article
from index.workers import Worker

MAX_BYTES = 10_000_000
"""Bytes of one article as text, and of one line of JSON."""


class Reader(NamedTuple):
    """A format: the endings of its file names and what turns such a file into articles."""

    suffixes: tuple[str, ...]
    read: Callable[[Path, Worker], Iterator[Article | ReadError]]


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
    """Read every file of a known format below the folder; hidden ones and links that lead out are left alone."""
    root = folder.resolve()
    found = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            reader = _reader_of(path)
            if name.startswith(".") or reader is None or not path.resolve().is_relative_to(root):
                continue
            found += 1
            yield from _read_file(path, reader, worker)
    if not found:
        yield ReadError(f"{folder}: nothing readable in this folder; put in files ending in {', '.join(suffixes())}")


def _read_file(path: Path, reader: Reader, worker: Worker) -> Iterator[Article | ReadError]:
    try:
        yield from reader.read(path, worker)
    except ReadError as exc:
        yield exc
    except OSError as exc:
        yield ReadError(f"{path}: cannot be opened ({exc.strerror or exc}); check its permissions")


def _reader_of(path: Path) -> Reader | None:
    name = path.name.lower()
    return next((reader for reader in READERS if name.endswith(reader.suffixes)), None)


def _read_text(path: Path, _worker: Worker) -> Iterator[Article | ReadError]:
    text = clean(_decode(_bytes_of(path, MAX_BYTES), str(path)))
    fields, start = split_front_matter(text, str(path))
    headers = read_headers(text, start) if not {"title", "published", "date"} <= fields.keys() else Headers(body=start)
    article = article_from_fields(
        {"text": text[headers.body :] or " "} | {k: v for k, v in fields.items() if k not in ALIASES["text"]},
        str(path), key=str(path.resolve()), file=path.name, origin="front matter",
    )  # fmt: skip
    yield _with_headers(article, headers)


def _with_headers(article: Article, headers: Headers) -> Article:
    """Fill what front matter did not say from the header lines."""
    found = {name: value for name, value in headers.fields.items() if getattr(article, name) is None}
    origins = {**article.origins, **{name: headers.origins[name] for name in found}}
    article = replace(article, **found)  # type: ignore[arg-type]  # names of text fields only
    if headers.published and origins.get("published") in (None, "URL"):
        article = replace(article, published=headers.published.day, published_at=headers.published.instant)
        origins["published"] = "byline"
    if article.modified is None and headers.modified:
        article = replace(article, modified=headers.modified.day)
        origins["modified"] = "byline"
    return replace(article, origins=origins)


def _read_html(path: Path, worker: Worker) -> Iterator[Article | ReadError]:
    data = _bytes_of(path, html.MAX_BYTES)
    if not data.strip():
        raise ReadError(f"{path}: the file is empty; save the page again")
    try:
        page: html.Page = worker.call("index.html:extract", data, str(path), seconds=html.SECONDS)
    except WorkerError as exc:
        raise ReadError(f"{path}: the page could not be read: {exc}; save the article as text") from exc
    article = article_from_fields(page.fields | {"text": page.text}, str(path), key=str(path.resolve()), file=path.name)
    yield replace(article, origins={**article.origins, **page.origins})


def _read_json(path: Path, _worker: Worker) -> Iterator[Article | ReadError]:
    text = _decode(_bytes_of(path, MAX_BYTES * 10), str(path))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as exc:
        line = getattr(exc, "lineno", 1)
        raise ReadError(f"{path}:{line}: not valid JSON ({getattr(exc, 'msg', 'nested too deep')})") from exc
    rows = data if isinstance(data, list) else [data]
    if not rows:
        raise ReadError(f"{path}: an empty list; give an object or a list of objects with a text field")
    for number, row in enumerate(rows, start=1):
        many = isinstance(data, list)
        yield _row(row, f"{path}: item {number}" if many else str(path), path, number if many else None)


def _read_json_lines(path: Path, _worker: Worker) -> Iterator[Article | ReadError]:
    empty = True
    with _lines_of(path) as stream:
        number = 0
        while line := _next_line(stream, path, number + 1):
            number += 1
            if line.strip():
                empty = False
                yield _json_line(line, f"{path}:{number}", path, number)
    if empty:
        raise ReadError(f"{path}: the file is empty; give one JSON object a line")


def _json_line(line: bytes, where: str, path: Path, number: int) -> Article | ReadError:
    if len(line) > MAX_BYTES:
        return ReadError(f"{where}: the line is longer than {MAX_BYTES // 1_000_000} MB; split the article")
    try:
        row = json.loads(_decode(line, where))
    except ReadError as exc:
        return exc
    except (ValueError, RecursionError) as exc:
        return ReadError(f"{where}: not valid JSON ({getattr(exc, 'msg', 'nested too deep')}); mend the line")
    return _row(row, where, path, number)


def _row(row: object, where: str, path: Path, number: int | None) -> Article | ReadError:
    if not isinstance(row, dict):
        return ReadError(f"{where}: not a JSON object; give fields such as title, published, text")
    name = row.get("id") if isinstance(row.get("id"), str | int) else number
    key = str(path.resolve()) + (f"#{name}" if name is not None else "")
    try:
        return article_from_fields(row, where, key=key, file=path.name if number is None else f"{path.name}#{name}")
    except ReadError as exc:
        return exc


@contextlib.contextmanager
def _lines_of(path: Path) -> Iterator[IO[bytes]]:
    if path.name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as packed:
            yield io.BufferedReader(packed, 1 << 20)
    else:
        with path.open("rb") as plain:
            yield plain


def _next_line(stream: IO[bytes], path: Path, number: int) -> bytes:
    """Return the next line, cut just past the cap; the rest of an over-long line is passed over."""
    try:
        line = stream.readline(MAX_BYTES + 1)
        rest = line
        while len(rest) > MAX_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise ReadError(f"{path}:{number}: the gzip data is broken ({exc}); make the file again") from exc
    return line


def _bytes_of(path: Path, cap: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(cap + 1)
    if len(data) > cap:
        raise ReadError(f"{path}: larger than {cap // 1_000_000} MB; split it or save the article alone")
    return data


def _decode(data: bytes, where: str) -> str:
    """Return UTF-8 (or UTF-16 with a byte order mark) as text.

    Raises:
        ReadError: it is empty, binary, or in another encoding.
    """
    if not data.strip():
        raise ReadError(f"{where}: empty; there is no article in it")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-16")
    if b"\x00" in data:
        raise ReadError(f"{where}: binary data, not text; give the article as text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        place = where if where.rsplit(":", 1)[-1].isdigit() else f"{where}:{line}"
        raise ReadError(f"{place}: not UTF-8 (byte 0x{data[exc.start]:02x}); save it as UTF-8") from exc


READERS: tuple[Reader, ...] = (
    Reader((".txt", ".text"), _read_text),
    Reader((".md", ".markdown"), _read_text),
    Reader((".html", ".htm"), _read_html),
    Reader((".jsonl", ".jsonl.gz", ".ndjson"), _read_json_lines),
    Reader((".json",), _read_json),
)
