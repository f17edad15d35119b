"""What follow-ups and the questions before them are taken apart by: turns, names, and what opens a question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.terms import is_stopword
from index.timewords import read

ANY_DAY = date(2000, 1, 1)
"""A day to count from where it only matters that a time is told: without one, relative times are not seen."""
_ORDER = "(?:the|of|de|del|al|el|bin|van|von|la|for|and)"
NAME = re.compile(rf"[A-ZÀ-Þ][\w’'-]*(?:\s+(?:{_ORDER}\s+){{0,2}}[A-ZÀ-Þ0-9][\w’'-]*)*")
SOURCE = re.compile(r",?\s*\b(?:according\s+to|in\s+the\s+(?:words|view|account)\s+of)\s+(?:the\s+)?[^,?]+", re.I)
ELSE = re.compile(r"\b(?:else|other|others|instead|another)\b", re.I)
OPENS = re.compile(
    r"^(?:(?:in|on|at|by|to|from|for|with|of|since|until)\s+)?(?:who|whom|whose|what|which|when|where|why|how)\b"
    r"(?:\s+(?:many|much|long|far|often|high|big|old|large|did|does|do|was|were|is|are|has|have|had|will|would)\b)*\s*",
    re.I,
)
_AUXILIARY = frozenset(
    "is are was were did does do has have had will would can could should the in on at by what who when where why how "
    "which whose whom and but so it he she they there tell name give according".split()
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked, made to stand alone, and what was answered; relative dates count from `anchor`."""

    question: str
    answer: str = ""
    anchor: date | None = None


def names(text: str) -> list[str]:
    """Return the names in a text, in order, without what opens its sentences and without times."""
    found = []
    for match in NAME.finditer(text):
        name = match[0]
        opening = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".?!:"
        head = name.split()[0].lower().rstrip("’'s")
        if opening and (head in _AUXILIARY or is_stopword(head)):
            name = name.partition(" ")[2]
            name = name if name[:1].isupper() else ""
        if name and not is_time(name) and not (opening and name == match[0] and " " not in name):
            found.append(name)
    return list(dict.fromkeys(found))


def is_time(name: str) -> bool:
    """Tell whether a name is that of a day, a month or another time."""
    return bool(read(f"in {name}", ANY_DAY, loose=True))


def small(text: str) -> str:
    """Return the text with a small first letter, unless a name opens it."""
    first = re.split(r"\W", text, maxsplit=1)[0]
    keeps = first.lower() not in _AUXILIARY and not is_stopword(first) and not OPENS.match(text)
    return text if keeps else text[:1].lower() + text[1:]
