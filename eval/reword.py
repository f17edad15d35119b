"""Questions said in other words, to fit on: half of their plain words give way to the nearest one of the same library.

A quiz asks in the words of the news; people who ask do not. Weights fitted on the quiz alone would hold an
answer for none at all where a few words differ.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from index.embed import StaticEmbedder
from index.inflections import lemma
from index.query import parse
from index.records import Article
from index.terms import is_stopword, stem
from index.vocabulary import unit

_WORD = re.compile(r"[a-z]{3,}")
_LEAST = 8
"""Times that a word stands in the articles before it may take the place of another."""
_SIMILAR = (0.45, 0.95)
"""Cosines between which a word is another one for the same."""
_SAME_START = 4
"""Letters at the beginning from which two words are taken for forms of one."""


class Reworder:
    """Puts the nearest other word of a collection of articles in the place of plain words."""

    def __init__(self, articles: Iterable[Article], embedder: StaticEmbedder) -> None:
        counts = Counter(word for article in articles for word in _WORD.findall(article.text))
        self._words = [word for word, count in counts.items() if count >= _LEAST and not is_stopword(word)]
        self._vectors = unit(embedder.sums(self._words))
        self._embedder = embedder

    def __call__(self, question: str, seed: int = 0) -> str:
        """Return the question with about half of its plain words reworded; names, numbers and stop words stay."""
        drawn = random.Random(f"{seed} {question}")
        for term in parse(question).terms:
            plain = term.text.islower() and term.text.isalpha()
            if plain and drawn.random() < 0.5 and (other := self._nearest(term.text)):
                question = re.sub(rf"\b{re.escape(term.text)}\b", other, question)
        return question

    def _nearest(self, word: str) -> str | None:
        similar = self._vectors @ unit(self._embedder.sums([word]))[0]
        own = lemma(stem(word))
        for place in np.argsort(-similar)[:20].tolist():
            other: str = self._words[place]
            if not _SIMILAR[0] <= similar[place] <= _SIMILAR[1]:
                continue
            if lemma(stem(other)) != own and other[:_SAME_START] != word[:_SAME_START]:
                return other
        return None
