"""A saved answer, held once more against the library: quotes, articles, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.dates import require_date, say
from index.errors import InputError
from index.library import Index
from index.records import Article
from qa.answer import SCHEMA
from qa.corrections import since
from qa.verify import Source, check

_FIELDS = {"n": int, "article_id": str, "version": int, "quote": str, "start": int, "end": int, "article_sha256": str}
_SENTENCE_FIELDS = {"text": str, "citations": list, "support": dict}


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
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror or exc}); check the path") from exc
    except ValueError as exc:
        raise InputError(f"{path}: not valid JSON; save an answer with: dateline ask QUESTION --json") from exc
    if (
        not isinstance(data, dict)
        or data.get("schema") != SCHEMA
        or not all(isinstance(data.get(name), list) for name in ("citations", "statements"))
    ):
        raise InputError(f"{path}: not an answer (schema {SCHEMA}); save one with: dateline ask QUESTION --json")
    for number, citation in enumerate(data["citations"], start=1):
        for name, kind in _FIELDS.items():
            if not isinstance(citation, dict) or not isinstance(citation.get(name), kind):
                raise InputError(f"{path}: citation {number} has no {name}; save the answer again")
    for number, statement in enumerate(data.get("statements") or (), start=1):
        if not isinstance(statement, dict) or not all(
            isinstance(statement.get(name), kind) for name, kind in _SENTENCE_FIELDS.items()
        ):
            raise InputError(f"{path}: sentence {number} has no text, citations or support; save the answer again")
    return data


def recheck(index: Index, answer: Mapping[str, Any]) -> Recheck:
    """Return whether a saved answer still holds: each quote in its version, each sentence on its quotes."""
    problems: list[str] = []
    notes: list[str] = []
    as_of = require_date(answer["as_of"], "as_of") if answer.get("as_of") else None
    for row in answer["citations"]:
        mark = f"[{row['n']}] "
        try:
            article = index.get(row["article_id"], row["version"])
        except InputError:
            problems.append(f"{mark}the article {row['article_id']} version {row['version']} is no longer there")
            continue
        wrong = _problems(row, article, as_of)
        problems += [mark + problem for problem in wrong]
        if article.sha256 != row["article_sha256"] and not wrong:
            notes.append(f"{mark}what is known about the article was edited since, not its text")
        if changed := since(row["n"], row["quote"], article, index.versions(article.id)[-1]):
            notes.append(changed)
    problems += _unsupported(answer)
    return Recheck(tuple(problems), tuple(notes), len(answer["citations"]))


def _unsupported(answer: Mapping[str, Any]) -> list[str]:
    """Return the sentences that were said to be supported by their quotes, and are not."""
    found = []
    for number, row in enumerate(answer["statements"], start=1):
        cited = [citation for citation in answer["citations"] if citation["n"] in row["citations"]]
        sources = [Source(c["quote"], c.get("outlet") or c.get("file"), _day(c.get("published"))) for c in cited]
        now = check(row["text"], sources)
        if row["support"].get("verdict") == "supported" and now.verdict != "supported":
            why = next((item.detail for item in now.checks if not item.ok), "its quotes do not say so")
            found.append(f"sentence {number} was supported and is {now.verdict} now: {why}")
    return found


def _day(text: str | None) -> date | None:
    return require_date(text, "published") if text else None


def _problems(row: Mapping[str, Any], article: Article, as_of: date | None) -> list[str]:
    found = []
    if not row["quote"].strip() or article.text[row["start"] : row["end"]] != row["quote"]:
        found.append(f"the quote is not what stands at {row['start']} to {row['end']} of {article.name}")
    if as_of and (article.published is None or max(article.published, article.modified or article.published) > as_of):
        found.append(f"{article.name} is not from before {say(as_of)}, the day that the answer holds for")
    return found
