"""The extractive draft: each chosen quote as a sentence that says who wrote it and when."""

from __future__ import annotations

from dataclasses import replace

from qa.answer import Check, Citation, Statement, Support


def statement(citation: Citation, *, goes_on: bool = False) -> Statement:
    """Return the sentence of a citation, not yet checked: `WSWS, 28 March 2016: “…”`; `goes_on`: so does the quoted."""
    quote = " ".join(citation.quote.split())
    cut = " […]" if goes_on else ""
    return Statement(f"{citation.source}: “{quote}”{cut}", (citation.n,), Support("unsupported", 0.0))


def with_note(drafted: Statement, note: str, check: Check | None) -> Statement:
    """Return a sentence with a note in brackets beside its quote, and what was checked for it."""
    checks = drafted.support.checks if check is None else (*drafted.support.checks, check)
    text = f"{drafted.text} [{note}]" if note else drafted.text
    return replace(drafted, text=text, support=replace(drafted.support, checks=checks))
