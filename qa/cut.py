"""A question with some of its words cut out, and whether there is enough left of it to search with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.terms import content

_LEAST_TERMS = 2
"""Content words that must be left."""


def without(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the question without these spans, tidied."""
    for start, end in sorted(spans, reverse=True):
        question = f"{question[:start]} {question[end:]}"
    question = re.sub(r"\s+([,.?!;])", r"\1", " ".join(question.split()))
    return re.sub(r"^[\s,;]+|,(?=[?.!,])", "", question)


def is_enough(question: str) -> bool:
    """Tell whether what is left of a question has enough words to search with."""
    return len(content(question)) >= _LEAST_TERMS
