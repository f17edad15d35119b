"""Irregular forms of English verbs and nouns, which stemming does not bring together: `retook`, `retaken`, `retake`."""

from __future__ import annotations

from functools import lru_cache

from index.terms import stem

_VERBS = """
arise arose arisen|awake awoke awoken|bear bore borne born|beat beaten|become became|begin began begun|bend bent|
bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken|breed bred|bring brought|build built|
burn burnt|buy bought|catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt|dig dug|
draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|
fight fought|find found|flee fled|fling flung|fly flew flown|forbid forbade forbidden|forecast forecasted|
forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go went gone|
grind ground|grow grew grown|hang hung|hear heard|hide hid hidden|hold held|keep kept|kneel knelt|know knew known|
lay laid|lead led|lean leant|leap leapt|learn learnt|leave left|lend lent|lie lay lain|light lit|lose lost|make made|
mean meant|meet met|mow mown|overtake overtook overtaken|pay paid|prove proven|ride rode ridden|ring rang rung|
rise rose risen|run ran|see saw seen|seek sought|sell sold|send sent|sew sewn|shake shook shaken|shed|shine shone|
shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|slay slew slain|sleep slept|
slide slid|sow sown|speak spoke spoken|speed sped|spend spent|spill spilt|spin spun|spring sprang sprung|stand stood|
steal stole stolen|stick stuck|sting stung|stink stank stunk|stride strode|strike struck stricken|strive strove striven|
swear swore sworn|sweep swept|swell swollen|swim swam swum|swing swung|take took taken|teach taught|tear tore torn|
tell told|think thought|throw threw thrown|tread trod trodden|understand understood|wake woke woken|wear wore worn|
weave wove woven|weep wept|win won|wind wound|withdraw withdrew withdrawn|withhold withheld|withstand withstood|
write wrote written
"""
_NOUNS = """
man men|woman women|child children|foot feet|tooth teeth|mouse mice|goose geese|person people|wife wives|life lives|
knife knives|leaf leaves|half halves|wolf wolves|thief thieves|shelf shelves|crisis crises|basis bases|
criterion criteria|analysis analyses|thesis theses|bacterium bacteria
"""
_PREFIXES = ("re", "over", "under", "fore", "mis", "un", "out", "with", "up")
_LIKE_OTHERS = frozenset("found ground wound saw felt bound left lay lives leaves bore bases rose spoke".split())
"""Forms that are words of their own: never brought together with the verb or noun they may come from."""


def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for group in (_VERBS + "|" + _NOUNS).replace("\n", "").split("|"):
        forms = tuple(form for form in group.split() if form not in _LIKE_OTHERS)
        for form in forms:
            table.setdefault(stem(form), forms)
    return table


_FORMS = _table()


@lru_cache(maxsize=100_000)
def forms(stem_: str) -> tuple[str, ...]:
    """Return the other forms of the word with this stem, as written; none for a regular word.

    >>> forms("retook")
    ('retake', 'retaken')
    """
    found = _FORMS.get(stem_)
    prefix = ""
    if found is None:
        prefix = next((p for p in _PREFIXES if stem_.startswith(p) and stem_[len(p) :] in _FORMS), "")
        found = _FORMS[stem_[len(prefix) :]] if prefix else ()
    return tuple(prefix + form for form in found if stem(prefix + form) != stem_)


@lru_cache(maxsize=200_000)
def lemma(stem_: str) -> str:
    """Return the stem that stands for all forms of a word: that of the first; a regular word's is its own.

    >>> lemma("retook") == lemma("retaken") == lemma("retak")
    True
    """
    return min(stem_, *(stem(form) for form in forms(stem_))) if forms(stem_) else stem_
