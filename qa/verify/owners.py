"""Owners: a number or a date of the claim belongs to the one that it belongs to in the source."""

from __future__ import annotations

from qa.verify.binding import Span, surroundings
from qa.verify.entities import entities, named, same_thing
from qa.verify.findings import Finding, fault
from qa.verify.match import Match, Text, same_name
from qa.verify.moments import same_date
from qa.verify.quantities import comparable, satisfies
from qa.verify.reading import Name

_CLOSE, _FAR = 0.3, 0.15


def check_owners(m: Match) -> list[Finding]:
    """Return whether the one named in the clause of a value is the one named beside it in the source."""
    values = [
        (
            Span(n.first, n.last),
            n.text,
            [Span(o.first, o.last) for o in m.source.numbers if comparable(n, o) and satisfies(n, o)],
        )
        for n in m.claim.numbers
    ] + [
        (Span(w.first, w.last), w.text, [Span(o.first, o.last) for o in m.source.dates if same_date(w, o)])
        for w in m.claim.dates
    ]
    found = []
    for span, text, places in values:
        owner = _subject(m.claim, span)
        if owner is None or not places:
            continue
        if not any(same_name(owner, n) for n in m.source.reading.names):
            continue
        closest, other = 0.0, None
        for place in places:
            own, rival, who = _closeness(m, place, owner)
            if own >= rival or own > _FAR or rival < _CLOSE:
                other = None
                break
            if rival > closest:
                closest, other = rival, who
        if other is not None:
            holder = " ".join(other.words).title()
            found.append(
                fault("number owner", f"{text} belongs to {holder} in the source", strength=closest, wrong=True)
            )
    return found + _subjects(m) + _verbs(m)


def _verbs(m: Match) -> list[Finding]:
    """Find a number whose verb has another number in the source, while the number has another verb there."""
    for number in m.claim.numbers:
        mine = m.claim.clauses.of_token[number.first]
        if mine < 0 or number.kind in ("ordinal", "age"):
            continue
        verb = m.claim.clauses.predicates[mine].verb
        if "light" in m.claim.tokens[verb].classes:
            continue
        owners = [
            m.source.clauses.of_token[o.first]
            for o in m.source.numbers
            if comparable(number, o) and satisfies(number, o)
        ]
        verbs = [m.source.clauses.predicates[k].verb for k in owners if k >= 0]
        if not verbs or max(float(m.loose[verb, v]) for v in verbs) >= 0.3:
            continue
        for q in m.source.clauses.predicates:
            others = [o for o in m.source.numbers if o.first in q.words]
            if float(m.alike[verb, q.verb]) >= 0.95 and others and q.verb not in verbs:
                return [
                    fault("number verb", f"“{m.source.tokens[q.verb].text}” goes with {others[0].text} in the source")
                ]
    return []


def _subjects(m: Match) -> list[Finding]:
    """Hold the subject of a number's clause against that of the same number's in the source."""
    for number in m.claim.numbers:
        mine = m.claim.clauses.of_token[number.first]
        if mine < 0 or number.kind in ("ordinal", "age"):
            continue
        p = m.claim.clauses.predicates[mine]
        fits, other = [], -1
        for o in m.source.numbers:
            theirs = m.source.clauses.of_token[o.first]
            if comparable(number, o) and satisfies(number, o) and theirs >= 0:
                q = m.source.clauses.predicates[theirs]
                subject = m.claim.tokens[p.subject] if p.subject >= 0 else None
                verb = float(m.alike[p.verb, q.verb])
                near = p.subject >= 0 and any(float(m.alike[p.subject, j]) >= 0.8 for j in q.words)
                if verb < 0.8 or near or q.passive != p.passive or subject is None or q.subject < 0:
                    fits.append(0.5)
                else:
                    fits.append(same_thing(m, p.subject, q.subject))
                    other = q.subject
        if fits and max(fits) < 0.25 and other >= 0:
            return [fault("number subject", f"{number.text} is about “{m.source.tokens[other].text}” in the source")]
    return []


def _subject(text: Text, span: Span) -> Name | None:
    number = text.clauses.of_token[span.first]
    if number < 0:
        return None
    predicate = text.clauses.predicates[number]
    if name := named(text, predicate.subject):
        return name
    inside = [n for n in text.reading.names if text.clauses.of_token[n.first] == number]
    return inside[0] if len(inside) == 1 else None


def _closeness(m: Match, place: Span, owner: Name) -> tuple[float, float, Name | None]:
    """Return how close the owner stands to a value of the source, how close another name does, and which."""
    around = surroundings(m.source, place)
    own, rival, who = 0.0, 0.0, None
    mentions = [(n.first, n.last, n) for n in m.source.reading.names]
    mentions += [(i, i, n) for i, n in entities(m.source).stands_for.items()]
    sentence = m.source.tokens[place.first].sentence
    for first, last, name in mentions:
        near = float(around[first : last + 1].max())
        if same_name(name, owner):
            own = max(own, near, 0.2 if m.source.tokens[first].sentence == sentence else 0.0)
        elif near > rival:
            rival, who = near, name
    return own, rival, who
