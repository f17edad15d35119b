"""Search: BM25 and vectors fused, cut at the scope, looked at closely, copies folded, sentences scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysed, Analyser
from index.catalog import Catalog, PassageTable
from index.embed import Embedder, StaticEmbedder
from index.features import (
    PASSAGE_FEATURES,
    Found,
    Similarity,
    Weighed,
    first_features,
    passage_features,
    sentence_features,
)
from index.folding import fold
from index.lexicon import WordVectors, idf
from index.nearest import Nearest
from index.query import Query, parse
from index.ranking import Ranking, default
from index.records import Evidence, Sentence
from index.scope import Scope

CANDIDATES = 100
"""Passages taken from each of the two searches."""
CLOSE = 40
"""Passages whose sentences are looked at."""
_WIDEST = 4000
_NARROW = 5000
"""A filter that leaves at most so many passages, and less than half, is searched exactly, among these only."""
_FREQUENT = 0.2
_MANY_PASSAGES = 20_000
"""Above this many passages, terms in more than a fifth of them are left out of the full-text query."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that a question brought up, best first by `scores`, with all that was worked out of them."""

    weighed: Weighed
    passages: list[Analysed]
    features: NDArray[np.float64]
    scores: NDArray[np.float64]
    cosines: list[NDArray[np.float32]]
    similarity: Similarity


@dataclass(frozen=True, slots=True)
class Looked:
    """A close look at candidates: passage scores and features, and those of the sentences of each."""

    scores: NDArray[np.float64]
    features: NDArray[np.float64]
    sentence_features: list[NDArray[np.float64]]
    sentence_scores: list[NDArray[np.float64]]

    def answer_matrix(self, number: int) -> NDArray[np.float64]:
        """Return the features from which the odds are told that each sentence of one passage answers."""
        sentences = self.sentence_features[number]
        passage = np.repeat(self.features[number : number + 1], len(sentences), axis=0)
        return np.hstack([sentences, passage, np.ones((len(sentences), 1))])


