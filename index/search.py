"""Search: BM25 and vectors fused, cut at the scope, looked at closely, reranked, copies folded, sentences scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed, Analyser
from index.catalog import Catalog
from index.embed import Embedder, StaticEmbedder, default_embedder
from index.features import (
    PASSAGE_FEATURES,
    SENTENCE_FEATURES,
    Found,
    first_features,
    passage_features,
    sentence_features,
    with_passages,
)
from index.folding import fold
from index.inflections import forms
from index.nearest import Nearest
from index.pool import Pool, weigh
from index.query import Query, parse
from index.ranking import OF_PASSAGE, OF_SENTENCE, Ranking, default
from index.recent import Recent
from index.records import Evidence, Sentence
from index.rerank import Reranker
from index.scope import Scope
from index.table import PassageTable
from index.terms import stem
from index.vocabulary import MOST_WORDS, vocabulary_of

CANDIDATES = 100
"""Passages taken from each of the two searches."""
CLOSE = 32
"""Passages whose sentences are looked at."""
_ARTICLES, _SIBLINGS = 5, 12
"""So many passages more are looked at, of so many articles: the best ones."""
_WIDEST = 4000
_NARROW = 5000
"""A filter that leaves at most so many passages, and less than half, is searched exactly, among these only."""
_FREQUENT = 0.05
_MATCHED = 16
"""Questions of which what the full-text index found is kept."""
_MANY_PASSAGES = 20_000
"""Above this many passages, terms in more than a twentieth of them are left out of the full-text query: over 53,000
passages 24 ms with a fifth, 10 ms with a twentieth, the answer among the first 100 as often (0.975)."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that a question brought up, best first by `scores`, with the features worked out of them.

    `sentences` are the features of the sentences, passage by passage. `pool` is None where nothing was found.
    """

    question: str
    pool: Pool | None
    features: NDArray[np.float64]
    scores: NDArray[np.float64]
    sentences: NDArray[np.float64]

    @property
    def passages(self) -> Sequence[Analysed]:
        """Return the passages, best first."""
        return self.pool.passages if self.pool else ()

    @property
    def splits(self) -> NDArray[np.int64]:
        """Return where the sentences of each passage but the first begin."""
        return np.cumsum([len(passage.texts) for passage in self.passages])[:-1]

    def sentence_matrix(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the features of all sentences, given the scores of their passages."""
        return with_passages(self.sentences, self.pool, scores) if self.pool else self.sentences


