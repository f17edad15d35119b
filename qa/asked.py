"""What a question wants of its accounts: which numbers, of when, both sides, or how a thing went on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.lexicon import idf
from index.query import Query, parse
from qa.values import amounts, classes

_DIMENSIONS = (
    ("time", r"how (?:long|soon|quickly|old)|how many (?:days|weeks|months|years|hours|minutes)"),
    ("length", r"how (?:high|tall|far|deep|wide|close|big)|what size|height|distance"),
    ("money", r"how much|cost|price|fine|pay|paid|worth|revenue|sum|money"),
    ("share", r"by how much|percent|percentage|proportion|rates?|share|interest"),
    ("volume", r"how much|volume"),
    ("area", r"how (?:large|big)|area"),
    ("weight", r"how (?:heavy|much)|weigh"),
    ("barrels", r"how (?:large|big|much)|oil|spill"),
)
"""The units in which an answer may be given, by the words that ask for them."""
_COUNTS = re.compile(
    r"\bhow many\b|\b(?:toll(?! (?:road|motorway|bridge|gate))|tally|tallies|number|count|figure|total|population|"
    r"fatalities)\b",
    re.I,
)
_TWO_SIDES = re.compile(
    r"\b(?:both|each|rival|sides?|differ\w*|disput\w*|conflict\w*|disagree\w*|accounts|versions|competing|opposing|"
    r"contradict\w*|explanations|estimates)\b|"
    r"\bor (?:had|has|have|was|were|did|is|are|not|a|an|the|by)\b|, or "
)
_MOVED_ON = re.compile(
    r"\b(?:the latest|end(?:ed)? up|in the end|actually|really|afterwards|days later|the next day|compared with the|"
    r"against (?:the )?[^?]*\b(?:first|forecast|plan|estimate)\w*|after all|"
    r"turn(?:ed)? out|(?:became|become|came|come) of|"
    r"(?:go|went) on\?|put right|corrected|revised|ever (?!since)\w+ed|by (?:the )?(?:evening|end)|since then|and then|"
    r"by the time|(?:tally|toll|count|figure|story) end|come to that|did (?:it|that) (?:happen|work))\b"
)
_BLAME = re.compile(
    r"\bwho (?:\w+ )?(?:bomb|kill|attack|shot|shell|caus|start|broke|sank)\w*|\b(?:responsible|to blame|at fault)\b",
    re.I,
)
_LEAVES_A_CHOICE = re.compile(
    r"^(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should)\b|, or ", re.I
)
_WHO_SAID = re.compile(
    r"\b(?:who|whose|whom|which \w+|name the|according to|authority)\b.{0,60}\b(?:said|says?|claim\w*|argu\w+|"
    r"estimat\w+|"
    r"reckon\w*|predict\w*|suggest\w*|caution\w*|warn\w*|spoke|told|held|accus\w+|point to|blame[sd]?|found|report\w*|"
    r"authority|confirm\w*|carr(?:y|ies)|mention\w*|names?|know|have it|made that)\b",
    re.I,
)
_CORROBORATES = re.compile(
    r"\b(?:besides|apart from|other than|except|leaving aside|anyone else|another (?:paper|outlet|source|article)|"
    r"second\b.{0,30}\breport|confirm(?:ed|s)? (?:by|it|that|this)|corroborat\w+|independent(?:ly)?)\b",
    re.I,
)
_OVERVIEW = re.compile(
    r"^what (?:was|is|has been|had been|do|did) (?:the \w+ )?(?:reported|written|said|known|say|report|write) "
    r"(?:about|of|on) (?:the )?(?-i:[A-Z])",
    re.I,
)
_MEASURE = re.compile(
    r"size|price|cost|rates?|height|amount|level|length|speed|share|percentage|age|distance|depth|weight|sum|fine|power",
    re.I,
)
_HOW = re.compile(r"\b(?:how|in what (?:state|shape|condition)|what (?:shape|state|condition))\b", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question wants.

    `weights` are the inverse document frequencies of its stems. `kinds` are the kinds of number (as in
    `Amount.kind`) that would answer, `counts` tells that something is counted. `open`: what answers is a statement,
    such as a cause, a yes or a no, and not the name of a thing. `two_sides` asks for both sides,
    `moved_on` for how a thing went on, `who_said` for a speaker, `corroborates` for another source of the same,
    `overview` for all that was reported of a name, and so for nothing on which accounts could differ.
    `numbers` are those in the question itself.
    """

    query: Query
    weights: dict[str, float]
    kinds: frozenset[str]
    counts: bool
    open: bool
    two_sides: bool
    moved_on: bool
    who_said: bool
    corroborates: bool
    overview: bool
    years: frozenset[int]
    months: frozenset[int]
    numbers: frozenset[float]

    @property
    def choice(self) -> int:
        """Return how many terms stand before the "or" of a question that leaves a choice; 0: it leaves none."""
        place = self.query.text.rfind(" or ")
        return sum(term.start < place for term in self.query.terms) if place >= 0 else 0

    @property
    def counted(self) -> tuple[str, ...]:
        """Return the words for what is counted, as in "how many *ships*"; a toll or a number is no such word."""
        return tuple(word for word in self.query.heads if not _COUNTS.search(word))

    @property
    def numeric(self) -> bool:
        """Tell whether a number is asked for."""
        return self.counts or bool(self.kinds)

    def names_outlet(self, outlet: str | None) -> bool:
        """Tell whether the question names the outlet, with or without its article and what stands in brackets."""
        name = re.sub(r"\s*\(.*\)$|^The\s+", "", outlet or "")
        return bool(name) and name.lower() in self.query.text.lower()

    def timely(self, day: date | None) -> float:
        """Return a penalty, 0 or less, for an article of another year or month than the question names."""
        if not self.years or day is None:
            return 0.0
        if day.year not in self.years:
            return -0.7
        near = not self.months or any(0 <= day.month - month <= 1 for month in self.months)
        return 0.0 if near else -0.15


