"""Stretches of days: how far apart they are, and how they are written."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import say


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both inclusive; None: open on that side."""

    first: date | None
    last: date | None

    def gap(self, other: Period) -> int:
        """Return how many days lie from one to the other; 0 where they share a day."""
        if self.last and other.first and self.last < other.first:
            return (other.first - self.last).days
        if other.last and self.first and other.last < self.first:
            return (self.first - other.last).days
        return 0

    @property
    def days(self) -> int | None:
        """Return how many days there are; None: it is open."""
        return (self.last - self.first).days + 1 if self.first and self.last else None

    @property
    def iso(self) -> str:
        """Return the day `2016-03-27`, the month `2016-03`, the year `2016`, or the interval `first/last`."""
        if self.first is None or self.last is None:
            return f"{self.first or '..'}/{self.last or '..'}"
        if self.first == self.last:
            return self.first.isoformat()
        if self == year_of(self.first):
            return f"{self.first.year:04}"
        if self == month_of(self.first):
            return self.first.isoformat()[:7]
        return f"{self.first}/{self.last}"

    def __str__(self) -> str:
        """Say it as a reader would: `27 March 2016`, `March 2016`, `26 March 2016 to 27 March 2016`."""
        if self.first is None or self.last is None:
            return f"since {say(self.first)}" if self.first else f"until {say(self.last)}" if self.last else "any day"
        if self.first == self.last:
            return say(self.first)
        if self == year_of(self.first):
            return str(self.first.year)
        if self == month_of(self.first):
            return f"{calendar.month_name[self.first.month]} {self.first.year}"
        return f"{say(self.first)} to {say(self.last)}"


def year_of(day: date) -> Period:
    """Return the year of a day."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def month_of(day: date) -> Period:
    """Return the month of a day."""
    return Period(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def week_of(day: date) -> Period:
    """Return the week of a day, Monday to Sunday."""
    monday = day - timedelta(day.weekday())
    return Period(monday, monday + timedelta(6))


def of_iso(text: str) -> Period:
    """Return the period that `Period.iso` writes so.

    Raises:
        ValueError: it is none.
    """
    first, slash, last = text.partition("/")
    if slash:
        return Period(*(None if side == ".." else date.fromisoformat(side) for side in (first, last)))
    if len(text) == 4:
        return year_of(date(int(text), 1, 1))
    return month_of(date.fromisoformat(f"{text}-01")) if len(text) == 7 else Period(*[date.fromisoformat(text)] * 2)
