"""What lies in the catalog, as objects: articles and passages, and the columns that they are stored in."""

from __future__ import annotations

import json
import sqlite3
import struct
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.records import Article, Passage

ARTICLE_FIELDS = tuple(f.name for f in fields(Article) if f.name != "path")
COLUMNS = "row, " + ", ".join(ARTICLE_FIELDS)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article cut, embedded and signed, ready to be stored: `vectors` has a row per passage.

    `signature` is what near-copies are found by; blank: it is made when articles are added next.
    """

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float16]
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as it lies in the catalog: its id, the row of its article, and itself."""

    pid: int
    article_row: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What became of a stored article: its id, its version, and the ids and vectors of its passages."""

    id: str
    version: int
    pids: NDArray[np.int64]
    vectors: NDArray[np.float16]


def to_column(value: object) -> object:
    """Return a field of an article as it is stored."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str | int | None):
        return value
    return json.dumps(dict(value), ensure_ascii=False)  # type: ignore[call-overload]  # the origins


def named(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by the names of its columns."""
    return dict(zip((column[0] for column in cursor.description), row, strict=True))


def article_of(row: dict[str, Any]) -> Article:
    """Return the article version in a row."""
    values = {name: row[name] for name in ARTICLE_FIELDS}
    for name in ("published", "modified"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["published_at"] = datetime.fromisoformat(row["published_at"]) if row["published_at"] else None
    values["origins"] = json.loads(row["origins"])
    return Article(**values)


def pack_spans(passage: Passage) -> bytes:
    """Pack spans as pairs of unsigned 32-bit integers, relative to the passage."""
    flat = [offset - passage.start for span in passage.sentences for offset in span]
    return struct.pack(f"<{len(flat)}I", *flat)


def unpack_spans(packed: bytes, start: int) -> tuple[tuple[int, int], ...]:
    """Return the spans that were packed, of a passage that starts there."""
    flat = [start + offset for offset in struct.unpack(f"<{len(packed) // 4}I", packed)]
    return tuple(zip(flat[::2], flat[1::2], strict=True))
