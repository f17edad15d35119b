"""The sentences worth standing on, chosen from what the search found, or the reason why there are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from index.query import parse
from index.records import Article, Evidence, Sentence
from index.terms import beginning, content_stems, is_stopword, stems_of

MOST_SENTENCES = 3
MOST_WORDS = 100
"""What an extractive answer may quote at most."""
ANSWERS_FROM = 0.27
"""Confidence below which the evidence does not answer. Asked as of the library's last day, 5 % of the even half of
RealTimeQA 2022 are below 0.26, and 4.2 % of the odd half; by it a tenth of the shipped cases with an answer are
abstained from. Measure again with `python -m eval calibrate` after every `fit-answers`."""
CONSIDERED = 12
"""Sentences that are looked at for an answer, and from which its confidence is learned."""
_ALSO_FROM = 0.15
"""Share of the best sentence's confidence below which another is not worth adding."""
_SAME = 0.7
"""Share of a sentence's content words that another may repeat before it adds nothing."""
_ABOUT = 0.5
"""Share of the question's content words from which a text without any of its names is about it."""
_CAPITAL = r"[A-Z][\w.,’'-]*"
_OPENING = re.compile(
    rf"(?:(?:{_CAPITAL}|\d{{1,2}}) ){{0,4}}\((?:[A-Z]{{2,}}|Reuters)(?: [A-Z]\w+)?\)\s+(?:[–—-]+\s+)?(?=[A-Z“‘\"'])|"
    r"[A-Z][A-Z ,.]{2,40}\s[–—-]+\s+(?=[A-Z])|"
    rf"(?:{_CAPITAL} ){{0,4}}{_CAPITAL}/(?:[A-Z][\w-]+/)*"
    r"(?:Getty Images|Reuters|REUTERS|AFP|AP|EPA|Redux|Shutterstock)\s(?=[A-Z])"
)
"""What may stand before a report: a dateline, in brackets or capitals, or the credit of a picture."""
_ENDED = re.compile(r"[.!?…。][”’»\"')\]]*\s*$")
_MORE = re.compile(r"[^\S\n]*[^\s]")
"""What ends a sentence, and what of it comes after a quote, on the same line."""
_CLAUSE = re.compile(r"[,;:—–]\s+|\s+(?=(?:and|but|which|who|while|as|after|because)\s)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A span to be quoted: `article.text[start:end]`, located by stored offsets."""

    article: Article
    start: int
    end: int
    confidence: float
    copies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the quoted text."""
        return self.article.text[self.start : self.end]

    @property
    def goes_on(self) -> bool:
        """Tell whether the sentence goes on after the quote."""
        return not _ENDED.search(self.text) and bool(_MORE.match(self.article.text, self.end))


def quote_of(item: Evidence, sentence: Sentence) -> Quote:
    """Return the quote of a sentence, without the dateline or the credit of a picture that may open it."""
    start = sentence.start + past_opening(sentence.text)
    return Quote(item.article, start, sentence.end, sentence.confidence, item.copies)


def past_opening(text: str) -> int:
    """Return where the report begins in a sentence: after "Tokyo (CNN) ", "WASHINGTON – " or "Ann Bee/AP "."""
    opening = _OPENING.match(text)
    return opening.end() if opening else 0


def overlap(one: Quote, other: Quote) -> bool:
    """Tell whether two quotes share a part of one article."""
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def confidence(evidence: Sequence[Evidence]) -> float:
    """Return the probability that the evidence answers: the best of the sentences ranked first; 0 without any."""
    return max((sentence.confidence for sentence, _ in considered(evidence)), default=0.0)


def is_about(text: str, question: str) -> bool:
    """Tell whether a text has the names of the question, or half of its words where it has no name."""
    query, held = parse(question), stems_of(text)
    if query.names:
        return all(among(name, held) for name in query.names)
    return len(held & set(query.stems)) >= _ABOUT * len(query.stems)


def among(name: str, held: frozenset[str]) -> bool:
    """Tell whether a name, or one made of it (Tonga, Tongan), is among the stems."""
    return name in held or (len(name) > 4 and any(stem.startswith(beginning(name)) for stem in held))


def choose(evidence: Sequence[Evidence], question: str = "") -> list[Quote]:
    """Return the quotes that answer, best first: at most three sentences and 100 words, none a repetition.

    An article beside the best one's is quoted where it has anything of what the question names.
    """
    chosen: list[Quote] = []
    said: list[frozenset[str]] = []
    left = MOST_WORDS
    names = parse(question).names
    best = confidence(evidence)
    for sentence, item in considered(evidence):
        held = content_stems(sentence.text)
        if chosen and (sentence.confidence < _ALSO_FROM * best or not held):
            continue
        if any(len(held & other) >= _SAME * len(held) for other in said):
            continue
        if chosen and item.article.id not in {quote.article.id for quote in chosen} and not _touches(item, names):
            continue
        end = sentence.end if len(sentence.text.split()) <= left else 0
        if not end and not chosen:
            end = sentence.start + shortened(sentence.text, left)
        if not end:
            continue
        chosen.append(replace(quote_of(item, sentence), end=end))
        said.append(held)
        left -= len(item.article.text[sentence.start : end].split())
        if len(chosen) == MOST_SENTENCES:
            break
    return chosen


def _touches(item: Evidence, names: Collection[str]) -> bool:
    """Tell whether an article has any of the names of a question, stems; all have where there are none."""
    if not names:
        return True
    held = stems_of(f"{item.article.title or ''} {item.article.text}")
    return any(among(name, held) for name in names)


def considered(evidence: Sequence[Evidence]) -> list[tuple[Sentence, Evidence]]:
    """Return the sentences that are considered, best first, each with its passage."""
    pairs = [(sentence, item) for item in evidence for sentence in item.sentences]
    return sorted(pairs, key=lambda pair: (-pair[0].score, pair[1].rank, pair[0].start))[:CONSIDERED]


def shortened(text: str, most: int) -> int:
    """Return where to end a sentence of more than `most` words: the last clause that fits, else a word that counts."""
    ends = [match.start() for match in _CLAUSE.finditer(text) if len(text[: match.start()].split()) <= most]
    if ends and ends[-1] > 0:
        return ends[-1]
    words = list(re.finditer(r"\S+", text))[:most]
    return next((word.end() for word in reversed(words) if not is_stopword(word[0])), words[-1].end())
