"""Expressions of time in running text, and the days that they mean counted from a given day; never from the clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal

from index.dates import MONTHS, WEEKDAYS, parse_date
from index.periods import Period, month_of, week_of, year_of
from index.terms import WORD, is_stopword

Direction = Literal["past", "ahead", "unclear"]
Relation = Literal["in", "since", "after", "before", "until"]


@dataclass(frozen=True, slots=True)
class Mention:
    """An expression of time: `text[start:end]` with its preposition, the days meant, and how they are related to.

    `core` is where the expression itself begins, after the preposition. `dated` tells whether the year is printed
    with it, `certain` whether no other reading is likely.
    """

    start: int
    end: int
    text: str
    period: Period
    core: int
    relation: Relation = "in"
    dated: bool = False
    certain: bool = True

    @property
    def window(self) -> Period:
        """Return the days that the expression with its preposition stands for: `before 2017`, `since June`."""
        first, last = self.period.first, self.period.last
        if self.relation == "since":
            return Period(first, None)
        if self.relation == "after":
            return Period(last + timedelta(1) if last else None, None)
        if self.relation == "before":
            return Period(None, first - timedelta(1) if first else None)
        return Period(None, last) if self.relation == "until" else self.period


def read(text: str, anchor: date | None = None, *, loose: bool = False) -> list[Mention]:
    """Return the expressions of time in a text, in order, none overlapping another.

    Relative ones count from `anchor`; without it they are left out. `loose` reads as a question is typed:
    months and weekdays in small letters, and years that stand alone.
    """
    return list(_read(text, anchor, loose))


@lru_cache(maxsize=4096)
def _read(text: str, anchor: date | None, loose: bool) -> tuple[Mention, ...]:
    """Read a text; remembered, for a sentence is held against the time asked for, and then against others."""
    if anchor and not _FIRST_YEAR < anchor.year < _LAST_YEAR:
        anchor = None  # nothing can be counted from the ends of the calendar
    held = set(WORD.findall(text.lower()))
    if _FOUR_DIGITS.search(text):
        held.add(_IN_DIGITS)
    reader = _Reader(text, anchor, loose)
    for pattern, meaning, telling in _ROWS:
        if held.isdisjoint(telling):
            continue
        for match in pattern.finditer(text):
            if not reader.taken(match.start(), match.end()) and (found := meaning(match, reader)):
                reader.take(match, found)
    return tuple(_joined(text, sorted(reader.found, key=lambda mention: mention.start)))


@dataclass(frozen=True, slots=True)
class _Meaning:
    period: Period
    dated: bool = False
    certain: bool = True


class _Reader:
    """One reading of a text: what is found so far, and what the words around an expression say of it."""

    def __init__(self, text: str, anchor: date | None, loose: bool) -> None:
        self.text, self.anchor, self.loose = text, anchor, loose
        self.found: list[Mention] = []

    def taken(self, start: int, end: int) -> bool:
        return any(start < mention.end and mention.start < end for mention in self.found)

    def take(self, match: re.Match[str], meaning: _Meaning) -> None:
        start, relation = match.start(), "in"
        if (before := self.preposition(start)) and not re.match("['’]s", self.text[match.end() :]):
            word = " ".join(before[1].lower().split())
            start = start if word in _LOOSE_PREPOSITIONS else before.start()
            relation = _RELATIONS.get(word, "in")
        self.found.append(
            Mention(
                start, match.end(), self.text[start : match.end()], meaning.period, match.start(),
                relation, meaning.dated, meaning.certain,  # type: ignore[arg-type]  # a value of _RELATIONS
            )
        )  # fmt: skip

    def preposition(self, place: int) -> re.Match[str] | None:
        """Return the preposition that ends at a place, with its article."""
        return _PREPOSITION.search(self.text, max(0, place - 40), place)

    def named(self, word: str) -> bool:
        """Tell whether a month or weekday is written as a name, or may be read as one."""
        return self.loose or word[0].isupper()

    @cached_property
    def years(self) -> list[tuple[int, int]]:
        """Return the years printed in the text, each with its place."""
        return [(match.start(), int(match[0])) for match in re.finditer(rf"\b{_YEAR}\b", self.text)]

    def year_before(self, place: int) -> int | None:
        return next((year for start, year in reversed(self.years) if start < place), None)

    def of_another_year(self, match: re.Match[str]) -> bool:
        """Tell whether it may count from another year than the anchor's: "In 2014 he said that last year"."""
        before = self.year_before(match.start())
        after = _IN_A_YEAR.search(self.text, match.end())
        told = {before, int(after[1]) if after else None} - {None}
        return bool(self.anchor and told - {self.anchor.year})

    def direction(self, match: re.Match[str]) -> Direction:
        """Return whether the clause around an expression tells of what was or of what is to come."""
        starts = [cut.end() for cut in _CLAUSE.finditer(self.text, 0, match.start())]
        cut = _CLAUSE.search(self.text, match.end())
        before = self.text[starts[-1] if starts else 0 : match.start()]
        after = self.text[match.end() : cut.start() if cut else len(self.text)]
        cues = list(_CUE.finditer(before))[-1:] or list(_CUE.finditer(after))[:1]
        if not cues:
            return "unclear" if re.search(r"\bto\s+[a-z]+|\bfor\s+$", before) else "past"
        kind = cues[0].lastgroup
        return "ahead" if kind == "ahead" else "past" if kind == "past" else "unclear"

    def occurrence(
        self, match: re.Match[str], period_in: Callable[[int], Period | None], *, nearest: bool = False
    ) -> _Meaning | None:
        """Return what is meant by a day or month without a year: the last one, or the next where it is to come.

        `nearest`: the nearest, whatever the clause tells, because a weekday beside the day says which year it is.
        """
        if self.anchor is None:
            return None
        direction = "unclear" if nearest else self.direction(match)
        around = range(self.anchor.year - 5, self.anchor.year + 6)
        found = [period for year in around if (period := period_in(year)) and period.first and period.last]
        if direction == "unclear":
            here = Period(self.anchor, self.anchor)
            chosen = min(found, key=here.gap, default=None)
        elif direction == "ahead":
            chosen = next((p for p in found if p.last and p.last >= self.anchor), None)
        else:
            chosen = next((p for p in reversed(found) if p.first and p.first <= self.anchor), None)
        if chosen is None or chosen.first is None:
            return None
        other = self.year_before(match.start())
        told = (nearest or direction != "unclear") and other in (None, chosen.first.year)
        return _Meaning(chosen, certain=told and not self.in_a_name(match))

    def in_a_name(self, match: re.Match[str]) -> bool:
        """Tell whether a day is part of a name and needs no year: "the January 6 log", "Christmas trees"."""
        after = re.compile(r"\s+([a-z]\w+)").match(self.text, match.end())
        if after is None or is_stopword(after[1]) or not _DAY_OF_THE_YEAR.search(match[0]):
            return False
        named = re.search(r"\bthe\s+$", self.text[: match.start()], re.I)
        return named is not None or match[0].lower().endswith("christmas")


