"""One answered case, scored: its figures, and what went wrong at which step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from eval.metrics import (
    citation_precision,
    citation_recall,
    exact_match,
    hit_at,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    token_f1,
)
from eval.records import Account, Case
from eval.text import holds
from index.records import Article, Evidence
from qa.answer import Answer, Citation
from qa.assistant import EVIDENCE
from qa.evidence import choose
from qa.verify import Source, check

WORDS = 150
"""Words of a passage that count."""
DEPTHS = (1, 5, 20)
Step = Literal["as-of", "retrieval", "abstention", "draft", "citation", "check"]
Versions = Callable[[str, int | None], Article]
"""Gives the version of an article, as `Index.get`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong in an answer, and at which step of the chain."""

    step: Step
    what: str


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one case by name; one that does not apply is missing, one that could not be told is nan."""

    figures: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def score(case: Case, answer: Answer, get: Versions) -> Scores:
    """Return the figures of an answer; `get` gives the articles that its quotes are held against.

    A right answer holds a right answer in its quotes (a language model's: in its sentences), shows every
    account, cites what it must, and neither what it must not cite nor says what it must not say; where none is
    expected, it abstains. See `eval.figures` for what each figure means.
    """
    passages = told_in(answer.evidence[:EVIDENCE])
    quotes = [citation.quote for citation in answer.citations]
    abstained = answer.status == "abstained"
    found: dict[str, float] = {}
    if case.answerable:
        ranked = [holds(text, case.answers) for text in passages]
        files = [item.article.file for item in answer.evidence]
        found |= {f"evidence hit@{depth}": float(hit_at(ranked, depth)) for depth in DEPTHS}
        found["evidence MRR"] = reciprocal_rank(ranked)
        if case.must_cite:
            found["article recall@20"] = recall_at(files, case.must_cite, EVIDENCE)
            found["article nDCG@20"] = ndcg_at(files, case.must_cite, EVIDENCE)
        texts = _said(answer)
        found["answer hit"] = float(any(holds(text, case.answers) for text in texts))
        found["first-sentence hit"] = float(any(holds(text, case.answers) for text in texts[:1]))
        short = answer.short or " ".join(quotes[:1])
        found["exact match"] = float(exact_match(short, case.answers))
        found["token F1"] = token_f1(short, case.answers)
        found["hit if answered"] = float(any(holds(text, case.answers) for text in texts or _would_say(answer)))
        found["wrongly abstained"] = float(abstained)
    else:
        found["rightly abstained"] = float(abstained)
    found |= _of_statements(answer)
    if quotes:
        found["exact quotes"] = sum(is_exact(citation, get) for citation in answer.citations) / len(quotes)
    if case.as_of:
        found["as-of leaks"] = float(sum(1 for _ in _leaks(case, answer, get)))
    if case.accounts:
        found["accounts shown"] = sum(_shows(answer, account) for account in case.accounts) / len(case.accounts)
    problems = tuple(_problems(case, answer, passages, get))
    return Scores({"right": float(not problems), **found}, problems)


def told_in(evidence: Sequence[Evidence]) -> list[str]:
    """Return what counts of each passage, in order: its first `WORDS` words."""
    return [" ".join(item.passage.text.split()[:WORDS]) for item in evidence]


def is_exact(citation: Citation, get: Versions) -> bool:
    """Tell whether the quote stands in its article where the citation says, character for character."""
    article = get(citation.article_id, citation.version)
    return bool(citation.quote.strip()) and article.text[citation.start : citation.end] == citation.quote


def _said(answer: Answer) -> list[str]:
    """Return what counts as said: a language model's sentences; else the quotes, those that adjoin joined."""
    if answer.model != "extractive":
        return [statement.text for statement in answer.statements]
    by_place = sorted(answer.citations, key=lambda c: (c.article_id, c.version, c.start))
    joined = [
        f"{before.quote} {after.quote}"
        for before, after in pairwise(by_place)
        if (before.article_id, before.version) == (after.article_id, after.version)
        and 0 <= after.start - before.end <= 2
    ]
    return [citation.quote for citation in answer.citations] + joined


def _would_say(answer: Answer) -> list[str]:
    """Return what an abstention would have quoted."""
    return [quote.text for quote in choose(answer.evidence)] if answer.evidence else []


