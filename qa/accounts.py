"""Who says what differently: values given for one thing by several sources, as an update or a dispute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.lexicon import WordVectors, idf
from index.query import Query, parse
from index.records import Evidence, Sentence
from index.terms import Word, is_stopword, words
from qa.answer import Account, Citation, Claim
from qa.context import is_evidence
from qa.evidence import MOST_SENTENCES, MOST_WORDS, Quote, shortened
from qa.values import Amount, amounts, classes, days, names

MOST_CLAIMS = 4
"""Accounts that are shown at most."""
MOST_SOURCES = 3
"""Undated sources of which a reading each is shown."""
MOST_READ = 160
"""Sentences that are looked at."""

_ANNOUNCED = re.compile(
    r"\b(?:disput\w+|contested|contradict\w+|opinions (?:differ|were divided)|differ(?:s|ed)?\b|not certain|unclear|"
    r"conflicting|rival|competing|two very different|at odds|disagree\w*|estimates (?:range|vary))\b",
    re.I,
)
_SAYS = (
    r"(?:said|says|told|maintained|reported|announced|spoke|spoken|put|puts|counted|expects?|reckoned|reckons|insisted|"
    r"denied|den(?:y|ies)|accus(?:ed|es)|rejected|claim(?:ed|s)?|consider(?:ed|s)?|believe[sd]?|suspected|thought|warned|"
    r"conclud(?:ed|es)|argued|complained|called|point(?:ed)? out|pointed to|citing|estimated?s?|found|dated|confirmed)"
)
_SPEAKER = re.compile(
    rf"\baccording to ((?:the |an? )?[\w'’-]+(?: [A-Z][\w'’-]*)*)|"
    rf"\b((?:[A-Z][\w'’-]*|the|an?|its|his|her|[a-z]+s) (?:(?!was|were|is|are|been)[\w'’-]+ ){{0,4}}?|[Hh]e |[Ss]he |[Tt]hey |[Ii]t |[A-Z][\w'’-]+ )"
    rf"(?:on [A-Z]\w+ |has |have |had |also |at first |itself ){{0,2}}{_SAYS}\b"
)
_OPPOSES = re.compile(
    r"\b(?:by contrast|in contrast|on the other hand|a different|differently|otherwise|denie[sd]|denied having|deny|"
    r"reject(?:s|ed)?|dismiss(?:es|ed)?|contradict\w*|disput(?:es|ed)|insist(?:s|ed)?|rul(?:es|ed|e) out|exclud(?:e|es|ed)|"
    r"less|more (?:cautious|optimistic|pessimistic)|others|another|critics|specialists|even so|nevertheless|however|"
    r"pointed out|far too|rather than|not the|in fact|had not|has not|was not|were not|did not|no (?:\w+ )?(?:had|was|were)|"
    r"instead|accus(?:es|ed)|but)\b",
    re.I,
)
_STRONG = re.compile(
    r"\b(?:by contrast|in contrast|on the other hand|a different|differently|otherwise|denie[sd]|deny|den(?:ied|ying)|"
    r"reject(?:s|ed)?|dismiss(?:es|ed)?|contradict\w*|disput(?:es|ed)|insist(?:s|ed)?|rul(?:es|ed|e) out|excluded|"
    r"less (?:optimistic|certain)|more (?:cautious|optimistic|pessimistic)|others|another count|critics|specialists|"
    r"even so|nevertheless|pointed out|far too|it had not|had stopped|did not|second tone|sticks to)\b",
    re.I,
)
_SUPERSEDES = re.compile(
    r"\b(?:ris(?:en|es) to|rose to|rais(?:ed|es) (?:again|to)|lower(?:ed|s) to|revis\w+|correct(?:ion|ed)|earlier version|"
    r"first report\w*|earlier reports?|at first|no longer|turned out|became|had been announced|now (?:stands|puts)|"
    r"instead of|originally|initial(?:ly)?|previously|so far|by (?:evening|morning)|(?:a few )?hours later|up from|"
    r"down from|climb\w* to|fallen to|increased to|updated?)\b",
    re.I,
)
_TWO_SIDES = re.compile(
    r"\b(?:both|each|rival|sides?|differ\w*|disput\w*|conflict\w*|disagree\w*|accounts|versions|competing|contradict\w*|"
    r"opposing|explanations|estimates|or (?:had|has|have|was|were|did|is|are|not|held|a|an|the|by|mistake))\b|, or "
)
_MOVED_ON = re.compile(
    r"\b(?:latest|by now|now|ended? up|tally end|eventually|finally|actually|really|later|afterwards|compared with|against|"
    r"after all|in the end|turn(?:ed)? out|(?:became|become) of|come to that|came of|go on|put right|corrected|revised|"
    r"(?:was|were|been|is|are) \w+ ever|\w+ ever \w+ed|ever (?:found|located|fixed)|at first|by evening|to the end|since then|"
    r"still|so far|and then|by the time|hoped|forecast|planned|plan|first report)\b"
)
_WHO_SAID = re.compile(
    r"\b(?:who|whose|whom|which \w+|name the|according to|authority)\b.{0,60}\b(?:said|says?|claim\w*|argu\w+|estimat\w+|"
    r"reckon\w*|predict\w*|suggest\w*|caution\w*|warn\w*|spoke|told|held|accus\w+|point to|blame[sd]?|found|report\w*|authority|"
    r"confirm\w*|carr(?:y|ies)|mention\w*|names?|know|have it|made that)\b",
    re.I,
)
_CORROBORATES = re.compile(
    r"\b(?:besides|apart from|other than|except|leaving aside|anyone else|another (?:paper|outlet|source|article)|"
    r"second\b.{0,30}\breport|confirm(?:ed|s)? (?:by|it|that|this)|corroborat\w+|independent(?:ly)?)\b",
    re.I,
)
_NOT = re.compile(r"\b(?:not|no|never|nobody|none|neither|nor|without|n't|denied|failed|un\w+ed)\b|n['’]t\b", re.I)
_DIMENSIONS = (
    ("time", r"how (?:long|soon|quickly)|how many (?:days|weeks|months|years|hours|minutes)|how old"),
    ("length", r"how (?:high|tall|far|deep|wide|close|big)|what size|height|distance|how big"),
    ("money", r"how much|cost|price|fine|pay|paid|worth|revenue|sum|money"),
    ("share", r"by how much|percent|percentage|proportion|rate|share|interest"),
    ("volume", r"how much|volume"),
    ("area", r"how (?:large|big)|area"),
    ("weight", r"how (?:heavy|much)|weigh"),
    ("oil", r"how (?:large|big|much)|oil|spill"),
)
_COUNTS = re.compile(
    r"\bhow many\b|\b(?:toll(?! (?:road|motorway|bridge|gate))|tally|tallies|number|count|figure|total|population|fatalities)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources say differently: the kind, and for each claim its value and its quote, in order shown."""

    kind: Literal["dispute", "update"] | None
    claims: tuple[tuple[str, Quote], ...]


