"""Attribution: what someone alleges, denies, thinks or expects stays with the one who said it."""

from __future__ import annotations

from qa.verify.entities import is_person, named, same_thing
from qa.verify.findings import Finding, fault, held
from qa.verify.match import Match, Text, weight
from qa.verify.predicates import Predicate
from qa.verify.tagging import Token


def check_attribution(m: Match) -> list[Finding]:
    """Return whether each thing said is said by the same one in the source, and nothing lost its speaker."""
    found: list[Finding] = []
    speeches = [(k, p) for k, p in enumerate(m.claim.clauses.predicates) if p.speech]
    for k, speech in speeches:
        words = [i for i, said in enumerate(m.claim.clauses.speakers) if k in said and _says(m.claim.tokens[i])]
        says = any(other.governor == k for other in m.claim.clauses.predicates) or any(
            m.claim.tokens[i].quoted >= 0 for i in words
        )
        if speech.subject >= 0 and m.claim.tokens[speech.subject].low in m.outlets:
            continue
        if words and speech.subject >= 0 and says:
            found.extend(_mouth(m, speech, words))
            found.extend(_statements(m, speech, words))
            found.extend(_conceded(m, speech))
            found.extend(_unsaid(m, speech, words))
    free = [i for i, said in enumerate(m.claim.clauses.speakers) if not said and m.claim.tokens[i].content]
    speech_words = {i for _, p in speeches for i in (p.verb, p.subject)}
    free = [i for i in free if i not in speech_words]
    if free and not any("weak speech" in m.claim.tokens[p.verb].classes or p.speech for _, p in speeches):
        found.extend(_lost(m, free))
    return found


def _says(token: Token) -> bool:
    return token.tag in ("N", "E", "V", "A", "#") and not (
        token.form is not None and token.form.base in ("be", "have", "do")
    )


def _answers(m: Match, words: list[int]) -> list[tuple[int, int, float]]:
    """Return (claim word, source word, weight) for the words that the near sentences carry."""
    pairs = []
    for i in words:
        best = (-1, 0.6)
        for n in m.near:
            first, last = m.source.reading.sentences[n]
            for j in range(first, last):
                value = float(m.alike[i, j])
                if value > best[1]:
                    best = (j, value)
        if best[0] >= 0:
            pairs.append((i, best[0], weight(m.claim.tokens[i].stem)))
    return pairs


def _mouth(m: Match, speech: Predicate, words: list[int]) -> list[Finding]:
    pairs = _answers(m, words)
    total = sum(w for _, _, w in pairs)
    if total <= 0.4 * sum(weight(m.claim.tokens[i].stem) for i in words):
        return []
    predicates = m.source.clauses.predicates
    right = wrong = nobody = 0.0
    other = -1
    for _, j, w in pairs:
        said = m.source.clauses.speakers[j]
        if not said:
            nobody += w
            continue
        fits = max(_same_speaker(m, speech, predicates[k]) for k in said)
        if fits >= 0.4:
            right += w
        else:
            wrong += w
            other = predicates[said[0]].subject
    who = m.claim.tokens[speech.subject].text
    if wrong > right and wrong > 0.4 * total:
        return [fault("attribution other", f"in the source {_word(m.source, other)} said it, not {who}", wrong=True)]
    if nobody > 0.75 * total and not _mentioned(m, speech, pairs):
        return [fault("attribution nobody", f"the source does not say that {who} said it")]
    return [held("attribution", f"{who} said it")]


def _unsaid(m: Match, speech: Predicate, words: list[int]) -> list[Finding]:
    """Find what someone says in the claim that the same one does not say, or know, in the source."""
    total = sum(weight(m.claim.tokens[i].stem) for i in words)
    for q in m.source.clauses.predicates:
        verb = m.source.tokens[q.verb]
        if not (q.negated and (q.speech or verb.stem in ("know", "confirm", "commit"))) or speech.negated or not total:
            continue
        if any(
            p.negated
            for p in m.claim.clauses.predicates
            if p.governor >= 0 and m.claim.clauses.predicates[p.governor] is speech
        ):
            continue
        first, last = q.verb + 1, m.source.reading.sentences[q.sentence][1]
        if last <= first or same_thing(m, speech.subject, q.subject) < 0.4:
            continue
        carried = sum(weight(m.claim.tokens[i].stem) * float(m.alike[i, first:last].max()) for i in words) / total
        if carried > 0.45:
            return [
                fault(
                    "attribution unsaid",
                    f"in the source {_word(m.source, q.subject)} did not {verb.text} it",
                    wrong=True,
                )
            ]
    return []


def _conceded(m: Match, speech: Predicate) -> list[Finding]:
    """Find one who concedes in the claim what the source has the same one deny."""
    mine = m.claim.tokens[speech.verb].stem
    if mine in _GAINSAYS or speech.negated:
        return []
    for q in m.source.clauses.predicates:
        verb = m.source.tokens[q.verb]
        close = q.sentence in m.near or q.sentence - 1 in m.near
        if (
            verb.stem in ("deni", "reject", "disput", "refut")
            and close
            and same_thing(m, speech.subject, q.subject) >= 0.8
        ):
            who = _word(m.source, q.subject)
            return [fault("attribution denied", f"in the source {who} {verb.text} it", wrong=True)]
    return []


