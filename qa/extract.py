"""The extractive draft: each chosen quote as a sentence that says who wrote it and when."""

from __future__ import annotations

from qa.answer import Citation, Statement, Support


<<<<<<< HEAD
def statement(citation: Citation, support: Support, note: str = "") -> Statement:
    """Return the sentence of a citation: `WSWS, 28 March 2016: “…”`, with a note in brackets beside the quote."""
    quote = " ".join(citation.quote.split())
    beside = f" [{note}]" if note else ""
    return Statement(f"{citation.source}: “{quote}”{beside}", (citation.n,), support)
=======
def statement(citation: Citation) -> Statement:
    """Return the sentence of a citation, not yet checked: `WSWS, 28 March 2016: “…”`."""
    quote = " ".join(citation.quote.split())
    return Statement(f"{citation.source}: “{quote}”", (citation.n,), Support("unsupported", 0.0))
>>>>>>> verify
