"""What speaks for a passage, and for a sentence, as numbers; the weights are in `weights/ranking.json`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.analysis import MARKS
from index.pool import Pool
from index.query import NUMBER, Asked
from index.table import PassageTable
from index.terms import beginning

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
    "article_names",  # the same in the whole article
    "numbers",  # share of its numbers
    "pairs",  # share of its word pairs, side by side
    "kind",  # the sentence that covers most names a thing of the kind that is asked for
    "best_cover",  # the largest share in a single sentence with the one before
    "worst",  # the weight of the heaviest term that nothing in passage or title makes up for
    "near",  # the question's terms near a possible answer, at best
    "votes",  # how much the passages agree on its best possible answer
    "length",  # words / 150
)
"""Names of the columns of `passage_features`."""

SENTENCE_FEATURES = (
    "cover",  # share of the question's idf in the sentence
    "context",  # more of it in the sentence before
    "after",  # more of it in the sentence after
    "title",  # more of it in the title
    "soft",  # what is missing, made up for by the most similar word of the sentence
    "plain",  # share of the terms that are no names, the most similar word counting for a missing one
    "worst",  # the weight of the heaviest term that nothing in the sentence, its neighbours or the title makes up for
    "names",
    "names_near",  # in the sentence, its neighbours or the title
    "numbers",
    "pairs",
    "cosine",  # of question and sentence
    "kind",  # it names a thing of the kind that is asked for, which is not in the question
    "head",  # how similar its most similar new word is to "country" in "which country"
    "head_name",  # the same among its new names
    "counted",  # how similar to the head word are the three words after its best number
    "near",  # how near the question's terms stand to its best possible answer
    "votes",  # how much the passages agree on its best possible answer
    "full_name",  # two new capitalised words side by side, where a person is asked for
    "new_names",  # it has a name that the question has not
    "new_numbers",
    "replies",  # the sentence before asks, and covers what is asked
    *MARKS,
    "passage",  # the score of its passage, squashed to 0..1
    "rank",  # 1 / (rank of its passage)
)
"""Names of the columns of `sentence_features`."""

Matrix = NDArray[np.float64]

_NEARNESS_WITHOUT_A_DAY = 0.3
_KINDS: dict[Asked, re.Pattern[str]] = {
    "money": re.compile(r"[$£€¥]\s?\d|\b(?:dollars?|pounds?|euros?|yen|rubles?|roubles?|cents?|USD|GBP|EUR)\b", re.I),
    "place": re.compile(r"\b(?:in|at|from|to|near|of|outside|across|into|off)\s+(?:the\s+)?[A-Z]"),
    "reason": re.compile(
        r"\b(?:because|due to|owing to|as a result|after|amid|caused|blamed|in order to|so that|reason|following|"
        r"prompted|led to|thanks to|in response|citing|over concerns?|accus\w+|alleg\w+)\b",
        re.I,
    ),
    "speech": re.compile(
        r"[\"“”]|\b(?:said|says|told|replied|claimed|announced|argued|called|answered|denied|admitted|warned|stated|"
        r"insisted|added|described|declared|tweeted|wrote)\b",
        re.I,
    ),
}
"""What a sentence looks like that names a thing of a kind, beside its possible answers."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the two searches said of a passage; a rank counts from 0, -1: not found."""

    bm25: float
    bm25_rank: int
    cosine: float
    cosine_rank: int


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


def passage_features(pool: Pool, first: Matrix) -> Matrix:
    """Return all features of each passage, shape (passages, len(PASSAGE_FEATURES)).

    `first` are its first features, in the same order.
    """
    weights, begins = pool.weighed.weights, pool.first_segments
    hits = np.logical_or.reduceat(pool.hits, begins, axis=1)
    soft = np.maximum.reduceat(pool.soft, begins, axis=1)
    before, same = pool.neighbours(-1)
    covers = np.zeros(len(pool.starts), np.float32)
    covers[pool.sentences] = weights @ (pool.hits[:, pool.sentences] | (pool.hits[:, before] & same))
    kinds = np.zeros(len(pool.starts), np.float32)
    kinds[pool.sentences] = _of_kind(pool)
    ends = np.append(begins[1:], len(covers))
    tops = np.array([begin + int(np.argmax(covers[begin:end])) for begin, end in zip(begins, ends, strict=True)])
    nothing = np.zeros(len(begins), np.float32)
    return np.column_stack([
        first,
        weights @ hits,
        weights @ pool.hits[:, begins],
        weights @ (soft * ~hits),
        _share(hits[pool.weighed.named]),
        _in_articles(pool),
        _numbers(pool, [" ".join((passage.article.title or "", *passage.texts)) for passage in pool.passages]),
        _share(np.logical_or.reduceat(pool.pairs, begins, axis=1)),
        kinds[tops],
        covers[tops],
        (weights[:, None] * (1 - soft)).max(axis=0, initial=0),
        np.maximum.reduceat(pool.best(pool.nearness, pool.candidates), begins) if len(begins) else nothing,
        np.maximum.reduceat(pool.best(pool.votes, pool.candidates), begins) if len(begins) else nothing,
        [(len(passage.words) - len(passage.segments)) / 150 for passage in pool.passages],
    ])  # fmt: skip


