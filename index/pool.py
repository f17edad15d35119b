"""The words of all candidates of a question in one row, and where the question's terms stand among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed
from index.lexicon import idf
from index.query import Query
from index.vocabulary import CAPITAL, DIGITS, LONG, NUMBER, STOP, TIME, Ids, Vocabulary

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

_SOFT_FROM = 0.45
"""Cosine of two words below which they have nothing to do with each other."""
_REACH = 6.0
"""Words from a term at which a possible answer is half as near as beside it."""
_FAR = 400
"""More words than any candidate answer is away from a term that matters."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A query with what its terms weigh (shares of the sum of their idf), and the vectors of terms and head words."""

    query: Query
    weights: Floats
    term_vectors: Floats
    head_vectors: Floats

    @property
    def named(self) -> Mask:
        """Return which of the terms stand in a name."""
        return np.array([term.stem in self.query.names for term in self.query.terms], np.bool_)


def weigh(query: Query, frequencies: dict[str, int], passages: int, vocabulary: Vocabulary) -> Weighed:
    """Return the query weighed; `frequencies` says in how many of so many passages its stems stand."""
    weights = np.array([idf(stem, frequencies.get(stem, 0), passages) for stem in query.stems], np.float32)
    terms = vocabulary.number([term.text for term in query.terms])
    heads = vocabulary.number(list(query.heads))
    return Weighed(
        query,
        weights / max(float(weights.sum()), 1e-9),
        vocabulary.vectors(np.array(terms, np.int32)),
        vocabulary.vectors(np.array(heads, np.int32)),
    )