class Reading:
    """A sentence of the evidence, taken apart."""

    def __init__(self, item: Evidence, sentence: Sentence, before: str, after: str) -> None:
        self.item, self.sentence, self.before, self.after = item, sentence, before, after
        self.text = sentence.text
        self.id = item.article.id
        self.outlet = item.article.name

    @cached_property
    def words(self) -> list[Word]:
        """Return the content words."""
        return _content(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return their stems."""
        return frozenset(word.stem for word in self.words)

    @cached_property
    def amounts(self) -> list[Amount]:
        """Return the numbers with their things."""
        return [_classed(one, self.text) for one in amounts(self.text)]

    @cached_property
    def denied(self) -> frozenset[str]:
        """Return the stems of the two content words that follow each not, no, never or nobody."""
        found: set[str] = set()
        for match in _NOT.finditer(self.text):
            found |= {word.stem for word in [w for w in self.words if w.start >= match.end()][:2]}
        return frozenset(found)

    @cached_property
    def opposes(self) -> bool:
        return bool(_OPPOSES.search(self.text))

    @cached_property
    def strong(self) -> bool:
        return bool(_STRONG.search(self.text))

    @cached_property
    def announces(self) -> bool:
        return bool(_ANNOUNCED.search(self.text))

    @cached_property
    def heads_only(self) -> bool:
        """Tell whether it only says that there is a dispute, and gives no side of it."""
        return self.announces and not self.speaker and not self.amounts

    @cached_property
    def supersedes(self) -> bool:
        return bool(_SUPERSEDES.search(self.text))

    @cached_property
    def speaker(self) -> str:
        match = _SPEAKER.search(self.text)
        return (match[1] or match[2] or "").strip().lower() if match else ""

    @property
    def day(self) -> date | None:
        return self.item.article.published

    def __repr__(self) -> str:
        return f"Reading({self.item.article.name}: {self.text[:60]!r})"


def _classed(amount: Amount, text: str) -> Amount:
    """Return a bare number as one of what its clause counts: dead, hurt, missing …"""
    if amount.kind or amount.things:
        return amount
    start = max(text.rfind(mark, 0, amount.start) for mark in ",;:") + 1
    ends = [place for mark in ",;:" if (place := text.find(mark, amount.end)) >= 0]
    spoken = classes(text[start : min(ends, default=len(text))]) or classes(text)
    return replace(amount, kind=next(iter(spoken))) if len(spoken) == 1 else amount


@lru_cache(maxsize=4000)
def _content(text: str) -> list[Word]:
    return [word for word in words(text) if not is_stopword(word.text)]


@lru_cache(maxsize=1)
def _vectors() -> WordVectors:
    return WordVectors()


def readings(evidence: Sequence[Evidence]) -> list[Reading]:
    """Return the sentences of the evidence in the order of passage and text."""
    found = []
    seen = set()
    for item in evidence:
        scored = sorted(item.sentences, key=lambda sentence: sentence.start)
        for number, sentence in enumerate(scored):
            if (item.article.id, sentence.start) in seen:
                continue
            seen.add((item.article.id, sentence.start))
            before = scored[number - 1].text if number else ""
            after = scored[number + 1].text if number + 1 < len(scored) else ""
            found.append(Reading(item, sentence, before, after))
    return found[:MOST_READ]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the question wants: its stems with weights, the kinds of number, and whether it asks for two sides."""

    query: Query
    weights: dict[str, float]
    kinds: frozenset[str]
    counts: bool
    two_sides: bool
    moved_on: bool
    who_said: bool
    corroborates: bool
    years: frozenset[str]
    numbers: frozenset[float]

    @property
    def numeric(self) -> bool:
        """Tell whether a number is asked for."""
        return self.counts or bool(self.kinds)


def asked(question: str) -> Asked:
    query = parse(question)
    weights = {s: idf(s, 0, 0) for s in query.stems}
    counts = bool(_COUNTS.search(question)) or query.asked in ("number", "money")
    other = query.asked in ("person", "place", "reason", "speech") and not counts
    kinds = {kind for kind, said in _DIMENSIONS if re.search(rf"\b(?:{said})\b", question, re.I)} if not other else set()
    kinds |= classes(question) if counts else set()
    return Asked(
        query, weights, frozenset(kinds), counts, bool(_TWO_SIDES.search(question)), bool(_MOVED_ON.search(question)),
        bool(_WHO_SAID.search(question)), bool(_CORROBORATES.search(question)),
        frozenset(re.findall(r"\b(?:19|20)\d\d\b", question)), frozenset(a.low for a in amounts(question)),
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """The sentences, how much each is about what is asked, how alike two are, and the numbers that each gives."""

    read: list[Reading]
    about: NDArray[np.float64]
    alike: NDArray[np.float32]
    given: list[list[Given]]
    held: NDArray[np.float64]
    """How surely each sentence holds each term of the question, 0 to 1, times what the term weighs."""

    def covered(self, i: int, j: int) -> float:
        """Return the share of the question that two sentences hold, with what stands before and between them."""
        low, high = min(i, j), max(i, j)
        near = self.read[low].id == self.read[high].id and high - low <= 4
        ones = range(max(0, low - 1), high + 1) if near else (low - 1, low, high - 1, high)
        ids = {self.read[i].id, self.read[j].id}
        return float(self.held[[n for n in ones if n >= 0 and self.read[n].id in ids]].max(axis=0).sum())


@dataclass(frozen=True, slots=True)
class Given:
    """A number in a sentence, how well it fits what is asked, and the unit vector of the words around it."""

    amount: Amount
    fit: float
    around: NDArray[np.float32]


def look(ask: Asked, read: list[Reading]) -> Looked:
    """Return the sentences weighed against the question."""
    vocabulary: dict[str, int] = {}
    places = [[vocabulary.setdefault(word.text.lower(), len(vocabulary)) for word in r.words] or [0] for r in read]
    matrix = _vectors().of(list(vocabulary) or ["a"])
    terms = list(ask.query.terms)
    weight = np.array([ask.weights[term.stem] for term in terms])
    weight /= weight.sum() or 1.0
    own_terms = _vectors().of([term.text.lower() for term in terms])
    like = np.clip((own_terms @ matrix.T - 0.35) / 0.5, 0, 1)
    ends = np.cumsum([0, *(len(row) for row in places)])
    flat = np.concatenate([np.array(row) for row in places])
    held = np.maximum.reduceat(like[:, flat], ends[:-1], axis=1).T
    for column, term in enumerate(terms):
        held[[term.stem in r.stems for r in read], column] = 1.0
    heavy = np.concatenate([[_idf(word.stem) for word in r.words] or [0.0] for r in read]).astype(np.float32)
    rows = heavy[:, None] * matrix[flat]
    vectors = _unit(np.add.reduceat(rows, ends[:-1], axis=0))
    near = held.copy()
    titles = {r.id: frozenset(word.stem for word in words(r.item.article.title or "")) for r in read}
    told = {id_: np.array([_IN_TITLE * (term.stem in stems) for term in terms]) for id_, stems in titles.items()}
    for number, r in enumerate(read):
        near[number] = np.maximum(near[number], told[r.id])
        for before in (number - 1, number - 2):
            if before >= 0 and read[before].id == r.id:
                near[number] = np.maximum(near[number], _BEFORE * held[before])
    question = _unit((weight @ own_terms)[None, :].astype(np.float32))[0]
    heads = _vectors().of(list(ask.query.heads))
    given = [
        [_given(ask, amount, r, rows[ends[n] : ends[n + 1]], question, heads) for amount in r.amounts]
        if ask.numeric
        else []
        for n, r in enumerate(read)
    ]
    scores = np.array([r.sentence.score for r in read])
    own = held @ weight * 0.3 + near @ weight * 0.7 + 0.05 * np.clip(scores - scores.max(), -6, 0)
    own += 0.2 * np.array([_kind_fit(ask, r, fits) for r, fits in zip(read, given, strict=True)])
    own += 0.1 * np.log1p([len(r.words) for r in read])
    whole: dict[str, list[float]] = {}
    for r, value in zip(read, own, strict=True):
        whole.setdefault(r.id, []).append(float(value))
    mean = {article: float(np.mean(sorted(values)[-3:])) for article, values in whole.items()}
    story = np.array([mean[r.id] for r in read]) - max(mean.values())
    about = own + story + np.array([_timely(ask, r.day) for r in read])
    return Looked(read, about, vectors @ vectors.T, given, held * weight)


def _given(
    ask: Asked, amount: Amount, r: Reading, rows: NDArray[np.float32], question: NDArray[np.float32],
    heads: NDArray[np.float32],
) -> Given:
    beside = [
        n for n, word in enumerate(r.words)
        if amount.start - 70 <= word.start <= amount.end + 50 and not word.text[0].isdigit()
    ]
    around = _unit(rows[beside].sum(axis=0)[None, :])[0] if beside else np.zeros_like(question)
    things = [n for n, word in enumerate(r.words) if word.stem in amount.things]
    same = 0.0
    if len(heads) and things:
        same = float((heads @ _unit(rows[things]).T).max())
    fit = amount_fit(ask, amount, same) * (0.5 + 0.5 * min(1.0, max(0.0, float(around @ question) / 0.6)))
    return Given(amount, fit, around)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-6)


@lru_cache(maxsize=50_000)
def _idf(stem: str) -> float:
    return idf(stem, 0, 0)


_IN_TITLE = 0.8
_BEFORE = 0.4
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused?|blamed|so that|reason|led to|since|thanks to|citing|suspect\w*|"
    r"explain\w*)\b",
    re.I,
)


