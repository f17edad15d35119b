"""Subject, object and agent of a verb, by the words around it."""

from __future__ import annotations

from qa.verify.predicates import BEFORE_CLAUSE, CLAUSE_MARKS, OBJECT_CONTROL, RELATIVES, Predicate
from qa.verify.tagging import Token

_TIMES = frozenset("day night week month year hour minute second decade morning evening afternoon time weekend".split())


def arguments(
    tokens: list[Token],
    p: Predicate,
    form: str,
    first: int,
    last: int,
    head: list[int],
    start: list[int],
    found: list[Predicate],
    begin: int,
    has_aux: bool,
) -> None:
    """Fill in the subject, the object and the agent of a predicate, whether it is passive, and what it depends on."""
    v, g = p.verb, p.first
    previous = len(found) - 1 if len(found) > begin else -1
    # the object
    k = v + 1
    while (k < last and tokens[k].tag in ("R", "G")) or (k < last and tokens[k].within == v):
        k += 1
    if k < last and head[k] >= 0 and tokens[k].tag != "T":
        p.object = head[k] if not _is_time(tokens[head[k]]) else -1
        after = head[k] + 1
        if (
            {"speech", "weak speech"} & tokens[v].classes
            and after < last
            and any(t.tag in ("X", "V") for t in tokens[after : min(last, after + 3)])
            and not any(t.text in CLAUSE_MARKS or t.tag == "S" for t in tokens[after : after + 2])
        ):
            p.object = -1
        elif any(t.low in ("no", "none", "nothing", "neither", "nobody") for t in tokens[start[k] : head[k] + 1]):
            p.negated = not p.negated
    # the agent
    if form in ("past", "part"):
        for j in range(v + 1, min(last, v + 14)):
            if tokens[j].tag == "V" or tokens[j].text in (";",):
                break
            if (
                tokens[j].low == "by"
                and j + 1 < last
                and head[j + 1] >= 0
                and not any(t.tag in ("#", "W") for t in tokens[j + 1 : head[j + 1] + 1])
            ):
                if tokens[head[j + 1]].stem not in ("account", "view", "mean", "wai"):
                    p.agent = head[j + 1]
                break
    # the subject
    at = g - 1
    if (
        form == "base"
        and not has_aux
        and not p.infinitive
        and v + 1 < last
        and tokens[v + 1].low == "by"
        and at >= first
    ):
        p.passive = tokens[at].text == "," or head[at] >= 0  # `the campaign, run by a teacher`
        if p.passive:
            p.agent = head[v + 2] if v + 2 < last else -1
    if p.infinitive or (form == "ing" and not has_aux):
        p.governor = previous if previous >= 0 else -1
        if previous >= 0:
            above = found[previous]
            control = tokens[above.verb].stem in OBJECT_CONTROL and above.object >= 0 and above.object < g
            p.subject = above.object if control else above.subject
            if form == "ing" and at >= first and tokens[at].text == "," and above.subject >= 0:
                p.governor = -1
        return
    subject = -1
    if at >= first:
        before = tokens[at]
        if before.low in RELATIVES and before.tag in ("S", "D", "O"):
            subject = _left_phrase(tokens, at - 1, first, head, start, found, skip_prepositions=False)
            if before.low == "that" and subject >= 0 and at >= 1 and tokens[at - 1].tag == "V":
                subject = -1
        elif before.tag == "C":
            subject = found[previous].subject if previous >= 0 else -1
            speech = next((q for q in reversed(found[begin:]) if q.speech), None)
            if p.speech and speech is not None:
                subject = speech.subject  # `she denied that it had failed and said …`
            if previous >= 0 and found[previous].governor >= 0:
                p.governor = found[previous].governor
            if previous >= 0 and form in ("past", "part") and not has_aux and found[previous].passive:
                p.passive = True
        elif before.text in (",", "—", "–", ")", "”", '"'):
            subject = _across_comma(tokens, at, first, head, start, found, begin)
        elif head[at] >= 0:
            subject = _left_phrase(tokens, at, first, head, start, found)
        elif before.tag == "R" and at - 1 >= first:
            subject = _left_phrase(tokens, at - 1, first, head, start, found)
    finite = has_aux or form == "s" or (tokens[at].tag != "T" and form == "past")
    if subject >= 0 and previous >= 0 and subject == found[previous].object and finite:
        outer = _antecedent(tokens, found[previous], first, head, start, found)
        subject = outer if outer >= 0 else subject
    if form in ("past", "part") and not has_aux and not p.passive:
        opened = previous >= 0 and any(
            t.low in BEFORE_CLAUSE for t in tokens[found[previous].verb + 1 : max(at, 0) + 1]
        )
        said = previous >= 0 and found[previous].speech
        follows_by = v + 1 < last and tokens[v + 1].low == "by"
        verb_before = not opened and not said and previous >= 0 and subject >= 0 and found[previous].verb < subject
        no_object = p.object < 0
        if (follows_by and no_object) or (
            verb_before
            and no_object
            and at >= 0
            and head[at] >= 0
            and _only_noun_between(tokens, found[previous].verb, at)
        ):
            p.passive = True
            if at >= first and head[at] >= 0:
                subject = head[at]
    if subject < 0 and form == "base":
        subject = found[previous].subject if previous >= 0 else -1
    p.subject = subject
    if subject >= 0 and start[subject] >= 0:
        low = [t.low for t in tokens[start[subject] : subject + 1]]
        if low and (low[0] in ("no", "neither", "none", "nobody", "nothing") or "none" in low):
            p.negated = not p.negated
    # inverted speech: `said the mayor`
    if (
        p.speech
        and p.object >= 0
        and g > first
        and (tokens[at].text in ("”", '"') or (subject < 0 and tokens[at].text == ","))
    ):
        p.subject, p.object = p.object, -1


