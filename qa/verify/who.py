"""Names and roles: everyone named is named in the source, as what they are, and does what they do there."""

from __future__ import annotations

from qa.verify.binding import Span, bond
from qa.verify.entities import entities, is_person, meant, named, same_thing
from qa.verify.findings import Finding, fault, held
from qa.verify.lexicon import canon, classes, lists
from qa.verify.match import Match, Text, same_name
from qa.verify.polarity import same_matter
from qa.verify.predicates import Predicate
from qa.verify.reading import Name

_MARGIN, _SLACK = 1.35, 0.1


def check_names(m: Match) -> list[Finding]:
    """Return what was found for each name of the claim."""
    dated = {i for when in m.claim.dates for i in range(when.first, when.last + 1)}
    return [_name(m, name) for name in m.claim.reading.names if name.first not in dated and name.last not in dated]


def _said(m: Match, name: Name) -> str:
    return " ".join(t.text for t in m.claim.tokens[name.first : name.last + 1])


def _name(m: Match, name: Name) -> Finding:
    said = _said(m, name)
    if set(name.words) <= m.outlets:
        return held("name", f"{said} is who published it")
    unknown = [
        w for w in m.claim.tokens[name.first : name.last + 1]
        if w.text[0].isalpha() and w.low not in ("of", "the", "and", "de") and m.best[w.i][0] < 0.8
        and w.low.rstrip(".") not in name.titles
    ]  # fmt: skip
    if not unknown and len(name.words) > 1 and not _one_name(m, name):
        return fault("name mixed", f"{said} is nobody's name in the source", wrong=True)
    if unknown:
        initials = "".join(t.text[0] for t in m.source.tokens if t.tag == "E").lower()
        if not (len(unknown) == 1 and unknown[0].text.isupper() and unknown[0].low in initials):
            return fault("name missing", f"{' '.join(w.text for w in unknown)} is not in the source")
    called = entities(m.claim).called.get(name.first, frozenset())
    for stem in sorted(called):
        if "person" not in classes(stem) or stem in _COURTESY:
            continue
        holders = [n for n in m.source.reading.names if stem in entities(m.source).called[n.first]]
        if (
            holders
            and not any(same_name(name, n) for n in holders)
            and any(same_name(name, n) for n in m.source.reading.names)
        ):
            return fault(
                "name title",
                f"{said} is not the {stem} in the source; that is {' '.join(holders[0].words).title()}",
                wrong=True,
            )
    return _place(m, name, said)


def _one_name(m: Match, name: Name) -> bool:
    """Tell whether the words of a name stand together in the source."""
    tokens = m.source.tokens
    wanted = [w for w in name.words if w not in ("the", "of", "and")]
    for first in wanted[:2]:
        for token in tokens:
            if token.low.rstrip(".") == first or (token.low[:5] == first[:5] and len(first) > 5):
                around = {t.low.rstrip(".")[:5] for t in tokens[max(0, token.i - 7) : token.i + 8]}
                if all(w[:5] in around for w in wanted):
                    return True
    return False


_COURTESY = frozenset(canon(w) for w in "mr mrs ms miss dr sir man woman person member".split())


def _place(m: Match, name: Name, said: str) -> Finding:
    """Hold the words around a name against those around each name of the source."""
    span, slot = Span(name.first, name.last), _slot(m.claim, name.first, name.last)
    spans: list[tuple[Name, Span]] = [(n, Span(n.first, n.last)) for n in m.source.reading.names]
    spans += [(n, Span(i, i)) for i, n in entities(m.source).stands_for.items()]
    mine = [bond(m, span, where, (), ()) for n, where in spans if same_name(name, n)]
    if not mine:
        return held("name", f"{said} is in the source")
    claimed = m.claim.reading.names
    person = is_person(m.source, name) if name in m.source.reading.names else _kind(m, name)
    against = [
        (bond(m, span, where, (), ()), n)
        for n, where in spans
        if not same_name(name, n)
        and not any(same_name(n, other) for other in claimed)
        and _slot(m.source, where.first, where.last) == slot
        and is_person(m.source, n) is person
    ]
    strongest = max(against, key=lambda item: item[0], default=None)
    if strongest is not None and strongest[0] > max(mine) * _MARGIN + _SLACK:
        other = " ".join(strongest[1].words).title()
        strength = 0.4 + (strongest[0] - max(mine)) / 0.6
        return fault(
            f"name {slot or 'place'}",
            f"{said}: where the claim has it the source has {other}",
            wrong=True,
            strength=strength,
        )
    return held("name", f"{said} is in the source")


