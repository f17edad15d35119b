"""Dates as printed and the days that they may mean, beside the day on which a text was published."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import MONTHS, WEEKDAYS
from qa.verify.reading import Reading, Token
from qa.verify.values import CURRENCIES, ORDINALS, printed

_HOLIDAYS = {("new", "year", "day"): (1, 1), ("new", "year", "eve"): (12, 31), ("christmas", "day"): (12, 25),
             ("christmas", "eve"): (12, 24), ("boxing", "day"): (12, 26), ("valentine", "day"): (2, 14),
             ("halloween",): (10, 31), ("independence", "day"): (7, 4), ("armistice", "day"): (11, 11)}  # fmt: skip
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}


@dataclass(frozen=True, slots=True)
class When:
    """A date: what is printed of it, and the days that it may mean, as pairs of ordinals (first, last)."""

    first: int
    last: int
    text: str
    year: int | None
    month: int | None
    day: int | None
    weekday: int | None
    spans: tuple[tuple[int, int], ...]
    relative: bool = False


Published = tuple[tuple[int, date | None], ...]
"""Up to which character of a text it was published when; the parts in order."""


def dates(reading: Reading, published: Published) -> list[When]:
    """Return the dates of a text in order, with the days that they mean beside the day it was published."""
    tokens, found, i = reading.tokens, [], 0
    while i < len(tokens):
        day = next((day for end, day in published if tokens[i].start < end), None)
        when = _when(tokens, i, day)
        if when is None:
            i += 1
            continue
        found.append(when)
        i = when.last + 1
    return found


def _when(tokens: list[Token], i: int, published: date | None) -> When | None:
    token = tokens[i]
    n = len(tokens)
    for words, (month, day) in _HOLIDAYS.items():
        if token.low == words[0] and token.tag in "EN":
            rest = [t for t in tokens[i : i + 5] if t.text not in ("'s", "’s", "'", "’")]
            if tuple(t.low.rstrip("s") if t.low == "years" else t.low for t in rest[: len(words)]) == words:
                last = rest[len(words) - 1].i
                return _date(tokens, i, last, published, month=month, day=day)
    weekday = _weekday(token) if token.tag == "W" else None
    if weekday is not None:
        j = i + 1
        if j < n and tokens[j].text == ",":
            j += 1
        dated = _calendar(tokens, j, published)
        if dated is not None and dated.day is not None:
            return _date(tokens, i, dated.last, published, dated.year, dated.month, dated.day)
        relative = tokens[i - 1].low if i and tokens[i - 1].low in ("last", "next") else ""
        return _date(tokens, i, i, published, weekday=weekday, relative=relative)
    if dated := _calendar(tokens, i, published):
        return dated
    if token.low in ORDINALS and i + 1 < n and tokens[i + 1].low == "century":
        number = int(ORDINALS[token.low])
        span = (date(100 * number - 99, 1, 1).toordinal(), date(100 * number, 12, 31).toordinal())
        return When(i, i + 1, f"{token.text} century", 100 * number, None, None, None, (span,))
    if token.low in ("yesterday", "today", "tomorrow", "tonight"):
        shift = {"yesterday": -1, "tomorrow": 1}.get(token.low, 0)
        if published is None:
            return When(i, i, token.text, None, None, None, None, (), True)
        day = (published + timedelta(days=shift)).toordinal()
        return When(i, i, token.text, None, None, None, None, ((day, day),), True)
    if (
        token.low in _SEASONS
        and token.low != "spring"
        and i
        and tokens[i - 1].low in ("the", "in", "by", "this", "until", "since", "of")
        and published is not None
    ):
        start, end = _SEASONS[token.low]
        seasons = [
            (_span(y, start, None), _span(y + (end < start), end, None))
            for y in (published.year - 1, published.year, published.year + 1)
        ]
        spans = tuple((a[0], b[1]) for a, b in seasons if a and b)
        return When(i, i, token.text, None, start, None, None, spans, True)
    if token.low in ("last", "next", "this") and i + 1 < n:
        return _relative(tokens, i, published)
    return None


def _weekday(token: Token) -> int | None:
    low = token.low.rstrip("s") if token.low.endswith("days") else token.low
    return WEEKDAYS.index(low) if low in WEEKDAYS else None


def _calendar(tokens: list[Token], i: int, published: date | None) -> When | None:
    n = len(tokens)
    if i >= n:
        return None
    token = tokens[i]
    if token.text[0].isdecimal() and (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", token.low)):
        j = i + 1 + (i + 1 < n and tokens[i + 1].low == "of")
        if j < n and tokens[j].tag == "W" and tokens[j].low in MONTHS:
            year, last = _year_after(tokens, j)
            return _date(tokens, i, last, published, year, MONTHS[tokens[j].low], int(match[1]))
    if token.tag == "W" and token.low in MONTHS:
        month, j = MONTHS[token.low], i + 1
        if (
            j < n
            and (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", tokens[j].low))
            and not (j + 1 < n and (tokens[j + 1].text == "%" or tokens[j + 1].low in ("per", "percent", "people")))
        ):
            year, last = _year_after(tokens, j)
            return _date(tokens, i, last, published, year, month, int(match[1]))
        year, last = _year_after(tokens, i)
        relative = tokens[i - 1].low if i and tokens[i - 1].low in ("last", "next", "this") else ""
        return _date(tokens, i, last, published, year, month, relative=relative)
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", token.text):
        after = tokens[i + 1] if i + 1 < n else None
        before = tokens[i - 1] if i else None
        cued = before is not None and before.low in (
            "in",
            "since",
            "of",
            "by",
            "from",
            "until",
            "till",
            "before",
            "after",
            "during",
            "the",
            "to",
            "(",
            "early",
            "late",
            "mid",
            "season",
            "and",
            "through",
            "than",
            "on",
            "on",
            ",",
            "over",
        )
        counted = after is not None and after.tag in ("N", "A") and not cued
        if (
            (before is not None and before.text in CURRENCIES)
            or counted
            or (
                before is not None
                and before.low in ("some", "about", "all", "over", "than", "nearly")
                and after is not None
                and after.tag == "N"
            )
        ):
            return None
        return _date(tokens, i, i, published, int(token.text))
    if match := re.fullmatch(r"((?:1[5-9]|20)\d)0s", token.text):
        decade = int(match[1]) * 10
        return When(
            i,
            i,
            token.text,
            decade,
            None,
            None,
            None,
            ((date(decade, 1, 1).toordinal(), date(decade + 9, 12, 31).toordinal()),),
        )
    return None


def _year_after(tokens: list[Token], j: int) -> tuple[int | None, int]:
    k = j + 1
    if k < len(tokens) and tokens[k].text == ",":
        k += 1
    if k < len(tokens) and re.fullmatch(r"(?:1[5-9]|20)\d\d", tokens[k].text):
        return int(tokens[k].text), k
    return None, j


def _date(
    tokens: list[Token],
    first: int,
    last: int,
    published: date | None,
    year: int | None = None,
    month: int | None = None,
    day: int | None = None,
    weekday: int | None = None,
    relative: str = "",
) -> When | None:
    spans: list[tuple[int, int]] = []
    if weekday is not None:
        if published is not None:
            back = (published.weekday() - weekday) % 7
            past = published.toordinal() - back
            ahead = (weekday - published.weekday()) % 7
            spans = [(past, past)]
            spans += [(past - 7, past - 7)] if back == 0 or relative == "last" else []
            spans += [(published.toordinal() + ahead,) * 2] if ahead else []
            spans += [(published.toordinal() + ahead + 7,) * 2] if relative == "next" else []
    elif year is not None:
        span = _span(year, month, day)
        if span is None:
            return None
        spans = [span]
    elif month is not None:
        if day is not None and not 1 <= day <= 31:
            return None
        if published is not None:
            years = [published.year - 1, published.year, published.year + 1]
            possible = [(y, span) for y in years if (span := _span(y, month, day))]
            now = published.toordinal()
            past_spans = [span for _, span in possible if span[0] <= now]
            future = [span for _, span in possible if span[1] >= now]
            spans = [*past_spans[-1:], *future[:1]]
            if relative == "last" and len(past_spans) > 1 and past_spans[-1][1] >= now:
                spans.append(past_spans[-2])
    text = printed(tokens, first, last)
    return When(first, last, text, year, month, day, weekday, tuple(dict.fromkeys(spans)))


def _span(year: int, month: int | None, day: int | None) -> tuple[int, int] | None:
    try:
        if month is None:
            return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        if day is None:
            return date(year, month, 1).toordinal(), date(year, month, calendar.monthrange(year, month)[1]).toordinal()
        return (date(year, month, day).toordinal(),) * 2
    except ValueError:
        return None


def _relative(tokens: list[Token], i: int, published: date | None) -> When | None:
    which, unit = tokens[i].low, tokens[i + 1].low
    shift = {"last": -1, "this": 0, "next": 1}[which]
    if unit not in ("week", "month", "year", "night", "weekend", "spring", "summer", "autumn", "winter"):
        return None
    if i and tokens[i - 1].low == "the":
        return None
    text = f"{tokens[i].text} {tokens[i + 1].text}"
    if published is None:
        return When(i, i + 1, text, None, None, None, None, (), True)
    spans: list[tuple[int, int]] = []
    if unit in ("week", "weekend"):
        monday = published.toordinal() - published.weekday() + 7 * shift
        spans = [(monday, monday + 6)]
    elif unit == "night":
        spans = [(published.toordinal() - 1,) * 2]
    elif unit == "month":
        months = published.year * 12 + published.month - 1 + shift
        span = _span(months // 12, months % 12 + 1, None)
        spans = [span] if span else []
    elif unit == "year":
        span = _span(published.year + shift, None, None)
        spans = [span] if span else []
    else:
        start, end = _SEASONS[unit]
        for year in (published.year - 1, published.year, published.year + 1):
            a, b = _span(year, start, None), _span(year + (end < start), end, None)
            if a and b:
                spans.append((a[0], b[1]))
    return When(i, i + 1, text, None, None, None, None, tuple(spans), True)


def same_date(claim: When, source: When) -> bool:
    """Tell whether the claim's date is the source's, or a longer time that holds it."""
    if claim.weekday is not None and source.weekday is not None:
        return claim.weekday == source.weekday
    if claim.spans and source.spans:
        return any(a <= c and d <= b for a, b in claim.spans for c, d in source.spans)
    pairs = ((claim.year, source.year), (claim.month, source.month), (claim.day, source.day))
    if claim.relative or source.relative:
        return claim.text.lower() == source.text.lower()
    return all(c is None or c == s for c, s in pairs) and any(c is not None for c, _ in pairs)
