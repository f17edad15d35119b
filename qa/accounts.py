"""Who says what differently: values given for one thing by several sources, as an update or a dispute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Literal, NamedTuple

import numpy as np

from index.records import Article, Evidence
from index.terms import stems_of
from qa.answer import Account, Citation, Claim
from qa.asked import Asked, asked
from qa.differing import least, likely, supersedes
from qa.evidence import MOST_SENTENCES, MOST_WORDS, Quote, overlap, past_opening, quote_of, shortened
from qa.reading import Looked, Reading, look, readings
from qa.rivals import Pair, proposed
from qa.values import Amount, days, names

MOST_CLAIMS = 4
"""Accounts that are shown at most."""
_ANSWERS, _WITHIN = 0.2, 2.0
"""Of readings of undated sources, in standard deviations of the scores of sentences: what it counts that one holds a
thing of the kind asked for, and how far below the best one it may be. Of 0 to 0.2, and of 1 to 3, the best on the
even lines of RAMDocs without abstaining; measure again with `dateline-eval ramdocs --half even`."""
_FITS = 0.5
"""How well a number fits what is asked that stands for what a sentence says."""
_LEAST = 10
"""Words to which a quote is not cut down any further."""
_SAME = 0.7
"""Share of a sentence's content words that an account may repeat before it is the same one."""


