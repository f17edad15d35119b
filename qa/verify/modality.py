"""Modality: what may happen is not said to happen, what is planned is not said to be done."""

from __future__ import annotations

from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, Text, weight
from qa.verify.polarity import same_matter
from qa.verify.predicates import Predicate
from qa.verify.speakers import PLAIN_SPEECH

_NAMES = ("", "planned", "possible")
_LEVELS = ("a fact", "a plan", "a possibility")


def check_modality(m: Match) -> list[Finding]:
    """Return whether the claim is as sure of each thing as the source is, or less."""
    found: list[Finding] = []
    for p, q, score in m.pairs:
        if score < 0.7 or not _asserted(m.claim, p) or (p.speech and m.claim.tokens[p.verb].stem in PLAIN_SPEECH):
            continue
        mine = sureness(m.claim, p.verb)
        likely = [(float(m.alike[p.verb, j]), j) for j in _near(m)]
        places = [j for value, j in likely if value >= 0.8 and _acts(m.source, j) and same_matter(m, p.verb, j)]
        how = "" if any(float(m.alike[p.verb, j]) >= 0.95 for j in places) else " near"
        if not places and score >= 1.2 and sum(m.claim.tokens[i].content for i in p.words) >= 3:
            places, how = [q.verb], " clause"
        if not places:
            found.extend(_loosely(m, p))
            continue
        theirs = min(sureness(m.source, j) for j in places)
        if theirs <= mine:
            found.append(held("modality", f"“{m.claim.tokens[p.verb].text}” is no surer than in the source"))
            continue
        if theirs == 1 and not how and m.source.tokens[places[0]].start < m.latest_from:
            how = " since"
        said = f"“{m.source.tokens[places[0]].text}” is {_LEVELS[theirs]} in the source, {_LEVELS[mine]} in the claim"
        found.append(fault(f"modality {_NAMES[theirs]}{how}", said, wrong=theirs == 2))
    return found


def _loosely(m: Match, p: Predicate) -> list[Finding]:
    """Compare with the clause that has most to do with the claim's, where no verb answers to its verb."""
    words = [i for i in p.words if m.claim.tokens[i].content]
    total = sum(weight(m.claim.tokens[i].stem) for i in words)
    if len(words) < 3 or not total:
        return []
    best: tuple[float, Predicate | None] = (0.0, None)
    for q in m.source.clauses.predicates:
        if q.words and not q.speech:
            value = sum(weight(m.claim.tokens[i].stem) * float(m.loose[i, q.words].max()) for i in words) / total
            best = max(best, (value, q), key=lambda item: item[0])
    value, nearest = best
    if nearest is None or value < 0.35 or sureness(m.source, nearest.verb) <= sureness(m.claim, p.verb):
        return []
    q, level = nearest, sureness(m.source, nearest.verb)
    return [
        fault(
            f"modality loosely {('', 'planned', 'possible')[level]}",
            f"“{m.source.tokens[q.verb].text}” is {_LEVELS[level]} in the source",
            strength=(value - 0.2) / 0.6,
        )
    ]


def _asserted(text: Text, p: Predicate) -> bool:
    """Tell whether a predicate states something: not a participle, not what only tells which one is meant."""
    token, before = text.tokens[p.verb], text.tokens[p.first - 1] if p.first else None
    if token.form is not None and p.first == p.verb and (token.form.form == "ing" or p.passive):
        return False
    return before is None or before.low not in ("who", "which", "that", "whom", "when", "if", "whether", "where")


def _acts(text: Text, j: int) -> bool:
    """Tell whether a word is a verb, or a noun that a verb like `consider` has for its object."""
    if text.tokens[j].tag == "V":
        return True
    number = text.clauses.of_token[j]
    if number < 0:
        return False
    predicate = text.clauses.predicates[number]
    return j == predicate.object and bool({"may", "plan"} & text.tokens[predicate.verb].classes)


def sureness(text: Text, i: int) -> int:
    """Return 0 where a word is said as a fact, 1 where it is planned or expected, 2 where it is only possible."""
    number = text.clauses.of_token[i]
    if number < 0:
        return 0
    predicate = text.clauses.predicates[number]
    level = predicate.weak
    verb = text.tokens[predicate.verb]
    if i > predicate.verb and text.tokens[i].tag != "V":
        if "may" in verb.classes:
            level = max(level, 2)
        elif "plan" in verb.classes:
            level = max(level, 1)
    if i == predicate.verb and {"may", "plan"} & verb.classes and not predicate.speech:
        level = max(level, 2 if "may" in verb.classes else 1)
    return level


def _near(m: Match) -> list[int]:
    found: list[int] = []
    for number in sorted(m.near):
        first, last = m.source.reading.sentences[number]
        found.extend(j for j in range(first, last) if m.source.tokens[j].tag in ("V", "N"))
    return found
