"""Passages: runs of whole sentences, at most 150 words, with exact spans; nothing of the text is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.records import Article, Passage
from index.sentences import sentence_spans
from index.tokens import counter

MAX_WORDS = 150
"""Words (split at white space) in one passage; fixed, because longer passages buy hits that are none."""
MAX_TOKENS = 320
"""Tokens in one passage: what bounds text without spaces, where a word says nothing about length."""

_MAX_CHARACTERS = MAX_TOKENS * 40
"""Characters in one passage: white space and rules of dashes are many to a token."""

_CLAUSE_END = re.compile(r"[,;:—–)]\s|\n")
_ASKED = r"(?:subscribe|sign up) (?:to|for|now|here|today)\b"
_FOOTER = re.compile(
    "|".join(
        [
            r"all rights reserved|©\s*(?:19|20)\d\d|^\W*©|\(c\) (?:19|20)\d\d",
            r"^\W*(?:(?!the\b|an?\b)\w+ )?copyright (?:19|20)\d\d",
            r"^to contact (?:us|the (?:author|reporter|editor|writer|newsroom))|^contact(?: us)?:",
            rf"(?:^|[:,–—-]\s*|^(?:to|please|click|support|for)\b.*(?<!\bto )\b){_ASKED}|\bsubscribe to our\b",
            r"\bnewsletters?\b.*\byour inbox|^follow (?:us|@|\w+ on (?:twitter|facebook|x|instagram))",
            r"^(?:read|see|watch) more\b|^share this|^advertisement$",
            r"^terms (?:of|and) (?:use|service|conditions)|^privacy policy",
            r"^visit our website|^email (?:us|the newsroom)|^[^\w\n]*(?:https?://|www\.|mailto:)\S+\W*$",
            r"^[^\w\n]*\[[^\]]+\]\([^)]+\)\W*$",
            r"^this (?:story|article) (?:was|has been) (?:produced|republished|first published)",
        ]
    ),
    re.I | re.M,
)
"""What a footer says to its reader, not what is reported of others: who urged whom to sign up, which terms were
agreed on, whose newsletter lost subscribers."""
_MOST_FOOTER_WORDS = 60


def passages_of(article: Article) -> tuple[Passage, ...]:
    """Return the article's passages in order; their spans advance and cover all non-blank text.

    A passage ends at a sentence boundary. A sentence longer than a passage is split at clause ends, else at
    white space, else by characters. The footer starts passages of its own, marked as boilerplate.
    """
    text = article.text
    spans = sentence_spans(text)
    footer = footer_start(text, spans)
    found: list[Passage] = []
    for boilerplate, part in ((False, spans[:footer]), (True, spans[footer:])):
        for group in _groups(text, part):
            start, end = group[0][0], group[-1][1]
            found.append(
                Passage(
                    article.id,
                    article.version,
                    len(found),
                    start,
                    end,
                    text[start:end],
                    tuple(group),
                    boilerplate,
                )
            )
    return tuple(found)


def footer_start(text: str, spans: list[tuple[int, int]]) -> int:
    """Return the number of the first sentence of the contact or copyright footer; len(spans): there is none.

    The footer is the run of short sentences at the end that each read like one, or follow one that does.
    """
    first = len(spans)
    words = 0
    for number in range(len(spans) - 1, 0, -1):
        sentence = text[slice(*spans[number])]
        words += len(sentence.split())
        if words > _MOST_FOOTER_WORDS:
            break
        if _FOOTER.search(sentence):
            first = number
        elif first < len(spans) - 2 or sentence[-1:] in '.!?”"':
            break
    return first


def _groups(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Pack sentences greedily into groups within both limits."""
    count = counter()
    group: list[tuple[int, int]] = []
    words = tokens = 0
    for span in _bounded(text, spans):
        piece = text[slice(*span)]
        more_words, more_tokens = len(piece.split()), count(piece) + 1
        if group and (words + more_words > MAX_WORDS or tokens + more_tokens > MAX_TOKENS):
            yield group
            group, words, tokens = [], 0, 0
        group.append(span)
        words += more_words
        tokens += more_tokens
    if group:
        yield group


def _bounded(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield each span, split where it alone is longer than a passage may be."""
    for start, end in spans:
        while not _fits(text, start, end):
            cut = _cut(text, start, end)
            yield start, cut
            start = cut
            while start < end and text[start].isspace():
                start += 1
        if start < end:
            yield start, end


def _fits(text: str, start: int, end: int) -> bool:
    if end - start > _MAX_CHARACTERS:
        return False
    piece = text[start:end]
    if len(piece.split()) > MAX_WORDS:
        return False
    return len(piece) <= MAX_TOKENS // 2 or counter()(piece) < MAX_TOKENS


def _cut(text: str, start: int, end: int) -> int:
    """Return where to split a long sentence: the last clause end that fits, else a space, else a character."""
    limit = _longest_prefix(text, start, end)
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, start, limit)]
    if clauses and clauses[-1] - start > (limit - start) // 2:
        limit = clauses[-1]
    elif space := max(text.rfind(" ", start, limit), text.rfind("\n", start, limit)):
        limit = space if space > start else limit
    while limit > start + 1 and text[limit - 1].isspace():
        limit -= 1
    return limit


def _longest_prefix(text: str, start: int, end: int) -> int:
    """Return the largest offset up to which `text[start:]` fits, by bisection; at least one character."""
    low, reach = start + 1, MAX_TOKENS
    while start + reach < end and _fits(text, start, start + reach):
        low, reach = start + reach, reach * 2
    high = min(end, start + reach)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(text, start, middle):
            low = middle
        else:
            high = middle - 1
    return low
