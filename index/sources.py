"""The files that articles were read from, as the catalog remembers them: what `add --prune` goes by."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.errors import InputError
from index.records import Article


def remember(connection: sqlite3.Connection, articles: Iterable[Article]) -> None:
    """Remember from which files articles were read; one may come from several."""
    connection.executemany(
        "INSERT OR IGNORE INTO sources VALUES (?, ?)",
        [(article.path, article.id) for article in articles if article.path],
    )


def gone_under(connection: sqlite3.Connection, folders: Sequence[str | Path]) -> list[str]:
    """Return the remembered files in these folders, or these files themselves, that are no longer there.

    Raises:
        InputError: a path is missing, or is a folder without files, as an unmounted disk is.
    """
    known: list[str] = []
    for folder in map(prunable, folders):
        below = os.path.join(folder, "")
        known += (
            path
            for (path,) in connection.execute(
                "SELECT DISTINCT path FROM sources WHERE path = ? OR substr(path, 1, ?) = ? ORDER BY path",
                (str(folder), len(below), below),
            )
        )
    return [path for path in dict.fromkeys(known) if _is_gone(path)]


def only_from(connection: sqlite3.Connection, paths: Sequence[str]) -> list[str]:
    """Return the ids of the articles that were read from these files and from no other."""
    rows = connection.execute(
        "SELECT id FROM sources GROUP BY id HAVING min(path IN (SELECT value FROM json_each(?))) ORDER BY id",
        (json.dumps(list(paths)),),
    )
    return [str(row[0]) for row in rows]


def forget(connection: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Forget that articles were read from these files."""
    connection.executemany("DELETE FROM sources WHERE path = ?", [(path,) for path in paths])


def prunable(path: str | Path) -> Path:
    """Return the resolved path under which files that are gone may be pruned.

    Raises:
        InputError: it is missing, or a folder without files; hidden ones do not count.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; nothing was pruned: check the path, or that it is mounted")
    names = (name for _, _, files in os.walk(path) for name in files)
    if path.is_dir() and not any(not name.startswith(".") for name in names):
        raise InputError(
            f"{path}: no file is in the folder; nothing was pruned: check that it is mounted, or use: dateline remove"
        )
    return path.resolve()


def _is_gone(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # it cannot be told: a folder without permission
    return False
