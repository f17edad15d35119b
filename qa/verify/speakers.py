"""Who says what: verbs of speech, how far they reach, and whose the quotations are."""

from __future__ import annotations

from qa.verify.predicates import CLAUSE_MARKS, RELATIVES, Predicate
from qa.verify.reading import Reading
from qa.verify.tagging import Token

PLAIN_SPEECH = frozenset(
    "sai tell announc add conced admit deni insist warn argu alleg complain predict promis explain".split()
)
_MOUTHS = frozenset(
    "sources data figures records study survey report audit documents emails investigation poll research results "
    "census review inquiry filing statement letter".split()
)


def speakers_of(reading: Reading, found: list[Predicate]) -> list[tuple[int, ...]]:
    """Return for each token the speech predicates that it depends on."""
    tokens = reading.tokens
    speakers: list[tuple[int, ...]] = [()] * len(tokens)
    for k, predicate in enumerate(found):
        if not predicate.speech:
            continue
        first, last = reading.sentences[predicate.sentence]
        governed = [i for i, other in enumerate(found) if other.governor == k]
        before = [i for i in governed if found[i].verb < predicate.verb]
        if tokens[predicate.verb].tag != "V":
            end = next(
                (i for i in range(predicate.verb, last) if i > predicate.subject and tokens[i].text == ","), last
            )
            for i in (*range(first, predicate.verb - 1), *range(end, last)):
                speakers[i] = (*speakers[i], k)
            continue
        own = range(predicate.verb + 1, reach(tokens, predicate, last))
        if before and not any(found[i].verb > predicate.verb for i in governed):
            begin = predicate.subject if 0 <= predicate.subject < predicate.verb else predicate.verb
            own = range(first, begin)
        for i in own:
            speakers[i] = (*speakers[i], k)
    # a quotation without a verb of speech in its sentence is said by whom the text names next to it
    for _number, (first, last) in enumerate(reading.sentences):
        quoted = [i for i in range(first, last) if tokens[i].quoted >= 0]
        if not quoted or any(speakers[i] for i in quoted):
            continue
        near = [k for k, p in enumerate(found) if p.speech and tokens[p.verb].quoted < 0]
        same = [k for k in near if found[k].sentence == tokens[quoted[0]].sentence]
        here = tokens[quoted[0]].sentence
        chosen = (
            same
            or [k for k in near if found[k].sentence == here + 1][:1]
            or [k for k in near if found[k].sentence == here - 1][-1:]
        )
        for i in quoted:
            speakers[i] = tuple(chosen[:1])
    return speakers


def reach(tokens: list[Token], speech: Predicate, last: int) -> int:
    """Return where what is said ends: `the owner, who denied that it had failed, sold it` ends at the comma."""
    before = tokens[speech.first - 1] if speech.first > 0 else None
    if before is None or before.low not in RELATIVES or before.tag not in ("S", "D", "O"):
        return last
    return next((i for i in range(speech.verb + 1, last) if tokens[i].text == ","), last)


def speaks(tokens: list[Token], p: Predicate, last: int, start: list[int]) -> bool:
    """Tell whether a verb of speech has someone who speaks, and says more than a thing."""
    subject = tokens[p.subject] if p.subject >= 0 else None
    if subject is None:
        return True
    someone = tokens[p.verb].stem in PLAIN_SPEECH or (
        subject.tag in ("E", "O")
        or bool({"person", "organisation"} & subject.classes)
        or subject.low in _MOUTHS
        or subject.low.endswith(
            ("ers", "ors", "ists", "ians", "er", "or", "ist", "ian", "men", "man", "woman", "women")
        )
        or subject.low
        in (
            "officials",
            "people",
            "sources",
            "families",
            "residents",
            "staff",
            "parents",
            "authorities",
            "groups",
            "firms",
            "critics",
            "locals",
            "students",
            "observers",
            "spokesmen",
            "police",
        )
    )
    if not someone:
        return False
    if p.object >= 0 and any(t.tag == "#" or t.text in "$£€" for t in tokens[start[p.object] : p.object + 1]):
        return any(t.tag in ("V", "X") for t in tokens[p.object : min(last, p.object + 6)])
    return True


def trails(tokens: list[Token], predicate: Predicate, first: int, last: int, start: list[int]) -> bool:
    """Tell whether a verb of speech stands after what is said: `…, she said`."""
    after = [token for token in tokens[predicate.verb + 1 : last] if token.tag != "T"]
    subject = predicate.subject
    if subject >= 0 and subject < predicate.verb:
        begin = start[subject] if start[subject] >= 0 else subject
        while (
            begin > first
            and tokens[begin - 1].tag in ("P", "N", "A", "E", "D")
            and tokens[begin - 1].text not in CLAUSE_MARKS
        ):
            begin -= 1
        before = tokens[begin - 1] if begin > first else None
        if before is not None and before.text in (",", '"', "”") and begin - first > 3:
            content = sum(token.tag in ("N", "V", "A") for token in after)
            return content <= 4
    return not after


def according(
    tokens: list[Token], number: int, first: int, last: int, head: list[int], found: list[Predicate], begin: int
) -> None:
    """Take `according to X` and `by X's account` for a verb of speech that the whole sentence depends on."""
    for i in range(first, last - 2):
        subject = -1
        if tokens[i].low == "according" and tokens[i + 1].low == "to":
            subject = head[i + 2]
        elif (
            tokens[i].stem in ("account", "view", "opinion", "word")
            and i > first + 1
            and tokens[i - 1].low in ("'s", "’s")
        ):
            subject = i - 2
        if subject < 0:
            continue
        k = len(found)
        found.append(Predicate(i, i, number, subject=subject, speech=True))
        for other in found[begin:k]:
            if other.governor < 0 and not i < other.verb <= subject:
                other.governor = k
        return