class Pool:
    """All candidates side by side, at least one; `vector` is that of the question.

    A segment is a title or a sentence; segments lie passage by passage, the title's first. Matrices have a
    row a term and a column a segment.
    """

    def __init__(self, weighed: Weighed, passages: Sequence[Analysed], vocabulary: Vocabulary, vector: Floats) -> None:
        self.weighed, self.passages, self.vocabulary = weighed, passages, vocabulary
        self.cosines: Floats = np.concatenate([passage.vectors for passage in passages]) @ vector
        lengths = np.array([len(passage.words) for passage in passages], np.int64)
        begins = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self.words: Ids = np.concatenate([passage.words for passage in passages])
        self.starts = np.concatenate([p.segments + b for p, b in zip(passages, begins, strict=True)])
        counts = np.array([len(passage.segments) for passage in passages], np.int64)
        self.first_segments = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        self.passage_of = np.repeat(np.arange(len(passages)), counts)
        self.is_title = np.zeros(len(self.starts), np.bool_)
        self.is_title[self.first_segments] = True
        self.sentences = np.flatnonzero(~self.is_title)
        self.titles = self.first_segments[self.passage_of[self.sentences]]
        self.sentence_passages = self.passage_of[self.sentences]
        self.flags = vocabulary.flags[self.words]
        self.stems = vocabulary.stems[self.words]

    @cached_property
    def at(self) -> Mask:
        """Return at which words each term stands, shape (terms, words)."""
        stems = np.array([self.vocabulary.stem_id(stem) for stem in self.weighed.query.stems], np.int32)
        found: Mask = self.stems[None, :] == stems[:, None]
        return found

    @cached_property
    def hits(self) -> Mask:
        """Return in which segments each term stands, shape (terms, segments)."""
        found: Mask = np.logical_or.reduceat(self.at, self.starts, axis=1)
        return found

    def neighbours(self, step: int) -> tuple[NDArray[np.int64], Mask]:
        """Return, for each sentence, the segment before (-1) or after (1) it, and whether it is of its passage."""
        other = np.clip(self.sentences + step, 0, len(self.starts) - 1)
        same = (self.passage_of[other] == self.sentence_passages) & ~self.is_title[other] & (other != self.sentences)
        return other, same

    @cached_property
    def _unique(self) -> tuple[Ids, NDArray[np.int64]]:
        unique, inverse = np.unique(self.words, return_inverse=True)
        return unique.astype(np.int32), inverse

    @cached_property
    def _vectors(self) -> Floats:
        return self.vocabulary.vectors(self._unique[0])

    @cached_property
    def content(self) -> Mask:
        """Return which words say something: all but stop words and the mark at the beginning of a segment."""
        found: Mask = (self.words > 0) & ((self.flags & STOP) == 0)
        return found

    @cached_property
    def new(self) -> Mask:
        """Return which content words are not in the question."""
        found: Mask = self.content & ~self.at.any(axis=0)
        return found

    @cached_property
    def soft(self) -> Floats:
        """Return how well each segment makes up for each term by its most similar word, 0 to 1; 1 where it stands."""
        unique, inverse = self._unique
        similar = np.clip((self.weighed.term_vectors @ self._vectors.T - _SOFT_FROM) / (1 - _SOFT_FROM), 0, 1)
        similar[:, (self.vocabulary.flags[unique] & STOP) > 0] = 0
        best: Floats = np.maximum.reduceat(similar[:, inverse], self.starts, axis=1)
        best[self.hits] = 1
        return best

    @cached_property
    def heads(self) -> Floats:
        """Return how similar each word is to the head words, zeros without any, shape (words,)."""
        if not len(self.weighed.head_vectors):
            return np.zeros(len(self.words), np.float32)
        similar: Floats = np.clip(self.weighed.head_vectors @ self._vectors.T, 0, 1).max(axis=0)[self._unique[1]]
        return similar

    @cached_property
    def names(self) -> Mask:
        """Return which words are new and stand in a name: capitalised, and at the start of a sentence no short one."""
        opening = np.zeros(len(self.words), np.bool_)
        opening[np.minimum(self.starts + 1, len(self.words) - 1)] = True
        named: Mask = self.new & ((self.flags & CAPITAL) > 0) & (~opening | ((self.flags & LONG) > 0))
        return named

    @cached_property
    def numbers(self) -> Mask:
        """Return which words are new and say how many."""
        found: Mask = ((self.flags & NUMBER) > 0) & ~self.at.any(axis=0)
        return found

    @cached_property
    def digits(self) -> Mask:
        """Return which words have digits and are not in the question."""
        found: Mask = ((self.flags & DIGITS) > 0) & ~self.at.any(axis=0)
        return found

    @cached_property
    def candidates(self) -> Mask:
        """Return which words may be, or begin, what is asked for."""
        asked = self.weighed.query.asked
        if asked in ("number", "money"):
            return self.numbers
        if asked == "date":
            found: Mask = ((self.flags & TIME) > 0) & ~self.at.any(axis=0)
            return found
        if asked in ("person", "place", "name"):
            return self.names
        return self.new

    @cached_property
    def nearness(self) -> Floats:
        """Return how near the question's terms stand to each word, 0 to 1: each counts by its weight, shape (words,).

        Terms in the same passage count, less with every word between, and again less across a sentence's end.
        """
        places = np.arange(len(self.words)) + 8 * np.cumsum(self.words == 0) + _FAR * self._passage_of_words
        total = np.zeros(len(self.words), np.float32)
        for weight, row in zip(self.weighed.weights, self.at, strict=True):
            there = places[row]
            if not len(there):
                continue
            after = np.searchsorted(there, places)
            left = np.abs(places - there[np.maximum(after - 1, 0)])
            right = np.abs(there[np.minimum(after, len(there) - 1)] - places)
            total += weight * (_REACH / (_REACH + np.minimum(left, right))).astype(np.float32)
        return total

    @cached_property
    def _passage_of_words(self) -> NDArray[np.int64]:
        lengths = [len(passage.words) for passage in self.passages]
        return np.repeat(np.arange(len(lengths)), lengths)

    @cached_property
    def votes(self) -> Floats:
        """Return how much the passages agree on each candidate word, 0 to 1, shape (words,); 0 for other words.

        A passage votes for a word by the nearness of the question's terms to it where they are nearest, an
        article once; a common word counts less. The best word of all has 1.
        """
        places = np.flatnonzero(self.candidates)
        found = np.zeros(len(self.words), np.float32)
        if not len(places):
            return found
        stems, inverse = np.unique(self.stems[places], return_inverse=True)
        _, articles = np.unique([passage.stored.article_row for passage in self.passages], return_inverse=True)
        ballots = np.zeros((len(stems), int(articles.max()) + 1), np.float32)
        np.maximum.at(ballots, (inverse, articles[self._passage_of_words[places]]), self.nearness[places] ** 2)
        totals = ballots.sum(axis=1)
        found[places] = totals[inverse] * self.vocabulary.rarity[self.words[places]]
        return found / max(float(found.max()), 1e-9)

    def best(self, values: Floats, mask: Mask) -> Floats:
        """Return the largest value of the words under the mask in each segment, 0 where there is none."""
        best: Floats = np.maximum.reduceat(np.where(mask, values, np.float32(0)), self.starts)
        return best

    def any(self, mask: Mask) -> Mask:
        """Return which segments have a word under the mask."""
        found: Mask = np.logical_or.reduceat(mask, self.starts)
        return found

    @cached_property
    def pairs(self) -> Mask:
        """Return in which segments each of the question's word pairs stands side by side, shape (pairs, segments)."""
        pairs = sorted(self.weighed.query.pairs)
        rows = {stem: number for number, stem in enumerate(self.weighed.query.stems)}
        found = np.zeros((len(pairs), len(self.words)), np.bool_)
        for number, (a, b) in enumerate(pairs):
            found[number, :-1] = self.at[rows[a], :-1] & self.at[rows[b], 1:]
        stands: Mask = np.logical_or.reduceat(found, self.starts, axis=1)
        return stands
