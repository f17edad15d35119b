"""How a gold answer is looked for in a text: the one definition behind every hit."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def normalise(text: str) -> str:
    """Return the text lower-cased, runs of non-word characters folded to one space, with a space around it.

    >>> normalise("“No,” Kerry replied")
    ' no kerry replied '
    """
    return f" {' '.join(_WORD.findall(text.lower()))} "


def holds(text: str, answers: Iterable[str]) -> bool:
    """Tell whether any of the answers stands in the text, matched on word borders; a blank one never does."""
    found = normalise(text)
    return any(found.find(wanted) >= 0 for answer in answers if (wanted := normalise(answer)).strip())


def findable(answer: str) -> bool:
    """Tell whether an answer has a letter or digit to be found by."""
    return any(character.isalnum() for character in answer)