class Searcher:
    """Searches one library; holds what is worth keeping from one question to the next."""

    def __init__(self, catalog: Catalog, nearest: Nearest, embedder: Embedder, ranking: Ranking | None = None) -> None:
        self._catalog = catalog
        self._nearest = nearest
        self._embedder = embedder
        self.ranking = ranking or default()
        self._analyser = Analyser()
        self._words = WordVectors(embedder if isinstance(embedder, StaticEmbedder) else None)
        self._table: PassageTable | None = None

    def table(self) -> PassageTable:
        """Return the columns of all passages, read again when the catalog has changed."""
        if self._table is None or self._table.generation != self._catalog.generation:
            self._table = self._catalog.passage_table()
        return self._table

    def search(self, question: str, scope: Scope, k: int) -> list[Evidence]:
        """Return the k best passages, best first, each with its scored sentences, best first."""
        candidates = self.candidates(question, scope)
        looked = self.close_look(candidates)
        kin = self._kin([passage.stored.article_row for passage in candidates.passages], scope)
        kept = fold(candidates.passages, looked.scores, k, kin)
        return [
            Evidence(
                candidates.passages[number].stored.passage,
                candidates.passages[number].article,
                float(looked.scores[number]),
                rank,
                self._scored(candidates.passages[number], looked, number),
                copies,
            )
            for rank, (number, copies) in enumerate(kept, start=1)
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
        weighed = self._weigh(query, len(table.pids))
        if not found:
            return Candidates(
                weighed, [], np.empty((0, len(PASSAGE_FEATURES))), np.empty(0), [], Similarity(weighed, [], self._words)
            )
        pids = np.array(list(found), np.int64)
        places = np.searchsorted(table.pids, pids)
        first = first_features(list(found.values()), places, table, scope.as_of)
        scores = first @ self.ranking.first
        order = np.argsort(-scores, kind="stable")[:CLOSE]
        stored = self._catalog.passages(pids[order].tolist())
        order = np.array([number for number in order if int(pids[number]) in stored], np.int64)
        articles = self._catalog.articles_by_row(sorted({item.article_row for item in stored.values()}))
        passages = [
            self._analyser.analyse(item, articles[item.article_row])
            for item in (stored[int(pids[number])] for number in order)
        ]
        similarity = Similarity(weighed, passages, self._words)
        features = passage_features(weighed, passages, first[order], similarity)
        texts = [sentence.text for passage in passages for sentence in passage.sentences]
        cosines = self._words.sentences(texts) @ self._words.sentences([question])[0]
        split = np.cumsum([len(passage.sentences) for passage in passages])[:-1]
        return Candidates(weighed, passages, features, scores[order], np.split(cosines, split), similarity)

    def sentence_matrix(self, candidates: Candidates, number: int, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the features of the sentences of one candidate; `scores` are those of all candidates."""
        rank = 1 + int((scores > scores[number]).sum())
        return sentence_features(
            candidates.weighed,
            candidates.passages[number],
            candidates.similarity,
            candidates.cosines[number],
            float(scores[number]),
            rank,
        )

    def close_look(self, candidates: Candidates) -> Looked:
        """Return the scores of the candidates, their sentences considered."""
        matrices = [
            self.sentence_matrix(candidates, number, candidates.scores) for number in range(len(candidates.passages))
        ]
        sentences = [matrix @ self.ranking.sentence for matrix in matrices]
        best = np.array([best_two(scores) for scores in sentences]).reshape(-1, 2)
        close = np.hstack([candidates.features, best])
        return Looked(close @ self.ranking.close, close, matrices, sentences)

    def _scored(self, passage: Analysed, looked: Looked, number: int) -> tuple[Sentence, ...]:
        odds = looked.answer_matrix(number) @ self.ranking.answers
        rows = zip(passage.sentences, looked.sentence_scores[number], 1 / (1 + np.exp(-odds)), strict=True)
        found = [Sentence(s.start, s.end, s.text, float(score), float(share)) for s, score, share in rows]
        return tuple(sorted(found, key=lambda sentence: (-sentence.score, sentence.start)))

    def _find(
        self, query: Query, vector: NDArray[np.float32], table: PassageTable, seen: NDArray[np.bool_]
    ) -> dict[int, Found]:
        """Return the best visible passages of both searches with what each said of them."""
        if not seen.any():
            return {}
        if seen.sum() <= _NARROW and seen.mean() < 0.5:
            few = table.pids[seen]
            lexical = self._match(query, CANDIDATES, few)
            by_vector = _pairs(*self._nearest.exact(vector, CANDIDATES, few))
        else:
            lexical = self._visible(lambda k: self._match(query, k), table, seen)
            by_vector = self._visible(lambda k: _pairs(*self._nearest(vector, k)), table, seen)
        scores, cosines = dict(lexical), dict(by_vector)
        ranks = {pid: rank for rank, (pid, _) in enumerate(lexical)}
        vector_ranks = {pid: rank for rank, (pid, _) in enumerate(by_vector)}
        return {
            pid: Found(scores.get(pid, 0.0), ranks.get(pid, -1), cosines.get(pid, 0.0), vector_ranks.get(pid, -1))
            for pid in dict.fromkeys([*scores, *cosines])
        }

    def _visible(
        self,
        search: Callable[[int], list[tuple[int, float]]],
        table: PassageTable,
        seen: NDArray[np.bool_],
    ) -> list[tuple[int, float]]:
        """Search wider until enough of what is found may be seen; filters are never left to the stores."""
        share = max(float(seen.mean()), 1e-9)
        k = min(int(CANDIDATES * 1.5 / share) + 10, len(seen), _WIDEST)
        while True:
            rows = search(k)
            places = np.searchsorted(table.pids, [pid for pid, _ in rows])
            places = np.minimum(places, len(table.pids) - 1)
            kept = [
                row for row, place in zip(rows, places, strict=True) if table.pids[place] == row[0] and seen[place]
            ]  # a passage that came after the table was read is not in it yet
            if len(kept) >= CANDIDATES or len(rows) < k or k >= len(seen):
                return kept[:CANDIDATES]
            k = min(k * 4, len(seen))

    def _match(self, query: Query, k: int, among: NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        terms = [term for term in query.terms if not term.stem.isupper()] or list(query.terms)
        count = self._passages
        if count > _MANY_PASSAGES:
            frequencies = self._catalog.document_frequencies([term.stem for term in terms])
            rarer = [term for term in terms if frequencies.get(term.stem, 0) <= _FREQUENT * count]
            terms = rarer or sorted(terms, key=lambda term: frequencies.get(term.stem, 0))[:2]
        if not terms:
            return []
        wanted = " OR ".join(f'"{term.text}"' for term in terms)
        return self._catalog.match(wanted, k, self.ranking.title_weight, among)

    @property
    def _passages(self) -> int:
        return len(self.table().pids)

    def _weigh(self, query: Query, passages: int) -> Weighed:
        frequencies = self._catalog.document_frequencies(list(query.stems))
        weights = {stem: idf(stem, frequencies.get(stem, 0), passages) for stem in query.stems}
        return Weighed(
            query,
            weights,
            sum(weights.values()) or 1.0,
            self._words.of([term.text.lower() for term in query.terms]),
            self._words.of(list(query.heads)),
        )


def _pairs(ids: NDArray[np.int64], similarities: NDArray[np.float32]) -> list[tuple[int, float]]:
    return list(zip(ids.tolist(), similarities.tolist(), strict=True))


def best_two(scores: NDArray[np.float64]) -> tuple[float, float]:
    """Return the best score and the next, squashed to 0..1 around zero."""
    top = np.sort(scores)[::-1][:2]
    squashed = 1 / (1 + np.exp(-top / 4))
    return float(squashed[0]) if len(top) else 0.0, float(squashed[1]) if len(top) > 1 else 0.0
