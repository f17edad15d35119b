"""Whose words a quote is made of, where it is a part of what somebody says and does not tell who."""

from __future__ import annotations

import re
import textwrap

from index.sentences import sentence_spans
from qa.evidence import Quote

_LOOK = 1200
"""Characters before and after a quote in which the marks around it are looked for."""
_OPEN, _CLOSE = "“", "”"
_MARK = re.compile(r'[“”]|(?<![\w”"])"(?=\w)|(?<=[\w.,!?…])"')
_SAID = (
    r"(?:said|says|told|added|adds|warned|argued|claimed|insisted|explained|announced|wrote|replied|asked|"
    r"continued|concluded|stated|declared|recalled|complained|admitted|called|described|tweeted|posted|read|reads|recalls)"
)
_TELLS = re.compile(rf"\b{_SAID}\b|\baccording to\b", re.I)
UNNAMED = "the words of a speaker"
_WHOLE = re.compile(r"“[^“”]+”|\"[^\"]+\"")
_SHORTEST = 4
"""Words from which what stands in marks is what somebody says, and not a name or an odd word."""


def speaker_beside(quote: Quote) -> str:
    """Return a note of who says it, as the article tells it; blank: the quote tells, or is nobody's speech.

    It is `UNNAMED` where the sentence that the speech belongs to does not tell.

    A sentence from the middle of somebody's speech has no marks of its own: the paragraph has them.
    """
    text = quote.article.text
    begin = max(text.rfind("\n", 0, quote.start) + 1, quote.start - _LOOK)
    stop = text.find("\n", quote.end)
    stop = min(stop if stop >= 0 else len(text), quote.end + _LOOK)
    marks = _marks(text, begin, stop)
    inside = _open_at(marks, quote.start)
    opening = inside if inside is not None else _left_open(marks, quote)
    if opening is None:
        return UNNAMED if _WHOLE.fullmatch(quote.text.strip()) else ""
    closing = next((at for at, kind in marks if at >= max(opening + 1, quote.start) and kind == _CLOSE), None)
    own = text[quote.start : opening] if opening > quote.start else ""
    if closing is not None and closing < quote.end:
        own += text[closing + 1 : quote.end]
    if _TELLS.search(own):
        return ""
    after = _rest_of_sentence(text, closing, stop) if closing is not None else ""
    if _TELLS.search(after):
        return f"the words of a speaker: “…” {_shortened(after)}"
    before = _beginning_of_sentence(text, begin, opening)
    if _TELLS.search(before):
        return f"the words of a speaker: {_shortened(before)} “…”"
    return UNNAMED


def _marks(text: str, begin: int, stop: int) -> list[tuple[int, str]]:
    """Return the quotation marks of a stretch, straight ones as what they stand for."""
    found: list[tuple[int, str]] = []
    for match in _MARK.finditer(text, begin, stop):
        mark = match[0]
        if mark == '"':
            before = text[match.start() - 1 : match.start()]
            mark = _CLOSE if before.strip() and before not in "(—–-" else _OPEN
        found.append((match.start(), mark))
    return found


def _open_at(marks: list[tuple[int, str]], place: int) -> int | None:
    """Return where the marks were opened inside which a place lies, None: it lies in none."""
    last = None
    for at, kind in marks:
        if at >= place:
            break
        last = at if kind == _OPEN else None
    closes = next((kind for at, kind in marks if at >= place), None)
    return last if closes == _CLOSE else None


def _left_open(marks: list[tuple[int, str]], quote: Quote) -> int | None:
    """Return where a quote opens marks that it does not close."""
    own = [(at, kind) for at, kind in marks if quote.start <= at < quote.end]
    if not own or own[-1][1] != _OPEN:
        return None
    words = quote.article.text[own[-1][0] : quote.end].split()
    return own[-1][0] if len(words) >= _SHORTEST else None


def _rest_of_sentence(text: str, closing: int, stop: int) -> str:
    """Return what follows closing marks up to the end of the sentence, where the sentence goes on."""
    rest = text[closing + 1 : stop]
    ended = text[closing - 1 : closing] in ".!?" and not re.match(rf"\s*(?:[a-z]|[A-Z][\w’' -]+ {_SAID}\b)", rest)
    spans = [] if ended else sentence_spans(rest)
    return rest[: spans[0][1]].strip(" ,") if spans else ""


def _beginning_of_sentence(text: str, begin: int, opening: int) -> str:
    """Return what stands in the sentence before opening marks."""
    spans = sentence_spans(text[begin:opening])
    found = text[begin + spans[-1][0] : opening].strip() if spans else ""
    return found if found.endswith((":", ",")) else ""


def _shortened(words: str) -> str:
    return textwrap.shorten(words, 120, placeholder=" …")
