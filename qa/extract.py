"""The extractive draft: each chosen quote as a sentence that says who wrote it and when."""

from __future__ import annotations

from qa.answer import Citation, Statement, Support


def statement(citation: Citation) -> Statement:
    """Return the sentence of a citation, not yet checked: `WSWS, 28 March 2016: “…”`."""
    quote = " ".join(citation.quote.split())
    return Statement(f"{citation.source}: “{quote}”", (citation.n,), Support("unsupported", 0.0))
