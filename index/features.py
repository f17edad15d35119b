"""What speaks for a passage, and for a sentence, as numbers; the weights are in `weights/ranking.json`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed, Sentence
from index.lexicon import WordVectors
from index.query import Query

PASSAGE_FEATURES = (
    "bm25",  # share of the best BM25 score
    "bm25_rank",  # 1 / (1 + rank / 10), 0: not found
    "cosine",  # of question and passage
    "cosine_rank",
    "cover",  # share of the question's idf that stands in the passage or its title
    "title",  # the same in the title alone
    "soft",  # what is missing, made up for by the most similar word
    "names",  # share of the question's names in passage or title
    "numbers",  # share of its numbers
    "pairs",  # share of its word pairs, side by side
    "kind",  # it names a thing of the kind that is asked for, in the best covering sentence
    "best_cover",  # the best share in a single sentence with its neighbours
    "days",  # -log2(1 + days before the as-of day) / 10; undated as a year
    "this_week",  # published in the seven days up to the as-of day
    "this_month",
    "first",  # the first passage of its article
    "depth",  # -log2(1 + number of the passage) / 4
    "article",  # share of the best BM25 score of any passage of the article
    "length",  # words / 150
)
"""Names of the columns of `passage_features`, each a number near 0 to 1."""

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


def passage_features(
    weighed: Weighed, passages: list[Analysed], found: list[Found], reference: date | None
) -> NDArray[np.float64]:
    """Return the features of each passage, shape (len(passages), len(PASSAGE_FEATURES)).

    `reference` is the day from which nearness in time is counted: as_of, else the newest article's.
    """
    query = weighed.query
    best = max((item.bm25 for item in found), default=0.0) or 1.0
    by_article: dict[int, float] = {}
    for passage, item in zip(passages, found, strict=True):
        row = passage.stored.article_row
        by_article[row] = max(by_article.get(row, 0.0), item.bm25)
    rows = []
    for passage, item in zip(passages, found, strict=True):
        stems = passage.stems | passage.title.stems
        covers = [_cover_near(weighed, passage, number) for number in range(len(passage.sentences))]
        top = int(np.argmax(covers)) if covers else 0
        age = _age(passage.article.published, reference)
        pairs = frozenset().union(*(sentence.pairs for sentence in passage.sentences), passage.title.pairs)
        cover = weighed.share(stems)
        rows.append([
            item.bm25 / best,
            1 / (1 + item.bm25_rank / 10) if item.bm25_rank >= 0 else 0.0,
            item.cosine,
            1 / (1 + item.cosine_rank / 10) if item.cosine_rank >= 0 else 0.0,
            cover,
            weighed.share(passage.title.stems),
            0.0,  # soft: filled in for the passages that are looked at closely
            _share(query.names, stems),
            _share(query.numbers, frozenset().union(*(s.numbers for s in passage.sentences))),
            _share(query.pairs, pairs),
            float(bool(passage.sentences) and query.asked in passage.sentences[top].kinds),
            covers[top] if covers else 0.0,
            -math.log2(1 + age) / 10,
            float(age <= 7),
            float(age <= 31),
            float(passage.stored.passage.number == 0),
            -math.log2(1 + passage.stored.passage.number) / 4,
            by_article[passage.stored.article_row] / best,
            len(passage.stored.passage.text.split()) / 150,
        ])  # fmt: skip
    return np.array(rows, np.float64).reshape(len(passages), len(PASSAGE_FEATURES))


def sentence_features(
    weighed: Weighed,
    passage: Analysed,
    vectors: WordVectors,
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
        soft, head = _similar(weighed, sentence, new, vectors)
        count = len(sentence.words)
        replies = before is not None and before.is_question and "?" not in sentence.text
        rows.append([
            cover,
            context,
            weighed.share(sentence.stems | after.stems) - cover if after else 0.0,
            weighed.share(sentence.stems | passage.title.stems) - cover,
            soft,
            _share(query.names, sentence.stems),
            _share(query.names, far),
            _share(query.numbers, sentence.numbers),
            _share(query.pairs, sentence.pairs),
            float(cosines[number]),
            float(_has_new_kind(query, sentence, new)),
            head,
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


def soft_cover(weighed: Weighed, passage: Analysed, vectors: WordVectors) -> float:
    """Return what the passage's words make up for of the question's missing terms, as a share of its idf."""
    content: dict[str, str] = {}
    for sentence in passage.sentences:
        content |= sentence.content
    return _made_up(weighed, content, vectors.of(list(content.values())))


def _similar(
    weighed: Weighed, sentence: Sentence, new: dict[str, str], vectors: WordVectors
) -> tuple[float, float]:
    matrix = vectors.of(list(sentence.content.values()))
    soft = _made_up(weighed, sentence.content, matrix)
    if not new or not len(weighed.head_vectors):
        return soft, 0.0
    rows = matrix[[stem in new for stem in sentence.content]]
    return soft, float(max(0.0, (rows @ weighed.head_vectors.T).max()))


def _made_up(weighed: Weighed, content: dict[str, str], matrix: NDArray[np.float32]) -> float:
    missing = [number for number, stem in enumerate(weighed.idf) if stem not in content]
    if not missing or not content:
        return 0.0
    best = (weighed.term_vectors[missing] @ matrix.T).max(axis=1)
    weights = np.array(list(weighed.idf.values()))[missing]
    return float((weights * np.clip((best - _SOFT_FROM) / (1 - _SOFT_FROM), 0, 1)).sum() / weighed.total)


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


def _share(wanted: frozenset[str] | frozenset[tuple[str, str]], held: frozenset[object] | frozenset[str]
           | frozenset[tuple[str, str]]) -> float:  # fmt: skip
    """Return the share of what is wanted that is held; half where nothing is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 0.5


def _age(published: date | None, reference: date | None) -> int:
    if published is None or reference is None:
        return 365
    return max(0, (reference - published).days)
