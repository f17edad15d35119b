"""Self-contained pages: of a run, with every case and what went wrong in it, and of a calibration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from eval.abstention import reliability, risk_coverage
from eval.calibrate import MOST_LOST, Calibration
from eval.figures import MEASURES, confidences, hits
from eval.outcome import Outcome
from eval.plots import Bar, bars, curve
from eval.runner import Run
from eval.summary import Summary

REPORT = "report.html"
_DATA = Path(__file__).parent / "data"
_ABOUT = {measure.name: measure.about for measure in MEASURES}


def write(run: Run, summary: Summary, out: Path) -> Path:
    """Write `report.html` into a folder; return its path. The page loads nothing from anywhere."""
    path = out / REPORT
    path.write_text(page(run, summary), encoding="utf-8")
    return path


def page(run: Run, summary: Summary) -> str:
    """Return the page. Articles and answers are data in it: text only, never markup."""
    return _filled(
        "report.html",
        title=escape(f"{summary.cases} cases, {', '.join(summary.about.get('cases', {})) or 'Dateline'}"),
        about="".join(f"<li>{escape(line)}</li>" for line in _about(summary)),
        figures="".join(_figure_rows(summary)),
        plots="".join(_plots(run.outcomes, summary)),
        cases=_as_data([_case(outcome) for outcome in run.outcomes]),
    )


def calibration_page(found: Calibration) -> str:
    """Return the page of a calibration: its figures, its plots and the whole risk–coverage curve."""
    facts = (
        f"all asked as of {found.day}",
        f"threshold that at most {MOST_LOST:.0%} of the even half is below: {found.threshold:.4f}",
        f"expected calibration error on the even half: {found.error:.3f}",
    )
    reliable = [(one.confidence, one.right) for one in found.bins]
    points = [(point.coverage, point.risk) for point in found.curve]
    return _filled(
        "calibration.html",
        about="".join(f"<li>{escape(fact)}</li>" for fact in facts),
        figures="".join(
            _cells(name, f"{one.value:.3f}", f"{one.low:.3f} – {one.high:.3f}", str(one.n))
            for name, one in found.figures.items()
        ),
        plots=curve("Reliability, even half", reliable, "confidence", "right", diagonal=True, dots=True)
        + curve("Risk and coverage, odd half and questions without an answer", points, "coverage", "risk"),
        points="".join(_cells(f"{p.threshold:.4f}", f"{p.coverage:.4f}", f"{p.risk:.4f}") for p in found.curve),
    )


def _filled(template: str, **parts: str) -> str:
    style = (_DATA / "style.css").read_text(encoding="utf-8")
    return Template((_DATA / template).read_text(encoding="utf-8")).substitute(parts, style=style)


def _cells(*texts: str) -> str:
    return "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>"


def _about(summary: Summary) -> Iterator[str]:
    for name, value in summary.about.items():
        said = ", ".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, dict) else value
        yield f"{name}: {said}"
    yield f"{summary.cases} cases" + (f", {summary.unscored} could not be scored" if summary.unscored else "")


def _figure_rows(summary: Summary) -> Iterator[str]:
    totals = {measure.name for measure in MEASURES if measure.total}
    for name, one in summary.figures.items():
        value = f"{one.value:.0f}" if name in totals else f"{one.value:.3f}"
        interval = "" if name in totals else f"{one.low:.3f} – {one.high:.3f}"
        yield _cells(name, value, interval, str(one.n), _ABOUT.get(name, ""))
    for name, one in (summary.usage | summary.times).items():
        yield _cells(name, f"{one.value:.4g}", f"{one.low:.4g} – {one.high:.4g}", str(one.n), "")


def _plots(outcomes: Sequence[Outcome], summary: Summary) -> Iterator[str]:
    if len(summary.kinds) > 1:
        rows = [Bar(name, f.value, f"{f.value:.2f} of {f.n}", f.low, f.high) for name, f in summary.kinds.items()]
        yield bars("Cases in which nothing went wrong, by kind", rows)
    if summary.steps:
        most = max(summary.steps.values())
        yield bars("Where it went wrong first", [Bar(s, n, str(n)) for s, n in summary.steps.items()], most)
    scored = [outcome for outcome in outcomes if outcome.answer is not None]
    sure, right = confidences(scored), hits(scored)
    if len(scored) > 1:
        points = [(point.coverage, point.risk) for point in risk_coverage(sure, right)]
        yield curve("Share of wrong answers, were only the surest given", points, "coverage", "risk")
        bins = reliability(sure, right)
        found = [(one.confidence, one.right) for one in bins]
        title = "How sure, and how often right (bins of equal number)"
        yield curve(title, found, "confidence", "right", diagonal=True, dots=True)


def _case(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer or {}
    return {
        "case": outcome.case,
        "error": outcome.error,
        "problems": [{"step": problem.step, "what": problem.what} for problem in outcome.problems],
        "status": answer.get("status", "failed"),
        "reason": answer.get("reason"),
        "confidence": answer.get("confidence"),
        "text": answer.get("text", ""),
        "asked": answer.get("standalone_question"),
        "statements": answer.get("statements", []),
        "accounts": answer.get("accounts", []),
        "citations": [
            {name: citation[name] for name in ("n", "file", "outlet", "published", "quote")}
            for citation in answer.get("citations", [])
        ],
        "evidence": [
            {name: item.get(name) for name in ("rank", "file", "outlet", "published", "score", "hit", "text")}
            for item in answer.get("evidence", [])
        ],
    }


def _as_data(rows: Sequence[Any]) -> str:
    """Return rows as JSON that cannot end the element it stands in."""
    return json.dumps(rows, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
