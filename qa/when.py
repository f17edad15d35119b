"""The time that a question asks about: a cutoff of what was known, days that it prefers, or the latest there is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.dates import MONTHS, require_date
from index.periods import Period
from index.timewords import Mention, read
from qa.cut import is_enough, without

_KNOWN = r"(?:known|reported|published|written|public|understood)"
_CUTOFF = re.compile(
    r"\b(?:as\s+(?:of|at)|as\s+(?:things|matters)\s+stood(?:\s+(?:on|at|in|by))?|"
    rf"(?:(?:based\s+|going\s+|judging\s+)?(?:on|by|from|with|given)\s+)?(?:only\s+)?"
    rf"(?:what|all\s+that|everything\s+that)\s+(?:was|is|had\s+been|has\s+been)\s+(?:then\s+)?{_KNOWN}"
    rf"(?:\s+[\w'’-]+){{0,8}}?\s+(?:on|by|at|in|until|till|up\s+to|before|as\s+of|by\s+the\s+time\s+of)|"
    r"known\s+(?:on|by|as\s+of|up\s+to|until))\s+(?:the\s+)?$",
    re.I,
)
_REPORTED = re.compile(r"^what\s+(?:was|is|has\s+been|had\s+been)\s+(?:reported|published|written)\b", re.I)
"""Begins a question about the reports of some days, not only about what was known at their end."""
_LATEST = re.compile(
    r"\b(?:(?<!at the )latest|newest|most\s+recent(?:ly)?|now|currently|current|nowadays|at\s+present|"
    r"at\s+the\s+moment|as\s+of\s+(?:now|today)|so\s+far|to\s+date|these\s+days|in\s+the\s+end|eventually|ultimately|finally|"
    r"after\s+all|final\s+(?:toll|count|figure|number|result|tally|total))\b",
    re.I,
)
_STILL = re.compile(r"^(?!.*\b(?:was|were|did|had)\b).*\bstill\b", re.I)
"""A question of the present state: "Is it still closed?"."""
_MONTH = "(?:" + "|".join(MONTHS) + r")\b\.?"
_NO_DAY = re.compile(
    rf"\bas\s+(?:of|at)\s+(\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d{{1,2}}-\d{{1,2}}|"
    rf"\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?|{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?)(?!\w)",
    re.I,
)
"""A cutoff that looks like a day."""
_DAYS = frozenset(("yesterday", "today", "tonight", "tomorrow"))
_PINS = re.compile(r"[A-Za-z]{3,}\.?,?\s+\d{4}\b|\d{4}-\d{2}|\b(?:last|this|next|past|previous|coming|ago)\b", re.I)
"""What tells days on its own, even where it stands before a noun: March 2016, last week, two days ago."""


@dataclass(frozen=True, slots=True)
class When:
    """What a question says of time.

    `windows` are the days that it asks about; what happened then is preferred, whenever it was published.
    `as_of` is the day up to which it wants to know, `since` the first whose reports it wants. `latest`: it asks for
    the newest there is of the thing.
    `about` is the question without these words, to search with. `notes` say how words without a year are read.
    """

    windows: tuple[Period, ...] = ()
    as_of: date | None = None
    since: date | None = None
    latest: bool = False
    about: str = ""
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is a preference."""
        return bool(self.windows) or self.latest


def when(question: str, anchor: date | None) -> When:
    """Return what a question says of time; relative days count from `anchor`, None: they are not understood."""
    windows: list[Period] = []
    out: list[tuple[int, int]] = []
    kept: list[tuple[int, int]] = []
    as_of, since, notes = None, None, []
    for mention in read(question, anchor, loose=True):
        if (cutoff := _CUTOFF.search(question, 0, mention.core)) and (last := _last(mention)):
            as_of = min(as_of or last, last)
            if _REPORTED.search(question) and mention.relation == "in":
                since = mention.period.first
            kept.append((mention.start if cutoff[0].lower().startswith("what") else cutoff.start(), mention.end))
        elif not _is_name(question, mention):
            windows.append(mention.window)
            if not mention.dated:
                notes.append(f"“{mention.text}” is taken as {mention.window}")
            out.append((mention.start, mention.end))
    if as_of is None and (printed := _NO_DAY.search(question)):
        require_date(printed[1], "as of")  # a day that is none, or one of two, is refused: no answer may look past it
    about = without(question, kept)
    if windows and is_enough(shorter := without(question, kept + out)):
        about = shorter
    latest = list(_LATEST.finditer(about))
    if latest and is_enough(shorter := without(about, [match.span() for match in latest])):
        about = shorter
    of_now = bool(_LATEST.search(question) or (_STILL.search(question) and not windows))
    return When(tuple(windows), as_of, since, of_now, about, tuple(notes))


def _last(mention: Mention) -> date | None:
    """Return the last day of what was known: of "known before 18 April" the day before."""
    return mention.window.last if mention.relation == "before" else mention.period.last


def cuts_off(text: str, mention: Mention) -> bool:
    """Tell whether a day in a text is the one up to which it wants to know: "as of April 2016"."""
    return bool(_CUTOFF.search(text, 0, mention.core))


def _is_name(question: str, mention: Mention) -> bool:
    """Tell whether the words are rather part of a name or tell which thing is meant: Black Friday, Euro 2020, Jan. 6
    committee, the 1973 decision, today’s youth, USA TODAY.
    """
    core, before, after = (
        question[mention.core : mention.end],
        question[: mention.core].rstrip(),
        question[mention.end :],
    )
    if core.lower() in _DAYS and not (core[0].isupper() and before):
        return bool(re.match(r"['’]s?\b", after))
    if re.match(r"['’]s?\b", after) or (core.isupper() and len(core) > 4 and not question.isupper()):
        return True
    if mention.start < mention.core or _PINS.search(core):
        return False
    named = bool(re.search(r"[^\W\d_a-z][\w'’-]*$", before)) and " " in before
    return named or bool(re.match(r"[\s-]+\w", after)) or not re.search(r"\d|day$", core, re.I)