def _is_time(token: Token) -> bool:
    return token.tag == "W" or token.low.removesuffix("s") in _TIMES


def _antecedent(
    tokens: list[Token], inner: Predicate, first: int, head: list[int], start: list[int], found: list[Predicate]
) -> int:
    """Return what `that` or `which` before a clause belongs to: `the charge that he mined the road was …`."""
    if inner.first > first and tokens[inner.first - 1].low in RELATIVES and inner.subject >= 0:
        return inner.subject
    begin = start[inner.subject] if 0 <= inner.subject < inner.first and start[inner.subject] >= 0 else inner.first
    if begin - 2 >= first and tokens[begin - 1].tag == "S" and tokens[begin - 2].tag in ("N", "E"):
        return _left_phrase(tokens, begin - 2, first, head, start, found)
    return -1


def _only_noun_between(tokens: list[Token], verb: int, at: int) -> bool:
    return not any(t.text in CLAUSE_MARKS or t.tag in ("S", "C") for t in tokens[verb + 1 : at + 1])


def _left_phrase(
    tokens: list[Token],
    at: int,
    first: int,
    head: list[int],
    start: list[int],
    found: list[Predicate],
    skip_prepositions: bool = True,
) -> int:
    """Return the head of the phrase that ends at or just before `at`, going left over `in …`, `of …`."""
    while at >= first and (tokens[at].text == "," or tokens[at].tag in ("R",)):
        at -= 1
    if at < first or head[at] < 0:
        return -1
    while skip_prepositions:
        begin = start[at]
        verb = found[-1] if found else None
        if verb is not None and verb.verb == begin - 1 == verb.first and verb.object == head[at] and verb.subject >= 0:
            form = tokens[verb.verb].form
            if form is not None and form.form == "part":  # `mice given the drug lived`
                verb.passive = True
                return verb.subject
        if begin - 1 < first or tokens[begin - 1].tag != "P":
            break
        if tokens[begin - 1].low in BEFORE_CLAUSE:
            break
        over = begin - 2
        while over >= first and tokens[over].tag in ("R", "A", "P"):
            over -= 1
        if over >= first and tokens[over].tag == "V":  # `a panel led by … found`
            reduced = next((p for p in reversed(found) if p.verb == over and p.first == over and p.subject >= 0), None)
            if reduced is not None:
                reduced.passive = True
                return reduced.subject
            return head[at]
        if over < first or head[over] < 0 or tokens[over].tag == "T":
            break
        at = over
    begin = start[at]
    if (
        skip_prepositions
        and begin - 1 >= first
        and tokens[begin - 1].tag == "P"
        and tokens[begin - 1].low not in ("of",)
    ):
        return head[at]
    return head[at]


def _across_comma(
    tokens: list[Token], at: int, first: int, head: list[int], start: list[int], found: list[Predicate], begin: int
) -> int:
    """Return the subject of a verb that follows a closing comma: what stands before the opening one."""
    for k in range(at - 1, first - 1, -1):
        left = k - 1
        while left > first and (tokens[left].tag == "R" or tokens[left].low == "there"):
            left -= 1
        if tokens[k].text in (",", "—", "–", "(") and left >= first and head[left] >= 0:
            inner = tokens[k + 1 : at]
            if not inner:
                continue
            return _left_phrase(tokens, left, first, head, start, found)
    return _left_phrase(tokens, at - 1, first, head, start, found)
