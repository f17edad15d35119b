"""Follow-ups by their time: "And in 2017?", "the year before", "since then"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from index.periods import Period, month_of, year_of
from index.terms import content
from index.timewords import Mention, read
from qa.followup.wording import Turn, is_time
from qa.when import cuts_off

_ASKS_IT = re.compile(
    r"^(?:what|how|who|where)\s+(?:was|is|were|are|has|had)\s+(?:it|that|this|they|there)\b\s*(?:been\s+)?", re.I
)
_ADVERB = re.compile(
    r"^(?:in\s+the\s+end|at\s+last|finally|eventually|now|today|currently|later(?:\s+on)?|afterwards?|at\s+first|"
    r"initially|originally|before(?:\s+that)?|so\s+far|at\s+present)$",
    re.I,
)
SHIFT = re.compile(
    r"\b(?:(?:the|a|an|one)\s+)?(?:(?P<next>next|following)\s+(?P<unit1>day|week|month|year)|"
    r"(?P<number>one|two|three|four|five|six|\d{1,2})?\s*(?P<unit2>day|week|month|year)s?\s+"
    r"(?P<side>before|earlier|later|after(?:wards?)?|on))\b(?!\s+\w)",
    re.I,
)
_OF_YEAR = re.compile(
    r"\b(?:of|in)\s+the\s+(?:(?P<next>following|next)|(?P<back>previous))\s+year\b|"
    r"\bof\s+the\s+year\s+(?:(?P<after>after)|(?P<before>before))\b",
    re.I,
)
_THEN = re.compile(r"\b(since|before|after|until|by)\s+(?:then|that(?:\s+(?:day|month|year))?)(?=$|[\s,?.])", re.I)
_BY_THEN = re.compile(
    r",?\s+\b(?:by|on|at|in|before|after|until)\s+the\s+(?:morning|afternoon|evening|night|day|time|end|start)\s+of\s+[^,]+$",
    re.I,
)


def of_time(core: str, last: Turn) -> bool:
    """Tell whether a fragment says nothing but another time."""
    core = _ASKS_IT.sub("", core)
    if not core:
        return False
    if _ADVERB.match(core) or SHIFT.fullmatch(core):
        return True
    rest = core
    for mention in reversed(_mentions(core, last)):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    return rest != core and not content(re.sub(r"\b(?:early|late|mid|end|start|as|of)\b", " ", rest))


def with_time(core: str, last: Turn) -> str:
    """Return the last question with its time replaced by that of the fragment."""
    core = _ASKS_IT.sub("", core)
    asked = _BY_THEN.sub("", last.question.rstrip(" ?.!"))
    before = read(asked, last.anchor, loose=True)
    new = shifted(core, last) or _dated(core, last)
    if before:
        for mention in reversed(before[1:]):
            asked = asked[: mention.start].rstrip() + asked[mention.end :]
        first = before[0]
        if cuts_off(asked, first):
            new = re.sub(r"^(?:in|on|at)\s+", "", new)
        return " ".join(f"{asked[: first.start]} {new} {asked[first.end :]}".replace(" ,", ",").split())
    return f"{asked} {new}"


def until(last: Turn) -> str:
    """Return the day up to which the last question wants to know: `, as of April 2016`; blank: it says none."""
    for mention in read(last.question, last.anchor, loose=True):
        if cuts_off(last.question, mention):
            return f", as of {last.question[mention.core : mention.end]}"
    return ""


def shifted(text: str, last: Turn) -> str:
    """Return the day, month or year that "a day later", "the year before" leads to; blank: it does not."""
    match, period = SHIFT.search(text), _period(last)
    if match is None or period is None or period.first is None or period.last is None:
        return ""
    unit = (match["unit1"] or match["unit2"]).lower()
    number = match["number"] or "1"
    count = int(number) if number.isdigit() else 1 + "one two three four five six".split().index(number.lower())
    count = -count if (match["side"] or "").lower() in ("before", "earlier") else count
    if unit in ("day", "week"):
        days = count * (7 if unit == "week" else 1)
        start = (period.first if count < 0 else period.last) + timedelta(days)
        return f"on {Period(start, start)}"
    if unit == "month":
        months = period.first.year * 12 + period.first.month - 1 + count
        return f"in {month_of(date(months // 12, months % 12 + 1, 1))}"
    return f"in {year_of(date(period.first.year + count, 1, 1))}"


def pinned(core: str, last: Turn) -> str:
    """Return the fragment with "of the following year" and "since then" put as a year and a day."""
    if re.fullmatch(r"[A-Za-z]{3,9}|\d{4}", core) and is_time(core):
        core = f"in {core}"
    period = _period(last)
    if period is None or period.first is None:
        return core
    if match := _OF_YEAR.search(core):
        year = period.first.year + (1 if match["next"] or match["after"] else -1)
        core = f"{core[: match.start()]}{'in ' if match[0][:2].lower() == 'in' else ''}{year}{core[match.end() :]}"
    return _THEN.sub(lambda match: f"{match[1]} {period}", core)


def _mentions(core: str, last: Turn) -> list[Mention]:
    """Return the times in a fragment; "of that year" is that of the last question or answer."""
    period = _period(last)
    lead = f"{period.first.year}. " if period and period.first else ""
    found = read(lead + core, last.anchor or (period.last if period else None), loose=True)
    return [
        Mention(m.start - len(lead), m.end - len(lead), m.text, m.period, m.core - len(lead), m.relation, m.dated)
        for m in found
        if m.start >= len(lead)
    ]


def _dated(core: str, last: Turn) -> str:
    """Return the fragment with its year, where the last question tells it and the fragment does not."""
    period = _period(last)
    if period is None or period.first is None:
        return core
    year = period.first.year
    if re.search(r"\b(?:that|the\s+same)\s+year\b", core, re.I):
        core = re.sub(r"(?:\bof\s+|\bin\s+)?\b(?:that|the\s+same)\s+year\b", "", core, flags=re.I).strip(" ,")
        return f"{core} {year}" if core else f"in {year}"
    mentions = _mentions(core, last)
    named = bool(mentions) and re.search(r"[A-Za-z]{3,}", mentions[-1].text[mentions[-1].core - mentions[-1].start :])
    relative = re.search(r"\b(?:last|this|next|today|yesterday|tomorrow|ago|past|\w+day)\b", core, re.I)
    return f"{core} {year}" if named and not mentions[-1].dated and not relative else core


def _period(last: Turn) -> Period | None:
    """Return the time that the last question asks about, else the one that its answer names; the day, where known."""
    asked, told = (
        [mention.period for mention in read(text, last.anchor, loose=True) if mention.period.days]
        for text in (last.question, last.answer)
    )
    if asked:
        exact = [period for period in told if period.days == 1 and not period.gap(asked[-1])]
        return exact[0] if exact and (asked[-1].days or 0) > 1 else asked[-1]
    return told[-1] if told else None
