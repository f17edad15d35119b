"""A damaged catalog: everything that can still be read is copied into a new one, and the old one is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from index.catalog import Catalog
from index.database import mapped
from index.errors import LibraryError

_GAP = 10_000
"""Row numbers in a row without a readable row after which a table, whose last number is unreadable, is over."""


def salvage(path: Path) -> tuple[Path, int]:
    """Put a catalog with all readable rows in the place of a damaged one; the write lock must be held.

    Returns where the damaged file is kept, and how many rows could not be read. The rows are as they were:
    what they say is to be checked, and the full-text index is empty.

    Raises:
        LibraryError: nothing can be read, or there is no space; the damaged catalog stays as it is.
    """
    fresh = path.with_name("catalog-new.sqlite")
    _remove(fresh)
    new = Catalog(fresh, create=True)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as old, new.database.reading() as connection:
            old.text_factory = lambda text: text.decode("utf-8", "replace")
            connection.execute("PRAGMA foreign_keys = OFF")
            lost = sum(_copy(old, connection, table) for table in _tables(connection) if _has(old, table))
            connection.execute("DELETE FROM passages WHERE article NOT IN (SELECT row FROM articles)")
            _fold_log(old)
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
    return kept, lost


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


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> int:
    """Copy the readable rows of a table; return how many were seen to be there and could not be read."""
    held = {row[1] for row in old.execute(f"PRAGMA table_info ({table})")}
    columns = [f'"{row[1]}"' for row in new.execute(f"PRAGMA table_info ({table})") if row[1] in held]
    insert = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    lost = 0
    new.execute("BEGIN")
    for row in _rows(old, table, ", ".join(columns)):
        if row is None:
            lost += 1
        else:
            try:
                new.execute(insert, row)
            except sqlite3.IntegrityError:
                lost += 1
    new.execute("COMMIT")
    return lost


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
