"""Read a text: sentences, words with a rough part of speech, phrases, names, quotations.

A light reader for English news, made of closed lists and word order; it needs no model and takes about a
millisecond for a passage. It errs now and then: what stands on it compares two readings, made by the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from index.sentences import sentence_spans
from qa.verify.lexicon import canon, classes, lists
from qa.verify.tagging import Token, tag

_TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?:\.\d+)?[A-Za-z]*|\d+(?:\.\d+)?[A-Za-z]*"
    r"|(?:[A-Za-z]\.){2,}|[^\W\d_]+(?=n['’]t\b)|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|[^\W\d_]+(?:['’][^\W\d_]{2,})?|\S"
)
_QUOTES = {'"': '"', "“": "”", "«": "»"}


@dataclass(slots=True)
class Name:
    """A proper name: its words, the titles before it, where it stands."""

    first: int
    last: int
    words: tuple[str, ...]
    titles: tuple[str, ...]
    sentence: int
    person: bool = False


@dataclass(slots=True)
class Reading:
    """A text as read."""

    text: str
    tokens: list[Token]
    sentences: list[tuple[int, int]]
    """First token and the one after the last of each sentence."""
    names: list[Name] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)
    """What the checks work out once for a text: predicates, values."""


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """Return the reading of a text; the same object for the same text."""
    tokens: list[Token] = []
    sentences: list[tuple[int, int]] = []
    for number, (begin, end) in enumerate(sentence_spans(text)):
        first = len(tokens)
        for match in _TOKEN.finditer(text, begin, end):
            word = match[0]
            low = word.lower().replace("’", "'")
            stemmed = canon(low) if low[0].isalpha() else low
            tokens.append(Token(len(tokens), word, low, stemmed, match.start(), number))
        sentences.append((first, len(tokens)))
    reading = Reading(text, tokens, sentences)
    _quotations(tokens)
    seen_as_name = _names_inside(reading)
    for first, last in sentences:
        tag(tokens, first, last, seen_as_name)
    _look_up(tokens)
    reading.names = _names(reading)
    return reading


def _quotations(tokens: list[Token]) -> None:
    number, closing = 0, ""
    for token in tokens:
        if not closing and token.text in _QUOTES:
            closing = _QUOTES[token.text]
            token.quoted = number
        elif closing and token.text == closing:
            token.quoted = number
            number, closing = number + 1, ""
        elif closing:
            token.quoted = number


def _names_inside(reading: Reading) -> frozenset[str]:
    """Return the words that stand capitalised inside a sentence, where only a name does."""
    tokens, found = reading.tokens, set()
    for first, last in reading.sentences:
        for i in range(first + 1, last):
            if tokens[i].text[0].isupper() and tokens[i - 1].text not in _QUOTES and tokens[i - 1].text not in "“:-–—":
                found.add(tokens[i].low)
    return frozenset(found)


def _look_up(tokens: list[Token]) -> None:
    """Give each token what the lists say of it, phrases first."""
    lexicon = lists()
    for i, token in enumerate(tokens):
        if token.tag == "T":
            continue
        if token.within < 0:
            token.key = token.key or token.stem
            for phrase in lexicon.phrases.get(token.stem, ()):
                if (parts := _follow(tokens, i, phrase.rest)) and len(phrase.rest) >= token.key.count("_"):
                    token.key = phrase.key
                    for part in parts:
                        tokens[part].within = i
        key = token.key or token.stem
        name = token.tag == "E"
        token.groups = lexicon.groups.get(key, frozenset())
        token.poles = frozenset() if name else lexicon.poles.get(key, frozenset())
        token.classes = lexicon.classes.get(key, frozenset())
        if name:
            token.classes &= _OF_NAMES
        if key != token.stem and not token.groups and not token.classes and not token.poles:
            token.groups = lexicon.groups.get(token.stem, frozenset())


_OF_NAMES = frozenset(["title", "person", "organisation"])


def _follow(tokens: list[Token], i: int, rest: tuple[str, ...]) -> list[int]:
    """Return where the later words of a phrase stand: together, or the last one split off by a short object."""
    sentence, found, j = tokens[i].sentence, [], i + 1
    for number, part in enumerate(rest):
        room = 9 if number == 0 and tokens[i].tag == "V" else 1
        limit = min(j + room, len(tokens))
        at = next(
            (k for k in range(j, limit) if tokens[k].sentence == sentence and tokens[k].stem == part),
            None,
        )
        if at is None or any(tokens[k].tag in "TSCPV" for k in range(j, at)):
            return []
        found.append(at)
        j = at + 1
    return found


def _is_title(token: Token) -> bool:
    return bool({"title", "person"} & classes(canon(token.low.rstrip("."))))


def _names(reading: Reading) -> list[Name]:
    """Return the names: runs of capitalised words, with `of`, `&` or `de` inside."""
    tokens, names = reading.tokens, []
    i, end = 0, len(tokens)
    while i < end:
        if tokens[i].tag != "E":
            i += 1
            continue
        j = i
        while j + 1 < end and tokens[j + 1].sentence == tokens[i].sentence:
            following = tokens[j + 1]
            if following.tag == "E" or (following.text == "." and len(tokens[j].text) <= 2):
                j += 1
            elif (
                (
                    following.text in ("&", "-", "’", "'")
                    or following.low in ("of", "de", "da", "al", "von", "van", "bin", "ag", "the", "y", "el")
                )
                and j + 2 < end
                and tokens[j + 2].tag == "E"
                and tokens[j + 2].sentence == tokens[i].sentence
                and following.low != "the"
            ):
                j += 2
            else:
                break
        words = [token for token in tokens[i : j + 1] if token.text[0].isalpha() and token.low not in ("of", "&")]
        titles = []
        while len(words) > 1 and (_is_title(words[0]) or (len(words) > 2 and _is_title(words[1]))):
            titles.append(words.pop(0).low.rstrip("."))
        before = tokens[i - 1] if i else None
        person = bool(titles) or (
            before is not None and before.sentence == tokens[i].sentence and "person" in before.classes
        )
        if len(words) == 1 and not titles and "title" in words[0].classes and words[0].low not in ("may",):
            i = j + 1
            continue
        names.append(Name(i, j, tuple(w.low.rstrip(".") for w in words), tuple(titles), tokens[i].sentence, person))
        i = j + 1
    return names
