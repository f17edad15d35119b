"""Dates: each must be one that the source gives, for the same event; before and after must not be turned round."""

from __future__ import annotations

from qa.verify.binding import Span, bond
from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match
from qa.verify.moments import When, same_date
from qa.verify.quantities import governed, led

_MARGIN, _SLACK = 1.3, 0.06


def check_dates(m: Match) -> list[Finding]:
    """Return what was found for each date of the claim."""
    mine = tuple(Span(w.first, w.last) for w in m.claim.dates)
    theirs = tuple(Span(w.first, w.last) for w in m.source.dates)
    return [_one(m, when, mine, theirs) for when in m.claim.dates]


def _one(m: Match, when: When, mine: tuple[Span, ...], theirs: tuple[Span, ...]) -> Finding:
    same = [other for other in m.source.dates if same_date(when, other)]
    rivals = [other for other in m.source.dates if not same_date(when, other) and _grain(when) == _grain(other)]
    against = [(_bond(m, when, other, mine, theirs), other) for other in rivals]
    strongest = max(against, key=lambda item: item[0], default=None)
    cited = any(t.tag == "E" and t.low in m.outlets for t in m.claim.tokens)
    if (
        cited
        and m.published is not None
        and any(first == last == m.published.toordinal() for first, last in when.spans)
    ):
        return held("date", f"{when.text} is the day it was published")
    if not same and when.spans and (how := _reckoned(m, when)):
        return held("date", f"{when.text} follows from {how}")
    if not same:
        told = f"; the source has {strongest[1].text}" if strongest and strongest[0] > 0.15 else ""
        return fault("date missing", f"{when.text} is not in the source{told}", wrong=bool(told))
    best, where = max(((_bond(m, when, o, mine, theirs), o) for o in same), key=lambda item: item[0])
    if strongest and strongest[0] > best * _MARGIN + _SLACK:
        return fault(
            "date place", f"{when.text}: where the claim has it the source has {strongest[1].text}", wrong=True
        )
    return held("date", f"{when.text}: the source has {where.text}")


def _bond(m: Match, when: When, other: When, mine: tuple[Span, ...], theirs: tuple[Span, ...]) -> float:
    near = bond(m, Span(when.first, when.last), Span(other.first, other.last), mine, theirs)
    return near + governed(m, when.first, other.first) + led(m, when.first, other.first)


def _reckoned(m: Match, when: When) -> str:
    """Return how a date follows from the day of publication and a length of time; blank where it does not."""
    if m.published is None:
        return ""
    for number in m.source.numbers:
        if number.kind not in ("time:m", "time:d"):
            continue
        days = number.value * (30.44 if number.kind == "time:m" else 1.0)
        slack = 16 if number.kind == "time:m" else 1
        for sign in (1, -1):
            day = m.published.toordinal() + sign * days
            if any(first - slack <= day <= last + slack for first, last in when.spans):
                return number.text
    return ""


def _grain(when: When) -> int:
    """Return how fine a date is: 0 a year or more, 1 a month, 2 a day."""
    if when.day is not None or when.weekday is not None:
        return 2
    if when.relative:
        return 3
    return 1 if when.month is not None else 0
