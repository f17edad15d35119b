"""Context: what the source goes on to deny, withdraw or correct is not taken from it as true."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, weight
from qa.verify.tagging import Token


def check_context(m: Match) -> list[Finding]:
    """Return whether the source, in the same breath or the next, takes back what the claim is drawn from."""
    tokens = m.source.tokens
    if any(_rebuts(t) for t in m.claim.tokens):
        return []
    main = _main(m)
    if main < 0:
        return []
    sentences = m.source.reading.sentences
    speaks = any(p.speech for p in m.claim.clauses.predicates)
    first, last = sentences[main]
    own = [
        t
        for t in tokens[first:last]
        if _rebuts(t)
        and float(m.alike[:, t.i].max()) < 0.6
        and (t.tag in ("A", "N") or t.stem in ("withdraw", "retract", "delet"))
    ]
    said = ", said by another" if speaks else ""
    if own:
        return [
            fault(
                "context same said" if speaks else "context same",
                f"the source has “{own[0].text}” of it{said}",
                wrong=True,
            )
        ]
    if main + 1 < len(sentences):
        first, last = sentences[main + 1]
        signs = [t for t in tokens[first:last] if _rebuts(t) and float(m.alike[:, t.i].max()) < 0.6]
        opening = " ".join(t.low for t in tokens[first : first + 3])
        if opening.startswith(("in fact", "in reality", "it was not", "that was not", "this was not")):
            signs = signs or [tokens[first]]
        refers = tokens[first].low in (
            "he",
            "she",
            "it",
            "they",
            "that",
            "this",
            "the",
            "but",
            "in",
            "his",
            "her",
            "its",
            "a",
            "both",
        )
        if signs and main + 1 not in m.near:
            rule = "context next" if refers else "context far"
            return [fault(rule + (" said" if speaks else ""), f"the source goes on: “{signs[0].text}”", wrong=True)]
        if m.source.tokens[first].low in ("but", "however") and not speaks and main + 1 not in m.near:
            return [fault("context but", "the source goes on with a “but”")]
    return [held("context", "nothing that follows takes it back")]


def _rebuts(token: Token) -> bool:
    return (
        "rebuttal" in token.classes
        and token.tag != "E"
        and token.stem not in ("howev", "actual", "error", "chang", "remov", "reverse", "clarifi", "correct")
    )


def _main(m: Match) -> int:
    """Return the sentence that carries most of the claim."""
    return max(m.near, key=lambda n: (_share(m, n), -n), default=-1)


def _share(m: Match, n: int) -> float:
    first, last = m.source.reading.sentences[n]
    words = [t for t in m.claim.tokens if t.content]
    total = sum(weight(t.stem) for t in words)
    if not total or last <= first:
        return 0.0
    return sum(weight(t.stem) * float(m.alike[t.i, first:last].max()) for t in words) / total
