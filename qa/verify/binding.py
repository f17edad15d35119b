"""What a value or a name belongs to: the words around it, near ones first, and how two such surroundings compare."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.verify.match import Match, Text, weight

_STEP = 0.45
_BREAKS = {",": 2.0, ";": 4.0, ":": 3.0, "—": 3.0, "–": 3.0, "(": 3.0, ")": 3.0, ".": 6.0}


class Span(NamedTuple):
    """First and last token."""

    first: int
    last: int


def surroundings(text: Text, span: Span, rivals: tuple[Span, ...] = ()) -> NDArray[np.float32]:
    """Return for each token of the text how closely it belongs to the span, from 0 to 1; only in its sentence."""
    key = ("around", span, rivals)
    kept = text.reading.extra.get(str(key))
    if isinstance(kept, np.ndarray):
        return kept
    tokens = text.tokens
    around = np.zeros(len(tokens), np.float32)
    begin, end = text.reading.sentences[tokens[span.first].sentence]
    rival = {k for item in rivals for k in range(item.first, item.last + 1)} - set(range(span.first, span.last + 1))
    for walk in (range(span.last + 1, end), range(span.first - 1, begin - 1, -1)):
        cost = 0.0
        for i in walk:
            token = tokens[i]
            if token.tag == "T":
                cost += _BREAKS.get(token.text, 0.3)
                continue
            if i in rival:
                cost += 1.5
                continue
            if token.tag == "C":
                cost += 2.0
            elif token.tag == "S" or token.low in ("against", "while", "after", "before", "from", "than"):
                cost += 1.5
            elif token.content or token.tag in ("N", "V", "E", "A"):
                around[i] = 1.0 / (1.0 + _STEP * cost)
                cost += 1.0
            else:
                cost += 0.25
    text.reading.extra[str(key)] = around
    return around


def bond(m: Match, claim: Span, source: Span, rivals: tuple[Span, ...], others: tuple[Span, ...]) -> float:
    """Return from 0 to 1 how alike the surroundings of a span of the claim and of one of the source are."""
    mine = surroundings(m.claim, claim, rivals)
    weights = np.array([weight(t.stem) if mine[t.i] > 0 else 0.0 for t in m.claim.tokens], np.float32) * mine
    total = float(weights.sum())
    if total <= 0:
        return 0.0
    theirs = surroundings(m.source, source, others)
    return float(((m.loose * theirs[None, :]).max(axis=1) * weights).sum()) / total
