"""HTML → fields: text by trafilatura, from bytes; the date and outlet from the page's own metadata first.

Runs inside a worker process: extraction is superlinear in size, and no page may take the program with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.dates import date_in_url, parse_date
from index.document import Document
from index.errors import ReadError

MAX_BYTES = 2_000_000
"""Bytes of one page; 5 MB take 7 s to extract, 300,000 attributes more than a minute."""
SECONDS = 10.0
"""Time for one page."""

_META = {
    "published": ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate",
                  "publishdate", "parsely-pub-date", "sailthru.date"),
    "modified": ("article:modified_time", "datemodified", "last-modified", "og:updated_time"),
    "outlet": ("og:site_name", "application-name", "publisher", "dc.publisher"),
    "author": ("author", "article:author", "parsely-author", "dc.creator"),
    "title": ("og:title", "twitter:title", "dc.title"),
}  # fmt: skip


def extract(data: bytes, where: str) -> Document:
    """Return the article on the page.

    Raises:
        ReadError: there is no article text on it.
    """
    import trafilatura
    from lxml import html

    parser = html.HTMLParser(remove_comments=True)
    found: Any = trafilatura.bare_extraction(data, with_metadata=True, include_comments=False, deduplicate=False)
    if found is None or not (found.text or "").strip():
        raise ReadError(f"{where}: no article text on this page; save the article itself, or its text")
    page = Document(found.text)
    tree = html.document_fromstring(data, parser=parser)
    _from_json_ld(page, tree)
    _from_meta(page, tree)
    for name, value in (("title", found.title), ("author", found.author), ("outlet", found.sitename)):
        page.set(name, value, "page")
    if "published" not in page.fields and page.fields.get("url") and (day := date_in_url(page.fields["url"])):
        page.set("published", day.isoformat(), "URL")
    return page


def _from_json_ld(page: Document, tree: Any) -> None:
    for script in tree.xpath('//script[@type="application/ld+json"]'):
        try:
            data = json.loads(script.text_content())
        except ValueError:
            continue  # broken metadata is common; the page still has its text
        for thing in _things(data):
            _set_date(page, "published", thing.get("datePublished"), "JSON-LD")
            _set_date(page, "modified", thing.get("dateModified"), "JSON-LD")
            page.set("title", thing.get("headline"), "JSON-LD")
            page.set("outlet", _name(thing.get("publisher")), "JSON-LD")
            page.set("author", _name(thing.get("author")), "JSON-LD")
            page.set("url", thing.get("url"), "JSON-LD")


def _things(data: object) -> Iterator[dict[str, Any]]:
    """Yield the objects that describe an article, at the top or in a @graph."""
    if isinstance(data, list):
        for item in data:
            yield from _things(item)
    elif isinstance(data, dict):
        kind = data.get("@type")
        kinds = kind if isinstance(kind, list) else [kind]
        if any(isinstance(k, str) and k.endswith(("Article", "Posting", "Report")) for k in kinds):
            yield data
        yield from _things(data.get("@graph"))


def _name(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(name for item in value if (name := _name(item))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None


def _from_meta(page: Document, tree: Any) -> None:
    values: dict[str, str] = {}
    for meta in tree.xpath("//meta[@content]"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        values.setdefault(name.strip().lower(), meta.get("content"))
    for name, keys in _META.items():
        for key in keys:
            if name in ("published", "modified"):
                _set_date(page, name, values.get(key), "meta")
            elif not (values.get(key) or "").startswith("http"):
                page.set(name, values.get(key), "meta")
    for link in tree.xpath('//link[@rel="canonical"]/@href'):
        page.set("url", str(link), "meta")
    page.set("url", values.get("og:url"), "meta")
    for stamp in tree.xpath("//article//time[@datetime]/@datetime | //*[@itemprop='datePublished']/@datetime"):
        _set_date(page, "published", str(stamp), "meta")


def _set_date(page: Document, name: str, value: object, origin: str) -> None:
    if isinstance(value, str) and parse_date(value) is not None:
        page.set(name, value, origin)
