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


def ask_known(index: Index, case: Case) -> list[Asked]:
    """Ask a case of scopes that hold the answer: of all on its day, and of a few articles."""
    whole, few, _ = _with_few(index, case)
    return [item for item in (whole, *few) if item.candidates.passages]


def ask(index: Index, case: Case) -> list[Asked]:
    """Ask a case of four scopes: on its day, too early, of a few articles, of a few that do not hold the answer."""
    whole, few, others = _with_few(index, case)
    scopes: list[Scope] = [Few(rows=frozenset(others[: _BESIDE + 1]))]
    if case.as_of:
        scopes.append(scope_of(case.as_of - _BEFORE, None, None))
    unknown = [Asked(case, index.searcher.candidates(case.question, scope), False) for scope in scopes]
    news = [item for item in unknown if not item.passages_right.any()]  # what was known before is none
    return [item for item in (whole, *few, *news) if item.candidates.passages]


def _with_few(index: Index, case: Case) -> tuple[Asked, list[Asked], list[int]]:
    """Return a case asked of all on its day, and of one article that holds the answer with others; the rows of these.

    Of a few it is not asked where none that came up holds the answer.
    """
    searcher = index.searcher
    whole = searcher.candidates(case.question, scope_of(case.as_of, None, None))
    holding, others = _articles(index, case, whole)
    few = [Few(rows=frozenset([row, *others[:_BESIDE]])) for row in holding[:1]]
    return (
        Asked(case, whole, True),
        [Asked(case, searcher.candidates(case.question, scope), True) for scope in few],
        others,
    )


def ask_of(index: Index, case: Case, scope: Scope | None = None) -> Asked:
    """Ask a case of a scope, or of the whole library; its answer is there if it has one."""
    return Asked(case, index.searcher.candidates(case.question, scope or Scope()), bool(case.answers))


def _articles(index: Index, case: Case, candidates: Candidates) -> tuple[list[int], list[int]]:
    """Return the rows of the articles that came up, best first: those that hold the answer, and the others."""
    rows = list(dict.fromkeys(passage.stored.article_row for passage in candidates.passages))
    texts = index.catalog.articles_by_row(rows)
    holding = [row for row in rows if holds(texts[row].text, case.answers)]
    return holding, [row for row in rows if row not in holding]
