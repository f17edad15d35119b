"""The sentences of the evidence as they are read for accounts: taken apart, and held against the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from index import timewords
from index.dates import first_day
from index.periods import Period
from index.records import Evidence, Sentence
from index.terms import Word, content, content_stems, stems_of
from index.vocabulary import word_vectors
from qa.asked import Asked, weight
from qa.evidence import past_opening
from qa.values import PEOPLE, Amount, amounts, classes, days, names

MOST_READ = 80
"""Sentences that are looked at: with twice as many, accounts are found in the same questions."""
NEAR = 4
"""Sentences of one article that are at most so far apart may speak of the same thing without naming it."""
_CLOSE = 900
"""And at most so many characters."""

_SAYS = (
    r"(?:said|says|told|maintained|reported|announced|spoke|spoken|put|puts|counted|expects?|reckoned|reckons|insisted|"
    r"denied|den(?:y|ies)|accus(?:ed|es)|rejected|claim(?:ed|s)?|consider(?:ed|s)?|believe[sd]?|suspected|thought|warned|"
    r"conclud(?:ed|es)|argued|complained|called|point(?:ed)? out|pointed to|citing|estimated?s?|found|dated|confirmed)"
)
_SPEAKER = re.compile(
    r"\b[Aa]ccording to ((?:the |an? )?[\w'’-]+(?: [A-Z][\w'’-]*)*)|"
    r"\b((?:[A-Z][\w'’-]*|the|an?|its|his|her|[a-z]+s) (?:(?!was|were|is|are|been)[\w'’-]+ ){0,4}?|"
    r"[Hh]e |[Ss]he |[Tt]hey |[Ii]t |[A-Z][\w'’-]+ )"
    rf"(?:on [A-Z]\w+ |has |have |had |also |at first |itself ){{0,2}}{_SAYS}\b"
)
_DENIES = re.compile(r"\b(?:den(?:y|ies|ied)|reject(?:s|ed))$", re.I)
"""Verbs of which what is said cannot be told without them."""
_NAME_GOES_ON = re.compile(r"(?: (?:of|for|and) (?:the )?[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)+")
_STOP = r"[,;:](?!\d)"
"""What ends a clause; not what stands in a number. A full stop inside a sentence ends none: "Roe v. Wade"."""
_ANNOUNCES = re.compile(
    r"\b(?:disput\w+|contested|contradict\w+|opinions (?:differ|were divided)|differ(?:s|ed)?|not certain|unclear|"
    r"conflicting|rival|competing|very different|at odds|disagree\w*|estimates (?:range|vary))\b",
    re.I,
)
_BOTH_SIDES = re.compile(
    rf"^(.{{10,}}?\b{_SAYS}\b.{{10,}}?)[;,]\s+((?:(?:but|while|whereas|and) )?"
    rf"(?:others?|critics|the (?:other|latter)|some|"
    rf"(?:the |an? )?[\w'’ -]{{3,40}}?) (?:had |has |have )?{_SAYS}\b.{{10,}})$"
)
_CONTRADICTS = re.compile(
    r"\b(?:by contrast|in contrast|on the other hand|a different|differently|otherwise|den(?:y|ies|ied|ying)|"
    r"reject(?:s|ed)?|dismiss(?:es|ed)?|contradict\w*|disput(?:es|ed)|insist(?:s|ed)?|rul(?:es|ed|e) out|excluded|"
    r"less (?:optimistic|certain)|more (?:cautious|optimistic|pessimistic)|another count|pointed out|far too|"
    r"st(?:ands|ood) by|sticks to|stuck to|others|critics|specialists|even so|nevertheless|had not|did not)\b",
    re.I,
)
_HEDGES = re.compile(
    r"\b(?:less|another|however|rather than|not the|in fact|has not|was not|were not|instead|accus(?:es|ed)|but|"
    r"no (?:\w+ )?(?:had|was|were))\b",
    re.I,
)
_SUPERSEDES = re.compile(
    r"\b(?:ris(?:en|es) to|rose to|rais(?:ed|es) (?:again|to)|lower(?:ed|s) to|revis\w+|correct(?:ion|ed)|"
    r"earlier version|first report\w*|earlier reports?|at first|no longer|turned out|became|had been announced|"
    r"now (?:stands|puts)|"
    r"instead of|originally|initial(?:ly)?|previously|so far|by (?:evening|morning)|hours later|up from|"
    r"down from|climb\w* to|fallen to|increased to|updated?)\b",
    re.I,
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused?|blamed|so that|reason|led to|since|thanks to|citing|suspect\w*|"
    r"explain\w*)\b",
    re.I,
)
_NOT = re.compile(r"\b(?:not|no|never|nobody|none|neither|nor|without|denied|failed)\b|n['’]t\b", re.I)
_SOFT_FROM, _SOFT_TO = 0.35, 0.85
"""Cosines of two words from which they count as alike, and as the same."""
_IN_TITLE, _BEFORE = 0.8, 0.4
"""What a term of the question counts that stands in the title, or up to two sentences before. These, and the other
weights of `about`, were chosen on the shipped cases of the kinds fact, as-of and attribution."""


class Reading:
    """A sentence of the evidence; everything but the text is worked out when it is first asked for."""

    def __init__(self, item: Evidence, sentence: Sentence) -> None:
        self.item, self.sentence = item, sentence
        self.text = sentence.text
        self.id = item.article.id
        self.outlet = item.article.name
        self.day: date | None = item.article.visible_from

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
        return [_classed(amount, self.text) for amount in amounts(self.text)]

    @cached_property
    def both_sides(self) -> tuple[str, str] | None:
        """Return what the first and the other speaker say, where one sentence gives both; None: it does not."""
        match = _BOTH_SIDES.search(self.text)
        return (match[1].strip(), match[2].strip()) if match else None

    @cached_property
    def denied(self) -> frozenset[str]:
        """Return the stems of the two content words that follow each not, no, never or nobody."""
        found: set[str] = set()
        for match in _NOT.finditer(self.text):
            found |= {word.stem for word in [word for word in self.words if word.start >= match.end()][:2]}
        return frozenset(found)

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the stems of the content words of its names, but for who says it."""
        found = frozenset[str]().union(*(content_stems(self.text[a:b]) for a, b in names(self.text)))
        return found - content_stems(self.speaker)

    @cached_property
    def times(self) -> list[Period]:
        """Return the times that it tells of, those of its article's day where they are relative."""
        return [mention.period for mention in timewords.read(self.text, self.item.article.published)]

    @cached_property
    def contradicts(self) -> float:
        """Return how plainly it sets itself against another statement, 0 to 1."""
        return 1.0 if _CONTRADICTS.search(self.text) else 0.2 if _HEDGES.search(self.text) else 0.0

    @cached_property
    def announces(self) -> bool:
        """Tell whether it says that there is a dispute."""
        return bool(_ANNOUNCES.search(self.text))

    @cached_property
    def only_announces(self) -> bool:
        """Tell whether it says that there is a dispute, and gives no side of it."""
        return self.announces and not self.speaker and not self.amounts

    @cached_property
    def supersedes(self) -> bool:
        """Tell whether it says that something took the place of what was said before."""
        return bool(_SUPERSEDES.search(self.text))

    @cached_property
    def speaker(self) -> str:
        """Return who says it, lower-cased; blank: the outlet itself."""
        match = _SPEAKER.search(self.text)
        return (match[1] or match[2] or "").strip().lower() if match else ""

    @cached_property
    def claim(self) -> str:
        """Return what is said, without who says it: the beginning of it, as it stands in the text."""
        return claim_of(self.text)

    def follows(self, other: Reading) -> bool:
        """Tell whether it surely was published after another; `day` is the last on which it may have been."""
        if self.day is None or other.day is None:
            return False
        article = self.item.article
        exact = self.day != article.published
        return (self.day if exact else first_day(self.day, article.published_precision)) > other.day

    def __repr__(self) -> str:
        """Name the source and the beginning."""
        return f"Reading({self.outlet}: {self.text[:60]!r})"