@lru_cache(maxsize=50_000)
def weight(stem: str) -> float:
    """Return how rare a stem is in news at large, as an inverse document frequency."""
    return idf(stem, 0, 0)


def asked(question: str) -> Asked:
    """Return what a question wants; any text gives something."""
    query = parse(question)
    counts = bool(_COUNTS.search(question)) or query.asked in ("number", "money")
    kinds = set(classes(question)) if counts else set()
    named = query.asked in ("person", "place", "reason", "speech", "date") or (
        query.asked == "thing" and query.heads and not any(_MEASURE.fullmatch(word) for word in query.heads)
    )
    if counts or not named:
        kinds |= {kind for kind, said in _DIMENSIONS if re.search(rf"\b(?:{said})\b", question, re.I)}
    return Asked(
        query=query,
        weights={stem: weight(stem) for stem in query.stems},
        kinds=frozenset(kinds),
        counts=counts,
        open=query.asked in ("reason", "yes or no")
        or (query.asked == "choice" and bool(_LEAVES_A_CHOICE.search(question)))
        or (query.asked in ("thing", "number") and not query.heads and bool(_HOW.search(question)))
        or (query.asked == "person" and bool(_BLAME.search(question))),
        two_sides=bool(_TWO_SIDES.search(question)),
        moved_on=bool(_MOVED_ON.search(question)),
        who_said=bool(_WHO_SAID.search(question)),
        corroborates=bool(_CORROBORATES.search(question)),
        overview=bool(_OVERVIEW.search(question)) and not _TWO_SIDES.search(question),
        years=frozenset(int(year) for year in _YEAR.findall(question)),
        months=frozenset(n for n, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}\b", question)),
        numbers=frozenset(amount.low for amount in amounts(question)),
    )
