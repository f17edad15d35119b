"""A damaged catalog: everything that can still be read is copied into a new one, and the old one is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from index.catalog import Catalog
from index.database import mapped
from index.errors import LibraryError
from index.pages import cut_short, rows
from index.records import article_id

_GAP = 10_000
"""Row numbers in a row without a readable row after which a table, whose last number is unreadable, is over."""

_ADDED, _DEFAULTS = 1, {"published_precision": "day"}
"""The columns that an older schema has not: a row of before was not written anew when they were added, at the end."""


def salvage(path: Path) -> tuple[Path, list[str]]:
    """Put a catalog with all readable rows in the place of a damaged one; the write lock must be held.

    Returns where the damaged file is kept, and the files that articles came from of which nothing could be read. The
    rows are as they were: what they say is to be checked, and the full-text index is empty.

    Raises:
        LibraryError: nothing can be read, or there is no space; the damaged catalog stays as it is.
    """
    fresh = path.with_name("catalog-new.sqlite")
    _remove(fresh)
    new = Catalog(fresh, create=True)
    try:
        with (
            _whole(path) as whole,
            closing(sqlite3.connect(whole, isolation_level=None)) as old,
            new.database.reading() as connection,
        ):
            old.text_factory = lambda text: text.decode("utf-8", "replace")
            connection.execute("PRAGMA foreign_keys = OFF")
            for table in _tables(connection):
                if _has(old, table):
                    _copy(old, connection, table, whole)
            connection.execute("DELETE FROM passages WHERE article NOT IN (SELECT row FROM articles)")
            lost = connection.execute(
                "SELECT DISTINCT path FROM sources WHERE id NOT IN (SELECT id FROM articles) ORDER BY path"
            ).fetchall()
            _fold_log(old)
    except OSError as exc:
        new.close()
        _remove(fresh)
        raise LibraryError(f"{path} cannot be copied ({exc.strerror or exc}); free some space and try again") from exc
    except (sqlite3.DatabaseError, LibraryError) as exc:
        new.close()
        _remove(fresh)
        fault = exc.__cause__ if isinstance(exc, LibraryError) else exc
        raise (mapped(fault, path) if isinstance(fault, sqlite3.DatabaseError) else exc) from exc
    finally:
        new.close()
    kept = next(p for n in range(1, 1000) if not (p := path.with_name(f"catalog-damaged-{n}.sqlite")).exists())
    shutil.copy2(path, kept)
    for end in ("-wal", "-shm"):  # a log left behind would be applied to the new file
        if (log := path.with_name(path.name + end)).exists():
            os.replace(log, kept.with_name(kept.name + end))
    os.replace(fresh, path)
    return kept, [str(place) for (place,) in lost]


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give the file, or a copy of it filled up with zeros where its end was cut off: SQLite refuses a shorter one."""
    missing = cut_short(path)
    if not missing:
        yield path
        return
    filled = path.with_name("catalog-filled.sqlite")
    try:
        for end in ("", "-wal"):
            if (part := path.with_name(path.name + end)).exists():
                shutil.copy2(part, filled.with_name(filled.name + end))
        os.truncate(filled, path.stat().st_size + missing)
        yield filled
    finally:
        _remove(filled)


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the tables that hold what cannot be worked out from others."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " AND name NOT LIKE 'passages\\_fts%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND name NOT LIKE 'signature%'"
    )
    return [str(row[0]) for row in rows]


def _has(old: sqlite3.Connection, table: str) -> bool:
    """Tell whether a damaged catalog, perhaps of an older schema, has a table."""
    return old.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, path: Path) -> None:
    """Copy the readable rows of a table; of articles, those that only the pages of the file still lead to, too."""
    held = [row[1] for row in old.execute(f"PRAGMA table_info ({table})")]
    columns = [row[1] for row in new.execute(f"PRAGMA table_info ({table})") if row[1] in held]
    named = ", ".join(f'"{column}"' for column in columns)
    insert = f"INTO {table} ({named}) VALUES ({', '.join('?' * len(columns))})"
    whole = True
    new.execute("BEGIN")
    for row in _rows(old, table, named):
        whole = whole and row is not None
        if row is not None:
            with suppress(sqlite3.IntegrityError):
                new.execute(f"INSERT OR REPLACE {insert}", row)
    if table == "articles" and not whole:
        _fold_log(old)  # the pages are to be read as the log left them
        for number, values in rows(path, (len(held), len(held) - _ADDED)):
            known = _DEFAULTS | dict(zip(held, values, strict=False)) | {"row": number}
            if known["id"] == article_id(str(known["key"])):  # a row of this table, not of another with as many columns
                with suppress(sqlite3.IntegrityError):
                    new.execute(f"INSERT OR IGNORE {insert}", [known[column] for column in columns])
    new.execute("COMMIT")


def _rows(old: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...] | None]:
    """Yield each row of a table, None for one that cannot be read."""
    if table == "meta":  # the one without row numbers
        try:
            yield from old.execute(f"SELECT {columns} FROM {table}")
        except sqlite3.DatabaseError:
            yield None
        return
    try:
        last = old.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0
    except sqlite3.DatabaseError:
        last = None
    number = gap = 0
    while number < last if last is not None else gap < _GAP:
        number, gap = number + 1, gap + 1
        try:
            row = old.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (number,)).fetchone()
        except sqlite3.DatabaseError:
            yield None
            continue
        if row is not None:
            gap = 0
            yield row


def _fold_log(old: sqlite3.Connection) -> None:
    """Write the log of changes into the file, where the damage lets it."""
    try:
        old.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.DatabaseError:
        return


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
