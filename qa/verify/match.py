"""Set a claim beside its sources: which words answer to which, which sentence and which clause carries what."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.embed import default_embedder
from index.lexicon import background
from qa.verify.clauses import Clauses, Predicate, clauses
from qa.verify.lexicon import canon
from qa.verify.reading import Name, Reading, Token, read
from qa.verify.values import Number, Published, When, dates, numbers

SYNONYM = 0.9
_RELATED_FROM, _RELATED_TO = 0.34, 0.72


@lru_cache(maxsize=100_000)
def _vector(word: str) -> NDArray[np.float32]:
    row: NDArray[np.float32] = default_embedder().embed([word])[0]
    return row


@lru_cache(maxsize=50_000)
def weight(stem: str) -> float:
    """Return how much a word says, from its rarity in news: about 0.2 for the commonest to 1."""
    share = background().get(stem, 0.0002)
    return max(0.2, min(1.0, math.log(share) / math.log(0.0006)))


@dataclass(slots=True)
class Text:
    """A reading with what the checks look at."""

    reading: Reading
    clauses: Clauses
    numbers: list[Number]
    dates: list[When]

    @property
    def tokens(self) -> list[Token]:
        """Return the words."""
        return self.reading.tokens


@lru_cache(maxsize=1024)
def look(text: str, published: Published, seen_from: tuple[date, ...] = ()) -> Text:
    """Return the text as read, with its values resolved beside the day it was published.

    A claim has no day of its own: it may be `seen_from` any of its sources' days.
    """
    reading = read(text)
    when = dates(reading, published)
    for day in seen_from:
        others = {(o.first, o.last): o for o in dates(reading, ((len(text) + 1, day),))}
        when = [
            replace(w, spans=tuple(dict.fromkeys(w.spans + others[w.first, w.last].spans)))
            if (w.first, w.last) in others
            else w
            for w in when
        ]
    taken = frozenset(k for item in when for k in range(item.first, item.last + 1))
    return Text(reading, clauses(reading), numbers(reading, taken), when)


@dataclass(slots=True)
class Match:
    """A claim beside one text of its sources.

    `alike[i, j]` from 0 to 1 tells how well word i of the claim and word j of the source may stand for one another.
    """

    claim: Text
    source: Text
    alike: NDArray[np.float32]
    loose: NDArray[np.float32]
    """The same, but words that only have to do with one another count a little: for which of two is nearer."""
    best: list[tuple[float, int]]
    """For each word of the claim the best likeness in the source and where."""
    published: date | None = None
    outlets: frozenset[str] = frozenset()
    """The words of the names of the outlets that published the sources."""
    near: set[int] = field(default_factory=set)
    """The sentences of the source that the claim draws on."""
    pairs: list[tuple[Predicate, Predicate, float]] = field(default_factory=list)
    """Predicates of the claim with the source's that answer to them best, and how well."""


def alike(a: Token, b: Token) -> float:
    """Return from 0 to 1 how well two words may stand for one another; opposites score 0 here."""
    if a.stem == b.stem or a.key == b.key:
        return 1.0
    if a.tag in ("E", "#", "W") or b.tag in ("E", "#", "W"):
        return _names_alike(a, b)
    if a.groups and a.groups & b.groups:
        return SYNONYM
    if opposite(a, b):
        return 0.0
    if len(a.stem) > 4 and len(b.stem) > 4 and a.stem[:5] == b.stem[:5] and abs(len(a.stem) - len(b.stem)) <= 4:
        return 0.8
    return _related(a.low, b.low)


def _names_alike(a: Token, b: Token) -> float:
    if a.tag == "E" and b.tag == "E" and len(a.low) > 4 and len(b.low) > 4 and a.low[:4] == b.low[:4]:
        return 0.85 if a.low[:5] == b.low[:5] else 0.0
    if (a.tag == "E") != (b.tag == "E") and len(a.low) > 4 and len(b.low) > 4 and a.low[:5] == b.low[:5]:
        return 0.9
    if a.groups and a.groups & b.groups and "#" not in (a.tag, b.tag):
        return SYNONYM
    return 0.0


@lru_cache(maxsize=200_000)
def _related(a: str, b: str) -> float:
    cosine = float(_vector(a) @ _vector(b))
    return max(0.0, min(1.0, (cosine - _RELATED_FROM) / (_RELATED_TO - _RELATED_FROM))) * 0.85


_OPEN = frozenset("NVAR")


@lru_cache(maxsize=200_000)
def _nearness(a: str, b: str) -> float:
    return max(0.0, min(0.8, (float(_vector(a) @ _vector(b)) - 0.15) / 0.9))


