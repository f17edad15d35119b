"""Judged answers as JSON Lines that `dateline-eval` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from index.conversations import Judged


def case_lines(judged: Iterable[Judged]) -> str:
    """Return a line for each judged answer.

    A helpful answer is a case: its quotes are what is right, its articles are to be cited; a helpful abstention
    is a question that should be abstained from. Of an answer that was not helpful nothing right is known: it is
    given whole, with the comment.
    """
    return "".join(json.dumps(_row(item), ensure_ascii=False) + "\n" for item in judged)


def _row(item: Judged) -> dict[str, Any]:
    kept, answer = item.kept, item.kept.answer
    history = [{"question": earlier.question, "answer": earlier.answer["text"]} for earlier in item.before]
    if not kept.liked:
        told = {"id": kept.id, "question": kept.question, "rating": "down", "comment": kept.comment, "answer": answer}
        return told | ({"history": history} if history else {})
    citations = answer["citations"]
    kind = "follow-up" if history else "as-of" if answer["as_of"] else "fact"
    row: dict[str, Any] = {
        "id": kept.id,
        "kind": kind if citations else "unanswerable",
        "question": kept.question,
        "as_of": answer["as_of"],
        "since": answer["since"],
        "outlets": answer["outlets"],
        "history": history,
        "answers": [citation["quote"] for citation in citations],
        "must_cite": sorted({citation["file"] for citation in citations}),
        "why": kept.comment,
    }
    return {name: value for name, value in row.items() if value or name == "answers"}
