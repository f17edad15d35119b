"""What the cross-encoder learns from: two texts together, and whether one answers or supports the other, or two differ.

The pairs are made of the texts written for it (`eval/training/`), of claims made of news articles, and of quiz
questions over them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatch
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eval.cases import Case
from eval.made_claims import near_claims
from eval.options import Of
from eval.text import holds
from eval.traps import Trap
from eval.written import TRAINING, Compared, Place, Posed, read_claims, read_compared, read_questions
from index.cross import HEADS, beside, together
from index.errors import InputError
from index.library import Index
from index.query import parse
from index.scope import scope_of
from index.terms import content_stems
from qa.verify.excerpt import excerpt

_MADE, _SEARCHED = 0.3, 0.7
"""What a claim counts that a program made, and a sentence that holds the answer of a quiz or not, beside 1."""
_NEAR = (1, 2)
"""Of the sentences that do not answer, how many of those most like the question it is paired with, beside another one:
where some sentence answers, and where none does."""
_FOUND, _HOLDING, _FIRST, _LATER = 32, 4, 4, 4
"""Of the best sentences that a search finds for a quiz question, at most so many that hold the answer, and of the
others the first and some later ones."""
_SETTLED = 5
"""Pairs of them that are learned to give no two accounts."""
_BESIDE = 2
"""Pairs of which a sentence or both tell of something else than the question asks."""
_TELLING, _BEYOND = 4, 3
"""Of the sentences of several reports, at most so many that tell of what is asked and, of the others, those nearest to
the question, beside another one."""
_ALONE = 0.3
"""Share of the questions of which one sentence stands beside itself: it gives no two accounts, unless it is said so."""


_KINDS = {"claims": ("claims",), "questions": ("answers", "accounts")}
"""What each network learns from, by the beginning of the files' names."""


class Pair(NamedTuple):
    """Two texts, which of `HEADS` is asked about them, whether it holds, and how much the pair counts."""

    first: str
    second: str
    head: int
    holds: bool
    weight: float = 1.0


def read_pairs(
    of: Of, made: Sequence[Trap] = (), share: float = 1.0, whole: Sequence[str] = (), seed: int = 5
) -> list[Pair]:
    """Return the pairs to learn from: those of the shipped texts, and of claims `made` of other articles.

    With a `share`, only so many of the pairs are drawn, but all those of files that match a pattern in `whole`: for a
    run that goes on from an earlier one.

    Raises:
        InputError: a file cannot be read; the message has file and line. Or no file matches a pattern.
    """
    drawn = random.Random(seed)

    def some(pairs: Iterable[Pair]) -> list[Pair]:
        return [pair for pair in pairs if drawn.random() < share]

    files = [path for path in sorted(TRAINING.glob("*.txt")) if _kind(path) in _KINDS[of]]
    for pattern in whole:
        if not any(fnmatch(path.name, pattern) for path in files):
            raise InputError(
                f"no text of {of} in eval/training is named like {pattern}; "
                f"--whole wants a name such as {_KINDS[of][0]}-2*"
            )
    found = some(_claim_pair(claim)._replace(weight=_MADE) for claim in made)
    for path in files:
        pairs = list(_pairs(path, drawn))
        found += pairs if any(fnmatch(path.name, pattern) for pattern in whole) else some(pairs)
    return found


def _pairs(path: Path, drawn: random.Random) -> Iterator[Pair]:
    """Yield the pairs of a file; none if it is held back."""
    match _kind(path):
        case "claims":
            claims = read_claims(path)
            yield from map(_claim_pair, claims)
            for claim in near_claims(claims):
                yield _claim_pair(claim)._replace(weight=_MADE)
        case "answers":
            for posed in read_questions(path):
                yield from _question_pairs(posed, drawn)
        case "accounts":
            for compared in read_compared(path):
                yield from _account_pairs(compared, drawn)
                yield from _telling_pairs(compared, drawn)


def _kind(path: Path) -> str:
    return path.name.partition("-")[0]