@dataclass(frozen=True, slots=True)
class Looked:
    """A close look at candidates: passage scores and features, sentence scores and features, passage by passage.

    `read` are the log-odds that each sentence answers, as the cross-encoder reads it; they are in its score.
    """

    scores: NDArray[np.float64]
    features: NDArray[np.float64]
    sentence_features: NDArray[np.float64]
    sentence_scores: NDArray[np.float64]
    read: NDArray[np.float64]

    def topic(self, passage_of: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return, for each sentence, the features that tell whether its passage is about the question."""
        bias = np.ones(len(self.read))
        return np.column_stack([self.sentence_scores, self.features[passage_of][:, OF_PASSAGE], bias])

    def answers(self) -> NDArray[np.float64]:
        """Return, for each sentence, the features that tell whether it reads as an answer."""
        return np.column_stack([self.read, self.sentence_features[:, OF_SENTENCE], np.ones(len(self.read))])

    def confidence(self, passage_of: NDArray[np.int64], ranking: Ranking) -> NDArray[np.float64]:
        """Return the probability that each sentence answers; `passage_of` are the places of their passages."""
        return share(self.topic(passage_of) @ ranking.topic) * share(self.answers() @ ranking.answers)


def share(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities that log-odds stand for."""
    found: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return found


class Searcher:
    """Searches one library; holds what is worth keeping from one question to the next."""

    def __init__(self, catalog: Catalog, nearest: Nearest, embedder: Embedder, ranking: Ranking | None = None) -> None:
        self._catalog = catalog
        self._nearest = nearest
        self._embedder = embedder
        self.ranking = ranking or default()
        self._static = embedder if isinstance(embedder, StaticEmbedder) else default_embedder()
        self._analyser = Analyser(vocabulary_of(self._static))
        self._reranker = Reranker()
        self._matched: Recent[tuple[str, int], tuple[int, NDArray[np.int64], NDArray[np.float64]]] = Recent(_MATCHED)
        self._frequency: Recent[tuple[tuple[str, ...], int], dict[str, int]] = Recent(_MATCHED)
        self._table: PassageTable | None = None

    def table(self) -> PassageTable:
        """Return the columns of all passages, read again when the catalog has changed."""
        if self._table is None or self._table.generation != self._catalog.generation:
            self._table = self._catalog.passage_table()
        return self._table

    def search(self, question: str, scope: Scope, k: int) -> list[Evidence]:
        """Return the k best passages, best first, each with its scored sentences, best first."""
        candidates = self.candidates(question, scope)
        if candidates.pool is None:
            return []
        looked = self.close_look(candidates)
        likely = looked.confidence(candidates.pool.sentence_passages, self.ranking)
        scores = np.split(looked.sentence_scores, candidates.splits)
        shares = np.split(likely, candidates.splits)
        kin = self._kin([passage.stored.article_row for passage in candidates.passages], scope)
        return [
            Evidence(
                candidates.passages[number].stored.passage,
                candidates.passages[number].article,
                float(looked.scores[number]),
                rank,
                _scored(candidates.passages[number], scores[number], shares[number]),
                copies,
            )
            for rank, (number, copies) in enumerate(fold(candidates.pool, looked.scores, k, kin), start=1)
        ]

    def _kin(self, rows: list[int], scope: Scope) -> dict[int, list[tuple[int, str]]]:
        """Return the near-copies of the article versions in these rows that the scope lets see."""
        kin = self._catalog.copies(rows)
        if not kin:
            return {}
        table = self.table()
        seen = set(table.article_rows[scope.visible(table)].tolist())
        return {row: [other for other in copies if other[0] in seen] for row, copies in kin.items()}

    def candidates(self, question: str, scope: Scope) -> Candidates:
        """Return the passages that either search brings up, ranked by the cheap features."""
        query = parse(question)
        table = self.table()
        seen = scope.visible(table)
        vector = self._embedder.embed([question])[0]
        found = self._find(query, vector, table, seen)
        pids, first, scores = self._ranked(found, table, scope)
        if siblings := self._siblings(pids[np.argsort(-scores, kind="stable")], vector, table, seen):
            found = siblings | found
            pids, first, scores = self._ranked(found, table, scope)
        order = np.argsort(-scores, kind="stable")
        known = np.isin(pids[order], list(siblings))
        order = order[known | (np.cumsum(~known) <= CLOSE)]
        stored = self._catalog.passages(pids[order].tolist())
        articles = self._catalog.articles_by_row(sorted({item.article_row for item in stored.values()}))
        stored = {pid: item for pid, item in stored.items() if item.article_row in articles}  # not removed meanwhile
        order = np.array([number for number in order if int(pids[number]) in stored], np.int64)
        if not len(order):
            nothing = np.empty((0, len(PASSAGE_FEATURES)))
            return Candidates(question, None, nothing, np.empty(0), np.empty((0, len(SENTENCE_FEATURES))))
        analyser = self._fresh_analyser()
        vocabulary = analyser.vocabulary
        found_passages = (stored[pid] for pid in pids[order].tolist())
        passages = analyser.analyse([(item, articles[item.article_row]) for item in found_passages])
        weighed = weigh(query, self._frequencies(query.stems), len(table.pids), vocabulary)
        pool = Pool(weighed, passages, vocabulary, self._asked(question, vector))
        return Candidates(question, pool, passage_features(pool, first[order]), scores[order], sentence_features(pool))

    def _ranked(
        self, found: dict[int, Found], table: PassageTable, scope: Scope
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the ids of what was found, the first features and the first scores."""
        pids = np.array(list(found), np.int64)
        first = first_features(list(found.values()), np.searchsorted(table.pids, pids), table, scope.as_of)
        return pids, first, first @ self.ranking.first

    def _siblings(
        self, pids: NDArray[np.int64], vector: NDArray[np.float32], table: PassageTable, seen: NDArray[np.bool_]
    ) -> dict[int, Found]:
        """Return the passages nearest to the question among those of the best articles that no search brought up.

        The answer often stands a few passages below the one that has the words of the question.
        """
        rows = table.article_rows[np.searchsorted(table.pids, pids[:CLOSE])]
        best = list(dict.fromkeys(rows.tolist()))[:_ARTICLES]
        own = table.pids[seen & np.isin(table.article_rows, best)]
        own = own[~np.isin(own, pids)]
        if not len(own):
            return {}
        ids, vectors = self._catalog.vectors(own)
        cosines = vectors.astype(np.float32) @ vector
        return {int(ids[n]): Found(0.0, -1, float(cosines[n]), -1) for n in np.argsort(-cosines)[:_SIBLINGS]}

    def close_look(self, candidates: Candidates) -> Looked:
        """Return the scores of the candidates, their sentences considered, the best of them read with the question."""
        sentences = candidates.sentence_matrix(candidates.scores)
        scores = sentences @ self.ranking.sentence
        read = self._reranker.odds(candidates.question, candidates.pool, scores) if candidates.pool else scores
        scores = scores + self.ranking.read * read
        close = np.hstack([candidates.features, best_two(scores, candidates.splits)])
        return Looked(close @ self.ranking.close, close, sentences, scores, read)

    def _asked(self, question: str, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the vector of the question by the static model, in which sentences are compared."""
        return vector if self._static is self._embedder else self._static.embed([question])[0]

    def _fresh_analyser(self) -> Analyser:
        """Return the analyser; begun anew when it knows too many words."""
        if len(self._analyser.vocabulary) > MOST_WORDS:
            self._analyser = Analyser(vocabulary_of(self._static))
        return self._analyser

    def _find(
        self, query: Query, vector: NDArray[np.float32], table: PassageTable, seen: NDArray[np.bool_]
    ) -> dict[int, Found]:
        """Return the best visible passages of both searches with what each said of them."""
        if not seen.any():
            return {}
        if seen.sum() <= _NARROW and seen.mean() < 0.5:
            few = table.pids[seen]  # asking the full-text index for these alone takes ten times as long
            scores = _first(*self._match(query, len(seen)), table, seen)
            cosines = _first(*self._nearest.exact(vector, CANDIDATES, few), table, seen)
        else:
            scores = self._visible(lambda k: self._match(query, k), table, seen)
            cosines = self._visible(lambda k: self._nearest(vector, k), table, seen)
        ranks = {pid: rank for rank, pid in enumerate(scores)}
        vector_ranks = {pid: rank for rank, pid in enumerate(cosines)}
        return {
            pid: Found(scores.get(pid, 0.0), ranks.get(pid, -1), cosines.get(pid, 0.0), vector_ranks.get(pid, -1))
            for pid in dict.fromkeys([*scores, *cosines])
        }

    def _visible(
        self,
        search: Callable[[int], tuple[NDArray[np.int64], NDArray[Any]]],
        table: PassageTable,
        seen: NDArray[np.bool_],
    ) -> dict[int, float]:
        """Search wider until enough of what is found may be seen; filters are never left to the stores."""
        share = max(float(seen.mean()), 1e-9)
        k = min(int(CANDIDATES * 1.5 / share) + 10, len(seen), _WIDEST)
        while True:
            ids, scores = search(k)
            kept = _first(ids, scores, table, seen)
            if len(kept) >= CANDIDATES or len(ids) < k or k >= len(seen):
                return kept
            k = min(k * 4, len(seen))

    def _match(self, query: Query, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the ids and BM25 scores of the k best passages; remembered, for a question is often asked twice."""
        key = query.text, self.table().generation
        known = self._matched.get(key)
        if known is None or known[0] < k:
            known = k, *self._matching(query, k)
            self._matched.keep(key, known)
        _, ids, scores = known
        return ids[:k], scores[:k]

    def _matching(self, query: Query, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        terms = [term for term in query.terms if not term.stem.isupper()] or list(query.terms)
        count = self._passages
        if count > _MANY_PASSAGES:
            frequencies = self._frequencies([term.stem for term in terms])
            rarer = [term for term in terms if frequencies.get(term.stem, 0) <= _FREQUENT * count]
            terms = rarer or sorted(terms, key=lambda term: frequencies.get(term.stem, 0))[:2]
        if not terms:
            return np.empty(0, np.int64), np.empty(0)
        written = dict.fromkeys(form for term in terms for form in (term.text, *forms(term.stem)))
        wanted = " OR ".join(f'"{form}"' for form in written)
        return self._catalog.match(wanted, k, self.ranking.title_weight)

    def _frequencies(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each stem stands, its irregular forms counted with it."""
        other = {own: [stem(form) for form in forms(own)] for own in stems}
        found = self._counted(sorted({*stems, *(s for group in other.values() for s in group)}))
        return {own: found.get(own, 0) + sum(found.get(s, 0) for s in set(group)) for own, group in other.items()}

    def _counted(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each stem stands as it is; remembered, for each search asks twice."""
        key = tuple(stems), self.table().generation
        known = self._frequency.get(key)
        if known is None:
            known = self._catalog.document_frequencies(stems)
            self._frequency.keep(key, known)
        return known

    @property
    def _passages(self) -> int:
        return len(self.table().pids)


def _first(
    ids: NDArray[np.int64], scores: NDArray[Any], table: PassageTable, seen: NDArray[np.bool_]
) -> dict[int, float]:
    """Return the scores of the first passages that may be seen, in order.

    A passage that came after the table was read is not in it yet.
    """
    places = np.minimum(np.searchsorted(table.pids, ids), len(table.pids) - 1)
    kept = np.flatnonzero((table.pids[places] == ids) & seen[places])[:CANDIDATES]
    return dict(zip(ids[kept].tolist(), scores[kept].tolist(), strict=True))


def _scored(passage: Analysed, scores: NDArray[np.float64], shares: NDArray[np.float64]) -> tuple[Sentence, ...]:
    rows = zip(passage.spans, passage.texts, scores.tolist(), shares.tolist(), strict=True)
    found = [Sentence(start, end, text, score, share) for (start, end), text, score, share in rows]
    return tuple(sorted(found, key=lambda sentence: (-sentence.score, sentence.start)))


def best_two(scores: NDArray[np.float64], splits: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the best and the next best sentence score of each passage, squashed to 0..1; 0 for none."""
    starts, ends = np.append(0, splits), np.append(splits, len(scores))
    passage_of = np.repeat(np.arange(len(starts)), ends - starts)
    ranked = scores[np.lexsort((-scores, passage_of))]
    best = np.zeros((len(starts), 2))
    for column in range(2):
        has = ends - starts > column
        best[has, column] = 1 / (1 + np.exp(-ranked[starts[has] + column] / 4))
    return best
