"""Temporary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.terms import is_stopword, words
from qa.answer import Check, Support


@dataclass(frozen=True, slots=True)
class Source:
    text: str
    outlet: str | None = None
    published: date | None = None


def check(claim: str, sources: Sequence[str | Source]) -> Support:
    """Temporary."""
    given = " ".join(s if isinstance(s, str) else f"{s.text} {s.outlet} {s.published}" for s in sources)
    have = {word.stem for word in words(given)}
    wanted = [word.stem for word in words(claim) if not is_stopword(word.text)]
    missing = [stem for stem in wanted if stem not in have]
    ok = len(missing) <= 0.4 * len(wanted)
    checks = (Check("coverage", ok, f"not in the source: {', '.join(missing)}"),)
    return Support("supported" if ok else "unsupported", 1 - len(missing) / max(len(wanted), 1), checks)