_FEW_WORDS = 3
"""Words that are shown with the full stop after them."""


def claim_of(text: str) -> str:
    """Return what a sentence says, without who says it or a dateline: the beginning of it, at most 14 words."""
    match, begin = _SPEAKER.search(text), past_opening(text)
    spoken = match and match.end() < len(text) * 0.6 and not _DENIES.search(match[0])
    start = match.end() if match and spoken else begin
    if start > begin and match and match[1] and (name := _NAME_GOES_ON.match(text, start)):
        start = name.end()
    rest = re.compile(r"\W*(?:(?:by|in) contrast\W*)?(?:(?:on )?[A-Z]\w+day\W*)?(?:that )?").match(text, start)
    start = rest.end() if start > begin and rest else start
    clause = re.compile(rf"(?:\S+\s+){{3,13}}?\S+?(?={_STOP}|\s+[—–])|(?:\S+\s*){{1,14}}").match(text, start)
    said = clause[0].strip() if clause else text
    return said.removesuffix(".") if len(said.split()) > _FEW_WORDS else said


@dataclass(frozen=True, slots=True)
class Given:
    """A number in a sentence: how well it fits what is asked, 0 to 1, and the unit vector of the words around it."""

    amount: Amount
    fit: float
    around: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Looked:
    """Sentences held against a question.

    `about` says how much each is about what is asked, comparable within one search; `answering` are the log-odds that
    it answers; `fits` how surely it holds a thing of the kind that is asked for, 0 to 1; `alike` is the cosine of each
    two; `given` are the numbers of each, empty where no number is asked for; `held` says how surely each sentence holds
    each term of the question, 0 to 1, times the term's share of the whole. `choice` is the number of terms before the
    "or" of a question, 0: none.
    """

    read: list[Reading]
    about: NDArray[np.float64]
    answering: NDArray[np.float64]
    fits: NDArray[np.float64]
    alike: NDArray[np.float32]
    given: list[list[Given]]
    held: NDArray[np.float64]
    choice: int = 0

    def near(self, i: int, j: int) -> bool:
        """Tell whether two sentences stand close together in one article."""
        first, second = self.read[min(i, j)], self.read[max(i, j)]
        apart = second.sentence.start - first.sentence.end
        return first.id == second.id and abs(i - j) <= NEAR and apart <= _CLOSE

    def apart(self, i: int, j: int) -> float:
        """Return how much better two sentences hold one side each of "this or that" than the same side, 0 to 1."""
        if not 0 < self.choice < self.held.shape[1]:
            return 0.0
        first, second = self.held[:, : self.choice].sum(axis=1), self.held[:, self.choice :].sum(axis=1)
        lean = first - second
        return float(abs(lean[i] - lean[j])) if lean[i] * lean[j] < 0 else 0.0

    def covered(self, i: int, j: int) -> float:
        """Return the share of the question that two sentences hold, with what stands before and between them."""
        low, high = min(i, j), max(i, j)
        ones = range(low - 1, high + 1) if self.near(i, j) else (low - 1, low, high - 1, high)
        ids = {self.read[i].id, self.read[j].id}
        return float(self.held[[n for n in ones if n >= 0 and self.read[n].id in ids]].max(axis=0).sum())


