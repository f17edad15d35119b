"""Fields → Article: the names that are accepted, the identity, and the rules of dates, for every format."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from index.dates import PrintedDate, date_in_url, parse_date, require_date, require_printed
from index.errors import InputError, ReadError
from index.records import Article

ALIASES = {
    "title": ("title", "headline"),
    "outlet": ("outlet", "source", "publisher", "sitename"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "date", "published_at", "publish_date"),
    "modified": ("modified", "updated", "modified_at"),
    "url": ("url", "link"),
    "text": ("text", "body", "content"),
}
"""Each field with the names that are accepted for it, the first found wins."""
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "cmpid", "ref_src")


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says of all articles of one `add`; it wins over what the articles say."""

    outlet: str | None = None
    published: PrintedDate | None = None

    def apply(self, article: Article) -> Article:
        """Return the article with what was given, its origin being `flag`."""
        origins = dict(article.origins)
        if self.outlet:
            article = replace(article, outlet=self.outlet)
            origins["outlet"] = "flag"
        if self.published:
            article = dated(article, replace(self.published, instant=None))
            origins["published"] = "flag"
        return replace(article, origins=origins)


def check_given(outlet: str | None, published: str | date | datetime | None) -> Given:
    """Return what was given for all articles of one `add`.

    Raises:
        InputError: the outlet is blank, or the date is none.
    """
    if outlet is not None and not outlet.strip():
        raise InputError("--outlet is blank; give the outlet's name or leave it out")
    printed = require_printed(published, "--published") if published is not None else None
    return Given(outlet.strip() if outlet else None, printed)


def dated(article: Article, printed: PrintedDate) -> Article:
    """Return the article with this date of publication."""
    return replace(article, published=printed.day, published_precision=printed.precision, published_at=printed.instant)


_ANSWER = frozenset({"question", "statements", "citations"})
"""What a saved answer has: it lies beside the articles that it was made from, and must not become one."""


def article_from_fields(fields: Mapping[str, Any], where: str, key: str, file: str, origin: str = "JSON") -> Article:
    """Return the article that a mapping of fields describes; unknown fields are left alone.

    Raises:
        ReadError: it has no text, or a date that is none.
    """
    if fields.keys() >= _ANSWER:
        raise ReadError(f"{where}: an answer of Dateline's, not an article; check it with: dateline verify")
    values = {name: _field(fields, names, where) for name, names in ALIASES.items()}
    text = clean(values["text"] or "").strip("\n")
    if not text.strip():
        raise ReadError(f"{where}: no text; give it in one of the fields {', '.join(ALIASES['text'])}")
    published = _printed(values["published"], "published", where)
    modified = _printed(values["modified"], "modified", where)
    origins = {name: origin for name, value in values.items() if value is not None and name != "text"}
    article = Article(
        key=key, text=text, title=values["title"], outlet=values["outlet"], author=values["author"],
        modified=modified.day if modified else None, url=values["url"], file=file, origins=origins,
    )  # fmt: skip
    return _with_url(dated(article, published) if published else article)


def checked(article: Article) -> Article:
    """Return an article that was made in Python as a reader would have made it: clean text, days as dates.

    Raises:
        InputError: it has no key or no text, or a field is not of its type.
    """
    if not isinstance(article, Article):
        raise InputError(f"{str(article)[:60]!r} is not an article; give index.Article(key=..., text=...)")
    where = f"article {article.key!r}"
    changes: dict[str, Any] = {}
    for name in ("key", "text", "title", "outlet", "author", "url", "file"):
        value = getattr(article, name)
        if value is None and name not in ("key", "text", "file"):
            continue
        if not isinstance(value, str):
            raise InputError(f"{where}: the {name} is not text; give it as a string")
        if name in ("key", "text") and not clean(value).strip():
            raise InputError(f"{where}: the {name} is blank; give one")
        changes[name] = clean(value)
    for name in ("published", "modified"):
        if (day := getattr(article, name)) is not None:
            changes[name] = require_date(day, f"{where}: {name}")
    if not isinstance(article.published_at, datetime | None):
        raise InputError(f"{where}: published_at is not a datetime; give one, or leave it out")
    changed = {name: value for name, value in changes.items() if value != getattr(article, name)}
    return replace(article, **changed) if changed else article


def canonical_url(url: str) -> str:
    """Return the URL without fragment, tracking parameters, default port and trailing slash, as https.

    A fragment that names the article, as #!/story/1 and #/story/1 do, is kept.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    with contextlib.suppress(ValueError):
        if parts.port not in (None, 80, 443):
            host = f"{host}:{parts.port}"
    query = urlencode(
        [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].lower().startswith(_TRACKING)]
    )
    scheme = "https" if parts.scheme.lower() in ("http", "https") else parts.scheme.lower()
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit((scheme, host, parts.path.rstrip("/"), query, fragment))


def clean(text: str) -> str:
    """Return the text with unified newlines, without NULs and a byte order mark; half characters replaced."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    return text.encode("utf-8", "replace").decode("utf-8")


def _field(fields: Mapping[str, Any], names: tuple[str, ...], where: str) -> str | None:
    lowered = {str(name).strip().lower(): value for name, value in fields.items()}
    for name in names:
        value = lowered.get(name)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            value = ", ".join(value)
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            value = value["name"]
        if value is None or value == "":
            continue
        if not isinstance(value, str | int | float | date):
            raise ReadError(f"{where}: the field {name} is not text; give it as a string")
        text = clean(str(value))
        return text if names is ALIASES["text"] else " ".join(text.split()) or None
    return None


def _printed(value: str | None, name: str, where: str) -> PrintedDate | None:
    """Return the date of a field; an ambiguous one (03/04/2016) is unknown, one that is none is an error."""
    if value is None or (printed := parse_date(value)) is not None:
        return printed if value is not None else None
    if parse_date(value, day_order="day first") is not None:
        return None
    raise ReadError(f"{where}: {name} {value!r} is not a date; write it like 2016-03-28")


def _with_url(article: Article) -> Article:
    """Take the identity, and a missing date and outlet, from the URL where there is one."""
    if not article.url or not article.url.startswith(("http://", "https://")):
        return article
    origins = dict(article.origins)
    published, outlet = article.published, article.outlet
    if published is None and (found := date_in_url(article.url)):
        published, origins["published"] = found, "URL"
    try:
        key = canonical_url(article.url)
        host = (urlsplit(article.url).hostname or "").removeprefix("www.")
    except ValueError as exc:
        raise ReadError(f"{article.file}: {article.url!r} is not a URL; mend or remove it") from exc
    if outlet is None and host:
        outlet, origins["outlet"] = host, "URL"
    return replace(article, key=key, published=published, outlet=outlet, origins=origins)
