"""A whole library in memory, by its words: in which passages and sentences each stem stands."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexicon import idf
from index.library import Index
from index.terms import content, stems_of, words

Row = NDArray[np.float32]
Places = NDArray[np.int64]

_BATCH = 2000
_DIGITS = {
    word: str(number)
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_WRITTEN_OUT = re.compile(rf"\b(?:{'|'.join(_DIGITS)})\b")
_WORD = re.compile(r"\w+")


class Postings:
    """The passages of a library, numbered in the order of its table; built once, in seconds."""

    def __init__(self, index: Index) -> None:
        self.table = index.searcher.table()
        self._texts: list[tuple[str, ...]] = []
        self._written: dict[int, list[str]] = {}
        sentences: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        titles: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        starts = [0]
        for place, (title, texts) in enumerate(_passages(index, self.table.pids)):
            for stem in stems_of(title):
                titles[stem].append(place)
            for number, text in enumerate(texts, start=starts[-1]):
                for stem in stems_of(text):
                    sentences[stem].append(number)
            starts.append(starts[-1] + len(texts))
            self._texts.append(texts)
        self.starts = np.array(starts, np.int64)
        passage_of = np.repeat(np.arange(len(self)), np.diff(self.starts))
        self._sentences = {stem: np.frombuffer(found, np.int32) for stem, found in sentences.items()}
        self._titles = {stem: np.frombuffer(found, np.int32) for stem, found in titles.items()}
        self._passages = {stem: np.unique(passage_of[found]) for stem, found in self._sentences.items()}

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self._texts)

    def count(self, stem: str) -> int:
        """Return in how many passages a stem stands."""
        return len(self._passages.get(stem, ()))

    def weigh(self, stems: Sequence[str]) -> dict[str, float]:
        """Return the share of the idf of all these stems that each of them has."""
        weights = {stem: idf(stem, self.count(stem), len(self)) for stem in stems}
        total = sum(weights.values()) or 1.0
        return {stem: weight / total for stem, weight in weights.items()}

    def share(self, stems: Sequence[str]) -> Row:
        """Return the share of the idf of these stems that each passage has, its title counted; shape (passages,)."""
        total = np.zeros(len(self), np.float32)
        for stem, weight in self.weigh(stems).items():
            found = np.zeros(len(self), np.bool_)
            found[self._passages.get(stem, [])] = True
            found[self._titles.get(stem, [])] = True
            total += weight * found
        return total

    def in_sentences(self, stem: str, sentences: Places) -> NDArray[np.bool_]:
        """Tell of each of these sentences whether the stem stands in it."""
        return np.isin(sentences, self._sentences.get(stem, []))

    def in_titles(self, stem: str, places: Places) -> NDArray[np.bool_]:
        """Tell of each of these passages whether the stem stands in the title of its article."""
        return np.isin(places, self._titles.get(stem, []))

    def written(self, place: int) -> list[str]:
        """Return the sentences of a passage as `plain_words` writes them."""
        if place not in self._written:
            self._written[place] = [plain_words(text) for text in self._texts[place]]
        return self._written[place]


class Window:
    """Some of the passages, sentence by sentence; a row has a value for each of their sentences."""

    def __init__(self, postings: Postings, places: Places) -> None:
        self._postings = postings
        starts, ends = postings.starts[places], postings.starts[places + 1]
        self._numbers = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
        self._passage = np.repeat(np.arange(len(places)), ends - starts)
        self._firsts = np.cumsum(ends - starts) - (ends - starts)
        self._goes_on = np.append(False, self._passage[1:] == self._passage[:-1])
        self._places = places
        self._written = [text for place in places.tolist() for text in postings.written(place)]

    def share(self, stems: Sequence[str], *, nearby: bool = False, titles: bool = False) -> Row:
        """Return the share of the idf of these stems in each sentence, its neighbours and its title on demand."""
        total = np.zeros(len(self._numbers), np.float32)
        for stem, weight in self._postings.weigh(stems).items():
            found = self._postings.in_sentences(stem, self._numbers).astype(np.float32)
            if nearby:
                found = self.near(found)
            if titles:
                found = np.maximum(found, self._postings.in_titles(stem, self._places)[self._passage])
            total += weight * found
        return total

    def holding(self, phrase: str) -> Row:
        """Return 1 for each sentence in which a phrase, as `plain_words` writes it, stands; a blank one nowhere."""
        if not phrase.strip():
            return np.zeros(len(self._numbers), np.float32)
        return np.array([phrase in text for text in self._written], np.float32)

    def near(self, row: Row) -> Row:
        """Return the highest value of each sentence and its neighbours in the passage."""
        before, after = np.zeros_like(row), np.zeros_like(row)
        before[1:] = row[:-1] * self._goes_on[1:]
        after[:-1] = row[1:] * self._goes_on[1:]
        return np.maximum(row, np.maximum(before, after))

    def whole(self, row: Row) -> Row:
        """Return the highest value of each sentence's passage."""
        return np.asarray(np.maximum.reduceat(row, self._firsts)[self._passage], np.float32)

    def spread(self, values: Row) -> Row:
        """Return, for each sentence, what its passage has in a row with a value a passage of the library."""
        return np.asarray(values[self._places][self._passage], np.float32)


def stems_or_all(text: str) -> list[str]:
    """Return the stems of the content words, one each, in order; of all words where there is none."""
    return list(dict.fromkeys(word.stem for word in content(text) or words(text)))


def plain_words(text: str) -> str:
    """Return words and numbers in one way of writing them, with a space around each.

    >>> plain_words("Two-thirds; 7.5 per cent of £1.5m, 12,000")
    ' 2 thirds 7p5 pct of 1p5 million 12000 '
    """
    text = text.lower().replace("per cent", "%").replace("percent", "%")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"(?<=\d)\.(?=\d)", "p", text)
    text = re.sub(r"(?<=\d)\s*mn?\b", " million", text)
    text = re.sub(r"(?<=\d)\s*bn\b", " billion", text)
    text = _WRITTEN_OUT.sub(lambda match: _DIGITS[match[0]], text.replace("%", " pct "))
    return f" {' '.join(_WORD.findall(text))} "


def _passages(index: Index, pids: Places) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the title and the sentences of each passage."""
    for start in range(0, len(pids), _BATCH):
        some = pids[start : start + _BATCH].tolist()
        stored = index.catalog.passages(some)
        articles = index.catalog.articles_by_row(sorted({item.article_row for item in stored.values()}))
        for pid in some:
            passage = stored[pid].passage
            spans = passage.sentences or ((passage.start, passage.end),)
            texts = tuple(passage.text[a - passage.start : b - passage.start] for a, b in spans)
            yield articles[stored[pid].article_row].title or "", texts
