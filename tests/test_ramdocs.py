"""RAMDocs: an item counts as right only where every gold answer is shown and no wrong one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.ramdocs import ask_items, read_items, summary
from index import InputError


def items_file(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "dev.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def row(question: str, texts: list[str], gold: list[str], wrong: list[str]) -> dict[str, object]:
    documents = [{"text": text, "type": "correct", "answer": ""} for text in texts]
    return {"question": question, "documents": documents, "gold_answers": gold, "wrong_answers": wrong}


def test_gold_and_wrong_answers_are_looked_for_in_what_is_shown(tmp_path: Path) -> None:
    question = "When was the Harrow Hall built?"
    kent = "The Harrow Hall in Kent was built in 1712 for a wool merchant."
    ohio = "The Harrow Hall in Ohio, a theatre, was built in 1931."
    path = items_file(
        tmp_path,
        row(question, [kent, ohio], ["1712", "1931"], []),
        row(question, [kent, ohio], ["1712"], ["1931"]),
        row(question, [kent], ["1712", "1931"], ["1999"]),
    )
    results = ask_items(read_items(path))
    assert [(r.all_gold, r.any_wrong, r.right) for r in results] == [
        (True, False, True),
        (True, True, False),
        (False, False, False),
    ]
    figures = summary(results)
    assert figures["questions"] == 3
    assert figures["all gold and no wrong"].value == pytest.approx(1 / 3)
    assert figures["all gold"].value == pytest.approx(2 / 3)
    assert figures["wrong shown"].value == pytest.approx(1 / 3)
    assert figures["most accounts"] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"dev\.jsonl: no items in it"),
        ('{"question": "Who?"}', r"dev\.jsonl:1: not an item of RAMDocs"),
        ('{"question": "Who?", "documents": [{}], "gold_answers": [], "wrong_answers": []}', r"dev\.jsonl:1: not an"),
        ("{", r"dev\.jsonl:1: not an item of RAMDocs"),
        ("[]", r"dev\.jsonl:1: not an item of RAMDocs"),
    ],
)
def test_a_file_that_is_no_ramdocs_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_items(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read .*; check the path"):
        read_items(tmp_path / "none.jsonl")
