"""What the page shows, as HTML: pure functions over the JSON contract; the templates escape every value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from index.dates import Precision, say
from index.errors import DatelineError
from index.periods import of_iso
from index.records import Article
from qa import accounts
from qa.answer import answer_from, one_report
from qa.page.talk import Contract, Talk, Turn
from qa.page.timeline import timeline

TEMPLATES = Path(__file__).parent / "templates"
NEAREST = 3
"""Passages that an abstention shows."""
_AROUND = 8000
"""Characters of an article shown on either side of a quote."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What would turn the order of letters around, or has no shape: shown as a mark instead."""

_WAYS_OUT = (
    ("add some with: dateline add ARTICLES", "add some in the tab “Library”"),
    ("see them with: dateline stats", "choose one under “Dates and outlets”"),
    ("see the ids with: dateline list", "see those in the tab “Library”"),
    ("as_of '", "the as-of date '"),
)
"""What the terminal says, and what the page says in its place."""

Find = Callable[[str, int | None], Article]
"""Finds an article version, as `Index.get` does."""


def render(name: str, **values: object) -> str:
    """Return a template filled in; every value is escaped, a missing one is an error."""
    return str(_environment().get_template(name).render(values))


def conversation_html(talk: Talk) -> str:
    """Return the conversation."""
    return render("conversation.html", talk=talk, nearest=NEAREST)


def sources_html(turn: Turn | None, find: Find, chosen: str = "") -> str:
    """Return the articles that a turn cites, each quote in its place, and its evidence in time.

    `chosen` is one of the passages in the evidence, by rank: `e7`; it is shown as well.
    """
    answer = turn.answer if turn else None
    if turn is None or answer is None:
        return render("sources.html", turn=turn, answer=None, cards=[], timeline=None)
    cards = [_card(str(citation["n"]), citation, find) for citation in answer["citations"]]
    wanted = answer["evidence"][:NEAREST] if not cards else []
    for item in answer["evidence"]:
        if item in wanted or f"e{item['rank']}" == chosen:
            cards.append(_card(f"e{item['rank']}", item | {"quote": item["text"]}, find))
    return render("sources.html", turn=turn, answer=answer, cards=cards, timeline=timeline(answer))


def scope_line(answer: Contract) -> str:
    """Return what an answer holds for and what was left out, in words; blank: no limit."""
    return answer_from(answer).scope


def here(text: str) -> str:
    """Return a message with the way out that the page has in the place of a command."""
    for command, way in _WAYS_OUT:
        text = text.replace(command, way)
    return text


def remarks(answer: Contract) -> list[str]:
    """Return the notes of an answer that are said nowhere else on the page."""
    told = accounts.notes(answer_from(answer).accounts)  # the table of the accounts says as much
    return [note for note in answer["notes"][answer["status"] == "abstained" :] if note not in told]


def written_by(answer: Contract) -> str:
    """Return who wrote the sentences: a language model, or none; also where its draft was not used."""
    if answer["model"] != "extractive":
        return str(answer["model"])
    asked = answer["usage"]["prompt_tokens"] or answer["usage"]["completion_tokens"]
    return "quotes: the language model's draft is not used" if asked else "extractive: no language model"


def reasons(support: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the checks of a sentence, those that failed first."""
    return sorted(support["checks"], key=lambda check: bool(check["ok"]))


def safe_url(url: str | None) -> str:
    """Return a link's address if it leads to a web page; blank: it does anything else, or is none."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return ""
    return (url or "").strip() if parts.scheme.lower() in ("http", "https") and parts.hostname else ""


def spoken(day: str | date | None, precision: Precision = "day") -> str:
    """Return a day as it is said, as exactly as it is known: `28 March 2016`, `March 2016`; None: `undated`."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return say(day, precision) if day else "undated"


def period(text: str) -> str:
    """Return a day or a stretch of days in ISO form as it is said: `26 March 2016 to 27 March 2016`."""
    return str(of_iso(text))


def copies(found: list[Mapping[str, str | None]]) -> str:
    """Return how many articles print one report, and whose the others are."""
    return one_report([copy["outlet"] or copy["article_id"] or "" for copy in found])


def resolved(text: str, citations: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the words of a text that say when by the day of their article, each with the days that they mean."""
    known = {item["text"]: item["date"] for cited in citations for item in cited["resolved"] if item["text"]}
    return [(words, day) for words, day in known.items() if words in text]


def _card(key: str, cited: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """Return what a source card shows: the facts, and the text before, of and after the quote."""
    start, end, quote = cited["start"], cited["end"], cited["quote"]
    card = {
        "key": key, "n": None, "version": None, "before": "", "after": "", "cut_before": False, "cut_after": False,
        "resolved": (), "author": None, "url": None, "file": "", "gone": False,
        "published_origin": None, "published_precision": "day",
    } | dict(cited)  # fmt: skip
    card["copies"] = [_copy(copy, find) for copy in cited.get("copies", ())]
    try:
        article = find(cited["article_id"], cited.get("version"))
    except DatelineError:
        return card | {"gone": True}
    if card["n"] is None:  # a passage of the evidence says less of its article than a citation
        card |= {
            "author": article.author,
            "url": article.url,
            "file": article.file,
            "published_origin": article.origins.get("published"),
            "published_precision": article.published_precision,
        }
    if article.text[start:end] != quote:
        return card
    return card | {
        "before": article.text[max(0, start - _AROUND) : start],
        "after": article.text[end : end + _AROUND],
        "cut_before": start > _AROUND,
        "cut_after": end + _AROUND < len(article.text),
    }


def _copy(copy: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """Return what is shown of an article that prints the same report."""
    try:
        article = find(copy["article_id"], None)
    except DatelineError:
        return dict(copy) | {"gone": True, "published": None, "title": None}
    return dict(copy) | {
        "gone": False,
        "published": article.published,
        "precision": article.published_precision,
        "title": article.title,
        "text": article.text[:_AROUND],
        "cut": len(article.text) > _AROUND,
    }


def _visible(value: object) -> object:
    """Return a value as it is put in: text without what turns letters around."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else _CONTROL.sub("\ufffd", value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"spoken": spoken, "safe_url": safe_url, "scope_line": scope_line, "reasons": reasons,
                            "resolved": resolved, "period": period, "copies": copies, "remarks": remarks,
                            "here": here, "written_by": written_by}  # fmt: skip
    return environment