def sentence_features(pool: Pool) -> Matrix:
    """Return the features of every sentence of the pool, passage by passage, shape (sentences, features).

    The last two columns, `passage` and `rank`, are left at zero: `with_passages` fills them in.
    """
    weights, named, own = pool.weighed.weights, pool.weighed.named, pool.sentences
    before, follows = pool.neighbours(-1)
    after, goes_on = pool.neighbours(1)
    hits = pool.hits[:, own]
    near = hits | (pool.hits[:, before] & follows)
    far = near | (pool.hits[:, after] & goes_on) | pool.hits[:, pool.titles]
    soft = pool.soft[:, own]
    around = np.maximum(soft, np.maximum(pool.soft[:, before] * follows, pool.soft[:, after] * goes_on))
    around = np.maximum(around, pool.soft[:, pool.titles])
    cover = weights @ hits
    context = weights @ near - cover
    marks = np.vstack([passage.marks for passage in pool.passages])
    asks = marks[:, MARKS.index("asks")]
    asked_before = np.concatenate([[0.0], asks[:-1]]) * follows
    plain = weights * ~named
    name_pairs = pool.names.copy()
    name_pairs[:-1] &= pool.names[1:]
    name_pairs[-1:] = False
    person = pool.weighed.query.asked == "person"
    return np.column_stack([
        cover,
        context,
        weights @ (hits | (pool.hits[:, after] & goes_on)) - cover,
        weights @ (hits | pool.hits[:, pool.titles]) - cover,
        weights @ (soft * ~hits),
        (plain @ soft) / plain.sum() if plain.any() else np.full(len(own), 0.5),
        (weights[:, None] * (1 - around)).max(axis=0, initial=0),
        _share(hits[named]),
        _share(far[named]),
        _numbers(pool, [text for passage in pool.passages for text in passage.texts]),
        _share(pool.pairs[:, own]),
        pool.cosines,
        _of_kind(pool),
        pool.best(pool.heads, pool.new)[own],
        pool.best(pool.heads, pool.names)[own],
        pool.best(_after(pool.heads, 3), pool.numbers)[own] if person is False else np.zeros(len(own)),
        pool.best(pool.nearness, pool.candidates)[own],
        pool.best(pool.votes, pool.candidates)[own],
        pool.any(name_pairs)[own] * person,
        pool.any(pool.names)[own],
        pool.any(pool.digits)[own],
        context * asked_before * (asks == 0),
        marks,
        np.zeros((len(own), 2)),
    ])  # fmt: skip


def with_passages(sentences: Matrix, pool: Pool, scores: Matrix) -> Matrix:
    """Return the features of all sentences with those of their passages filled in; `scores` are the passages'."""
    filled = sentences.copy()
    ranks = 1 + (scores[None, :] > scores[:, None]).sum(axis=1)
    filled[:, -2] = (1 / (1 + np.exp(-scores)))[pool.sentence_passages]
    filled[:, -1] = (1 / ranks)[pool.sentence_passages]
    return filled


def _of_kind(pool: Pool) -> NDArray[np.float64]:
    """Return which sentences name a thing of the kind that is asked for, which is not in the question."""
    asked = pool.weighed.query.asked
    found = pool.any(pool.candidates)[pool.sentences]
    if asked in ("thing", "choice", "yes or no"):
        return np.zeros(len(found))
    if asked in ("reason", "speech"):
        found = np.ones(len(found), np.bool_)
    if pattern := _KINDS.get(asked):
        texts = (text for passage in pool.passages for text in passage.texts)
        found = found & np.array([bool(pattern.search(text)) for text in texts], np.bool_)
    return found.astype(np.float64)


def _after(values: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return, for each word, the largest value among the `count` words after it."""
    best = np.zeros_like(values)
    for step in range(1, count + 1):
        best[:-step] = np.maximum(best[:-step], values[step:])
    return best


def _share(hits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the share of the rows that are hit in each column; half where there are no rows."""
    found: Matrix = hits.mean(axis=0) if len(hits) else np.full(hits.shape[1], 0.5)
    return found


def _in_articles(pool: Pool) -> list[float]:
    """Return the share of the question's names that stand anywhere in the article of each passage; half without any.

    A name counts by its beginning (Tonga, Tongan), one in capitals (IS, US) as it is.
    """
    names = pool.weighed.query.names
    shares: dict[int, float] = {}
    for passage in pool.passages:
        row = passage.stored.article_row
        if names and row not in shares:
            text = f"{passage.article.title or ''}\n{passage.article.text}"
            lowered = text.lower()
            held = (name in text if name.isupper() else beginning(name) in lowered for name in names)
            shares[row] = sum(held) / len(names)
    return [shares.get(passage.stored.article_row, 0.5) for passage in pool.passages]


def _numbers(pool: Pool, texts: list[str]) -> list[float]:
    """Return the share of the question's numbers that stand in each text; half where it has none."""
    wanted = pool.weighed.query.numbers
    if not wanted:
        return [0.5] * len(texts)
    held = ({number.strip(".,").replace(",", "") for number in NUMBER.findall(text)} for text in texts)
    return [len(wanted & numbers) / len(wanted) for numbers in held]


def _reciprocal(rank: int) -> float:
    return 1 / (1 + rank / 10) if rank >= 0 else 0.0
