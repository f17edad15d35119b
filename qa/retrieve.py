"""Evidence for a question: from the whole scope, and once more from the days that it asks about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from index.library import Index
from index.records import Evidence
from index.scope import Scope
from qa.context import reporting
from qa.evidence import confidence
from qa.question import Question
from qa.timing import lag_of, prefer

EVIDENCE = 20
"""Passages looked at for an answer."""


def retrieve(index: Index, asked: Question, scope: Scope) -> list[Evidence]:
    """Return the passages found for a question in a scope, best first, what is about its time preferred."""
    found: list[Evidence] = []
    for window in asked.when.windows:
        since = max(filter(None, (scope.since, window.first)), default=None)
        until = window.last + timedelta(lag_of(window)) if window.last else None
        ends = [day for day in (scope.as_of, scope.until, until) if day]
        if (since or until) and not (since and ends and since > min(ends)):
            found += found_in(index, asked.when.about, replace(scope, since=since, until=until))
    found += found_in(index, asked.when.about, scope)
    return prefer(reporting(_once(found)), asked.when, asked.told)[:EVIDENCE]


def found_in(index: Index, question: str, scope: Scope) -> list[Evidence]:
    """Return the passages found for a question in a scope, best first, nothing preferred."""
    return index.search(
        question, as_of=scope.as_of, since=scope.since, until=scope.until, outlets=scope.outlets, k=EVIDENCE
    )


def _once(found: list[Evidence]) -> list[Evidence]:
    """Return each passage once, as it was found with more confidence, best score first."""
    kept: dict[tuple[str, int, int], Evidence] = {}
    for item in found:
        key = (item.article.id, item.article.version, item.passage.number)
        if key not in kept or confidence([item]) > confidence([kept[key]]):
            kept[key] = item
    return sorted(kept.values(), key=lambda item: (-item.score, item.rank))
