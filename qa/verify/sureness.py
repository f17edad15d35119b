"""How sure a predicate is said to be: a fact, a plan or a possibility."""

from __future__ import annotations

from qa.verify.predicates import Clauses, Predicate
from qa.verify.reading import Reading
from qa.verify.tagging import Token

_IMPLYING = frozenset("manag begin start continu help fail get come go ceas cease use happen prove rush dare".split())


def weigh(reading: Reading, result: Clauses) -> None:
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