def _kind_fit(ask: Asked, reading: Reading, given: list[Given]) -> float:
    """Return how surely a sentence holds a thing of the kind that is asked for, 0 to 1."""
    kind = ask.query.asked
    if ask.counts or ask.kinds:
        return max((one.fit for one in given), default=0.0)
    if kind == "date":
        return float(bool(days(reading.text)))
    if kind == "reason":
        return float(bool(_REASON.search(reading.text)))
    if kind in ("person", "place"):
        stems = ask.weights.keys()
        return float(any(not stems & {w.stem for w in words(reading.text[a:b])} for a, b in names(reading.text)))
    if kind == "speech":
        return float(bool(reading.speaker))
    return 0.5


_MONTHS = "January February March April May June July August September October November December".split()


def _timely(ask: Asked, day: date | None) -> float:
    """Return a penalty for an article that was published in another year, or month, than the question names."""
    if not ask.years or day is None:
        return 0.0
    if str(day.year) not in ask.years:
        return -0.7
    months = [n for n, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}\b", ask.query.text)]
    return 0.0 if not months or any(0 <= day.month - month <= 1 for month in months) else -0.15


def _names_outlet(question: str, outlet: str | None) -> bool:
    name = re.sub(r"\s*\(.*\)$|^The\s+", "", outlet or "")
    return bool(name) and name.lower() in question.lower()