def readings(evidence: Sequence[Evidence]) -> list[Reading]:
    """Return the sentences of the evidence: articles in order of their best passage, each in the order of its text."""
    found: dict[str, dict[int, Reading]] = {}
    for item in evidence:
        own = found.setdefault(item.article.id, {})
        for sentence in item.sentences:
            own.setdefault(sentence.start, Reading(item, sentence))
    return [own[start] for own in found.values() for start in sorted(own)][:MOST_READ]


def look(wanted: Asked, read: list[Reading]) -> Looked:
    """Return the sentences held against the question; there must be one."""
    vocabulary: dict[str, int] = {}
    places = [[vocabulary.setdefault(word.text.lower(), len(vocabulary)) for word in r.words] or [0] for r in read]
    matrix = word_vectors(list(vocabulary) or ["a"])
    terms = wanted.query.terms
    shares = np.array([wanted.weights[term.stem] for term in terms])
    shares /= shares.sum() or 1.0
    own_terms = word_vectors([term.text.lower() for term in terms])
    starts = np.cumsum([0, *(len(row) for row in places)])
    flat = np.concatenate([np.array(row) for row in places])
    like = np.clip((own_terms @ matrix.T - _SOFT_FROM) / (_SOFT_TO - _SOFT_FROM), 0, 1)
    held = np.maximum.reduceat(like[:, flat], starts[:-1], axis=1).T
    for column, term in enumerate(terms):
        held[[term.stem in r.stems for r in read], column] = 1.0
    heavy = np.concatenate([[weight(word.stem) for word in r.words] or [0.0] for r in read]).astype(np.float32)
    rows = heavy[:, None] * matrix[flat]
    vectors = _unit(np.add.reduceat(rows, starts[:-1], axis=0))
    given: list[list[Given]] = [[] for _ in read]
    if wanted.numeric:
        question = _unit((shares @ own_terms)[None, :].astype(np.float32))[0]
        heads = word_vectors(wanted.counted) if wanted.counted else np.empty((0, matrix.shape[1]), np.float32)
        for number, r in enumerate(read):
            own = rows[starts[number] : starts[number + 1]]
            given[number] = [_given(wanted, amount, r, own, question, heads) for amount in r.amounts]
    fits = np.array([_kind_fit(wanted, r, numbers) for r, numbers in zip(read, given, strict=True)])
    about = _about(wanted, read, fits, held, shares)
    likely = np.clip([r.sentence.confidence for r in read], 1e-4, 1 - 1e-4)
    return Looked(
        read, about, np.log(likely / (1 - likely)), fits, vectors @ vectors.T, given, held * shares, wanted.choice
    )