class Value(NamedTuple):
    """What one account gives, and its quote; `said`: it is told as an account, else it is only quoted beside others."""

    text: str
    quote: Quote
    said: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources say differently: the values, in the order shown.

    `kind` is None where they are readings of several sources that do not differ. Of those that are not surely
    different none is said to be: the quotes stand side by side, and a reader is left to judge.
    """

    kind: Literal["dispute", "update"] | None
    values: tuple[Value, ...]


def find(question: str, evidence: Sequence[Evidence]) -> Found | None:
    """Return how the sources differ on what is asked, or None: they do not, or nothing shows it.

    The sentence that answers best is one of the accounts.
    """
    read, wanted = readings(evidence), asked(question)
    if len(read) < 2 or not wanted.weights:
        return None
    looked = look(wanted, read)
    found = likely(wanted, looked, proposed(wanted, looked))
    return _differ(wanted, looked, found) if found else _by_source(wanted, looked)


def quotes(found: Found | None, plain: Sequence[Quote]) -> list[Quote]:
    """Return what to quote: each account once, then of the plain answer what there is room for.

    Of accounts that stand side by side, the one that the plain answer begins with comes first; those that only may
    differ come after what it begins with.
    """
    if found is None or not found.values:
        return list(plain)
    best, chosen = plain[:1], list[Quote]()
    given = sorted(_fitted(found.values), key=lambda one: found.kind != "update" and not _among(one, best))
    if count(found):
        chosen = [quote for number, quote in enumerate(given) if not _among(quote, given[:number])]
    for number, quote in enumerate((*best, *given, *plain[1:])):
        room = len(chosen) < (MOST_SENTENCES if number else MOST_CLAIMS)
        room = room and sum(len(one.text.split()) for one in (*chosen, quote)) <= MOST_WORDS
        if room and not _among(quote, chosen):
            chosen.append(quote)
    return chosen


def _among(quote: Quote, others: Sequence[Quote]) -> bool:
    return any(overlap(quote, other) for other in others)


def only_said(found: Found | None) -> Found | None:
    """Return only the accounts that are said to differ."""
    return replace(found, values=tuple(value for value in found.values if value.said)) if found else None


def count(found: Found | None) -> int:
    """Return how many of the quotes are accounts, and must be shown; none where none is said to be one."""
    values = found.values if found and any(value.said for value in found.values) else ()
    return len({(value.quote.article.id, value.quote.start) for value in values})


def told(question: str, found: Found | None, citations: Sequence[Citation]) -> tuple[Account, ...]:
    """Return the accounts of an answer, each claim with the citation whose quote carries its value."""
    if found is None or found.kind is None:
        return ()
    numbers = {(citation.article_id, citation.start): citation.n for citation in citations}
    claims = tuple(
        _claim(value, quote.article, n)
        for value, quote, said in found.values
        if said and (n := numbers.get((quote.article.id, quote.start)))
    )
    return (Account(question.rstrip("? "), found.kind, claims),) if len(claims) > 1 else ()


def _claim(value: str, article: Article, n: int) -> Claim:
    """Return a value with who gives it, and since when: of a changed article, since the change."""
    changed = article.visible_from != article.published
    return Claim(value, article.name, article.visible_from, n, "day" if changed else article.published_precision)


def notes(accounts: Sequence[Account]) -> tuple[str, ...]:
    """Return what a reader is told of the accounts, in a sentence each."""
    return tuple(_note(account) for account in accounts)


def _note(account: Account) -> str:
    if account.kind == "dispute":
        return "Accounts differ."
    newest, *before = account.claims
    said = "; ".join(f"“{claim.value}” ({claim.source})" for claim in before)
    return f"The newest is “{newest.value}” ({newest.source}); before that {said}."


def _differ(wanted: Asked, looked: Looked, found: Sequence[tuple[float, Pair]]) -> Found:
    """Return the likeliest pair as accounts, with what other pairs add to it; said to be where that is sure enough."""
    read, sure = looked.read, least("said")
    share, best = found[0]
    chosen = [(best.i, best.a, share >= sure), (best.j, best.b, share >= sure)]
    for share, pair in found[1:]:
        if len(chosen) == MOST_CLAIMS:
            break
        places = {place for place, _, _ in chosen}
        if (pair.i in places) == (pair.j in places):
            continue
        other, amount = (pair.j, pair.b) if pair.i in places else (pair.i, pair.a)
        if wanted.numeric:
            amount = amount or _number(looked, other)
        if _adds(read, chosen, other, amount):
            chosen.append((other, amount, share >= sure))
    values = [Value(_value(read[place], amount), _quote(read[place]), said) for place, amount, said in chosen]
    if best.i == best.j and not best.a and (sides := read[best.i].both_sides):
        values[:2] = [Value(side[past_opening(side) :], *values[0][1:]) for side in sides]
    places = {place for place, _, said in chosen if said}
    if not supersedes(wanted, looked, best) and not _newest_supersedes(wanted, looked, best, places):
        return Found("dispute", tuple(values))
    if best.i != best.j and len({value.quote.article.id for value in values}) == 1:
        values.sort(key=lambda value: -value.quote.start)
    values.sort(key=lambda value: value.quote.article.visible_from or date.min, reverse=True)
    return Found("update", tuple(values))


def _newest_supersedes(wanted: Asked, looked: Looked, best: Pair, places: set[int]) -> bool:
    """Tell whether of more than two accounts the newest takes the place of each other one."""
    newest = max(places, key=lambda place: looked.read[place].day or date.min, default=best.i)
    others = places - {newest}
    pairs = [replace(best, i=min(newest, other), j=max(newest, other)) for other in others]
    later = all(looked.read[newest].follows(looked.read[other]) for other in others)
    return len(others) > 1 and later and all(supersedes(wanted, looked, pair) for pair in pairs)


def _number(looked: Looked, place: int) -> Amount | None:
    """Return the number of a sentence that surely fits what is asked, or None."""
    best = max(looked.given[place], key=lambda given: given.fit, default=None)
    return best.amount if best and best.fit >= _FITS else None


def _adds(
    read: list[Reading], chosen: Sequence[tuple[int, Amount | None, bool]], other: int, amount: Amount | None
) -> bool:
    stems = read[other].stems
    for place, value, _ in chosen:
        if (amount and value and amount.agrees(value)) or len(stems & read[place].stems) > _SAME * len(stems):
            return False
    return True


def _by_source(wanted: Asked, looked: Looked) -> Found | None:
    """Return a reading of each of the best sources, where nothing says which is the later: they are undated."""
    first: dict[str, int] = {}
    scores = np.array([reading.sentence.score for reading in looked.read])
    ranked = scores / (scores.std() or 1.0) + _ANSWERS * looked.fits
    for number in np.argsort(-ranked, kind="stable").tolist():
        if ranked[number] >= ranked.max() - _WITHIN:
            first.setdefault(looked.read[number].id, number)
    chosen = list(takewhile(lambda number: looked.read[number].day is None, first.values()))[:MOST_CLAIMS]
    if len(chosen) < 2:
        return None
    values, keys = [], set()
    for number in chosen:
        reading = looked.read[number]
        best = max(looked.given[number], key=lambda given: given.fit, default=None)
        amount = best.amount if best else None
        values.append(Value(_value(reading, amount), _quote(reading)))
        keys.add(_key(wanted, reading, amount))
    return Found("dispute" if len(keys) > 1 else None, tuple(values))


def _key(wanted: Asked, reading: Reading, amount: Amount | None) -> frozenset[str]:
    """Return what a reading answers with, the same for the same answer; the whole reading where that is not known."""
    if amount:
        return frozenset({f"{amount.low:g} {amount.high:g} {amount.kind}"})
    spans = days(reading.text) if wanted.query.asked == "date" else names(reading.text)
    own = {reading.text[a:b].lower() for a, b in spans}
    new = {name for name in own if not stems_of(name) <= wanted.weights.keys()}
    return frozenset(new) or reading.stems


def _value(reading: Reading, amount: Amount | None) -> str:
    return reading.text[amount.start : amount.end] if amount else reading.claim


def _quote(reading: Reading) -> Quote:
    return quote_of(reading.item, reading.sentence)


def _fitted(values: Sequence[Value]) -> list[Quote]:
    """Return the quotes of the values, the longest cut until an answer may quote all, never before a value."""
    most = max(len(value.quote.text.split()) for value in values)
    while True:
        fitted = [_cut(value.text, value.quote, most) for value in values]
        lengths = {(quote.article.id, quote.start): len(quote.text.split()) for quote in fitted}
        if most <= _LEAST or sum(lengths.values()) <= MOST_WORDS:
            return fitted
        most -= 1


def _cut(value: str, quote: Quote, most: int) -> Quote:
    text = quote.text
    if len(text.split()) <= most:
        return quote
    needed = text.find(value) + len(value) if value in text else 0
    end = max(shortened(text, most), needed)
    return replace(quote, end=quote.start + end) if any(map(str.isalnum, text[end:])) else quote
