"""Other people's question sets as cases: RealTimeQA, RAMDocs, SQuAD, LabelledRagDataset, saved feedback."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.files import make_error
from eval.records import Account, Case, Text, Turn
from eval.text import findable
from index.dates import require_date

Read = tuple[Case, list[Text]]
"""A case, and the articles that it brings along."""


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A kind of JSON Lines: the fields that tell it, and how a row is read."""

    name: str
    fields: frozenset[str]
    read: Callable[[dict[str, Any], str], Read]


def is_foreign(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is of one of the other formats."""
    return any(known.fields <= row.keys() for known in ROWS)


def row_of(row: dict[str, Any], where: str) -> Read:
    """Return what a row of another format brings.

    Raises:
        InputError: it cannot be read as such; the message has file and line.
    """
    known = next(known for known in ROWS if known.fields <= row.keys())
    try:
        return known.read(row, where)
    except (KeyError, TypeError, AttributeError, IndexError) as exc:
        raise make_error(where, f"not a row of {known.name} ({type(exc).__name__}: {exc})", "mend the line") from exc


def documents_of(data: dict[str, Any], path: Path) -> tuple[list[Case], list[Text]]:
    """Return the cases and articles of a JSON document: SQuAD's, or LlamaIndex's LabelledRagDataset.

    Raises:
        InputError: it is neither.
    """
    for field, read in (("data", _squad), ("examples", _labelled)):
        if field in data:
            try:
                return read(data[field], str(path))
            except (KeyError, TypeError, AttributeError, IndexError) as exc:
                raise make_error(str(path), f"{field} is not as it should be ({exc!r})", "make the file again") from exc
    raise make_error(
        str(path), "neither SQuAD (data) nor LabelledRagDataset (examples)", "give cases as JSON Lines, in .jsonl"
    )


def labelled_rag_dataset(cases: Iterable[Case], contexts: Callable[[Case], Sequence[str]]) -> str:
    """Return cases as the JSON of LlamaIndex's LabelledRagDataset, first answer only; without one, left out.

    The form is that of `LabelledRagDataset.save_json`, a class that llama-index-core no longer has since 0.14;
    it has no place for a day, a history or accounts.
    """
    person = {"model_name": "", "type": "human"}
    examples = [
        {
            "query": case.question,
            "query_by": person,
            "reference_contexts": list(contexts(case)),
            "reference_answer": case.answers[0],
            "reference_answer_by": person,
        }
        for case in cases
        if case.answers
    ]
    return json.dumps({"examples": examples}, ensure_ascii=False, indent=4) + "\n"


def _real_time_qa(row: dict[str, Any], where: str) -> Read:
    answers = (str(row.get("answer", "")),)
    scored = bool(row.get("answerable")) and findable(answers[0])
    day = require_date(str(row.get("date")), f"{where}: date")
    id_ = str(row.get("id", where.rsplit(":", 1)[-1]))
    case = Case(
        id=id_,
        question=row["question"],
        answers=answers,
        as_of=day,
        scored=scored,
        choices=tuple(str(choice) for choice in row["choices"]),
        urls=tuple(str(url) for url in row.get("article_urls") or ()),
        story=f"quiz of {day}",
        where=where,
    )
    return case, []


def _ram_docs(row: dict[str, Any], where: str) -> Read:
    """Read a row of RAMDocs: each document is an article with an outlet of its own, all of them the scope."""
    number = int(where.rsplit(":", 1)[-1])
    texts = [
        Text(f"ramdocs-{number:04}-{place:02}", item["text"], outlet=f"RAMDocs {number:04}-{place:02}")
        for place, item in enumerate(row["documents"], start=1)
    ]
    answers = tuple(str(answer) for answer in row["gold_answers"])
    accounts = tuple(Account("", (answer,)) for answer in answers if findable(answer))
    case = Case(
        id=f"ramdocs-{number:04}",
        question=row["question"],
        answers=answers,
        kind="conflict",
        outlets=(f"RAMDocs {number:04}-",),
        accounts=accounts,
        must_not_say=tuple(str(wrong) for wrong in row["wrong_answers"] if findable(str(wrong))),
        where=where,
    )
    return case, texts


def _feedback(row: dict[str, Any], where: str) -> Read:
    """Read an answer that was judged bad: of what would be right nothing is known, so it is not scored.

    One that was judged good is exported as a case of our own kind.
    """
    if row["rating"] != "down":
        raise make_error(where, f"rating {row['rating']!r} is not 'down'", "export the judged answers again")
    answer = row["answer"]
    case = Case(
        id=str(row.get("id", where.rsplit(":", 1)[-1])),
        question=row["question"],
        as_of=require_date(str(answer["as_of"]), f"{where}: as_of") if answer.get("as_of") else None,
        scored=False,
        since=require_date(str(answer["since"]), f"{where}: since") if answer.get("since") else None,
        outlets=tuple(answer.get("outlets") or ()),
        history=tuple(Turn(str(turn["question"]), str(turn.get("answer", ""))) for turn in row.get("history") or ()),
        why=str(row.get("comment") or ""),
        where=where,
    )
    return case, []


def _squad(data: Any, where: str) -> tuple[list[Case], list[Text]]:
    cases, texts = [], []
    for entry in data:
        title = str(entry.get("title") or "")
        for paragraph in entry["paragraphs"]:
            text = Text(
                hashlib.sha256(paragraph["context"].encode()).hexdigest()[:16], paragraph["context"], None, title
            )
            texts.append(text)
            cases += [
                Case(
                    str(item["id"]),
                    item["question"],
                    tuple(dict.fromkeys(answer["text"] for answer in item["answers"])),
                    kind="unanswerable" if not item["answers"] else "fact",
                    story=text.id,
                    where=f"{where} ({item['id']})",
                )
                for item in paragraph["qas"]
            ]
    return cases, texts


def _labelled(examples: Any, where: str) -> tuple[list[Case], list[Text]]:
    cases, texts = [], {}
    for number, example in enumerate(examples, start=1):
        answer = str(example.get("reference_answer") or "")
        contexts = example.get("reference_contexts") or []
        for context in contexts:
            name = hashlib.sha256(context.encode()).hexdigest()[:16]
            texts[name] = Text(name, context)
        story = hashlib.sha256("\n".join(contexts).encode()).hexdigest()[:16] if contexts else ""
        cases.append(
            Case(
                f"example-{number}",
                example["query"],
                (answer,) if findable(answer) else (),
                scored=findable(answer),
                story=story,
                where=f"{where} (example {number})",
            )
        )
    return cases, list(texts.values())


ROWS = (
    RowFormat("RealTimeQA", frozenset({"question", "choices"}), _real_time_qa),
    RowFormat("RAMDocs", frozenset({"question", "documents", "gold_answers", "wrong_answers"}), _ram_docs),
    RowFormat("saved feedback", frozenset({"question", "answer", "rating"}), _feedback),
)
