"""Scope: some are not all, a part is not the whole, a preliminary figure is not a final one."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match
from qa.verify.polarity import denied
from qa.verify.reading import Token

_ELSEWHERE = frozenset("also elsewhere too other others".split())


def check_scope(m: Match) -> list[Finding]:
    """Return whether the claim speaks of as many, as much and as settled a thing as the source."""
    source = [m.source.tokens[j] for n in m.near for j in range(*m.source.reading.sentences[n])]
    found: list[Finding] = []
    for token in m.claim.tokens:
        if token.quoted >= 0:
            continue
        if "universal" in token.classes and (finding := _universal(m, token, source)):
            found.append(finding)
        if finding := _amount(m, token, source):
            found.append(finding)
        if "only" in token.classes and (finding := _only(token, source)):
            found.append(finding)
    found.extend(_settled(m, source))
    found.extend(_wider(m))
    found.extend(_dropped(m))
    found.extend(_part(m, source))
    return found or [held("scope", "no wider than the source")]


def _universal(m: Match, token: Token, source: list[Token]) -> Finding | None:
    tokens = m.claim.tokens
    if token.low == "all" and token.i and tokens[token.i - 1].low == "if":
        return None
    after = tokens[token.i + 1] if token.i + 1 < len(tokens) else None
    if after is not None and after.low in ("year", "day", "week", "month", "night", "hour", "time", "minute"):
        return None
    if any(t.low in ("than", "not", "instead") for t in tokens[max(0, token.i - 3) : token.i]):
        return None
    before = tokens[token.i - 1] if token.i else None
    if (
        before is not None and (before.tag == "G" or before.low in ("almost", "nearly", "after", "at", "above"))
    ) or denied(m.claim, token.i):
        return None
    if token.low in (
        "any",
        "always",
        "complete",
        "completely",
        "fully",
        "both",
        "national",
        "total",
        "unanimous",
    ) and any(t.stem == token.stem for t in source):
        return None
    if any("universal" in t.classes and not _partly(t, m) and _same_head(m, token, t) for t in source):
        return None
    if token.low in ("national", "always", "total", "fully", "any", "complete", "full", "each"):
        return fault("scope wide", f"“{token.text}” is not in the source", strength=0.5)
    return fault(
        "scope all",
        f"“{token.text}”: the source does not say so of all",
        wrong=any("partial" in t.classes for t in source),
    )


def _same_head(m: Match, mine: Token, theirs: Token) -> bool:
    """Tell whether `all X` and `every Y` may speak of the same things."""
    a, b = (
        _head_after(m.claim.tokens, m.claim.clauses.head, mine),
        _head_after(m.source.tokens, m.source.clauses.head, theirs),
    )
    if a < 0 or b < 0:
        return True
    return float(m.loose[a, b]) >= 0.4 or float(m.alike[a, b]) >= 0.5


def _head_after(tokens: list[Token], head: list[int], token: Token) -> int:
    for i in range(token.i, min(token.i + 5, len(tokens))):
        if tokens[i].tag in ("N", "E") and head[i] >= 0 and head[i] != token.i:
            return head[i]
    return -1


def _partly(token: Token, m: Match) -> bool:
    tokens = m.source.tokens
    return token.i > 0 and (
        tokens[token.i - 1].tag == "G" or tokens[token.i - 1].low in ("at", "after", "above", "of", "in")
    )


def _only(token: Token, source: list[Token]) -> Finding | None:
    if any("only" in t.classes or t.low in ("single", "one", "no", "none", "not") for t in source):
        return None
    also = any(t.low in _ELSEWHERE for t in source)
    return fault("scope only", f"“{token.text}” is not in the source", wrong=also, strength=1.0 if also else 0.5)


_NONE = frozenset("nobody none nothing neither never nowhere".split())


def _amount(m: Match, token: Token, source: list[Token]) -> Finding | None:
    """Hold `most`, `many` and `none` of the claim against the source."""
    low = [t.low for t in source]
    if token.low in ("most", "majority") and token.i + 1 < len(m.claim.tokens):
        after = m.claim.tokens[token.i + 1]
        beyond = m.claim.tokens[token.i + 2] if token.i + 2 < len(m.claim.tokens) else None
        if after.low == "of" and beyond is not None and beyond.tag == "#":
            return None  # a majority of five
        if after.tag in ("A", "R") or m.claim.tokens[token.i - 1].low in ("at", "the"):
            return None
        if {"most", "majority", "mostly", "mainly", "all", "every", "largely"} & set(low):
            return None
        shares = [
            n.value * (1 if n.kind == "percent" else 100) for n in m.source.numbers if n.kind in ("percent", "fraction")
        ]
        strength = 0.5 if any(share > 50 for share in shares) else 1.0
        return fault("scope most", "“most”: the source does not say so of most", strength=strength)
    if token.low in _NONE and not any(
        t.low in _NONE or t.tag == "G" or t.low in ("no", "without", "fail", "failed") or "universal" in t.classes
        for t in source
    ):
        return fault("scope none", f"“{token.text}”: the source does not say so of none")
    return None


_RESTRICTING = frozenset(
    "regional local northern southern eastern western rural urban coastal female male elderly young temporary partial "
    "provisional preliminary initial early draft pilot trial proposed suspected alleged junior private small smaller "
    "minor older younger conditional limited unofficial part-time adult".split()
)


def _dropped(m: Match) -> list[Finding]:
    """Find a noun that the source narrows down by a word that the claim leaves out."""
    tokens = m.source.tokens
    for n in sorted(m.near):
        for token in tokens[slice(*m.source.reading.sentences[n])]:
            if token.low not in _RESTRICTING or token.i + 1 >= len(tokens):
                continue
            head = m.source.clauses.head[token.i]
            if head <= token.i or float(m.alike[:, token.i].max()) >= 0.8:
                continue
            for mine in m.claim.tokens:
                if mine.tag == "N" and float(m.alike[mine.i, head]) >= 0.95:
                    begin = m.claim.clauses.start[mine.i]
                    phrase = m.claim.tokens[begin : mine.i] if begin >= 0 else []
                    if not any(t.tag in ("A", "E", "#") or t.low in ("this", "that", "these", "those") for t in phrase):
                        return [
                            fault(
                                "scope dropped",
                                f"“{token.text}” {tokens[head].text} in the source, without it in the claim",
                            )
                        ]
    return []


_WIDE = frozenset(
    "country nation world continent globe nationwide worldwide countrywide national global everywhere".split()
)
_NARROW = frozenset(
    "region district city town province village county state area ward parish suburb island valley northern southern "
    "eastern western regional local neighbourhood borough capital".split()
)


def _wider(m: Match) -> list[Finding]:
    """Find a country or the world in the claim where the source speaks of a part of it."""
    for token in m.claim.tokens:
        if token.low in _WIDE and m.best[token.i][0] < 0.95:
            narrow = [
                t
                for n in m.near
                for t in m.source.tokens[slice(*m.source.reading.sentences[n])]
                if t.low.removesuffix("s") in _NARROW
            ]
            return [
                fault(
                    "scope place",
                    f"“{token.text}” is not in the source",
                    strength=1.0 if narrow else 0.6,
                    wrong=bool(narrow),
                )
            ]
    return []


def _settled(m: Match, source: list[Token]) -> list[Finding]:
    early = [
        t
        for t in source
        if "preliminary" in t.classes
        and t.low not in ("first", "early", "partial", "trial", "trials", "pilot", "draft")
    ]
    if not early:
        return []
    mine = [t for t in m.claim.tokens if "preliminary" in t.classes]
    final = [
        t for t in m.claim.tokens if "final" in t.classes and t.low in ("final", "definitive", "conclusive", "official")
    ]
    if final and not any(t.stem == final[0].stem for t in source):
        return [fault("scope final", f"“{final[0].text}” where the source has “{early[0].text}”", wrong=True)]
    if not mine:
        head = m.source.clauses.head[early[0].i]
        if head >= 0 and any(float(m.alike[t.i, head]) >= 0.85 for t in m.claim.tokens):
            return [fault("scope early", f"“{early[0].text}” is left out")]
    return []


_SOME = frozenset("some several few part parts most majority partly many certain".split())


def _part(m: Match, source: list[Token]) -> list[Finding]:
    """Find a noun that the source says only of some, and the claim of no number."""
    tokens = m.source.tokens
    for token in source:
        if token.low not in _SOME or token.i + 1 >= len(tokens):
            continue
        j = token.i + 1
        while j < len(tokens) and (
            tokens[j].low in ("of", "the", "its", "his", "her", "their", "these", "those") or tokens[j].tag == "#"
        ):
            j += 1
        if j >= len(tokens) or m.source.clauses.head[j] < 0 or tokens[j].low in ("more", "other"):
            continue
        if token.low == "some" and any(tokens[k].tag == "#" for k in range(token.i + 1, min(token.i + 2, len(tokens)))):
            continue  # `some 9,000 people`: about
        head = m.source.clauses.head[j]
        for mine in m.claim.tokens:
            if mine.tag != "N" or float(m.alike[mine.i, head]) < 0.95:
                continue
            begin = m.claim.clauses.start[mine.i]
            phrase = m.claim.tokens[max(0, begin - 3) : mine.i] if begin >= 0 else []
            if not any(
                t.low in _SOME
                or "partial" in t.classes
                or "universal" in t.classes
                or t.tag == "#"
                or t.low in ("no", "none", "not")
                for t in phrase
            ):
                return [
                    fault("scope some", f"“{token.text}” {tokens[head].text} in the source, without it in the claim")
                ]
    return []
