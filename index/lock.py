"""The write lock: one writer at a time, held per batch of work; the message of a refusal names the holder."""

from __future__ import annotations

import contextlib
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
        LibraryError: the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "write.lock")
    holder = folder / "writer.json"
    try:
        with lock.acquire(timeout=wait):
            holder.write_text(json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv)[:200]}))
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    holder.unlink()
    except Timeout as exc:
        raise LibraryBusyError(
            f"{folder} is being written by {_who(holder)}; wait for it to finish, then run this again"
        ) from exc
    except PermissionError as exc:
        raise LibraryError(f"{folder} is read-only; make it writable or give another --library") from exc


def _who(holder: Path) -> str:
    try:
        facts = json.loads(holder.read_text())
        return f"process {facts['pid']} ({facts['command']})"
    except (OSError, ValueError, KeyError):
        return "another process"
