"""What somebody says, taken word for word from its sentence without the words that say who says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.sentences import sentence_spans
from qa.verify.findings import Finding, fault
from qa.verify.source import Source

_SAID = (
    r"(?:said|says|told|adds|added|warned|argued|claimed|claims|insisted|denied|announced|wrote|replied|maintained|"
    r"suggested|reported|noted|declared|complained|admitted|confirmed|stated|alleged|estimated|estimates|believes?|"
    r"believed|thinks?|thought|expects?|predicted|predicts)"
)
_BEFORE = re.compile(rf"according to .+|(?:\S+ )+{_SAID}(?: \S+){{0,3}}? ?(?:that)?")
"""A frame before what is said: "the ministry said on Monday that", "according to the mayor"."""
_AFTER = re.compile(rf"according to .+|(?:\S+ ){{1,8}}{_SAID}(?: \S+){{0,6}}|{_SAID}(?: \S+){{1,8}}")
"""And after it: "the mayor said", "said a spokesman for the port"."""
_LEAST, _MOST = 4, 16
"""Words of what is said at least, and of a frame at most."""


def check_frame(claim: str, sources: Sequence[Source]) -> list[Finding]:
    """Return a fault where the claim is the whole of what a sentence has somebody say, and leaves out who does."""
    said = words(claim)
    if len(said) < _LEAST:
        return []
    for source in sources:
        for start, end in sentence_spans(source.text):
            if frame := _frame(said, words(source.text[start:end])):
                return [fault("attribution cut", f"in the source somebody says it: “{frame}”")]
    return []


def words(text: str) -> list[str]:
    """Return the words of a text in small letters, with signs of money and per cent."""
    return re.findall(r"[\w$€£¥%]+", text.lower())


def _frame(said: list[str], sentence: list[str]) -> str:
    """Return what a sentence has beside these words, where that is who says them; blank: it is not."""
    before, after = sentence[: -len(said)], sentence[len(said) :]
    if not 0 < len(after) <= _MOST:
        return ""
    for rest, body, frame in ((before, sentence[len(before) :], _BEFORE), (after, sentence[: -len(after)], _AFTER)):
        if body == said and frame.fullmatch(" ".join(rest)):
            return " ".join(rest)
    return ""