def _slot(text: Text, first: int, last: int) -> str:
    """Return what part a name plays: doer, done, of (its possessor), at (after a preposition) or blank."""
    if text.tokens[first].tag == "D":
        return "of"
    if text.clauses.head[last] >= 0 and not first <= text.clauses.head[last] <= last:
        return "mod"
    tokens, begin = text.tokens, text.clauses.start[last] if text.clauses.start[last] >= 0 else first
    head = text.clauses.head[last]
    if last + 1 < len(tokens) and tokens[last + 1].low in ("'s", "’s", "'", "’"):
        return "of"
    for p in text.clauses.predicates:
        doer, done = _ends(p)
        if (head >= 0 and head == doer) or (named(text, doer) is not None and first <= doer <= last):
            return "doer"
        if head >= 0 and head == done:
            return "done"
        for end, part in ((doer, "doer"), (done, "done")):
            other = named(text, end)
            if other is not None and other.first == first:
                return part
    if begin > 0 and tokens[begin - 1].tag == "P":
        return "of" if tokens[begin - 1].low == "of" else "at"
    return ""


def _kind(m: Match, name: Name) -> bool | None:
    return next((is_person(m.source, n) for n in m.source.reading.names if same_name(n, name)), None)


def check_roles(m: Match) -> list[Finding]:
    """Return whether whoever does something in the claim does it in the source, and to the same one."""
    found = []
    for p, q, score in m.pairs:
        if (p.speech and m.claim.clauses.governs(p)) or score < 0.8:
            continue
        verb = float(m.alike[p.verb, q.verb])
        flipped = _converse(m, p, q)
        if verb < 0.5 and not flipped:
            continue
        found.extend(_roles(m, p, q, flipped))
    return found


def _converse(m: Match, p: Predicate, q: Predicate) -> bool:
    table = lists().converses
    a, b = m.claim.tokens[p.verb], m.source.tokens[q.verb]
    mine, theirs = table.get(a.key, frozenset()), table.get(b.key, frozenset())
    return any((line, 1 - side) in theirs for line, side in mine) and float(m.alike[p.verb, q.verb]) < 0.95


def _ends(p: Predicate) -> tuple[int, int]:
    """Return the doer and the one it is done to, -1 where unknown."""
    return (p.agent, p.subject) if p.passive else (p.subject, p.object)


def _others(text: Text, p: Predicate, doer: int) -> list[int]:
    """Return the heads of the phrases that stand on the other side of the verb than the doer."""
    heads = {text.clauses.head[i] for i in p.words if text.clauses.head[i] >= 0}
    heads |= {h for h in (p.subject, p.object, p.agent) if h >= 0}
    tokens = text.tokens
    heads = {h for h in heads if tokens[h].tag not in ("#", "W")}
    return sorted(h for h in heads if h != doer and (h > p.verb) == (doer < p.verb))


def _roles(m: Match, p: Predicate, q: Predicate, flipped: bool) -> list[Finding]:
    """Compare who does it, and to whom, where the verbs answer to one another."""
    if flipped:
        return _two_sides(m, p, q)
    doer, done = _ends(p)
    their_doer, their_done = _ends(q)
    exact = float(m.alike[p.verb, q.verb]) >= 0.95
    straight = same_thing(m, doer, their_doer)
    verb = m.source.tokens[q.verb].text
    another = doer >= 0 and their_doer >= 0 and straight < 0.5 and not _counts(m, doer, their_doer)
    if another and (finding := _other_doer(m, p, q, exact, straight)):
        return [finding]
    suffers = not p.passive and q.passive and q.agent < 0 and done >= 0 and exact
    if suffers and same_thing(m, doer, their_done) >= 0.8 and same_thing(m, done, their_done) < 0.5:
        return [fault("role turned", f"in the source it is done to {_word(m, their_done)}", wrong=True)]
    if done >= 0 and their_done >= 0 and not _counts(m, done, their_done) and same_thing(m, done, their_done) < 0.25:
        about = f"in the source “{verb}” is about {_word(m, their_done)}, not {m.claim.tokens[done].text}"
        if _both_named(m, done, their_done) and float(m.alike[p.verb, q.verb]) >= 0.85:
            return [fault("role object", about, wrong=True)]
        if exact:
            return [fault("role patient", about)]
    if p.passive and p.agent >= 0 and q.passive and q.agent < 0 and exact:
        return [fault("role added", f"the source does not say that {m.claim.tokens[p.agent].text} {verb}")]
    return [held("role", f"{_word(m, their_doer)} {verb}")] if straight >= 0.8 else []


