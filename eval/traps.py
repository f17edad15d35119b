"""Traps: claims that follow from their sources and claims that only look so; how many does the check tell apart?"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eval.abstention import roc_auc
from eval.files import numbered_lines
from eval.intervals import figure
from eval.text import normalise
from index.dates import require_date
from index.errors import InputError
from qa.answer import Support
from qa.verify import Source, check

TRAPS = Path(__file__).parent / "data" / "traps.jsonl"
"""The shipped claims that judge the checker; nothing is fitted on them, and nobody who writes it reads them."""


@dataclass(frozen=True, slots=True)
class Trap:
    """A claim, its sources, whether it truly follows from them, and of which kind it is."""

    id: str
    kind: str
    claim: str
    sources: tuple[Source, ...]
    supported: bool


class Row(NamedTuple):
    """How one kind went: `wrong` of `count` were judged wrongly, a trap as supported or a true claim as not."""

    kind: str
    supported: bool
    wrong: int
    claims: int


class Outcome(NamedTuple):
    """The figures of a file of claims. `low` and `high` bound the balanced accuracy, 95 %, by bootstrap."""

    rows: tuple[Row, ...]
    caught: float
    rejected: float
    balanced: float
    low: float
    high: float
    milliseconds: float
    auc: float
    words: tuple[float, float, float]
    """Share of a claim's words that stand in its sources: mean of the true ones, mean of the traps, ROC AUC."""
    missed: tuple[tuple[Trap, Support], ...]


def read_traps(path: Path) -> list[Trap]:
    """Return the claims of a JSON Lines file, in order.

    Raises:
        InputError: the file cannot be read, or a line is not a claim; the message has file and line.
    """
    traps = [_trap(line, where) for line, where in numbered_lines(path)]
    if not traps:
        raise InputError(f"{path}: no claims in it; give one JSON object a line")
    return traps


def run(traps: Iterable[Trap]) -> Outcome:
    """Return how the check judged the claims."""
    judged: list[tuple[Trap, Support]] = []
    seconds = []
    for trap in traps:
        started = time.perf_counter()
        support = check(trap.claim, trap.sources)
        seconds.append(time.perf_counter() - started)
        judged.append((trap, support))
    right = [(trap.supported, (support.verdict == "supported") == trap.supported) for trap, support in judged]
    missed = tuple(pair for pair, (_, good) in zip(judged, right, strict=True) if not good)
    balanced = figure([2.0 * supported + good for supported, good in right], _balanced_of_codes)
    return Outcome(
        _rows(judged),
        _share([good for supported, good in right if not supported]),
        1 - _share([good for supported, good in right if supported]),
        balanced.value,
        balanced.low,
        balanced.high,
        float(np.mean(seconds)) * 1000,
        roc_auc([support.score for _, support in judged], [trap.supported for trap, _ in judged]),
        _words([trap for trap, _ in judged]),
        missed,
    )


def _rows(judged: Sequence[tuple[Trap, Support]]) -> tuple[Row, ...]:
    kinds = sorted({(not trap.supported, trap.kind) for trap, _ in judged})
    rows = []
    for unsupported, kind in kinds:
        mine = [
            (support.verdict == "supported") == trap.supported
            for trap, support in judged
            if trap.kind == kind and trap.supported is not unsupported
        ]
        rows.append(Row(kind, not unsupported, mine.count(False), len(mine)))
    return tuple(rows)


def word_share(claim: str, sources: Sequence[Source]) -> float:
    """Return which share of a claim's words stand in its sources: what a check has to do better than."""
    words = normalise(claim).split()
    known = set(normalise(" ".join(source.text for source in sources)).split())
    return sum(word in known for word in words) / len(words) if words else 0.0


def _words(traps: Sequence[Trap]) -> tuple[float, float, float]:
    shares = [word_share(trap.claim, trap.sources) for trap in traps]
    labels = [trap.supported for trap in traps]
    true = [share for share, label in zip(shares, labels, strict=True) if label]
    false = [share for share, label in zip(shares, labels, strict=True) if not label]
    return _share(true), _share(false), roc_auc(shares, labels)


def _share(values: Sequence[bool] | Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _balanced_of_codes(codes: Sequence[float]) -> float:
    """Return the mean of both kinds' accuracies; a code is 2 for a true claim, plus 1 where it was judged right."""
    array = np.asarray(codes)
    true, traps = array[array >= 2] == 3, array[array < 2] == 1
    parts = [float(part.mean()) for part in (true, traps) if len(part)]
    return sum(parts) / len(parts) if parts else 0.0


def _trap(line: str, where: str) -> Trap:
    try:
        data = json.loads(line)
        sources = tuple(
            Source(
                item["text"],
                item.get("outlet"),
                require_date(item["published"], f"{where}: published") if item.get("published") else None,
            )
            for item in data["sources"]
        )
        return Trap(str(data["id"]), str(data["kind"]), str(data["claim"]), sources, bool(data["supported"]))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as exc:
        raise InputError(f"{where}: not a claim ({exc!r}); it needs id, kind, claim, sources and supported") from exc
