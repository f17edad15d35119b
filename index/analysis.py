"""Passages taken apart once, for all questions: their words as numbers, sentence by sentence, and their marks."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.recent import Recent
from index.records import Article
from index.stored import Stored
from index.terms import WORD
from index.vocabulary import Ids, Vocabulary, unit

MARKS = ("asks", "opening", "fragment", "length", "long", "quoted", "pronoun", "speech")
"""Names of the columns of `Analysed.marks`: what can be told of a sentence without a question."""

_OPENS_WITH_PRONOUN = re.compile(
    r"[\"“‘'(\[]*(?:he|she|it|they|this|that|these|those|his|her|its|their|him|them|both|such)\b", re.I
)
_SPEECH = frozenset(
    "said says told replied claimed announced argued called answered denied admitted warned stated insisted added "
    "described declared tweeted wrote".split()
)
_QUOTED_QUESTION = re.compile(r"\?[\"”’]")


@dataclass(frozen=True, slots=True)
class Analysed:
    """A candidate passage with its article and its words.

    `words` are the ids of the words of the title and of each sentence, each of these segments begun by a 0;
    `segments` says where each begins, the title's first. `texts` are the sentences, `spans` their places in
    the article, `marks` what can be told of them, shape (sentences, len(MARKS)), `vectors` their unit vectors.
    """

    stored: Stored
    article: Article
    words: Ids
    segments: NDArray[np.int64]
    texts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    marks: NDArray[np.float64]
    vectors: NDArray[np.float32]


class Analyser:
    """Takes passages apart and remembers the last few thousand; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, most: int = 4000) -> None:
        self.vocabulary = vocabulary
        self._kept: Recent[tuple[int, str | None], Analysed] = Recent(most)

    def analyse(self, passages: Sequence[tuple[Stored, Article]]) -> list[Analysed]:
        """Return passages taken apart; each article is the version it belongs to, as the catalog has it now."""
        keys = [(stored.pid, article.title) for stored, article in passages]
        kept = {key: self._kept.get(key) for key in keys}
        fresh = [(key, *passage) for key, passage in zip(keys, passages, strict=True) if kept[key] is None]
        split = [_split(stored, article) for _, stored, article in fresh]
        ids = self.vocabulary.number([word for words in split for segment in words for word in segment])
        begin = 0
        for (key, stored, article), segments in zip(fresh, split, strict=True):
            end = begin + sum(map(len, segments))
            analysed = kept[key] = self._analyse(stored, article, segments, np.array(ids[begin:end], np.int32))
            self._kept.keep(key, analysed)
            begin = end
        pairs = zip(keys, passages, strict=True)
        return [replace(found, article=article) for key, (_, article) in pairs if (found := kept[key]) is not None]

    def _analyse(self, stored: Stored, article: Article, split: list[list[str]], ids: Ids) -> Analysed:
        passage = stored.passage
        texts = _texts(stored)
        counts = [len(segment) for segment in split]
        segments = np.cumsum([0, *counts[:-1]])
        sums = self.vocabulary.sums(ids)
        marks = [
            _marks(text, words, passage.number == 0 and number < 3)
            for number, (text, words) in enumerate(zip(texts, split[1:], strict=True))
        ]
        return Analysed(
            stored,
            article,
            ids,
            segments,
            texts,
            passage.sentences,
            np.array(marks, np.float64).reshape(len(texts), len(MARKS)),
            unit(np.add.reduceat(sums, segments[1:], axis=0) if texts else sums[:0]),
        )


def _texts(stored: Stored) -> tuple[str, ...]:
    passage = stored.passage
    return tuple(passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences)


def _split(stored: Stored, article: Article) -> list[list[str]]:
    """Return the words of the title and of each sentence, each begun by a blank."""
    return [["", *WORD.findall(text)] for text in (article.title or "", *_texts(stored))]


def _marks(text: str, words: list[str], opening: bool) -> tuple[float, ...]:
    count = len(words) - 1
    return (
        float("?" in text[-3:] or bool(_QUOTED_QUESTION.search(text))),
        float(opening),
        float(count < 5 or text[-1:] not in ".!?”\"'’)…"),
        math.log2(1 + count) / 6,
        max(0, count - 45) / 45,
        float("“" in text or '"' in text),
        float(bool(_OPENS_WITH_PRONOUN.match(text))),
        float(any(word.lower() in _SPEECH for word in words)),
    )
