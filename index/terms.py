"""Words and their stems, cut the way the full-text index cuts them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

WORD = re.compile(r"[^\W_]+")
"""A word: a run of letters and digits."""
_STEMMER = Stemmer.Stemmer("porter")

STOPWORDS = frozenset(
    "a about above after again all also am an and any are as at be because been before being below between both "
    "but by can could did do does doing during each few for from further had has have having he her here hers "
    "him his how i if in into is it its itself just me might more most my nor of off on once only or other our "
    "out over own s same she should so some such t than that the their them then there these they this those "
    "through to too under until up very was we were what when where which while who whom whose why will with "
    "would you your according say says said tell told many much ago article articles report reports reported".split()
)

_NAMES_IN_CAPITALS = frozenset("is us who it".split())


class Word(NamedTuple):
    """A word of a text: as written, its stem, and where it starts."""

    text: str
    stem: str
    start: int


def words(text: str) -> list[Word]:
    """Return the words of the text in order: runs of letters and digits."""
    return [Word(match[0], stem(match[0]), match.start()) for match in WORD.finditer(text)]


def content(text: str) -> list[Word]:
    """Return the words of the text that say something, in order: all but stop words."""
    return [word for word in words(text) if not is_stopword(word.text)]


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the words of the text."""
    return frozenset(map(stem, WORD.findall(text)))


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words that say something."""
    return frozenset(stem(word) for word in WORD.findall(text) if not is_stopword(word))


def beginning(name: str) -> str:
    """Return what the stem of a name has in common with those of words made of it (Tonga, Tongan)."""
    return name[: max(4, len(name) - 2)]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Porter stem of a word, lower-cased, without diacritics, as SQLite's FTS5 makes it.

    A stop word in capitals (IS, US, WHO) is a name: it keeps its capitals, which the full-text index has not.
    """
    lowered = word.lower()
    if len(word) > 1 and word.isupper() and lowered in _NAMES_IN_CAPITALS:
        return word
    if not lowered.isascii():
        lowered = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return str(_STEMMER.stemWord(lowered))


def is_stopword(word: str) -> bool:
    """Tell whether the word says nothing about what is asked; IS, US and WHO in capitals do."""
    return word.lower() in STOPWORDS and not stem(word).isupper()
