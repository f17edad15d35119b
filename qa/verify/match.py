"""Set a claim beside its sources: which words answer to which, which sentence and which clause carries what."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.lexicon import background
from qa.verify.clauses import clauses
from qa.verify.likeness import likeness, opposite
from qa.verify.moments import Published, When, dates
from qa.verify.predicates import Clauses, Predicate
from qa.verify.reading import Name, Reading, read
from qa.verify.tagging import Token
from qa.verify.values import Number, numbers


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
    latest_from: int = 0
    """Where in the source the text begins that was published last."""
    outlets: frozenset[str] = frozenset()
    """The words of the names of the outlets that published the sources."""
    near: set[int] = field(default_factory=set)
    """The sentences of the source that the claim draws on."""
    pairs: list[tuple[Predicate, Predicate, float]] = field(default_factory=list)
    """Predicates of the claim with the source's that answer to them best, and how well."""

    def sentence_likeness(self) -> NDArray[np.float32]:
        """Return how well each sentence of the source carries each word of the claim: (sentences, words)."""
        starts = [first for first, last in self.source.reading.sentences if last > first]
        if not starts or not self.alike.size:
            return np.zeros((0, self.alike.shape[0]), np.float32)
        found: NDArray[np.float32] = np.maximum.reduceat(self.alike, starts, axis=1).T
        return found


def match(
    claim: Text,
    source: Text,
    published: date | None = None,
    outlets: frozenset[str] = frozenset(),
    latest_from: int = 0,
) -> Match:
    """Return the claim set beside the source."""
    table, loose = likeness(claim.reading, source.reading)
    best = [(float(row.max()), int(row.argmax())) if row.size else (0.0, -1) for row in table]
    found = Match(claim, source, table, loose, best, published, latest_from, outlets)
    found.near = _near(found)
    found.pairs = _pairs(found)
    return found


def _near(m: Match) -> set[int]:
    """Return the sentences that the claim draws on: greedily, those that carry most of what is not carried yet."""
    tokens = [t for t in m.claim.tokens if t.content]
    chosen: set[int] = set()
    carried = m.sentence_likeness()
    worth = np.array([_says(t) for t in tokens], np.float32)
    total = float(worth.sum()) or 1.0
    rows = [t.i for t in tokens]
    best = np.zeros(len(tokens), np.float32)
    for _ in range(4 if len(carried) and tokens else 0):
        gains = np.maximum(carried[:, rows] - best, 0.0) @ worth
        number = int(gains.argmax())
        if gains[number] < 0.12 * total and chosen:
            break
        chosen.add(number)
        best = np.maximum(best, carried[number, rows])
    return chosen


def _says(token: Token) -> float:
    """Return how much a word tells which sentence is meant; names stand all over."""
    return weight(token.stem) * (0.5 if token.tag == "E" else 1.0)


def _pairs(m: Match) -> list[tuple[Predicate, Predicate, float]]:
    """Return for each predicate of the claim the source's that answers to it best, and how well, from 0 to about 3.

    A verb that is alike counts 1.5, the words of its clause up to 1.6.
    """
    theirs = [q for q in m.source.clauses.predicates if q.words]
    if not theirs:
        return []
    order = [j for q in theirs for j in q.words]
    starts = np.cumsum([0, *(len(q.words) for q in theirs[:-1])])
    verbs = [q.verb for q in theirs]
    pairs = []
    for p in m.claim.clauses.predicates:
        token = m.claim.tokens[p.verb]
        verb = m.alike[p.verb, verbs].copy()
        for k, v in enumerate(verbs):
            if token.poles and opposite(token, m.source.tokens[v]):
                verb[k] = max(verb[k], 0.8)
        if token.form is not None and token.form.base in ("be", "have"):
            verb *= 0.3
        words = [i for i in p.words if m.claim.tokens[i].content]
        score = 1.5 * verb + 0.5 * (verb >= 0.95)
        if words:
            worth = np.array([weight(m.claim.tokens[i].stem) for i in words], np.float32)
            carried = np.maximum.reduceat(m.alike[np.ix_(words, order)], starts, axis=1)
            score = score + 1.6 * (worth @ carried) / worth.sum()
        best = int(score.argmax())
        if score[best] > 0:
            pairs.append((p, theirs[best], float(score[best])))
    return pairs


def same_name(a: Name, b: Name) -> bool:
    """Tell whether two names may be one: a word that is not a title is in both, and no word speaks against it."""
    shared = set(a.words) & set(b.words)
    if not shared:
        return False
    if len(a.words) > 1 and len(b.words) > 1 and a.words[-1] != b.words[-1] and not set(a.words) <= set(b.words):
        return set(b.words) <= set(a.words)
    return True


__all__ = ("Match", "Text", "look", "match", "opposite", "same_name", "weight")