def _statements(m: Match, speech: Predicate, words: list[int]) -> list[Finding]:
    """Compare what is said with what each speaker of the source says."""
    own, rival, who = 0.0, 0.0, -1
    total = sum(weight(m.claim.tokens[i].stem) for i in words)
    for k, q in enumerate(m.source.clauses.predicates):
        if not q.speech:
            continue
        columns = [j for j, said in enumerate(m.source.clauses.speakers) if k in said]
        if not columns or not total:
            continue
        value = sum(weight(m.claim.tokens[i].stem) * float(m.loose[i, columns].max()) for i in words) / total
        if _same_speaker(m, speech, q) >= 0.4:
            own = max(own, value)
        elif value > rival:
            rival, who = value, q.subject
    if rival > 1.25 * own + 0.1 and rival > 0.3 and own < 0.45:
        return [
            fault(
                "attribution nearer",
                f"what {_word(m.source, who)} says is nearer to it",
                wrong=True,
                strength=(rival - own) / 0.4,
            )
        ]
    return []


def _same_speaker(m: Match, mine: Predicate, theirs: Predicate) -> float:
    straight = same_thing(m, mine.subject, theirs.subject)
    if straight >= 0.8 or theirs.subject < 0:
        return max(straight, 0.5)
    a, b = _phrase(m.claim, mine.subject), _phrase(m.source, theirs.subject)
    shared = max((float(m.alike[i, j]) for i in a for j in b), default=0.0)
    return max(straight, 0.8 if shared >= 0.9 else 0.0)


def _phrase(text: Text, head: int) -> list[int]:
    begin = text.clauses.start[head]
    if begin < 0:
        return [head]
    return [i for i in range(begin, head + 1) if text.tokens[i].tag in ("N", "E")]


def _mentioned(m: Match, speech: Predicate, pairs: list[tuple[int, int, float]]) -> bool:
    """Tell whether the one who says it in the claim stands in a sentence that carries it."""
    sentences = {m.source.tokens[j].sentence for _, j, _ in pairs}
    for n in sentences:
        first, last = m.source.reading.sentences[n]
        heads = {m.source.clauses.head[j] for j in range(first, last) if m.source.clauses.head[j] >= 0}
        if any(same_thing(m, speech.subject, h) >= 0.8 for h in heads):
            return True
    return False


def _lost(m: Match, free: list[int]) -> list[Finding]:
    pairs = _answers(m, free)
    total = sum(w for _, _, w in pairs)
    if total <= 0:
        return []
    predicates = m.source.clauses.predicates
    weak: dict[int, float] = {}
    for _, j, w in pairs:
        for k in m.source.clauses.speakers[j]:
            if not (predicates[k].passive and predicates[k].agent < 0):
                weak[k] = weak.get(k, 0.0) + w
    found = []
    for k, w in sorted(weak.items()):
        if w < 0.45 * total:
            continue
        verb, subject = m.source.tokens[predicates[k].verb], predicates[k].subject
        who, said = _word(m.source, subject), f"in the source {_word(m.source, subject)} {verb.text} it"
        name = named(m.source, subject)
        critic = subject >= 0 and m.source.tokens[subject].low in _PARTISANS
        if "weak speech" in verb.classes or critic:
            found.append(fault("attribution lost", said))
        elif any(m.source.tokens[j].quoted >= 0 for _, j, _ in pairs):
            found.append(fault("attribution quote", said))
        elif (name is not None and is_person(m.source, name)) or (
            subject >= 0 and "person" in m.source.tokens[subject].classes
        ):
            found.append(fault("attribution person", said))
        else:
            found.append(fault("attribution body", f"{who}: {said}"))
        if _contested(m, [j for _, j, _ in pairs], predicates[k]):
            found.append(fault("attribution contested", f"{said}, and another gainsays it", wrong=True))
    if found:
        return found
    return [held("attribution", "nothing lost its speaker")]


_PARTISANS = frozenset("critics opponents supporters campaigners activists rivals detractors allies protesters".split())
_GAINSAYS = frozenset("deni reject disput question refut rebut contradict dismiss challeng".split())


def _contested(m: Match, places: list[int], speech: Predicate) -> bool:
    """Tell whether another denies or doubts, in the same sentence or the next, what one says."""
    tokens = m.source.tokens
    here = max(tokens[j].sentence for j in places)
    for q in m.source.clauses.predicates:
        if q is not speech and here <= q.sentence <= here + 1 and tokens[q.verb].stem in _GAINSAYS:
            return True
    sentences = m.source.reading.sentences
    first, last = sentences[here][0], sentences[min(here + 1, len(sentences) - 1)][1]
    return any("rebuttal" in t.classes and t.tag in ("A", "N") for t in tokens[first:last])


def _word(text: Text, head: int) -> str:
    if head < 0:
        return "someone"
    name = named(text, head)
    return " ".join(name.words).title() if name is not None else text.tokens[head].text
