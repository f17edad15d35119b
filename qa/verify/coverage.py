"""Coverage: what the claim says beyond its source.

A rewording uses other words throughout; an invented detail is a phrase of its own in a sentence that is otherwise the
source's. So a word that nothing in the source carries counts by how closely the rest of the claim keeps to it.
"""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, opposite, weight
from qa.verify.reading import Token

_CARRIED, _COPIED = 0.45, 0.99
_BARELY = 0.15
"""Share of the words carried below which the source is not about it at all."""
_COPIES_FROM, _COPIES_TO = 0.6, 0.9
"""Share of the other words that stand in the source as they are, from which a new word begins to count, and where it
counts in full; read off the development claims."""
_COMPARING = frozenset(
    "more most less least fewer larger largest older oldest younger longer shorter higher lower bigger".split()
)


def check_coverage(m: Match) -> list[Finding]:
    """Return what the source does not carry: added words, by kind, and how little of the whole it carries."""
    spans = [(n.first, n.last) for n in m.claim.numbers] + [(w.first, w.last) for w in m.claim.dates]
    valued = {i for first, last in spans for i in range(first, last + 1)}
    words = [
        t
        for t in m.claim.tokens
        if t.content and t.tag not in ("#", "W") and t.i not in valued and not (t.tag == "E" and t.low in m.outlets)
    ]
    values = {t.i: _value(m, t) for t in words}
    missing = [t for t in words if values[t.i] < _CARRIED]
    total = sum(weight(t.stem) for t in words)
    if not missing or not total:
        return [held("coverage", "the source carries every word")]
    copied = [t for t in words if values[t.i] >= _COPIED]
    keeps = sum(weight(t.stem) for t in copied) / max(0.1, total - sum(weight(t.stem) for t in missing))
    close = max(0.0, min(1.0, (keeps - _COPIES_FROM) / (_COPIES_TO - _COPIES_FROM))) * min(1.0, len(copied) / 4)
    share = sum(weight(t.stem) * min(1.0, values[t.i]) for t in words) / total
    found = []
    if share < _BARELY and not valued:
        found.append(fault("coverage none", "the source is about something else"))
    for kind, tags in (("noun", "NE"), ("verb", "V"), ("other", "AR")):
        added = [t for t in missing if t.tag in tags and t.low not in _COMPARING]
        if added:
            named = ", ".join(t.text for t in added)
            strength = close * min(1.0, sum(weight(t.stem) for t in added))
            rule = (
                f"coverage {kind} added"
                if close >= 0.8 and any(_extra(m, t, words, values) for t in added)
                else f"coverage {kind}"
            )
            found.append(fault(rule, f"the source has no “{named}”", strength=strength))
    lacking = max(0.0, min(1.0, (0.6 - share) / 0.6))
    if lacking:
        found.append(fault("coverage share", f"{share:.0%} of the words carried", strength=lacking))
    return found or [held("coverage", f"{share:.0%} of the words carried")]


def _extra(m: Match, token: Token, words: list[Token], values: dict[int, float]) -> bool:
    """Tell whether a word stands where the source has nothing of its own: it is added, not said in other words."""
    left = [_place(m, t) for t in words if t.i < token.i and values[t.i] >= _CARRIED]
    right = [_place(m, t) for t in words if t.i > token.i and values[t.i] >= _CARRIED]
    if not left:
        return False
    tokens = m.source.tokens
    first = left[-1] + 1
    last = right[0] if right and right[0] > left[-1] else m.source.reading.sentences[tokens[left[-1]].sentence][1]
    if last - first > 12:
        return False
    taken = {_place(m, t) for t in words if values[t.i] >= _CARRIED}
    return not any(tokens[j].content and tokens[j].tag not in ("#", "W") and j not in taken for j in range(first, last))


def _place(m: Match, token: Token) -> int:
    """Return where in the near sentences a word stands best."""
    best = (-1.0, 0)
    for number in sorted(m.near):
        first, last = m.source.reading.sentences[number]
        j = first + int(m.alike[token.i, first:last].argmax()) if last > first else first
        best = max(best, (float(m.alike[token.i, j]), j))
    return best[1]


def _value(m: Match, token: Token) -> float:
    value = near_value(m, token.i)
    if value < _CARRIED and token.within >= 0:
        value = near_value(m, token.within)
    if value < _CARRIED and any(opposite(token, other) for other in m.source.tokens):
        value = 0.6
    return value


def near_value(m: Match, i: int) -> float:
    """Return how well the sentences that the claim draws on carry a word of it; other sentences count less."""
    best = m.best[i][0] * 0.75
    for number in m.near:
        first, last = m.source.reading.sentences[number]
        if last > first:
            best = max(best, float(m.alike[i, first:last].max()))
    return best
