"""Negation and opposites: what the source denies is not affirmed, what falls does not rise."""

from __future__ import annotations

from qa.verify.entities import named
from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, Text, opposite
from qa.verify.quantities import follows

_COMPARING = frozenset("more most less least fewer higher lower larger smaller older younger above below".split())


_DENYING = frozenset("fail refus deni reject declin unabl".split())


def check_polarity(m: Match) -> list[Finding]:
    """Return whether affirmed and denied are the same in claim and source."""
    found: list[Finding] = []
    if any(n.kind in ("fraction", "percent") and follows(m, n).startswith("1 less") for n in m.claim.numbers):
        return [held("negation", "the claim gives the rest of a share")]
    valued = {i for n in m.claim.numbers for i in range(n.first, n.last + 1)}
    verbs = {p.verb for p in m.claim.clauses.predicates}
    for token in m.claim.tokens:
        if token.tag not in ("V", "A", "N", "R") or token.quoted >= 0 or token.i in valued or token.within >= 0:
            continue
        place, value = _answers(m, token.i)
        mine = denied(m.claim, token.i)
        if value >= 0.75 and token.i in verbs and "light" not in token.classes:
            if place >= 0 and mine != denied(m.source, place):
                others = [j for j in _all_answers(m, token.i) if denied(m.source, j) == mine]
                if not others:
                    what = "denies" if not mine else "affirms"
                    found.append(
                        fault(
                            "negation word" if value >= 0.95 else "negation near",
                            f"the source {what} “{m.source.tokens[place].text}”",
                            wrong=True,
                        )
                    )
        elif token.poles and not (value >= 0.75 and (place < 0 or same_matter(m, token.i, place))):
            against = [
                j
                for j in _near_tokens(m)
                if opposite(token, m.source.tokens[j])
                and denied(m.source, j) == mine
                and float(m.alike[:, j].max()) < 0.9
                and same_matter(m, token.i, j)
            ]
            if against:
                kind = "comparison" if token.low in _COMPARING else "negation"
                against = (
                    [j for j in against if m.source.tokens[j - 1].low != "at"] if kind == "comparison" else against
                )
            if against:
                found.append(
                    fault(
                        f"{kind} opposite",
                        f"“{token.text}” where the source has “{m.source.tokens[against[0]].text}”",
                        wrong=True,
                    )
                )
    found.extend(_clauses(m))
    return found or [held("negation", "nothing affirmed is denied, nothing denied affirmed")]


def same_matter(m: Match, i: int, j: int, without: int = -1) -> bool:
    """Tell whether the clauses of two words are about the same: half of the rest of the claim's is in the source's.

    `without` is the head of a phrase of the claim to leave out of it, -1: none.
    """
    mine, theirs = m.claim.clauses.of_token[i], m.source.clauses.of_token[j]
    if mine < 0 or theirs < 0:
        return True
    own = m.claim.clauses.predicates[mine]
    args = {h for h in (own.subject, own.object, own.agent) if h >= 0}
    words = [k for k in sorted(args | set(own.words)) if k != i and m.claim.tokens[k].content]
    head = m.claim.clauses.head
    words = [k for k in words if m.claim.tokens[k].tag != "E" or head[k] in (k, -1)]  # a name counts once
    if without >= 0:
        words = [k for k in words if k != without and head[k] != without]
    predicate = m.source.clauses.predicates[theirs]
    columns = list(predicate.words)
    for end in (predicate.subject, predicate.object):
        if end >= 0:
            columns += range(m.source.clauses.start[end], end + 1) if m.source.clauses.start[end] >= 0 else [end]
    if (name := named(m.source, predicate.subject)) is not None:
        columns += range(name.first, name.last + 1)
    if m.claim.tokens[i].low in _COMPARING:
        columns = list(range(*m.source.reading.sentences[predicate.sentence]))
    if not words:
        return True
    carried = sum(float(m.alike[k, columns].max()) >= 0.6 for k in words)
    return carried >= 0.5 * len(words)


def _clauses(m: Match) -> list[Finding]:
    """Compare clauses whose verbs have no likeness but whose other words agree."""
    for p, q, score in m.pairs:
        if (
            float(m.alike[p.verb, q.verb]) >= 0.5
            or score < 1.1
            or p.speech
            or sum(m.claim.tokens[i].content for i in p.words) < 3
        ):
            continue
        mine = _negative(m.claim, p.words, p.negated)
        theirs = _negative(m.source, q.words, q.negated)
        if mine != theirs and not any(
            opposite(m.claim.tokens[i], m.source.tokens[j]) for i in p.words for j in q.words
        ):
            word = m.source.tokens[q.verb].text
            return [
                fault(
                    "negation clause", f"the clause of “{word}” is {'denied' if theirs else 'affirmed'} in the source"
                )
            ]
    return []


def _negative(text: Text, words: list[int], negated: bool) -> bool:
    count = int(negated)
    for i in words:
        token = text.tokens[i]
        if token.stem in _DENYING or token.low in ("without", "neither", "nor"):
            count += 1
    return count % 2 == 1


def denied(text: Text, i: int) -> bool:
    """Tell whether what a word says is denied: by `not`, by `no`, or by a verb like `refuse` above it."""
    number = text.clauses.of_token[i]
    count = 0
    if number >= 0:
        predicate = text.clauses.predicates[number]
        if predicate.negated and (i >= predicate.first or i == predicate.subject):
            count += 1
        seen, above = 0, predicate.governor
        below = predicate
        while above >= 0 and seen < 3:
            governor = text.clauses.predicates[above]
            verb = text.tokens[governor.verb]
            if "negative" in verb.classes and governor.verb < below.verb:
                count += 1
            if governor.negated and governor.verb < below.verb and below.first - governor.verb <= 2:
                count += 1
            below, above, seen = governor, governor.governor, seen + 1
        if i != predicate.verb and "negative" in text.tokens[predicate.verb].classes and i > predicate.verb:
            count += 1
        if i == predicate.subject and text.tokens[predicate.verb].stem == "fail" and predicate.object < 0:
            count += 1
    if (
        i
        and text.tokens[i - 1].low in ("without", "no")
        and not (number >= 0 and text.clauses.predicates[number].negated)
    ):
        count += 1
    still_to = i >= 2 and text.tokens[i - 1].low == "to" and text.tokens[i - 2].low in ("still", "yet")
    return (count + still_to) % 2 == 1


def _near_tokens(m: Match) -> list[int]:
    found: list[int] = []
    for number in sorted(m.near):
        first, last = m.source.reading.sentences[number]
        found.extend(range(first, last))
    return found


def _answers(m: Match, i: int) -> tuple[int, float]:
    """Return where the sentences that the claim draws on answer best to a word, and how well."""
    best = (-1, 0.0)
    number = m.claim.clauses.of_token[i]
    pair = next((q for p, q, _ in m.pairs if number >= 0 and p is m.claim.clauses.predicates[number]), None)
    for j in _near_tokens(m):
        value = float(m.alike[i, j]) + (0.02 if pair is not None and j in pair.words else 0.0)
        if value > best[1]:
            best = (j, value)
    return best


def _all_answers(m: Match, i: int) -> list[int]:
    return [j for j in _near_tokens(m) if float(m.alike[i, j]) >= 0.95 and m.source.tokens[j].tag == "V"]
