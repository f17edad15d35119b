"""Context: what the source goes on to deny, withdraw or correct is not taken from it as true."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, weight

_DENIES = frozenset(
    "false untrue wrong mistaken incorrect inaccurate baseless absurd retract withdraw correct deny denial contradict "
    "refut rebut dismiss hoax joke fake mislead apolog delet disprov debunk unfound groundless invent fabric nonsens "
    "backtrack misspok disput reject deni".split()
)


def check_context(m: Match) -> list[Finding]:
    """Return whether what follows in the source takes back what the claim is drawn from."""
    tokens = m.source.tokens
    if any(_rebuts(t.stem, t.classes) for t in m.claim.tokens):
        return []
    main = _main(m)
    if main < 0 or any(p.speech for p in m.claim.clauses.predicates):
        return []
    sentences = m.source.reading.sentences
    for n in range(main + 1, min(main + 3, len(sentences))):
        if n in m.near and _share(m, n) > 0.5:
            continue
        first, last = sentences[n]
        signs = [t for t in tokens[first:last] if _rebuts(t.stem, t.classes)]
        opening = " ".join(t.low for t in tokens[first : first + 3])
        if opening.startswith(("in fact", "in reality", "that was", "this was not", "it was not")):
            signs = signs or [tokens[first]]
        if signs and n == main + 1:
            return [fault("context denied", f"the source goes on: “{signs[0].text}”", wrong=True)]
    return [held("context", "nothing that follows takes it back")]


def _rebuts(stem: str, classes: frozenset[str]) -> bool:
    return "rebuttal" in classes and stem not in ("howev", "actual", "error", "chang", "remov", "reverse", "clarifi", "correct")


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
