"""The words of a library as numbers: what each is (a stop word, capitalised, a number) and what it resembles."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dates import MONTHS, WEEKDAYS
from index.embed import StaticEmbedder, default_embedder
from index.inflections import lemma
from index.lexicon import background
from index.terms import is_stopword, stem

NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million billion trillion dozen dozens half third quarter percent couple several twice double triple".split()
)
TIME_WORDS = frozenset(MONTHS) | frozenset(WEEKDAYS) | frozenset(
    "today yesterday tomorrow tonight week month year weekend morning evening noon midnight century decade".split()
)  # fmt: skip

STOP, CAPITAL, DIGITS, NUMBER, TIME, LONG, YEAR = (1 << bit for bit in range(7))
"""Flags of a word as written: a stop word; begins with a capital; has a digit; says how many; says when; has more
than three letters; is a year."""

Ids = NDArray[np.int32]
MOST_WORDS = 120_000
"""Words that are kept with their vectors, 80 MB of them, before the list is begun anew."""
_COMMON = 0.01
"""Share of news passages at which a name is half as telling as a rare one."""


class Vocabulary:
    """Numbers words as they are written, and knows of each its stem, its flags, its rarity and its vector.

    Id 0 is no word. Words are only ever added, so ids stay valid. `stems`, `flags` and `rarity` have a row an id, and
    rows to spare. Safe to share between threads.
    """

    def __init__(self, embedder: StaticEmbedder | None = None) -> None:
        self._embedder = embedder or default_embedder()
        self._ids: dict[str, int] = {"": 0}
        self._stem_ids: dict[str, int] = {"": 0}
        self._lock = threading.Lock()
        self.stems: Ids = np.zeros(1, np.int32)
        self.flags: NDArray[np.uint8] = np.zeros(1, np.uint8)
        self.rarity: NDArray[np.float32] = np.zeros(1, np.float32)
        self._sums: NDArray[np.float16] = np.zeros((0, 0), np.float16)  # the model is read when a word comes

    def __len__(self) -> int:
        """Return how many words have an id."""
        return len(self._ids)

    def number(self, words: Sequence[str]) -> list[int]:
        """Return the ids of words as written; new ones get theirs."""
        ids = self._ids
        try:
            return [ids[word] for word in words]
        except KeyError:
            self._learn([word for word in dict.fromkeys(words) if word not in ids])
            return [self._ids[word] for word in words]

    def stem_id(self, stem_: str) -> int:
        """Return the number of a stem and of its irregular forms, -1 if no word here has it."""
        return self._stem_ids.get(lemma(stem_), -1)

    def sums(self, ids: Ids) -> NDArray[np.float32]:
        """Return the sums of the token vectors of words, shape (len(ids), dimensions): not of unit length."""
        if not len(self._sums):
            return np.zeros((len(ids), self._embedder.dimensions), np.float32)
        found: NDArray[np.float32] = self._sums[ids].astype(np.float32)
        return found

    def vectors(self, ids: Ids) -> NDArray[np.float32]:
        """Return the unit vectors of words, shape (len(ids), dimensions); zeros for a word without a vector."""
        return unit(self.sums(ids))

    def _learn(self, words: list[str]) -> None:
        with self._lock:
            words = [word for word in words if word not in self._ids]
            if not words:
                return
            stems = [stem(word) for word in words]
            shares = background()
            rarity = [_COMMON / (_COMMON + shares.get(s.lower(), 0.0)) for s in stems]
            lemmas = [lemma(s) for s in stems]
            for s in lemmas:
                self._stem_ids.setdefault(s, len(self._stem_ids))
            count = len(self._ids)
            new = slice(count, count + len(words))
            if new.stop > len(self._sums):
                self.stems, self.flags, self.rarity = (
                    _grown(column, 2 * new.stop) for column in (self.stems, self.flags, self.rarity)
                )
                sums = self._sums if len(self._sums) else np.zeros((0, self._embedder.dimensions), np.float16)
                self._sums = _grown(sums, 2 * new.stop)
            self._sums[new] = self._embedder.sums([word.lower() for word in words])
            self.stems[new] = [self._stem_ids[s] for s in lemmas]
            self.flags[new] = [_flags(word) for word in words]
            self.rarity[new] = rarity
            self._ids.update(zip(words, range(new.start, new.stop), strict=True))  # last: columns come first


def word_vectors(words: Sequence[str]) -> NDArray[np.float32]:
    """Return the unit vectors of words by the shipped model, shape (len(words), dimensions); they are kept."""
    vocabulary = vocabulary_of(default_embedder())
    return vocabulary.vectors(np.array(vocabulary.number(words), np.int32))


def vocabulary_of(embedder: StaticEmbedder) -> Vocabulary:
    """Return the vocabulary that all who use an embedder share; begun anew when it knows too many words."""
    if len(_shared(embedder)) > MOST_WORDS:
        _shared.cache_clear()
    return _shared(embedder)


@lru_cache(maxsize=2)
def _shared(embedder: StaticEmbedder) -> Vocabulary:
    return Vocabulary(embedder)


def _grown(column: NDArray[Any], rows: int) -> NDArray[Any]:
    grown = np.zeros((rows, *column.shape[1:]), column.dtype)
    grown[: len(column)] = column
    return grown


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows scaled to length one; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = rows / np.maximum(lengths, 1e-9)
    return scaled


def _flags(word: str) -> int:
    lowered = word.lower()
    digits = any(character.isdigit() for character in word)
    year = len(word) == 4 and word.isdigit() and "1500" <= word < "2100"
    return (
        STOP * is_stopword(word)
        | CAPITAL * word[0].isupper()
        | DIGITS * digits
        | NUMBER * ((digits and not year) or lowered in NUMBER_WORDS)
        | TIME * (lowered in TIME_WORDS or year)
        | LONG * (len(word) > 3)
        | YEAR * year
    )
