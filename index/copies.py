"""Near-copies: MinHash signatures to find them by, and the rule that tells a copy from an update.

Two articles are copies of one report when at least 75 % of the five-word runs of the shorter stand in the longer one,
whatever was added or cut, unless

- a sentence of one is a sentence of the other with another figure in it: that is an update or another account, and
  must not be hidden; or
- one outlet printed them on different days and changed more than 5 %: that is its own update; or
- one outlet printed them and neither opens as the other goes: they share what it prints under articles of a kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from rensa import RMinHash

from index.records import Article
from index.sentences import sentence_spans

SAME = 0.75
"""Share of the five-word runs of the shorter text in the longer one. Read over RealTimeQA 2022: from 0.6 to 0.75 most
pairs share only what an outlet prints under all its articles of a kind."""
_UNCHANGED = 0.95
"""The same share, of the longer text too, for articles of one outlet on different days."""
_OPENING = 100
"""Runs that an article opens with."""
_OPENS_ALIKE = 0.5
"""Share of the opening of one of two articles of one outlet that must stand in the other. In RealTimeQA 2022 and 2023
copies have at least 0.66, articles on one topic with a long common part at most 0.49."""
_RUN = 5
_HASHES = 128
_BAND = 4
"""Hashes in a band: two texts meet in one of 32 bands with probability 0.58 at a Jaccard of 0.4, 0.88 at 0.5."""
_SEED = 1
_LEAST_LIKE = 0.25
"""Estimated Jaccard below which the texts are not compared: a copy cut to a quarter is missed."""
_LEAST_RUNS = 20
"""Runs of a text that is too short to tell a copy from a coincidence."""
_ALIKE = 0.6
"""Share of the words of two sentences in common, figures aside, from which one is the other rewritten."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}


def signature(text: str) -> bytes:
    """Return the MinHash signature over the five-word runs of a text: 128 unsigned 32-bit integers."""
    hashes = RMinHash(num_perm=_HASHES, seed=_SEED)
    hashes.update(_runs(_tokens(text)))
    return np.array(hashes.digest(), "<u4").tobytes()


def bands(packed: bytes) -> list[int]:
    """Return the numbers under which a signature is filed: texts that share one may be near-copies."""
    size = _BAND * 4
    found = []
    for start in range(0, len(packed), size):
        digest = blake2b(start.to_bytes(2) + packed[start : start + size], digest_size=8).digest()
        found.append(int.from_bytes(digest, "little", signed=True))
    return found


def may_be_copies(a: bytes, b: bytes) -> bool:
    """Tell from two signatures whether it is worth comparing the texts."""
    return float(np.mean(np.frombuffer(a, "<u4") == np.frombuffer(b, "<u4"))) >= _LEAST_LIKE


def are_copies(a: Article, b: Article) -> bool:
    """Tell whether two articles are copies of one report, by the rule above."""
    in_order, others_in_order = _runs(_tokens(a.text)), _runs(_tokens(b.text))
    runs, others = frozenset(in_order), frozenset(others_in_order)
    if runs == others:
        return True
    shorter, longer = sorted((len(runs), len(others)))
    common = len(runs & others)
    if shorter < _LEAST_RUNS or common < SAME * shorter:
        return False
    if a.name == b.name:
        if a.published != b.published and common < _UNCHANGED * longer:
            return False
        if max(_opening(in_order, others), _opening(others_in_order, runs)) < _OPENS_ALIKE:
            return False
    return not is_update(a, b)


def is_update(a: Article, b: Article) -> bool:
    """Tell whether a sentence of one article is one of the other but for a figure."""
    return figures_differ(_sentences(a.text), _sentences(b.text))


def figures_differ(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether a sentence of `a` is one of `b` but for a figure: each names one that the other does not."""
    only_a, only_b = (
        [(figures(text), _content(text)) for text in these if text not in those]
        for these, those in ((a, frozenset(b)), (b, frozenset(a)))
    )
    return any(
        x - y and y - x and len(words & others) >= _ALIKE * len(words | others)
        for x, words in only_a
        if x
        for y, others in only_b
        if y
    )


def figures(text: str) -> frozenset[str]:
    """Return the figures that a text names, in digits or words up to 99, as plain digits; `one` is no figure."""
    found = set()
    tens = 0
    for token in _tokens(text):
        if token[0].isdigit():
            found.add(token.replace(",", ""))
        elif token in _TENS:
            found.add(str(_TENS[token]))
        elif _UNITS.get(token, 0) > 1 or (tens and token == "one"):
            number = _UNITS[token]
            if tens and number < 10:
                found.discard(str(tens))
                number += tens
            found.add(str(number))
        tens = _TENS.get(token, 0)
    return frozenset(found)


def _content(text: str) -> frozenset[str]:
    return frozenset(
        token for token in _tokens(text) if not token[0].isdigit() and token not in _UNITS and token not in _TENS
    )


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _opening(in_order: Sequence[str], others: frozenset[str]) -> float:
    """Return the share of the runs that a text opens with that stand in another text."""
    opening = in_order[:_OPENING]
    return sum(run in others for run in opening) / len(opening)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _runs(tokens: list[str]) -> list[str]:
    """Return every run of five words; of a shorter text, the text itself."""
    if len(tokens) < _RUN:
        return [" ".join(tokens)]
    return [" ".join(run) for run in zip(*(tokens[start:] for start in range(_RUN)), strict=False)]
