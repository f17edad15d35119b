"""Passages taken apart once, for all features: their sentences, words, stems, names and numbers."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from index.catalog import Stored
from index.dates import MONTHS, WEEKDAYS
from index.records import Article
from index.terms import Word, is_stopword, words

_NUMBER = re.compile(r"\d[\d,.]*")
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million billion trillion dozen dozens half third quarter percent couple several twice double triple".split()
)
_MONEY = re.compile(r"[$£€¥]\s?\d|\b(?:dollars?|pounds?|euros?|yen|rubles?|roubles?|cents?|USD|GBP|EUR)\b", re.I)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_TIME_WORDS = frozenset(MONTHS) | frozenset(WEEKDAYS) | frozenset(
    "today yesterday tomorrow tonight week month year weekend morning evening noon midnight century decade".split()
)  # fmt: skip
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|after|amid|caused|blamed|in order to|so that|reason|following|"
    r"prompted|led to|thanks to|in response|citing|over concerns?|accus\w+|alleg\w+)\b",
    re.I,
)
_SPEECH = re.compile(
    r"[\"“”]|\b(?:said|says|told|replied|claimed|announced|argued|called|answered|denied|admitted|warned|stated|"
    r"insisted|added|described|declared|tweeted|wrote)\b",
    re.I,
)
_PLACE = re.compile(r"\b(?:in|at|from|to|near|of|outside|across|into|off)\s+(?:the\s+)?[A-Z]")


class Sentence:
    """A sentence taken apart; everything but the text is worked out when it is first asked for."""

    __slots__ = ("__dict__", "end", "start", "text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end

    @cached_property
    def words(self) -> list[Word]:
        """Return the words in order."""
        return words(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the stems of all words."""
        return frozenset(word.stem for word in self.words)

    def side_by_side(self, pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Return those of the pairs of stems that stand side by side, in order."""
        if not any(a in self.stems and b in self.stems for a, b in pairs):
            return frozenset()
        return pairs & frozenset(pairwise(word.stem for word in self.words))

    @cached_property
    def content(self) -> dict[str, str]:
        """Return the content words, stem → lower-cased word."""
        return {word.stem: word.text.lower() for word in self.words if not is_stopword(word.text)}

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the stems of words capitalised inside the sentence, or at its start if they are no stop words."""
        found = set()
        opening = True
        for word in self.words:
            if word.text[0].isupper() and not is_stopword(word.text) and (not opening or len(word.text) > 3):
                found.add(word.stem)
            opening = False
        return frozenset(found)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return the numbers in digits, without separators of thousands."""
        return frozenset(number.strip(".,").replace(",", "") for number in _NUMBER.findall(self.text))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Return what kinds of thing the sentence names: number, money, date, person, place, reason, speech."""
        found = set()
        lowered = {word.text.lower() for word in self.words}
        if any(not _YEAR.fullmatch(number) for number in self.numbers) or lowered & _NUMBER_WORDS:
            found.add("number")
        if _MONEY.search(self.text):
            found.add("money")
        if lowered & _TIME_WORDS or _YEAR.search(self.text):
            found.add("date")
        if self.names:
            found.add("person")
        for kind, pattern in (("place", _PLACE), ("reason", _REASON), ("speech", _SPEECH)):
            if pattern.search(self.text):
                found.add(kind)
        return frozenset(found)

    @cached_property
    def is_question(self) -> bool:
        """Tell whether it asks: a question mark at its end, or at the end of its quoted opening."""
        return "?" in self.text[-3:] or bool(re.search(r"\?[\"”’]", self.text))


@dataclass(frozen=True, slots=True)
class Analysed:
    """A candidate passage with its article, its title taken apart, and its sentences."""

    stored: Stored
    article: Article
    title: Sentence
    sentences: tuple[Sentence, ...]
    stems: frozenset[str]


class Analyser:
    """Takes passages apart and remembers the last few thousand."""

    def __init__(self, most: int = 4000) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[int, str | None], Analysed] = OrderedDict()

    def analyse(self, stored: Stored, article: Article) -> Analysed:
        """Return the passage taken apart; `article` is the version it belongs to, as the catalog has it now."""
        key = (stored.pid, article.title)
        found = self._kept.get(key)
        if found is None or found.article.origins != article.origins:
            found = _analyse(stored, article)
            self._kept[key] = found
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


def _analyse(stored: Stored, article: Article) -> Analysed:
    passage = stored.passage
    sentences = tuple(
        Sentence(passage.text[start - passage.start : end - passage.start], start, end)
        for start, end in passage.sentences
    )
    title = article.title or ""
    stems = frozenset().union(*(sentence.stems for sentence in sentences))
    return Analysed(stored, article, Sentence(title, 0, len(title)), sentences, stems)