def opposite(a: Token, b: Token) -> bool:
    """Tell whether two words are opposites."""
    return any((line, 1 - side) in b.poles for line, side in a.poles)


def match(claim: Text, source: Text, published: date | None = None, outlets: frozenset[str] = frozenset()) -> Match:
    """Return the claim set beside the source."""
    rows = [t for t in claim.tokens if t.tag not in ("T", "D", "P", "C", "S", "X")]
    columns = [t for t in source.tokens if t.tag not in ("T", "D", "P", "C", "S", "X")]
    table = np.zeros((len(claim.tokens), len(source.tokens)), np.float32)
    loose = np.zeros_like(table)
    by_word: dict[str, list[int]] = {}
    for token in columns:
        by_word.setdefault(f"{token.low}/{token.tag}/{token.key}", []).append(token.i)
    unique = [source.tokens[places[0]] for places in by_word.values()]
    for a in rows:
        for b, places in zip(unique, by_word.values(), strict=True):
            value = alike(a, b)
            nearness = max(value, _nearness(a.low, b.low) if a.tag in _OPEN and b.tag in _OPEN else 0.0)
            if value > 0:
                table[a.i, places] = value
            if nearness > 0:
                loose[a.i, places] = nearness
    best = [(float(row.max()), int(row.argmax())) if row.size else (0.0, -1) for row in table]
    found = Match(claim, source, table, loose, best, published, outlets)
    found.near = _near(found)
    found.pairs = _pairs(found)
    return found


def _near(m: Match) -> set[int]:
    """Return the sentences that the claim draws on: greedily, those that carry most of what is not carried yet."""
    tokens = [t for t in m.claim.tokens if t.content]
    chosen: set[int] = set()
    held = {t.i: 0.0 for t in tokens}
    for _ in range(4):
        gains = []
        for number, (first, last) in enumerate(m.source.reading.sentences):
            part = m.alike[:, first:last]
            gain = sum(max(0.0, float(part[t.i].max()) - held[t.i]) * _says(t) for t in tokens) if last > first else 0.0
            gains.append((gain, -number))
        if not gains:
            break
        gain, number = max(gains)
        total = sum(_says(t) for t in tokens) or 1.0
        if gain < 0.12 * total and chosen:
            break
        chosen.add(-number)
        first, last = m.source.reading.sentences[-number]
        for t in tokens:
            held[t.i] = max(held[t.i], float(m.alike[t.i, first:last].max()))
    return chosen


def _says(token: Token) -> float:
    """Return how much a word tells which sentence is meant; names stand all over."""
    return weight(token.stem) * (0.5 if token.tag == "E" else 1.0)


def _pairs(m: Match) -> list[tuple[Predicate, Predicate, float]]:
    """Return for each predicate of the claim the source's best one, and how well they fit, from 0 to about 3."""
    pairs = []
    for p in m.claim.clauses.predicates:
        best: tuple[float, Predicate | None] = (0.0, None)
        for q in m.source.clauses.predicates:
            score = fit(m, p, q)
            if score > best[0]:
                best = (score, q)
        if best[1] is not None:
            pairs.append((p, best[1], best[0]))
    return pairs


def fit(m: Match, p: Predicate, q: Predicate) -> float:
    """Return how well a predicate of the source answers to one of the claim."""
    a, b = m.claim.tokens[p.verb], m.source.tokens[q.verb]
    verb = max(float(m.alike[p.verb, q.verb]), 0.8 if opposite(a, b) else 0.0)
    if a.form is not None and a.form.base in ("be", "have"):
        verb *= 0.3
    words = [i for i in p.words if m.claim.tokens[i].content]
    if not words:
        return verb * 1.5
    columns = q.words
    total = sum(weight(m.claim.tokens[i].stem) for i in words)
    held = sum(weight(m.claim.tokens[i].stem) * float(m.alike[i, columns].max()) for i in words) if columns else 0.0
    return 1.5 * verb + 1.6 * held / total


def name_near(text: Text, i: int) -> Name | None:
    """Return the name that token i is part of, if it is of one."""
    return next((name for name in text.reading.names if name.first <= i <= name.last), None)


def same_name(a: Name, b: Name) -> bool:
    """Tell whether two names may be one: a word that is not a title is in both, and no word speaks against it."""
    shared = set(a.words) & set(b.words)
    if not shared:
        return False
    if len(a.words) > 1 and len(b.words) > 1 and a.words[-1] != b.words[-1] and not set(a.words) <= set(b.words):
        return set(b.words) <= set(a.words)
    return True


__all__ = ("Match", "Text", "alike", "canon", "fit", "look", "match", "opposite", "same_name", "weight")
