"""Versions of one article: which follows which, and from when to when each is visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.records import Article

VISIBLE_FROM = "CASE WHEN published IS NOT NULL THEN max(published, coalesce(modified, published)) END"
"""`Article.visible_from` as the catalog works it out, from its columns."""


class Version(NamedTuple):
    """What the order of versions goes by: the hash as read, and days in ISO form, None where unknown."""

    source_sha256: str
    modified: str | None = None
    visible_from: str | None = None


def version_of(article: Article) -> Version:
    """Return what an article's place among its versions goes by."""
    modified, begins = (day.isoformat() if day else None for day in (article.modified, article.visible_from))
    return Version(article.sha256, modified, begins)


def in_order(arrived: Sequence[Version]) -> list[int]:
    """Return the places of versions, given as they arrived, in the order in which they follow; the last is current.

    They follow as they arrived, so that what was corrected at its source holds, whichever way its date went. Only
    where one says when it was modified, a later arrival of an earlier day (on which it was modified, else published)
    stands before it.
    """
    order: list[int] = []
    for place, version in enumerate(arrived):
        day = version.modified or version.visible_from
        later = (
            at for at, other in enumerate(order) if day and (modified := arrived[other].modified) and modified > day
        )
        order.insert(next(later, len(order)), place)
    return order


def windows(arrived: Sequence[Version]) -> list[str | None]:
    """Return for each version the day from which it is no longer visible: the first of any that follows it."""
    until: list[str | None] = [None] * len(arrived)
    first = None
    for place in reversed(in_order(arrived)):
        until[place] = first
        if start := arrived[place].visible_from:
            first = min(first or start, start)
    return until


def is_new(arrived: Sequence[Version], version: Version) -> bool:
    """Tell whether no version has this one's hash."""
    return all(version.source_sha256 != other.source_sha256 for other in arrived)


def returns(arrived: Sequence[Version], version: Version) -> bool:
    """Tell whether a version that was there before is back: it is not the current one, and would be now."""
    *_, now = in_order(arrived)
    *_, last = in_order([*arrived, version])
    return arrived[now].source_sha256 != version.source_sha256 and last == len(arrived)
