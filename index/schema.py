"""The catalog's tables, and the steps from each older schema to the newest."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from index.errors import LibraryError

VERSION = 3
_TRIES = 500
APPLICATION_ID = 0x444C4E45
"""Marks the file as a catalog ("DLNE"), so that another SQLite file is not taken for one."""

_CONVERSATIONS = """
-- what was asked on the page, by whom (blank where there are no users), the answers as JSON, and what was thought
-- of them: `liked` is 1, 0, or NULL
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    title TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE answers (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    liked INTEGER,
    comment TEXT NOT NULL DEFAULT ''
);
CREATE INDEX answers_by_conversation ON answers (conversation);
"""

_SOURCES_AND_COPIES = """
-- the files that an article was read from, for `add --prune`
CREATE TABLE sources (path TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (path, id));
CREATE INDEX sources_by_id ON sources (id);

-- near-copies, worked out of the texts: the MinHash of each article version, filed under each of its bands;
-- `cluster` is the row of the first of those that are one report, its own where it is alone, NULL until it is filed
CREATE TABLE signatures (
    article INTEGER PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    signature BLOB NOT NULL,
    cluster INTEGER
);
CREATE INDEX signatures_by_cluster ON signatures (cluster);
CREATE TABLE signature_bands (
    band INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (band, article)
) WITHOUT ROWID;
"""

_TABLES = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- every version of every article; `visible_from` (ISO day, NULL: undated) is the later of published and
-- modified, `visible_until` the day on which the next version takes over; `source_sha256` is the hash as
-- read, so that an edit made here is not undone by adding the same file again
CREATE TABLE articles (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    key TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    title TEXT, outlet TEXT, author TEXT,
    published TEXT, published_precision TEXT NOT NULL DEFAULT 'day', published_at TEXT, modified TEXT,
    url TEXT,
    file TEXT NOT NULL,
    origins TEXT NOT NULL,
    text TEXT NOT NULL,
    visible_from TEXT, visible_until TEXT,
    current INTEGER NOT NULL DEFAULT 1,
    added_at TEXT NOT NULL,
    UNIQUE (id, version)
);
CREATE INDEX articles_by_text ON articles (text_sha256);

-- passage ids are never used twice: they are the ids in Chroma
CREATE TABLE passages (
    pid INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    sentences BLOB NOT NULL,
    boilerplate INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);

-- the full text is kept once, in articles; the index reads passages through this view
CREATE VIEW passage_text AS
    SELECT p.pid AS pid, coalesce(a.title, '') AS title,
           substr(a.text, p.start + 1, p."end" - p.start) AS text
    FROM passages p JOIN articles a ON a.row = p.article;
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    title, text, content = 'passage_text', content_rowid = 'pid',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE passages_vocab USING fts5vocab (passages_fts, row);
"""
    + _SOURCES_AND_COPIES
    + _CONVERSATIONS
)


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; each must end at the end of a line."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        *_statements(_SOURCES_AND_COPIES),
        "ALTER TABLE articles ADD COLUMN published_precision TEXT NOT NULL DEFAULT 'day'",
        # the key of an article without a URL is its file, and for several in one file the row behind a #
        "INSERT INTO signatures SELECT row, x'', NULL FROM articles",
        "INSERT OR IGNORE INTO sources SELECT key, id FROM articles WHERE key LIKE '/%' AND NOT instr(key, '#')",
    ),
    2: tuple(_statements(_CONVERSATIONS)),
}
"""The SQL statements that take a catalog from the schema that is their key to the next one."""


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file; nothing is done to one that another process has filled meanwhile."""
    _use_log(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            for statement in _statements(_TABLES):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _use_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode; unlike for a transaction, SQLite does not wait when another process is doing the same."""
    for last in (*[False] * _TRIES, True):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as exc:
            if last or exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.02)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Take the catalog to the newest schema, one step a transaction; nothing is done to one that has it.

    Raises:
        LibraryError: it is not a catalog, one of a newer Dateline, or one too old to be brought up to date.
    """
    while (version := _version(connection, path)) < VERSION:
        if version not in MIGRATIONS:
            raise LibraryError(
                f"{path} has schema {version}, and this Dateline reads none before {min(MIGRATIONS, default=VERSION)}; "
                "add the articles to a new library"
            )
        try:
            connection.execute("BEGIN IMMEDIATE")  # another process may be at the same step: look again
            if _version(connection, path) == version:
                for statement in (*MIGRATIONS[version], f"PRAGMA user_version = {version + 1}"):
                    connection.execute(statement)
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID or version < 1:
        raise LibraryError(f"{path} is not a Dateline catalog; give another --library folder")
    if version > VERSION:
        raise LibraryError(
            f"{path} has schema {version}, this Dateline knows up to {VERSION}; upgrade with: "
            "pip install --upgrade dateline-qa"
        )
    return int(version)
