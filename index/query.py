"""A question as search sees it: its terms with weights, its names and numbers, what kind of thing it asks for."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Literal

from index.terms import Word, is_stopword, stem, words

Asked = Literal[
    "person", "place", "name", "number", "money", "date", "reason", "speech", "choice", "yes or no", "thing"
]
"""What kind of thing would answer; a name is that of an organisation, a work, an event."""

_OPENS = r"(?:^|[,;.:]\s*|\band\s+|\bor\s+|\bbut\s+)(?:from |to |in |at |until |since )?"
_VERB = r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should)\b"
_WHICH = rf"\b(?:which|what)\s+(?:(?!{_VERB})[\w'’.-]+\s+){{0,2}}?"
_PATTERNS: tuple[tuple[Asked, str], ...] = (
    ("money", r"\bhow much (?:money|did .{0,60}\b(?:cost|pay|raise|earn|spend)|does .{0,40}\bcost|is .{0,40}\bworth|"
              r"was .{0,60}\b(?:sold|paid|worth))|\bwhat (?:price|sum|fine|cost)\b|\bwhat (?:did|does) .{1,60} cost"),
    ("number", r"\bhow (?:many|much|old|long|far|tall|high|big|large|fast|often|deep|heavy|wide|hot|cold)\b|"
               r"\bwhat (?:percentage|percent|proportion|share|number|fraction|age|distance|speed|magnitude|"
               r"temperature|score|margin|toll|rate)\b|\bby how\b"),
    ("date", rf"{_OPENS}when\b|\b(?:what|which) (?:year|month|day|date|weekday|time)\b|"
             r"\bsince when\b|\bhow recently\b"),
    ("person", rf"{_OPENS}who(?:m|se)?\b|\b(?:by|from|to|with|for|of|against) whom\b|\bwho(?:m|se)?\s*\?|"
               rf"{_WHICH}(?:man|woman|person|player|actor|actress|singer|president|politician|minister|author|"
               r"artist|superstar|star|popstar|celebrity|leader|official|senator|judge|athlete|director|musician|rapper|"
               r"comedian|host|ceo|commander|general|billionaire|king|queen|monarch|prince|princess|lawmaker|"
               r"congressman|congresswoman|governor|mayor|candidate|justice|scientist|footballer|golfer|driver|"
               r"coach|quarterback|pilot|astronaut|lawyer|designer|writer|poet|painter|composer|model|activist|"
               r"chancellor|secretary|ambassador|spokesperson|member of|founder|rival|opponent)\b"),
    ("place", rf"{_OPENS}where\b|{_WHICH}(?:country|countries|city|cities|state|states|town|village|place|region|"
              r"province|island|continent|nation|county|river|port|district|location|airport)\b"),
    ("name", rf"{_WHICH}(?:company|companies|team|club|party|group|band|organi[sz]ation|agency|agencies|airline|"
             r"network|newspaper|magazine|outlet|broadcaster|brand|retailer|chain|store|bank|firm|manufacturer|"
             r"carmaker|automaker|university|school|college|hospital|museum|theatre|theater|church|court|ministry|"
             r"department|league|tournament|event|festival|award|awards|prize|movie|film|show|series|song|single|"
             r"album|book|novel|game|video game|app|platform|website|service|service provider|park|landmark|building|"
             r"bridge|ship|rocket|spacecraft|mission|planet|bill|law|treaty|operation|storm|hurricane|disease|virus|"
             r"language|religion|militia|army|brigade|regiment|alliance|union|charity|foundation)\b"),
    ("reason", r"\bwhy\b|\bwhat (?:caused|led to|made|prompted|triggered)\b|\bhow come\b|\bfor what reason\b|"
               r"\bwhat (?:is|was|were) the (?:reason|cause)"),
    ("speech", r"\bwhat (?:did|does|do|has|have|had) .{1,80}\b(?:say|said|claim|reply|answer|tell|told|announce|argue|"
               r"call|respond|state|admit|deny|warn)\b|\bhow did .{1,60} (?:respond|react|reply|describe)\b"),
    ("choice", r"\bor\b[^?]{2,80}\?"),
    ("yes or no", r"^(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should)\b"),
)  # fmt: skip
_ASKED = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _PATTERNS)
_HEAD = re.compile(
    r"\b(?:which|what|how many|how much|whose)\s+((?:(?!\b(?:is|are|was|were|did|does|do|has|have|had|will|would|"
    r"can|could|should|of|in|on|at|by|for|to|from|that|who|became|made|won|said|\w{3,}ed)\b)[\w'’-]+\s*){1,3})",
    re.I,
)
_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*(?:\s+(?:(?:of|the|de|al|bin|van|von|la|el)\s+){0,2}[^\W\d_a-z][\w'’.-]*)*")
_QUOTED = re.compile(r"[\"“‘]([^\"“”‘’]{2,80})[\"”’]")
NUMBER = re.compile(r"\d[\d,.]*")
"""A number in digits, with separators."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, analysed once.

    `terms` are the content words in order, one a stem. `names` are the stems of words that stand in a name
    (capitalised inside the question). `heads` are the words that say what kind of thing is asked for, as in
    "which *country*". `numbers` are the digits in it. `pairs` are neighbouring content stems.
    """

    text: str
    terms: tuple[Word, ...]
    names: frozenset[str]
    heads: tuple[str, ...]
    numbers: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    asked: Asked

    @property
    def stems(self) -> tuple[str, ...]:
        """Return the stems of the terms, in order."""
        return tuple(term.stem for term in self.terms)


def parse(question: str) -> Query:
    """Return the analysed question; any text gives one, perhaps without terms."""
    seen: dict[str, Word] = {}
    found = words(question)
    for word in found:
        if not is_stopword(word.text) and (len(word.text) > 1 or word.text.isdigit()):
            seen.setdefault(word.stem, word)
    if not seen:  # "who is who?": better a weak query than none
        seen = {word.stem: word for word in found}
    stems = [word.stem for word in found]
    return Query(
        text=question,
        terms=tuple(seen.values()),
        names=_names(question) & seen.keys(),
        heads=_heads(question),
        numbers=frozenset(number.strip(".,").replace(",", "") for number in NUMBER.findall(question)),
        pairs=frozenset((a, b) for a, b in itertools.pairwise(stems) if a in seen and b in seen),
        asked=_asked(question),
    )


def quoted(question: str) -> tuple[str, ...]:
    """Return what the question puts in quotation marks."""
    return tuple(_QUOTED.findall(question))


def _asked(question: str) -> Asked:
    for kind, pattern in _ASKED:
        if pattern.search(question):
            return kind
    return "thing"


def _heads(question: str) -> tuple[str, ...]:
    match = _HEAD.search(question)
    if match is None:
        return ()
    found = [word.text.lower() for word in words(match[1]) if not is_stopword(word.text)]
    return tuple(found[:1] if match[0].lower().startswith("how") else found[-2:])


def _names(question: str) -> frozenset[str]:
    found = set()
    for match in _NAME.finditer(question):
        first = match.start() == 0 or question[: match.start()].rstrip()[-1:] in ".?!"
        run = words(match[0])
        if first and run and is_stopword(run[0].text):
            run = run[1:]
        found |= {stem(word.text) for word in run if not is_stopword(word.text)}
    return frozenset(found)