def quiz_pairs(index: Index, cases: Iterable[Case], seed: int = 5) -> list[Pair]:
    """Return pairs of questions with sentences that a search finds for them, without the cross-encoder.

    Two such sentences are taken to give no different accounts: what a quiz asks for is settled. Of a question for a
    number, only those are that both hold the answer, or both do not.
    """
    drawn = random.Random(seed)
    searcher = index.searcher
    pairs: dict[Pair, None] = {}
    for case in cases:
        candidates = searcher.candidates(case.question, scope_of(case.as_of, None, None))
        if not candidates.passages:
            continue
        sentences = [(item.article.title, text) for item in candidates.passages for text in item.texts]
        scores = candidates.sentence_matrix(candidates.scores) @ searcher.ranking.sentence
        best = [sentences[number] for number in np.argsort(-scores, kind="stable")[:_FOUND]]
        right = [told for told in best if holds(told[1], case.answers)]
        wrong = [told for told in best if not holds(told[1], case.answers)]
        later = drawn.sample(wrong[_FIRST:], min(_LATER, len(wrong[_FIRST:])))
        right, wrong = right[:_HOLDING], wrong[:_FIRST]
        pairs |= {_searched(case.question, beside(*told), holds_it=True): None for told in right}
        pairs |= {_searched(case.question, beside(*told), holds_it=False): None for told in [*wrong, *later]}
        both = [*combinations(right, 2), *combinations(wrong, 2)]
        if parse(case.question).asked != "number":
            both += product(right, wrong)
        for two in drawn.sample(both, min(_SETTLED, len(both))):
            said = together(*(text for _, text in drawn.sample(two, 2)))
            pairs[Pair(case.question, said, HEADS.index("differ"), holds=False, weight=_SEARCHED)] = None
    return list(pairs)


def _searched(question: str, told: str, *, holds_it: bool) -> Pair:
    return Pair(question, told, HEADS.index("answer"), holds_it, _SEARCHED)


def _claim_pair(claim: Trap) -> Pair:
    return Pair(claim.claim, excerpt(claim.claim, claim.sources), HEADS.index("support"), claim.supported)


def _question_pairs(posed: Posed, drawn: random.Random) -> Iterator[Pair]:
    """Yield the sentences that answer, of the others those nearest to the question, and one more."""
    asked = content_stems(posed.question)
    wrong = [number for number in range(len(posed.sentences)) if number not in posed.answering]
    drawn.shuffle(wrong)
    wrong.sort(key=lambda number: -len(asked & content_stems(posed.sentences[number])))
    near = _NEAR[not posed.answering]
    for number in [*sorted(posed.answering), *wrong[:near], *drawn.sample(wrong[near:], min(1, len(wrong[near:])))]:
        said, right = beside(posed.title, posed.sentences[number]), number in posed.answering
        yield Pair(posed.question, said, HEADS.index("answer"), right, 1.0 if right else 0.7)


def _telling_pairs(compared: Compared, drawn: random.Random) -> Iterator[Pair]:
    """Yield sentences of several reports that tell of what is asked, and of the others those most like it."""
    asked = content_stems(compared.question)
    told = sorted(frozenset[Place]().union(*compared.sides))
    texts = {(r, s): text for r, report in enumerate(compared.reports) for s, text in enumerate(report.sentences)}
    others = sorted(texts.keys() - told, key=lambda place: (-len(asked & content_stems(texts[place])), place))
    further = others[_BEYOND:]
    told = drawn.sample(told, min(_TELLING, len(told)))
    for place in [*told, *others[:_BEYOND], *drawn.sample(further, min(1, len(further)))]:
        said = beside(compared.reports[place[0]].title, texts[place])
        yield Pair(compared.question, said, HEADS.index("answer"), place in told, 1.0 if place in told else 0.7)


def _account_pairs(compared: Compared, drawn: random.Random) -> Iterator[Pair]:
    """Yield pairs of sentences that give different accounts, that agree, and that tell of something else."""
    sides = compared.sides
    texts = {(r, s): text for r, report in enumerate(compared.reports) for s, text in enumerate(report.sentences)}
    differ = [(a, b) for one, other in combinations(sides, 2) for a in sorted(one) for b in sorted(other)]
    alike = [
        (a, b)
        for side in sides
        for a, b in combinations(sorted(side), 2)
        if (a, b) not in differ and (b, a) not in differ
    ]
    telling = sorted(frozenset[Place]().union(*sides))
    if telling and drawn.random() < _ALONE:
        place = drawn.choice(telling)
        alike += {(place, place)}.difference(differ)
    asked = content_stems(compared.question)
    others = sorted(texts.keys() - telling, key=lambda place: (-len(asked & content_stems(texts[place])), place))[:4]
    beyond = [(a, b) for a in telling or others[:1] for b in others if a != b]
    drawn.shuffle(beyond)
    for a, b in [*differ, *alike, *beyond[:_BESIDE]]:
        first, second = drawn.sample((texts[a], texts[b]), 2)
        yield Pair(compared.question, together(first, second), HEADS.index("differ"), (a, b) in differ)
    for a, b in differ:
        earlier, later = sorted((a, b), key=lambda place: (compared.reports[place[0]].published or date.min, place))
        told = together(texts[earlier], texts[later])
        yield Pair(compared.question, told, HEADS.index("supersede"), compared.superseded)
