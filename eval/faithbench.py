"""FaithBench: summaries by language models, judged by people; does the check score the faithful ones higher?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eval.abstention import roc_auc
from eval.files import numbered_lines
from index.errors import InputError
from index.sentences import sentence_spans
from qa.verify import check


class Summary(NamedTuple):
    """A summary, what it sums up, and whether people found it faithful."""

    source: str
    text: str
    faithful: bool


class Figures(NamedTuple):
    """ROC AUC with its 95 % bootstrap interval, and that of the trigram share on the same summaries."""

    summaries: int
    auc: float
    low: float
    high: float
    trigrams: float


def read_summaries(path: Path) -> list[Summary]:
    """Return the summaries of a FaithBench file in JSON Lines: source, summary, label.

    Raises:
        InputError: the file cannot be read, or a line is not a summary; the message has file and line.
    """
    found = []
    for line, where in numbered_lines(path):
        try:
            row = json.loads(line)
            found.append(Summary(row["source"], row["summary"], {"faithful": True, "unfaithful": False}[row["label"]]))
        except (json.JSONDecodeError, KeyError, TypeError) as exc:
            raise InputError(f"{where}: not a summary ({exc!r}); it needs source, summary and label") from exc
    if not found:
        raise InputError(f"{path}: no summaries in it; give one JSON object a line")
    return found


def summary_score(source: str, text: str) -> float:
    """Return the score of a summary: that of its weakest sentence, since one wrong sentence makes it unfaithful.

    A summary without a sentence scores 0.
    """
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    return min((check(sentence, [source]).score for sentence in sentences), default=0.0)


def trigram_share(source: str, text: str) -> float:
    """Return which share of a summary's word trigrams stand in its source; 0 where it has fewer than three words.

    >>> trigram_share("a b c d", "a b c x")
    0.5
    """
    mine, theirs = _trigrams(text), set(_trigrams(source))
    return sum(trigram in theirs for trigram in mine) / len(mine) if mine else 0.0


def figures(summaries: Iterable[Summary], rounds: int = 2000, seed: int = 0) -> Figures:
    """Return how well the scores tell faithful summaries from others, beside the trigram share."""
    items = list(summaries)
    labels = [item.faithful for item in items]
    scores = [summary_score(item.source, item.text) for item in items]
    shares = [trigram_share(item.source, item.text) for item in items]
    low, high = _interval(scores, labels, rounds, seed)
    return Figures(len(items), roc_auc(scores, labels), low, high, roc_auc(shares, labels))


def _interval(scores: Sequence[float], labels: Sequence[bool], rounds: int, seed: int) -> tuple[float, float]:
    values, right = np.asarray(scores, float), np.asarray(labels, bool)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(rounds):
        chosen = generator.integers(0, len(values), len(values))
        if right[chosen].any() and not right[chosen].all():
            drawn.append(roc_auc(values[chosen].tolist(), right[chosen].tolist()))
    low, high = np.percentile(drawn, [2.5, 97.5]) if drawn else (float("nan"), float("nan"))
    return float(low), float(high)


def _trigrams(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return list(zip(words, words[1:], words[2:], strict=False))
