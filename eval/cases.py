"""Cases: questions with what a right answer holds; read from our own JSON Lines or from other people's sets."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from eval.adapters import documents_of, is_foreign, row_of
from eval.files import json_document, json_lines, make_error
from eval.records import KINDS, Account, Case, Text, Turn
from eval.text import findable, holds
from index.dates import require_date
from index.errors import InputError
from index.library import Index

__all__ = ["CASES", "Case", "check_against", "dump", "read_cases", "read_texts"]

CASES = Path(__file__).parent / "data" / "cases.jsonl"
"""The shipped cases over the shipped sample articles, of every kind."""
MOST_WORDS = 100
"""Words that an extractive answer may quote: a longer gold answer could never stand in one."""
_FIELDS = frozenset({
    "id", "kind", "question", "as_of", "since", "outlets", "history", "answers", "answer", "answerable", "accounts",
    "must_cite", "must_not_cite", "must_not_say", "why", "story", "article",
})  # fmt: skip


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file in order, each with the story that it shares with others.

    JSON Lines (.jsonl, .jsonl.gz) of our own kind, of RealTimeQA or RAMDocs, or feedback saved by the chat
    page; or one JSON document (.json): SQuAD, or LlamaIndex's LabelledRagDataset.

    Raises:
        InputError: the file cannot be read, or a line is not a case or could never be scored; the message
            has file and line.
    """
    if path.name.lower().endswith((".json", ".json.gz")):
        cases = documents_of(json_document(path), path)[0]
    else:
        cases = [_case(row, where) for row, where in json_lines(path)]
    if not cases:
        raise InputError(f"{path}: no cases in it; give one JSON object a line")
    return _with_stories(_each_once(cases))


def read_texts(path: Path) -> list[Text]:
    """Return the articles that a file of cases brings along: RAMDocs', SQuAD's, LabelledRagDataset's; else none.

    Raises:
        InputError: as `read_cases`.
    """
    if path.name.lower().endswith((".json", ".json.gz")):
        return documents_of(json_document(path), path)[1]
    return [text for row, where in json_lines(path) if is_foreign(row) for text in row_of(row, where)[1]]


def dump(cases: Iterable[Case]) -> str:
    """Return cases as JSON Lines of our own kind."""
    return "".join(json.dumps(case.to_dict(), ensure_ascii=False) + "\n" for case in cases)


def check_against(cases: Sequence[Case], index: Index) -> None:
    """Make sure that the library holds, in some version, every file that a case must or must not cite.

    Raises:
        InputError: it does not, so that the case could never be scored; the message has file and line.
    """
    if not any(case.must_cite or case.must_not_cite for case in cases):
        return
    held = {file for article in index.articles(with_text=False) for file in _files(index, article.id)}
    for case in cases:
        for name in (*case.must_cite, *case.must_not_cite):
            if name not in held:
                raise InputError(
                    f"{case.where or case.id}: {name!r} is not in {index.folder}; add it, or mend the file's name"
                )


def _files(index: Index, article_id: str) -> Iterator[str]:
    """Yield the file of each version of an article."""
    for version in count(1):
        try:
            yield index.get(article_id, version).file
        except InputError:
            return


def _case(row: dict[str, Any], where: str) -> Case:
    if not isinstance(row.get("question"), str) or not row["question"].strip():
        raise make_error(where, "no question", "give a text in the field question")
    if is_foreign(row):
        return row_of(row, where)[0]
    unknown = sorted(row.keys() - _FIELDS)
    if unknown:
        raise make_error(where, f"unknown field {unknown[0]!r}", f"one of {', '.join(sorted(_FIELDS))} was meant")
    answers = _texts(row, "answers" if "answers" in row or "answer" not in row else "answer", where)
    accounts = tuple(_account(item, where) for item in _list(row, "accounts", where))
    case = Case(
        id=str(row.get("id", where.rsplit(":", 1)[-1])),
        question=row["question"],
        answers=answers or tuple(answer for account in accounts for answer in account.answers),
        as_of=require_date(str(row["as_of"]), f"{where}: as_of") if row.get("as_of") else None,
        kind=str(row.get("kind") or ("fact" if answers or accounts else "unanswerable")),
        since=require_date(str(row["since"]), f"{where}: since") if row.get("since") else None,
        outlets=_texts(row, "outlets", where),
        history=tuple(_turn(item, where) for item in _list(row, "history", where)),
        accounts=accounts,
        must_cite=_texts(row, "must_cite", where),
        must_not_cite=_texts(row, "must_not_cite", where),
        must_not_say=_texts(row, "must_not_say", where),
        story=str(row.get("story") or row.get("article") or ""),
        why=str(row.get("why") or ""),
        where=where,
    )
    _check(case, row)
    return case


