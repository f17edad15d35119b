"""The write lock: one writer at a time, held per batch of work; the message of a refusal names the holder."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryBusyError, LibraryError

WAIT_SECONDS = 10.0
"""How long a writer waits for another before it gives up."""


@contextmanager
def write_lock(folder: Path, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the library's write lock; the operating system frees it when the holder dies.

    Raises:
        LibraryBusyError: another process holds it, after waiting `wait` seconds.
        LibraryError: the folder is read-only, or the disk is full.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "write.lock")
    holder = folder / "writer.json"
    try:
        lock.acquire(timeout=wait)
    except Timeout as exc:
        raise LibraryBusyError(
            f"{folder} is being written by {_who(holder)}; wait for it to finish, then run this again"
        ) from exc
    except OSError as exc:
        raise _unwritable(folder, exc) from exc
    try:
        with contextlib.suppress(OSError):  # it only serves the message
            holder.write_text(json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv)[:200]}))
        yield
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def _unwritable(folder: Path, exc: OSError) -> LibraryError:
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return LibraryError(f"{folder} is read-only; make it writable or give another --library")
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryError(f"no space left in {folder}; free some and run the same command again")
    return LibraryError(f"{folder} cannot be locked for writing ({exc.strerror}); give another --library")


def _who(holder: Path) -> str:
    try:
        facts = json.loads(holder.read_text())
        return f"process {facts['pid']} ({facts['command']})"
    except (OSError, ValueError, KeyError):
        return "another process"
