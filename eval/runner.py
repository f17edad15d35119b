"""Ask every case, score it, and sum up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases import Case
from eval.abstention import roc_auc
from eval.intervals import mean, share
from eval.metrics import hit_at
from eval.text import holds
from qa.answer import Answer
from qa.assistant import EVIDENCE, Assistant

WORDS = 150
"""Words of a passage that count."""
DEPTHS = (1, 5, 20)


@dataclass(frozen=True, slots=True)
class Result:
    """One case, asked and scored; a hit is None where the case has no answer to hit."""

    id: str
    question: str
    answerable: bool
    scored: bool
    abstained: bool
    reason: str | None
    confidence: float
    evidence_hits: tuple[bool, ...] | None
    answer_hit: bool | None
    first_hit: bool | None
    citations: int
    exact: int
    leaks: int
    milliseconds: float
    text: str


def run(
    assistant: Assistant, cases: Iterable[Case], progress: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Ask each case once, in order, and return the scored results."""
    results = []
    for case in cases:
        begun = time.perf_counter()
        answer = assistant.ask(case.question, as_of=case.as_of)
        results.append(score(assistant, case, answer, (time.perf_counter() - begun) * 1000))
        progress(results[-1])
    return results


def score(assistant: Assistant, case: Case, answer: Answer, milliseconds: float) -> Result:
    """Return one answer scored: hits, exactness of quotes, articles from after the day."""
    hits = first = answered = None
    if case.scored and case.answerable:
        found = [" ".join(item.passage.text.split()[:WORDS]) for item in answer.evidence[:EVIDENCE]]
        right = [holds(text, case.answers) for text in found]
        hits = tuple(hit_at(right, depth) for depth in DEPTHS)
        quotes = [holds(citation.quote, case.answers) for citation in answer.citations]
        answered, first = any(quotes), any(quotes[:1])
    exact = sum(_is_exact(assistant, citation) for citation in answer.citations)
    days = [c.published for c in answer.citations] + [item.article.published for item in answer.evidence]
    leaks = sum(case.as_of is not None and (day is None or day > case.as_of) for day in days)
    return Result(
        case.id, case.question, case.answerable, case.scored, answer.status == "abstained", answer.reason,
        answer.confidence, hits, answered, first, len(answer.citations), exact, leaks, milliseconds, answer.text,
    )  # fmt: skip


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Return every figure with its number of cases, and a 95 % bootstrap interval where it is a share."""
    asked = [r for r in results if r.evidence_hits is not None]
    unanswerable = [r for r in results if r.scored and not r.answerable]
    figures: dict[str, Any] = {"questions": len(results), "answerable": len(asked), "unanswerable": len(unanswerable)}
    for number, depth in enumerate(DEPTHS):
        figures[f"evidence hit@{depth}"] = _share([r.evidence_hits[number] for r in asked if r.evidence_hits])
    figures["answer hit"] = _share([bool(r.answer_hit) for r in asked])
    figures["first-sentence hit"] = _share([bool(r.first_hit) for r in asked])
    figures["wrongly abstained"] = _share([r.abstained for r in asked])
    figures["rightly abstained"] = _share([r.abstained for r in unanswerable])
    figures["abstention ROC AUC"] = roc_auc(
        [r.confidence for r in (*asked, *unanswerable)], [True] * len(asked) + [False] * len(unanswerable)
    )
    cited = sum(r.citations for r in results)
    figures["citations"] = cited
    figures["exact quotes"] = sum(r.exact for r in results) / cited if cited else float("nan")
    figures["as-of leaks"] = sum(r.leaks for r in results)
    times = [r.milliseconds for r in results]
    for percent in (50, 95):
        figures[f"p{percent} ms"] = float(np.percentile(times, percent)) if times else float("nan")
    return figures


def write(results: Sequence[Result], figures: dict[str, Any], out: Path) -> None:
    """Write `results.jsonl` and `summary.json` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(result), ensure_ascii=False) + "\n" for result in results)
    (out / "results.jsonl").write_text("".join(lines), encoding="utf-8")
    (out / "summary.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _is_exact(assistant: Assistant, citation: Any) -> bool:
    article = assistant.index.get(citation.article_id, citation.version)
    return bool(article.text[citation.start : citation.end] == citation.quote)


def _share(values: Sequence[bool]) -> dict[str, float | int]:
    low, high = interval([float(value) for value in values])
    return {"value": share(values), "low": low, "high": high, "n": len(values)}
