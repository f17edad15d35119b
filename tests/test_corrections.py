"""Corrections: an answer built on a changed article says so, and a saved answer can be checked again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from conftest import article, dateline

from index import Index
from qa import Assistant
from qa.recheck import read_answer, recheck

QUEUE = "How many barges were waiting at the lock of Orm?"
FIRST = "The lock of Orm reopened on Monday. At that moment 41 barges were waiting at the lock of Orm."
FACTS = {"title": "Lock reopens", "outlet": "Alpha Post", "published": date(2021, 3, 29)}


def change(index: Index, text: str, **facts: object) -> None:
    index.add([article("a", text, **{**FACTS, "modified": date(2021, 4, 2), **facts})])  # type: ignore[arg-type]


@pytest.fixture
def lock(index: Index) -> Index:
    index.add([article("a", FIRST, **FACTS)])  # type: ignore[arg-type]
    return index


def test_an_article_of_one_version_gets_no_note(lock: Index) -> None:
    assert Assistant(lock).ask(QUEUE).notes == ()


def test_an_answer_on_a_version_that_was_corrected_says_so(lock: Index) -> None:
    change(lock, FIRST.replace("41", "57"))
    answer = Assistant(lock).ask(QUEUE, as_of="2021-03-30")
    assert "41 barges" in answer.citations[0].quote
    assert answer.notes[0] == (
        "[1] is quoted as the article stood then; it was changed later: this sentence was changed"
    )
    assert "57" not in answer.to_markdown()


def test_a_sentence_that_a_correction_left_alone_is_said_to_stand(lock: Index) -> None:
    change(lock, FIRST.replace("Monday", "Tuesday"))
    answer = Assistant(lock).ask(QUEUE, as_of="2021-03-30")
    assert answer.notes[0].endswith("changed later: this sentence still stands")


def test_an_answer_on_a_corrected_sentence_says_so(lock: Index) -> None:
    change(lock, FIRST.replace("41", "57"))
    answer = Assistant(lock).ask(QUEUE)
    assert "57 barges" in answer.citations[0].quote
    (note,) = answer.notes
    assert note.startswith("the sentence quoted in [1] was changed by a correction; the version before: dateline show ")
    assert note.endswith(f"{answer.citations[0].article_id} --version 1")


def test_a_version_with_other_facts_but_the_same_text_is_no_correction(lock: Index) -> None:
    change(lock, FIRST, title="The lock reopens")
    assert Assistant(lock).ask(QUEUE, as_of="2021-03-30").notes == ()
    assert Assistant(lock).ask(QUEUE).notes == ()


def test_versions_are_listed_as_they_followed_one_another(lock: Index) -> None:
    (first,) = lock.versions(article("a", "").id)
    change(lock, "The newest text.")
    lock.add([article("a", "The text between.", **FACTS, modified=date(2021, 3, 30))])
    assert [version.text for version in lock.versions(first.id)] == [FIRST, "The text between.", "The newest text."]
    assert lock.versions("nothing") == []


@pytest.fixture
def saved(lock: Index) -> dict:
    return json.loads(json.dumps(Assistant(lock).ask(QUEUE, as_of="2021-03-30").to_dict()))


def test_a_saved_answer_still_holds(lock: Index, saved: dict) -> None:
    found = recheck(lock, saved)
    assert (found.ok, found.problems, found.notes, found.citations) == (True, (), (), len(saved["citations"]))


def test_a_saved_answer_holds_on_its_version_and_tells_of_the_correction(lock: Index, saved: dict) -> None:
    change(lock, FIRST.replace("41", "57"))
    found = recheck(lock, saved)
    assert found.ok
    assert "it was changed on 2 April 2021: this sentence was changed" in found.notes[0]


def test_a_removed_article_is_a_problem(lock: Index, saved: dict) -> None:
    lock.remove([saved["citations"][0]["article_id"]])
    found = recheck(lock, saved)
    assert not found.ok
    assert "version 1 is no longer there" in found.problems[0]


@pytest.mark.parametrize(
    ("change_to", "problem"),
    [
        ({"quote": "Nobody was waiting."}, "the quote is not what stands at"),
        ({"start": 3}, "the quote is not what stands at 3 to"),
        ({"version": 7}, "version 7 is no longer there"),
    ],
)
def test_a_forged_citation_is_a_problem(lock: Index, saved: dict, change_to: dict, problem: str) -> None:
    saved["citations"][0] |= change_to
    found = recheck(lock, saved)
    assert not found.ok
    assert problem in found.problems[0]


def test_a_citation_from_after_the_day_is_a_problem(lock: Index, saved: dict) -> None:
    found = recheck(lock, saved | {"as_of": "2021-03-01"})
    assert "is not from before 1 March 2021, the day that the answer holds for" in found.problems[0]


def test_a_sentence_that_its_quotes_do_not_support_is_a_problem(lock: Index, saved: dict) -> None:
    saved["statements"][0]["text"] = "Alpha Post, 29 March 2021: Nobody was waiting at the lock of Orm on Sunday."
    found = recheck(lock, saved)
    assert not found.ok
    assert found.problems[0].startswith("sentence 1 was supported and is ")


def test_an_article_that_prints_only_its_month_resolves_no_day(index: Index) -> None:
    index.add([article("a", FIRST, **{**FACTS, "published_precision": "month"})])  # type: ignore[arg-type]
    assert all(not citation.resolved for citation in Assistant(index).ask(QUEUE).citations)


@pytest.mark.parametrize(
    ("part", "change_to", "problem"),
    [
        (
            "citations",
            {"outlet": "Fake Times"},
            "[1] it is given as Fake Times, 29 March 2021; the article is Alpha Post",
        ),
        ("citations", {"published": "2019-01-01"}, "[1] it is given as Alpha Post, 1 January 2019; the article is"),
        ("citations", {"title": "Lock closes"}, "[1] its title, author or URL is not the article's"),
        ("citations", {"resolved": [{"text": "on Monday", "date": "1999-01-01"}]}, "[1] “on Monday” is not 1999-01-01"),
        (
            "statements",
            {"state": "marked", "support": {"verdict": "partly", "score": 0.5, "checks": []}},
            "the text is",
        ),
    ],
)
def test_what_a_reader_is_told_of_a_quote_is_held_against_its_article(
    lock: Index, saved: dict, part: str, change_to: dict, problem: str
) -> None:
    """A true quote under a false name or day is no less forged than a false one."""
    saved[part][0] |= change_to
    assert any(found.startswith(problem) for found in recheck(lock, saved).problems)


def test_a_sentence_that_names_another_outlet_than_its_quote_is_a_problem(lock: Index, saved: dict) -> None:
    saved["statements"][0]["text"] = saved["statements"][0]["text"].replace("Alpha Post", "Fake Times")
    saved["citations"][0]["outlet"] = "Fake Times"
    assert any(found.startswith("sentence 1 ") for found in recheck(lock, saved).problems)


@pytest.mark.parametrize(
    ("change_to", "problem"),
    [
        ({}, ""),
        ({"value": "Ninety barges"}, "the account “Ninety barges” does not stand in Alpha Post"),
        ({"outlet": "Fake Times"}, "the account “41 barges” is given as Fake Times, 29 March 2021; it is Alpha Post"),
        ({"citation": 9}, "the account “41 barges” cites no article of the answer"),
    ],
)
def test_an_account_is_held_against_the_article_that_gives_it(
    lock: Index, saved: dict, change_to: dict, problem: str
) -> None:
    claim = {"value": "41 barges", "outlet": "Alpha Post", "published": "2021-03-29", "citation": 1} | change_to
    saved["accounts"] = [{"about": "barges", "kind": "dispute", "claims": [claim]}]
    assert "".join(recheck(lock, saved).problems)[: len(problem) or None] == problem


def test_a_version_that_was_replaced_by_the_day_of_the_answer_is_a_problem(lock: Index, saved: dict) -> None:
    change(lock, FIRST.replace("41", "57"))
    problem, *_ = recheck(lock, saved | {"as_of": "2021-04-02"}).problems
    assert problem == "[1] version 1 was replaced on 2 April 2021, not after the answer's 2 April 2021"


def test_a_saved_answer_may_begin_with_a_byte_order_mark(lock: Index, saved: dict, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(saved), encoding="utf-8-sig")
    assert read_answer(path) == saved


def test_facts_that_were_edited_are_a_note(lock: Index, saved: dict) -> None:
    lock.edit(saved["citations"][0]["article_id"], title="Another title")
    found = recheck(lock, saved)
    assert found.ok
    assert "was edited since, not its text" in found.notes[0]


def test_the_command_checks_a_saved_answer(lock: Index, saved: dict, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(saved))
    done = dateline("verify", str(path), cwd=tmp_path, library=lock.folder)
    assert (done.returncode, done.stdout) == (0, f"{len(saved['citations'])} citations checked\n")
    saved["citations"][0]["quote"] = "Nobody was waiting."
    path.write_text(json.dumps(saved))
    done = dateline("verify", str(path), cwd=tmp_path, library=lock.folder)
    assert done.returncode == 1
    assert "wrong: [1] the quote is not what stands at" in done.stdout
    assert "does not hold; see the lines above" in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not valid JSON; save an answer with: dateline ask QUESTION --json"),
        ("[1]", "not an answer"),
        (
            '{"schema": 1, "citations": [], "statements": [{"text": "x"}]}',
            "sentence 1 has no citations, or a wrong one; save the answer again",
        ),
        (
            '{"schema": 1, "statements": [], "citations": [{"n": 1}]}',
            "citation 1 has no article_id, or a wrong one; save the answer again",
        ),
        ('{"schema": 1, "statements": [], "citations": []}', "not a whole answer"),
        ("[" * 100_000, "not valid JSON"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_answer_is_bad_input(lock: Index, tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "answer.json"
    if content is not None:
        path.write_text(content)
    done = dateline("verify", str(path), cwd=tmp_path, library=lock.folder)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


KILLED = "How many people were killed in the flood at Velm?"
FLOOD = "Twelve people were killed in the flood at Velm, the governor of Karst, Petra Hollis, said on Monday. {}"


def test_a_corrected_figure_counts_from_the_day_of_its_correction(index: Index) -> None:
    """By the day of the first version the older report would be the newer one."""
    day = date(2020, 3, 2)
    index.add([
        article("ness", FLOOD.format("Boats were sent."), outlet="Ness Record", published=date(2020, 3, 4)),
        article("post", FLOOD.format("The dam burst at dawn."), outlet="Aldred Post", published=day),
    ])  # fmt: skip
    nineteen = FLOOD.format("The dam burst at dawn.").replace("Twelve", "Nineteen")
    index.add([article("post", nineteen, outlet="Aldred Post", published=day, modified=date(2020, 3, 9))])
    answer = Assistant(index).ask(KILLED, as_of="2020-03-31")
    (account,) = answer.accounts
    assert account.kind == "update"
    assert [(claim.outlet, claim.published) for claim in account.claims] == [
        ("Aldred Post", date(2020, 3, 9)),
        ("Ness Record", date(2020, 3, 4)),
    ]
    assert recheck(index, json.loads(json.dumps(answer.to_dict()))).ok


def test_what_an_outlet_was_called_later_is_not_told_as_of_a_day(index: Index) -> None:
    text = FLOOD.format("Boats were sent down the river, and schools in the valley stayed closed until Friday.")
    for name, outlet in (("ness", "Ness Record"), ("post", "Aldred Post")):
        index.add([article(name, text, outlet=outlet, published=date(2020, 3, 2))])
    index.add([article("post", text + " It rains.", outlet="Scoop 2021", published=date(2020, 3, 2),
                       modified=date(2021, 1, 1))])  # fmt: skip
    then = Assistant(index).ask(KILLED, as_of="2020-03-05")
    named = {copy.outlet for citation in then.citations for copy in citation.copies}
    assert named
    assert named <= {"Ness Record", "Aldred Post"}
    assert "Scoop 2021" not in json.dumps(then.to_dict())