def _about(
    wanted: Asked,
    read: list[Reading],
    fits: NDArray[np.float64],
    held: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how much each sentence is about what is asked: by itself, by its article, and by the day of that."""
    titles = {r.id: r.item.article.title or "" for r in read}
    in_title = {id_: _IN_TITLE * _holds(title, wanted) for id_, title in titles.items()}
    near = held.copy()
    for number, r in enumerate(read):
        near[number] = np.maximum(near[number], in_title[r.id])
        for before in (number - 1, number - 2):
            if before >= 0 and read[before].id == r.id:
                near[number] = np.maximum(near[number], _BEFORE * held[before])
    scores = np.array([r.sentence.score for r in read])
    own: NDArray[np.float64] = held @ shares * 0.3 + near @ shares * 0.7 + 0.05 * np.clip(scores - scores.max(), -6, 0)
    own += 0.2 * fits + 0.1 * np.log1p([len(r.words) for r in read])
    by_article: dict[str, list[float]] = {}
    for r, value in zip(read, own, strict=True):
        by_article.setdefault(r.id, []).append(float(value))
    best = {id_: float(np.mean(sorted(values)[-3:])) for id_, values in by_article.items()}
    top = max(best.values())
    own += np.array([best[r.id] - top + wanted.timely(r.day) for r in read])
    return own


def _holds(text: str, wanted: Asked) -> NDArray[np.float64]:
    """Return 1 for each term of the question that stands in a text, 0 for the others."""
    stems = stems_of(text)
    return np.array([float(term.stem in stems) for term in wanted.query.terms])


def _given(
    wanted: Asked,
    amount: Amount,
    reading: Reading,
    rows: NDArray[np.float32],
    question: NDArray[np.float32],
    heads: NDArray[np.float32],
) -> Given:
    beside = [
        number
        for number, word in enumerate(reading.words)
        if amount.start - 70 <= word.start <= amount.end + 50 and not word.text[0].isdigit()
    ]
    around = _unit(rows[beside].sum(axis=0)[None, :])[0] if beside else np.zeros_like(question)
    things = [number for number, word in enumerate(reading.words) if word.stem in amount.things]
    like_head = float((heads @ _unit(rows[things]).T).max()) if len(heads) and things else 0.0
    said = {reading.words[number].stem for number in beside} & wanted.weights.keys()
    share = sum(wanted.weights[stem] for stem in said) / (sum(wanted.weights.values()) or 1.0)
    like_question = min(1.0, max(0.0, float(around @ question)) / 0.6 + share)
    return Given(amount, _amount_fit(wanted, amount, like_head) * (0.5 + 0.5 * like_question), around)


def _amount_fit(wanted: Asked, amount: Amount, like_head: float) -> float:
    """Return how well a number's kind answers, 0 to 1; `like_head` is the cosine of its thing and the thing counted."""
    if wanted.counted and (like_head >= 0.6 or amount.things & wanted.weights.keys()):
        return 1.0 if amount.kind in wanted.kinds or not PEOPLE & wanted.kinds else 0.5
    if wanted.kinds and amount.kind:
        return 1.0 if amount.kind in wanted.kinds else 0.15
    if amount.bare:
        return 0.6
    if wanted.kinds:
        return 0.35
    if wanted.counted:
        return min(1.0, max(0.0, like_head - 0.1) / 0.4) if not amount.kind or amount.kind in PEOPLE else 0.1
    return 0.6


def _kind_fit(wanted: Asked, reading: Reading, given: list[Given]) -> float:
    """Return how surely a sentence holds a thing of the kind that is asked for, 0 to 1."""
    kind = wanted.query.asked
    if wanted.numeric:
        return max((one.fit for one in given), default=0.0)
    if kind == "date":
        return float(bool(days(reading.text)))
    if kind == "reason":
        return float(bool(_REASON.search(reading.text)))
    if kind in ("person", "place"):
        stems = wanted.weights.keys()
        return float(any(not stems & stems_of(reading.text[a:b]) for a, b in names(reading.text)))
    if kind == "speech":
        return float(bool(reading.speaker))
    return 0.5


def _classed(amount: Amount, text: str) -> Amount:
    """Return a bare number as one of what its clause, or else its sentence, counts: dead, hurt, missing …"""
    if not amount.bare:
        return amount
    start = max(text.rfind(mark, 0, amount.start) for mark in ",;:") + 1
    ends = [place for mark in ",;:" if (place := text.find(mark, amount.end)) >= 0]
    spoken = classes(text[start : min(ends, default=len(text))]) or classes(text)
    return replace(amount, kind=next(iter(spoken))) if len(spoken) == 1 else amount


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-6)
    return rows / lengths


@lru_cache(maxsize=4000)
def _content(text: str) -> list[Word]:
    return content(text)
