"""Rows → articles: JSON, JSON lines and CSV, an article a row, each error with its file and line."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from index.errors import ReadError
from index.fields import ALIASES, article_from_fields
from index.files import MAX_BYTES, bytes_of, decode, place_of, storable
from index.records import Article

MAX_UNPACKED = 2_000_000_000
"""Bytes that one packed file may unpack to."""

_DELIMITERS = ",;\t|"
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n", re.I)


def read_json(path: Path) -> Iterator[Article | ReadError]:
    """Yield the article of each object: one, or a list of them."""
    data = parse_json(decode(bytes_of(path, MAX_BYTES * 10), str(path)), str(path))
    rows = data if isinstance(data, list) else [data]
    if not rows:
        raise ReadError(f"{path}: an empty list; give an object or a list of objects with a text field")
    for number, row in enumerate(rows, start=1):
        many = isinstance(data, list)
        yield _row(row, f"{path}: item {number}" if many else str(path), path, number if many else None)


def parse_json(text: str, where: str) -> object:
    """Return what the JSON says.

    Raises:
        ReadError: it is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        line = getattr(exc, "lineno", 1)
        raise ReadError(f"{where}:{line}: not valid JSON ({getattr(exc, 'msg', 'nested too deep')})") from exc


def read_json_lines(path: Path) -> Iterator[Article | ReadError]:
    """Yield the article of each line, from a plain or a gzipped file."""
    empty = True
    with _lines_of(path) as stream:
        number = unpacked = 0
        while line := _next_line(stream, path, number + 1):
            number += 1
            unpacked += len(line)
            if unpacked > MAX_UNPACKED and path.name.lower().endswith(".gz"):
                raise ReadError(
                    f"{path}:{number}: unpacks to more than {MAX_UNPACKED // 1_000_000} MB; no line from here on was "
                    "read: split the file"
                )
            if line.strip():
                empty = False
                yield _json_line(line, f"{path}:{number}", path, number)
    if empty:
        raise ReadError(f"{path}: the file is empty; give one JSON object a line")


def read_csv(path: Path) -> Iterator[Article | ReadError]:
    """Yield the article of each row below the names of the columns.

    The delimiter (comma, semicolon, tab or bar) is the one that makes most of the first line's cells names of
    fields; cells are quoted with `"`.
    """
    text = decode(bytes_of(path, MAX_BYTES * 10), str(path))
    hint = _EXCEL_HINT.match(text)
    first = 1 + (hint is not None)
    text = text[hint.end() :] if hint else text
    names, delimiter = _columns(text, hint[1] if hint else None, f"{path}:{first}")
    cap = csv.field_size_limit(MAX_BYTES)
    number = 0
    try:
        for number, (line, cells) in enumerate(_table(text, delimiter)):
            where = f"{path}:{line + first}"
            if isinstance(cells, ReadError):
                yield ReadError(f"{where}: {cells}")
            elif number and any(cell.strip() for cell in cells):
                yield _csv_row(names, cells, where, path, number)
    finally:
        csv.field_size_limit(cap)
    if not number:
        yield ReadError(f"{path}: only the names of the columns are in it; give an article a row below them")


def _table(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | ReadError]]:
    """Yield each row with the number of its first line, counted from 0, or what is wrong with it.

    A row that is wrong within its one line is left out. Where its end cannot be told, so are all below it: they
    might be the inside of a cell.
    """
    lines = list(io.StringIO(text, newline=""))
    table = csv.reader(lines, delimiter=delimiter, strict=True)
    while (start := table.line_num) < len(lines):
        try:
            yield start, next(table)
        except csv.Error as exc:
            if "field larger" in str(exc):
                most = f"a cell has more than {MAX_BYTES // 1_000_000} MB; split the article"
                yield start, ReadError(f"{most}; this row and those below it were not read")
                return
            reason = str(exc)
            if table.line_num > start + 1 or lines[start].count('"') % 2:
                rest = f"this row and the {len(lines) - start - 1} lines below it were not read"
                yield start, ReadError(f"not valid CSV ({reason}); is a quotation mark not closed? {rest}")
                return
            yield start, ReadError(f"not valid CSV ({reason}); this row was not read: mend its quotation marks")


def _columns(text: str, hint: str | None, where: str) -> tuple[list[str], str]:
    """Return the names of the columns, lower-cased, and the delimiter.

    Raises:
        ReadError: none of the columns is the text.
    """
    accepted = {name for names in ALIASES.values() for name in names}

    def split(delimiter: str) -> list[str]:
        with contextlib.suppress(csv.Error):
            cells = next(csv.reader(io.StringIO(text[:MAX_BYTES], newline=""), delimiter=delimiter), [])
            return [cell.strip().lower().replace(" ", "_") for cell in cells]
        return []

    delimiter = hint or max(_DELIMITERS, key=lambda candidate: len(accepted & {*split(candidate)}))
    names = split(delimiter)
    if not {*names} & {*ALIASES["text"]}:
        raise ReadError(f"{where}: no column of text; name one of the columns {', '.join(ALIASES['text'])}")
    return names, delimiter


def _csv_row(names: list[str], cells: list[str], where: str, path: Path, number: int) -> Article | ReadError:
    if len(cells) > len(names):
        return ReadError(f"{where}: {len(cells)} cells under {len(names)} columns; quote cells that hold the delimiter")
    fields = {name: cell.strip() or None for name, cell in zip(names, cells, strict=False) if name}
    return _row(fields, where, path, number, origin="CSV")


def _json_line(line: bytes, where: str, path: Path, number: int) -> Article | ReadError:
    if len(line) > MAX_BYTES:
        return ReadError(f"{where}: the line is longer than {MAX_BYTES // 1_000_000} MB; split the article")
    try:
        row = json.loads(decode(line, where))
    except ReadError as exc:
        return exc
    except (ValueError, RecursionError) as exc:
        return ReadError(f"{where}: not valid JSON ({getattr(exc, 'msg', 'nested too deep')}); mend the line")
    return _row(row, where, path, number)


def _row(row: object, where: str, path: Path, number: int | None, origin: str = "JSON") -> Article | ReadError:
    if not isinstance(row, dict):
        return ReadError(f"{where}: not a JSON object; give fields such as title, published, text")
    given = row.get("id")
    name = storable(str(given)) if isinstance(given, str | int) else number
    key = place_of(path)
    if name is not None:
        key += f"#{name}" if name is number else f"#id={name}"
    file = storable(path.name) + ("" if number is None else f"#{name}")
    try:
        return article_from_fields(row, where, key=key, file=file, origin=origin)
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
