"""Who says what differently: values given for one thing by several sources, as an update or a dispute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
from qa.evidence import Quote
from qa.values import Amount, amounts, classes, days, names

MOST_CLAIMS = 4
"""Accounts that are shown at most."""
MOST_READ = 160
"""Sentences that are looked at."""
_FROM = 1.0

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
    rf"\b(?:according to|by|in) ((?:the |an? )?[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)|"
    rf"((?:The |the |An? )?(?:[\w'’-]+ ){{0,5}}?[\w'’-]+),? (?:on [A-Z]\w+ |has |have |had |also |at first )?{_SAYS}\b"
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
    r"\b(?:both|each|rival|sides?|differ\w*|disput\w*|conflict\w*|disagree\w*|accounts?|versions?|or|compared|against|"
    r"competing|contradict\w*)\b",
    re.I,
)
_MOVED_ON = re.compile(
    r"\b(?:latest|now|end(?:ed)? up|did the \w+ end|became|become|eventually|finally|actually|later|afterwards?|ever|still|"
    r"really|then|at first|first|hoped|plan\w*|forecast|come to that|by evening|go on|corrected|put right|put it right|"
    r"changed?|compared|against|since|after all|in the end|turned out)\b",
    re.I,
)
_NOT = re.compile(r"\b(?:not|no|never|nobody|none|neither|nor|without|n't|denied|failed|un\w+ed)\b|n['’]t\b", re.I)
_DIMENSIONS = (
    ("time", r"how (?:long|soon|quickly|fast)|how many (?:days|weeks|months|years|hours|minutes)|how old"),
    ("length", r"how (?:long|high|tall|far|deep|wide|close|big)|what size|height|distance|how big"),
    ("money", r"how much|cost|price|fine|pay|paid|worth|revenue|sum|money"),
    ("share", r"by how much|percent|percentage|proportion|rate|share|interest"),
    ("volume", r"how much|volume"),
    ("area", r"how (?:large|big)|area"),
    ("weight", r"how (?:heavy|much)|weigh"),
    ("oil", r"how (?:large|big|much)|oil|spill"),
)
_COUNTS = re.compile(r"\bhow many\b|\b(?:toll|tally|tallies|number|count|figure|total|population)\b", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """What the sources say differently: the kind, and for each claim its value and its quote, in order shown."""

    kind: Literal["dispute", "update"]
    claims: tuple[tuple[str, Quote], ...]


class Reading:
    """A sentence of the evidence, taken apart."""

    def __init__(self, item: Evidence, sentence: Sentence, before: str, after: str) -> None:
        self.item, self.sentence, self.before, self.after = item, sentence, before, after
        self.text = sentence.text

    @cached_property
    def words(self) -> list[Word]:
        """Return the content words."""
        return [word for word in words(self.text) if not is_stopword(word.text)]

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return their stems."""
        return frozenset(word.stem for word in self.words)

    @cached_property
    def amounts(self) -> list[Amount]:
        """Return the numbers with their things."""
        return amounts(self.text)

    @cached_property
    def negated(self) -> bool:
        """Tell whether it denies something."""
        return bool(_NOT.search(self.text))

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
    years: frozenset[str]


def asked(question: str) -> Asked:
    query = parse(question)
    weights = {s: idf(s, 0, 0) for s in query.stems}
    kinds = classes(question) | {kind for kind, said in _DIMENSIONS if re.search(rf"\b(?:{said})\b", question, re.I)}
    counts = bool(_COUNTS.search(question)) or query.asked in ("number", "money")
    return Asked(
        query, weights, frozenset(kinds), counts, bool(_TWO_SIDES.search(question)), bool(_MOVED_ON.search(question)),
        frozenset(re.findall(r"\b(?:19|20)\d\d\b", question)),
    )


