"""The verdict: all checks of a claim against its sources, combined."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from index.errors import InputError
from index.sentences import sentence_spans
from index.terms import is_stopword
from qa.answer import Check, Support, Verdict
from qa.verify.attribution import check_attribution
from qa.verify.cause import check_cause
from qa.verify.comparison import check_comparison
from qa.verify.context import check_context
from qa.verify.coverage import check_coverage
from qa.verify.entailment import check_entailment
from qa.verify.findings import Finding, fault
from qa.verify.frames import check_frame, words
from qa.verify.match import Match, look, match
from qa.verify.modality import check_modality
from qa.verify.order import check_order
from qa.verify.owners import check_owners
from qa.verify.polarity import check_polarity
from qa.verify.quantities import check_numbers
from qa.verify.scope import check_scope
from qa.verify.source import Source, characters
from qa.verify.times import check_dates
from qa.verify.who import check_names, check_roles

WEIGHTS = Path(__file__).parent / "weights.json"
"""The weight of each rule, made by `python -m eval fit-support`."""
LONGEST = 4000
"""Characters of a claim that are held against its sources."""
UNWEIGHED = 2.0
"""The weight of a rule that no claim broke that the weights were fitted on."""
CHECKS: tuple[Callable[[Match], list[Finding]], ...] = (
    check_numbers,
    check_dates,
    check_order,
    check_owners,
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


def check(claim: str, sources: str | Source | Sequence[str | Source]) -> Support:
    """Return whether the claim follows from the sources, with every check that was made.

    The order of the sources makes no difference. Without sources, or with a blank claim, nothing is supported; nor is
    a claim of more than `LONGEST` characters that no source has word for word.

    Raises:
        InputError: the claim or a source is not text.
    """
    if not isinstance(claim, str):
        raise InputError(f"the claim {claim!r} is not text; give it as text")
    claim = characters(claim)
    several = [sources] if isinstance(sources, str | Source) else sources
    given = [item if isinstance(item, Source) else Source(item) for item in several]
    bare = without_byline(claim, given)
    if not given or not bare.strip(' ."“”'):
        return Support("unsupported", 0.0, (Check("coverage", False, "nothing to hold it against"),))
    whole = without_byline(claim, given, ending=False)
    if verbatim(bare, given) or (whole != bare and verbatim(whole, given)):
        return Support("supported", 1.0, (Check("coverage", True, "the source has it word for word"),))
    if len(claim) > LONGEST:
        said = f"it has {len(claim)} characters; check it sentence by sentence"
        return Support("unsupported", 0.0, (Check("coverage", False, said),))
    if all(is_stopword(word) or word.lower() in _YES_NO for word in re.findall(r"\w+", _NOT.sub(" not", bare))):
        return Support("unsupported", 0.0, (Check("coverage", False, "it says nothing that can be held against it"),))
    return combine(findings(claim, given))


def findings(claim: str, sources: Sequence[str | Source]) -> list[Finding]:
    """Return what every check found, before it is weighed."""
    given = [Source(item) if isinstance(item, str) else item for item in sources]
    given.sort(key=lambda item: (str(item.published), item.text, str(item.outlet)))
    bare = without_byline(claim, given)
    m = beside(bare, given)
    read = check_entailment(bare, given)
    return [*_byline(bare), *check_frame(bare, given), *(finding for each in CHECKS for finding in each(m)), read]


def beside(claim: str, given: Sequence[Source]) -> Match:
    """Return the claim, without its byline, set beside all of its sources, oldest first, as one text."""
    text, parts = "", []
    for item in given:
        text += item.text + "\n\n"
        parts.append((len(text), item.published))
    days = tuple(dict.fromkeys(item.published for item in given if item.published))
    latest = max(days, default=None)
    outlets = frozenset(word for item in given for word in re.findall(r"\w+", (item.outlet or "").lower())) - {
        "the",
        "of",
    }
    mine = look(claim, ((len(claim) + 1, latest),), tuple(day for day in days if day != latest))
    latest_from = parts[-2][0] if len(parts) > 1 else 0
    return match(mine, look(text, tuple(parts)), latest, outlets, latest_from)


def verbatim(claim: str, sources: Sequence[Source]) -> bool:
    """Tell whether the claim is a run of whole sentences of one of the sources, but for marks and capitals."""
    wanted = words(claim)
    for source in sources:
        sentences = [words(source.text[start:end]) for start, end in sentence_spans(source.text)]
        for first in range(len(sentences)):
            run: list[str] = []
            for sentence in sentences[first:]:
                run += sentence
                if len(run) >= len(wanted):
                    break
            if run == wanted:
                return True
    return False


_NOT = re.compile(r"n['’]t\b", re.I)
_YES_NO = frozenset("yes no not ca wo".split())
"""With pronouns and auxiliaries alone they say something only beside a question: "No, it did not", "It won't"."""
_BYLINE = re.compile(r"^([^:“”\"]{2,80}?),\s+(\d{1,2} \w+ \d{4}|undated)\s*:\s*[“\"]")


def _byline(claim: str) -> list[Finding]:
    """Find a byline that is not that of any source: the right one has been taken off."""
    if match := _BYLINE.match(claim):
        return [fault("attribution byline", f"no source is by {match[1]}, {match[2]}", wrong=True)]
    return []


def without_byline(claim: str, sources: Sequence[Source], *, ending: bool = True) -> str:
    """Return the claim without the words that say which outlet has it and when: `Outlet, 3 May 2023: “…”`.

    Only words that name the outlet of one of the sources are taken off, and a date only where it is the right one.
    Without `ending`, those at its end stay: an outlet may name itself in its own words.
    """
    for source in sources:
        name = (source.outlet or "").split()
        for pattern in _bylines(" ".join(name), source.published) if name else ():
            if pattern.endswith("$)") and not ending:
                continue
            if name[-1].lower() not in claim.lower():
                break  # most claims have one byline: the other patterns need not be compiled
            shorter = re.sub(pattern, "", claim.strip(), flags=re.I)
            if shorter != claim.strip() and shorter.strip(' ."“”'):
                claim = shorter[0].upper() + shorter[1:]
    inner = claim.strip()
    if len(inner) > 2 and inner[0] in '“"' and inner[-1] in '”"' and not set('“”"') & set(inner[1:-1]):
        claim = inner[1:-1]
    return claim


@lru_cache(maxsize=1024)
def _bylines(name: str, published: date | None) -> tuple[str, ...]:
    """Return the patterns of an outlet's byline before and after what it says."""
    words = re.sub(r"^the\s+", "", name, flags=re.I).split()
    tails = "|".join(r"\s+".join(re.escape(word) for word in words[k:]) for k in range(len(words)))
    outlet = rf"(?:the\s+)?(?:{tails})"
    day = rf"{published.day}\s+{published:%B}\s+{published.year}" if published else "undated"
    when = rf"(?:,?\s+(?:on\s+|of\s+)?{day})?"
    said = r"(?:said|says|reported|reports|wrote|writes|writing|has\s+reported|noted)"
    by = r"(?:according\s+to|as\s+reported\s+by)"
    return (
        rf"^{outlet}{when}\s*:\s*",
        rf"^(?:{by}|as)\s+{outlet}{when}(?:\s+{said}{when})?\s*,\s*",
        rf"^{outlet}\s+{said}{when}\s*(?:that\b)?\s*",
        rf"^in\s+{outlet}{when}\s*,\s*",
        rf"[,;]?\s*{by}\s+{outlet}{when}(?=\s*[.”\"]*$)",
        rf",\s*(?:{outlet}\s+{said}|{said}\s+{outlet}){when}(?=\s*[.”\"]*$)",
    )


def combine(found: list[Finding]) -> Support:
    """Return the verdict over what the checks found: the odds of support less the weight of each rule broken."""
    weights = _weights()
    broken = strengths(found)
    odds = weights["bias"] - sum(strength * weights["rules"].get(rule, UNWEIGHED) for rule, strength in broken.items())
    score = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
    against = [f for f in found if not f.ok and f.wrong and f.strength * weights["rules"].get(f.rule, UNWEIGHED) > 1.0]
    verdict: Verdict = "supported" if score >= 0.5 else "contradicted" if against else "unsupported"
    return Support(verdict, round(score, 4), tuple(Check(f.check, f.ok, f.detail) for f in found))


def strengths(found: list[Finding]) -> dict[str, float]:
    """Return for each rule that was broken the strength of its worst fault, and how far the claim seems to stray."""
    broken: dict[str, float] = {}
    for finding in found:
        if finding.rule:
            broken[finding.rule] = max(finding.strength, broken.get(finding.rule, 0.0))
    return broken


@cache
def _weights() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return loaded
