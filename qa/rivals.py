"""Pairs of sentences that may be two accounts of what is asked: proposed by rules, or for both answering it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from qa.asked import Asked
from qa.reading import Given, Looked, Reading
from qa.values import PEOPLE, Amount

_FIRST, _ANSWERING = 12, 0.1
"""The sentences that come first by how much they are about what is asked, and by the odds that they answer, at this
weight: each of them is read with the one that answers best. Of 130 questions of `eval/training/held-accounts.txt` on
which reports differ, this brings up accounts for 0.75; with 8 for 0.66, with all there are for 0.79."""
_NUMBERS_FROM = 0.2
_SAID = 0.6
"""How surely a sentence in which two speakers have their say gives two accounts."""
_SAME = 0.8
"""Share of a sentence's content words that another one holds which tells the same."""
_STALE = 45
"""Days between two reports from which they are more likely of different events."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences, by their numbers, that may be two accounts; the same one twice: two accounts inside it.

    `rivalry` says how surely the rules take them for that, `score` adds how much both are about what is asked. `how`
    says by what: number, inside, contrast (close together in one article), turn (from one article to another);
    nothing: no rule says so. `a` and `b` are the numbers that differ. `i` comes before `j`.
    """

    score: float
    rivalry: float
    i: int
    j: int
    how: frozenset[str]
    a: Amount | None = None
    b: Amount | None = None


def proposed(wanted: Asked, looked: Looked) -> list[Pair]:
    """Return the pairs that are worth reading: the sentence that answers best, and each of the others that come first.

    There are none where another source of the same is asked for, or nothing in particular.
    """
    if wanted.corroborates or wanted.overview:
        return []
    best = max(range(len(looked.read)), key=lambda number: looked.read[number].sentence.score)
    order = np.argsort(-looked.about - _ANSWERING * looked.answering, kind="stable")[:_FIRST].tolist()
    outlets = frozenset(r.outlet for r in looked.read if wanted.names_outlet(r.item.article.outlet))
    newest = max((day for n in order if (day := looked.read[n].day)), default=None)
    said = looked.read[best].stems
    others = (
        _pair(wanted, looked, min(best, n), max(best, n), outlets, newest)
        for n in order
        if looked.read[n].stems != said  # itself, and those who say the same in the same words
    )
    return [*_alone(looked, best), *(pair for pair in others if not _agree(wanted, looked, pair))]


def _agree(wanted: Asked, looked: Looked, pair: Pair) -> bool:
    """Tell whether two sentences surely give no two accounts: nearly the same words, or numbers of other things."""
    first, second = looked.read[pair.i], looked.read[pair.j]
    if "number" in pair.how:
        return False
    if wanted.numeric and looked.given[pair.i] and looked.given[pair.j]:
        return True
    shared = len(first.stems & second.stems)
    return shared > _SAME * min(len(first.stems), len(second.stems)) and not _opposite(first, second)


def _alone(looked: Looked, i: int) -> list[Pair]:
    """Return the pair of two accounts inside one sentence, if a rule sees such."""
    if inside := _inside(looked, i):
        return [max(inside, key=lambda pair: pair.score)]
    if looked.read[i].both_sides:
        return [Pair(2 * float(looked.about[i]) + _SAID, _SAID, i, i, frozenset({"contrast"}))]
    return []


def _pair(wanted: Asked, looked: Looked, i: int, j: int, outlets: frozenset[str], newest: date | None) -> Pair:
    first, second = looked.read[i], looked.read[j]
    own, near = first.id == second.id, looked.near(i, j)
    value, how, a, b = 0.0, set(), None, None
    if wanted.numeric:
        differing = _differing(looked.given[i], looked.given[j], near=near)
        if differing is None:
            value -= 0.3
        else:
            rivalry, a, b = differing
            value += rivalry + 0.3 * bool(wanted.numbers & {a.low, b.low})
            how.add("number")
    if near:
        contrast = _contrast(wanted, looked, i, j, outlets)
        value += 0.8 * contrast
        if contrast > 0.2:
            how.add("contrast")
    elif not own:
        turn = 0.3 * float(looked.alike[i, j]) - 0.1 + _turn(wanted, first, second, outlets, newest)
        turn += 0.5 * looked.apart(i, j)
        value += turn
        if turn > 0.15:
            how.add("turn")
    if first.day and second.day and abs((first.day - second.day).days) > _STALE:
        value -= 0.5
    if wanted.who_said and not wanted.two_sides:
        value -= 0.4
    return Pair(float(looked.about[i] + looked.about[j]) + value, value, i, j, frozenset(how), a, b)


