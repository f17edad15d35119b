"""How well each word of a claim and each word of a source may stand for one another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.vocabulary import word_vectors
from qa.verify.reading import Reading
from qa.verify.tagging import Token

SYNONYM, DERIVED, DEMONYM = 0.9, 0.8, 0.9
_RELATED_FROM, _RELATED_TO, _RELATED_MOST = 0.34, 0.72, 0.85
"""Cosine of the static vectors from which two words begin to be alike, and where they are as much as they can be:
unrelated words of news lie under 0.25, co-hyponyms about 0.35, synonyms from 0.45 to 0.7."""
_NEAR_FROM, _NEAR_SPAN, _NEAR_MOST = 0.15, 0.9, 0.8
_FUNCTION = frozenset("TDPCSX")
_OPEN = frozenset("NVAR")

Table = NDArray[np.float32]


@dataclass(slots=True)
class _Words:
    """The words of a reading by what they may be matched on."""

    tokens: list[Token]
    open: list[Token]
    vectors: Table
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_stem: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_group: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_pole: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_start: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def _words(reading: Reading) -> _Words:
    """Return the words of a reading, sorted for matching once."""
    kept = reading.extra.get("words")
    if isinstance(kept, _Words):
        return kept
    tokens = [t for t in reading.tokens if t.tag not in _FUNCTION]
    plain = [t for t in tokens if t.tag in _OPEN]
    words = _Words(tokens, plain, word_vectors([t.low for t in plain]))
    for t in tokens:
        words.by_key[t.key].append(t.i)
        words.by_stem[t.stem].append(t.i)
        for group in t.groups:
            words.by_group[group].append(t.i)
        for pole in t.poles:
            words.by_pole[pole].append(t.i)
        if len(t.low) > 4:
            words.by_start[t.low[:5]].append(t.i)
    reading.extra["words"] = words
    return words


def likeness(claim: Reading, source: Reading) -> tuple[Table, Table]:
    """Return two tables, (words of the claim, words of the source), from 0 to 1: alike, and having to do with it.

    A word and itself score 1, a listed synonym 0.9, one derived from it 0.8, a relative by its vector up to 0.85, an
    opposite 0. Names, numbers and dates are alike only where they are the same word or its demonym. In the second
    table words that only have to do with one another score a little too: it tells which of two places is nearer.
    """
    alike = np.zeros((len(claim.tokens), len(source.tokens)), np.float32)
    loose = np.zeros_like(alike)
    mine, theirs = _words(claim), _words(source)
    if mine.open and theirs.open:
        cosines = mine.vectors @ theirs.vectors.T
        cells = np.ix_([t.i for t in mine.open], [t.i for t in theirs.open])
        related = np.clip((cosines - _RELATED_FROM) / (_RELATED_TO - _RELATED_FROM), 0, 1) * _RELATED_MOST
        columns = np.array(["_" in b.key for b in theirs.open], bool)
        related[:, columns] = 0.0
        related[np.array(["_" in a.key for a in mine.open], bool)] = 0.0
        alike[cells] = related
        loose[cells] = np.clip((cosines - _NEAR_FROM) / _NEAR_SPAN, 0, _NEAR_MOST)
    tokens = source.tokens
    for a in mine.tokens:
        row = alike[a.i]
        _listed(a, row, theirs, tokens)
    return alike, np.maximum(alike, loose)


def _listed(a: Token, row: Table, theirs: _Words, tokens: list[Token]) -> None:
    """Fill in what the lists and the letters say of one word of the claim, weakest first."""
    phrase = "_" in a.key
    if len(a.low) > 4 and not phrase and a.tag not in "#W":
        for j in theirs.by_start.get(a.low[:5], ()):
            b = tokens[j]
            if "_" in b.key or b.tag in "#W":
                continue
            if a.tag == "E" and b.tag == "E":
                row[j] = max(row[j], 0.85)
            elif (a.tag == "E") != (b.tag == "E"):
                row[j] = max(row[j], DEMONYM)
            elif a.stem[:5] == b.stem[:5] and len(a.stem) > 4 and abs(len(a.stem) - len(b.stem)) <= 4:
                row[j] = max(row[j], DERIVED)
    for line, side in a.poles:
        for j in theirs.by_pole.get((line, 1 - side), ()):
            row[j] = 0.0
    if a.tag != "#":
        for group in a.groups:
            for j in theirs.by_group.get(group, ()):
                if tokens[j].tag != "#":
                    row[j] = SYNONYM
    if not phrase:
        for j in theirs.by_stem.get(a.stem, ()):
            if "_" not in tokens[j].key:
                row[j] = 1.0
    for j in theirs.by_key.get(a.key, ()):
        row[j] = 1.0


def opposite(a: Token, b: Token) -> bool:
    """Tell whether two words are opposites."""
    return any((line, 1 - side) in b.poles for line, side in a.poles)
