"""Candidate sentences: what a drafter may stand on, each under a key that no article could know."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.records import Article, Evidence
from qa.evidence import Quote, quote_of

_LETTERS = "bcdfghjkmnpqrstvwxyz"
_KEY_LETTERS = 5
NEAR = 1
"""Sentences shown before and behind one that is taken. Of the answerable questions of RealTimeQA 2022, even half, the
answer stands in reports of 800, 1200, 1600, 2000, 2600 tokens for 0.876, 0.894, 0.913, 0.922, 0.927; with none it is
0.881, 0.913, 0.917, 0.927, 0.927; with the best passages whole 0.876, 0.899, 0.908, 0.917, 0.922."""
_LONGEST_FACT = 120
"""Characters of a title, outlet or author that are shown."""
_HARMLESS = str.maketrans("[]<>{}【】［］〔〕〖〗⟦⟧", "()‹›()()()()()()")
"""Signs with which article text could forge a key, a slot or the marks of a chat template."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be cited: its key, such as `3-bkwtz`, and its place in the article."""

    key: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Report:
    """The candidates of one article, in the article's order."""

    article: Article
    copies: tuple[str, ...]
    candidates: tuple[Candidate, ...]


def secret() -> str:
    """Return letters drawn anew, one of 3.2 million: no text that was written before can hold them."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_KEY_LETTERS))


def gather(
    evidence: Sequence[Evidence], budget: int, count: Callable[[str], int], draw: Callable[[], str] = secret
) -> tuple[Report, ...]:
    """Return the best sentences, each with its neighbours, that fit a budget of tokens; by article, best first.

    A neighbour tells who "he" is and whose words these are. What does not fit is left out, and the next is tried.
    """
    taken: dict[tuple[str, int], list[Quote]] = {}
    for quotes, item in _ranked(evidence):
        held = taken.get((item.article.id, item.article.version))
        more = [quote for quote in quotes if not any(quote.start == other.start for other in held or ())]
        lines = ["…", *(_line("00-xxxxx", quote.text) for quote in more)]
        if held is None:
            lines.append(_heading(99, item.article, item.copies))
        cost = sum(count(line) + 1 for line in lines) if more else 0
        if cost <= budget:
            budget -= cost
            taken[item.article.id, item.article.version] = [*(held or ()), *more]
    reports, number = [], 0
    for chosen in taken.values():
        chosen.sort(key=lambda quote: quote.start)
        candidates = tuple(Candidate(f"{number + n}-{draw()}", quote) for n, quote in enumerate(chosen, start=1))
        copies = tuple(dict.fromkeys(copy for quote in chosen for copy in quote.copies))
        reports.append(Report(chosen[0].article, copies, candidates))
        number += len(chosen)
    return tuple(reports)


def by_key(reports: Sequence[Report]) -> dict[str, Candidate]:
    """Return the candidates by their keys."""
    return {candidate.key: candidate for report in reports for candidate in report.candidates}


def block(reports: Sequence[Report]) -> str:
    """Return the reports as a drafter reads them: a heading each, then a line for each sentence with its key."""
    parts = []
    for number, report in enumerate(reports, start=1):
        lines = [_heading(number, report.article, report.copies)]
        end = None
        for candidate in report.candidates:
            if end is not None and report.article.text[end : candidate.quote.start].strip():
                lines.append("…")
            lines.append(_line(candidate.key, candidate.quote.text))
            end = candidate.quote.end
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def harmless(text: str) -> str:
    """Return text on one line in which nothing can pass for a key, a slot, the mark of a block or of a template."""
    shown = (" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join("".join(shown).translate(_HARMLESS).split())


def _ranked(evidence: Sequence[Evidence]) -> list[tuple[list[Quote], Evidence]]:
    """Return the sentences with their neighbours in the passage, best first."""
    ranked = []
    for item in evidence:
        ordered = sorted(item.sentences, key=lambda sentence: sentence.start)
        quotes = [quote_of(item, s) for s in ordered]
        for place, sentence in enumerate(ordered):
            ranked.append((-sentence.score, item.rank, place, quotes[max(0, place - NEAR) : place + NEAR + 1], item))
    return [(quotes, item) for _, _, _, quotes, item in sorted(ranked, key=lambda row: row[:3])]


def _heading(number: int, article: Article, copies: Sequence[str]) -> str:
    facts = [article.name, *([f"by {article.author}"] if article.author else []), article.when]
    title = f": {_fact(article.title)}" if article.title else ""
    again = f" (carried by {len(copies)} more)" if copies else ""
    return f"Report {number}, {', '.join(_fact(fact) for fact in facts)}{again}{title}"


def _line(key: str, text: str) -> str:
    return f"[{key}] {harmless(text)}"


def _fact(text: str) -> str:
    text = harmless(text)
    return text if len(text) <= _LONGEST_FACT else text[:_LONGEST_FACT].rsplit(" ", 1)[0] + " …"
