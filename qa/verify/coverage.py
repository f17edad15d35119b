"""Coverage: every word of the claim that says something is carried by the source."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, opposite, weight

_CARRIED = 0.45


def check_coverage(m: Match) -> list[Finding]:
    """Return which words the source does not carry."""
    missing, total, held_weight = [], 0.0, 0.0
    tokens = m.claim.tokens
    valued = {i for v in (*m.claim.numbers, *m.claim.dates) for i in range(v.first, v.last + 1)}
    for token in tokens:
        if not token.content or token.tag in ("#", "W") or token.i in valued:
            continue
        value = near_value(m, token.i)
        if value < _CARRIED and token.within >= 0:
            value = near_value(m, token.within)
        if value < _CARRIED and any(opposite(token, other) for other in m.source.tokens):
            value = 0.6
        worth = weight(token.stem)
        total += worth
        held_weight += worth * min(1.0, value)
        if value < _CARRIED:
            missing.append(token)
    share = held_weight / total if total else 1.0
    if not missing:
        return [held("coverage", "the source carries every word")]
    words = ", ".join(token.text for token in missing)
    doubt = max(0.0, min(1.0, (sum(weight(t.stem) for t in missing)) / 1.6))
    return [fault("coverage", f"not in the source: {words} ({share:.0%} carried)", doubt=doubt)]


def near_value(m: Match, i: int) -> float:
    """Return how well the sentences that the claim draws on carry a word of it; other sentences count less."""
    best = m.best[i][0] * 0.75
    for number in m.near:
        first, last = m.source.reading.sentences[number]
        if last > first:
            best = max(best, float(m.alike[i, first:last].max()))
    return best