def _check(case: Case, row: dict[str, Any]) -> None:
    """Refuse a case that no answer could ever pass, or none could fail."""
    faults = (
        (case.kind not in KINDS, f"kind {case.kind!r} is none", f"give one of {', '.join(KINDS)}"),
        (row.get("answerable") is True and not case.answers, "answerable, but without answers", "give some"),
        (case.kind == "unanswerable" and case.answers, "unanswerable, but with answers", "leave one of the two out"),
        (
            not case.answers and case.must_cite,
            "it should be abstained from, and an abstention cites nothing",
            "leave must_cite out, or give answers",
        ),
        (case.kind == "follow-up" and not case.history, "a follow-up without history", "give the question before it"),
        (
            case.since and case.as_of and case.since > case.as_of,
            f"since ({case.since}) is after as_of ({case.as_of})",
            "swap them",
        ),
        (
            set(case.must_cite) & set(case.must_not_cite),
            f"{sorted(set(case.must_cite) & set(case.must_not_cite))} must and must not be cited",
            "leave one out",
        ),
    )
    for wrong, what, way_out in faults:
        if wrong:
            raise make_error(case.where, f"{what}, it could never be scored", way_out)
    for answer in (*case.answers, *(answer for account in case.accounts for answer in account.answers)):
        if not findable(answer):
            raise make_error(case.where, "an answer without a letter or digit can never be found", "mend it")
        if len(answer.split()) > MOST_WORDS:
            raise make_error(
                case.where, f"an answer of {len(answer.split())} words can never stand in {MOST_WORDS}", "shorten it"
            )
    if unsayable := [text for text in case.must_not_say if not findable(text)]:
        raise make_error(case.where, f"must_not_say {unsayable[0]!r} can never be found", "mend it")
    if case.answers and all(holds(answer, case.must_not_say) for answer in case.answers):
        raise make_error(case.where, "every right answer says what must not be said, it could never pass", "mend one")


def _each_once(cases: Sequence[Case]) -> list[Case]:
    """Return the cases; of a quiz, whose rows repeat, each question once. Other ids may not repeat."""
    seen: dict[str, Case] = {}
    for case in cases:
        name = case.key if case.choices else case.id
        if (before := seen.setdefault(name, case)) is not case and not case.choices:
            raise make_error(case.where, f"id {case.id!r} was given before, at {before.where}", "give another")
    return list(seen.values())


def _with_stories(cases: Sequence[Case]) -> list[Case]:
    """Return the cases, each without a story given that of those with which it shares an article to be cited."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for case in cases:
        for name in case.must_cite[1:]:
            parent[root(name)] = root(case.must_cite[0])
    return [
        replace(case, story=case.story or (root(case.must_cite[0]) if case.must_cite else case.key)) for case in cases
    ]


def counts(cases: Iterable[Case]) -> dict[str, int]:
    """Return how many cases there are of each kind, in the order of the kinds."""
    found = Counter(case.kind for case in cases)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _account(item: object, where: str) -> Account:
    if not isinstance(item, dict) or not isinstance(item.get("outlet"), str) or not item["outlet"].strip():
        raise make_error(where, "an account without an outlet", "name who says so")
    answers = _texts(item, "answers", where)
    if not answers:
        raise make_error(where, f"the account of {item['outlet']} has no answers, it could never be shown", "give some")
    return Account(item["outlet"], answers)


def _turn(item: object, where: str) -> Turn:
    if not isinstance(item, dict) or not isinstance(item.get("question"), str) or not item["question"].strip():
        raise make_error(where, "history holds a turn without a question", 'give {"question": …, "answer": …}')
    return Turn(item["question"], str(item.get("answer") or ""))


def _list(row: dict[str, Any], name: str, where: str) -> list[Any]:
    value = row.get(name, [])
    if not isinstance(value, list):
        raise make_error(where, f"{name} is not a list", "give one")
    return value


def _texts(row: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if name == "answer" and isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise make_error(where, f"{name} is not a list of texts", 'give one like ["Iran"], or [] for none')
    return tuple(value)
