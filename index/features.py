"""What speaks for a passage, and for a sentence, as numbers; the weights are in `weights/ranking.json`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed, Sentence
from index.catalog import PassageTable
from index.lexicon import WordVectors
from index.query import Query

FIRST_FEATURES = (
    "bm25",  # share of the best BM25 score
    "bm25_rank",  # 1 / (1 + rank / 10), 0: not found
    "cosine",  # of question and passage, 0: not found
    "cosine_rank",
    "days",  # -log2(1 + days before the as-of day) / 10
    "this_week",  # published in the seven days up to the as-of day
    "this_month",
    "first",  # the first passage of its article
    "depth",  # -log2(1 + number of the passage) / 4
    "article",  # share of the best BM25 score of any passage of the article
)
"""Names of the columns of `first_features`, each a number near 0 to 1: known without reading a passage."""

PASSAGE_FEATURES = (
    *FIRST_FEATURES,
    "cover",  # share of the question's idf that stands in the passage or its title
    "title",  # the same in the title alone
    "soft",  # what is missing, made up for by the most similar word
    "names",  # share of the question's names in passage or title
    "numbers",  # share of its numbers
    "pairs",  # share of its word pairs, side by side
    "kind",  # the sentence that covers most names a thing of the kind that is asked for
    "best_cover",  # the largest share in a single sentence with the one before
    "length",  # words / 150
)
"""Names of the columns of `passage_features`."""

SENTENCE_FEATURES = (
    "cover",  # share of the question's idf in the sentence
    "context",  # more of it in the sentence before
    "after",  # more of it in the sentence after
    "title",  # more of it in the title
    "soft",  # what is missing, made up for by the most similar word of the sentence
    "names",
    "names_near",  # in the sentence, its neighbours or the title
    "numbers",
    "pairs",
    "cosine",  # of question and sentence
    "kind",  # it names a thing of the kind that is asked for, which is not in the question
    "head",  # how similar its most similar new word is to "country" in "which country"
    "new_names",  # it has a name that the question has not
    "new_numbers",
    "asks",  # it is itself a question
    "replies",  # the sentence before asks, and covers what is asked
    "opening",  # among the first three sentences of the article
    "fragment",  # without a full stop, or fewer than five words
    "length",  # log2(words) / 6
    "long",  # beyond 45 words
    "quoted",
    "passage",  # the score of its passage, squashed to 0..1
    "rank",  # 1 / (rank of its passage)
)
"""Names of the columns of `sentence_features`."""

_NEARNESS_WITHOUT_A_DAY = 0.3
_SOFT_FROM = 0.45
"""Cosine of two words below which they have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A query with what its terms weigh, and the vectors of its terms and head words."""

    query: Query
    idf: dict[str, float]
    total: float
    term_vectors: NDArray[np.float32]
    head_vectors: NDArray[np.float32]

    def share(self, stems: frozenset[str]) -> float:
        """Return the share of the question's idf that these stems hold."""
        return sum(weight for stem, weight in self.idf.items() if stem in stems) / self.total


@dataclass(frozen=True, slots=True)
class Found:
    """What the two searches said of a passage; a rank counts from 0, -1: not found."""

    bm25: float
    bm25_rank: int
    cosine: float
    cosine_rank: int


class Similarity:
    """How similar the words of all candidates are to the question's terms and head words, worked out at once."""

    def __init__(self, weighed: Weighed, passages: list[Analysed], vectors: WordVectors) -> None:
        found = dict.fromkeys(word for p in passages for s in p.sentences for word in s.content.values())
        self._places = {word: place for place, word in enumerate(found)}
        matrix = vectors.of(list(found)) if found else np.zeros((1, weighed.term_vectors.shape[1]), np.float32)
        self._terms = np.clip((weighed.term_vectors @ matrix.T - _SOFT_FROM) / (1 - _SOFT_FROM), 0, 1)
        self._heads = (weighed.head_vectors @ matrix.T).max(axis=0) if len(weighed.head_vectors) else None
        self._stems = list(weighed.idf)
        self._weights = np.array(list(weighed.idf.values())) / weighed.total

    def made_up(self, content: dict[str, str]) -> float:
        """Return what these words make up for of the terms that are missing among them, as a share of the idf."""
        missing = [number for number, stem in enumerate(self._stems) if stem not in content]
        if not missing or not content:
            return 0.0
        places = [self._places[word] for word in content.values()]
        return float(self._weights[missing] @ self._terms[np.ix_(missing, places)].max(axis=1))

    def head(self, new: dict[str, str]) -> float:
        """Return how similar the most similar of these words is to a head word; 0 without head words."""
        if self._heads is None or not new:
            return 0.0
        return float(max(0.0, self._heads[[self._places[word] for word in new.values()]].max()))


