"""The check of a drafted sentence: are its quotes exact, and does it follow from them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index.records import Article
from qa.answer import Citation, Statement, Support
from qa.citations import check_quote
from qa.verify import Source, check


class Get(Protocol):
    """Return one version of an article by its id; None: the newest."""

    def __call__(self, article_id: str, version: int | None = None) -> Article:
        """Return the article."""
        ...


def check_statement(statement: Statement, citations: Sequence[Citation], get: Get) -> Statement:
    """Return the statement with its support: every quote against its article, the sentence against its quotes.

    One quote that is not exact makes it unsupported, whatever the sentence says.
    """
    cited = [citation for citation in citations if citation.n in statement.citations]
    quotes = [check_quote(citation, get(citation.article_id, citation.version)) for citation in cited]
    follows = check(statement.text, [Source(item.quote, item.outlet or item.file, item.published) for item in cited])
    checks = (*(found for quote in quotes for found in quote.checks), *follows.checks)
    if any(quote.verdict != "supported" for quote in quotes):
        return replace(statement, support=Support("unsupported", 0.0, checks))
    return replace(statement, support=Support(follows.verdict, follows.score, checks))
