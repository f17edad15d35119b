"""What became of the articles that an answer stands on: changed since, or changed before."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date

from index.dates import say
from index.library import Index
from index.records import Article
from index.sentences import sentence_spans
from qa.answer import Citation

_ALIKE = 0.6
"""Likeness from which one sentence is another one changed, and not a new one (difflib's ratio)."""


def notes(index: Index, citations: Sequence[Citation], as_of: date | None = None) -> tuple[str, ...]:
    """Return a sentence for each citation whose article has another version that matters to the quote.

    A day after `as_of` is not named: it was not known then.
    """
    told = []
    for citation in citations:
        versions = index.versions(citation.article_id)
        place = next((n for n, version in enumerate(versions) if version.version == citation.version), None)
        if place is None:
            continue
        if note := since(citation.n, citation.quote, versions[place], versions[-1], as_of) or _before(
            citation, versions[:place]
        ):
            told.append(note)
    return tuple(dict.fromkeys(told))


def since(number: int, quote: str, cited: Article, newest: Article, as_of: date | None = None) -> str:
    """Return what happened to the quote in a newer version of its article; blank: there is none with another text."""
    if newest.version == cited.version or newest.text == cited.text:
        return ""
    when = f"on {say(newest.modified)}" if newest.modified else "since"
    when = "later" if as_of and newest.modified and newest.modified > as_of else when
    what = "this sentence still stands" if holds(newest, quote) else "this sentence was changed"
    return f"[{number}] is quoted as the article stood then; it was changed {when}: {what}"


def holds(article: Article, quote: str) -> bool:
    """Tell whether a quote stands in an article, whatever the line breaks."""
    return " ".join(quote.split()) in " ".join(article.text.split())


def _before(citation: Citation, earlier: Sequence[Article]) -> str:
    """Return whether the quoted sentence read otherwise in the version before; blank: it did not, or was not there."""
    if not earlier or holds(earlier[-1], citation.quote):
        return ""
    old = earlier[-1]
    quote = " ".join(citation.quote.split())
    if not difflib.get_close_matches(quote, _sentences(old), n=1, cutoff=_ALIKE):
        return ""
    return (
        f"the sentence quoted in [{citation.n}] was changed by a correction; the version before:"
        f" dateline show {citation.article_id} --version {old.version}"
    )


def _sentences(article: Article) -> list[str]:
    return [" ".join(article.text[start:end].split()) for start, end in sentence_spans(article.text)]