def relevance(ask: Asked, read: list[Reading]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return how much each sentence is about what is asked, and the unit vectors of the sentences."""
    vocabulary: dict[str, int] = {}
    places = [[vocabulary.setdefault(word.text.lower(), len(vocabulary)) for word in r.words] or [0] for r in read]
    matrix = _vectors().of(list(vocabulary) or ["a"])
    terms = list(ask.query.terms)
    weight = np.array([ask.weights[term.stem] for term in terms])
    weight /= weight.sum() or 1.0
    like = np.clip((_vectors().of([term.text.lower() for term in terms]) @ matrix.T - 0.35) / 0.5, 0, 1)
    ends = np.cumsum([0, *(len(row) for row in places)])
    flat = np.concatenate([np.array(row) for row in places])
    held = np.maximum.reduceat(like[:, flat], ends[:-1], axis=1).T
    for column, term in enumerate(terms):
        held[[term.stem in r.stems for r in read], column] = 1.0
    heavy = np.concatenate([[idf(word.stem, 0, 0) for word in r.words] or [0.0] for r in read]).astype(np.float32)
    vectors = np.add.reduceat(heavy[:, None] * matrix[flat], ends[:-1], axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    near = held.copy()
    titles = {r.item.article.id: frozenset(word.stem for word in words(r.item.article.title or "")) for r in read}
    for number, r in enumerate(read):
        near[number] = np.maximum(near[number], [_IN_TITLE * (t.stem in titles[r.item.article.id]) for t in terms])
        for before in (number - 1, number - 2):
            if before >= 0 and read[before].item.article.id == r.item.article.id:
                near[number] = np.maximum(near[number], _BEFORE * held[before])
    scores = np.array([r.sentence.score for r in read])
    own = held @ weight * 0.3 + near @ weight * 0.7 + 0.05 * np.clip(scores - scores.max(), -6, 0)
    own += 0.2 * np.array([_kind_fit(ask, r) for r in read]) + 0.1 * np.log1p([len(r.words) for r in read])
    whole: dict[str, list[float]] = {}
    for r, value in zip(read, own, strict=True):
        whole.setdefault(r.item.article.id, []).append(float(value))
    mean = {article: sum(sorted(values)[-3:]) / len(values[-3:]) for article, values in whole.items()}
    story = np.array([mean[r.item.article.id] for r in read]) - max(mean.values())
    return own + story + np.array([_timely(ask, r.day) for r in read]), vectors


_IN_TITLE = 0.8
_BEFORE = 0.4
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused?|blamed|so that|reason|led to|since|thanks to|citing|suspect\w*|"
    r"explain\w*)\b",
    re.I,
)


def _kind_fit(ask: Asked, reading: Reading) -> float:
    """Return how surely a sentence holds a thing of the kind that is asked for, 0 to 1."""
    kind = ask.query.asked
    if ask.counts or ask.kinds:
        return max((amount_fit(ask, amount) for amount in reading.amounts), default=0.0)
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
        return -0.35
    months = [n for n, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}\b", ask.query.text)]
    return 0.0 if not months or any(0 <= day.month - month <= 1 for month in months) else -0.15


def _names_outlet(question: str, outlet: str | None) -> bool:
    name = re.sub(r"\s*\(.*\)$|^The\s+", "", outlet or "")
    return bool(name) and name.lower() in question.lower()


def amount_fit(ask: Asked, amount: Amount) -> float:
    """Return how well a number answers what is asked, 0 to 1."""
    if amount.kind and amount.kind in ask.kinds:
        return 1.0
    own = amount.things & ask.weights.keys()
    if own:
        return 0.9
    if not amount.kind and not amount.things:
        return 0.5
    return 0.2 if amount.kind else 0.3


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
    score: float
    i: int
    j: int
    how: str
    a: Amount | None = None
    b: Amount | None = None


def pairs(ask: Asked, read: list[Reading], about: NDArray[np.float64], vectors: NDArray[np.float32], top: int = 45) -> list[Pair]:
    """Return pairs of sentences that may be two accounts, best first."""
    order = np.argsort(-about, kind="stable")[:top].tolist()
    alike = vectors @ vectors.T
    numeric = ask.counts or bool(ask.kinds)
    outlets = {r.item.article.name for r in read if _names_outlet(ask.query.text, r.item.article.outlet)}
    found = []
    for x, i in enumerate(order):
        first = read[i]
        found += _inside(ask, first, i, float(about[i])) if numeric else []
        for j in order[x + 1 :]:
            second = read[j]
            own = first.item.article.id == second.item.article.id
            swap = first.sentence.start > second.sentence.start
            e, l = (j, i) if swap else (i, j)
            distance = abs(i - j) if own else 99
            near = own and distance <= 4
            value, how, va, vb = 0.0, [], None, None
            if numeric:
                best = 0.0
                for a in first.amounts:
                    for b in second.amounts:
                        same = rivals(a, b)
                        if not same:
                            continue
                        fit = amount_fit(ask, a) * amount_fit(ask, b)
                        if same * fit > best:
                            best, va, vb = same * fit, a, b
                if best >= 0.2:
                    value += best
                    how.append("number")
                else:
                    value -= 0.3
                    va = vb = None
            if near:
                early, late = read[e], read[l]
                header = any(read[k].announces for k in range(max(0, e - 1), l) if read[k].item.article.id == early.item.article.id)
                contrast = 0.45 * late.strong + 0.1 * late.opposes + 0.25 * header + 0.15 * late.supersedes
                contrast += 0.3 * bool(early.speaker and late.speaker and early.speaker != late.speaker)
                contrast -= 0.35 * (early.announces or (late.announces and not late.strong))
                contrast -= 0.08 * (distance - 1)
                contrast += 0.15 * ask.two_sides
                if contrast > 0.2:
                    value += 0.8 * contrast
                    how.append("contrast")
            if not own:
                turn = 0.0
                if first.negated != second.negated:
                    turn = max(0.0, float(alike[i, j]) - 0.45) * 1.2
                if first.day and second.day and first.day != second.day:
                    late = first if first.day > second.day else second
                    turn += 0.2 * ask.moved_on + 0.15 * late.supersedes
                if outlets:
                    both = {first.item.article.name, second.item.article.name}
                    turn += 0.3 * (len(outlets) > 1 and both <= outlets) + 0.15 * (len(outlets & both) == 1)
                if first.day and second.day and abs((first.day - second.day).days) > 60:
                    turn -= 0.2
                value += turn + 0.3 * float(alike[i, j]) - 0.1
                if turn > 0.1:
                    how.append("turn")
            if how:
                found.append(Pair(float(about[i] + about[j]) + value, i, j, "+".join(how), va, vb))
    return sorted(found, key=lambda pair: -pair.score)


def _inside(ask: Asked, reading: Reading, i: int, about: float) -> list[Pair]:
    """Return the pairs of rival numbers inside one sentence."""
    found = []
    for number, a in enumerate(reading.amounts):
        for b in reading.amounts[number + 1 :]:
            same, fit = rivals(a, b), max(amount_fit(ask, a), amount_fit(ask, b))
            cued = reading.opposes or reading.supersedes or reading.announces or ";" in reading.text[a.end : b.start]
            if same and cued and (not b.things or a.things & b.things):
                found.append(Pair(2 * about + 0.9 * same * fit, i, i, "inside", a, b))
    return found


def find(question: str, evidence: Sequence[Evidence]) -> Found | None:
    """Return how the sources differ on what is asked, or None: they do not, or nothing shows it."""
    read = [r for r in readings(evidence) if is_evidence(r.text)]
    ask = asked(question)
    if len(read) < 2 or not ask.weights:
        return None
    about, vectors = relevance(ask, read)
    ranked = pairs(ask, read, about, vectors)
    if not ranked or ranked[0].score < _FROM:
        return None
    best = ranked[0]
    kind = _kind(ask, read, best)
    chosen = {best.i: best.a} | ({best.j: best.b} if best.j != best.i else {})
    for pair in ranked[1:]:
        if len(chosen) >= MOST_CLAIMS or pair.score < best.score - _ALSO or pair.score < _FROM:
            break
        for mine, other, amount in ((pair.i, pair.j, pair.b), (pair.j, pair.i, pair.a)):
            if mine in chosen and other not in chosen and _adds(read, chosen, other, amount):
                chosen[other] = amount
                break
    claims = [(_value(read[number], amount), _quote(read[number])) for number, amount in chosen.items()]
    if best.i == best.j and best.a and best.b:
        text = read[best.i].text
        claims = [(text[a.start : a.end], _quote(read[best.i])) for a in (best.a, best.b)]
    if kind == "update":
        claims.sort(key=lambda claim: claim[1].article.published or date.min, reverse=True)
    return Found(kind, tuple(claims))


_ALSO = 0.3


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


def quotes(found: Found | None, plain: Sequence[Quote]) -> list[Quote]:
    """Return what to quote: each account once, and where there is room, the plain answer's best besides."""
    if found is None:
        return list(plain)
    chosen: list[Quote] = []
    for quote in (*(quote for _, quote in found.claims), *plain[:1]):
        if len(chosen) < MOST_CLAIMS and not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
    return chosen


def told(question: str, found: Found | None, citations: Sequence[Citation]) -> tuple[Account, ...]:
    """Return the accounts of an answer, each claim with the citation whose quote carries its value."""
    if found is None:
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
