"""Numbers: each must stand in the source, of the same kind, and belong to the same thing; or follow by arithmetic."""

from __future__ import annotations

from itertools import combinations

from qa.verify.arithmetic import cued, follows
from qa.verify.binding import Span, bond
from qa.verify.findings import Finding, fault, held
from qa.verify.lexicon import lists
from qa.verify.match import Match, opposite
from qa.verify.values import Number

_MARGIN, _SLACK, _SURE = 1.25, 0.06, 0.3
_SWAPPED = 0.12


def check_numbers(m: Match) -> list[Finding]:
    """Return what was found for each number of the claim."""
    found = []
    mine = tuple(Span(n.first, n.last) for n in m.claim.numbers)
    theirs = tuple(Span(n.first, n.last) for n in m.source.numbers)
    for number in m.claim.numbers:
        if number.kind == "ordinal" and number.value <= 3:
            continue
        finding = _one(m, number, mine, theirs)
        found.append(finding)
        if finding.ok and (bound := _bound(m, number)):
            found.append(bound)
    return found + _swapped(m, mine, theirs)


def _swapped(m: Match, mine: tuple[Span, ...], theirs: tuple[Span, ...]) -> list[Finding]:
    """Find two numbers of the claim that fit the source better the one in the place of the other."""
    for a, b in combinations(m.claim.numbers, 2):
        if a.kind != b.kind or a.value == b.value or a.kind == "score":
            continue
        pairs = [
            (x, y) for x in m.source.numbers for y in m.source.numbers
            if x.kind == y.kind == a.kind and x.value == a.value and y.value == b.value
        ]  # fmt: skip
        if not pairs:
            continue

        def fit(number: Number, other: Number) -> float:
            return _bond(m, number, other, Span(number.first, number.last), mine, theirs)

        straight = max(fit(a, x) + fit(b, y) for x, y in pairs)
        crossed = max(fit(a, y) + fit(b, x) for x, y in pairs)
        if crossed > straight + _SWAPPED:
            said = f"{a.text} and {b.text} stand in one another's place"
            return [fault("number swapped", said, wrong=True, strength=(crossed - straight) / 0.4)]
    return []


def _bound(m: Match, number: Number) -> Finding | None:
    """Find a number that is a limit or a guess in the source and a plain figure in the claim."""
    same = [o for o in m.source.numbers if o.kind == number.kind and o.value == number.value]
    if not same or number.sense != "=" or any(o.sense == "=" for o in same):
        return None
    sense = same[0].sense
    words = {"<": "at most", ">": "at least", "~": "about"}[sense]
    rule = "number about" if sense == "~" else "number bound"
    return fault(rule, f"{number.text} is only {words} that in the source")


def _one(m: Match, number: Number, mine: tuple[Span, ...], theirs: tuple[Span, ...]) -> Finding:
    same = [other for other in m.source.numbers if comparable(number, other) and satisfies(number, other)]
    rivals = [other for other in m.source.numbers if _rival(number, other) and not satisfies(number, other)]
    if not same:
        if how := follows(m, number):
            if cued(m, number) or how.startswith("1 less"):
                return held("number", f"{number.text} follows from {how}")
            return fault("number reckoned", f"{number.text} is not in the source, but follows from {how}")
        if number.value == 2 and any(t.low in ("both", "pair", "couple", "two", "twice") for t in m.source.tokens):
            return held("number", f"{number.text}: the source has two")
        if _plainly(m, number, rivals):
            return held("number", f"{number.text} is in the source, of something like it")
        if _in_words(m, number):
            return held("number", f"{number.text} is in the source's words")
        nearest = _closest(m, number, rivals, mine, theirs)
        told = f"; the source has {nearest.text}" if nearest else ""
        return fault(
            "number missing" if nearest is None else "number other",
            f"{number.text} is not in the source{told}",
            wrong=nearest is not None,
        )
    span = Span(number.first, number.last)
    scored = [(_bond(m, number, other, span, mine, theirs), other) for other in same]
    best, where = max(scored, key=lambda item: item[0])
    against = [(_bond(m, number, other, span, mine, theirs), other) for other in rivals]
    if against:
        strongest, rival = max(against, key=lambda item: item[0])
        if strongest > best * _MARGIN + _SLACK and strongest >= _SURE:
            sure = (strongest - best) / 0.4
            return fault(
                "number place",
                f"{number.text}: where the claim has it the source has {rival.text}",
                wrong=True,
                strength=0.4 + 0.6 * sure,
            )
    return held("number", f"{number.text}: the source has {where.text}")


def _bond(
    m: Match, number: Number, other: Number, span: Span, mine: tuple[Span, ...], theirs: tuple[Span, ...]
) -> float:
    base = 0.15 * (number.text.split()[-1].rstrip("s") == other.text.split()[-1].rstrip("s"))
    base += bond(m, span, Span(other.first, other.last), mine, theirs)
    base += governed(m, number.first, other.first) + led(m, number.first, other.first)
    if number.noun and other.noun:
        base += 0.25 if _nouns_alike(number.noun, other.noun) else -0.1
    return base