def amount_fit(ask: Asked, amount: Amount, like_head: float) -> float:
    """Return how well a number answers what is asked, 0 to 1; `like_head`: its thing and the thing counted."""
    bare = not amount.kind and not amount.things
    if ask.query.heads and (like_head >= 0.6 or amount.things & ask.weights.keys()):
        return 1.0
    if ask.kinds:
        if amount.kind:
            return 1.0 if amount.kind in ask.kinds else 0.15
        return 0.6 if bare else 0.35
    if bare:
        return 0.6
    if ask.query.heads:
        return min(1.0, max(0.0, like_head - 0.1) / 0.4) if not amount.kind or amount.kind in _PEOPLE else 0.1
    return 0.6


_PEOPLE = frozenset({"dead", "hurt", "missing", "moved", "held"})


def rivals(a: Amount, b: Amount) -> float:
    """Return how surely two numbers are given for the same thing and differ, 0 to 1."""
    if a.agrees(b):
        return 0.0
    if a.kind and b.kind:
        if a.kind != b.kind:
            return 0.0
        if a.things and b.things and not a.kind in ("dead", "hurt", "missing", "moved", "held"):
            return 1.0 if a.things & b.things else 0.6
        return 0.9
    if a.things & b.things:
        return 0.9
    if (not a.kind and not a.things) or (not b.kind and not b.things):
        return 0.5
    return 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences that may be two accounts: `rivalry` says how surely, `score` adds how much both are about it."""

    score: float
    rivalry: float
    i: int
    j: int
    how: frozenset[str]
    a: Amount | None = None
    b: Amount | None = None


def pairs(ask: Asked, looked: Looked, top: int = 32) -> list[Pair]:
    """Return pairs of sentences that may be two accounts, best first."""
    read, about, alike = looked.read, looked.about, looked.alike
    order = np.argsort(-about, kind="stable")[:top].tolist()
    outlets = frozenset(r.outlet for r in read if _names_outlet(ask.query.text, r.item.article.outlet))
    newest = max((read[n].day for n in order[:20] if read[n].day), default=None)
    found = []
    for x, i in enumerate(order):
        if ask.numeric:
            found += _inside(ask, looked, i)
        for j in order[x + 1 :]:
            one = _pair(ask, looked, i, j, outlets, newest)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda pair: -pair.score)


def _pair(ask: Asked, looked: Looked, i: int, j: int, outlets: frozenset[str], newest: date | None) -> Pair | None:
    read, alike = looked.read, float(looked.alike[i, j])
    first, second = read[i], read[j]
    own = first.id == second.id
    if own and abs(i - j) > 4 and not ask.numeric:
        return None
    value, how, va, vb = 0.0, [], None, None
    if ask.numeric:
        best, va, vb = _number_rivals(looked.given[i], looked.given[j], near=own and abs(i - j) <= 4)
        if ask.numbers and va and (va.low in ask.numbers or vb.low in ask.numbers) and best:
            best += 0.3
        value += best if best >= 0.2 else -0.3
        if best >= 0.2:
            how.append("number")
        else:
            va = vb = None
    if own and abs(i - j) <= 4:
        contrast = _contrast(ask, read, min(i, j), max(i, j))
        value += 0.8 * contrast
        if contrast > 0.2:
            how.append("contrast")
    elif not own:
        turn = 0.3 * alike - 0.1
        turn += 0.5 * _opposite(first, second)
        if first.day and second.day and first.day != second.day:
            late = first if first.day > second.day else second
            turn += 0.15 * ask.moved_on + 0.15 * late.supersedes + 0.15 * (ask.moved_on and late.day == newest)
            turn -= 0.2 * (abs((first.day - second.day).days) > 60)
        both = frozenset({first.outlet, second.outlet})
        if outlets and len(both) > 1:
            turn += 0.3 * (len(outlets) > 1 and both <= outlets) + 0.15 * (len(outlets & both) == 1)
        value += turn
        if turn > 0.15:
            how.append("turn")
    if not how:
        return None
    if ask.who_said and not ask.two_sides:
        value -= 0.4
    return Pair(float(looked.about[i] + looked.about[j]) + value, value, i, j, frozenset(how), va, vb)


def _opposite(first: Reading, second: Reading) -> bool:
    """Tell whether one says not what the other says: a word is denied in one and stands in the other."""
    shared = first.stems & second.stems
    denied = (first.denied & second.stems - second.denied) | (second.denied & first.stems - first.denied)
    return bool(denied) and len(shared) >= 2


def _number_rivals(one: list[Given], other: list[Given], near: bool) -> tuple[float, Amount | None, Amount | None]:
    """Return the best pair of rival numbers of two sentences, and how surely they are, 0 to 1."""
    best, found = 0.0, (None, None)
    for a in one:
        for b in other:
            same = rivals(a.amount, b.amount)
            if same:
                bare = not (a.amount.things or a.amount.kind) or not (b.amount.things or b.amount.kind)
                alike = 0.8 if bare and near else float(a.around @ b.around)
                least = 0.7 if a.amount.kind == b.amount.kind and a.amount.kind in _PEOPLE else 0.25
                value = same * min(a.fit, b.fit) * (least + (1 - least) * min(1.0, max(0.0, alike) / 0.6))
                if value > best:
                    best, found = value, (a.amount, b.amount)
    return best, *found


def _contrast(ask: Asked, read: list[Reading], e: int, l: int) -> float:
    """Return how surely two sentences close to one another are two sides."""
    early, late = read[e], read[l]
    header = any(read[k].announces for k in range(max(0, e - 1), l + 1) if read[k].id == early.id)
    value = 0.45 * late.strong + 0.1 * late.opposes + 0.25 * header + 0.15 * late.supersedes + 0.15 * ask.two_sides
    if early.speaker and late.speaker and early.speaker != late.speaker:
        value += 0.3
    value -= 0.35 * (early.heads_only or late.heads_only)
    value -= 0.2 * (len(early.words) < 5) + 0.2 * (len(late.words) < 5)
    return value - 0.08 * (l - e - 1)


def _inside(ask: Asked, looked: Looked, i: int) -> list[Pair]:
    """Return the pairs of rival numbers inside one sentence."""
    reading, given, found = looked.read[i], looked.given[i], []
    for number, a in enumerate(given):
        for b in given[number + 1 :]:
            same = rivals(a.amount, b.amount)
            between = reading.text[a.amount.end : b.amount.start]
            cued = reading.opposes or reading.supersedes or reading.announces or ";" in between
            if same and cued and (not b.amount.things or a.amount.things & b.amount.things):
                value = 0.9 * same * max(a.fit, b.fit)
                score = 2 * float(looked.about[i]) + value
                found.append(Pair(score, value, i, i, frozenset({"inside"}), a.amount, b.amount))
    return found


def find(question: str, evidence: Sequence[Evidence]) -> Found | None:
    """Return how the sources differ on what is asked, or None: they do not, or nothing shows it."""
    read = [r for r in readings(evidence) if is_evidence(r.text)]
    ask = asked(question)
    if len(read) < 2 or not ask.weights:
        return None
    looked = look(ask, read)
    ranked = pairs(ask, looked)
    ranked = [pair for pair in ranked if _sure(ask, looked, pair)]
    if not ranked:
        return by_source(ask, looked)
    best = ranked[0]
    kind = _kind(ask, read, best)
    chosen = {best.i: best.a} | ({best.j: best.b} if best.j != best.i else {})
    for pair in ranked[1:]:
        if pair.score < best.score - _ALSO:
            break
        new = {n: v for n, v in ((pair.i, pair.a), (pair.j, pair.b)) if n not in chosen and _adds(read, chosen, n, v)}
        if len(new) == 1 and len(chosen) < MOST_CLAIMS:
            chosen |= new
    claims = [(_value(read[number], amount), _quote(read[number])) for number, amount in chosen.items()]
    if best.i == best.j and best.a and best.b:
        text = read[best.i].text
        claims = [(text[a.start : a.end], _quote(read[best.i])) for a in (best.a, best.b)]
    if kind == "update":
        claims.sort(key=lambda claim: claim[1].article.published or date.min, reverse=True)
    return Found(kind, tuple(claims))


_ALSO = 0.6


def _sure(ask: Asked, looked: Looked, pair: Pair) -> bool:
    """Tell whether two sentences are surely enough two accounts of what is asked."""
    if ask.corroborates:
        return False
    both = looked.about[[pair.i, pair.j]]
    top = looked.about.max()
    invited = ask.two_sides or (ask.moved_on and "turn" in pair.how)
    if both.min() < top - 0.75 or both.max() < top - (0.5 if invited else 0.35):
        return False
    if looked.covered(pair.i, pair.j) < (0.1 if invited else 0.35 if "turn" in pair.how else 0.2):
        return False
    least = 0.3 if pair.how & {"number", "inside"} else 0.7 if ask.numeric else 0.45
    return pair.rivalry + 0.3 * invited >= least


def _adds(read: list[Reading], chosen: dict[int, Amount | None], other: int, amount: Amount | None) -> bool:
    mine = read[other]
    for number, value in chosen.items():
        if amount and value and amount.agrees(value):
            return False
        overlap = len(mine.stems & read[number].stems) / max(1, len(mine.stems))
        if overlap > 0.7:
            return False
    return True


def _kind(ask: Asked, read: list[Reading], pair: Pair) -> Literal["dispute", "update"]:
    first, second = read[pair.i], read[pair.j]
    if pair.i == pair.j:
        return "update" if first.supersedes and not re.search(r"another|others|other count", first.text) else "dispute"
    if first.item.article.id == second.item.article.id:
        return "update" if (first.supersedes or second.supersedes) and "contrast" not in pair.how else "dispute"
    if first.day and second.day and first.day != second.day:
        return "update"
    return "dispute"


def _value(reading: Reading, amount: Amount | None) -> str:
    if amount:
        return reading.text[amount.start : amount.end]
    return " ".join(reading.text.split()[:12])


def _quote(reading: Reading) -> Quote:
    sentence = reading.sentence
    return Quote(reading.item.article, sentence.start, sentence.end, sentence.confidence, reading.item.copies)


def _fitted(claims: Sequence[tuple[str, Quote]]) -> list[Quote]:
    """Return the quotes of the claims within the words that an answer may quote: the longest are cut, but not their
    values.
    """
    lengths = sorted(len(quote.text.split()) for _, quote in claims)
    left, most = MOST_WORDS, MOST_WORDS
    for place, length in enumerate(lengths):
        most = left // (len(lengths) - place)
        if length > most:
            break
        left -= length
    fitted = []
    for value, quote in claims:
        text = quote.text
        cut = shortened(text, most) if len(text.split()) > most else len(text)
        needed = text.find(value) + len(value) if value in text else 0
        fitted.append(replace(quote, end=quote.start + max(cut, needed)))
    return fitted


def quotes(found: Found | None, plain: Sequence[Quote]) -> list[Quote]:
    """Return what to quote: each account once, then the plain answer's, where there is room."""
    if found is None:
        return list(plain)
    chosen: list[Quote] = []
    for quote in (*_fitted(found.claims), *plain):
        most = MOST_CLAIMS if quote in plain[:1] or len(chosen) < len(found.claims) else MOST_SENTENCES
        room = len(chosen) < len(found.claims) or sum(len(q.text.split()) for q in (*chosen, quote)) <= MOST_WORDS
        if len(chosen) < most and room and not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
    return chosen