def first_features(
    found: list[Found], places: NDArray[np.int64], table: PassageTable, as_of: date | None
) -> NDArray[np.float64]:
    """Return what is known of each found passage without reading it, shape (len(found), len(FIRST_FEATURES)).

    `places` are the passages' places in the table. Nearness in time counts from `as_of`. Without it, it
    counts from the newest passage found and for a third only, because then nothing says that news of that
    day is meant; an undated passage is as old as the middle one.
    """
    bm25 = np.array([item.bm25 for item in found])
    best = float(bm25.max(initial=0.0)) or 1.0
    rows = table.article_rows[places]
    _, inverse = np.unique(rows, return_inverse=True)
    by_article = np.zeros(int(inverse.max(initial=-1)) + 1)
    np.maximum.at(by_article, inverse, bm25)
    dated = table.dated[places]
    days = table.published[places]
    newest = as_of.toordinal() if as_of else int(days[dated].max(initial=0))
    ages = np.maximum(0, newest - days)
    ages[~dated] = np.median(ages[dated]) if dated.any() else 0
    nearness = -np.log2(1 + ages) / 10
    depth = table.numbers[places]
    return np.column_stack([
        bm25 / best,
        [_reciprocal(item.bm25_rank) for item in found],
        [item.cosine for item in found],
        [_reciprocal(item.cosine_rank) for item in found],
        nearness if as_of else nearness * _NEARNESS_WITHOUT_A_DAY,
        (ages <= 7) & (as_of is not None),
        (ages <= 31) & (as_of is not None),
        depth == 0,
        -np.log2(1 + depth) / 4,
        by_article[inverse] / best,
    ])  # fmt: skip


def passage_features(
    weighed: Weighed, passages: list[Analysed], first: NDArray[np.float64], similarity: Similarity
) -> NDArray[np.float64]:
    """Return all features of each passage, shape (len(passages), len(PASSAGE_FEATURES)).

    `first` are its first features, in the same order.
    """
    query = weighed.query
    rows = []
    for passage in passages:
        stems = passage.stems | passage.title.stems
        covers = [_cover_near(weighed, passage, number) for number in range(len(passage.sentences))]
        top = int(np.argmax(covers)) if covers else 0
        numbers = frozenset().union(*(sentence.numbers for sentence in passage.sentences))
        texts = (passage.title, *passage.sentences)
        pairs = frozenset().union(*(sentence.side_by_side(query.pairs) for sentence in texts))
        rows.append([
            weighed.share(stems),
            weighed.share(passage.title.stems),
            similarity.made_up(_content(passage)),
            _share(query.names, stems),
            _share(query.numbers, numbers),
            _share(query.pairs, pairs),
            float(bool(covers) and query.asked in passage.sentences[top].kinds),
            covers[top] if covers else 0.0,
            len(passage.stored.passage.text.split()) / 150,
        ])  # fmt: skip
    return np.hstack([first, np.array(rows, np.float64).reshape(len(passages), -1)])


def sentence_features(
    weighed: Weighed,
    passage: Analysed,
    similarity: Similarity,
    cosines: NDArray[np.float32],
    passage_score: float,
    rank: int,
) -> NDArray[np.float64]:
    """Return the features of each sentence of a passage, shape (sentences, len(SENTENCE_FEATURES)).

    `cosines` are those of the question and each sentence; `passage_score` is its score so far, `rank` its
    place so far, counted from 1.
    """
    query = weighed.query
    rows = []
    squashed = 1 / (1 + math.exp(-passage_score))
    for number, sentence in enumerate(passage.sentences):
        before = passage.sentences[number - 1] if number else None
        after = passage.sentences[number + 1] if number + 1 < len(passage.sentences) else None
        cover = weighed.share(sentence.stems)
        near = sentence.stems | (before.stems if before else frozenset())
        context = weighed.share(near) - cover
        far = near | (after.stems if after else frozenset()) | passage.title.stems
        new = {stem: word for stem, word in sentence.content.items() if stem not in weighed.idf}
        count = len(sentence.words)
        replies = before is not None and before.is_question and "?" not in sentence.text
        rows.append([
            cover,
            context,
            weighed.share(sentence.stems | after.stems) - cover if after else 0.0,
            weighed.share(sentence.stems | passage.title.stems) - cover,
            similarity.made_up(sentence.content),
            _share(query.names, sentence.stems),
            _share(query.names, far),
            _share(query.numbers, sentence.numbers),
            _share(query.pairs, sentence.side_by_side(query.pairs)),
            float(cosines[number]),
            float(_has_new_kind(query, sentence, new)),
            similarity.head(new),
            float(bool(sentence.names & new.keys())),
            float(bool(sentence.numbers - query.numbers)),
            float(sentence.is_question),
            (context if replies else 0.0),
            float(passage.stored.passage.number == 0 and number < 3),
            float(count < 5 or sentence.text[-1:] not in ".!?”\"'’)…"),
            math.log2(1 + count) / 6,
            max(0, count - 45) / 45,
            float("“" in sentence.text or '"' in sentence.text),
            squashed,
            1 / rank,
        ])  # fmt: skip
    return np.array(rows, np.float64).reshape(len(passage.sentences), len(SENTENCE_FEATURES))


def _content(passage: Analysed) -> dict[str, str]:
    content: dict[str, str] = {}
    for sentence in passage.sentences:
        content |= sentence.content
    return content


def _has_new_kind(query: Query, sentence: Sentence, new: dict[str, str]) -> bool:
    if query.asked in ("person", "place"):
        return query.asked in sentence.kinds and bool(sentence.names & new.keys())
    if query.asked in ("number", "money"):
        return query.asked in sentence.kinds and (bool(sentence.numbers - query.numbers) or not sentence.numbers)
    return query.asked in sentence.kinds


def _cover_near(weighed: Weighed, passage: Analysed, number: int) -> float:
    stems = passage.sentences[number].stems
    if number:
        stems |= passage.sentences[number - 1].stems
    return weighed.share(stems)


def _share(wanted: frozenset[Any], held: frozenset[Any]) -> float:
    """Return the share of what is wanted that is held; half where nothing is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 0.5


def _reciprocal(rank: int) -> float:
    return 1 / (1 + rank / 10) if rank >= 0 else 0.0
