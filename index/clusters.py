"""Near-copies in the catalog: each article version filed under its signature, and the cluster that it is a copy in."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date

from index import copies
from index.records import Article

_MOST_COMPARED = 10
"""Articles that a new one is compared with, those first that share most bands with it."""
_MOST_IN_A_BAND = 100
"""Articles, the newest, that are looked at in a band: texts made from a template may fill one."""


def add(connection: sqlite3.Connection, row: int, signature: bytes) -> None:
    """Keep the signature of the article version in a row, blank: not made yet; it is in no cluster until `file`."""
    connection.execute("INSERT INTO signatures VALUES (?, ?, NULL)", (row, signature))


def unfiled(connection: sqlite3.Connection, most: int) -> list[int]:
    """Return the rows of the first article versions that are in no cluster yet."""
    rows = connection.execute(
        "SELECT article FROM signatures WHERE cluster IS NULL ORDER BY article LIMIT ?", (most,)
    ).fetchall()
    return [int(row) for (row,) in rows]


def file(connection: sqlite3.Connection, row: int) -> None:
    """File the article version in a row in the cluster that it is a copy in, else in one of its own."""
    (signature,) = connection.execute("SELECT signature FROM signatures WHERE article = ?", (row,)).fetchone()
    if not signature:
        (text,) = connection.execute("SELECT text FROM articles WHERE row = ?", (row,)).fetchone()
        signature = copies.signature(text)
    twin = _twin(connection, row, signature)
    connection.execute(
        "UPDATE signatures SET signature = ?2,"
        " cluster = coalesce((SELECT cluster FROM signatures WHERE article = ?3), ?1) WHERE article = ?1",
        (row, signature, twin),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO signature_bands VALUES (?, ?)", [(band, row) for band in copies.bands(signature)]
    )


def take_out(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    """Take article versions out of their clusters, and all others of these: they may be copies through these only."""
    marks = ", ".join("?" * len(rows))
    taken = connection.execute(
        "SELECT article, signature FROM signatures"
        f" WHERE cluster IN (SELECT cluster FROM signatures WHERE article IN ({marks}))",
        list(rows),
    ).fetchall()
    connection.executemany("UPDATE signatures SET cluster = NULL WHERE article = ?", [(row,) for row, _ in taken])
    connection.executemany(
        "DELETE FROM signature_bands WHERE band = ? AND article = ?",
        [(band, row) for row, signature in taken for band in copies.bands(signature)],
    )


def reset(connection: sqlite3.Connection) -> None:
    """Take every article version out, to be signed and filed anew."""
    connection.execute("DELETE FROM signature_bands")
    connection.execute("DELETE FROM signatures")
    connection.execute("INSERT INTO signatures SELECT row, x'', NULL FROM articles")


def members(connection: sqlite3.Connection, rows: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """Return, for article versions that have near-copies, the row and id of each version of other articles."""
    marks = ", ".join("?" * len(rows))
    clusters: dict[int, list[tuple[int, str]]] = {}
    for cluster, row, article_id in connection.execute(
        "SELECT s.cluster, s.article, a.id FROM signatures s JOIN articles a ON a.row = s.article WHERE s.cluster IN"
        f" (SELECT cluster FROM signatures WHERE article IN ({marks})) ORDER BY s.article",
        list(rows),
    ):
        clusters.setdefault(cluster, []).append((row, article_id))
    wanted = set(rows)
    return {
        row: others
        for cluster in clusters.values()
        for row, article_id in cluster
        if row in wanted and (others := [other for other in cluster if other[1] != article_id])
    }


def _twin(connection: sqlite3.Connection, row: int, signature: bytes) -> int | None:
    """Return the row of another article that this one is a copy of, in a cluster that has no figure against it."""
    equal = connection.execute(
        "SELECT b.row FROM articles a JOIN articles b ON b.text_sha256 = a.text_sha256 AND b.id != a.id"
        " JOIN signatures s ON s.article = b.row AND s.cluster IS NOT NULL WHERE a.row = ? ORDER BY b.row LIMIT 1",
        (row,),
    ).fetchone()
    if equal is not None:
        return int(equal[0])
    met = Counter(
        other
        for band in copies.bands(signature)
        for (other,) in connection.execute(
            "SELECT article FROM signature_bands WHERE band = ? ORDER BY article DESC LIMIT ?", (band, _MOST_IN_A_BAND)
        )
    )
    near: list[tuple[int, int]] = []
    for other, _ in met.most_common(_MOST_COMPARED):
        theirs, cluster = connection.execute(
            "SELECT signature, cluster FROM signatures WHERE article = ?", (other,)
        ).fetchone()
        if copies.may_be_copies(signature, theirs):
            near.append((other, cluster))
    if not near:
        return None
    article = _article(connection, row)
    near = [(other, cluster) for other, cluster in near if _article(connection, other).key != article.key]
    related = [(other, cluster, copies.compare(article, _article(connection, other))) for other, cluster in near]
    against = {cluster for _, cluster, relation in related if relation == "update"}
    alike = (other for other, cluster, relation in related if relation == "copy" and cluster not in against)
    return next(alike, None)


def _article(connection: sqlite3.Connection, row: int) -> Article:
    """Return what the rule of copies looks at: text, day, and what it is attributed to."""
    key, text, outlet, published, file = connection.execute(
        "SELECT key, text, outlet, published, file FROM articles WHERE row = ?", (row,)
    ).fetchone()
    day = date.fromisoformat(published) if published else None
    return Article(key=key, text=text, outlet=outlet, published=day, file=file)
