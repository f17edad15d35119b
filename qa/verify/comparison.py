"""Comparison: more is not less, the second is not the first, and which of two is the greater follows from figures."""

from __future__ import annotations

from qa.verify.binding import Span, bond
from qa.verify.entities import same_thing
from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, Text, opposite
from qa.verify.quantities import comparable
from qa.verify.reading import Token
from qa.verify.values import Number

_UP = frozenset(
    "more larger bigger greater higher older longer stronger faster further taller heavier dearer hotter warmer wider "
    "richer better above over exceeded".split()
)
_DOWN = frozenset(
    "less fewer smaller lower younger shorter weaker slower cheaper lighter colder cooler narrower poorer worse below "
    "under".split()
)
_MEASURES = {
    "longer": ("time",), "shorter": ("time",), "older": ("age", "time"), "younger": ("age", "time"),
    "cheaper": ("money",),
    "dearer": ("money",), "fewer": ("count",), "faster": ("percent", "time"),
}  # fmt: skip
_SURE = 0.1
"""How much better two figures must fit their sides than one another's."""
_TOP = frozenset(
    "most biggest largest greatest highest oldest longest strongest fastest best hottest first tallest heaviest worst "
    "lowest smallest youngest shortest weakest slowest coldest cheapest richest poorest busiest deadliest wettest "
    "driest".split()
)


def check_comparison(m: Match) -> list[Finding]:
    """Return whether the claim's comparisons hold."""
    found: list[Finding] = []
    for token in m.claim.tokens:
        if token.quoted >= 0:
            continue
        if token.low in _TOP or (token.low.endswith("est") and token.tag == "A"):
            found.extend(_top(m, token))
        elif token.low in _UP | _DOWN:
            found.extend(_than(m, token))
        elif token.low in ("twice", "half", "times"):
            found.extend(_times(m, token))
    return found


def _rank(text: Text, i: int) -> str:
    """Return the ordinal joined to a superlative: `second` of `second-largest`; blank: none."""
    tokens = text.tokens
    k = i - 1
    if k >= 0 and tokens[k].text in "-–":
        k -= 1
    if k >= 0 and tokens[k].low in (
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    ):
        return tokens[k].low
    return ""


def _top(m: Match, token: Token) -> list[Finding]:
    if (
        token.low in ("first", "most", "best")
        and token.i + 1 < len(m.claim.tokens)
        and m.claim.tokens[token.i + 1].low == "of"
    ):
        return []
    near = [m.source.tokens[j] for n in sorted(m.near) for j in range(*m.source.reading.sentences[n])]
    same = [t for t in near if t.stem == token.stem or (t.groups & token.groups and t.low in _TOP)]
    mine = _rank(m.claim, token.i)
    tops = [
        t
        for t in near
        if t.low in _TOP or t.low in ("record", "only", "never") or (t.low.endswith("est") and t.tag == "A")
    ]
    if token.low not in ("first", "last") and not tops and not any(opposite(token, t) for t in near):
        return [fault("comparison top", f"“{token.text}”: the source ranks nothing")]
    if same and token.low != "first" and all(_rank(m.source, t.i) != mine for t in same):
        theirs = _rank(m.source, same[0].i)
        return [
            fault(
                "comparison rank", f"“{mine} {token.text}” where the source has “{theirs} {same[0].text}”", wrong=True
            )
        ]
    return []


def _than(m: Match, token: Token) -> list[Finding]:
    tokens = m.claim.tokens
    first, last = m.claim.reading.sentences[token.sentence]
    than = next((i for i in range(token.i + 1, min(last, token.i + 9)) if tokens[i].low == "than"), -1)
    if than < 0:
        return []
    if any(n.first in (than + 1, than + 2) and tokens[than + 1].tag != "E" for n in m.claim.numbers):
        return []  # `more than 300`: a number's matter
    upward = token.low in _UP
    same = [
        t
        for n in m.near
        for t in m.source.tokens[slice(*m.source.reading.sentences[n])]
        if t.low == token.low or t.stem == token.stem
    ]
    for t in same:
        finding = _sides(m, token.i, than, t.i)
        if finding is not None:
            return [finding]
    if same:
        return []
    return _reckon(m, token, than, first, last, upward)


