"""The scope of a question: which article versions may be seen, and how many were left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from index.dates import first_day, parse_date, require_date
from index.errors import InputError
from index.records import Excluded
from index.table import PassageTable

Day = str | date | datetime | None
"""A day as callers may give it: a date, a datetime, "2016-03-28", "28 March 2016", "March 2016"."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question may see: versions visible on `as_of`, published from `since` to `until`, of these outlets.

    `as_of` hides what was not known then, `until` only what was published later.
    None and empty mean no limit. Outlets are matched as `matching` says.
    """

    as_of: date | None = None
    since: date | None = None
    outlets: tuple[str, ...] = ()
    until: date | None = None

    def newest(self, table: PassageTable) -> date | None:
        """Return the last day of publication among what may be seen, or None: nothing of it is dated."""
        days = table.published[self.visible(table) & table.dated]
        return date.fromordinal(int(days.max())) if len(days) else None

    def visible(self, table: PassageTable) -> NDArray[np.bool_]:
        """Return which passages may be seen, aligned with the table; boilerplate may not."""
        return table.usable & self._in_time(table) & self._of_outlet(table)

    def excluded(self, table: PassageTable) -> Excluded:
        """Return how many articles are left out for being later, undated, or of another outlet."""
        firsts = table.firsts
        in_time = self._in_time(table)
        seen_in_time = _any_per_article(table, in_time)[firsts]
        dated = _any_per_article(table, table.dated)[firsts]
        later = 0
        if self.as_of is not None:
            begun = _any_per_article(table, table.dated & (table.visible_from <= self.as_of.toordinal()))[firsts]
            later = int((dated & ~begun).sum())
        undated = int((~dated).sum()) if self.as_of is not None or self.since is not None else 0
        of_outlet = _any_per_article(table, in_time & self._of_outlet(table))[firsts]
        return Excluded(later, undated, int((seen_in_time & ~of_outlet).sum()))

    def _in_time(self, table: PassageTable) -> NDArray[np.bool_]:
        if self.as_of is not None:
            day = self.as_of.toordinal()
            seen = table.dated & (table.visible_from <= day) & (day < table.visible_until)
        else:
            seen = table.current.copy()
        if self.since is not None:
            seen &= table.dated & (table.published >= self.since.toordinal())
        if self.until is not None:
            seen &= table.dated & (table.published <= self.until.toordinal())
        return seen

    def _of_outlet(self, table: PassageTable) -> NDArray[np.bool_]:
        if not self.outlets:
            return np.ones(len(table.pids), np.bool_)
        names = {name for outlet in self.outlets for name in matching(outlet, table.outlet_names)}
        numbers = [number for number, name in enumerate(table.outlet_names) if name in names]
        return np.isin(table.outlets, numbers)


def scope_of(as_of: Day, since: Day, outlets: Sequence[str] | None) -> Scope:
    """Return the scope that callers' values describe.

    Raises:
        InputError: a date is none, since is after as_of, or an outlet is blank.
    """
    end = require_date(as_of, "as_of") if as_of is not None else None
    start = _first_day(since)
    if start and end and start > end:
        raise InputError(f"since ({start}) is after as_of ({end}); swap them or leave one out")
    named = (outlets,) if isinstance(outlets, str) else tuple(outlets or ())
    if any(not isinstance(outlet, str) for outlet in named):
        raise InputError(f"the outlets {named!r} are not all names; give each as text")
    if any(not outlet.strip() for outlet in named):
        raise InputError("an outlet is blank; name it or leave it out")
    return Scope(end, start, tuple(outlet.strip() for outlet in named))


def matching(outlet: str, names: Iterable[str]) -> list[str]:
    """Return the outlets that a name means, whatever the case: the one that it is, else those of which it is words."""
    wanted, known = outlet.strip().casefold(), list(names)
    if exact := [name for name in known if name.strip().casefold() == wanted]:
        return exact
    whole_words = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    return [name for name in known if whole_words.search(name.casefold())]


def _first_day(since: Day) -> date | None:
    """Return the day that `since` begins with: of a month or a year, its first."""
    if since is None:
        return None
    day = require_date(since, "since")
    printed = parse_date(since) if isinstance(since, str) else None
    return first_day(day, printed.precision) if printed else day


def _any_per_article(table: PassageTable, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return, for each passage, whether the mask holds anywhere in any version of its article."""
    held = np.zeros(int(table.article_ids.max(initial=-1)) + 1, np.bool_)
    held[table.article_ids[mask]] = True
    return held[table.article_ids]
