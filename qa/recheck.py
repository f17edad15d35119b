"""A saved answer, held once more against the library: quotes, articles, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any

from index.dates import say
from index.errors import InputError
from index.library import Index
from index.records import Article
from qa.answer import SCHEMA, Account, Answer, Citation, Statement, answer_from
from qa.citations import resolved_in
from qa.corrections import since
from qa.extract import statement
from qa.verify import Source, check

_TEXT = (str, NoneType)
_FIELDS = {
    "n": int, "article_id": str, "version": int, "quote": str, "start": int, "end": int, "article_sha256": str,
    "file": str, "title": _TEXT, "outlet": _TEXT, "author": _TEXT, "published": _TEXT, "url": _TEXT,
}  # fmt: skip
_SENTENCE_FIELDS = {"text": str, "citations": list, "support": dict}
_CLAIM_FIELDS = {"value": str, "outlet": str, "published": _TEXT, "citation": int}


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was found: `problems` where the answer does not hold, `notes` on what changed since it was given."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    citations: int

    @property
    def ok(self) -> bool:
        """Tell whether the answer still holds."""
        return not self.problems


def read_answer(path: Path) -> dict[str, Any]:
    """Return a saved answer, as `dateline ask --json` prints it.

    Raises:
        InputError: the file cannot be read, or is no such answer.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror or exc}); check the path") from exc
    except (ValueError, RecursionError) as exc:
        raise InputError(f"{path}: not valid JSON; save an answer with: dateline ask QUESTION --json") from exc
    if (
        not isinstance(data, dict)
        or data.get("schema") != SCHEMA
        or not all(isinstance(data.get(name), list) for name in ("citations", "statements"))
    ):
        raise InputError(f"{path}: not an answer (schema {SCHEMA}); save one with: dateline ask QUESTION --json")
    _require(path, "citation", data["citations"], _FIELDS)
    _require(path, "sentence", data["statements"], _SENTENCE_FIELDS)
    try:
        _require(path, "claim", [claim for told in data["accounts"] for claim in told["claims"]], _CLAIM_FIELDS)
        answer_from(data)
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise InputError(f"{path}: not a whole answer ({exc}); save it again") from exc
    return data


def _require(path: Path, what: str, rows: list[Any], fields: Mapping[str, Any]) -> None:
    for number, row in enumerate(rows, start=1):
        for name, kind in fields.items():
            if not isinstance(row, dict) or name not in row or not isinstance(row[name], kind):
                raise InputError(f"{path}: {what} {number} has no {name}, or a wrong one; save the answer again")


def recheck(index: Index, answer: Mapping[str, Any]) -> Recheck:
    """Return whether a saved answer still holds: each quote, who said it and when, each sentence, each account."""
    given = answer_from(answer)
    problems: list[str] = []
    notes: list[str] = []
    known: dict[int, Article] = {}
    for citation in given.citations:
        mark = f"[{citation.n}] "
        try:
            article = known[citation.n] = index.get(citation.article_id, citation.version)
        except InputError:
            problems.append(f"{mark}the article {citation.article_id} version {citation.version} is no longer there")
            continue
        versions = index.versions(article.id)
        wrong = [*_problems(citation, article), *_out_of_time(article, versions, given.as_of)]
        problems += [mark + problem for problem in wrong]
        if article.sha256 != citation.article_sha256 and not wrong:
            notes.append(f"{mark}what is known about the article was edited since, not its text")
        if changed := since(citation.n, citation.quote, article, versions[-1]):
            notes.append(changed)
    for number, said in enumerate(given.statements, start=1):
        problems += [f"sentence {number} {problem}" for problem in _unsaid(given, said, known)]
    problems += [problem for account in given.accounts for problem in _untold(account, known)]
    if answer.get("text", given.text) != given.text:
        problems.append("the text is not what the sentences say")
    return Recheck(tuple(problems), tuple(notes), len(given.citations))


def _problems(citation: Citation, article: Article) -> Iterator[str]:
    """Yield what of a citation is not so: its quote, who is said to have printed it and when, what its days mean."""
    if not citation.quote.strip() or article.text[citation.start : citation.end] != citation.quote:
        yield f"the quote is not what stands at {citation.start} to {citation.end} of {article.name}"
    if (citation.outlet, citation.published, citation.published_precision) != (
        article.outlet,
        article.published,
        article.published_precision,
    ):
        yield f"it is given as {citation.source}; the article is {article.name}, {article.when}"
    elif article.sha256 == citation.article_sha256 and (citation.title, citation.author, citation.url) != (
        article.title,
        article.author,
        article.url,
    ):
        yield "its title, author or URL is not the article's"
    means = {item.text: item.date for item in resolved_in(citation.quote, article)}
    for item in citation.resolved:
        if means.get(item.text) != item.date:
            yield f"“{item.text}” is not {item.date} there"


def _out_of_time(article: Article, versions: list[Article], as_of: date | None) -> Iterator[str]:
    """Yield that a version was not yet, or no longer, to be read on the day that the answer holds for."""
    if as_of is None:
        return
    if article.visible_from is None or article.visible_from > as_of:
        yield f"{article.name} is not from before {say(as_of)}, the day that the answer holds for"
    later = versions[[version.version for version in versions].index(article.version) + 1 :]
    replaced = min((version.visible_from for version in later if version.visible_from), default=None)
    if replaced and replaced <= as_of:
        yield f"version {article.version} was replaced on {say(replaced)}, not after the answer's {say(as_of)}"


def _unsaid(answer: Answer, said: Statement, known: Mapping[int, Article]) -> Iterator[str]:
    """Yield that a sentence said to be supported by its quotes is not, or is not its quote."""
    cited = [citation for citation in answer.citations if citation.n in said.citations]
    sources = [
        Source(citation.quote, article.name, article.published)
        for citation in cited
        if (article := known.get(citation.n))
    ]
    now = check(said.text, sources)
    if said.support.verdict == "supported" and now.verdict != "supported":
        why = next((item.detail for item in now.checks if not item.ok), "its quotes do not say so")
        yield f"was supported and is {now.verdict} now: {why}"
    elif answer.model == "extractive" and not any(said.text.startswith(statement(c).text) for c in cited):
        yield "is not its quote"


def _untold(account: Account, known: Mapping[int, Article]) -> Iterator[str]:
    """Yield which claims of an account their articles do not make, or not then."""
    for claim in account.claims:
        article = known.get(claim.citation)
        if article is None:
            yield f"the account “{claim.value}” cites no article of the answer"
        elif " ".join(claim.value.split()) not in " ".join(article.text.split()):
            yield f"the account “{claim.value}” does not stand in {article.name}"
        elif claim.outlet != article.name or claim.published not in (article.published, article.visible_from):
            yield f"the account “{claim.value}” is given as {claim.source}; it is {article.name}, {article.when}"
    days = [claim.published or date.min for claim in account.claims]
    if account.kind == "update" and days != sorted(days, reverse=True):
        yield "the accounts are said to be updated, and the newest is not first"
