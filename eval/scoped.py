"""Questions asked of scopes that hold the answer and of some that do not: what the weights are learned from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from eval.cases import Case
from eval.text import holds
from index.library import Index
from index.scope import Scope, scope_of
from index.search import Candidates
from index.table import PassageTable

_BEFORE = timedelta(days=60)
"""How long before a question's day the library is asked what it cannot know yet."""
_BESIDE = 3
"""Articles without the answer that stand beside the one with it in a small library."""


@dataclass(frozen=True, slots=True)
class Few(Scope):
    """The scope of a small library: only these article rows, without a day."""

    rows: frozenset[int] = frozenset()

    def visible(self, table: PassageTable) -> NDArray[np.bool_]:
        """Return which passages may be seen."""
        found: NDArray[np.bool_] = table.usable & np.isin(table.article_rows, sorted(self.rows))
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A case asked of some scope: its candidates, and whether the answer is there to be found."""

    case: Case
    candidates: Candidates
    known: bool

    @property
    def passages_right(self) -> NDArray[np.bool_]:
        """Return which of the passages hold the answer."""
        texts = [passage.stored.passage.text for passage in self.candidates.passages]
        return np.array([holds(text, self.case.answers) for text in texts], np.bool_)

    @property
    def sentences_right(self) -> NDArray[np.bool_]:
        """Return which of the sentences, passage by passage, hold the answer."""
        texts = [text for passage in self.candidates.passages for text in passage.texts]
        return np.array([holds(text, self.case.answers) for text in texts], np.bool_)


def ask(index: Index, case: Case) -> list[Asked]:
    """Ask a case of four scopes: on its day, too early, of a few articles, of a few that do not hold the answer."""
    searcher = index.searcher
    whole = searcher.candidates(case.question, scope_of(case.as_of, None, None))
    found = [Asked(case, whole, True)]
    holding, others = _articles(index, case, whole)
    if holding:
        few = Few(rows=frozenset([holding[0], *others[:_BESIDE]]))
        found.append(Asked(case, searcher.candidates(case.question, few), True))
    scopes: list[Scope] = [Few(rows=frozenset(others[: _BESIDE + 1]))]
    if case.as_of:
        scopes.append(scope_of(case.as_of - _BEFORE, None, None))
    found += [Asked(case, searcher.candidates(case.question, scope), False) for scope in scopes]
    return [
        item
        for item in found
        if item.candidates.passages and (item.known or not item.passages_right.any())  # known before: no news
    ]


def ask_of(index: Index, case: Case, scope: Scope | None = None) -> Asked:
    """Ask a case of a scope, or of the whole library; its answer is there if it has one."""
    return Asked(case, index.searcher.candidates(case.question, scope or Scope()), bool(case.answers))


def _articles(index: Index, case: Case, candidates: Candidates) -> tuple[list[int], list[int]]:
    """Return the rows of the articles that came up, best first: those that hold the answer, and the others."""
    rows = list(dict.fromkeys(passage.stored.article_row for passage in candidates.passages))
    texts = index.catalog.articles_by_row(rows)
    holding = [row for row in rows if holds(texts[row].text, case.answers)]
    return holding, [row for row in rows if row not in holding]
