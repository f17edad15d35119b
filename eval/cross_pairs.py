"""What the cross-encoder learns from: two texts together, and whether one answers or supports the other, or two differ.

The pairs are made of the texts written for it (`eval/training/`), of claims made of news articles, and of quiz
questions over them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np

from eval.cases import Case
from eval.made_claims import near_claims
from eval.text import holds
from eval.traps import Trap
from eval.written import TRAINING, Compared, Place, Posed, read_claims, read_compared, read_questions
from index.cross import HEADS, beside, together
from index.library import Index
from index.scope import scope_of
from index.terms import content_stems
from qa.verify.excerpt import excerpt

_MADE, _SEARCHED = 0.3, 0.7
"""What a claim counts that a program made, and a sentence that holds the answer of a quiz or not, beside 1."""
_WRONG = (2, 3)
"""Sentences that a question is paired with though they do not answer it: where another does, and where none does."""
_FOUND, _HOLDING, _FIRST, _LATER = 32, 4, 4, 4
"""Of the best sentences that a search finds for a quiz question, at most so many that hold the answer, and of the
others the first and some later ones."""
_BESIDE = 2
"""Pairs of which a sentence or both tell of something else than the question asks."""
_ALONE = 0.3
"""Share of the questions of which one sentence stands beside itself: it gives no two accounts, unless it is said so."""


class Pair(NamedTuple):
    """Two texts, which of `HEADS` is asked about them, whether it holds, and how much the pair counts."""

    first: str
    second: str
    head: int
    holds: bool
    weight: float = 1.0


def read_pairs(made: Sequence[Trap] = (), seed: int = 5) -> list[Pair]:
    """Return the pairs to learn from: those of the shipped texts, and of claims made of other articles.

    Raises:
        InputError: a file cannot be read; the message has file and line.
    """
    drawn = random.Random(seed)
    pairs: list[Pair] = []
    for path in sorted(TRAINING.glob("claims-*.txt")):
        claims = read_claims(path)
        pairs += map(_claim_pair, claims)
        pairs += [_claim_pair(claim)._replace(weight=_MADE) for claim in near_claims(claims)]
    pairs += [_claim_pair(claim)._replace(weight=_MADE) for claim in made]
    for path in sorted(TRAINING.glob("answers-*.txt")):
        for posed in read_questions(path):
            pairs += _question_pairs(posed, drawn)
    for path in sorted(TRAINING.glob("accounts-*.txt")):
        for compared in read_compared(path):
            pairs += _account_pairs(compared, drawn)
    return pairs


def quiz_pairs(index: Index, cases: Iterable[Case], seed: int = 5) -> list[Pair]:
    """Return pairs of questions with sentences that a search finds for them, without the cross-encoder."""
    drawn = random.Random(seed)
    searcher = index.searcher
    pairs: dict[Pair, None] = {}
    for case in cases:
        candidates = searcher.candidates(case.question, scope_of(case.as_of, None, None))
        if not candidates.passages:
            continue
        sentences = [(item.article.title, text) for item in candidates.passages for text in item.texts]
        scores = candidates.sentence_matrix(candidates.scores) @ searcher.ranking.sentence
        right: list[str] = []
        wrong: list[str] = []
        for title, text in [sentences[number] for number in np.argsort(-scores, kind="stable")[:_FOUND]]:
            (right if holds(text, case.answers) else wrong).append(beside(title, text))
        later = drawn.sample(wrong[_FIRST:], min(_LATER, len(wrong[_FIRST:])))
        pairs |= {_searched(case.question, told, holds_it=True): None for told in right[:_HOLDING]}
        pairs |= {_searched(case.question, told, holds_it=False): None for told in [*wrong[:_FIRST], *later]}
    return list(pairs)


def _searched(question: str, told: str, *, holds_it: bool) -> Pair:
    return Pair(question, told, HEADS.index("answer"), holds_it, _SEARCHED)


def _claim_pair(claim: Trap) -> Pair:
    return Pair(claim.claim, excerpt(claim.claim, claim.sources), HEADS.index("support"), claim.supported)


def _question_pairs(posed: Posed, drawn: random.Random) -> Iterator[Pair]:
    wrong = [number for number in range(len(posed.sentences)) if number not in posed.answering]
    drawn.shuffle(wrong)
    for number in [*sorted(posed.answering), *wrong[: _WRONG[not posed.answering]]]:
        said, right = beside(posed.title, posed.sentences[number]), number in posed.answering
        yield Pair(posed.question, said, HEADS.index("answer"), right, 1.0 if right else 0.7)


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


def some(pairs: Iterable[Pair], share: float, seed: int = 5) -> list[Pair]:
    """Return a drawn share of the pairs, and all those of accounts: for a run that goes on from an earlier one."""
    drawn = random.Random(seed)
    return [pair for pair in pairs if HEADS[pair.head] in ("differ", "supersede") or drawn.random() < share]
