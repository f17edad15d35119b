"""Order: what came before in the source does not come after in the claim."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, Text, weight

_BEFORE = frozenset("before until till ahead prior earlier".split())
_AFTER = frozenset("after once since following when later".split())


def check_order(m: Match) -> list[Finding]:
    """Return whether the claim has two things in the order in which the source has them."""
    found = []
    for token in m.claim.tokens:
        way = _way(m.claim, token.i)
        if not way or token.quoted >= 0:
            continue
        for n in sorted(m.near):
            first, last = m.source.reading.sentences[n]
            for j in range(first, last):
                theirs = _way(m.source, j)
                if not theirs:
                    continue
                straight, crossed = _sides(m, token.i, j)
                if theirs != way and straight > 0.4 and straight > crossed + 0.1:
                    found.append(
                        fault(
                            "order turned",
                            f"“{token.text}” where the source has “{m.source.tokens[j].text}”",
                            wrong=True,
                        )
                    )
                elif theirs == way and crossed > 0.4 and crossed > straight + 0.2:
                    found.append(
                        fault(
                            "order crossed", f"what stands before and after “{token.text}” is turned round", wrong=True
                        )
                    )
                elif theirs == way and straight > 0.4:
                    found.append(held("order", f"“{token.text}” as in the source"))
    return found


def _way(text: Text, i: int) -> int:
    """Return -1 for a word like before, 1 for one like after, 0 for any other."""
    token = text.tokens[i]
    if token.tag not in ("P", "S", "R") or i + 1 >= len(text.tokens):
        return 0
    if token.low in ("earlier", "later", "ahead", "since", "when", "prior", "following") and token.low not in (
        "since",
    ):
        return 0
    if token.low == "since" and text.tokens[i + 1].tag == "#":
        return 0
    if token.low in ("until", "till") and text.tokens[i + 1].low == "after":
        return 0
    return -1 if token.low in _BEFORE else 1 if token.low in _AFTER else 0


def _sides(m: Match, i: int, j: int) -> tuple[float, float]:
    """Return how well the sides of two such words answer to one another, straight and crossed, from 0 to 1."""
    begin, end = m.claim.reading.sentences[m.claim.tokens[i].sentence]
    first, last = m.source.reading.sentences[m.source.tokens[j].sentence]
    left, right = range(begin, i), range(i + 1, end)
    before, after = range(max(first, j - 16), j), range(j + 1, min(last, j + 14))
    straight = min(_carried(m, left, before), _carried(m, right, after))
    crossed = min(_carried(m, left, after), _carried(m, right, before))
    return straight, crossed


def _carried(m: Match, mine: range, theirs: range) -> float:
    words = [i for i in mine if m.claim.tokens[i].content]
    total = sum(weight(m.claim.tokens[i].stem) for i in words)
    if not total or not len(theirs):
        return 0.0
    return (
        sum(weight(m.claim.tokens[i].stem) * float(m.alike[i, theirs.start : theirs.stop].max()) for i in words) / total
    )
