"""Who does what to whom: the predicates of a text with subject, object, agent, negation, modality and speaker."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from qa.verify.reading import Reading, Token

_BEFORE_CLAUSE = frozenset("after before since until till as than while like".split())
_TIMES = frozenset("day night week month year hour minute second decade morning evening afternoon time weekend".split())
_IMPLYING = frozenset("manag begin start continu help fail get come go ceas cease use happen prove rush dare".split())
_RELATIVES = frozenset("who which that".split())
_CLAUSE_MARKS = frozenset([",", ";", ":", "—", "–", "(", ")", '"', "“", "”"])
_OBJECT_CONTROL = frozenset(
    "tell order ask urg want forc help allow enabl permit warn instruct advis persuad expect".split()
)
_BY_NOUN = frozenset(
    "plan bid decis offer attempt effort propos right refus failur threat promis pledg vow abil chanc demand call "
    "move".split()
)


@dataclass(slots=True)
class Predicate:
    """A verb with its arguments, as token numbers; -1 where there is none.

    `weak` is how sure it is said to be: 0 as a fact, 1 planned or expected, 2 possible.
    """

    verb: int
    first: int
    sentence: int
    subject: int = -1
    object: int = -1
    agent: int = -1
    passive: bool = False
    negated: bool = False
    infinitive: bool = False
    weak: int = 0
    governor: int = -1
    """The number of the predicate that it depends on: `said` for what was said, `plans` for `plans to sell`."""
    speech: bool = False
    words: list[int] = field(default_factory=list)
    """The tokens of its own clause."""


@dataclass(slots=True)
class Clauses:
    """The predicates of a text in order, the phrase that each token is in, and whom pronouns stand for."""

    predicates: list[Predicate]
    of_token: list[int]
    """The number of the predicate whose clause a token is in, or -1."""
    head: list[int]
    """The head of the noun phrase that a token is in, or -1."""
    start: list[int]
    """The first token of that phrase, or -1."""
    speakers: list[tuple[int, ...]]
    """For each token the numbers of the speech predicates that it is said by."""

    def governs(self, predicate: Predicate) -> bool:
        """Tell whether another predicate depends on this one."""
        return any(p.governor >= 0 and self.predicates[p.governor] is predicate for p in self.predicates)


def clauses(reading: Reading) -> Clauses:
    """Return the predicates of a text, worked out once."""
    kept = reading.extra.get("clauses")
    if isinstance(kept, Clauses):
        return kept
    head, start = _phrases(reading)
    found: list[Predicate] = []
    for number, (first, last) in enumerate(reading.sentences):
        _sentence(reading, number, first, last, head, start, found)
    of_token = _own(reading, found, head)
    result = Clauses(found, of_token, head, start, _speakers(reading, found))
    _weigh(reading, result)
    reading.extra["clauses"] = result
    return result


def _phrases(reading: Reading) -> tuple[list[int], list[int]]:
    """Return for each token the head and the start of its noun phrase."""
    tokens = reading.tokens
    head, start = [-1] * len(tokens), [-1] * len(tokens)
    for first, last in reading.sentences:
        i = first
        while i < last:
            tag = tokens[i].tag
            if tag == "D" and tokens[i].low == "no" and i + 1 < last and tokens[i + 1].tag == "O":
                head[i] = head[i + 1] = i + 1
                start[i] = start[i + 1] = i
                i += 2
                continue
            if tokens[i].low == "there" and not (i + 1 < last and tokens[i + 1].tag in ("X", "V")):
                i += 1
                continue
            if tag == "O":
                head[i] = start[i] = i
                i += 1
                continue
            if tag not in ("D", "A", "N", "E", "#", "W"):
                i += 1
                continue
            j, noun = i, -1
            while j < last:
                token = tokens[j]
                possessive = token.low in ("'s", "’s", "'", "’") and noun >= 0 and j + 1 < last
                inner = token.text in ("-", "&", "$", "£", "€") or (
                    token.tag == "R" and j + 1 < last and tokens[j + 1].tag == "A"
                )
                if token.tag in ("N", "E", "W") or (token.tag == "#" and noun < 0):
                    noun = j
                elif (
                    (token.tag == "D" and j > i)
                    or (
                        token.tag == "A"
                        and noun >= 0
                        and tokens[noun].tag in ("N", "E")
                        and not (j and tokens[j - 1].low in ("'s", "’s"))
                    )
                    or not (possessive or inner or token.tag in ("D", "A", "#"))
                ):
                    break
                j += 1
            if noun >= 0:
                for k in range(i, j):
                    head[k], start[k] = noun, i
            i = max(j, i + 1)
    return head, start


def _sentence(
    reading: Reading, number: int, first: int, last: int, head: list[int], start: list[int], found: list[Predicate]
) -> None:
    tokens = reading.tokens
    begin = len(found)
    for v in range(first, last):
        if tokens[v].tag != "V":
            continue
        found.append(_predicate(tokens, v, first, last, number, head, start, found, begin))
    _according(tokens, number, first, last, head, found, begin)
    # a sentence that ends in `…, the service said`: what stands before depends on it
    for k in range(begin, len(found)):
        predicate = found[k]
        if predicate.speech and predicate.governor < 0:
            trailing = _trails(tokens, predicate, first, last, start)
            end = _reach(tokens, predicate, last)
            for other in range(begin, len(found)):
                if found[other].verb >= end or found[other].speech or other == k:
                    continue
                if found[other].governor < 0 and (other < k) == trailing:
                    found[other].governor = k


def _reach(tokens: list[Token], speech: Predicate, last: int) -> int:
    """Return where what is said ends: `the owner, who denied that it had failed, sold it` ends at the comma."""
    before = tokens[speech.first - 1] if speech.first > 0 else None
    if before is None or before.low not in _RELATIVES or before.tag not in ("S", "D", "O"):
        return last
    return next((i for i in range(speech.verb + 1, last) if tokens[i].text == ","), last)


def _according(
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


def _trails(tokens: list[Token], predicate: Predicate, first: int, last: int, start: list[int]) -> bool:
    """Tell whether a verb of speech stands after what is said: `…, she said`."""
    after = [token for token in tokens[predicate.verb + 1 : last] if token.tag != "T"]
    subject = predicate.subject
    if subject >= 0 and subject < predicate.verb:
        begin = start[subject] if start[subject] >= 0 else subject
        while (
            begin > first
            and tokens[begin - 1].tag in ("P", "N", "A", "E", "D")
            and tokens[begin - 1].text not in _CLAUSE_MARKS
        ):
            begin -= 1
        before = tokens[begin - 1] if begin > first else None
        if before is not None and before.text in (",", '"', "”") and begin - first > 3:
            content = sum(token.tag in ("N", "V", "A") for token in after)
            return content <= 4
    return not after


def _predicate(
    tokens: list[Token],
    v: int,
    first: int,
    last: int,
    number: int,
    head: list[int],
    start: list[int],
    found: list[Predicate],
    begin: int,
) -> Predicate:
    token = tokens[v]
    g = v
    negated = infinitive = passive = False
    has_aux = has_be = False
    modal = ""
    k = v - 1
    while k >= first:
        before = tokens[k]
        if before.tag == "X":
            has_aux = True
            g = k
            if before.low in ("is", "are", "was", "were", "be", "been", "being", "am", "'re", "'m"):
                has_be = True
            elif before.low not in ("has", "have", "had", "do", "does", "did", "having", "'ve", "'d"):
                modal = modal or before.low
        elif before.tag == "G":
            negated = not negated
            g = k
        elif before.tag == "R" and k > first and tokens[k - 1].tag in ("X", "G", "R", "N", "E", "O", "P"):
            negated ^= before.low in ("hardly", "barely", "scarcely")
            g = k if tokens[k - 1].tag in ("X", "G") or tokens[k - 1].low == "to" else g
            if not (tokens[k - 1].tag in ("X", "G", "R") or tokens[k - 1].low == "to"):
                break
        elif before.low in ("since", "all", "both") and k > first and tokens[k - 1].tag == "X":
            g = k
        elif (before.low == "to" and before.tag == "P" and token.form is not None and not has_aux | False) or (
            before.low == "to" and has_aux
        ):
            infinitive = True
            g = k
            break
        else:
            break
        k -= 1
    if token.form is not None and token.form.base in ("be", "have", "do") and v + 1 < last and tokens[v + 1].tag == "G":
        negated = not negated
    if infinitive and g > first and tokens[g - 1].tag == "G":
        negated = not negated
    form = token.form.form if token.form is not None else "past"
    if form in ("past", "part") and has_be:
        passive = True
    predicate = Predicate(v, g, number, passive=passive, negated=negated, infinitive=infinitive)
    predicate.speech = bool({"speech", "weak speech"} & token.classes)
    predicate.weak = (
        2
        if modal in ("may", "might", "could", "can")
        else 1
        if modal in ("will", "would", "shall", "should", "'ll", "wo")
        else 0
    )
    if form == "base" and not has_aux and not infinitive and token.low not in ("be",):
        predicate.weak = 0
    if not modal and not infinitive and any(t.low == "be" for t in tokens[g:v]):
        predicate.weak = 2  # `a request that nurses be exempted`
    _arguments(tokens, predicate, form, first, last, head, start, found, begin, has_aux)
    if predicate.speech:
        predicate.speech = _speaks(tokens, predicate, last, start)
    return predicate


_PLAIN_SPEECH = frozenset(
    "sai tell announc add conced admit deni insist warn argu alleg complain predict promis explain".split()
)
_MOUTHS = frozenset(
    "sources data figures records study survey report audit documents emails investigation poll research results "
    "census review inquiry filing statement letter".split()
)


def _speaks(tokens: list[Token], p: Predicate, last: int, start: list[int]) -> bool:
    """Tell whether a verb of speech has someone who speaks, and says more than a thing."""
    subject = tokens[p.subject] if p.subject >= 0 else None
    if subject is None:
        return True
    someone = tokens[p.verb].stem in _PLAIN_SPEECH or (
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


def _arguments(
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
            and not any(t.text in _CLAUSE_MARKS or t.tag == "S" for t in tokens[after : after + 2])
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
            control = tokens[above.verb].stem in _OBJECT_CONTROL and above.object >= 0 and above.object < g
            p.subject = above.object if control else above.subject
            if form == "ing" and at >= first and tokens[at].text == "," and above.subject >= 0:
                p.governor = -1
        return
    subject = -1
    if at >= first:
        before = tokens[at]
        if before.low in _RELATIVES and before.tag in ("S", "D", "O"):
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
            t.low in _BEFORE_CLAUSE for t in tokens[found[previous].verb + 1 : max(at, 0) + 1]
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
    if inner.first > first and tokens[inner.first - 1].low in _RELATIVES and inner.subject >= 0:
        return inner.subject
    begin = start[inner.subject] if 0 <= inner.subject < inner.first and start[inner.subject] >= 0 else inner.first
    if begin - 2 >= first and tokens[begin - 1].tag == "S" and tokens[begin - 2].tag in ("N", "E"):
        return _left_phrase(tokens, begin - 2, first, head, start, found)
    return -1


def _only_noun_between(tokens: list[Token], verb: int, at: int) -> bool:
    return not any(t.text in _CLAUSE_MARKS or t.tag in ("S", "C") for t in tokens[verb + 1 : at + 1])


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
        if tokens[begin - 1].low in _BEFORE_CLAUSE:
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


def _own(reading: Reading, found: list[Predicate], head: list[int]) -> list[int]:
    """Give each token to the predicate of its clause."""
    tokens = reading.tokens
    of_token = [-1] * len(tokens)
    by_sentence: dict[int, list[int]] = {}
    for k, predicate in enumerate(found):
        by_sentence.setdefault(predicate.sentence, []).append(k)
    for number, (first, last) in enumerate(reading.sentences):
        mine = by_sentence.get(number, [])
        if not mine:
            continue
        cuts = [first]
        for i in range(first, last):
            token = tokens[i]
            if (
                token.text in _CLAUSE_MARKS
                or token.tag == "S"
                or (token.low in _BEFORE_CLAUSE and _opens(tokens, i, last, head))
                or (token.tag == "C" and any(tokens[j].tag in ("V", "X") for j in range(i + 1, min(i + 4, last))))
            ):
                cuts.append(i)
        cuts.append(last)
        pieces = [(a, b) for a, b in pairwise(cuts) if b > a]
        owner: list[list[int]] = [[k for k in mine if a <= found[k].verb < b] for a, b in pieces]
        for index, (a, b) in enumerate(pieces):
            predicates = owner[index]
            if not predicates:
                left = next((owner[j][-1] for j in range(index - 1, -1, -1) if owner[j]), -1)
                right = next((owner[j][0] for j in range(index + 1, len(pieces)) if owner[j]), -1)
                predicates = [left if left >= 0 else right]
            for i in range(a, b):
                chosen = predicates[0]
                for k in predicates[1:]:
                    if i >= found[k].first:
                        chosen = k
                of_token[i] = chosen
                if tokens[i].tag != "T" and chosen >= 0:
                    found[chosen].words.append(i)
    return of_token


def _opens(tokens: list[Token], i: int, last: int, head: list[int]) -> bool:
    """Tell whether `after`, `before` … at `i` opens a clause: a phrase and then a verb."""
    j = i + 1
    while j < last and (head[j] >= 0 or tokens[j].tag == "R"):
        j += 1
    return i + 1 < j < last and tokens[j].tag in ("V", "X")


def _speakers(reading: Reading, found: list[Predicate]) -> list[tuple[int, ...]]:
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
        own = range(predicate.verb + 1, _reach(tokens, predicate, last))
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


def _weigh(reading: Reading, result: Clauses) -> None:
    """Work out how sure each predicate is said to be: a plan or a possibility makes what is planned no fact."""
    tokens, found = reading.tokens, result.predicates
    for predicate in found:
        predicate.weak = max(predicate.weak, _own_weakness(tokens, predicate, result))
        seen, above = 0, predicate.governor
        while above >= 0 and seen < 4:
            governor = found[above]
            classes = tokens[governor.verb].classes
            form = tokens[predicate.verb].form
            link = predicate.infinitive or form is None or form.form == "ing"
            whether = any(tokens[j].low in ("whether", "if") for j in range(governor.verb + 1, predicate.first))
            if link or whether or not governor.speech:
                if "may" in classes or whether:
                    predicate.weak = 2
                elif "plan" in classes and predicate.infinitive:
                    predicate.weak = max(predicate.weak, 1)
                if not governor.speech:
                    predicate.weak = max(predicate.weak, governor.weak)
            elif "weak speech" in classes and "may" in classes:
                predicate.weak = max(predicate.weak, 1)
            seen, above = seen + 1, governor.governor


def _own_weakness(tokens: list[Token], p: Predicate, result: Clauses) -> int:
    """Return how unsure a predicate is by the words beside it, whatever it depends on."""
    form = tokens[p.verb].form
    after = {t.low for t in tokens[p.verb + 1 : p.verb + 3]}
    if form is not None and form.base == "be" and after & {"possible", "likely", "unlikely", "expected"}:
        return 2
    opening = p.first - 1
    if 0 <= p.subject < p.first:
        opening = (result.start[p.subject] if result.start[p.subject] >= 0 else p.subject) - 1
    if opening >= 0 and tokens[opening].low in ("whether", "if"):
        return 2
    if not p.infinitive:
        return 0
    before = tokens[p.first - 1] if p.first > 0 else None
    if before is not None and before.tag in ("N", "A"):
        return 2 if "may" in before.classes else 1
    if before is not None and before.low in ("is", "are", "was", "were"):
        return 1
    implied = p.governor >= 0 and tokens[result.predicates[p.governor].verb].stem in _IMPLYING
    return 0 if implied else 1
