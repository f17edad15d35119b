"""The records that travel between rooms; all frozen, none knows how it is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from index.dates import Precision, iso, say


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article.

    `key` is its identity: the canonical URL, else the resolved path plus row or id. `text` is the body
    without its header lines; all offsets anywhere are Python code points in it. `published` is the calendar
    day that the outlet printed (None: unknown), `published_at` the instant where one was given. Where only a month or
    a year was printed, `published` is its last day and `published_precision` says so. `origins`
    says where each field came from: front matter, JSON-LD, meta, byline, URL, flag, edit. `path` is the resolved
    file that a reader took it from; blank: none, or it comes from the catalog, which keeps all its files apart.
    """

    key: str
    text: str
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: date | None = None
    published_precision: Precision = "day"
    published_at: datetime | None = None
    modified: date | None = None
    url: str | None = None
    file: str = ""
    origins: Mapping[str, str] = field(default_factory=dict, hash=False)
    version: int = 1
    path: str = ""

    @property
    def id(self) -> str:
        """Return the first 12 hex digits of the SHA-256 of the key: the same article, the same id."""
        return article_id(self.key)

    @property
    def sha256(self) -> str:
        """Return the hash over text and metadata; equal hashes mean that there is no work to do."""
        parts = [
            self.text, self.title, self.outlet, self.author, _iso(self.published), _iso(self.published_at),
            _iso(self.modified), self.url,
        ]  # fmt: skip
        if self.published_precision != "day":
            parts.append(self.published_precision)
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()

    @property
    def visible_from(self) -> date | None:
        """Return the day from which this version may be read: the later of published and modified; None: undated."""
        return max(self.published, self.modified or self.published) if self.published else None

    @property
    def when(self) -> str:
        """Return when it was published, as exactly as is known: 28 March 2016, March 2016, 2016, undated."""
        return say(self.published, self.published_precision) if self.published else "undated"

    @property
    def day(self) -> str:
        """Return when it was published in ISO form, as exactly as is known: 2016-03-28, 2016-03, 2016, undated."""
        return iso(self.published, self.published_precision) if self.published else "undated"

    @property
    def name(self) -> str:
        """Return what to attribute it to: the outlet, else its file name, else its URL."""
        return self.outlet or self.file.replace("\\", "/").rsplit("/", 1)[-1] or self.key


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article version, at most 150 words: `article.text[start:end] == text`.

    `sentences` are (start, end) spans in the article's text, in order, inside the passage.
    `boilerplate` marks a contact, subscription or copyright footer: covered, never evidence.
    """

    article_id: str
    version: int
    number: int
    start: int
    end: int
    text: str
    sentences: tuple[tuple[int, int], ...] = ()
    boilerplate: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A scored sentence of a passage: `score` ranks it within one search.

    `confidence` is the probability that it answers, comparable from one question to another.
    """

    start: int
    end: int
    text: str
    score: float
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A ranked passage with its article's facts and its scored sentences, best first.

    `rank` counts from 1. `score` is comparable within one search only. `article` is the version that the
    passage belongs to. `copies` are ids of other articles in scope that print the same report or passage.
    """

    passage: Passage
    article: Article
    score: float
    rank: int
    sentences: tuple[Sentence, ...] = ()
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excluded:
    """How many articles the scope of a question left out, and why."""

    later: int = 0
    undated: int = 0
    outlet: int = 0


@lru_cache(maxsize=65_536)
def article_id(key: str) -> str:
    """Return the id of the article whose identity is `key`: 12 hex digits."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:12]


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
