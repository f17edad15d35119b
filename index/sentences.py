"""Sentence boundaries with exact offsets; rules for English news, and a length rule for everything else."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "sen",
        "rep",
        "gov",
        "lt",
        "col",
        "sgt",
        "capt",
        "cmdr",
        "maj",
        "adm",
        "rev",
        "hon",
        "st",
        "mt",
        "ft",
        "jr",
        "sr",
        "no",
        "nos",
        "vs",
        "v",
        "art",
        "fig",
        "inc",
        "co",
        "corp",
        "ltd",
        "llc",
        "plc",
        "bros",
        "dept",
        "est",
        "approx",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sept",
        "sep",
        "oct",
        "nov",
        "dec",
        "e.g",
        "i.e",
        "cf",
        "al",
        "etc",
        "ca",
        "vol",
        "pp",
        "p",
        "ed",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "d.c",
        "a.m",
        "p.m",
        "ph.d",
        "m.d",
        "b.a",
        "m.a",
        "u.s.a",
    ]
)
"""Words whose full stop does not end a sentence when more of the sentence follows."""
_MAY_END = frozenset("inc co corp ltd plc jr sr etc u.s u.k u.n e.u d.c a.m p.m ph.d m.d u.s.a".split())
_STARTERS = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "those",
        "it",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "but",
        "and",
        "so",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "after",
        "before",
        "when",
        "while",
        "as",
        "if",
        "however",
        "meanwhile",
        "there",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
        "what",
        "who",
        "why",
        "how",
        "then",
        "now",
        "since",
        "although",
        "though",
        "still",
        "yet",
        "also",
        "both",
        "many",
        "some",
        "most",
        "all",
        "no",
        "not",
        "one",
        "two",
        "last",
        "more",
        "under",
        "during",
        "according",
    ]
)
_SPEECH = (
    r"(?:said|says|asked|asks|replied|replies|told|tells|added|adds|wrote|writes|shouted|answered|warned|"
    r"recalled|explained|joked|tweeted|insisted|continued|wondered|demanded|exclaimed|declared|argued)"
)
_SPEAKER_FOLLOWS = re.compile(
    rf"\s*(?:(?:he|she|they|it|I|we)\s+{_SPEECH}\b|(?:the\s+)?[A-Z][\w'’.-]*(?:\s+[\w'’.-]+){{0,5}}?\s+{_SPEECH}\b"
    rf"|{_SPEECH}\b)"
)
_STOP = re.compile(r"(?<![.!?…])[.!?…]++(?:\[\d++\])?+[\"'”’»)\]*_]*+(?=\s)|[。！？｡]+[」』”’]?|\n")
"""Possessive, and tried once for a run: a line of dots must not take time by its square."""
_NEXT_WORD = re.compile(r"\s*[\"'“‘«(\[*_#>-]*\s*(\w+(?:['’.]\w+)*)")
_LAST_WORD = re.compile(r"([\w.'’-]*\w)[.]+$")
_LIST_MARK = re.compile(r"[ \t]*(?:[-*•‣▪–—]\s|\d{1,3}[.)]\s|#{1,6}\s|>|\|)")
_LONGEST_SOFT_WRAP = 140
_SHORTEST_SOFT_WRAP = 45


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence in `text[start:end]`, in order, without outer white space.

    Together the spans hold every non-blank character, none twice. A blank line ends a sentence unless the
    text on both sides plainly runs on; a single line break does so unless the line is a soft wrap.
    """
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    begin = start
    for match in _STOP.finditer(text, start, end):
        if match.start() < begin:
            continue
        if _ends_sentence(text, begin, match, end):
            _append(spans, text, begin, match.end())
            begin = match.end()
    _append(spans, text, begin, end)
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    if match[0] == "\n":
        return _line_ends_sentence(text, begin, match.start(), end)
    if match[0][0] in "。！？｡":
        return True
    return _stop_ends_sentence(text, begin, match, end)


def _line_ends_sentence(text: str, begin: int, newline: int, end: int) -> bool:
    """Tell whether the line break at `newline` ends what began at `begin`."""
    line_start = text.rfind("\n", 0, newline) + 1
    line = text[max(line_start, begin) : newline].rstrip()
    if not line:
        return False  # nothing since the last boundary or a blank line already judged
    after = newline
    blank = False
    while after < end and text[after].isspace():
        blank = blank or (text[after] == "\n" and after > newline)
        after += 1
    if after >= end:
        return True
    next_line_start = text.rfind("\n", 0, after) + 1
    if _LIST_MARK.match(text, next_line_start) or line.lstrip().startswith("#"):
        return True
    runs_on = line[-1].isalnum() or line[-1] in ",;-–—("
    lower = text[after].islower()
    if blank:
        return not (runs_on and lower)
    if not runs_on:
        return line[-1] in ".!?…:\"'”’»)]*_|" and not (lower and line[-1] not in ".!?…:")
    whole_line = newline - line_start
    return not (lower or _SHORTEST_SOFT_WRAP <= whole_line <= _LONGEST_SOFT_WRAP)


def _stop_ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    following = _NEXT_WORD.match(text, match.end(), min(end, match.end() + 80))
    if following is None:
        return True
    word = following[1]
    stops = match[0]
    closing = stops[-1] in "\"'”’»"
    if closing and _SPEAKER_FOLLOWS.match(text, match.end(), min(end, match.end() + 90)) and "." not in stops:
        return False  # "Is it?" she asked
    if word[0].islower():
        return False
    if stops[0] != "." or (len(stops) > 1 and closing):
        return True
    before = _LAST_WORD.search(text, max(begin, match.start() - 20), match.start() + 1)
    if before is None:
        return True
    last = before[1].lower()
    initial = len(last) == 1 and last.isalpha() and before[1].isupper()
    if initial or (last in _ABBREVIATIONS and last not in _MAY_END):
        return last in ("no", "art", "mar", "v") and word.lower() in _STARTERS
    if last in _MAY_END or re.fullmatch(r"(?:[a-z]\.)+[a-z]", last):
        return word.lower() in _STARTERS
    return True
