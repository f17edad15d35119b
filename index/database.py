"""One SQLite file: a connection a thread, transactions, and its errors as sentences with a way out."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disk import is_full
from index.errors import CatalogError, LibraryError

_Stamp = tuple[int, int, int]


class _Held:
    """A thread's connection, closed when the thread ends, and what a file that is read as it lies looked like."""

    def __init__(self, connection: sqlite3.Connection, frozen: _Stamp | None) -> None:
        self.connection = connection
        self.frozen = frozen

    def __del__(self) -> None:
        """Close."""
        self.connection.close()


class Database:
    """Reads and writes one SQLite file in WAL mode; where it cannot be written, it is read as it lies there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.local()
        self._open: weakref.WeakSet[_Held] = weakref.WeakSet()

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
        for held in list(self._open):
            held.connection.close()
        self._open.clear()
        self._threads = threading.local()

    def _connection(self) -> sqlite3.Connection:
        held = self._held
        if held is not None and held.frozen not in (None, self._stamp()):  # others have written since
            self._thaw()
            held = None
        if held is None:
            held = self._threads.held = _Held(*self._connect())
            self._open.add(held)
        return held.connection

    @property
    def _held(self) -> _Held | None:
        held: _Held | None = getattr(self._threads, "held", None)
        return held

    def _thaw(self) -> None:
        """Let go of a connection that reads the file as it lies there; the next one may be a better one."""
        if self._held is not None and self._held.frozen is not None:
            self._held.connection.close()
            self._threads.held = None

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
        return CatalogError(
            f"{path} is damaged from its first page on; move it away, then restore a copy or add the articles anew"
        )
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
