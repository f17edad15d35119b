"""A model as judge: does a claim follow from its sources, is an answer right, and does the judge agree with others?

A verdict that cannot be read is unscored and counted, never taken for a bad one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from eval.cases import Case
from eval.faithbench import Summary
from eval.files import numbered_lines
from index.errors import InputError, ModelError
from index.sentences import sentence_spans
from prompts import fingerprint, render
from qa.assistant import Assistant
from qa.calls import Meter, complete
from qa.candidates import secret
from qa.models import Model
from qa.reply import without_thoughts
from qa.verify import check

SUPPORT = ("supported", "partly", "unsupported", "contradicted")
GRADES = ("correct", "wrong", "abstained")
_LONGEST = 24_000
"""Characters of sources that are shown to the judge, about 6,000 tokens."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the judge said; verdict None: it could not be read, or the judge failed."""

    verdict: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """One thing, judged twice; None: unscored."""

    judge: T | None
    other: T


class Judge:
    """Asks a model for verdicts, and counts what they cost."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.meter = Meter()
        self._answered = False

    def support(self, claim: str, sources: Sequence[str]) -> Ruling:
        """Return whether a claim follows from sources: one of `SUPPORT`."""
        text = "\n\n".join(sources)[:_LONGEST]
        return self._rule(SUPPORT, "judge", sources=text, claim=claim)

    def grade(self, question: str, expected: Sequence[str], answer: str) -> Ruling:
        """Return whether an answer is right: one of `GRADES`. `expected`: any one of them is right."""
        return self._rule(GRADES, "grade", question=question, expected=" | ".join(expected), answer=answer)

    def _rule(self, words: Sequence[str], prompt: str, **values: str) -> Ruling:
        try:
            text = complete(self.model, render(prompt, seal=secret(), **values), self.meter)
        except ModelError as exc:
            if not self._answered:
                raise  # it never answered: the name, the key or the address is wrong
            return Ruling(None, str(exc))
        self._answered = True
        return read_ruling(text, words)


def read_ruling(text: str, words: Sequence[str]) -> Ruling:
    """Return the verdict of a reply: the one word of these that begins a line, in whatever markup.

    Two lines with different words, or none, cannot be read.
    """
    text = without_thoughts(text)
    pattern = rf"^[\s*_#>\"'`-]*(?:verdict\s*:\s*)?[*_\"'`]*({'|'.join(words)})\b[*_\"'`]*\s*(?:[:.–—-]\s*(.*))?$"
    found = re.findall(pattern, text, re.I | re.M)
    verdicts = {word.lower() for word, _ in found}
    if len(verdicts) != 1:
        return Ruling(None, text.strip()[:200])
    return Ruling(verdicts.pop(), found[0][1].strip())


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two agree: `n` pairs scored, `unscored` left out, their share of agreement, Cohen's kappa."""

    n: int
    unscored: int
    share: float
    kappa: float


def agreement(pairs: Sequence[Pair[T]]) -> Agreement:
    """Return how far the judge agrees with another; nan without a pair; kappa 0 is what chance gives (Cohen 1960).

    >>> agreement([Pair(True, True), Pair(False, False), Pair(True, False), Pair(None, True)])
    Agreement(n=3, unscored=1, share=0.6666666666666666, kappa=0.4)
    """
    scored = [(pair.judge, pair.other) for pair in pairs if pair.judge is not None]
    n = len(scored)
    if not n:
        return Agreement(0, len(pairs), float("nan"), float("nan"))
    agreed = sum(a == b for a, b in scored) / n
    kinds = {kind for pair in scored for kind in pair}
    chance = sum(sum(a == k for a, _ in scored) * sum(b == k for _, b in scored) for k in kinds) / n**2
    kappa = round((agreed - chance) / (1 - chance), 12) if chance < 1 else float("nan")
    return Agreement(n, len(pairs) - n, agreed, kappa)


def judge_summaries(judge: Judge, rows: Iterable[Summary]) -> dict[str, Any]:
    """Return how the judge agrees with people, and with our own check, on whether summaries are faithful.

    A summary is faithful to the judge where it is supported, to the check where every sentence of it is.
    """
    by_people: list[Pair[bool]] = []
    by_check: list[Pair[bool]] = []
    check_people: list[Pair[bool]] = []
    for row in rows:
        verdict = judge.support(row.text, [row.source]).verdict
        judged = None if verdict is None else verdict == "supported"
        checked = all(
            check(row.text[start:end], [row.source]).verdict == "supported" for start, end in sentence_spans(row.text)
        )
        by_people.append(Pair(judged, row.faithful))
        by_check.append(Pair(judged, checked))
        check_people.append(Pair(checked, row.faithful))
    return {
        "judge and people": asdict(agreement(by_people)),
        "judge and check": asdict(agreement(by_check)),
        "check and people": asdict(agreement(check_people)),
    }


def judge_answers(judge: Judge, assistant: Assistant, cases: Iterable[Case]) -> dict[str, Any]:
    """Return what the judge says of the answers to cases: how many are right, and their statements supported.

    `statements` compares the judge with our own check, statement by statement.
    """
    grades: list[str | None] = []
    statements: list[Pair[bool]] = []
    for case in cases:
        answer = assistant.ask(case.question, as_of=case.as_of)
        quotes = {citation.n: f"{citation.source}: {citation.quote}" for citation in answer.citations}
        for statement in answer.statements:
            cited = [quotes[n] for n in statement.citations]
            verdict = judge.support(statement.text, cited).verdict if cited else "unsupported"
            judged = None if verdict is None else verdict == "supported"
            statements.append(Pair(judged, statement.support.verdict == "supported"))
        if case.scored and case.answerable:
            text = "\n".join(statement.text for statement in answer.statements) or answer.text
            grades.append(judge.grade(case.question, case.answers, text).verdict)
    scored = [grade for grade in grades if grade is not None]
    supported = [pair.judge for pair in statements if pair.judge is not None]
    return {
        "answers": len(grades),
        "unscored answers": len(grades) - len(scored),
        **{name: _share([grade == name for grade in scored]) for name in GRADES},
        "statements": len(statements),
        "unscored statements": len(statements) - len(supported),
        "supported": _share([bool(judged) for judged in supported]),
        "judge and check": asdict(agreement(statements)),
    }


def read_summaries(path: Path) -> list[Summary]:
    """Return the rows of a file in FaithBench's form: JSON Lines with `source`, `summary` and `label`.

    Raises:
        InputError: the file cannot be read, or a line is not such a row.
    """
    rows = []
    for line, where in numbered_lines(path):
        try:
            row = json.loads(line)
            faithful = {"faithful": True, "unfaithful": False}[row["label"]]
            rows.append(Summary(str(row["source"]), str(row["summary"]), faithful))
        except (ValueError, KeyError, TypeError) as exc:
            raise InputError(f"{where}: not a row with source, summary and label (faithful or unfaithful)") from exc
    return rows


def about(judge: Judge) -> dict[str, Any]:
    """Return who judged, by which prompts, and what it cost."""
    usage = judge.meter.usage
    return {
        "judge": judge.model.name,
        "prompts": {name: fingerprint(name) for name in ("judge", "grade")},
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost_usd": usage.cost_usd,
    }


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")
