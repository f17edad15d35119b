"""One SQLite file: a connection a thread, transactions, and its errors as sentences with a way out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disk import is_full
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
        self._thaw()
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
        if connection is not None and self._frozen not in (None, self._stamp()):  # others have written since
            self._thaw()
            connection = None
        if connection is None:
            connection, self._threads.frozen = self._connect()
            self._threads.connection = connection
            self._open.append(connection)
        return connection

    @property
    def _frozen(self) -> _Stamp | None:
        """Return what the file looked like if this thread reads it as it lies there, and cannot write it."""
        frozen: _Stamp | None = getattr(self._threads, "frozen", None)
        return frozen

    def _thaw(self) -> None:
        """Let go of a connection that reads the file as it lies there; the next one may be a better one."""
        if self._frozen is not None:
            connection: sqlite3.Connection = self._threads.connection
            self._open.remove(connection)
            connection.close()
            self._threads.connection = self._threads.frozen = None

    def _connect(self) -> tuple[sqlite3.Connection, _Stamp | None]:
        """Return a connection and, where the file could only be opened as it lies there, what it looks like.

        SQLite needs to make a file beside one in WAL mode even to read it, and cannot on a read-only or full
        disk. Without a log of changes waiting, the file alone is the whole truth.
        """
        try:
            return _opened(str(self.path)), None
        except sqlite3.OperationalError as exc:
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
    failed = name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR"))
    if name.startswith("SQLITE_FULL") or (failed and is_full(path.parent)):
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
    return damaged(path, str(exc).partition(" with text")[0])  # what follows is noise


def damaged(path: Path, how: str) -> CatalogError:
    """Return the error for a catalog that holds what cannot be."""
    return CatalogError(
        f"{path} is damaged ({how}); save what can be read with: dateline verify --repair --library {path.parent}"
    )


def _opened(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name, timeout=10, check_same_thread=False, isolation_level=None, uri=name.startswith("file:")
    )
    try:
        for setting in ("foreign_keys = ON", "synchronous = NORMAL", "cache_size = -65536"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # the file is not touched before
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _unwritable(exc: sqlite3.DatabaseError) -> bool:
    return _name(exc).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR"))


def _name(exc: sqlite3.DatabaseError) -> str:
    return str(getattr(exc, "sqlite_errorname", ""))
