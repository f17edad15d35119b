"""One SQLite file: a connection a thread, transactions, and its errors as sentences with a way out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import CatalogError, LibraryError

_Stamp = tuple[int, int, int]


class Database:
    """Reads and writes one SQLite file in WAL mode; where it cannot be written, it is read as it lies there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.local()
        self._open: list[sqlite3.Connection] = []

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection; what SQLite raises becomes our error."""
        try:
            yield self._connection()
        except sqlite3.DatabaseError as exc:
            raise mapped(exc, self.path) from exc

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction, undone if the block raises."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connections of all threads; the next use opens the file again."""
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._threads = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        frozen: _Stamp | None = getattr(self._threads, "frozen", None)
        if connection is not None and frozen is not None and frozen != self._stamp():
            self._open.remove(connection)  # read as it lay there, and others have written since
            connection.close()
            connection = None
        if connection is None:
            connection, frozen = self._connect()
            self._threads.connection, self._threads.frozen = connection, frozen
            self._open.append(connection)
        return connection

    def _connect(self) -> tuple[sqlite3.Connection, _Stamp | None]:
        """Return a connection and, where the file could only be opened as it lies there, what it looks like.

        SQLite needs to make a file beside one in WAL mode even to read it, and cannot on a read-only or full
        disk. Without a log of changes waiting, the file alone is the whole truth.
        """
        connection = _opened(str(self.path))
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            return connection, None
        except sqlite3.OperationalError as exc:
            connection.close()
            stamp = self._stamp()
            if not _unwritable(exc) or not stamp[0] or stamp[2]:
                raise
            return _opened(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1"), stamp

    def _stamp(self) -> _Stamp:
        """Return the time and size of the file and the size of its log; zeros where there is none."""
        try:
            stat = self.path.stat()
        except OSError:
            return 0, 0, 0
        log = self.path.with_name(f"{self.path.name}-wal")
        return stat.st_mtime_ns, stat.st_size, log.stat().st_size if log.exists() else 0


def mapped(exc: sqlite3.DatabaseError, path: Path) -> LibraryError:
    """Return our error for what SQLite raised over the file at `path`."""
    name = _name(exc)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_SHM")):
        return LibraryError(f"no space left beside {path}; free some and run the same command again")
    if name.startswith("SQLITE_READONLY"):
        return LibraryError(f"{path} is read-only; make the folder writable or give another --library")
    if name.startswith("SQLITE_CANTOPEN"):
        return LibraryError(f"{path} cannot be opened; check that the folder exists and is yours to write")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LibraryError(f"{path} is being written by another process; try again in a moment")
    if name.startswith("SQLITE_IOERR"):
        return LibraryError(f"{path} could not be read or written ({exc}); check the disk and try again")
    if name.startswith("SQLITE_NOTADB"):
        return CatalogError(f"{path} is damaged from its first page on; restore a copy, or add the articles anew")
    return CatalogError(
        f"{path} is damaged ({exc}); save what can be read with: dateline verify --repair --library {path.parent}"
    )


def _opened(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name, timeout=10, check_same_thread=False, isolation_level=None, uri=name.startswith("file:")
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _unwritable(exc: sqlite3.DatabaseError) -> bool:
    return _name(exc).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR"))


def _name(exc: sqlite3.DatabaseError) -> str:
    return str(getattr(exc, "sqlite_errorname", ""))
