"""Conversations in the catalog: kept in order, seen by their user alone, brought into older libraries."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index import Index, InputError
from index.conversations import KeptAnswer


def answer(number: int, **more: object) -> KeptAnswer:
    return KeptAnswer(f"a{number}", f"Question {number}?", {"text": f"Answer {number}."}, **more)  # type: ignore[arg-type]


def test_a_conversation_is_kept_in_order_and_comes_back_whole(index: Index) -> None:
    kept = index.catalog.conversations
    for number in (1, 2, 3):
        kept.keep("", "talk", answer(number))
    kept.keep("", "talk", KeptAnswer("a2", "Question 2?", {"text": "Better."}))
    assert [item.answer["text"] for item in kept.answers("", "talk")] == ["Answer 1.", "Better.", "Answer 3."]
    (listed,) = kept.all("")
    assert (listed.title, listed.answers) == ("Question 1?", 3)
    kept.forget("", "talk")
    assert kept.all("") == []
    assert kept.answers("", "talk") == []


def test_a_conversation_is_seen_and_changed_by_its_user_alone(index: Index) -> None:
    kept = index.catalog.conversations
    kept.keep("ann", "talk", answer(1))
    assert kept.all("ben") == []
    assert kept.answers("ben", "talk") == []
    kept.drop("ben", "a1")
    with pytest.raises(InputError, match="no conversation 'talk' is kept"):
        kept.keep("ben", "talk", answer(2))
    with pytest.raises(InputError, match="no conversation 'talk' is kept"):
        kept.forget("ben", "talk")
    with pytest.raises(InputError, match="no answer 'a1' is kept"):
        kept.judge("ben", "a1", True)
    assert [item.id for item in kept.answers("ann", "talk")] == ["a1"]


def test_a_judgement_stays_with_its_answer(index: Index) -> None:
    kept = index.catalog.conversations
    for number in (1, 2):
        kept.keep("ann", "talk", answer(number))
    kept.judge("ann", "a2", False, "the toll is older")
    ((judged, before),) = kept.judged("ann")
    assert (judged.id, judged.liked, judged.comment) == ("a2", False, "the toll is older")
    assert [item.id for item in before] == ["a1"]
    assert kept.judged("ben") == []
    assert kept.judged() == [(judged, before)]
    kept.judge("ann", "a2", None)
    assert kept.judged() == []


def test_keeping_an_answer_leaves_the_index_as_it_is(dam: Index) -> None:
    before = dam.catalog.generation
    dam.catalog.conversations.keep("", "talk", answer(1))
    assert dam.catalog.generation == before


def test_a_library_of_an_older_schema_gets_the_tables(dam: Index, tmp_path: Path) -> None:
    dam.close()
    connection = sqlite3.connect(dam.folder / "catalog.sqlite", isolation_level=None)
    connection.executescript("DROP TABLE answers; DROP TABLE conversations; PRAGMA user_version = 2;")
    connection.close()
    with Index.open(dam.folder) as opened:
        opened.catalog.conversations.keep("", "talk", answer(1))
        assert opened.catalog.conversations.answers("", "talk") == [answer(1)]
        assert opened.catalog.counts()["articles"] == 4
