"""Citations: quotes with their article's facts, each held against the article it was taken from."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from index.errors import InputError
from index.periods import month_of
from index.records import Article
from index.timewords import Mention, read
from qa.answer import Check, Citation, Copy, Resolved, Support
from qa.evidence import Quote

_ROUGH = re.compile(r"\b(?:early|mid|late(?!\s+on)|start|beginning|middle|end)\b", re.I)


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
        resolved=resolved_in(quote.text, article),
        copies=tuple(Copy(copy, _outlet(copy, get)) for copy in quote.copies),
    )


def resolved_in(quote: str, article: Article) -> tuple[Resolved, ...]:
    """Return what the words of time in a quote of an article mean; nothing where its day is not known."""
    return resolved(quote, article.published if article.published_precision == "day" else None)


def resolved(quote: str, published: date | None) -> tuple[Resolved, ...]:
    """Return the words of time in a quote that need its article's date to be understood, each with what it means.

    The date is a day, a month `2016-03`, a year, or an interval `2016-03-26/2016-03-27`. What can be read in two
    ways is left out, and so is everything where the article is undated.
    """
    found = {
        " ".join(mention.text.split()): _iso(mention)
        for mention in (read(quote, published) if published else ())
        if mention.certain and not mention.dated
    }
    return tuple(Resolved(text, day) for text, day in found.items())


def _iso(mention: Mention) -> str:
    """Return the days meant; of "early in March" the month, because its days are a guess."""
    first = mention.period.first
    return month_of(first).iso if first and _ROUGH.search(mention.text) else mention.period.iso


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