def _joined(text: str, found: list[Mention]) -> list[Mention]:
    """Return the mentions, those that bound a stretch ("between … and …", "from … to …") put into one."""
    joined: list[Mention] = []
    for mention in found:
        if joined and (first := joined[-1]).end <= mention.start:
            opening = re.match(r"(?:between|from)\b", first.text, re.I)
            link = re.fullmatch(r"\s*(?:and|to|until|till|through|[-–—])?\s*", text[first.end : mention.start], re.I)
            led = re.match(r"(?:and|to|until|till|through|up to)\b|[-–—]", text[first.end : mention.end].strip(), re.I)
            if opening and link and led and first.period.first and mention.period.last:
                start = first.period.first
                if start > mention.period.last and not first.dated:  # "between May and July 2016"
                    start = start.replace(year=mention.period.last.year, day=min(start.day, 28))
                if not first.dated and mention.dated:
                    start = _in_year_of(start, mention.period.last)
                if start <= mention.period.last:
                    joined[-1] = Mention(
                        first.start, mention.end, text[first.start : mention.end], Period(start, mention.period.last),
                        first.core, "in", mention.dated, first.certain and mention.certain,
                    )  # fmt: skip
                    continue
        joined.append(mention)
    return joined


def _in_year_of(day: date, last: date) -> date:
    """Return the day in the year of `last`, or in the year before where it would come after it."""
    moved = day.replace(year=last.year, day=min(day.day, 28) if day.month == 2 else day.day)
    return moved if moved <= last else moved.replace(year=last.year - 1)


# --- what each row of the grammar means -----------------------------------------------------------


