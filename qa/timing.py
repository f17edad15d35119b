"""How near what was found is to the time that is asked about, and the order that follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from statistics import median

from index.periods import Period
from index.records import Evidence, Sentence
from index.terms import content_stems, stems_of
from index.timewords import read
from qa.evidence import confidence, considered
from qa.when import When

LAG = 10
"""Days after an event in which reports of it mostly appear; for a month or a year, a quarter of its days."""
_LEAST_STEP = 2.0
"""A perfect fit adds to a score as much as the best stands above the middle one, at least this."""
_ODDS = 1.5
"""Log-odds that an answer gains from a perfect fit over none."""
_VAGUE = 0.6
"""Fit of a sentence that names a stretch far longer than the one that is asked about."""
_AFTERWARDS = 0.9
"""Fit of an undated sentence in an article from just after the time."""
_ABOUT = 0.75
"""Share of the question's words, of those that any passage has, from which a passage is about the same thing."""
_HALF = 0.5
_LIKELY = 0.6
"""Share of the best sentence's confidence from which one answers as likely, where the latest is asked for."""
_OLDER = 0.6
"""What each newer day with a report of the same thing leaves of a report where the latest is asked for."""


def prefer(evidence: Sequence[Evidence], asked: When, told: Sequence[str] = ()) -> list[Evidence]:
    """Return the evidence with what is about the time asked for moved up, sentences and passages, ranked anew.

    What was `told` before is moved down.
    """
    sentences = [sentence for item in evidence for sentence in item.sentences]
    if not (asked or told) or not sentences:
        return list(evidence)
    topical = _topical(evidence, asked.about)
    days = sorted({
        item.article.published
        for item, topic in zip(evidence, topical, strict=True)
        if item.article.published and topic >= _ABOUT
    })  # fmt: skip
    scores = [sentence.score for sentence in sentences]
    step = max(max(scores) - median(scores), _LEAST_STEP)
    passages = [item.score for item in evidence]
    wide = max(max(passages) - median(passages), _LEAST_STEP)
    moved = []
    for item, topic in zip(evidence, topical, strict=True):
        fits = [
            _counts(topic, asked) * fit(sentence.text, item.article.published, asked, days) - _repeats(sentence, told)
            for sentence in item.sentences
        ]
        found = [_moved(s, share, step) for s, share in zip(item.sentences, fits, strict=True)]
        moved.append(replace(item, sentences=_ordered(found), score=item.score + wide * max(fits, default=0.0)))
    if asked.latest:
        moved = _newest_first(moved)
    moved.sort(key=lambda item: (-item.score, item.rank))
    return [replace(item, rank=rank) for rank, item in enumerate(moved, start=1)]


def _newest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence with the newest of the sentences that likely answer before all others."""
    pairs, best = considered(evidence), confidence(evidence)
    likely = [(sentence, item) for sentence, item in pairs if sentence.confidence >= _LIKELY * best]
    likely.sort(key=lambda pair: (pair[1].article.published or date.min, pair[0].score))
    top = pairs[0][0].score
    scores = {id(sentence): top + place for place, (sentence, _) in enumerate(likely, start=1)}
    return [
        replace(item, sentences=_ordered(replace(s, score=scores.get(id(s), s.score)) for s in item.sentences))
        for item in evidence
    ]


def _ordered(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    return tuple(sorted(sentences, key=lambda sentence: (-sentence.score, sentence.start)))


def fit(text: str, published: date | None, asked: When, days: Sequence[date] = ()) -> float:
    """Return from 0 to 1 how near a sentence of an article is to the time asked for; half where nothing tells.

    What the sentence itself dates counts most, then the day of its article. `days` are those of all that is about
    the thing, ascending: the latest of them is worth most.
    """
    own = [mention.window for mention in read(text, published)]
    shares = [_fit_to(window, own, published) for window in asked.windows]
    share = max(shares, default=1.0)
    if asked.latest:
        told = max((period.last for period in own if period.last), default=None)
        day = min(filter(None, (told, published)), default=None)
        share *= _OLDER ** sum(other > day for other in days) if day else 0.5
    return share


def lag_of(window: Period) -> int:
    """Return in how many days after a time reports of it mostly appear."""
    return max(LAG, (window.days or 0) // 4)


def _fit_to(window: Period, own: list[Period], published: date | None) -> float:
    lag = lag_of(window)
    if own:
        best = min(own, key=window.gap)
        if gap := window.gap(best):
            return 0.5 * math.exp(-gap / lag)
        wide = window.days is not None and (best.days is None or best.days > 4 * window.days)
        return _VAGUE if wide else 1.0
    if published is None:
        return 0.5
    if window.first and published < window.first:
        return 0.0
    late = (published - window.last).days if window.last and published > window.last else 0
    return _AFTERWARDS * math.exp(-late / (lag if window.first else 180)) if late else 1.0


def _moved(sentence: Sentence, share: float, step: float) -> Sentence:
    odds = sentence.confidence / max(1e-9, 1 - sentence.confidence) * math.exp(_ODDS * (share - 0.5))
    return replace(sentence, score=sentence.score + step * share, confidence=odds / (1 + odds))


def _counts(topic: float, asked: When) -> float:
    """Return what a fit counts for in a passage about the thing or, less, about something else."""
    return min(1.0, topic / _ABOUT if asked.latest else 3 * topic)


def _repeats(sentence: Sentence, told: Sequence[str]) -> float:
    """Return the share of a sentence's content words that was told before, where it is most of them."""
    if not told:
        return 0.0
    held = content_stems(sentence.text)
    shares = [len(held & stems_of(text)) / len(held) for text in told if held]
    return share if (share := max(shares, default=0.0)) > _HALF else 0.0


def _topical(evidence: Sequence[Evidence], about: str) -> list[float]:
    """Return from 0 to 1 how many of the question's content words each passage or its title has, the best one 1."""
    wanted = content_stems(about)
    shares = [len(wanted & stems_of(f"{item.article.title or ''} {item.passage.text}")) for item in evidence]
    best = max(shares, default=0)
    return [share / best if best else 1.0 for share in shares]
