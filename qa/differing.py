"""Whether two sentences give different accounts of what is asked, and the later supersedes the earlier.

Each pair is read by the cross-encoder, and what it reads is weighed with what rules say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.cross import Head, default_cross_encoder, together
from qa.asked import Asked
from qa.reading import Looked, Reading
from qa.rivals import Pair

WEIGHTS = Path(__file__).parent / "differing.json"
"""The weights of both, and the least probability of accounts that are quoted, and of those that are said to differ,
made by `python -m eval fit-accounts`."""
FEATURES = (
    "read",
    "least_answering",
    "most_answering",
    "least_about",
    "most_about",
    "rivalry",
    "number",
    "inside",
    "contrast",
    "turn",
    "one_article",
    "one_sentence",
    "alike",
    "covered",
    "apart",
    "same_answer",
    "other_answer",
    "invited",
    "bias",
)
"""What is known of a pair: `read` are the odds that the cross-encoder gives, `answering` the odds that each sentence
answers, `about` how far each is below the sentence most about it, the next are what the rules say, `alike` the cosine
of the two, `covered` the share of the question that they hold, `apart` whether they lie on either side of an "or",
`same_answer` and `other_answer` whether they share a name or a time that may be what is asked for, or hold others,
`invited` whether the question asks for two sides or for how a thing went on."""
TURNS = ("read", "later_day", "one_outlet", "one_article", "says_so", "contradicts", "moved_on", "two_sides", "bias")
"""What is known of two accounts of which the later may supersede the earlier: `read` are the odds that the
cross-encoder gives, `says_so` tells that it is said in so many words, `contradicts` that one is set against the other.
"""
_CLIPPED = 6.0
_READ = 6
"""Pairs of a question that are read: those likeliest by all else. With all of them, nine or more, no more of the
questions that `fit-accounts` knows have accounts of two sides (0.35), and reading takes twice as long."""


def matrix(wanted: Asked, looked: Looked, found: Sequence[Pair]) -> NDArray[np.float64]:
    """Return a row for each pair, with the columns of `FEATURES`: each pair is read."""
    rows = _unread(wanted, looked, found)
    rows[:, 0] = _read("differ", wanted, looked, found)
    return rows


def foremost(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> list[int]:
    """Return the numbers of the pairs that are worth reading, ascending, by their columns but the first: `read`."""
    order = np.argsort(-(rows[:, 1:] @ weights[1:]), kind="stable")
    return sorted(order[:_READ].tolist())


def _unread(wanted: Asked, looked: Looked, found: Sequence[Pair]) -> NDArray[np.float64]:
    """Return a row for each pair, of which `read` is 0."""
    top = looked.about.max()
    rows = []
    for pair in found:
        both = [pair.i, pair.j]
        answering, about = looked.answering[both], looked.about[both] - top
        rows.append([
            0.0, answering.min(), answering.max(), about.min(), about.max(), pair.rivalry,
            *(name in pair.how for name in ("number", "inside", "contrast", "turn")),
            looked.read[pair.i].id == looked.read[pair.j].id, pair.i == pair.j,
            looked.alike[pair.i, pair.j], looked.covered(*both), looked.apart(*both),
            *_answers(wanted, looked.read[pair.i], looked.read[pair.j]),
            wanted.two_sides or wanted.moved_on, 1.0,
        ])  # fmt: skip
    return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))


def _answers(wanted: Asked, first: Reading, second: Reading) -> tuple[bool, bool]:
    """Tell whether two sentences share a name or a time of the kind asked for, and whether each holds only others."""
    if wanted.query.asked == "date":
        both = bool(first.times and second.times)
        same = any(not one.gap(other) for one in first.times for other in second.times)
    elif wanted.query.asked in ("person", "place", "name"):
        one, other = (told.names - wanted.weights.keys() for told in (first, second))
        both, same = bool(one and other), bool(one & other)
    else:
        return False, False
    return same, both and not same


def likely(wanted: Asked, looked: Looked, found: Sequence[Pair]) -> list[tuple[float, Pair]]:
    """Return the pairs that may give different accounts with the probability of each, most likely first.

    It is at least that from which they are worth quoting side by side.
    """
    if not found:
        return []
    weights = _row("weights", FEATURES)
    rows = _unread(wanted, looked, found)
    kept = foremost(rows, weights)
    pairs, rows = [found[number] for number in kept], rows[kept]
    rows[:, 0] = _read("differ", wanted, looked, pairs)
    shares = 1 / (1 + np.exp(-rows @ weights))
    sure = [(float(share), pair) for share, pair in zip(shares, pairs, strict=True) if share >= least("quoted")]
    return sorted(sure, key=lambda item: (-item[0], item[1].i, item[1].j))


def least(shown: Literal["quoted", "said"]) -> float:
    """Return the probability from which accounts are quoted side by side, or are said to differ."""
    return float(_weights()["least"][shown])


def turns(wanted: Asked, looked: Looked, found: Sequence[Pair]) -> NDArray[np.float64]:
    """Return a row for each pair of accounts, with the columns of `TURNS`."""
    rows = []
    for pair, odds in zip(found, _read("supersede", wanted, looked, found), strict=True):
        earlier, later = _in_time(looked, pair)
        rows.append([
            odds, later.follows(earlier), earlier.outlet == later.outlet,
            earlier.id == later.id, later.supersedes, max(earlier.contradicts, later.contradicts),
            wanted.moved_on, wanted.two_sides, 1.0,
        ])  # fmt: skip
    return np.array(rows, np.float64).reshape(len(rows), len(TURNS))


def supersedes(wanted: Asked, looked: Looked, pair: Pair) -> bool:
    """Tell whether of two accounts the later takes the place of the earlier; else both still stand.

    Where it is not known which is the later, both stand.
    """
    earlier, later = _in_time(looked, pair)
    if earlier.id != later.id and not later.follows(earlier):
        return False
    return bool((turns(wanted, looked, [pair]) @ _row("superseding", TURNS))[0] >= 0)


def _read(head: Head, wanted: Asked, looked: Looked, found: Sequence[Pair]) -> list[float]:
    texts = [together(*(reading.text for reading in _in_time(looked, pair))) for pair in found]
    read = default_cross_encoder().odds(head, [(wanted.query.text, text) for text in texts])
    odds: list[float] = np.clip(read, -_CLIPPED, _CLIPPED).tolist()
    return odds


def _in_time(looked: Looked, pair: Pair) -> tuple[Reading, Reading]:
    """Return the sentences of a pair, the earlier first; what is undated comes before all else."""
    first, second = looked.read[pair.i], looked.read[pair.j]
    return (second, first) if (second.day or date.min) < (first.day or date.min) else (first, second)


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return data


def _row(kind: str, names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([_weights()[kind][name] for name in names])
