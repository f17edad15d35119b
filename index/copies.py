"""Near-copies: MinHash signatures to find them by, and the rule that tells a copy from an update.

Two articles are copies of one report when at least 75 % of the five-word runs of the shorter stand in the longer one,
whatever was added or cut, unless

- a sentence of one is a sentence of the other with another figure or name in it: that is an update or another account,
  and must not be hidden; or
- one outlet printed them on different days and changed more than 5 %: that is its own update; or
- one outlet printed them and neither opens as the other goes: they share what it prints under articles of a kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

import numpy as np
from rensa import RMinHash

from index.records import Article
from index.sentences import sentence_spans

Relation = Literal["copy", "update", "other"]

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

_MOST_RENAMED = 0.25
"""Share of the words of a sentence that may be other names."""

_PLURAL = frozenset(("are", "were", "have"))
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
    """Return the MinHash signature over the five-word runs of a text: of each of 128 hashes the last 16 bits."""
    hashes = RMinHash(num_perm=_HASHES, seed=_SEED)
    hashes.update(_runs(_tokens(text)))
    return np.array(hashes.digest(), "<u4").astype("<u2").tobytes()


def bands(packed: bytes) -> list[int]:
    """Return the numbers, of 32 bits, under which a signature is filed: texts that share one may be near-copies."""
    size = _BAND * 2
    return [
        int.from_bytes(blake2b(start.to_bytes(2) + packed[start : start + size], digest_size=4).digest(), signed=True)
        for start in range(0, len(packed), size)
    ]


def may_be_copies(a: bytes, b: bytes) -> bool:
    """Tell from two signatures whether it is worth comparing the texts."""
    return float(np.mean(np.frombuffer(a, "<u2") == np.frombuffer(b, "<u2"))) >= _LEAST_LIKE


def compare(a: Article, b: Article) -> Relation:
    """Tell whether two articles are copies of one report by the rule above, or one updates the other, or neither."""
    one, other = _facts(a.text), _facts(b.text)
    if one.runs == other.runs:
        return "copy"
    if _any_differ(one.sentences, other.sentences):
        return "update"
    shorter, longer = sorted((len(one.runs), len(other.runs)))
    common = len(one.runs & other.runs)
    if shorter < _LEAST_RUNS or common < SAME * shorter:
        return "other"
    if a.name == b.name:
        if a.published != b.published and common < _UNCHANGED * longer:
            return "update"
        if max(_share(one.opening, other.runs), _share(other.opening, one.runs)) < _OPENS_ALIKE:
            return "other"
    return "copy"


def differ(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether a sentence of `a` is one of `b` but for a figure or a name: each has one that the other has not."""
    return _any_differ(tuple(map(_sentence, a)), tuple(map(_sentence, b)))


def figures(text: str) -> frozenset[str]:
    """Return the figures that a text names, in digits or words up to 99, as plain digits; `one` is no figure."""
    return _figures(_tokens(text))


def _figures(tokens: Sequence[str]) -> frozenset[str]:
    found = set()
    tens = 0
    for token in tokens:
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


class _Sentence(NamedTuple):
    """A sentence, its words as printed, the figures that it names, and its other words in lower case."""

    text: str
    printed: tuple[str, ...]
    figures: frozenset[str]
    words: frozenset[str]


class _Facts(NamedTuple):
    """What two texts are compared by: their five-word runs, those they open with, and their sentences."""

    runs: frozenset[int]
    opening: tuple[int, ...]
    sentences: tuple[_Sentence, ...]


@lru_cache(maxsize=256)
def _facts(text: str) -> _Facts:
    runs = [hash(run) for run in _runs(_tokens(text))]
    sentences = tuple(_sentence(text[start:end]) for start, end in sentence_spans(text))
    return _Facts(frozenset(runs), tuple(runs[:_OPENING]), sentences)


def _sentence(text: str) -> _Sentence:
    tokens = _tokens(text)
    words = frozenset(t for t in tokens if not t[0].isdigit() and t not in _UNITS and t not in _TENS)
    return _Sentence(text, tuple(_TOKEN.findall(text)), _figures(tokens), words)


def _any_differ(a: Sequence[_Sentence], b: Sequence[_Sentence]) -> bool:
    said, also = {sentence.text for sentence in a}, {sentence.text for sentence in b}
    only_b = [sentence for sentence in b if sentence.text not in said]
    return any(_recounted(x, y) or _renamed(x, y) for x in a if x.text not in also for y in only_b)


def _recounted(x: _Sentence, y: _Sentence) -> bool:
    """Tell whether a sentence is another one with another figure."""
    if not (x.figures - y.figures and y.figures - x.figures):
        return False
    return len(x.words & y.words) >= _ALIKE * len(x.words | y.words)


def _renamed(x: _Sentence, y: _Sentence) -> bool:
    """Tell whether a sentence is another one, word for word, with another name or weekday; Aug is no other August."""
    if len(x.printed) != len(y.printed):
        return False
    pairs = list(zip(x.printed, y.printed, strict=True))
    if len(pairs) > 1 and pairs[1][0] in _PLURAL and all(word.endswith("s") for word in pairs[0]):
        pairs = pairs[1:]  # "Diggers were": things, with a capital that any sentence begins with
    changed = [(old, new) for old, new in pairs if old.lower() != new.lower()]
    return 0 < len(changed) <= _MOST_RENAMED * len(x.printed) and all(
        old[0].isupper() and new[0].isupper() and not old.startswith(new) and not new.startswith(old)
        for old, new in changed
    )


def _share(runs: Sequence[int], others: frozenset[int]) -> float:
    """Return the share of runs that stand in another text."""
    return sum(run in others for run in runs) / len(runs)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _runs(tokens: list[str]) -> list[str]:
    """Return every run of five words; of a shorter text, the text itself."""
    if len(tokens) < _RUN:
        return [" ".join(tokens)]
    return [" ".join(run) for run in zip(*(tokens[start:] for start in range(_RUN)), strict=False)]