def governed(m: Match, mine: int, theirs: int) -> float:
    """Return how the verbs of two values' clauses fit: a little for the same, against for opposites."""
    a, b = m.claim.clauses.of_token[mine], m.source.clauses.of_token[theirs]
    if a < 0 or b < 0:
        return 0.0
    one, other = m.claim.clauses.predicates[a].verb, m.source.clauses.predicates[b].verb
    if opposite(m.claim.tokens[one], m.source.tokens[other]):
        return -0.3
    return 0.2 if float(m.alike[one, other]) >= 0.8 and "light" not in m.claim.tokens[one].classes else 0.0


_LEADS = frozenset("from to by until since till after before at against than".split())


def led(m: Match, mine: int, theirs: int) -> float:
    """Return how the prepositions before two values fit: `to 391` is not `from 391`."""
    a = m.claim.tokens[mine - 1].low if mine else ""
    b = m.source.tokens[theirs - 1].low if theirs else ""
    if a in _LEADS and b in _LEADS:
        return 0.2 if a == b else -0.2
    return 0.0


def _nouns_alike(a: str, b: str) -> bool:
    groups = lists().groups
    return a == b or bool(groups.get(a, frozenset()) & groups.get(b, frozenset()))


def _closest(
    m: Match, number: Number, rivals: list[Number], mine: tuple[Span, ...], theirs: tuple[Span, ...]
) -> Number | None:
    span = Span(number.first, number.last)
    scored = [(_bond(m, number, other, span, mine, theirs), -other.first, other) for other in rivals]
    best = max(scored, default=None)
    return best[2] if best and best[0] > 0.2 else None


def comparable(a: Number, b: Number) -> bool:
    """Tell whether two numbers are of kinds that can be held against one another."""
    if a.kind == b.kind:
        return True
    kinds = {a.kind, b.kind}
    if kinds <= {"percent", "fraction"} or kinds <= {"points", "percent"}:
        return True
    if kinds <= {"count", "times"}:
        return True
    if all(kind.startswith("time:") for kind in kinds):
        return True
    if "count" in kinds and len(kinds) == 2:
        plain = a if a.kind == "count" else b
        other = b if a.kind == "count" else a
        return (
            not plain.noun and other.kind.split(":")[0] in ("age", "money", "percent", "label", "time", "points")
        ) or other.kind == "label"
    if kinds == {"times", "fraction"}:
        return True
    return a.kind.startswith("money") and b.kind.startswith("money") and "KR" in a.kind + b.kind and a.kind == b.kind


def _rival(a: Number, b: Number) -> bool:
    if a.kind == b.kind or {a.kind, b.kind} <= {"percent", "fraction"}:
        return True
    return all(kind.startswith("time:") for kind in (a.kind, b.kind)) and a.kind == b.kind


def satisfies(claim: Number, source: Number) -> bool:
    """Tell whether the source's number makes the claim's true."""
    a, b = _common(claim, source)
    if abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b)):
        return True
    tolerance = 0.006 if {claim.kind, source.kind} == {"percent", "fraction"} else 0.0
    if tolerance and abs(a - b) <= tolerance:
        return True
    if claim.kind in ("ordinal", "score", "clock", "age", "label"):
        return False
    if claim.sense == ">":
        return a < b <= a * 1.6
    if claim.sense == "<":
        return a * 0.6 <= b < a
    if claim.sense == "~" or (source.sense == "~" and claim.sense != "="):
        return abs(a - b) <= 0.06 * max(abs(a), abs(b))
    return False


def _common(a: Number, b: Number) -> tuple[float, float]:
    scale = {"percent": 0.01, "points": 0.01, "time:s": 1.0, "time:d": 86400.0, "time:m": 86400.0 * 365.25 / 12}
    if {a.kind, b.kind} <= {"percent", "fraction"} or (
        a.kind.startswith("time") and b.kind.startswith("time") and a.kind != b.kind
    ):
        return a.value * scale.get(a.kind, 1.0), b.value * scale.get(b.kind, 1.0)
    return a.value, b.value


def _plainly(m: Match, number: Number, rivals: list[Number]) -> bool:
    """Tell whether the bare figure stands in the source of another kind, with none of its own kind beside it."""
    figure = number.text.split()[0].split("-")[0]
    for other in m.source.numbers:
        if other.text.split()[0].split("-")[0].lower() == figure.lower() and other.kind.split(":")[0] in (
            "count",
            "time",
        ):
            return not rivals
    return False


def _in_words(m: Match, number: Number) -> bool:
    """Tell whether a small number is only a way to say that something is one of its kind: `one`, `two of them`."""
    return number.value in (1.0,) and number.kind == "count"
