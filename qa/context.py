"""A quote in its context: what is no evidence, a speaker cut off, a pronoun that dangles, a claim denied next."""

from __future__ import annotations

import re

_FURNITURE = re.compile(
    r"^\W*(?:contact(?: (?:us|our))?\b.*@|contact: |subscribe\b|to subscribe|to contact|by [A-Z][\w.'’-]+ [A-Z][\w.'’-]+\W*$|"
    r"(?:photo|photograph|picture|image|caption|credit|video|graphic)s?\s*(?::|by\b|credit)|not for resale|all rights reserved|"
    r"copyright\b|©|read more|sign up|follow us|advertisement)|\bis (?:published|delivered) (?:\w+ )?(?:days|every)\b|"
    r"\S+@\S+\.\w+|^\W*(?:[A-Z][A-Z ]+, )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?\d{1,2} [A-Z]\w+ \d{4}\W*$",
    re.I,
)


def is_evidence(text: str) -> bool:
    """Tell whether a sentence is reporting, and not a byline, a dateline, a caption or a line to subscribe."""
    return not _FURNITURE.search(text) and not text.lstrip().startswith("#")