def count(found: Found | None) -> int:
    """Return how many of the quotes are accounts, and must be shown."""
    return len(found.claims) if found else 0


def told(question: str, found: Found | None, citations: Sequence[Citation]) -> tuple[Account, ...]:
    """Return the accounts of an answer, each claim with the citation whose quote carries its value."""
    if found is None or found.kind is None:
        return ()
    claims = []
    for value, quote in found.claims:
        for citation in citations:
            if (citation.article_id, citation.start) == (quote.article.id, quote.start):
                claims.append(Claim(value, quote.article.name, quote.article.published, citation.n))
                break
    return (Account(question.rstrip("? "), found.kind, tuple(claims)),)


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def by_source(ask: Asked, looked: Looked) -> Found | None:
    """Return one reading of each source, where nothing says which is the later: all of them are undated."""
    order = np.argsort(-looked.about, kind="stable").tolist()
    first: dict[str, int] = {}
    for number in order:
        first.setdefault(looked.read[number].id, number)
    chosen = list(first.values())[:MOST_SOURCES]
    if len(chosen) < 2 or any(looked.read[number].day for number in chosen):
        return None
    claims, keys = [], set()
    for number in chosen:
        reading = looked.read[number]
        best = max(looked.given[number], key=lambda one: one.fit, default=None) if ask.numeric else None
        amount = best.amount if best else None
        claims.append((_value(reading, amount), _quote(reading)))
        keys.add(_key(ask, reading, amount))
    return Found("dispute" if len(keys) > 1 else None, tuple(claims))


def _key(ask: Asked, reading: Reading, amount: Amount | None) -> frozenset[str]:
    """Return what a reading answers with, the same for the same answer; the whole reading where it is not known."""
    if amount:
        return frozenset({f"{amount.low:g} {amount.high:g} {amount.kind}"})
    spans = days(reading.text) if ask.query.asked == "date" else names(reading.text)
    own = {reading.text[a:b].lower() for a, b in spans}
    return frozenset(name for name in own if not {w.stem for w in words(name)} <= ask.weights.keys()) or reading.stems


def notes(accounts: Sequence[Account]) -> tuple[str, ...]:
    """Return what a reader is told of the accounts, in a sentence each."""
    return tuple(_note(account) for account in accounts)


def _note(account: Account) -> str:
    if account.kind == "dispute":
        return "Accounts differ."
    newest, *before = account.claims
    said = "; ".join(f"“{claim.value}” ({claim.source})" for claim in before)
    return f"The newest is “{newest.value}” ({newest.source}); before that {said}."
