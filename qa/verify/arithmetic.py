"""Arithmetic: a number of the claim that follows from numbers of the source by a step or two."""

from __future__ import annotations

from itertools import combinations

from qa.verify.match import Match
from qa.verify.values import Number

_ARITHMETIC = frozenset(
    "more less fewer lower higher larger smaller longer shorter than together total combined old between difference "
    "gap remaining remain remains remainder rest other others left short by points difference altogether passed apart "
    "ahead behind still out until record about older younger all in both".split()
)


def follows(m: Match, number: Number) -> str:
    """Return how the number follows from others by one or two steps of arithmetic; blank where it does not."""
    if number.kind in ("fraction", "percent", "times") and (how := _share(m, number)):
        return how
    if number.kind.startswith("time:m") and (years := _years(m, number)):
        return years
    if number.kind in ("ordinal", "score", "clock", "label"):
        return ""
    if number.kind == "count" and (total := _joined(m, number)):
        return total
    kind = {"points": "percent", "age": "age"}.get(number.kind, number.kind)
    pool = [n for n in m.source.numbers if n.kind == kind and n.value > 0]
    factors = [n for n in m.source.numbers if n.kind in ("times", "fraction", "percent") and 0 < n.value < 100]
    for a, b in combinations(pool, 2):
        high, low = (a, b) if a.value >= b.value else (b, a)
        if _meets(number, high.value - low.value):
            return f"{high.text} - {low.text}"
        if _meets(number, high.value + low.value):
            return f"{high.text} + {low.text}"
    if len(pool) >= 3 and any(_meets(number, sum(n.value for n in part)) for part in combinations(pool[:8], 3)):
        return "a sum of three"
    for n in pool:
        for factor in factors:
            f = factor.value / 100 if factor.kind == "percent" else factor.value
            near = abs(n.first - factor.first) < 40
            for value in (
                n.value * f,
                n.value / f,
                n.value * (1 - f),
                n.value / (1 - f) if f < 1 else 0.0,
                n.value * (1 + f),
                n.value / (1 + f),
            ):
                if near and value > 0 and factor is not n and _meets(number, value):
                    return f"{n.text} and {factor.text}"
            if (
                factor.kind == "fraction"
                and abs(n.first - factor.first) < 8
                and (_meets(number, n.value + f) or _meets(number, n.value - f))
            ):
                return f"{n.text} and {factor.text}"
    if number.kind == "age" or (number.kind == "count" and number.value < 120):
        known = sorted({w.year for w in m.source.dates if w.year} | ({m.published.year} if m.published else set()))
        for n in m.source.numbers:
            if n.kind == "age" and any(
                _meets(number, n.value + late - early) for early, late in combinations(known, 2)
            ):
                return f"{n.text} and the years since"
    return ""


def _meets(number: Number, value: float) -> bool:
    """Tell whether a value makes a number true, with what was said of its exactness."""
    if abs(value - number.value) <= 1e-6 * max(1.0, abs(value)):
        return True
    if number.sense == ">":
        return number.value < value <= 1.15 * number.value
    if number.sense == "<":
        return 0.87 * number.value <= value < number.value
    return number.sense == "~" and abs(value - number.value) <= 0.03 * number.value


def cued(m: Match, number: Number) -> bool:
    """Tell whether the claim has a word of arithmetic near the number."""
    first, last = m.claim.reading.sentences[m.claim.tokens[number.first].sentence]
    return any(m.claim.tokens[i].low in _ARITHMETIC for i in range(first, last))


def _joined(m: Match, number: Number) -> str:
    """Return two counts that the source joins by `and` and that add up to the number."""
    for score in m.source.numbers:
        if score.kind == "score" and number.value in (
            score.value // 1000 + score.value % 1000,
            abs(score.value // 1000 - score.value % 1000),
        ):
            return score.text
    for a, b in zip(m.source.numbers, m.source.numbers[1:], strict=False):
        between = [m.source.tokens[k].low for k in range(a.last + 1, b.first)]
        if (
            a.kind == b.kind == "count"
            and len(between) <= 4
            and {"and", "to"} & set(between)
            and a.value + b.value == number.value
        ):
            return f"{a.text} + {b.text}"
    return ""


def _share(m: Match, number: Number) -> str:
    value = number.value / 100 if number.kind == "percent" else number.value

    def near(share: float) -> bool:
        if number.sense == "<":
            return value * 0.75 <= share < value
        if number.sense == ">":
            return value < share <= value * 1.3
        return abs(share - value) <= (0.04 * value if number.sense == "~" else 0.004)

    if number.kind != "times":
        for n in m.source.numbers:
            if n.kind in ("percent", "fraction"):
                share = n.value / 100 if n.kind == "percent" else n.value
                if near(1 - share):
                    return f"1 less {n.text}"
    for a, b in combinations(m.source.numbers, 2):
        if (
            a.kind != b.kind
            or a.kind in ("ordinal", "clock", "score", "label", "percent")
            or min(a.value, b.value) <= 0
        ):
            continue
        low, high = sorted((a.value, b.value))
        if near(high / low if number.kind == "times" else low / high) or (
            number.kind != "times" and near(1 - low / high)
        ):
            return f"{a.text} and {b.text}"
    percents = [n for n in m.source.numbers if n.kind == "percent"]
    for a, b in combinations(percents, 2):
        if abs(abs(a.value - b.value) - number.value) < 1e-6 or abs(a.value + b.value - number.value) < 1e-6:
            return f"{a.text} and {b.text}"
    return ""


def _years(m: Match, number: Number) -> str:
    years = [(w.year, w.text) for w in m.source.dates if w.year is not None]
    if m.published is not None:
        years.append((m.published.year, str(m.published.year)))
    for a, b in combinations(years, 2):
        if abs(abs(a[0] - b[0]) * 12 - number.value) < 1e-6:
            return f"{a[1]} to {b[1]}"
    return ""
