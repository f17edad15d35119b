"""Who says what differently: values given for one thing by several sources, as an update or a dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from index.records import Evidence
from index.terms import words
from qa.answer import Account, Citation, Claim
from qa.asked import Asked, asked
from qa.evidence import MOST_SENTENCES, MOST_WORDS, Quote, shortened
from qa.reading import Looked, Reading, look, readings
from qa.rivals import Pair, pairs
from qa.values import Amount, days, names

MOST_CLAIMS = 4
"""Accounts that are shown at most."""
MOST_SOURCES = 3
"""Undated sources of which a reading each is shown."""
_ALSO = 0.6
"""How far below the best pair another may score that adds an account."""
_SAME = 0.7
"""Share of a sentence's content words that an account may repeat before it is the same one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources say differently: for each claim its value and its quote, in the order shown.

    `kind` is None where the claims are readings of several sources that do not differ.
    """

    kind: Literal["dispute", "update"] | None
    claims: tuple[tuple[str, Quote], ...]


def find(question: str, evidence: Sequence[Evidence]) -> Found | None:
    """Return how the sources differ on what is asked, or None: they do not, or nothing shows it."""
    read, wanted = readings(evidence), asked(question)
    if len(read) < 2 or not wanted.weights:
        return None
    looked = look(wanted, read)
    found = pairs(wanted, looked)
    return _claimed(read, found) if found else _by_source(wanted, looked)


def quotes(found: Found | None, plain: Sequence[Quote]) -> list[Quote]:
    """Return what to quote: each account once, then of the plain answer what there is room for."""
    if found is None:
        return list(plain)
    chosen: list[Quote] = []
    for quote in _fitted(found.claims):
        if not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
    for number, quote in enumerate(plain):
        room = len(chosen) < (MOST_SENTENCES if number else MOST_CLAIMS)
        if room and not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
    return chosen


def count(found: Found | None) -> int:
    """Return how many of the quotes are accounts, and must be shown."""
    return len({quote.start for _, quote in found.claims}) if found else 0


def told(question: str, found: Found | None, citations: Sequence[Citation]) -> tuple[Account, ...]:
    """Return the accounts of an answer, each claim with the citation whose quote carries its value."""
    if found is None or found.kind is None:
        return ()
    numbers = {(citation.article_id, citation.start): citation.n for citation in citations}
    claims = tuple(
        Claim(value, quote.article.name, quote.article.published, numbers[quote.article.id, quote.start])
        for value, quote in found.claims
        if (quote.article.id, quote.start) in numbers
    )
    return (Account(question.rstrip("? "), found.kind, claims),) if len(claims) > 1 else ()


def notes(accounts: Sequence[Account]) -> tuple[str, ...]:
    """Return what a reader is told of the accounts, in a sentence each."""
    return tuple(_note(account) for account in accounts)


def _note(account: Account) -> str:
    if account.kind == "dispute":
        return "Accounts differ."
    newest, *before = account.claims
    said = "; ".join(f"“{claim.value}” ({claim.source})" for claim in before)
    return f"The newest is “{newest.value}” ({newest.source}); before that {said}."


def _claimed(read: list[Reading], found: Sequence[Pair]) -> Found:
    """Return the best pair as accounts, with what other pairs add to it."""
    best = found[0]
    if best.i == best.j and best.a and best.b:
        reading = read[best.i]
        claims = [(_value(reading, amount), _quote(reading)) for amount in (best.a, best.b)]
        return Found("update" if reading.supersedes and not reading.contradicts else "dispute", tuple(claims))
    chosen = {best.i: best.a, best.j: best.b}
    for pair in found[1:]:
        if pair.score < best.score - _ALSO or len(chosen) == MOST_CLAIMS:
            break
        if (pair.i in chosen) == (pair.j in chosen):
            continue
        other, amount = (pair.j, pair.b) if pair.i in chosen else (pair.i, pair.a)
        if _adds(read, chosen, other, amount):
            chosen[other] = amount
    claims = [(_value(read[number], amount), _quote(read[number])) for number, amount in chosen.items()]
    if "contrast" not in best.how and len({quote.article.published for _, quote in claims} - {None}) > 1:
        claims.sort(key=lambda claim: claim[1].article.published or date.min, reverse=True)
        return Found("update", tuple(claims))
    return Found("dispute", tuple(claims))


def _adds(read: list[Reading], chosen: Mapping[int, Amount | None], other: int, amount: Amount | None) -> bool:
    stems = read[other].stems
    for number, value in chosen.items():
        if (amount and value and amount.agrees(value)) or len(stems & read[number].stems) > _SAME * len(stems):
            return False
    return True


def _by_source(wanted: Asked, looked: Looked) -> Found | None:
    """Return a reading of each of the best sources, where nothing says which is the later: they are undated."""
    first: dict[str, int] = {}
    for number in np.argsort(-looked.about, kind="stable").tolist():
        first.setdefault(looked.read[number].id, number)
    chosen = list(first.values())[:MOST_SOURCES]
    if len(chosen) < 2 or any(looked.read[number].day for number in chosen):
        return None
    claims, keys = [], set()
    for number in chosen:
        reading = looked.read[number]
        best = max(looked.given[number], key=lambda given: given.fit, default=None)
        amount = best.amount if best else None
        claims.append((_value(reading, amount), _quote(reading)))
        keys.add(_key(wanted, reading, amount))
    return Found("dispute" if len(keys) > 1 else None, tuple(claims))


def _key(wanted: Asked, reading: Reading, amount: Amount | None) -> frozenset[str]:
    """Return what a reading answers with, the same for the same answer; the whole reading where that is not known."""
    if amount:
        return frozenset({f"{amount.low:g} {amount.high:g} {amount.kind}"})
    spans = days(reading.text) if wanted.query.asked == "date" else names(reading.text)
    own = {reading.text[a:b].lower() for a, b in spans}
    new = {name for name in own if not {word.stem for word in words(name)} <= wanted.weights.keys()}
    return frozenset(new) or reading.stems


def _value(reading: Reading, amount: Amount | None) -> str:
    return reading.text[amount.start : amount.end] if amount else reading.claim


def _quote(reading: Reading) -> Quote:
    sentence = reading.sentence
    return Quote(reading.item.article, sentence.start, sentence.end, sentence.confidence, reading.item.copies)


def _fitted(claims: Sequence[tuple[str, Quote]]) -> list[Quote]:
    """Return the quotes of the claims, the longest cut to the words an answer may quote, never before their values."""
    lengths = sorted(len(quote.text.split()) for _, quote in claims)
    left = most = MOST_WORDS
    for place, length in enumerate(lengths):
        most = left // (len(lengths) - place)
        if length > most:
            break
        left -= length
    fitted = []
    for value, quote in claims:
        text = quote.text
        cut = shortened(text, most) if len(text.split()) > most else len(text)
        needed = text.find(value) + len(value) if value in text else 0
        fitted.append(replace(quote, end=quote.start + max(cut, needed)))
    return fitted


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end
