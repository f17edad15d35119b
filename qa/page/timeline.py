"""The evidence in time: a row for each outlet, a point for each passage, at its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qa.evidence import is_about
from qa.page.talk import Contract

_BEST = 12
"""Passages looked at, by rank: shown are those about the question. An article's passages share a point."""
_ROWS = 6
"""Outlets shown; the others share the last row."""
_NEAR = 3.0
"""Percent of the width below which two points of a row are drawn one above the other."""


_HIGHEST = 5


@dataclass(frozen=True, slots=True)
class Point:
    """A passage at its day: `at` is its place in percent of the width, `level` how many lie below it.

    `key` is the citation that quotes it, else its rank in the evidence: `2`, `e7`.
    """

    key: str
    at: float
    level: int
    day: date
    outlet: str
    title: str
    cited: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows of points by outlet, the first and last day, and how many quoted articles have no day."""

    rows: tuple[tuple[str, tuple[Point, ...]], ...]
    first: date
    last: date
    undated: int

    @property
    def count(self) -> int:
        """Return how many points there are."""
        return sum(len(points) for _, points in self.rows)


def timeline(answer: Contract) -> Timeline | None:
    """Return the dated evidence of an answer in time; None: it has fewer than two days to show."""
    dated = _dated(answer)
    days = sorted({date.fromisoformat(item["published"]) for item in dated})
    if len(days) < 2:
        return None
    first, last = days[0], days[-1]
    outlets: dict[str, list[dict[str, Any]]] = {}
    for item in sorted(dated, key=lambda item: str(item["published"])):
        outlets.setdefault(item["outlet"] or "no outlet", []).append(item)
    named = sorted(outlets, key=lambda name: (-len(outlets[name]), name))
    rows = [(name, outlets[name]) for name in named[: _ROWS if len(named) <= _ROWS else _ROWS - 1]]
    rest = [item for name in named[len(rows) :] for item in outlets[name]]
    if rest:
        rows.append((f"{len(named) - len(rows)} others", sorted(rest, key=lambda item: str(item["published"]))))
    span = (last - first).days
    return Timeline(
        tuple((name, _points(items, answer, first, span)) for name, items in rows),
        first,
        last,
        len({citation["article_id"] for citation in answer["citations"] if not citation["published"]}),
    )


def _dated(answer: Contract) -> list[dict[str, Any]]:
    """Return the dated passages to show, one for each article: a quoted one, else the first about the question."""
    question = answer["standalone_question"] or answer["question"]
    quoted = {
        item["rank"]: any(_quoted(citation, item) for citation in answer["citations"]) for item in answer["evidence"]
    }
    shown: dict[str, dict[str, Any]] = {}
    for item in sorted(answer["evidence"], key=lambda item: (not quoted[item["rank"]], item["rank"])):
        about = item["rank"] <= _BEST and is_about(f"{item['title'] or ''} {item['text']}", question)
        if item["published"] and (quoted[item["rank"]] or about):
            shown.setdefault(item["article_id"], item)
    return list(shown.values())


def _points(items: list[dict[str, Any]], answer: Contract, first: date, span: int) -> tuple[Point, ...]:
    points: list[Point] = []
    for item in items:
        day = date.fromisoformat(item["published"])
        at = round(100 * (day - first).days / span, 1)
        level = points[-1].level + 1 if points and at - points[-1].at < _NEAR else 0
        cited = next((c["n"] for c in answer["citations"] if _quoted(c, item)), None)
        key = str(cited) if cited else f"e{item['rank']}"
        title = item["title"] or "untitled"
        points.append(
            Point(key, at, min(level, _HIGHEST), day, item["outlet"] or "no outlet", title, cited is not None)
        )
    return tuple(points)


def _quoted(citation: dict[str, Any], item: dict[str, Any]) -> bool:
    inside: bool = item["start"] <= citation["start"] < item["end"]
    return inside and citation["article_id"] == item["article_id"]