def _differing(one: list[Given], other: list[Given], *, near: bool) -> tuple[float, Amount, Amount] | None:
    """Return the numbers of two sentences that most surely differ on one thing, and how surely, 0 to 1."""
    best = None
    for a in one:
        for b in other:
            same = _same_thing(a.amount, b.amount)
            bare = a.amount.bare or b.amount.bare
            if not same or a.amount.agrees(b.amount):
                continue
            alike = 0.8 if bare and near else float(a.around @ b.around)
            least = 0.7 if a.amount.kind == b.amount.kind and a.amount.kind in PEOPLE else 0.25
            value = same * min(a.fit, b.fit) * (least + (1 - least) * min(1.0, max(0.0, alike) / 0.6))
            if value >= _NUMBERS_FROM and (best is None or value > best[0]):
                best = (value, a.amount, b.amount)
    return best


def _same_thing(a: Amount, b: Amount) -> float:
    """Return how surely two numbers are given for the same thing, by their kinds and things, 0 to 1."""
    if a.kind and b.kind:
        if a.kind != b.kind:
            return 0.0
        if a.things and b.things and a.kind not in PEOPLE:
            return 1.0 if a.things & b.things else 0.6
        return 0.9
    if a.things & b.things:
        return 0.9 if a.kind == b.kind else 0.5
    return 0.5 if a.bare or b.bare else 0.0


def _inside(looked: Looked, i: int) -> list[Pair]:
    """Return the pairs of rival numbers inside one sentence, which itself says that they are."""
    reading, given, found = looked.read[i], looked.given[i], []
    for number, a in enumerate(given):
        for b in given[number + 1 :]:
            if b.amount.things and not a.amount.things & b.amount.things:
                continue
            same = 0.0 if a.amount.agrees(b.amount) else _same_thing(a.amount, b.amount)
            between = reading.text[a.amount.end : b.amount.start]
            cued = reading.contradicts or reading.supersedes or reading.announces or ";" in between
            if same and cued:
                value = 0.9 * same * max(a.fit, b.fit)
                score = 2 * float(looked.about[i]) + value
                found.append(Pair(score, value, i, i, frozenset({"inside"}), a.amount, b.amount))
    return found


def _contrast(wanted: Asked, looked: Looked, early: int, late: int, outlets: frozenset[str]) -> float:
    """Return how surely two sentences close to one another are two sides."""
    read = looked.read
    first, second = read[early], read[late]
    heading = any(read[n].announces for n in range(max(0, early - 1), late + 1) if read[n].id == first.id)
    value = 0.5 * looked.apart(early, late) + 0.2 * (wanted.moved_on and not wanted.numeric and not outlets)
    value += 0.55 * second.contradicts + 0.25 * heading + 0.15 * second.supersedes + 0.15 * wanted.two_sides
    value += 0.3 * bool(first.speaker and second.speaker and first.speaker != second.speaker)
    for reading in (first, second):
        value -= 0.35 * reading.only_announces + 0.2 * (len(reading.words) < 5)
    return value - 0.08 * (late - early - 1)


def _turn(wanted: Asked, first: Reading, second: Reading, outlets: frozenset[str], newest: date | None) -> float:
    """Return how surely one article says otherwise than another: the opposite, or what came of it later."""
    value = 0.5 * ((wanted.open or wanted.moved_on) and _opposite(first, second))
    if first.day and second.day and first.day != second.day:
        late = first if first.day > second.day else second
        value += 0.15 * wanted.moved_on + 0.15 * late.supersedes + 0.15 * (wanted.moved_on and late.day == newest)
    both = {first.outlet, second.outlet}
    if outlets and len(both) > 1:
        value += 0.3 * (len(outlets) > 1 and both <= outlets) + 0.15 * (len(outlets & both) == 1)
    return value


def _opposite(first: Reading, second: Reading) -> bool:
    """Tell whether one denies what the other says: a word is denied in one and stands in the other."""
    denied = (first.denied & second.stems - second.denied) | (second.denied & first.stems - first.denied)
    return bool(denied) and len(first.stems & second.stems) >= 2
