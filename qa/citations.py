"""Citations: quotes with their article's facts, each held against the article it was taken from."""

from __future__ import annotations

from collections.abc import Callable

from index.errors import InputError
from index.records import Article
from qa.answer import Check, Citation, Support
from qa.evidence import Quote


def cite(number: int, quote: Quote, get: Callable[[str], Article]) -> Citation:
    """Return the citation of a quote; `get` finds the articles that carry copies of it."""
    article = quote.article
    return Citation(
        n=number,
        article_id=article.id,
        version=article.version,
        file=article.file,
        title=article.title,
        outlet=article.outlet,
        author=article.author,
        published=article.published,
        published_precision=article.published_precision,
        published_origin=article.origins.get("published"),
        url=article.url,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        article_sha256=article.sha256,
        copies=tuple({"article_id": copy, "outlet": _outlet(copy, get)} for copy in quote.copies),
    )


def check_quote(citation: Citation, article: Article) -> Support:
    """Return whether the quote stands in the article where the citation says, character for character."""
    exact = article.text[citation.start : citation.end] == citation.quote and bool(citation.quote.strip())
    place = f"characters {citation.start} to {citation.end} of {article.name}"
    detail = f"the quote is {place}" if exact else f"the quote is not {place}"
    return Support("supported" if exact else "unsupported", float(exact), (Check("key", exact, detail),))


def _outlet(article_id: str, get: Callable[[str], Article]) -> str | None:
    try:
        return get(article_id).name
    except InputError:
        return None  # removed since it was found
