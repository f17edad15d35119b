"""Cases: what can be scored is read, from whatever set; what never could be is refused with its line."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.adapters import labelled_rag_dataset
from eval.cases import CASES, check_against, dump, read_cases, read_texts
from eval.records import KINDS, Account, Turn
from eval.text import holds, normalise
from index import Index, InputError
from index.conversations import Judged, KeptAnswer
from qa import Assistant
from qa.page.cases import case_lines


def cases_file(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


WHOLE: dict[str, Any] = {
    "id": "conflict-1",
    "kind": "conflict",
    "question": "How many died in Velm?",
    "as_of": "2020-03-04",
    "since": "2020-03-01",
    "outlets": ["Alpha"],
    "history": [{"question": "What burst?", "answer": "The Karst dam."}],
    "answers": ["12", "15"],
    "accounts": [{"outlet": "Alpha Post", "answers": ["12"]}, {"outlet": "Alpha Post", "answers": ["15"]}],
    "must_cite": ["first.txt"],
    "must_not_cite": ["second.txt"],
    "must_not_say": ["48"],
    "why": "Two tolls on one day.",
}


def test_every_field_is_read_and_written_again(tmp_path: Path) -> None:
    (one,) = read_cases(cases_file(tmp_path, WHOLE))
    assert (one.as_of, one.since, one.outlets) == (date(2020, 3, 4), date(2020, 3, 1), ("Alpha",))
    assert one.history == (Turn("What burst?", "The Karst dam."),)
    assert one.accounts == (Account("Alpha Post", ("12",)), Account("Alpha Post", ("15",)))
    assert (one.must_cite, one.must_not_cite, one.must_not_say) == (("first.txt",), ("second.txt",), ("48",))
    path = tmp_path / "again.jsonl"
    path.write_text(dump([one]))
    (again,) = read_cases(path)
    assert json.loads(path.read_text()) == WHOLE | {"story": one.story}
    assert again.to_dict() == one.to_dict()


def test_cases_that_share_an_article_are_one_story(tmp_path: Path) -> None:
    rows = [{"id": f"{n}", "question": "Who?", "answers": ["A"], "must_cite": files} for n, files in enumerate(
        [["a"], ["b"], ["a", "b"], ["c"], []]
    )]  # fmt: skip
    stories = [one.story for one in read_cases(cases_file(tmp_path, *rows))]
    assert stories[0] == stories[1] == stories[2]
    assert len(set(stories)) == 3


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": 1}, ":1: no question"),
        ({"question": "Who?", "answers": ["?"]}, ":1: an answer without a letter or digit can never be found"),
        ({"question": "Who?", "answers": "Iran"}, ":1: answers is not a list"),
        ({"question": "Who?", "answerable": True}, ":1: answerable, but without answers"),
        ({"question": "Who?", "answers": ["A"], "as_of": "soon"}, ":1: as_of 'soon' is not a date"),
        ({"question": "Who?", "answers": ["A"], "asof": "2020"}, ":1: unknown field 'asof'"),
        ({"question": "Who?", "answers": ["A"], "kind": "hard"}, ":1: kind 'hard' is none"),
        ({"question": "Who?", "answers": ["A"], "kind": "unanswerable"}, ":1: unanswerable, but with answers"),
        ({"question": "Who?", "answers": [], "must_cite": ["a.txt"]}, ":1: it should be abstained from"),
        ({"question": "Who?", "answers": ["A"], "kind": "follow-up"}, ":1: a follow-up without history"),
        ({"question": "Who?", "answers": ["word " * 101]}, ":1: an answer of 101 words can never stand in 100"),
        ({"question": "Who?", "answers": ["A"], "must_not_say": ["a"]}, ":1: every right answer says what must not"),
        ({"question": "Who?", "answers": ["A"], "must_not_say": ["!"]}, ":1: must_not_say '!' can never be found"),
        ({"question": "Who?", "answers": ["A"], "accounts": [{"outlet": "X", "answers": []}]}, ":1: the account of X"),
        ({"question": "Who?", "answers": ["A"], "must_cite": ["a"], "must_not_cite": ["a"]}, r":1: \['a'\] must and"),
        ({"question": "Who?", "answers": ["A"], "as_of": "2020", "since": "2021"}, ":1: since .* is after as_of"),
        ({"question": "Who?", "choices": ["A"]}, ":1: date"),
        ({"question": "Who?", "answer": {}, "rating": "so-so"}, ":1: rating 'so-so' is not 'down'"),
    ],
)
def test_a_case_that_could_never_be_scored_is_refused_with_its_line(tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_cases(cases_file(tmp_path, row))


def test_an_id_given_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = cases_file(tmp_path, {"id": "1", "question": "Who?"}, {"id": "1", "question": "Where?"})
    with pytest.raises(InputError, match=r":2: id '1' was given before, at .*:1"):
        read_cases(path)


def test_files_that_are_no_cases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_cases(tmp_path / "nope.jsonl")
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(b'{"question": "Who?"}\n' * 300)[:-12])
    with pytest.raises(InputError, match=r"not readable|given before"):
        read_cases(broken)
    packed = bytearray(gzip.compress(b'{"question": "Who?"}\n' + random.Random(0).randbytes(3000).hex().encode()))
    packed[60:900] = bytes(840)
    broken.write_bytes(packed)
    with pytest.raises(InputError, match=r"not readable as JSON \(Error -3 .*\); make the file again"):
        read_cases(broken)
    broken.write_bytes(gzip.compress(b"[" * 100_000))
    with pytest.raises(InputError, match="not valid JSON; mend the line"):
        read_cases(broken)
    other = tmp_path / "other.json"
    other.write_text('{"questions": []}')
    with pytest.raises(InputError, match="neither SQuAD"):
        read_cases(other)


def test_a_file_that_the_library_lacks_is_refused_with_the_line(dam: Index, tmp_path: Path) -> None:
    cases = read_cases(cases_file(tmp_path, {"question": "Who?", "answers": ["A"], "must_cite": ["firts.txt"]}))
    with pytest.raises(InputError, match=r":1: 'firts\.txt' is not in"):
        check_against(cases, dam)


def test_the_shipped_cases_can_be_scored_over_the_shipped_samples(samples: Assistant) -> None:
    cases = read_cases(CASES)
    check_against(cases, samples.index)
    counts = Counter(one.kind for one in cases)
    assert len(cases) >= 150
    assert min(counts[kind] for kind in KINDS) >= 15
    texts = [normalise(text) for text in _texts(samples)]
    for one in cases:
        for answer in one.answers:
            assert any(normalise(answer) in text for text in texts), f"{one.id}: {answer!r} stands nowhere"


def _texts(samples: Assistant) -> list[str]:
    with samples.index.catalog._reading() as connection:
        keys = connection.execute("SELECT id, version FROM articles").fetchall()
    return [samples.index.get(*key).text for key in keys]


def test_a_quiz_is_read_and_what_its_articles_do_not_answer_is_not_scored(tmp_path: Path) -> None:
    quiz = {"id": "20220304_1", "date": "2022-03-04", "question": "Who?", "choices": ["A", "B"], "answer": "A"}
    rows = [
        quiz | {"answerable": True},
        quiz | {"answerable": False, "question": "Where?"},
        quiz | {"answerable": True},
    ]
    one, other = read_cases(cases_file(tmp_path, *rows))
    assert (one.scored, one.as_of, one.choices, one.answers) == (True, date(2022, 3, 4), ("A", "B"), ("A",))
    assert not other.scored
    assert one.story == other.story


def test_conflicting_documents_bring_their_articles_and_their_scope(tmp_path: Path) -> None:
    row = {
        "question": "How many live in Orsa?",
        "documents": [
            {"text": "Orsa has 300 people.", "type": "correct", "answer": "300"},
            {"text": "Orsa has 900 people.", "type": "misinfo", "answer": "900"},
        ],
        "gold_answers": ["300"],
        "wrong_answers": ["900", "unknown"],
    }
    path = cases_file(tmp_path, row, row | {"question": "And in Velm?"})
    one, other = read_cases(path)
    texts = read_texts(path)
    assert (one.kind, one.must_not_say, one.accounts) == ("conflict", ("900", "unknown"), (Account("", ("300",)),))
    assert [text.outlet for text in texts if one.outlets[0] in str(text.outlet)] == [text.outlet for text in texts[:2]]
    assert other.outlets != one.outlets


def test_squad_brings_its_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    questions = [
        {"id": "q1", "question": "What flows there?", "answers": [{"text": "the Orsa", "answer_start": 0}] * 2},
        {"id": "q2", "question": "Why?", "answers": [], "is_impossible": True},
    ]
    paragraphs = [{"context": "The Orsa flows here.", "qas": questions}]
    path.write_text(json.dumps({"version": "1.1", "data": [{"title": "Orsa", "paragraphs": paragraphs}]}))
    one, other = read_cases(path)
    (text,) = read_texts(path)
    assert (one.answers, one.story, text.title) == (("the Orsa",), text.id, "Orsa")
    assert (other.kind, other.answerable) == ("unanswerable", False)


def test_a_labelled_rag_dataset_is_read_as_llama_index_saves_it_and_written_alike(tmp_path: Path) -> None:
    person = {"model_name": "", "type": "human"}
    example = {
        "query": "Who did it?",
        "query_by": {"model_name": "a-model", "type": "ai"},
        "reference_contexts": ["Ann did it."],
        "reference_answer": "Ann",
        "reference_answer_by": person,
    }
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps({"examples": [example, example | {"query": "Why?", "reference_answer": ""}]}))
    one, other = read_cases(path)
    assert (one.question, one.answers, one.scored, other.scored) == ("Who did it?", ("Ann",), True, False)
    assert [text.text for text in read_texts(path)] == ["Ann did it."]
    assert one.story == other.story
    written = json.loads(labelled_rag_dataset([one, other], lambda case: ["Ann did it."]))
    assert written == {"examples": [example | {"query_by": person}]}


def test_what_the_page_exports_is_read(samples: Assistant, tmp_path: Path) -> None:
    first = samples.ask("Who conducted the orchestra in Palmyra?", as_of="2016-12-31")
    nothing = samples.ask("What is the boiling point of tungsten carbide?")
    good = KeptAnswer("a", first.question, first.to_dict(), liked=True, comment="Named.")
    follow = replace(good, id="b", question="And when?")
    bad = replace(good, id="c", liked=False, comment="Not asked.")
    none = KeptAnswer("d", nothing.question, nothing.to_dict(), liked=True)
    path = tmp_path / "exported.jsonl"
    path.write_text(case_lines([Judged(good, ()), Judged(follow, (good,)), Judged(bad, ()), Judged(none, ())]))
    one, after, judged_bad, abstained = read_cases(path)
    assert one.answers == tuple(citation.quote for citation in first.citations)
    assert (one.kind, one.as_of, one.why) == ("as-of", date(2016, 12, 31), "Named.")
    assert set(one.must_cite) == {citation.file for citation in first.citations}
    assert (after.kind, after.history[0].question) == ("follow-up", first.question)
    assert (judged_bad.scored, judged_bad.why) == (False, "Not asked.")
    assert (abstained.kind, abstained.answerable, abstained.scored) == ("unanswerable", False, True)


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("“No,” Kerry replied", '"No," Kerry replied', True),
        ("as many as 470,000 civilians", "470,000", True),
        ("1470,000 civilians", "470,000", False),
        ("the Iranians", "Iran", False),
        ("anything", "?", False),
    ],
)
def test_an_answer_is_found_on_word_borders(text: str, answer: str, found: bool) -> None:
    assert holds(text, [answer]) is found
    assert normalise(text).startswith(" ")
