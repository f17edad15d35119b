"""The verdict: all checks of a claim against its sources, combined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from qa.answer import Check, Support, Verdict
from qa.verify.attribution import check_attribution
from qa.verify.cause import check_cause
from qa.verify.comparison import check_comparison
from qa.verify.context import check_context
from qa.verify.coverage import check_coverage
from qa.verify.findings import Finding
from qa.verify.match import Match, look, match
from qa.verify.modality import check_modality
from qa.verify.polarity import check_polarity
from qa.verify.quantities import check_numbers
from qa.verify.scope import check_scope
from qa.verify.times import check_dates
from qa.verify.who import check_names, check_roles

CHECKS: tuple[Callable[[Match], list[Finding]], ...] = (
    check_numbers,
    check_dates,
    check_names,
    check_roles,
    check_polarity,
    check_comparison,
    check_attribution,
    check_modality,
    check_scope,
    check_cause,
    check_coverage,
    check_context,
)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a claim is held against, with who published it and when, where that is known."""

    text: str
    outlet: str | None = None
    published: date | None = None


def check(claim: str, sources: Sequence[str | Source]) -> Support:
    """Return whether the claim follows from the sources, with every check that was made."""
    given = [Source(item) if isinstance(item, str) else item for item in sources]
    given.sort(key=lambda item: (str(item.published), item.text))
    text = "\n\n".join(item.text for item in given)
    published = given[0].published if given else None
    m = match(look(claim, published), look(text, published))
    found = [finding for each in CHECKS for finding in each(m)]
    return combine(found)


def combine(found: list[Finding]) -> Support:
    """Return the verdict over what the checks found."""
    score = 1.0
    for finding in found:
        if not finding.ok:
            score *= 1.0 - 0.9 * finding.doubt
    wrong = any(not finding.ok and finding.wrong and finding.doubt >= 0.5 for finding in found)
    verdict: Verdict = "supported" if score > 0.5 else "contradicted" if wrong else "unsupported"
    return Support(verdict, round(score, 4), tuple(Check(f.check, f.ok, f.detail) for f in found))
