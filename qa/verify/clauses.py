"""Who does what to whom: the predicates of a text with subject, object, agent, negation, modality and speaker."""

from __future__ import annotations

from itertools import pairwise

from qa.verify.arguments import arguments
from qa.verify.predicates import BEFORE_CLAUSE, CLAUSE_MARKS, Clauses, Predicate
from qa.verify.reading import Reading
from qa.verify.speakers import according, reach, speakers_of, speaks, trails
from qa.verify.sureness import weigh
from qa.verify.tagging import Token


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
    result = Clauses(found, of_token, head, start, speakers_of(reading, found))
    weigh(reading, result)
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
    according(tokens, number, first, last, head, found, begin)
    # a sentence that ends in `…, the service said`: what stands before depends on it
    for k in range(begin, len(found)):
        predicate = found[k]
        if predicate.speech and predicate.governor < 0:
            trailing = trails(tokens, predicate, first, last, start)
            end = reach(tokens, predicate, last)
            for other in range(begin, len(found)):
                if found[other].verb >= end or found[other].speech or other == k:
                    continue
                if found[other].governor < 0 and (other < k) == trailing:
                    found[other].governor = k


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
    arguments(tokens, predicate, form, first, last, head, start, found, begin, has_aux)
    if predicate.speech:
        predicate.speech = speaks(tokens, predicate, last, start)
    return predicate


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
                token.text in CLAUSE_MARKS
                or token.tag == "S"
                or (token.low in BEFORE_CLAUSE and _opens(tokens, i, last, head))
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