def _other_doer(m: Match, p: Predicate, q: Predicate, exact: bool, straight: float) -> Finding | None:
    """Return the fault where another does it in the source than in the claim."""
    doer, their_doer = _ends(p)[0], _ends(q)[0]
    verb, how = m.source.tokens[q.verb].text, "" if exact else " near"
    crossed = max((same_thing(m, doer, j) for j in _others(m.source, q, their_doer)), default=0.0)
    back = max((same_thing(m, i, their_doer) for i in _others(m.claim, p, doer)), default=0.0)
    if (crossed >= 0.8 and back >= 0.4) or (back >= 0.8 and crossed >= 0.4):
        said = f"who did what is turned round: in the source {_word(m, their_doer)} {verb}"
        return fault(f"role turned{how}", said, wrong=True)
    first = m.source.reading.sentences[q.sentence][0]
    heads = {m.source.clauses.head[j] for j in range(first, q.verb) if m.source.clauses.head[j] >= 0}
    if p.infinitive or not same_matter(m, p.verb, q.verb, doer) or any(same_thing(m, doer, h) >= 0.8 for h in heads):
        return None
    said = f"in the source it is {_word(m, their_doer)}, not {m.claim.tokens[doer].text}, that {verb}"
    if _both_named(m, doer, their_doer) and float(m.alike[p.verb, q.verb]) >= 0.85:
        unsure = m.source.tokens[their_doer].tag in ("O", "D") or _gerund(m.claim, p) or _gerund(m.source, q)
        return fault("role pronoun" if unsure else f"role other{how}", said, wrong=not unsure)
    if exact and straight < 0.25 and m.source.tokens[their_doer].tag in ("N", "E"):
        return fault("role noun" if meant(m, doer) is not None else "role doer", said)
    return None


def _counts(m: Match, mine: int, theirs: int) -> bool:
    return m.claim.tokens[mine].tag == "#" or m.source.tokens[theirs].tag == "#"


def _gerund(text: Text, p: Predicate) -> bool:
    form = text.tokens[p.verb].form
    return p.first == p.verb and form is not None and form.form == "ing"


def _both_named(m: Match, mine: int, theirs: int) -> bool:
    return meant(m, mine) is not None and named(m.source, theirs) is not None


def _two_sides(m: Match, p: Predicate, q: Predicate) -> list[Finding]:
    """Compare `A buys from B` with `B sells to A`: the doer of one follows the preposition of the other."""
    doer, their_doer, verb = _ends(p)[0], _ends(q)[0], m.source.tokens[q.verb].text
    mine, theirs = _after(m.claim, p), _after(m.source, q)
    straight = [same_thing(m, doer, theirs) if doer >= 0 and theirs >= 0 else 0.5]
    straight.append(same_thing(m, mine, their_doer) if mine >= 0 and their_doer >= 0 else 0.5)
    crossed = [same_thing(m, doer, their_doer) if doer >= 0 and their_doer >= 0 else 0.5]
    crossed.append(same_thing(m, mine, theirs) if mine >= 0 and theirs >= 0 else 0.5)
    if max(crossed) >= 0.8 and min(straight) <= 0.3 and max(straight) < 0.8:
        return [
            fault(
                "role turned", f"who did what is turned round: in the source {_word(m, their_doer)} {verb}", wrong=True
            )
        ]
    return []


def _after(text: Text, p: Predicate) -> int:
    """Return the head of the phrase after `to`, `from` or `by` that a verb has; -1: none."""
    tokens, head = text.tokens, text.clauses.head
    _, end = text.reading.sentences[p.sentence]
    for i in range(p.verb + 1, min(end - 1, p.verb + 14)):
        if tokens[i].tag == "V":
            break
        if tokens[i].low in ("to", "from", "by") and tokens[i].tag == "P" and head[i + 1] >= 0:
            return head[i + 1]
    return -1


def _word(m: Match, i: int) -> str:
    if i < 0:
        return "another"
    name = named(m.source, i)
    return " ".join(name.words).title() if name is not None else m.source.tokens[i].text
