"""Dates as outlets print them: parsed strictly, never guessed, never taken from the clock."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from index.errors import InputError

MONTHS = {
    name.lower(): number
    for number in range(1, 13)
    for name in (calendar.month_name[number], calendar.month_abbr[number])
} | {"sept": 9}
WEEKDAYS = tuple(name.lower() for name in calendar.day_name)

_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"((?:1[89]|20)\d\d)"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_TIME = (
    r"(?:\d{1,2}(?:[:.]\d{2}){1,2}(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
    r"(?:\s*(?:[A-Z]{2,5}|[+-]\d{2}:?\d{2}))?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_DAY_MONTH = re.compile(rf"{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}", re.I)
_MONTH_DAY = re.compile(rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}", re.I)
_MONTH_YEAR = re.compile(rf"{_MONTH},?\s+{_YEAR}", re.I)
_ONLY_YEAR = re.compile(_YEAR)
_SLASHED = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2((?:19|20)\d\d)")
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)([/-])(\d{1,2})\2(\d{1,2})")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)-(\d{2})")
_DASHED = re.compile(rf"(\d{{1,2}})-{_MONTH}-{_YEAR}", re.I)
_AROUND = re.compile(
    rf"^\s*(?:(?:first\s+)?(?:published|posted|(?:last )?(?:updated|modified|corrected)|date)(?:\s+on)?:?\s+)?"
    rf"{_WEEKDAY}"
    rf"(?:{_TIME}(?:\s+on)?[,\s]+)?{_WEEKDAY}(?P<core>.+?)(?:(?:\s*,\s*|\s+)(?:at\s+|[-–|·]\s*)?{_TIME})?\s*$",
    re.I,
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?=[/_-]|$)", re.I)

DayOrder = Literal["day first", "month first"]
Precision = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed: the calendar day, the instant where one was given, and how exact it is.

    A month or a year counts from its last day, so that nothing is known before it could have been.
    """

    day: date
    instant: datetime | None = None
    precision: Precision = "day"


def parse_date(text: str, day_order: DayOrder | None = None) -> PrintedDate | None:
    """Return the date that the whole of `text` prints, or None where it is none, impossible or ambiguous.

    03/04/2016 is ambiguous and so unknown, unless `day_order` is declared; 28/03/2016 is not.
    """
    text = " ".join(text.split())
    if match := _ISO.fullmatch(text):
        day = _day(*(int(part) for part in match.groups()))
        return PrintedDate(day, _instant(text)) if day else None
    around = _AROUND.match(text)
    core = around["core"].strip(" ,") if around else text
    for candidate in (text, core):
        if parsed := _parse_core(candidate, day_order):
            return parsed
    return None


def is_time(text: str) -> bool:
    """Tell whether the whole of `text` prints a time of day, such as 10:30 AM EDT."""
    return re.fullmatch(_TIME, text.strip(), re.I) is not None


def require_date(text: str | date | datetime, what: str) -> date:
    """Return the day that `text` names; `what` is its name in the message.

    Raises:
        InputError: it is not a date, or an ambiguous one.
    """
    return require_printed(text, what).day


def require_printed(text: str | date | datetime, what: str) -> PrintedDate:
    """Return the day that `text` names, and how exactly it does; `what` is its name in the message.

    Raises:
        InputError: it is not a date, or an ambiguous one.
    """
    if isinstance(text, datetime):
        return PrintedDate(text.date())
    if isinstance(text, date):
        return PrintedDate(text)
    parsed = parse_date(text) if isinstance(text, str) else None
    if parsed is None:
        raise InputError(f"{what} {text!r} is not a date; write it like 2016-03-28, 28 March 2016 or March 2016")
    return parsed


def date_in_url(url: str) -> date | None:
    """Return the day that a URL path carries, as in /2016/03/28/ or /2016/mar/28/, or None."""
    match = _URL_DATE.search(url)
    if match is None:
        return None
    year, month, day = match.groups()
    number = MONTHS.get(month.lower()) if month.isalpha() else int(month)
    return _day(int(year), number, int(day)) if number else None


def say(day: date, precision: Precision = "day") -> str:
    """Return the day as a reader writes it: 28 March 2016; as exactly as it is known: March 2016, 2016."""
    parts = (str(day.day), calendar.month_name[day.month], str(day.year))
    return " ".join(parts[("day", "month", "year").index(precision) :])


def first_day(day: date, precision: Precision) -> date:
    """Return the first day that is meant where a month or a year was printed, of which `day` is one."""
    if precision == "day":
        return day
    return day.replace(day=1) if precision == "month" else day.replace(month=1, day=1)


def iso(day: date, precision: Precision = "day") -> str:
    """Return the day in ISO form, as exactly as it is known: 2016-03-28, 2016-03, 2016."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def _parse_core(text: str, day_order: DayOrder | None) -> PrintedDate | None:
    if match := _DAY_MONTH.fullmatch(text):
        return _printed(_day(int(match[3]), MONTHS[match[2].lower()], int(match[1])))
    if match := _MONTH_DAY.fullmatch(text):
        return _printed(_day(int(match[3]), MONTHS[match[1].lower()], int(match[2])))
    if match := _MONTH_YEAR.fullmatch(text):
        return _month(int(match[2]), MONTHS[match[1].lower()])
    if match := _ONLY_YEAR.fullmatch(text):
        return PrintedDate(date(int(match[1]), 12, 31), precision="year")
    if match := _YEAR_FIRST.fullmatch(text):
        return _printed(_day(int(match[1]), int(match[3]), int(match[4])))
    if match := _DASHED.fullmatch(text):
        return _printed(_day(int(match[3]), MONTHS[match[2].lower()], int(match[1])))
    if (match := _YEAR_MONTH.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        return _month(int(match[1]), int(match[2]))
    if match := _SLASHED.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if first == second or second > 12 or day_order == "month first":
            return _printed(_day(year, first, second))
        if first > 12 or day_order == "day first":
            return _printed(_day(year, second, first))
    return None


def _month(year: int, month: int) -> PrintedDate:
    return PrintedDate(date(year, month, calendar.monthrange(year, month)[1]), precision="month")


def _printed(day: date | None) -> PrintedDate | None:
    return PrintedDate(day) if day else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None