def _printed(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    parsed = parse_date(match[0])
    return _Meaning(Period(parsed.day, parsed.day), dated=True) if parsed else None


def _day(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    parts = match.groupdict()
    first, last = int(parts["day"]), int(parts.get("until") or parts["day"])
    month, weekday = MONTHS[parts["month"].lower().rstrip(".")], parts.get("weekday")

    def in_year(year: int) -> Period | None:
        try:
            period = Period(date(year, month, first), date(year, month, last))
        except ValueError:
            return None
        fits = weekday is None or (period.first and period.first.weekday() == _weekday(weekday))
        return period if fits and first <= last else None

    if not reader.named(parts["month"]):
        return None
    if year := parts["year"]:
        days = in_year(int(year))
        return _Meaning(days, dated=True) if days else None
    if that := _that_year(match, reader):
        days = in_year(that)
        return _Meaning(days, dated=True) if days else None
    return reader.occurrence(match, in_year, nearest=weekday is not None)


def _month(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    parts = match.groupdict()
    name, part, which = parts["month"], parts.get("part"), (parts.get("which") or "").lower()
    number = MONTHS[name.lower().rstrip(".")]
    if not reader.named(name):
        return None

    def in_year(year: int) -> Period | None:
        return _part(month_of(date(year, number, 1)), part)

    if parts["year"]:
        return _meant(in_year(int(parts["year"])), dated=True)
    if that := _that_year(match, reader):
        return _meant(in_year(that), dated=True)
    if reader.anchor and (relative := re.search(r"(last|this|next) year$", match[0], re.I)):
        return _meant(in_year(reader.anchor.year + _STEPS[relative[1].lower()]))
    if which in ("last", "this", "next") and reader.anchor:
        this = month_of(reader.anchor).first
        years = range(reader.anchor.year - 1, reader.anchor.year + 2)
        months = [date(year, number, 1) for year in years]
        if which == "last":
            return _meant(in_year(max(month for month in months if this and month < this).year))
        if which == "next":
            return _meant(in_year(min(month for month in months if this and month > this).year), certain=False)
        return _meant(in_year(reader.anchor.year))
    if not part and not reader.preposition(match.start()):
        return None
    return reader.occurrence(match, in_year)


def _year(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    if match["year"]:
        period = year_of(date(int(match["year"]), 1, 1))
        counted = _COUNTED.match(reader.text, match.end())
        if counted or not (match["part"] or reader.loose or reader.preposition(match.start())):
            return None
    elif that := _that_year(match, reader):
        period = year_of(date(that, 1, 1))
    else:
        return None
    return _meant(_part(period, match["part"]), dated=True)


def _decade(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    start = int(match["decade"])
    return _Meaning(Period(date(start, 1, 1), date(start + 9, 12, 31)), dated=True)


def _season(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    month = _SEASONS[match["season"].lower()]

    def in_year(year: int) -> Period | None:
        last = date(year + (month == 12), (month + 1) % 12 + 1, 1)
        return Period(date(year, month, 1), month_of(last).last)

    if match["year"]:
        return _meant(in_year(int(match["year"])), dated=True, certain=False)
    found = reader.occurrence(match, in_year)
    return _Meaning(found.period, certain=False) if found else None


def _edge(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    """Read the last day of August 2015, the first week of May."""
    month = _month(match, reader)
    if month is None or month.period.first is None or month.period.last is None:
        return None
    days = timedelta(6 if match["unit"].lower() == "week" else 0)
    if match["edge"].lower() == "first":
        return _Meaning(Period(month.period.first, month.period.first + days), month.dated, month.certain)
    return _Meaning(Period(month.period.last - days, month.period.last), month.dated, month.certain)


def _share(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    year, number = int(match["year"]), _ORDINALS[(match["nth"] or match["q"]).lower()]
    months = 6 if match["unit"] and match["unit"].lower() == "half" else 3
    if number * months > 12:
        return None
    first, last = date(year, (number - 1) * months + 1, 1), date(year, number * months, 1)
    return _Meaning(Period(first, month_of(last).last), dated=True)


def _feast(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    month, day = next(value for name, value in _FEASTS if match["feast"].lower().startswith(name))

    def in_year(year: int) -> Period | None:
        return Period(date(year, month, day), date(year, month, day))

    if match["year"]:
        return _meant(in_year(int(match["year"])), dated=True)
    if that := _that_year(match, reader):
        return _meant(in_year(that), dated=True)
    return reader.occurrence(match, in_year)


def _near_day(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    if reader.anchor is None:
        return None
    day = reader.anchor + timedelta(_NEAR[" ".join(match[0].lower().split())])
    return _Meaning(Period(day, day))


def _unit(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    """Read last week, this month, next year, earlier this week."""
    if reader.anchor is None:
        return None
    which, unit, side = match["which"].lower(), match["unit"].lower(), (match["side"] or "").lower()
    step, anchor = _STEPS[which], reader.anchor
    if unit == "week":
        period = week_of(anchor + timedelta(7 * step))
    elif unit == "weekend":
        saturday = anchor - timedelta((anchor.weekday() - 5) % 7)  # the last one, or today
        if (direction := reader.direction(match)) == "ahead" and step == 0 and anchor.weekday() < 5:
            saturday += timedelta(7)
        certain = step == 0 and which == "the" and direction != "unclear"
        return _Meaning(Period(saturday, saturday + timedelta(1)), certain=certain)
    elif unit == "month":
        months = anchor.year * 12 + anchor.month - 1 + step
        period = month_of(date(months // 12, months % 12 + 1, 1))
    else:
        period = year_of(date(anchor.year + step, 1, 1))
    if step == 0 and side == "earlier":
        period = Period(period.first, anchor)
    if step == 0 and side == "later":
        period = Period(anchor, period.last)
    return None if which == "the" else _Meaning(period, certain=not reader.of_another_year(match))


def _stretch(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    """Read the past three days, the last two weeks: up to the anchor."""
    if reader.anchor is None:
        return None
    days = _number(match["number"] or "one") * _UNIT_DAYS[match["unit"].lower()]
    return _Meaning(Period(reader.anchor - timedelta(days), reader.anchor), certain=False)


def _ago(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    if reader.anchor is None:
        return None
    number, unit = _number(match["number"]), match["unit"].lower()
    day = reader.anchor - timedelta(number * _UNIT_DAYS[unit])
    if unit == "day":
        return _Meaning(Period(day, day), certain=match["number"].lower() not in ("few", "couple"))
    period = {"week": week_of, "month": month_of, "year": year_of}[unit](day)
    return _Meaning(period, certain=False)


def _weekday_of(match: re.Match[str], reader: _Reader) -> _Meaning | None:
    if reader.anchor is None or not reader.named(match["weekday"]):
        return None
    which, number = (match["which"] or "").lower(), _weekday(match["weekday"])
    back = (reader.anchor.weekday() - number) % 7
    direction = "past" if which == "last" else reader.direction(match)
    if which == "last" and back == 0:
        back = 7
    day = reader.anchor - timedelta(back)
    if direction == "ahead" or which in ("next", "coming"):
        day = reader.anchor + timedelta((number - reader.anchor.weekday()) % 7)
    return _Meaning(Period(day, day), certain=direction != "unclear" and which not in ("next", "this"))


def _that_year(match: re.Match[str], reader: _Reader) -> int | None:
    """Return the year printed before, where the expression says "of that year"."""
    return reader.year_before(match.start()) if re.search(r"\b(?:that|the same) year$", match[0], re.I) else None


def _meant(period: Period | None, *, dated: bool = False, certain: bool = True) -> _Meaning | None:
    return _Meaning(period, dated, certain) if period else None


def _part(period: Period, part: str | None) -> Period:
    """Return the first, the middle or the last third of a month or a year."""
    if not part or period.first is None or period.last is None:
        return period
    third = ((period.last - period.first).days + 1) // 3
    word = part.lower()
    if re.search("early|start|beginning", word):
        return Period(period.first, period.first + timedelta(third - 1))
    if re.search("late|end", word):
        return Period(period.last - timedelta(third), period.last)
    return Period(period.first + timedelta(third), period.last - timedelta(third))


def _weekday(name: str) -> int:
    return next(number for number, full in enumerate(WEEKDAYS) if full.startswith(name.lower()[:3]))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


_NUMBERS = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1, "couple": 2, "few": 3}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 2, "1": 1, "2": 2, "3": 3, "4": 4}
_STEPS = {"last": -1, "past": -1, "previous": -1, "this": 0, "the": 0, "next": 1, "coming": 1}
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEASTS = (
    ("christmas eve", (12, 24)), ("christmas", (12, 25)),
    ("new year's eve", (12, 31)), ("new year’s eve", (12, 31)), ("new year", (1, 1)),
)  # fmt: skip
_NEAR = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "yesterday": -1,
    "yesterday morning": -1, "yesterday afternoon": -1, "yesterday evening": -1,
    "last night": -1, "the day before yesterday": -2, "tomorrow": 1, "the day after tomorrow": 2,
}  # fmt: skip
_RELATIONS: dict[str, Relation] = {
    "since": "since", "ever since": "since", "after": "after", "following": "after", "before": "before",
    "prior to": "before", "earlier than": "before", "until": "until", "till": "until", "by": "until", "up to": "until",
    "no later than": "until", "through": "until",
}  # fmt: skip

_LOOSE_PREPOSITIONS = frozenset(("of", "for", "to", "and", "or", "around", "about"))

_FULL = "|".join(name for name in MONTHS if len(name) > 4 or name in ("may", "june", "july"))
_SHORT = "|".join(name for name in MONTHS if len(name) <= 4 and name not in ("may", "june", "july"))
_NAMES = rf"(?P<month>(?!May['’])(?:{_FULL})\b|(?:{_SHORT})\b\.?)"
_DAYS = r"(?P<weekday>(?:" + "|".join(WEEKDAYS) + r")\b)"
_YEAR = r"(?:1[5-9]|20)\d\d"
_OF_YEAR = rf"(?:,?\s+(?:of\s+)?(?P<year>{_YEAR})\b|\s+(?:of\s+)?(?:that|the\s+same)\s+year)"
_PART = (
    r"(?P<part>early(?:\s+in)?|mid|mid-?|late(?:\s+in)?|(?:the\s+)?(?:start|beginning|middle|end)\s+of)"
    r"(?:\s+|(?<=-))"
)
_NTH = r"(?<![\d.,:])(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_COUNT = r"(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r"|\d{1,3})"
_PREPOSITION = re.compile(
    r"\b((?:ever\s+)?since|after|following|before|prior\s+to|earlier\s+than|until|till|by|up\s+to|no\s+later\s+than|"
    r"through|between|from|on|in|at|over|during|throughout|around|about|of|for|to|and|or|(?:late|early)(?:\s+on)?)"
    r"\s+(?:the\s+)?$",
    re.I,
)
_IN_A_YEAR = re.compile(rf"\bin\s+(?:an?|his|her)\s+({_YEAR})\b", re.I)
_COUNTED = re.compile(r"\s+(?:[a-z]+(?:ers|ars|ros|nds|ies|les|ces)|people|men|women|children|homes|houses)\b")
_DAY_OF_THE_YEAR = re.compile(r"\b[A-Z][a-z]+\.?\s+\d{1,2}$|\bChristmas\b")
_CLAUSE = re.compile(
    r"[.;:!?—–](?=\s|$)|,\s|[\"“”]|\b(?:that|which|who|what|where|while|but|although|though|after|before|when|because|as|if)\b",
    re.I,
)
_CUE = re.compile(
    r"\b(?:(?P<ahead>will|shall|(?:is|are|was|were|be)\s+(?:due|set|scheduled|expected|likely|to)(?:\s+to)?|due|"
    r"(?:expects?|plans?|intends?|aims?|hopes?)|scheduled|likely|going\s+to|upcoming|forthcoming|ahead\s+of|must|"
    r"opens|starts|begins|resumes|takes\s+place|kicks\s+off|ends|closes|meets|faces|goes\s+on\s+(?:trial|sale|strike))|"
    r"(?P<unclear>would|could|should|may|might|until|hoped|planned|expected|"
    r"(?:ordered|agreed|promised|vowed|asked|offered|decided|told|urged|wanted|wants?|sought|threatened|pledged)\s+to)|"
    r"(?P<past>was|were|had|has|have|did|said|says|told|\w{2,}ed|began|came|went|made|took|gave|got|saw|found|held|"
    r"left|met|ran|fell|rose|won|lost|hit|led|broke|shot|struck|sent|spoke|drove|fought|sank|flew|wrote|cut|shut|"
    r"paid|sold|bought|built|brought|caught|kept|put|set|overran|tore|torn|swept|threw|blew|became))\b"
)
_FIRST_YEAR, _LAST_YEAR = 100, 9900
_FOUR_DIGITS = re.compile(r"\d{4}")
_IN_DIGITS = "0000"
"""Stands for any four digits in a row among the words that tell of a time."""
_OF_MONTHS = frozenset(MONTHS)
_UNITS = frozenset("day days week weeks month months year years".split())
_DAYTIMES = frozenset("today tonight tomorrow yesterday morning afternoon evening night".split())
_Row = tuple[re.Pattern[str], Callable[[re.Match[str], _Reader], _Meaning | None], frozenset[str]]
_ROWS: tuple[_Row, ...] = tuple(
    (re.compile(pattern, re.I), meaning, frozenset(telling))
    for pattern, meaning, telling in (
        (r"\b\d{4}-\d{2}-\d{2}\b|(?<!\d)\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d\b", _printed, {_IN_DIGITS}),
        (rf"{_NTH}\s*(?:-|–|—|to|and|until)\s*(?P<until>\d{{1,2}})(?:st|nd|rd|th)?\s+{_NAMES}{_OF_YEAR}?",
         _day, _OF_MONTHS),
        (rf"(?:\b{_DAYS},?\s+)?{_NTH}\s+(?:of\s+)?{_NAMES}{_OF_YEAR}?", _day, _OF_MONTHS),
        (rf"(?:\b{_DAYS},?\s+)?\b{_NAMES}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|[.,]\d){_OF_YEAR}?",
         _day, _OF_MONTHS),
        (rf"\b(?P<edge>first|last)\s+(?P<unit>day|week)\s+of\s+{_NAMES}{_OF_YEAR}?", _edge, _OF_MONTHS),
        (rf"(?:\b{_PART})?(?:\b(?P<which>last|this|next)\s+)?\b{_NAMES}(?:{_OF_YEAR}|\s+(?:last|this|next)\s+year\b)?",
         _month, _OF_MONTHS),
        (rf"\b(?:(?P<nth>first|second|third|fourth|last)\s+(?P<unit>quarter|half)\s+of\s+|Q(?P<q>[1-4])\s+)"
         rf"(?P<year>{_YEAR})\b", _share, {"quarter", "half", "q1", "q2", "q3", "q4"}),
        (rf"\b(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?(?P<year>{_YEAR})\b", _season, _SEASONS.keys()),
        (r"\b(?:last|this|in\s+the)\s+(?P<season>spring|summer|autumn|winter)\b(?P<year>\b\B)?",
         _season, _SEASONS.keys()),
        (r"\bthe\s+(?P<decade>(?:1[5-9]|20)\d0)s\b", _decade, {_IN_DIGITS}),
        (rf"\b(?P<feast>Christmas(?:\s+(?:Eve|Day))?|New\s+Year[’']s\s+(?:Eve|Day))\b{_OF_YEAR}?",
         _feast, {"christmas", "year"}),
        (r"\bthe\s+day\s+(?:before\s+yesterday|after\s+tomorrow)\b|\b(?:today|tonight|tomorrow)\b|"
         r"\byesterday(?:\s+(?:morning|afternoon|evening))?\b|\bthis\s+(?:morning|afternoon|evening)\b|\blast\s+night\b",
         _near_day, _DAYTIMES),
        (rf"\b(?:past|last|previous)\s+(?P<number>{_COUNT})\s+(?P<unit>day|week|month|year)s?\b", _stretch, _UNITS),
        (rf"\b(?:a\s+)?(?P<number>{_COUNT})\s+(?:of\s+)?(?P<unit>day|week|month|year)s?\s+ago\b", _ago, {"ago"}),
        (r"\b(?:(?P<side>earlier|later)\s+)?(?P<which>last|past|previous|this|the|next|coming)\s+"
         r"(?P<unit>week(?:end)?|month|year)\b(?!['’]s)", _unit, _UNITS | {"weekend"}),
        (rf"(?:\b(?P<which>last|this|next|coming)\s+)?\b{_DAYS}(?:\s+(?:morning|afternoon|evening|night))?",
         _weekday_of, WEEKDAYS),
        (rf"(?:\b{_PART})?(?:\b(?P<year>{_YEAR})\b(?!s\b|[-–,.]\d|\s?%)|\b(?:that|the\s+same)\s+year\b)",
         _year, {_IN_DIGITS, "year"}),
    )
)  # fmt: skip
"""Each row: an expression, what it means, and words of which a text with such an expression has one: most have none,
and need no closer look."""