def _of_statements(answer: Answer) -> dict[str, float]:
    if not answer.statements:
        return {}
    verdicts = [statement.support.verdict for statement in answer.statements]
    return {
        "supported": verdicts.count("supported") / len(verdicts),
        "unsupported": float(verdicts.count("unsupported")),
        "contradicted": float(verdicts.count("contradicted")),
    } | _of_citations(answer)


def _of_citations(answer: Answer) -> dict[str, float]:
    """Return ALCE's recall over the sentences and precision over their citations, by our own support check."""
    recalls: list[bool] = []
    precisions: list[bool] = []
    for statement in answer.statements:
        cited = [citation for citation in answer.citations if citation.n in statement.citations]
        sources = [Source(c.quote, c.outlet or c.file, c.published) for c in cited]
        recalls.append(citation_recall(statement.text, sources, _supports))
        precisions += citation_precision(statement.text, sources, _supports)
    found = {"citation recall": sum(recalls) / len(recalls)}
    return found | ({"citation precision": sum(precisions) / len(precisions)} if precisions else {})


def _supports(claim: str, sources: Sequence[Source]) -> bool:
    return check(claim, sources).verdict == "supported"


def _leaks(case: Case, answer: Answer, get: Versions) -> Iterator[str]:
    """Yield the articles, cited or found, of which this version was not yet out on the day."""
    versions = dict.fromkeys((c.article_id, c.version) for c in answer.citations)
    versions |= dict.fromkeys((item.article.id, item.article.version) for item in answer.evidence)
    for article_id, version in versions:
        article = get(article_id, version)
        days = [day for day in (article.published, article.modified) if day is not None]
        if case.as_of and (article.published is None or max(days) > case.as_of):
            yield article.file


def _shows(answer: Answer, account: Account) -> bool:
    return any(
        account.outlet in ("", citation.outlet, citation.file) and holds(citation.quote, account.answers)
        for citation in answer.citations
    )


def _problems(case: Case, answer: Answer, passages: Sequence[str], get: Versions) -> Iterator[Problem]:
    """Yield what went wrong, the earliest step of the chain first."""
    for file in _leaks(case, answer, get):
        yield Problem("as-of", f"{file} was not out on {case.as_of}")
    if not case.answerable:
        if answer.status == "answered":
            yield Problem("abstention", "answered, though the articles do not say")
            yield from _strays(case, answer, get)
        return
    found = any(holds(text, case.answers) for text in passages)
    if answer.status == "abstained":
        if found:
            yield Problem("abstention", f"abstained ({answer.reason}), though the answer was found")
        else:
            yield Problem("retrieval", f"no passage holds the answer; abstained ({answer.reason})")
        return
    if not any(holds(text, case.answers) for text in _said(answer)):
        if found:
            yield Problem("draft", "the answer was found, but not said")
        else:
            yield Problem("retrieval", "no passage holds the answer")
    yield from _missing(case, answer, passages)
    yield from _strays(case, answer, get)


def _missing(case: Case, answer: Answer, passages: Sequence[str]) -> Iterator[Problem]:
    for account in case.accounts:
        if not _shows(answer, account):
            known = any(holds(text, account.answers) for text in passages)
            what = f"the account of {account.outlet or 'one source'} ({account.answers[0]}) is not shown"
            yield Problem("draft" if known else "retrieval", what if known else f"{what}, and was not found")
    cited = {citation.file for citation in answer.citations}
    held = {item.article.file for item in answer.evidence}
    for file in case.must_cite:
        if file not in cited:
            yield Problem("citation" if file in held else "retrieval", f"{file} is not cited")


def _strays(case: Case, answer: Answer, get: Versions) -> Iterator[Problem]:
    """Yield what is cited or said that must not be; what the check let through as supported is its own failure."""
    for citation in answer.citations:
        if citation.file in case.must_not_cite:
            yield Problem("citation", f"{citation.file} is cited [{citation.n}]")
        if not is_exact(citation, get):
            yield Problem("citation", f"the quote of [{citation.n}] does not stand in {citation.file} there")
    for statement in answer.statements:
        for text in case.must_not_say:
            if holds(statement.text, [text]):
                passed = statement.support.verdict == "supported" and answer.model != "extractive"
                yield Problem("check" if passed else "draft", f"says {text!r}")
