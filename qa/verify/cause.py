"""Cause: one thing is said to bring about another only where the source says so."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match
from qa.verify.tagging import Token

_CHANGE_LINE = 0
"""The first line of the opposites: rise and fall."""


def check_cause(m: Match) -> list[Finding]:
    """Return whether each cause that the claim names is one in the source."""
    source = [m.source.tokens[j] for n in sorted(m.near) for j in range(*m.source.reading.sentences[n])]
    given = [t for t in source if {"cause", "weak cause"} & t.classes]
    found: list[Finding] = []
    for token in m.claim.tokens:
        if "cause" not in token.classes or token.quoted >= 0:
            continue
        if token.tag == "N" and token.key.startswith("result"):
            continue
        if token.low == "due" and token.i + 2 < len(m.claim.tokens) and m.claim.tokens[token.i + 2].tag == "V":
            continue
        if not given:
            return [fault("cause none", f"“{token.text}”: the source names no cause")]
        if not any(_links(m, token.i, t.i) for t in given):
            return [fault("cause other", f"“{token.text}”: the source's “{given[0].text}” is about something else")]
        found.append(held("cause", f"“{token.text}”: the source has “{given[0].text}”"))
    return found + _makes(m, bool(given)) + _forced(m, given)


def _links(m: Match, mine: int, theirs: int) -> bool:
    """Tell whether what stands on both sides of the claim's cause stands in the sentence of the source's."""
    first, last = m.source.reading.sentences[m.source.tokens[theirs].sentence]
    begin, end = m.claim.reading.sentences[m.claim.tokens[mine].sentence]
    for side in (range(begin, mine), range(mine + 1, end)):
        words = [i for i in side if m.claim.tokens[i].content and m.claim.tokens[i].tag in ("N", "V", "E", "A")]
        if not words:
            continue
        carried = [float(m.alike[i, first:last].max()) >= 0.6 for i in words]
        if sum(carried) < 0.5 * len(words):
            return False
    return True


def _forced(m: Match, given: list[Token]) -> list[Finding]:
    """Find `X made Y do it` in the claim where the source links the two by no cause."""
    tokens = m.claim.tokens
    for p in m.claim.clauses.predicates:
        if (
            tokens[p.verb].stem not in ("make", "forc", "cause", "led", "lead", "driven", "drive")
            or p.subject < 0
            or p.object < 0
            or p.passive
        ):
            continue
        after = next(
            (
                t
                for t in tokens[p.verb + 1 : p.verb + 9]
                if t.form is not None and t.form.form == "base" and t.tag == "V"
            ),
            None,
        )
        if after is not None and not any(_links(m, p.verb, t.i) for t in given):
            return [
                fault(
                    "cause forced",
                    f"“{tokens[p.verb].text} … {after.text}”: the source does not link them",
                    wrong=False,
                )
            ]
    return []


def _makes(m: Match, given: bool) -> list[Finding]:
    """Find what rises by itself in the source and is made to rise in the claim."""
    for p in m.claim.clauses.predicates:
        verb = m.claim.tokens[p.verb]
        change = any(line == _CHANGE_LINE for line, _ in verb.poles) or "weak cause" in verb.classes
        if not change or p.passive or p.subject < 0 or p.object < 0 or m.claim.tokens[p.object].tag == "#":
            continue
        for q in m.source.clauses.predicates:
            like = float(m.alike[p.verb, q.verb])
            if like < 0.6 and not any(line == _CHANGE_LINE for line, _ in m.source.tokens[q.verb].poles):
                continue
            own = q.subject
            if (
                own >= 0
                and float(m.alike[p.object, own]) >= 0.85
                and float(m.alike[p.subject, own]) < 0.5
                and q.agent < 0
            ):
                doer = any(
                    float(m.alike[p.subject, j]) >= 0.85 for j in q.words
                )  # fmt: skip
                if not doer or not given:
                    return [
                        fault(
                            "cause made",
                            f"in the source “{_said(m, own, q.verb)}”, and nothing makes it",
                        )
                    ]
    return []


def _said(m: Match, subject: int, verb: int) -> str:
    return f"{m.source.tokens[subject].text} {m.source.tokens[verb].text}"