def _times(m: Match, token: Token) -> list[Finding]:
    """Compare the sides of `twice as early as`."""
    last = m.claim.reading.sentences[token.sentence][1]
    places = [i for i in range(token.i + 1, min(last, token.i + 5)) if m.claim.tokens[i].low == "as"]
    if len(places) < 2:
        return []
    for n in sorted(m.near):
        for t in m.source.tokens[slice(*m.source.reading.sentences[n])]:
            if t.low == token.low and (finding := _sides(m, token.i, places[1], t.i, "as")):
                return [finding]
    return []


def _sides(m: Match, comparative: int, than: int, theirs: int, word: str = "than") -> Finding | None:
    """Compare who stands on which side of `than` in claim and source."""
    first, last = m.source.reading.sentences[m.source.tokens[theirs].sentence]
    found = [j for j in range(theirs + 1, min(last, theirs + 12)) if m.source.tokens[j].low == word]
    other = found[-1] if found else -1
    if other < 0:
        return None
    begin, end = m.claim.reading.sentences[m.claim.tokens[comparative].sentence]
    mine_right = _heads(m.claim, than + 1, end)
    mine_left = _heads(m.claim, begin, comparative)
    right, left = _heads(m.source, other + 1, min(last, other + 14)), _heads(m.source, first, theirs)
    straight = _meets(m, mine_right, right) + _meets(m, mine_left, left)
    crossed = _meets(m, mine_right, left) + _meets(m, mine_left, right)
    if crossed > straight + 0.6:
        return fault("comparison turned", "the two things compared are turned round", wrong=True)
    return None


def _heads(text: Text, first: int, last: int) -> list[int]:
    return sorted(
        {
            text.clauses.head[i]
            for i in range(first, last)
            if text.clauses.head[i] >= 0 and text.tokens[text.clauses.head[i]].tag in ("N", "E")
        }
    )


def _meets(m: Match, mine: list[int], theirs: list[int]) -> float:
    return max((same_thing(m, i, j) for i in mine for j in theirs), default=0.0)


def _reckon(m: Match, token: Token, than: int, first: int, last: int, upward: bool) -> list[Finding]:
    """Compare the figures that the source gives for the two sides."""
    left, right = Span(first, than - 1), Span(than + 1, last - 1)
    kinds = _MEASURES.get(token.low, ())
    numbers = [n for n in m.source.numbers if n.kind not in ("ordinal", "label", "clock", "score")]
    numbers = [n for n in numbers if not kinds or n.kind.split(":")[0] in kinds]
    other = _figure(m, right, numbers)
    one = _figure(m, left, [n for n in numbers if n is not other and (other is None or n.kind == other.kind)])
    if one is None or other is None or one is other or not comparable(one, other):
        return [fault("comparison unknown", f"“{token.text} than”: the source does not compare them")]
    sure = _around(m, left, one) + _around(m, right, other) - _around(m, left, other) - _around(m, right, one)
    if sure < _SURE:
        return [fault("comparison unknown", f"“{token.text} than”: the source does not compare them")]
    holds = one.value > other.value if upward else one.value < other.value
    if holds:
        return [held("comparison", f"{one.text} against {other.text}")]
    return [fault("comparison reckoned", f"{one.text} against {other.text}: not {token.text}", wrong=True)]


def _figure(m: Match, side: Span, numbers: list[Number]) -> Number | None:
    best: tuple[float, Number | None] = (0.15, None)
    for number in numbers:
        around = _around(m, side, number)
        if around > best[0]:
            best = (around, number)
    return best[1]


def _around(m: Match, side: Span, number: Number) -> float:
    from qa.verify.binding import surroundings
    from qa.verify.match import weight

    theirs = surroundings(
        m.source, Span(number.first, number.last), tuple(Span(n.first, n.last) for n in m.source.numbers)
    )
    words = [i for i in range(side.first, side.last + 1) if m.claim.tokens[i].content]
    total = sum(weight(m.claim.tokens[i].stem) for i in words)
    if not total:
        return 0.0
    return sum(weight(m.claim.tokens[i].stem) * float((m.loose[i] * theirs).max()) for i in words) / total


__all__ = ("bond", "check_comparison")
